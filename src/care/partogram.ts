/**
 * What is seen of a birth (docs/how/clinical-shapes.md): of a stay that goes on, by somebody, and of a body; what turns out to be wrong
 * is marked by who wrote it, and never changed. A birth marks the mother's partogram by itself. Limits are in `fhir/partogram/observe.ts`.
 */
import type { Issue } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { howLikely, isLabour, labourFactOf, measures, partogramSystem } from '#fhir/partogram/observe.ts';
import { labourObservation } from '#fhir/partogram/shapes.ts';
import { isWrongEntry, refusal, subjectOf } from './early-warning.ts';
import type { Proposal, Proposed, Ruling } from './guard.ts';
import { listOf, targetOf, textOf } from './read-json.ts';

/** The guard of an Observation. */
export function judgeLabour(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (!isLabour(before) && !isLabour(after)) return undefined;
  if (after === undefined)
    return Promise.resolve({
      issues: [refusal('', 'labour-kept', 'is part of a partogram; mark it as entered in error')],
    });
  if (before !== undefined) return Promise.resolve({ issues: judgeChange(before, after, proposal) });
  return judgeNew(change, after, proposal);
}

async function judgeNew({ id }: Proposed, after: Json, proposal: Proposal): Promise<Ruling> {
  const issues: Issue[] = [];
  const fact = labourFactOf(after);
  if ('unread' in fact) return { issues: [refusal('code', 'labour-unread', fact.unread)] };
  const at = Date.parse(String(after['effectiveDateTime']));
  if (Number.isNaN(at)) issues.push(refusal('effectiveDateTime', 'no-time', 'is required: when it was seen'));
  if (listOf(after['performer']).length === 0)
    issues.push(refusal('performer', 'no-performer', 'is required: who saw it'));
  issues.push(...(await stayIssues(after, proposal)));
  if ('value' in fact && typeof fact.value === 'number' && fact.kind in measures) {
    const kind = fact.kind as keyof typeof measures;
    const { least, most, low, high, unit, step } = measures[kind];
    const how = howLikely(kind, fact.value);
    if (how === 'impossible')
      issues.push(
        refusal(
          'valueQuantity.value',
          'impossible',
          `is ${fact.value}; ${kind} is from ${least} to ${most} ${unit} in steps of ${step}`,
        ),
      );
    if (how === 'unusual')
      issues.push(
        warning('valueQuantity.value', 'unusual', `is ${fact.value} ${unit}; rarely outside ${low}–${high}`),
      );
    if (kind === 'dilatation' && issues.length === 0)
      issues.push(...(await backwards(id, after, fact.value, proposal)));
  }
  return { issues };
}

async function stayIssues(after: Json, proposal: Proposal): Promise<Issue[]> {
  const name = targetOf(after['encounter']);
  const stay = name === undefined ? undefined : await proposal.read(name);
  if (stay === undefined || subjectOf(stay) !== subjectOf(after))
    return [refusal('encounter', 'no-stay', 'is required: the stay of the mother, whose birth it is')];
  return stay['status'] === 'planned' || stay['status'] === 'cancelled'
    ? [refusal('encounter', 'no-stay', `is ${String(stay['status'])}; expected a stay that has begun`)]
    : [];
}

/** A cervix does not close during a birth; two who feel may differ: told, not refused. */
async function backwards(id: string, after: Json, value: number, proposal: Proposal): Promise<Issue[]> {
  const stay = targetOf(after['encounter']) ?? '';
  const found = await proposal.find('Observation', `encounter=${stay}&code=${partogramSystem}|dilatation`);
  const at = Date.parse(String(after['effectiveDateTime']));
  const wider = found.some((one) => {
    if (one['id'] === id || isWrongEntry(one) || targetOf(one['encounter']) !== stay) return false;
    const fact = labourFactOf(one);
    return (
      'value' in fact &&
      fact.kind === 'dilatation' &&
      fact.value > value &&
      Date.parse(String(one['effectiveDateTime'])) < at
    );
  });
  return wider
    ? [
        warning(
          'valueQuantity.value',
          'backwards',
          `is ${value} cm, and it was wider before: measured again?`,
        ),
      ]
    : [];
}

/** Only that it was wrong is said of it afterwards, why, and by who wrote it. */
function judgeChange(before: Json, after: Json, { author, role }: Proposal): Issue[] {
  const turnsWrong = !isWrongEntry(before) && isWrongEntry(after);
  if (says(before) !== says(after) || (!turnsWrong && before['status'] !== after['status']))
    return [
      refusal('', 'labour-kept', 'is never changed: mark it as entered in error, and write what is right'),
    ];
  if (!turnsWrong) return [];
  const issues: Issue[] = [];
  if (notesOf(after) <= notesOf(before))
    issues.push(refusal('note', 'no-reason', 'is required when it is marked as entered in error: why'));
  const isOwn = listOf(before['performer']).some((one) => targetOf(one) === author);
  if (!isOwn && role !== undefined && role !== 'integration')
    issues.push(refusal('performer', 'not-who-wrote', 'is somebody else; who wrote it marks it as wrong'));
  return issues;
}

/** Who saw what of whom, and when. */
const says = (observation: Json): string =>
  JSON.stringify(
    Object.entries(observation)
      .filter(([key]) => key.startsWith('value') || kept.has(key))
      .sort(([a], [b]) => a.localeCompare(b)),
  );
const kept = new Set([
  'category',
  'code',
  'subject',
  'encounter',
  'effectiveDateTime',
  'performer',
  'extension',
]);
const notesOf = (observation: Json) => listOf(observation['note']).filter(({ text }) => textOf(text)).length;

/** The guard of an Encounter: a child is born into a stay that is part of its mother's. */
export function judgeBirth(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  const mother = targetOf((after ?? before)?.['partOf']);
  if (mother === undefined) return undefined;
  if (before !== undefined)
    return !isWrongEntry(before) && (after === undefined || isWrongEntry(after))
      ? unmarkBirth(change.id, proposal)
      : undefined;
  return after === undefined ? undefined : markBirth(change.id, after, mother, proposal);
}

/** The child's stay was entered in error: so was the birth. */
async function unmarkBirth(stay: string, proposal: Proposal): Promise<Ruling> {
  const id = birthMark(stay);
  const mark = await proposal.read(`Observation/${id}`);
  if (mark === undefined || isWrongEntry(mark)) return {};
  const note = { text: 'Barnets ophold er markeret som fejlindtastet.' };
  return {
    also: [
      {
        type: 'Observation',
        id,
        patch: [
          { op: 'replace', path: '/status', value: 'entered-in-error' },
          { op: 'add', path: '/note', value: [...listOf(mark['note']), note] },
        ],
      },
    ],
  };
}

/** One for each child's stay; an id has 64 characters at most. */
const birthMark = (stay: string): string => `birth-${stay.slice(-58)}`;

async function markBirth(id: string, after: Json, mother: string, proposal: Proposal): Promise<Ruling> {
  const [child, stay] = await Promise.all([
    proposal.read(targetOf(after['subject']) ?? ''),
    proposal.read(mother),
  ]);
  const at = bornAt(child);
  const patient = stay === undefined ? undefined : subjectOf(stay);
  if (at === undefined || patient === undefined) return {};
  const made = labourObservation(
    { kind: 'birth' },
    {
      patient: { reference: patient as `Patient/${string}` },
      stay: { reference: mother as `Encounter/${string}` },
      performer: { reference: proposal.author } as never,
      at,
    },
  );
  return { also: [{ type: 'Observation', id: birthMark(id), made: made as unknown as Json }] };
}

const birthTimeUrl = 'http://hl7.org/fhir/StructureDefinition/patient-birthTime';

function bornAt(child: Json | undefined): string | undefined {
  const more = child?.['_birthDate'];
  const time = listOf(isObject(more) ? more['extension'] : undefined).find(({ url }) => url === birthTimeUrl);
  return textOf(time?.['valueDateTime']);
}

function warning(at: string, detail: string, text: string): Issue {
  return { severity: 'warning', code: 'business-rule', at, text, detail };
}
