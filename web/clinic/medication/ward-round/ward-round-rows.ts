import type { MedicationAdministration, MedicationRequest, Patient } from '@medplum/fhirtypes';
import { isSameCode } from '#fhir/medication/scan.ts';
import { referredId } from '../../record/coding.ts';
import { isCommunity } from '../../record/dose.ts';
import { openDoses, type Dose } from '../../record/next-dose.ts';
import { personOf, type Person } from '../../record/person.ts';
import type { Stay } from '../../record/stay.ts';
import { roundDoses } from '../round-doses.ts';

// A ward's medicine round: a row for each patient, by bed. A patient of whom nothing is known is never told to need nothing.

/** What of a patient's medicine is known: `waits` on its way, `failed` could not be fetched, `closed` not open to this user. */
export type Known = 'yes' | 'waits' | 'failed' | 'closed';

export type RoundRow = {
  readonly patient: string;
  readonly bed: string;
  readonly person: Person | undefined;
  readonly stay: Stay;
  readonly known: Known;
  /** Unanswered ones, and those answered since the round began. */
  readonly doses: readonly Dose[];
  readonly late: number;
  readonly due: number;
  readonly soon: number;
  readonly answered: number;
  /** The next planned dose, when nothing is open. */
  readonly next: number | undefined;
};

export type RoundFacts = {
  readonly stays: readonly Stay[];
  readonly patients: readonly Patient[];
  readonly requests: readonly MedicationRequest[];
  readonly answers: readonly MedicationAdministration[];
  readonly knownOf: (patient: string) => Known;
};

/** Those who lie here, by bed. Times in milliseconds. */
export function roundRows(facts: RoundFacts, began: number, now: number): readonly RoundRow[] {
  const requests = Map.groupBy(
    facts.requests.filter((request) => !isCommunity(request)),
    ({ subject }) => referredId(subject, 'Patient'),
  );
  const answers = Map.groupBy(facts.answers, ({ subject }) => referredId(subject, 'Patient'));
  const persons = new Map(facts.patients.map((one) => [one.id, personOf(one)]));
  return facts.stays
    .filter(({ status }) => status === 'here' || status === 'leave')
    .map((stay): RoundRow => {
      const { patient } = stay;
      const own = requests.get(patient) ?? [];
      const given = answers.get(patient) ?? [];
      const doses = roundDoses(own, given, began, now);
      const count = (state: Dose['state']) =>
        doses.filter((dose) => dose.answer === undefined && dose.state === state).length;
      return {
        patient,
        bed: stay.bed?.name ?? '',
        person: persons.get(patient),
        stay,
        known: facts.knownOf(patient),
        doses,
        late: count('late'),
        due: count('due'),
        soon: count('planned'),
        answered: doses.filter(({ answer }) => answer !== undefined).length,
        next: openDoses(own, given, now).find(({ at }) => at > now)?.at,
      };
    })
    .sort((a, b) => a.bed.localeCompare(b.bed, 'da', { numeric: true }) || (a.patient < b.patient ? -1 : 1));
}

/** Nothing waits to be given, as far as everything is known. */
export function isDone({ known, late, due, soon }: RoundRow): boolean {
  return known === 'yes' && late + due + soon === 0;
}

/** Rows in the order of the round: those who were done when it was last put in order stand last. */
export function inOrder(rows: readonly RoundRow[], settled: ReadonlySet<string>): readonly RoundRow[] {
  return [
    ...rows.filter(({ patient }) => !settled.has(patient)),
    ...rows.filter(({ patient }) => settled.has(patient)),
  ];
}

export const settledOf = (rows: readonly RoundRow[]): ReadonlySet<string> =>
  new Set(rows.filter(isDone).map(({ patient }) => patient));

/** The next who needs something, by bed from this patient on and round to the first; `step` −1 goes backwards. */
export function nextOf(
  rows: readonly RoundRow[],
  patient: string | undefined,
  step: 1 | -1 = 1,
): RoundRow | undefined {
  const at = rows.findIndex((row) => row.patient === patient);
  const order = step === 1 ? rows : rows.toReversed();
  const from = at === -1 ? 0 : (step === 1 ? at : rows.length - 1 - at) + 1;
  return [...order.slice(from), ...order.slice(0, from)].find(
    (row) => row.patient !== patient && !isDone(row) && row.known !== 'closed',
  );
}

/** Whose wristband this is, among those of the ward. */
export function rowOfBand(rows: readonly RoundRow[], code: string, patients: readonly Patient[]) {
  const found = patients.find(({ identifier }) =>
    identifier?.some(({ value }) => isSameCode(code, value ?? '')),
  );
  return rows.find(({ patient }) => patient === found?.id);
}
