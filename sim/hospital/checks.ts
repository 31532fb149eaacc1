// What must be so after any shift, told by the record itself.
import type { Encounter } from '@medplum/fhirtypes';
import type { HospitalRecord } from './api.ts';
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
  return faults;
}

function bedsOf(stay: Encounter): string[] {
  return (stay.location ?? []).flatMap(({ status, physicalType, location }) =>
    status === 'active' && physicalType?.coding?.some(({ code }) => code === 'bd') === true
      ? [location.reference ?? '']
      : [],
  );
}
