/**
 * A stay in hospital as an Encounter (docs/how/clinical-shapes.md), and what becomes of it: pure, for screens, simulations
 * and whoever else writes stays. Each function answers with the next version of the resource; when it may be stored is
 * judged where it is stored (src/care/admission.ts).
 */
import type {
  CodeableConcept,
  Encounter,
  EncounterLocation,
  Location,
  Organization,
  Patient,
  Practitioner,
  Reference,
} from '@medplum/fhirtypes';

/** A ward, and a bed in it when there is one. */
export interface Whereto {
  readonly ward: Reference<Location>;
  readonly bed?: Reference<Location> | undefined;
}

export interface Admission extends Whereto {
  readonly patient: Reference<Patient>;
  /** The department that the ward belongs to. */
  readonly department?: Reference<Organization> | undefined;
  readonly reason?: string | undefined;
  readonly doctor?: Reference<Practitioner> | undefined;
  readonly nurse?: Reference<Practitioner> | undefined;
  /** Where the patient comes from. */
  readonly origin?: string | undefined;
  /** The mother's stay, of a newborn. */
  readonly partOf?: Reference<Encounter> | undefined;
}

/** A stay that begins. @param at An instant with its offset, `2026-01-15T14:05:00+01:00`. */
export function admit(admission: Admission, at: string): Encounter {
  return {
    ...stayOf(admission),
    status: 'in-progress',
    period: { start: at },
    location: placesAt(admission, at),
  };
}

/** A stay that is to come. @param at When the patient is expected. */
export function expectAt(admission: Admission, at: string): Encounter {
  return {
    ...stayOf(admission),
    status: 'planned',
    period: { start: at },
    location: placesPlanned(admission),
  };
}

function stayOf({ patient, department, reason, doctor, nurse, origin, partOf }: Admission) {
  return {
    resourceType: 'Encounter',
    class: {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
      code: 'IMP',
      display: 'inpatient encounter',
    },
    subject: patient,
    ...(department === undefined ? {} : { serviceProvider: department }),
    ...(reason === undefined ? {} : { reasonCode: [{ text: reason }] }),
    ...(doctor === undefined && nurse === undefined ? {} : { participant: participants(doctor, nurse) }),
    ...(origin === undefined ? {} : { hospitalization: { origin: { display: origin } } }),
    ...(partOf === undefined ? {} : { partOf }),
  } satisfies Omit<Encounter, 'status'>;
}

/** To another bed, or to another ward: what was is kept with its end. */
export function move(stay: Encounter, to: Whereto, at: string): Encounter {
  return { ...stay, location: [...placesAt(to, at), ...placesLeft(stay, at)] };
}

/** Who was expected has come. */
export function receive(stay: Encounter, to: Whereto, at: string): Encounter {
  return {
    ...turned(stay, 'in-progress', at),
    period: { ...stay.period, start: at },
    location: placesAt(to, at),
  };
}

/** Away for some hours or days; the bed stays theirs. */
export function leave(stay: Encounter, at: string): Encounter {
  return turned(stay, 'onleave', at);
}

export function comeBack(stay: Encounter, at: string): Encounter {
  return turned(stay, 'in-progress', at);
}

/** The stay ends. @param to Where to, in words, or `dead`. */
export function discharge(stay: Encounter, to: string, at: string): Encounter {
  return {
    ...turned(stay, 'finished', at),
    period: { ...stay.period, end: at },
    location: placesLeft(stay, at),
    hospitalization: { ...stay.hospitalization, dischargeDisposition: dispositionOf(to) },
  };
}

/** For `discharge`: the patient died. */
export const dead = 'Død';

/** When and where to the patient is expected to leave. */
export function planDischarge(stay: Encounter, to: string, at: string): Encounter {
  return {
    ...stay,
    period: { ...stay.period, end: at },
    hospitalization: { ...stay.hospitalization, dischargeDisposition: dispositionOf(to) },
  };
}

/** The patient did not come, or is not to come any more. */
export function callOff(stay: Encounter, at: string): Encounter {
  return turned(stay, 'cancelled', at);
}

function turned(stay: Encounter, status: Encounter['status'], at: string): Encounter {
  const { status: before, statusHistory = [] } = stay;
  const since = statusHistory.at(-1)?.period.end ?? stay.period?.start;
  // Who comes before they were expected was expected until now, since nobody knows when.
  const isBefore = since !== undefined && Date.parse(since) <= Date.parse(at);
  const period = { ...(isBefore ? { start: since } : {}), end: at };
  return { ...stay, status, statusHistory: [...statusHistory, { status: before, period }] };
}

function dispositionOf(to: string): CodeableConcept {
  // http://hl7.org/fhir/R4/valueset-encounter-discharge-disposition.html; other ways out are told in words.
  const system = 'http://terminology.hl7.org/CodeSystem/discharge-disposition';
  return { ...(to === dead ? { coding: [{ system, code: 'exp', display: 'Expired' }] } : {}), text: to };
}

function placesAt({ ward, bed }: Whereto, at: string): EncounterLocation[] {
  return places({ ward, bed }, 'active', { period: { start: at } });
}

function placesPlanned(to: Whereto): EncounterLocation[] {
  return places(to, 'planned', {});
}

function places(
  { ward, bed }: Whereto,
  status: 'active' | 'planned',
  more: Pick<EncounterLocation, 'period'>,
): EncounterLocation[] {
  return [
    { location: ward, status, physicalType: physicalType('wa', 'Ward'), ...more },
    ...(bed === undefined
      ? []
      : [{ location: bed, status, physicalType: physicalType('bd', 'Bed'), ...more }]),
  ];
}

/** Where the patient was, ended now where it had not; what was only planned is gone. */
function placesLeft({ location = [] }: Encounter, at: string): EncounterLocation[] {
  return location
    .filter(({ status }) => status !== 'planned' && status !== 'reserved')
    .map((place) =>
      place.status === 'completed'
        ? place
        : { ...place, status: 'completed', period: { ...place.period, end: at } },
    );
}

function physicalType(code: string, display: string): CodeableConcept {
  return {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code, display }],
  };
}

function participants(
  doctor: Admission['doctor'],
  nurse: Admission['nurse'],
): NonNullable<Encounter['participant']> {
  const of = (individual: Admission['doctor'], code: string, text: string) =>
    individual === undefined
      ? []
      : [
          {
            type: [
              {
                coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code }],
                text,
              },
            ],
            individual,
          },
        ];
  return [...of(doctor, 'ATND', 'Ansvarlig læge'), ...of(nurse, 'PPRF', 'Ansvarlig sygeplejerske')];
}
