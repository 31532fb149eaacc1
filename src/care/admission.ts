/**
 * Stays and beds (docs/how/clinical-shapes.md): a bed holds one patient, also when two people place at the same moment; a
 * patient lies in one place at a time; a bed that is left waits to be cleaned. A newborn lies with its mother, whose stay its own is
 * part of.
 */
import type { Issue } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { referenceTarget } from '#fhir/search-forms.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';

/** The stays that take a bed; who is on leave keeps theirs. */
const present = new Set(['arrived', 'triaged', 'in-progress', 'onleave']);
const presentCriteria = `status=${[...present].join(',')}`;
const bedStatus = 'http://terminology.hl7.org/CodeSystem/v2-0116';

/** The guard of an Encounter. */
export function judgeStay(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const taken = bedsOf(change.after);
  const left = bedsOf(change.before).filter((bed) => !taken.includes(bed));
  const fresh = taken.filter((bed) => !bedsOf(change.before).includes(bed));
  // A stay that becomes another person's begins for that person.
  const isSame = isAdmitted(change.before) && subjectOf(change.before) === subjectOf(change.after);
  const arrives = isAdmitted(change.after) && !isSame;
  const ends = isPresent(change.before) && change.after?.['status'] === 'finished';
  if (fresh.length === 0 && left.length === 0 && !arrives && !ends) return undefined;
  return judge(change, proposal, { taken, fresh, left, arrives, ends });
}

interface Move {
  /** The beds that the stay takes, `fresh` among them. */
  readonly taken: readonly string[];
  readonly fresh: readonly string[];
  readonly left: readonly string[];
  /** A stay in hospital begins, or goes on after it had ended. */
  readonly arrives: boolean;
  readonly ends: boolean;
}

async function judge(change: Proposed, proposal: Proposal, move: Move): Promise<Ruling> {
  const patient = subjectOf(change.after);
  const issues: Issue[] = [];
  const also: Consequence[] = [];
  if (move.ends) issues.push(...endIssues(change.after));
  if (move.fresh.length > 0 && move.taken.length > 1)
    issues.push(wrong('location', 'two-beds', 'names more than one bed as active; a patient lies in one'));
  for (const bed of move.fresh) {
    issues.push(...(await bedIssues(change, proposal, bed)));
    also.push(bedBecomes(bed, 'O', 'Occupied'));
  }
  for (const bed of move.left)
    if (!(await isTakenByOther(change, proposal, bed))) also.push(bedBecomes(bed, 'K', 'Contaminated'));
  if (move.arrives && patient !== undefined) issues.push(...(await patientIssues(change, proposal, patient)));
  const written = new Set(proposal.changes.map(({ type, id }) => `${type}/${id}`));
  return {
    issues,
    claims: [
      ...[...move.fresh, ...move.left].map((bed) => `bed ${bed}`),
      ...(move.arrives && patient !== undefined ? [`stay ${patient}`] : []),
    ],
    // Who writes the bed in the same act says themselves what becomes of it.
    also: also.filter(({ type, id }) => !written.has(`${type}/${id}`)),
  };
}

async function bedIssues(change: Proposed, proposal: Proposal, bed: string): Promise<Issue[]> {
  const at = 'location';
  const place = await proposal.read(bed);
  if (!place) return [wrong(at, 'no-bed', `there is no ${bed}`)];
  const status = isObject(place['operationalStatus']) ? place['operationalStatus']['code'] : undefined;
  const issues: Issue[] = [];
  if (await isTakenByOther(change, proposal, bed))
    issues.push({
      code: 'conflict',
      at,
      text: `${bed} holds another patient; choose another bed, or move both in one transaction`,
      detail: 'bed-taken',
    });
  if (status === 'C')
    issues.push(wrong(at, 'bed-closed', `${bed} is closed; open it first, or choose another bed`));
  if (status === 'K')
    issues.push({
      severity: 'warning',
      code: 'business-rule',
      at,
      text: `${bed} is not cleaned yet`,
      detail: 'bed-uncleaned',
    });
  return issues;
}

/** Another stay than this one, and than those it is part of or that are part of it, has the bed. */
async function isTakenByOther(change: Proposed, proposal: Proposal, bed: string): Promise<boolean> {
  const stays = await proposal.find('Encounter', `location=${bed}&${presentCriteria}`);
  return stays.some(
    (stay) => stay['id'] !== change.id && bedsOf(stay).includes(bed) && !isFamily(stay, change),
  );
}

function isFamily(stay: Json, { id, after }: Proposed): boolean {
  return (
    partOf(stay) === `Encounter/${id}` ||
    (after !== undefined && partOf(after) === `Encounter/${String(stay['id'])}`)
  );
}

async function patientIssues(change: Proposed, proposal: Proposal, patient: string): Promise<Issue[]> {
  const stays = await proposal.find('Encounter', `subject=${patient}&${presentCriteria}`);
  const other = stays.find(
    (stay) => stay['id'] !== change.id && subjectOf(stay) === patient && isAdmitted(stay),
  );
  return other
    ? [
        {
          code: 'conflict',
          at: 'status',
          text: `the patient is admitted already (Encounter/${String(other['id'])}); move that stay, or end it in the same transaction`,
          detail: 'admitted-already',
        },
      ]
    : [];
}

function endIssues(after: Json | undefined): Issue[] {
  const period = isObject(after?.['period']) ? after['period'] : {};
  const active = list(after?.['location']).findIndex((one) => one['status'] === 'active');
  return [
    ...(typeof period['end'] === 'string'
      ? []
      : [wrong('period.end', 'no-end', 'is required when a stay is finished: when the patient left')]),
    ...(active === -1
      ? []
      : [
          wrong(
            `location[${active}].status`,
            'place-kept',
            'is active in a stay that is finished; expected completed, with the end of its period',
          ),
        ]),
  ];
}

function bedBecomes(bed: string, code: string, display: string): Consequence {
  const [type = '', id = ''] = bed.split('/');
  return {
    type,
    id,
    patch: [{ op: 'add', path: '/operationalStatus', value: { system: bedStatus, code, display } }],
  };
}

/** `Location/…` of the beds that a stay takes now. */
function bedsOf(stay: Json | undefined): string[] {
  if (!isPresent(stay)) return [];
  return list(stay?.['location']).flatMap((one) => {
    const target = isObject(one['location']) ? referenceTarget(one['location']['reference']) : undefined;
    // A bed of another system's is not ours to judge.
    const isOurs = target?.startsWith('Location/') === true;
    return one['status'] === 'active' && isBed(one['physicalType']) && isOurs ? [target] : [];
  });
}

function isBed(physicalType: unknown): boolean {
  return isObject(physicalType) && list(physicalType['coding']).some(({ code }) => code === 'bd');
}

function isPresent(stay: Json | undefined): boolean {
  return stay !== undefined && present.has(String(stay['status']));
}

/** In hospital, not a visit: the class is IMP. */
export function isAdmitted(stay: Json | undefined): boolean {
  return isPresent(stay) && isObject(stay?.['class']) && stay['class']['code'] === 'IMP';
}

function subjectOf(stay: Json | undefined): string | undefined {
  return isObject(stay?.['subject']) ? referenceTarget(stay['subject']['reference']) : undefined;
}

function partOf(stay: Json): string | undefined {
  return isObject(stay['partOf']) ? referenceTarget(stay['partOf']['reference']) : undefined;
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
