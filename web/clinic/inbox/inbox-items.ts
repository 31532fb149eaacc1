import type {
  DiagnosticReport,
  Encounter,
  Observation,
  Patient,
  PractitionerRole,
  ServiceRequest,
  Task,
} from '@medplum/fhirtypes';
import { instantOf } from '../../parts/format/date.ts';
import { hasCode, lastUpdated, referredId, wordsOf } from '../record/coding.ts';
import { personOf, type Person } from '../record/person.ts';
import { answeredAt, isCritical, markOf, takenAt } from '../record/results.ts';
import { currentStay, type Stay } from '../record/stay.ts';
import { isToBeSeen, seenVersions, versionName, type Result } from '../record/unseen.ts';

// The inbox: results that nobody has seen, put together as they were ordered, the oldest critical ones first.

export type InboxResult = {
  /** The very version. */
  readonly version: string;
  readonly result: Result;
  readonly previous: Observation | undefined;
};
export type EscalationLevel = 'orderer' | 'team' | 'duty';
export type InboxItem = {
  readonly key: string;
  readonly patient: string;
  readonly person: Person | undefined;
  readonly stay: Stay | undefined;
  /** Practitioner/… of the doctor and the nurse of the stay. */
  readonly responsible: readonly string[];
  readonly order: ServiceRequest | undefined;
  readonly results: readonly InboxResult[];
  readonly critical: number;
  readonly abnormal: number;
  /** How far it has escalated, when it is critical and the program has noticed it. */
  readonly level: EscalationLevel | undefined;
  /** Who has it by that. */
  readonly owners: readonly string[];
  /** When the oldest of them came. */
  readonly since: number;
};

export type InboxFacts = {
  readonly observations: readonly Observation[];
  readonly reports: readonly DiagnosticReport[];
  readonly reviews: readonly Task[];
  readonly escalations: readonly Task[];
  readonly orders: readonly ServiceRequest[];
  readonly patients: readonly Patient[];
  readonly stays: readonly Encounter[];
};

export function inboxItems(facts: InboxFacts): readonly InboxItem[] {
  const seen = seenVersions(facts.reviews);
  const orders = new Map(facts.orders.map((order) => [order.id, order]));
  const persons = new Map(facts.patients.map((patient) => [patient.id, personOf(patient)]));
  const stays = Map.groupBy(facts.stays, ({ subject }) => referredId(subject, 'Patient'));
  const escalated = new Map(facts.escalations.map((task) => [referredId(task.focus, 'Observation'), task]));
  const reported = reportOfObservation(facts.reports);
  const earlier = Map.groupBy(
    facts.observations,
    (each) => `${referredId(each.subject, 'Patient')} ${analysis(each)}`,
  );
  const unseen = [...facts.observations, ...facts.reports].filter(
    (result) => isToBeSeen(result) && !seen.has(versionName(result)),
  );
  const together = Map.groupBy(unseen, (result) => groupKey(result, reported));
  return [...together]
    .map(([key, some]): InboxItem => {
      const patient = referredId(some[0]?.subject, 'Patient') ?? '';
      const order = some.flatMap(
        (result) => orders.get(referredId(result.basedOn?.[0], 'ServiceRequest')) ?? [],
      )[0];
      const marks = some.map((result) =>
        result.resourceType === 'Observation' ? markOf(result) : undefined,
      );
      const found = some.flatMap((result) => escalated.get(result.id) ?? []);
      const levels = found.map(levelOf);
      return {
        key,
        patient,
        person: persons.get(patient),
        stay: currentStay(stays.get(patient) ?? []),
        responsible: (stays.get(patient) ?? []).flatMap(responsibleFor),
        order,
        results: some
          .map((result) => ({
            version: versionName(result),
            result,
            previous: previousOf(
              result,
              earlier.get(`${patient} ${result.resourceType === 'Observation' ? analysis(result) : ''}`) ??
                [],
            ),
          }))
          .sort(byUrgency),
        critical: marks.filter(isCritical).length,
        abnormal: marks.filter((mark) => mark !== undefined).length,
        level: levelsUp.findLast((level) => levels.includes(level)),
        owners: found.flatMap(({ owner }) => owner?.reference ?? []),
        since: Math.min(...some.map(cameAt)),
      };
    })
    .sort(
      (a, b) =>
        Number(b.critical > 0) - Number(a.critical > 0) || a.since - b.since || a.key.localeCompare(b.key),
    );
}

const levelsUp: readonly EscalationLevel[] = ['orderer', 'team', 'duty'];

/** Rows of a resistance table belong to their report, analyses of one sample to each other. */
function groupKey(result: Result, reported: ReadonlyMap<string, string>): string {
  if (result.resourceType === 'DiagnosticReport') return `report ${result.id ?? ''}`;
  const report = reported.get(result.id ?? '');
  if (report !== undefined) return `report ${report}`;
  const patient = referredId(result.subject, 'Patient') ?? '';
  // Orders of one requisition are taken together: the time of taking holds a sample together, whoever wrote how many orders.
  return `sample ${patient} ${takenAt(result)}`;
}

function reportOfObservation(reports: readonly DiagnosticReport[]): ReadonlyMap<string, string> {
  return new Map(
    reports.flatMap((report) =>
      (report.result ?? []).map((each) => [referredId(each, 'Observation') ?? '', report.id ?? ''] as const),
    ),
  );
}

const analysis = ({ code, valueQuantity }: Observation): string =>
  `${code.coding?.[0]?.code ?? wordsOf(code)} ${valueQuantity?.unit ?? ''}`;

function previousOf(result: Result, same: readonly Observation[]): Observation | undefined {
  if (result.resourceType !== 'Observation') return undefined;
  return same
    .filter((each) => takenAt(each) < takenAt(result) && each.status !== 'entered-in-error')
    .toSorted((a, b) => takenAt(b) - takenAt(a))[0];
}

/** When it came to be seen: a corrected one when it was corrected. */
function cameAt(result: Result): number {
  const isCorrected =
    result.status === 'corrected' || result.status === 'amended' || result.status === 'appended';
  if (isCorrected) return lastUpdated(result);
  return result.resourceType === 'Observation'
    ? answeredAt(result)
    : (instantOf(result.issued) ?? lastUpdated(result));
}

function byUrgency(a: InboxResult, b: InboxResult): number {
  const rank = ({ result }: InboxResult) => {
    if (result.resourceType === 'DiagnosticReport') return 0;
    const mark = markOf(result);
    return isCritical(mark) ? 1 : mark === undefined ? 3 : 2;
  };
  return rank(a) - rank(b) || wordsOf(a.result.code).localeCompare(wordsOf(b.result.code), 'da');
}

function levelOf(task: Task): EscalationLevel {
  const said = task.businessStatus?.coding?.map(({ code }) => code);
  return levelsUp.find((level) => said?.includes(level)) ?? 'orderer';
}

// ---------------------------------------------------------------- whose

function responsibleFor({ status, participant }: Encounter): readonly string[] {
  if (status !== 'in-progress' && status !== 'onleave') return [];
  return (participant ?? []).flatMap(({ type, individual }) =>
    type?.some((each) => hasCode(each, 'ATND', 'PPRF')) === true ? (individual?.reference ?? []) : [],
  );
}

/** Ordered by them, or of a patient they are responsible for. */
export function isOf({ order, responsible }: InboxItem, practitioner: string): boolean {
  return order?.requester?.reference === practitioner || responsible.includes(practitioner);
}

/** What has come to the team, or to the ward's duty list, is everybody's there. */
export function hasComeTo({ level, owners, stay }: InboxItem, team: Team): boolean {
  if (level !== 'team' && level !== 'duty') return false;
  return (
    (team.ward !== undefined && stay?.ward?.id === team.ward) ||
    (team.organization !== undefined && owners.includes(team.organization))
  );
}

/** Location id of the ward, Organization/… of its department. */
export type Team = { readonly ward: string | undefined; readonly organization: string | undefined };

export type Absence = { readonly practitioner: string; readonly until: number | undefined };

const standsInFor = 'https://holdfast.dk/fhir/stands-in-for';

/** For whom somebody stands in now. */
export function absencesOf(
  roles: readonly PractitionerRole[],
  practitioner: string | null | undefined,
  now: number,
): readonly Absence[] {
  return roles.flatMap((role) => {
    const absent = role.extension?.find(({ url }) => url === standsInFor)?.valueReference;
    const [start, end] = [instantOf(role.period?.start), instantOf(role.period?.end)];
    if (role.active === false || absent?.reference === undefined) return [];
    if (role.practitioner?.reference !== practitioner || (start ?? 0) > now || (end ?? now) < now) return [];
    return [{ practitioner: absent.reference, until: end }];
  });
}

/** To whom this person has handed over, now or from a later time. */
export function ownHandOver(
  roles: readonly PractitionerRole[],
  practitioner: string | null | undefined,
  now: number,
): { readonly to: string; readonly start: number; readonly end: number } | undefined {
  for (const role of roles) {
    const absent = role.extension?.find(({ url }) => url === standsInFor)?.valueReference?.reference;
    const end = instantOf(role.period?.end);
    if (role.active === false || absent !== practitioner || end === undefined || end < now) continue;
    return { to: role.practitioner?.reference ?? '', start: instantOf(role.period?.start) ?? 0, end };
  }
  return undefined;
}
