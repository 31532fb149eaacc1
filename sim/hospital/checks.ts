// What must be so after any shift, told by the record itself.
import type { Encounter } from '@medplum/fhirtypes';
import type { HospitalRecord } from './api.ts';
import { answersAt } from './treatment.ts';
import type { Ward } from './ward.ts';

/** What is not as it must be, in words; empty when all is. */
export async function faultsOf(record: HospitalRecord, ward: Ward): Promise<readonly string[]> {
  const id = ward.ward.id ?? '';
  const [stays, beds] = await Promise.all([
    record.find('Encounter', `location=Location/${id}`),
    record.find('Location', `partof=Location/${id}`),
  ]);
  const here = stays.filter(({ status }) => status === 'in-progress' || status === 'onleave');
  const faults: string[] = [];
  for (const bed of beds) {
    const lying = here.filter((stay) => bedsOf(stay).includes(`Location/${bed.id ?? ''}`));
    if (lying.length > 1) faults.push(`bed ${bed.id} holds ${lying.length} patients`);
    const isOccupied = bed.operationalStatus?.code === 'O';
    if (isOccupied !== lying.length > 0)
      faults.push(`bed ${bed.id} is ${bed.operationalStatus?.code} and holds ${lying.length}`);
  }
  for (const [patient, some] of Map.groupBy(here, ({ subject }) => subject?.reference ?? ''))
    if (some.length > 1) faults.push(`${patient} lies in ${some.length} places`);
  for (const stay of here)
    if (bedsOf(stay).length > 1) faults.push(`Encounter/${stay.id} takes several beds`);
  for (const stay of stays.filter(({ status }) => status === 'finished')) {
    if (stay.period?.end === undefined) faults.push(`Encounter/${stay.id} is finished without an end`);
    if (stay.location?.some(({ status }) => status === 'active'))
      faults.push(`Encounter/${stay.id} is finished and still takes a place`);
  }
  for (const person of ward.people)
    faults.push(...(await treatmentFaults(record, `Patient/${person.id ?? ''}`)));
  return faults;
}

/** Each given dose has its order and is given once; each order has an answer or a state. */
async function treatmentFaults(record: HospitalRecord, patient: string): Promise<string[]> {
  const [requests, given, orders, tasks, reports] = await Promise.all([
    record.find('MedicationRequest', `subject=${patient}`),
    record.find('MedicationAdministration', `subject=${patient}`),
    record.find('ServiceRequest', `subject=${patient}`),
    record.find('Task', `patient=${patient}`),
    record.find('DiagnosticReport', `subject=${patient}`),
  ]);
  const faults: string[] = [];
  const known = new Set(requests.map(({ id }) => `MedicationRequest/${id}`));
  for (const dose of given)
    if (!known.has(dose.request?.reference ?? ''))
      faults.push(`MedicationAdministration/${dose.id} has no order`);
  for (const [dose, some] of Map.groupBy(given, (one) => `${one.request?.reference} ${answersAt(one)}`))
    if (some.length > 1) faults.push(`${dose} was given ${some.length} times`);
  for (const order of orders) {
    const name = `ServiceRequest/${order.id}`;
    const isAnswered = reports.some(({ basedOn }) => basedOn?.some(({ reference }) => reference === name));
    const task = tasks.find(({ basedOn }) => basedOn?.some(({ reference }) => reference === name));
    if (task === undefined) faults.push(`${name} has no state`);
    if (isAnswered !== (order.status === 'completed'))
      faults.push(`${name} is ${order.status} and is ${isAnswered ? '' : 'not '}answered`);
    if (isAnswered && task?.status !== 'completed')
      faults.push(`${name} is answered, and its Task is ${task?.status}`);
  }
  return faults;
}

function bedsOf(stay: Encounter): string[] {
  return (stay.location ?? []).flatMap(({ status, physicalType, location }) =>
    status === 'active' && physicalType?.coding?.some(({ code }) => code === 'bd') === true
      ? [location.reference ?? '']
      : [],
  );
}
