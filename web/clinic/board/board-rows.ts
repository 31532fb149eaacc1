import type {
  AllergyIntolerance,
  Appointment,
  Condition,
  DiagnosticReport,
  Flag,
  Location,
  MedicationAdministration,
  MedicationRequest,
  Observation,
  Patient,
  Task,
} from '@medplum/fhirtypes';
import type { Depth } from '../../link/access.ts';
import { dayOf, instantOf } from '../../parts/format/date.ts';
import { caveOf, type Cave } from '../record/cave.ts';
import { referredId, wordsOf } from '../record/coding.ts';
import { drugNameOf } from '../record/dose.ts';
import { ewsOf, isEwsOverdue, type Ews } from '../record/ews.ts';
import { openDoses } from '../record/next-dose.ts';
import { personOf, type Person } from '../record/person.ts';
import { isCritical, markOf } from '../record/results.ts';
import type { Stay } from '../record/stay.ts';
import { isToBeSeen, seenVersions, versionName, type Result } from '../record/unseen.ts';
import type { BoardFilter, BoardSort } from './board-place.ts';

// The rows of the ward board, made of what the server answered. Every bed is a row, also an empty one: a board that hides
// empty beds hides patients who were moved. A bed that is taken by somebody whose stay is not open to the user is a row of its
// own kind: it is not free.

export type NextItem = {
  readonly at: number;
  readonly late: boolean;
  /** Within half an hour of its time. */
  readonly due: boolean;
  readonly kind: 'dose' | 'task';
  readonly words: string;
  /** Of a dose: its order and planned time, by which the medication page opens it. */
  readonly dose?: string;
};
/** Results of the last three days that nobody has answered for having seen. */
export type UnseenResults = {
  readonly count: number;
  readonly abnormal: number;
  readonly critical: number;
};

export type BoardRow = {
  readonly key: string;
  readonly bed: string;
  readonly kind: 'patient' | 'unseen' | 'free' | 'cleaning' | 'closed' | 'expected';
  /** They are here, and their chart asks for a reason: what is empty in this row says nothing about them. */
  readonly asks?: boolean;
  /** What is known of them has not come yet: what is empty in this row says nothing about them. */
  readonly waits?: boolean;
  readonly person?: Person;
  readonly stay?: Stay;
  /** The bed itself, when nobody lies in it. */
  readonly place?: Location;
  readonly ews?: Ews | undefined;
  readonly cave?: Cave | undefined;
  readonly flags: readonly Flag[];
  readonly diagnosis: string;
  readonly diagnosisCode: string;
  /** The diagnoses of the stay. */
  readonly conditions: readonly Condition[];
  readonly next: readonly NextItem[];
  readonly results: UnseenResults;
  readonly tasks: number;
  readonly appointments: readonly Appointment[];
};

export type BoardFacts = {
  readonly stays: readonly Stay[];
  readonly patients: readonly Patient[];
  readonly conditions: readonly Condition[];
  readonly beds: readonly Location[];
  readonly ews: readonly Observation[];
  readonly labs: readonly Observation[];
  readonly reports: readonly DiagnosticReport[];
  readonly reviews: readonly Task[];
  readonly cave: readonly AllergyIntolerance[] | undefined;
  readonly flags: readonly Flag[];
  readonly medication: readonly MedicationRequest[];
  readonly given: readonly MedicationAdministration[];
  readonly tasks: readonly Task[];
  readonly appointments: readonly Appointment[];
  /** Nothing is here yet but who lies where. */
  readonly waits?: boolean;
  /** How far the record of one who is here is open; undefined while it is not known. */
  readonly depthOf: (patient: string) => Depth | undefined;
};

const emptyRow = {
  flags: [],
  diagnosis: '',
  diagnosisCode: '',
  conditions: [],
  next: [],
  results: { count: 0, abnormal: 0, critical: 0 },
  tasks: 0,
  appointments: [],
} as const;

/** Rows in the fixed order of the beds; who has no bed comes after them. */
export function boardRows(
  facts: BoardFacts,
  now: number,
): { readonly beds: readonly BoardRow[]; readonly expected: readonly BoardRow[] } {
  const persons = new Map(facts.patients.map((patient) => [patient.id ?? '', personOf(patient)]));
  const byPatient = indexFacts(facts);
  const seen = seenVersions(facts.reviews);
  const here = facts.stays.filter((stay) => stay.status === 'here' || stay.status === 'leave');
  const rows = here.map((stay) => patientRow(stay, persons.get(stay.patient), byPatient, facts, now, seen));
  const taken = new Set(here.map((stay) => stay.bed?.id));
  const empty = facts.beds.filter((bed) => !taken.has(bed.id)).map(emptyBed);
  const expected = facts.stays
    .filter((stay) => stay.status === 'planned')
    .map((stay) => ({
      ...patientRow(stay, persons.get(stay.patient), byPatient, facts, now, seen),
      kind: 'expected' as const,
    }))
    .sort((a, b) => (a.stay.start ?? 0) - (b.stay.start ?? 0));
  return { beds: [...rows, ...empty].sort(byBed), expected };
}

type Indexed = {
  readonly [
    Kind in 'ews' | 'labs' | 'reports' | 'cave' | 'flags' | 'medication' | 'given' | 'tasks' | 'appointments'
  ]: ReadonlyMap<string, NonNullable<BoardFacts[Kind]>[number][]>;
};

function indexFacts(facts: Omit<BoardFacts, 'depthOf' | 'waits'>): Indexed {
  return {
    ews: indexBy(facts.ews, (each) => referredId(each.subject, 'Patient')),
    labs: indexBy(facts.labs, (each) => referredId(each.subject, 'Patient')),
    reports: indexBy(facts.reports, (each) => referredId(each.subject, 'Patient')),
    cave: indexBy(facts.cave ?? [], (each) => referredId(each.patient, 'Patient')),
    flags: indexBy(facts.flags, (each) => referredId(each.subject, 'Patient')),
    medication: indexBy(facts.medication, (each) => referredId(each.subject, 'Patient')),
    given: indexBy(facts.given, (each) => referredId(each.subject, 'Patient')),
    tasks: indexBy(facts.tasks, (each) => referredId(each.for, 'Patient')),
    appointments: indexBy(facts.appointments, (each) =>
      each.participant.map((one) => referredId(one.actor, 'Patient')).find((id) => id !== undefined),
    ),
  };
}

function indexBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | undefined,
): ReadonlyMap<string, Item[]> {
  const index = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const list = index.get(key);
    if (list === undefined) index.set(key, [item]);
    else list.push(item);
  }
  return index;
}

function patientRow(
  stay: Stay,
  person: Person | undefined,
  index: Indexed,
  facts: BoardFacts,
  now: number,
  seen: ReadonlySet<string>,
) {
  const id = stay.patient;
  const condition = facts.conditions.find((each) => each.id === stay.conditions[0]);
  const tasks = index.tasks.get(id) ?? [];
  const depth = facts.depthOf(id);
  return {
    key: stay.id,
    bed: stay.bed?.name ?? facts.beds.find((bed) => bed.id === stay.bed?.id)?.name ?? '',
    kind: 'patient' as const,
    ...(person !== undefined && { person }),
    stay,
    ews: ewsOf(index.ews.get(id) ?? []),
    waits: facts.waits === true,
    asks: depth !== undefined && depth !== 'chart',
    cave: facts.cave === undefined || depth !== 'chart' ? undefined : caveOf(index.cave.get(id) ?? []),
    flags: index.flags.get(id) ?? [],
    diagnosis: condition === undefined ? (stay.reason ?? '') : wordsOf(condition.code),
    diagnosisCode: condition?.code?.coding?.[0]?.code ?? '',
    conditions: facts.conditions.filter(({ id: one }) => stay.conditions.includes(one ?? '')),
    next: nextItems(index.medication.get(id) ?? [], index.given.get(id) ?? [], tasks, now),
    results: unseenResults(index.labs.get(id) ?? [], index.reports.get(id) ?? [], seen),
    tasks: tasks.length,
    appointments: (index.appointments.get(id) ?? []).filter(
      (each) => dayOf(instantOf(each.start) ?? 0) === dayOf(now),
    ),
  };
}

function nextItems(
  requests: readonly MedicationRequest[],
  answers: readonly MedicationAdministration[],
  tasks: readonly Task[],
  now: number,
): readonly NextItem[] {
  const doses = openDoses(requests, answers, now).map((dose): NextItem => ({
    at: dose.at,
    late: dose.state === 'late',
    due: dose.state === 'due',
    kind: 'dose',
    words: drugNameOf(dose.request).generic,
    dose: `${dose.request.id ?? ''}@${dose.at}`,
  }));
  const dated = tasks.flatMap((task): NextItem[] => {
    const at = instantOf(task.restriction?.period?.end);
    return at === undefined
      ? []
      : [
          {
            at,
            late: at < now,
            due: at >= now && at < now + soonMs,
            kind: 'task',
            words: task.description ?? wordsOf(task.code),
          },
        ];
  });
  return [...doses, ...dated].sort((a, b) => Number(b.late) - Number(a.late) || a.at - b.at);
}

function unseenResults(
  labs: readonly Observation[],
  reports: readonly DiagnosticReport[],
  seen: ReadonlySet<string>,
): UnseenResults {
  const isUnseen = (result: Result) => isToBeSeen(result) && !seen.has(versionName(result));
  const marks = labs.filter(isUnseen).map(markOf);
  return {
    count: marks.length + reports.filter(isUnseen).length,
    abnormal: marks.filter((mark) => mark !== undefined).length,
    critical: marks.filter(isCritical).length,
  };
}

function emptyBed(bed: Location): BoardRow {
  const status = bed.operationalStatus?.code;
  const kind =
    status === 'O'
      ? 'unseen'
      : status === 'K'
        ? 'cleaning'
        : status === 'C' || bed.status === 'suspended'
          ? 'closed'
          : 'free';
  return { ...emptyRow, key: bed.id ?? '', bed: bed.name ?? '', kind, place: bed };
}

/** Patients of whom nothing at all came of what only an open chart shows: perhaps new, perhaps not open. */
export function quietPatients(facts: Omit<BoardFacts, 'depthOf' | 'waits'>): readonly string[] {
  const heard = indexFacts(facts);
  const { ews, labs, reports, cave, flags, medication, given, tasks } = heard;
  const kinds = [ews, labs, reports, cave, flags, medication, given, tasks];
  return facts.stays.map(({ patient }) => patient).filter((id) => !kinds.some((kind) => kind.has(id)));
}

/** What can be counted: of a ward whose patients the user does not all see, neither who is expected nor who leaves. */
export function countWard(
  { beds, expected }: { readonly beds: readonly BoardRow[]; readonly expected: readonly BoardRow[] },
  now: number,
  isOwn: boolean,
) {
  const seen = beds.filter((row) => row.kind === 'patient').length;
  const unseen = beds.filter((row) => row.kind === 'unseen').length;
  const isWhole = unseen === 0 && (isOwn || seen > 0);
  const leaving = beds.filter((row) => row.stay?.end !== undefined && dayOf(row.stay.end) === dayOf(now));
  return {
    seen,
    occupied: seen + unseen,
    isWhole,
    expected: isWhole ? expected.length : undefined,
    leaving: isWhole ? leaving.length : undefined,
  };
}

function byBed(a: BoardRow, b: BoardRow): number {
  if ((a.bed === '') !== (b.bed === '')) return a.bed === '' ? 1 : -1;
  return a.bed.localeCompare(b.bed, 'da', { numeric: true });
}

const soonMs = 30 * 60_000;
const last = Number.MAX_SAFE_INTEGER;
const orders: Readonly<Record<BoardSort, (row: BoardRow) => number>> = {
  bed: () => 0,
  ews: (row) => (row.ews === undefined ? 1 : -row.ews.score),
  // Late items first, the longest overdue on top; then what comes soonest.
  next: (row) => (row.next[0] === undefined ? last : row.next[0].at),
  discharge: (row) => row.stay?.end ?? last,
};

export function sortRows(rows: readonly BoardRow[], sort: BoardSort): readonly BoardRow[] {
  if (sort === 'bed') return [...rows].sort(byBed);
  const order = orders[sort];
  return [...rows].sort(
    (a, b) =>
      Number(a.person === undefined) - Number(b.person === undefined) || order(a) - order(b) || byBed(a, b),
  );
}

export function passes(row: BoardRow, filter: BoardFilter, userName: string, now: number): boolean {
  switch (filter) {
    case 'mine':
      return row.stay?.doctor === userName || row.stay?.nurse === userName;
    case 'unwell':
      return row.ews !== undefined && row.ews.score >= 5;
    case 'late':
      return row.next[0]?.late === true || (row.ews !== undefined && isEwsOverdue(row.ews, now));
    case 'new':
      return row.results.count > 0;
    case 'leaving':
      return row.stay?.end !== undefined && dayOf(row.stay.end) === dayOf(now);
  }
}
