/** Systems and codes of operations; docs/how/clinical-shapes.md. */
import procedureTable from './procedures.json' with { type: 'json' };
import urgencyTable from './urgency.json' with { type: 'json' };

export const sksSystem = 'urn:oid:1.2.208.176.2.4.12';
/** The category of what is asked for and of what was done: SNOMED CT, surgical procedure. */
export const operationCategory = { system: 'http://snomed.info/sct', code: '387713003' } as const;
/** `Appointment.serviceType` of a place in an operating programme. */
export const placeKind = { system: 'https://holdfast.dk/fhir/appointment-kind', code: 'operation' } as const;
/** `Location.type` of an operating department, whose rooms are its parts. */
export const departmentKind = {
  system: 'https://holdfast.dk/fhir/place-kind',
  code: 'operating-department',
} as const;
export const placeStatusSystem = 'http://terminology.hl7.org/CodeSystem/v2-0116';
/** What a participant of a place is in it. */
export const partSystem = 'https://holdfast.dk/fhir/operation-part';
export const anaesthesiaSystem = 'https://holdfast.dk/fhir/anaesthesia';
/** Special needs and isolation, as details of what is asked for. */
export const needSystem = 'https://holdfast.dk/fhir/operation-need';
export const fastingUrl = 'https://holdfast.dk/fhir/fasting-since';
export const cancelReasonSystem = 'https://holdfast.dk/fhir/operation-cancelled';
export const moveReasonSystem = 'https://holdfast.dk/fhir/operation-moved';
export const moveUrl = 'https://holdfast.dk/fhir/place-moved';
export const keptUrl = 'https://holdfast.dk/fhir/place-kept';
export const clockUrl = 'https://holdfast.dk/fhir/operation-clock';
export const callKind = 'call-cancelled';

export const parts = ['room', 'department', 'surgeon', 'anaesthesia', 'scrub'] as const;
export type Part = (typeof parts)[number];

export const cancelReasons = [
  'patient-unfit',
  'patient-absent',
  'patient-wish',
  'emergency-first',
  'overrun',
  'no-staff',
  'no-bed',
  'no-equipment',
  'not-needed',
  'capacity',
  'mistake',
] as const;
export type CancelReason = (typeof cancelReasons)[number];

export const moveReasons = [
  'emergency-first',
  'overrun',
  'earlier',
  'staff',
  'equipment',
  'patient',
  'mistake',
] as const;
export type MoveReason = (typeof moveReasons)[number];

export const sides = ['left', 'right', 'both'] as const;
export type Side = (typeof sides)[number];
/** SNOMED CT qualifiers, and the words of an operating theatre. */
export const sideCodes = {
  left: { code: '7771000', words: 'venstre' },
  right: { code: '24028007', words: 'højre' },
  both: { code: '51440002', words: 'begge sider' },
} as const satisfies Record<Side, { readonly code: string; readonly words: string }>;

export const anaesthesias = ['general', 'spinal', 'regional', 'local', 'sedation'] as const;
export type Anaesthesia = (typeof anaesthesias)[number];

export const urgencyNames = ['A', 'B', 'C', 'D'] as const;
export type UrgencyName = (typeof urgencyNames)[number];
/** How long an operation of a class may wait from when it was asked for; without minutes it is elective. */
export interface Urgency {
  readonly class: UrgencyName;
  /** `ServiceRequest.priority`, one for each class: who knows FHIR and not the classes reads the same. */
  readonly priority: 'stat' | 'asap' | 'urgent' | 'routine';
  readonly minutes?: number;
}
export const urgencies = urgencyTable as readonly Urgency[];

/** These are never among what is cancelled together. */
export const neverTogether: ReadonlySet<UrgencyName> = new Set(['A', 'B']);

/** What can be operated, by SKS; a pick list and not the classification. `minutes`: of the knife, as usual. */
export interface SurgicalProcedure {
  readonly code: string;
  readonly words: string;
  /** It has a side, which must be known before it begins. */
  readonly sided: boolean;
  readonly minutes: number;
  readonly anaesthesia: Anaesthesia;
}
export const surgicalProcedures = procedureTable as readonly SurgicalProcedure[];

/** Between two patients in one room: cleaning, and what has to be set up. */
export const turnoverMinutes = 20;
/** In the room before the knife and after it. */
export const roomMinutes = 30;
