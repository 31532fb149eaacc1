// What must be so after any shift, told by the record itself.
import type { Encounter } from '@medplum/fhirtypes';
import { isSigned, kindIdOf } from '#fhir/letters/letter.ts';
import { hourMs } from '../population/danish-time.ts';
import type { HospitalRecord } from './api.ts';
import { isOn } from './clinician.ts';
import { chartFaults } from './chart-checks.ts';
import { answersAt } from './treatment.ts';
import { loginOf, type Ward } from './ward.ts';

/** A letter that is owed for longer was forgotten: who acts every quarter writes it after two hours. */
const lettersWithinHours = 4;

/** What is not as it must be at a moment, in words; empty when all is. */
export async function faultsOf(
  record: HospitalRecord,
  wards: readonly Ward[],
  now: number,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const doctors = new Set(wards.map(({ ward }) => `Practitioner/${loginOf(ward.id ?? '', 'doctor')}`));
  for (const ward of wards) {
    faults.push(...(await wardFaults(record, ward)));
    for (const { id = '' } of ward.people) {
      const patient = `Patient/${id}`;
      faults.push(
        ...(await placeFaults(record, patient)),
        ...(await treatmentFaults(record, patient)),
        ...(await chartFaults(record, patient)),
        ...(await letterFaults(record, patient, doctors, now)),
      );
    }
  }
  return faults;
}

/** Each bed holds one patient at most, and says whether it does. */
async function wardFaults(record: HospitalRecord, ward: Ward): Promise<string[]> {
  const id = ward.ward.id ?? '';
  const [stays, beds] = await Promise.all([
    record.find('Encounter', `location=Location/${id}`),
    record.find('Location', `partof=Location/${id}`),
  ]);
  const here = stays.filter(
    (stay) => (stay.status === 'in-progress' || stay.status === 'onleave') && isOn(stay, id),
  );
  const faults: string[] = [];
  for (const bed of beds) {
    const lying = here.filter((stay) => bedsOf(stay).includes(`Location/${bed.id ?? ''}`));
    if (lying.length > 1) faults.push(`bed ${bed.id} holds ${lying.length} patients`);
    const isOccupied = bed.operationalStatus?.code === 'O';
    if (isOccupied !== lying.length > 0)
      faults.push(`bed ${bed.id} is ${bed.operationalStatus?.code} and holds ${lying.length}`);
  }
  for (const stay of here)
    if (bedsOf(stay).length > 1) faults.push(`Encounter/${stay.id} takes several beds`);
  return faults;
}

/** A patient lies in one place, and in none when the stay is over. */
async function placeFaults(record: HospitalRecord, patient: string): Promise<string[]> {
  const stays = await record.find('Encounter', `subject=${patient}`);
  const faults: string[] = [];
  const here = stays.filter(({ status }) => status === 'in-progress' || status === 'onleave');
  if (here.length > 1) faults.push(`${patient} lies in ${here.length} places`);
  for (const stay of stays.filter(({ status }) => status === 'finished')) {
    if (stay.period?.end === undefined) faults.push(`Encounter/${stay.id} is finished without an end`);
    if (stay.location?.some(({ status }) => status === 'active'))
      faults.push(`Encounter/${stay.id} is finished and still takes a place`);
  }
  return faults;
}

/** Each stay that ended owes its letter; one letter of a doctor of the hospital ends that, and none waits too long. */
async function letterFaults(
  record: HospitalRecord,
  patient: string,
  doctors: ReadonlySet<string>,
  now: number,
): Promise<string[]> {
  const [stays, tasks, letters] = await Promise.all([
    record.find('Encounter', `subject=${patient}&status=finished`),
    record.find('Task', `patient=${patient}`),
    record.find('Composition', `subject=${patient}`),
  ]);
  const faults: string[] = [];
  for (const { id = '', period } of stays) {
    const name = `Encounter/${id}`;
    const owed = tasks.find((task) => task.id === `letter-due-${id}`);
    const signed = letters.filter(
      (letter) =>
        letter.encounter?.reference === name && kindIdOf(letter) === 'discharge-letter' && isSigned(letter),
    );
    if (owed === undefined) faults.push(`${name} ended and owes no letter`);
    if (signed.length > 1) faults.push(`${name} has ${signed.length} letters`);
    if ((owed?.status === 'completed') !== signed.length > 0)
      faults.push(`${name} has ${signed.length} letters, and its Task is ${owed?.status}`);
    if (signed.length === 0 && Date.parse(period?.end ?? '') < now - lettersWithinHours * hourMs)
      faults.push(`${name} ended ${period?.end} and has no letter yet`);
    for (const letter of signed)
      if (!doctors.has(letter.attester?.[0]?.party?.reference ?? ''))
        faults.push(`Composition/${letter.id} is signed by no doctor of the hospital`);
  }
  return faults;
}

/** Each given dose has its order, or a reason, and is given once; each order has an answer or a state. */
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
    if (!known.has(dose.request?.reference ?? '') && dose.reasonCode === undefined)
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
