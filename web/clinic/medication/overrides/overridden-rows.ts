import type {
  CodeableConcept,
  DetectedIssue,
  Encounter,
  MedicationAdministration,
  MedicationRequest,
  Resource,
} from '@medplum/fhirtypes';
import { alertSystem } from '#fhir/medication/check.ts';
import { instantOf } from '../../../parts/format/date.ts';
import { hasCode, ofType, referredId, wordsOf } from '../../record/coding.ts';

// Which alerts were overridden, how often, and with which reasons. The record knows of an alert only when somebody went on in spite of it:
// whoever chose another drug wrote nothing, so how often an alert was shown is not known, and no share is told.

/** So many of one kind for one drug, by more than one person, is worth a look at the alert (thresholds.md). */
const repeatedMin = 3;

export type OverriddenRow = {
  readonly id: string;
  readonly kind: string;
  readonly drug: string;
  readonly reason: string;
  /** Location id of where the patient lay; undefined when it is not known. */
  readonly ward: string | undefined;
  readonly at: number;
  /** `Practitioner/…` */
  readonly by: string | undefined;
};

export type OverriddenGroup = {
  readonly key: string;
  readonly kind: string;
  readonly drug: string;
  readonly rows: readonly OverriddenRow[];
  readonly people: number;
  /** Each with how often it was given, the most frequent first. */
  readonly reasons: readonly (readonly [string, number])[];
  readonly wards: readonly (readonly [string, number])[];
  readonly newest: number;
  readonly isRepeated: boolean;
};

/** Of what was fetched about them; the newest first. Those without a reason were not overridden. */
export function overriddenRows(resources: readonly Resource[]): readonly OverriddenRow[] {
  const requests = ofType(resources, 'MedicationRequest');
  const doses = new Map(ofType(resources, 'MedicationAdministration').map((one) => [one.id, one]));
  const stays = new Map(ofType(resources, 'Encounter').map((one) => [one.id, one]));
  const byIssue = new Map(
    requests.flatMap((request) =>
      (request.detectedIssue ?? []).map((issue) => [referredId(issue, 'DetectedIssue'), request] as const),
    ),
  );
  return ofType(resources, 'DetectedIssue')
    .filter(({ status }) => status !== 'entered-in-error')
    .flatMap((issue): OverriddenRow[] => {
      const kind = issue.code?.coding?.find(({ system }) => system === alertSystem)?.code;
      const reason = (issue.mitigation ?? [])
        .map(({ action }) => wordsOf(action))
        .find((words) => words !== '');
      const at = instantOf(issue.identifiedDateTime);
      if (kind === undefined || reason === undefined || at === undefined) return [];
      const about = byIssue.get(issue.id) ?? doseOf(issue, doses);
      const stay = stays.get(referredId(stayIn(about), 'Encounter') ?? '');
      return [
        {
          id: issue.id ?? '',
          kind,
          drug: drugOf(about?.medicationCodeableConcept),
          reason,
          ward: stay === undefined ? undefined : wardAt(stay, at),
          at,
          by: issue.author?.reference,
        },
      ];
    })
    .sort((a, b) => b.at - a.at);
}

/** One group for each kind of alert and drug, the most frequent first. */
export function groupOverridden(rows: readonly OverriddenRow[]): readonly OverriddenGroup[] {
  return [...Map.groupBy(rows, ({ kind, drug }) => `${kind} ${drug}`)]
    .map(([key, own]): OverriddenGroup => {
      const people = new Set(own.flatMap(({ by }) => by ?? [])).size;
      return {
        key,
        kind: own[0]?.kind ?? '',
        drug: own[0]?.drug ?? '',
        rows: own,
        people,
        reasons: counted(own.map(({ reason }) => reason)),
        wards: counted(own.map(({ ward }) => ward ?? '')),
        newest: Math.max(...own.map(({ at }) => at)),
        isRepeated: own.length >= repeatedMin && people > 1,
      };
    })
    .sort((a, b) => b.rows.length - a.rows.length || b.newest - a.newest);
}

function counted(words: readonly string[]): readonly (readonly [string, number])[] {
  return [...Map.groupBy(words, (one) => one)]
    .map(([word, all]) => [word, all.length] as const)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function doseOf(
  { implicated = [] }: DetectedIssue,
  doses: ReadonlyMap<string | undefined, MedicationAdministration>,
): MedicationAdministration | undefined {
  return implicated
    .map((one) => doses.get(referredId(one, 'MedicationAdministration')))
    .find((one) => one !== undefined);
}

const stayIn = (about: MedicationRequest | MedicationAdministration | undefined) =>
  about?.resourceType === 'MedicationRequest' ? about.encounter : about?.context;

/** The substance: packages of it are one. */
function drugOf(concept: CodeableConcept | undefined): string {
  const generic = concept?.coding?.find(({ display }) => display !== undefined)?.display;
  return generic ?? wordsOf(concept).split(',')[0] ?? '';
}

/** The ward at a moment: what a stay has left has a period, what it is in now may have none. */
function wardAt({ location = [] }: Encounter, at: number): string | undefined {
  const wards = location.filter(({ physicalType }) => hasCode(physicalType, 'wa'));
  const then = wards.find(
    ({ period }) =>
      (instantOf(period?.start) ?? -Infinity) <= at && at < (instantOf(period?.end) ?? Infinity),
  );
  return referredId((then ?? wards[0])?.location, 'Location');
}
