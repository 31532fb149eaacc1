/**
 * Vital signs (docs/how/clinical-shapes.md): a value that no body has is refused, an unusual one is told; a measurement that turns
 * out to be wrong takes the score that counted it along. Limits are in `fhir/early-warning/plausible.ts`.
 */
import type { Issue } from '#base/refusal.ts';
import {
  isScore,
  isVitalSign,
  list,
  readingsOf,
  scoreCode,
  scoreSystem,
} from '#fhir/early-warning/observe.ts';
import { howPlausible, isPressure, limits } from '#fhir/early-warning/plausible.ts';
import type { Json } from '#fhir/json.ts';
import { derivedFrom, isWrongEntry, refusal, scoreIssues, subjectOf } from './early-warning.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';

/** The guard of an Observation. */
export function judgeObservation(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (after !== undefined && isScore(after)) return judgeScore(change, after, proposal);
  if (after !== undefined && isVitalSign(after)) return judgeVitalSign(change, after, proposal);
  // A measurement that is deleted, or becomes something else, leaves the score that counted it.
  return before !== undefined && isVitalSign(before) ? judgeLeft(change, proposal) : undefined;
}

async function judgeVitalSign(change: Proposed, after: Json, proposal: Proposal): Promise<Ruling> {
  if (isWrongEntry(after)) {
    const left = await judgeLeft(change, proposal);
    return { ...left, issues: [...reasonIssues(change), ...(left.issues ?? [])] };
  }
  const issues = plausibility(after);
  if (change.before === undefined || says(change.before) === says(after)) return { issues };
  const scores = await scoresOf(change, proposal);
  for (const score of scores) {
    const wrong = await scoreIssues(score, proposal);
    if (wrong.length > 0)
      issues.push(
        refusal(
          'value',
          'score-left',
          `changes what Observation/${String(score['id'])} was scored by; write that score anew in the same transaction, or mark it as entered in error`,
        ),
      );
  }
  return { issues, claims: [claimOf(change.before)] };
}

/** The scores that were derived from a measurement go with it, unless the act says itself what becomes of them. */
async function judgeLeft(change: Proposed, proposal: Proposal): Promise<Ruling> {
  if (change.before === undefined || isWrongEntry(change.before)) return {};
  const scores = await scoresOf(change, proposal);
  const written = new Set(proposal.changes.map(({ type, id }) => `${type}/${id}`));
  const reason = noteTexts(change.after).at(-1);
  return {
    issues: scores
      .filter(({ id }) => written.has(`Observation/${String(id)}`))
      .map(({ id }) =>
        refusal(
          'status',
          'score-left',
          `takes a measurement from Observation/${String(id)}, which this act keeps as a score; mark it as entered in error as well`,
        ),
      ),
    // Also when no score is found: one may be written at this moment.
    claims: [claimOf(change.before)],
    also: scores
      .filter(({ id }) => !written.has(`Observation/${String(id)}`))
      .map((score) => enteredInError(score, reason)),
  };
}

function enteredInError(score: Json, reason: string | undefined): Consequence {
  const note = { text: reason ?? 'En måling, som scoren bygger på, er slettet.' };
  return {
    type: 'Observation',
    id: String(score['id']),
    patch: [
      { op: 'replace', path: '/status', value: 'entered-in-error' },
      { op: 'add', path: '/note', value: [...list(score['note']), note] },
    ],
  };
}

/** The scores that count this measurement, as the act would leave them. */
async function scoresOf({ id }: Proposed, proposal: Proposal): Promise<Json[]> {
  const found = await proposal.find(
    'Observation',
    `derived-from=Observation/${id}&code=${scoreSystem}|${scoreCode}`,
  );
  return found.filter(
    (one) => isScore(one) && !isWrongEntry(one) && derivedFrom(one).includes(`Observation/${id}`),
  );
}

async function judgeScore(change: Proposed, after: Json, proposal: Proposal): Promise<Ruling> {
  if (isWrongEntry(after)) return { issues: reasonIssues(change) };
  const written = new Set(proposal.changes.map(({ type, id }) => `${type}/${id}`));
  const isOneAct = derivedFrom(after).every((reference) => written.has(reference));
  return {
    issues: await scoreIssues(after, proposal),
    // What is stored may be marked as wrong at this moment; a whole set in one act has nobody to wait for.
    ...(isOneAct ? {} : { claims: [claimOf(after)] }),
  };
}

function plausibility(observation: Json): Issue[] {
  const { readings } = readingsOf(observation);
  const issues = readings.flatMap(({ kind, value, at }): Issue[] => {
    if (kind === 'consciousness') return [];
    const found = howPlausible(kind, value);
    if (found === undefined) return [];
    const { least, most, low, high, unit } = limits[kind];
    return found === 'impossible'
      ? [refusal(`${at}.value`, 'impossible', `is ${value}; a ${kind} is from ${least} to ${most} ${unit}`)]
      : [
          {
            severity: 'warning',
            code: 'business-rule',
            at: `${at}.value`,
            text: `is ${value} ${unit}; a ${kind} is rarely outside ${low}–${high}`,
            detail: 'unusual',
          },
        ];
  });
  const pressure = (kind: string) => readings.find((one) => one.kind === kind);
  const [systolic, diastolic] = [pressure('systolic'), pressure('diastolic')];
  if (systolic && diastolic && !isPressure(Number(systolic.value), Number(diastolic.value)))
    issues.push(
      refusal(
        `${diastolic.at}.value`,
        'impossible',
        `is ${diastolic.value}, not below the systolic ${systolic.value}`,
      ),
    );
  return issues;
}

/** Why it was wrong is said with it: who reads the history must know. */
function reasonIssues({ before, after }: Proposed): Issue[] {
  const isNew = noteTexts(after).length > noteTexts(before).length;
  if (isWrongEntry(before) || before === undefined || isNew) return [];
  return [refusal('note', 'no-reason', 'is required when a measurement is marked as entered in error: why')];
}

function noteTexts(observation: Json | undefined): string[] {
  return list(observation?.['note']).flatMap(({ text }) =>
    typeof text === 'string' && text.trim() !== '' ? [text] : [],
  );
}

/** What a score counts of a measurement. */
function says(observation: Json): string {
  const { status, subject, effectiveDateTime } = observation;
  return JSON.stringify([status === 'entered-in-error', subject, effectiveDateTime, readingsOf(observation)]);
}

function claimOf(score: Json): string {
  return `early-warning ${subjectOf(score) ?? ''}`;
}
