import type { Composition, Encounter, Organization, Patient, Reference, Task } from '@medplum/fhirtypes';
import { letterKindOf, type LetterKind } from '#fhir/letters/kinds.ts';
import { kindIdOf, receiversOf } from '#fhir/letters/letter.ts';
import { hasLeft, letterStateOf, type LetterState } from '#fhir/letters/steps.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { instantOf } from '../../parts/format/date.ts';
import { hasCode, referredId } from '../record/coding.ts';
import { personOf, type Person } from '../record/person.ts';

// Letters as the lists show them: what is owed, what is being written, what is signed and how far it has come.

export type Way = {
  readonly to: string;
  readonly state: LetterState;
  readonly why: string | undefined;
  readonly task: Task;
};

export type LetterRow = {
  readonly key: string;
  readonly kind: LetterKind | undefined;
  readonly status: 'owed' | 'draft' | 'signed' | 'replaced' | 'wrong';
  readonly title: string;
  readonly patient: string;
  readonly encounter: string | undefined;
  readonly at: number;
  /** When it is due, of what is owed. */
  readonly due: number | undefined;
  readonly by: string;
  readonly ways: readonly Way[];
  readonly letter: Composition | undefined;
  /** The Task of what is owed. */
  readonly task?: Task;
};

const rank = { owed: 0, draft: 1, signed: 2, replaced: 3, wrong: 4 } as const;

/** What is owed first, the most urgent on top; then drafts, then the rest, newest first. */
export function letterRows(letters: readonly Composition[], tasks: readonly Task[]): readonly LetterRow[] {
  const ways = Map.groupBy(
    tasks.filter((task) => isKind(task, 'letter')),
    (task) => referredId(task.focus, 'Composition') ?? '',
  );
  const replaced = new Set(
    letters
      // Also by one that was wrong itself: what it replaced stands no more.
      .filter(({ attester }) => attester !== undefined)
      .flatMap(({ relatesTo = [] }) =>
        relatesTo.flatMap(({ code, targetReference }) =>
          code === 'replaces' ? (referredId(targetReference, 'Composition') ?? []) : [],
        ),
      ),
  );
  const owed = tasks.filter((task) => isKind(task, 'letter-due') && task.status === 'requested').map(owedRow);
  const written = letters.flatMap((letter): LetterRow[] => {
    const kind = letterKindOf(kindIdOf(letter));
    const status = statusOf(letter, replaced);
    // A draft that was thrown away is no letter.
    if (kind === undefined || (status === 'wrong' && letter.attester === undefined)) return [];
    return [
      {
        key: letter.id ?? '',
        kind,
        status,
        title: letter.title,
        patient: referredId(letter.subject, 'Patient') ?? '',
        encounter: referredId(letter.encounter, 'Encounter'),
        at: instantOf(letter.date) ?? 0,
        due: undefined,
        by:
          letter.attester?.[0]?.party?.display ??
          letter.author.flatMap(({ display }) => display ?? []).join(', '),
        ways: (ways.get(letter.id ?? '') ?? []).map(wayOf),
        letter,
      },
    ];
  });
  return [...owed, ...written].toSorted(
    (a, b) => rank[a.status] - rank[b.status] || (a.due ?? 0) - (b.due ?? 0) || b.at - a.at,
  );
}

function owedRow(task: Task): LetterRow {
  const kind = letterKindOf('discharge-letter');
  return {
    key: task.id ?? '',
    kind,
    status: 'owed',
    title: kind?.danish ?? '',
    patient: referredId(task.for, 'Patient') ?? '',
    encounter: referredId(task.encounter, 'Encounter'),
    at: instantOf(task.authoredOn) ?? 0,
    due: instantOf(task.restriction?.period?.end),
    by: task.owner?.display ?? '',
    ways: [],
    letter: undefined,
    task,
  };
}

function statusOf(letter: Composition, replaced: ReadonlySet<string>): LetterRow['status'] {
  if (letter.status === 'entered-in-error') return 'wrong';
  if (letter.status === 'preliminary') return 'draft';
  return replaced.has(letter.id ?? '') ? 'replaced' : 'signed';
}

function wayOf(task: Task): Way {
  return {
    to: task.owner?.display ?? '',
    state: letterStateOf(task),
    why: task.statusReason?.text,
    task,
  };
}

/** Wrong, and somebody has it. */
export const mustBeCalledBack = ({ status, ways }: LetterRow): boolean =>
  status === 'wrong' && ways.some(({ state }) => hasLeft(state));

const isKind = (task: Task, code: string): boolean =>
  task.code?.coding?.some((coding) => coding.system === taskKindSystem && coding.code === code) === true;

export type WardLetter = LetterRow & { readonly person: Person | undefined };

/** The letters of a ward: of the stays that ended or are here, each told once. */
export function wardLetters(
  ward: string,
  letters: readonly Composition[],
  tasks: readonly Task[],
  encounters: readonly Encounter[],
  patients: readonly Patient[],
): readonly WardLetter[] {
  const persons = new Map(patients.map((patient) => [patient.id, personOf(patient)]));
  const last = new Map(encounters.map((encounter) => [encounter.id, lastWard(encounter)]));
  return letterRows(letters, tasks)
    .filter(({ status, ways, encounter }) => {
      const isWork =
        status === 'owed' ||
        status === 'draft' ||
        ways.some(({ state }) => state === 'ready' || state === 'rejected');
      return isWork && (encounter === undefined || (last.get(encounter) ?? ward) === ward);
    })
    .map((row) => ({ ...row, person: persons.get(row.patient) }));
}

/** The ward that the patient left last, or is in. */
function lastWard({ location = [] }: Encounter): string | undefined {
  const wards = location.filter(
    ({ physicalType, status }) => hasCode(physicalType, 'wa') && status !== 'planned',
  );
  const open = wards.find(({ status }) => status === 'active');
  const [newest] = wards.toSorted((a, b) => (b.period?.end ?? '').localeCompare(a.period?.end ?? ''));
  return referredId((open ?? newest)?.location, 'Location');
}

export type Incoming = {
  readonly task: Task;
  readonly person: Person | undefined;
  readonly letter: Composition | undefined;
  readonly from: string;
  readonly at: number;
  readonly urgent: boolean;
};

/** Referrals that nobody has decided about: the urgent first, then the oldest. */
export function incomingRows(
  tasks: readonly Task[],
  letters: readonly Composition[],
  patients: readonly Patient[],
): readonly Incoming[] {
  const persons = new Map(patients.map((patient) => [patient.id, personOf(patient)]));
  const byId = new Map(letters.map((letter) => [letter.id, letter]));
  return tasks
    .filter(
      (task) =>
        (task.basedOn ?? []).length > 0 && ['ready', 'sent', 'received'].includes(letterStateOf(task)),
    )
    .map((task) => ({
      task,
      person: persons.get(referredId(task.for, 'Patient')),
      letter: byId.get(referredId(task.focus, 'Composition')),
      from: task.requester?.display ?? '',
      at: instantOf(task.authoredOn) ?? 0,
      urgent: task.priority === 'urgent' || task.priority === 'stat',
    }))
    .toSorted((a, b) => Number(b.urgent) - Number(a.urgent) || a.at - b.at);
}

/** Departments that letters go to, in the order of their names. */
export function departmentsOf(organisations: readonly Organization[]): readonly Reference[] {
  const names = new Map(organisations.map(({ id, name }) => [id, name]));
  return organisations
    .filter(({ type = [], active }) => active !== false && type.some(({ text }) => text === 'department'))
    .map(({ id, name, partOf }) => ({
      reference: `Organization/${id ?? ''}`,
      // Two hospitals call a department the same.
      display: [name, names.get(referredId(partOf, 'Organization'))].filter(Boolean).join(', '),
    }))
    .toSorted((a, b) => a.display.localeCompare(b.display, 'da'));
}

export const receiverNames = (letter: Composition): string =>
  receiversOf(letter)
    .flatMap(({ display }) => display ?? [])
    .join(', ');
