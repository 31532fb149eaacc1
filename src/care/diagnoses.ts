/**
 * Diagnoses (docs/how/clinical-shapes.md, decision 19): a stay has one action diagnosis, also when two record at the same moment;
 * `Encounter.diagnosis` follows, the action diagnosis first. What was recorded is not turned into another diagnosis: it is marked as
 * entered in error by who recorded it, and another is recorded.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Issue } from '#base/refusal.ts';
import { diagnosisKindSystem } from '#fhir/diagnoses/diagnosis.ts';
import type { Json } from '#fhir/json.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { codeIn, listOf, targetOf, textOf } from './read-json.ts';

/** The guard of a Condition. */
export function judgeDiagnosis(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  const isOurs = [before, after].some((one) => one !== undefined && kindOf(one) !== undefined);
  const isMarked = isWrong(after) && !isWrong(before);
  if (!isOurs && !isMarked && !isPerson(proposal)) return undefined;
  return judge(change, proposal);
}

async function judge({ before, after }: Proposed, proposal: Proposal): Promise<Ruling> {
  const issues: Issue[] = before === undefined ? [] : keptIssues(before, after, proposal);
  const stays = new Set([stayOf(before), stayOf(after)].filter((one) => one !== undefined));
  const also: Consequence[] = [];
  for (const stay of stays) {
    const all = await diagnosesOf(stay, proposal);
    const action = all.filter((one) => kindOf(one) === 'A' && isCounted(one));
    if (after !== undefined && stayOf(after) === stay && action.includes(after) && action.length > 1)
      issues.push({
        code: 'conflict',
        at: 'category',
        detail: 'action-taken',
        text: `the stay has an action diagnosis (${action
          .filter((one) => one !== after)
          .map(({ id }) => `Condition/${String(id)}`)
          .join(', ')}); make that one secondary in the same transaction`,
      });
    const encounter = await proposal.read(stay);
    if (encounter === undefined) continue;
    if (
      after !== undefined &&
      stayOf(after) === stay &&
      targetOf(encounter['subject']) !== targetOf(after['subject'])
    )
      issues.push(wrong('encounter', 'other-patient', `${stay} is another patient's`));
    also.push(...listed(stay, encounter, all, proposal));
  }
  return { issues, also, claims: [...stays].map((stay) => `diagnoses ${stay}`) };
}

function keptIssues(before: Json, after: Json | undefined, proposal: Proposal): Issue[] {
  const kept = (at: string, text: string) => wrong(at, 'diagnosis-kept', text);
  if (!isPerson(proposal)) return [];
  if (after === undefined) return [kept('', 'a diagnosis is never deleted; mark it as entered in error')];
  if (isWrong(before) && !isWrong(after))
    return [kept('verificationStatus', 'what was entered in error stays so; record it anew')];
  const other = ['code', 'subject', 'encounter', 'recorder', 'recordedDate'].find(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  );
  if (other !== undefined)
    return [kept(other, 'stays as it was recorded; mark it as entered in error, and record another')];
  if (!isWrong(after) || isWrong(before)) return [];
  const recorder = targetOf(before['recorder']);
  return [
    ...(recorder === undefined || recorder === proposal.author
      ? []
      : [
          wrong(
            'verificationStatus',
            'not-author',
            'only who recorded a diagnosis marks it as entered in error',
          ),
        ]),
    ...(notesIn(after) > notesIn(before)
      ? []
      : [wrong('note', 'no-reason', 'is required when a diagnosis is marked as entered in error: why')]),
  ];
}

/** The diagnoses of a stay that say which they are, as the act would leave them. */
async function diagnosesOf(stay: string, proposal: Proposal): Promise<Json[]> {
  const found = await proposal.find('Condition', `encounter=${stay}`);
  const own = proposal.changes.flatMap(({ type, after }) => (type === 'Condition' && after ? [after] : []));
  // The act's own as the very values that are judged.
  return [...found.filter(({ id }) => !own.some((one) => one['id'] === id)), ...own].filter(
    (one) => targetOf(one['encounter']) === stay && kindOf(one) !== undefined,
  );
}

/** `Encounter.diagnosis` as it follows: the action diagnosis first, the others in the order they had, new ones last. */
function listed(stay: string, encounter: Json, all: readonly Json[], proposal: Proposal): Consequence[] {
  const before = listOf(encounter['diagnosis']);
  const deleted = proposal.changes.flatMap(({ type, id, after }) =>
    type === 'Condition' && after === undefined ? [`Condition/${id}`] : [],
  );
  const nameOf = ({ id }: Json) => `Condition/${String(id)}`;
  const counted = all.filter(isCounted).map(nameOf);
  const gone = new Set([...all.filter((one) => !isCounted(one)).map(nameOf), ...deleted]);
  const action = all.filter((one) => isCounted(one) && kindOf(one) === 'A').map(nameOf);
  const there = before.map(({ condition }) => targetOf(condition));
  const entries = [
    ...before.filter(({ condition }) => !gone.has(targetOf(condition) ?? '')),
    ...counted
      .filter((name) => !there.includes(name))
      .map((reference): Json => ({ condition: { reference } })),
  ];
  const isAction = ({ condition }: Json) => action.includes(targetOf(condition) ?? '');
  const after = [...entries.filter(isAction), ...entries.filter((one) => !isAction(one))].map(
    (entry, index) => ({ ...entry, rank: index + 1 }),
  );
  if (isDeepStrictEqual(before, after)) return [];
  const [type = '', id = ''] = stay.split('/');
  const patch =
    after.length === 0
      ? { op: 'remove', path: '/diagnosis' }
      : { op: 'add', path: '/diagnosis', value: after };
  return [{ type, id, patch: [patch] }];
}

const isPerson = ({ role }: Proposal): boolean => role !== undefined && role !== 'integration';

function isCounted(condition: Json): boolean {
  return !['entered-in-error', 'refuted'].includes(certaintyOf(condition));
}

function isWrong(condition: Json | undefined): boolean {
  return condition !== undefined && certaintyOf(condition) === 'entered-in-error';
}

function certaintyOf(condition: Json): string {
  return (
    codeIn(condition['verificationStatus'], 'http://terminology.hl7.org/CodeSystem/condition-ver-status') ??
    ''
  );
}

/** `A` or `B`; undefined: it is no diagnosis of a stay, or does not say which. */
function kindOf(condition: Json): string | undefined {
  return listOf(condition['category']).flatMap((one) => codeIn(one, diagnosisKindSystem) ?? [])[0];
}

/** `Encounter/…` of a diagnosis of a stay. */
function stayOf(condition: Json | undefined): string | undefined {
  if (condition === undefined || kindOf(condition) === undefined) return undefined;
  const stay = targetOf(condition['encounter']);
  return stay?.startsWith('Encounter/') === true ? stay : undefined;
}

const notesIn = (condition: Json): number =>
  listOf(condition['note']).filter(({ text }) => textOf(text)?.trim() !== undefined).length;

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
