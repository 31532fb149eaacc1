/**
 * Early-warning scores (docs/how/clinical-shapes.md): a score is what the table it names gives for the measurements it is derived
 * from, counted by the doctor's plan that it is based on, or it is no score. Tables are in `fhir/early-warning`.
 */
import type { Issue } from '#base/refusal.ts';
import {
  codesOf,
  list,
  measuredIn,
  nextDueUrl,
  ownSystem,
  readingsOf,
  saysPregnant,
  tableSystem,
  yearsAt,
  type Reading,
} from '#fhir/early-warning/observe.ts';
import { planInForce } from '#fhir/early-warning/plan.ts';
import { earlyWarning, nextDue, type Adjustment, type EarlyWarning } from '#fhir/early-warning/score.ts';
import { singleCode } from '#fhir/early-warning/shapes.ts';
import { tableOf, tables, type EarlyWarningTable } from '#fhir/early-warning/table.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { referenceTarget } from '#fhir/search-forms.ts';
import type { Proposal } from './guard.ts';

/** The measurements of one set are taken within this time of each other and of their score. */
const setMinutesMax = 60;

/** What is wrong with a score, given the record as the act would leave it. */
export async function scoreIssues(score: Json, proposal: Proposal): Promise<readonly Issue[]> {
  const named = namedTable(score);
  if (!isTable(named)) return [named];
  const at = momentOf(score);
  const patient = subjectOf(score);
  if (at === undefined || patient === undefined)
    return [refusal('effectiveDateTime', 'score-when', 'and the subject say when and of whom a score is')];
  const set = await readSet(score, { at, patient }, proposal);
  if (set.issues.length > 0) return set.issues;
  const plan = await planOf(score, { at, patient }, proposal);
  if (!('adjustment' in plan)) return [plan];
  const about = {
    years: yearsAt((await proposal.read(patient))?.['birthDate'], at),
    pregnant: (await proposal.find('Condition', `subject=${patient}`)).some(
      (one) => subjectOf(one) === patient && saysPregnant(one),
    ),
  };
  const answer = earlyWarning(named, measuredIn(set.readings), about, plan.adjustment);
  return [...differences(score, named, answer, { at, adjustment: plan.adjustment }), ...plan.warnings];
}

function differences(
  score: Json,
  table: EarlyWarningTable,
  answer: EarlyWarning,
  { at, adjustment }: { readonly at: number; readonly adjustment: Adjustment | undefined },
): Issue[] {
  if (answer.kind === 'none')
    return [refusal('method', 'no-table', `${table.name} is not for this patient: ${whyNot[answer.why]}`)];
  if (answer.kind === 'incomplete')
    return [
      refusal(
        'derivedFrom',
        'partial-set',
        `lacks ${answer.missing.join(', ')}: a partial set gives no score; write the measurements without one`,
      ),
    ];
  const issues: Issue[] = [];
  if (score['valueInteger'] !== answer.score)
    issues.push(
      refusal(
        'valueInteger',
        'wrong-score',
        `is ${String(score['valueInteger'])}; ${table.name} ${table.version} gives ${answer.score} for these measurements`,
      ),
    );
  const saysSingle = list(score['interpretation']).some((one) =>
    codesOf(one, ownSystem).includes(singleCode),
  );
  if (saysSingle !== answer.single.length > 0)
    issues.push(
      refusal(
        'interpretation',
        'wrong-single',
        answer.single.length > 0
          ? `lacks ${singleCode}: ${answer.single.join(', ')} gives 3 points alone`
          : `is ${singleCode}, and no measurement gives 3 points`,
      ),
    );
  const due = list(score['extension']).find(({ url }) => url === nextDueUrl)?.['valueDateTime'];
  const latest = nextDue(answer, at, adjustment);
  if (typeof due !== 'string' || !(Date.parse(due) <= latest))
    issues.push(
      refusal(
        'extension',
        'due-late',
        `says that the next set is due ${typeof due === 'string' ? due : 'at no time'}; expected ${nextDueUrl} at ${new Date(latest).toISOString()} or earlier`,
      ),
    );
  return issues;
}
const whyNot = {
  age: 'it is not for children',
  pregnancy: 'it is not for who is pregnant or has given birth',
  table: 'its bands have no source yet',
} as const;

function namedTable(score: Json): EarlyWarningTable | Issue {
  const method = isObject(score['method']) ? score['method'] : {};
  const coding = list(method['coding']).find(({ system }) => system === tableSystem);
  const known = tables.map(({ id, version }) => `${id} ${version}`).join(', ');
  if (coding === undefined)
    return refusal('method', 'no-table', `names no table; expected a coding of ${tableSystem}: ${known}`);
  const { code, version } = coding;
  const table = typeof code === 'string' && typeof version === 'string' ? tableOf(code, version) : undefined;
  return (
    table ??
    refusal(
      'method.coding',
      'no-table',
      `names a table that is not known here; expected code and version of one of ${known}`,
    )
  );
}

function isTable(named: EarlyWarningTable | Issue): named is EarlyWarningTable {
  return 'scales' in named;
}

interface About {
  readonly at: number;
  readonly patient: string;
}

async function readSet(
  score: Json,
  { at, patient }: About,
  proposal: Proposal,
): Promise<{ readonly readings: readonly Reading[]; readonly issues: readonly Issue[] }> {
  const readings: Reading[] = [];
  const issues: Issue[] = [];
  for (const [index, reference] of derivedFrom(score).entries()) {
    const place = `derivedFrom[${index}]`;
    const one = reference.startsWith('Observation/') ? await proposal.read(reference) : undefined;
    const taken = one && momentOf(one);
    if (one === undefined) issues.push(refusal(place, 'no-measurement', `there is no ${reference}`));
    else if (isWrongEntry(one))
      issues.push(refusal(place, 'wrong-measurement', `${reference} is entered in error`));
    else if (subjectOf(one) !== patient)
      issues.push(refusal(place, 'other-patient', `${reference} is another patient’s`));
    else if (taken === undefined || Math.abs(taken - at) > setMinutesMax * 60_000)
      issues.push(
        refusal(
          place,
          'not-one-set',
          `${reference} was not measured within ${setMinutesMax} minutes of the score`,
        ),
      );
    else {
      const { readings: found, unread } = readingsOf(one);
      for (const { kind } of found)
        if (readings.some((other) => other.kind === kind))
          issues.push(refusal(place, 'measured-twice', `${reference} is a second ${kind} of this set`));
      for (const fault of unread)
        issues.push(refusal(place, 'not-readable', `${reference}.${fault.at} ${fault.text}`));
      readings.push(...found);
    }
  }
  return { readings, issues };
}

/** The doctor's plan that a score is based on; without one, a warning when there is one that it should be based on. */
async function planOf(
  score: Json,
  { at, patient }: About,
  proposal: Proposal,
): Promise<{ readonly adjustment: Adjustment | undefined; readonly warnings: readonly Issue[] } | Issue> {
  const named = list(score['basedOn']).flatMap(({ reference }) => referenceTarget(reference) ?? []);
  const plans = named.filter((reference) => reference.startsWith('CarePlan/'));
  if (plans.length === 0) {
    const stored = await proposal.find('CarePlan', `subject=${patient}&status=active`);
    const inForce = planInForce(
      stored.filter((one) => subjectOf(one) === patient),
      at,
    );
    return {
      adjustment: undefined,
      warnings: inForce
        ? [
            {
              severity: 'warning',
              code: 'business-rule',
              at: 'basedOn',
              text: `does not count the doctor’s adjusted plan (CarePlan/${String(inForce.plan['id'])})`,
              detail: 'plan-not-used',
            },
          ]
        : [],
    };
  }
  const read = await Promise.all(plans.map((reference) => proposal.read(reference)));
  const own = read.flatMap((one) => (one !== undefined && subjectOf(one) === patient ? [one] : []));
  const inForce = planInForce(own, at);
  return inForce
    ? { adjustment: inForce.adjustment, warnings: [] }
    : refusal(
        'basedOn',
        'plan-over',
        'is not an adjusted plan of this patient that counts when the set was measured: it ran out, was ended, or is another’s; score by the table alone',
      );
}

export function isWrongEntry(observation: Json | undefined): boolean {
  return observation?.['status'] === 'entered-in-error';
}

export function derivedFrom(score: Json): string[] {
  return list(score['derivedFrom']).flatMap(({ reference }) => referenceTarget(reference) ?? []);
}

export function subjectOf(resource: Json): string | undefined {
  return isObject(resource['subject']) ? referenceTarget(resource['subject']['reference']) : undefined;
}

function momentOf(observation: Json): number | undefined {
  const text = observation['effectiveDateTime'] ?? observation['effectiveInstant'];
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

export function refusal(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
