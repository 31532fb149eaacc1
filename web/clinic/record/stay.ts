import type { Encounter } from '@medplum/fhirtypes';
import { daysBetween, instantOf } from '../../parts/format/date.ts';
import { hasCode, referredId } from './coding.ts';

// A stay in a ward, as the contract shapes it: the ward first, then the bed.

type Place = { readonly id: string | undefined; readonly name: string | undefined };

export type Stay = {
  readonly id: string;
  readonly patient: string;
  readonly status: 'planned' | 'here' | 'leave' | 'over';
  readonly start: number | undefined;
  /** Planned, when the stay is not over. */
  readonly end: number | undefined;
  readonly ward: Place | undefined;
  readonly bed: Place | undefined;
  readonly doctor: string | undefined;
  readonly nurse: string | undefined;
  readonly reason: string | undefined;
  readonly origin: string | undefined;
  readonly dischargeTo: string | undefined;
  /** Conditions in the order of the stay: the first is why the patient is here. */
  readonly conditions: readonly string[];
  /** The resource itself, for who changes it. */
  readonly source: Encounter;
};

const statuses: Readonly<Record<string, Stay['status']>> = {
  planned: 'planned',
  arrived: 'here',
  triaged: 'here',
  'in-progress': 'here',
  onleave: 'leave',
};

export function stayOf(encounter: Encounter): Stay {
  return {
    source: encounter,
    id: encounter.id ?? '',
    patient: referredId(encounter.subject, 'Patient') ?? '',
    status: statuses[encounter.status] ?? 'over',
    start: instantOf(encounter.period?.start),
    end: instantOf(encounter.period?.end),
    ward: placeOf(encounter, 'wa'),
    bed: placeOf(encounter, 'bd'),
    doctor: participantOf(encounter, 'ATND'),
    nurse: participantOf(encounter, 'PPRF'),
    reason: encounter.reasonCode?.[0]?.text ?? encounter.reasonCode?.[0]?.coding?.[0]?.display,
    origin: encounter.hospitalization?.origin?.display,
    dischargeTo: encounter.hospitalization?.dischargeDisposition?.text,
    conditions: (encounter.diagnosis ?? []).flatMap(
      (diagnosis) => referredId(diagnosis.condition, 'Condition') ?? [],
    ),
  };
}

/** The stay that is going on, else the one that is expected; never one that is over. */
export function currentStay(encounters: readonly Encounter[]): Stay | undefined {
  const stays = encounters.map(stayOf);
  return (
    stays.find((stay) => stay.status === 'here' || stay.status === 'leave') ??
    stays.find((stay) => stay.status === 'planned')
  );
}

/** Day of the stay: the day of admission is day 1. */
export function dayOfStay(stay: Stay, today: number): number | undefined {
  return stay.start === undefined || stay.status === 'planned'
    ? undefined
    : daysBetween(stay.start, today) + 1;
}

/** AL: as many letters as needed to know a colleague in a column. */
export function staffInitials(name: string | undefined): string {
  if (name === undefined) return '–';
  const words = name.split(/[\s,]+/).filter((word) => word !== '' && !/^(?:dr|prof)\.?$/i.test(word));
  return words
    .map((word) => Array.from(word)[0] ?? '')
    .join('')
    .slice(0, 3)
    .toUpperCase();
}

function placeOf(encounter: Encounter, kind: 'wa' | 'bd'): Place | undefined {
  const open = (encounter.location ?? []).filter((each) => each.status !== 'completed');
  const typed = open.find((each) => hasCode(each.physicalType, kind));
  const found =
    typed ?? (open.some((each) => each.physicalType !== undefined) ? undefined : open[kind === 'wa' ? 0 : 1]);
  if (found === undefined) return undefined;
  return { id: referredId(found.location, 'Location'), name: found.location.display };
}

function participantOf(encounter: Encounter, code: string): string | undefined {
  return encounter.participant?.find((each) => each.type?.some((type) => hasCode(type, code)))?.individual
    ?.display;
}
