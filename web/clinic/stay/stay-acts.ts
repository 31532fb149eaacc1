import type { Appointment, Bundle, Organization, Patient, Reference, Resource } from '@medplum/fhirtypes';
import {
  admit,
  callOff,
  comeBack,
  dead,
  discharge,
  leave,
  move,
  planDischarge,
  receive,
  type Whereto,
} from '#fhir/stay.ts';
import type { Change } from '../../link/act.ts';
import { fhirMoment } from '../../parts/format/date.ts';
import type { Stay } from '../record/stay.ts';

// What the buttons of a stay write. A time is in milliseconds; what is updated names the version that was on the screen.

/** An update of what was on the screen, refused when another was faster. */
function update(resource: Resource): Change {
  const { resourceType, id = '', meta } = resource;
  return { method: 'PUT', url: `${resourceType}/${id}`, resource, version: meta?.versionId };
}

export function admitAct(
  patient: Reference<Patient>,
  to: Whereto,
  reason: string,
  at: number,
  department: Reference<Organization> | undefined,
): readonly Change[] {
  const stay = admit({ patient, ...to, department, ...(reason === '' ? {} : { reason }) }, fhirMoment(at));
  return [{ method: 'POST', url: 'Encounter', resource: stay }];
}

export function moveAct({ source }: Stay, to: Whereto, at: number): readonly Change[] {
  return [update(move(source, to, fhirMoment(at)))];
}

/** The stay that was expected begins; the one elsewhere in the house ends with it. */
export function receiveAct(
  { source }: Stay,
  to: Whereto,
  at: number,
  others: readonly Stay[],
): readonly Change[] {
  const time = fhirMoment(at);
  return [
    ...others.map((other) => update(discharge(other.source, to.ward.display ?? '', time))),
    update(receive(source, to, time)),
  ];
}

/** With an appointment for when the patient is back, so that the ward expects them. */
export function leaveAct({ source, patient }: Stay, at: number, back: number): readonly Change[] {
  const left = update(leave(source, fhirMoment(at)));
  const ward = source.location?.find(({ status }) => status === 'active')?.location.display;
  const where: Appointment['participant'] =
    ward === undefined ? [] : [{ actor: { display: ward }, status: 'accepted' }];
  const appointment: Appointment = {
    resourceType: 'Appointment',
    status: 'booked',
    description: 'Tilbage fra orlov',
    start: fhirMoment(back),
    end: fhirMoment(back + 15 * 60_000),
    participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }, ...where],
  };
  return [left, { method: 'POST', url: 'Appointment', resource: appointment }];
}

export function comeBackAct({ source }: Stay, at: number): readonly Change[] {
  return [update(comeBack(source, fhirMoment(at)))];
}

export function dischargeAct({ source }: Stay, to: string, at: number): readonly Change[] {
  return [update(discharge(source, to, fhirMoment(at)))];
}

export function planDischargeAct({ source }: Stay, to: string, at: number): readonly Change[] {
  return [update(planDischarge(source, to, fhirMoment(at)))];
}

/** The stay ends and the person is told to be dead, together or not at all. */
export function deathAct({ source }: Stay, person: Patient, at: number): readonly Change[] {
  const { deceasedBoolean: _before, ...rest } = person;
  const time = fhirMoment(at);
  return [update(discharge(source, dead, time)), update({ ...rest, deceasedDateTime: time })];
}

export function callOffAct({ source }: Stay, at: number): readonly Change[] {
  return [update(callOff(source, fhirMoment(at)))];
}

/**
 * What takes an act back: what was updated is again as it was on the screen, and what was created is cancelled. Refused
 * when somebody changed it since.
 * @param before What the act updated, as it was.
 */
export function undo(before: readonly Resource[], stored: Bundle): readonly Change[] {
  const written = (stored.entry ?? []).flatMap(({ resource }) => resource ?? []);
  return written.flatMap((resource): Change[] => {
    const version = resource.meta?.versionId;
    const url = `${resource.resourceType}/${resource.id ?? ''}`;
    const earlier = before.find(({ resourceType, id }) => `${resourceType}/${id ?? ''}` === url);
    if (earlier !== undefined) return [{ method: 'PUT', url, resource: earlier, version }];
    const taken = takenBack(resource);
    return taken === undefined ? [] : [{ method: 'PUT', url, resource: taken, version }];
  });
}

/** What was created, as it says that it should not have been; undefined when it cannot say so. */
function takenBack(resource: Resource): Resource | undefined {
  const { resourceType: type } = resource;
  if (type === 'Appointment') return { ...resource, status: 'cancelled' };
  if (type === 'Encounter') return { ...resource, status: 'entered-in-error' };
  // A measurement says why it was wrong.
  if (type === 'Observation')
    return {
      ...resource,
      status: 'entered-in-error',
      note: [...(resource.note ?? []), { text: 'Taget tilbage' }],
    };
  if (type === 'Patient' || type === 'RelatedPerson') return { ...resource, active: false };
  return undefined;
}
