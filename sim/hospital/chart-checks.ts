// What must be so in each chart: scores, orders of drugs, samples, notes, and results that were seen.
import { measuredIn, readingsOf } from '#fhir/early-warning/observe.ts';
import { earlyWarning } from '#fhir/early-warning/score.ts';
import { tableOf } from '#fhir/early-warning/table.ts';
import type { Json } from '#fhir/json.ts';
import type { HospitalRecord } from './api.ts';

export async function chartFaults(record: HospitalRecord, patient: string): Promise<string[]> {
  return [
    ...(await scoreFaults(record, patient)),
    ...(await drugFaults(record, patient)),
    ...(await sampleFaults(record, patient)),
    ...(await writingFaults(record, patient)),
  ];
}

/** Each score is what its seven measurements give, and says when to measure next. */
async function scoreFaults(record: HospitalRecord, patient: string): Promise<string[]> {
  const all = await record.find('Observation', `subject=${patient}&category=vital-signs`);
  const byName = new Map(all.map((one) => [`Observation/${one.id}`, one]));
  const table = tableOf('news2');
  const faults: string[] = [];
  for (const score of all.filter(({ valueInteger }) => valueInteger !== undefined)) {
    const set = (score.derivedFrom ?? []).flatMap(({ reference = '' }) => byName.get(reference) ?? []);
    const measured = measuredIn(set.flatMap((one) => readingsOf(one as unknown as Json).readings));
    const answer = table && earlyWarning(table, measured);
    if (answer?.kind !== 'score' || answer.score !== score.valueInteger)
      faults.push(`Observation/${score.id} is no score of its ${set.length} measurements`);
    const due = score.extension?.find(({ url }) => url === 'https://holdfast.dk/fhir/next-due');
    if (!(Date.parse(due?.valueDateTime ?? '') > Date.parse(score.effectiveDateTime ?? '')))
      faults.push(`Observation/${score.id} does not say when to measure next`);
  }
  return faults;
}

/** No drug is ordered twice at a time, and what was replaced has ended, once. */
async function drugFaults(record: HospitalRecord, patient: string): Promise<string[]> {
  const orders = await record.find('MedicationRequest', `subject=${patient}`);
  const byName = new Map(orders.map((one) => [`MedicationRequest/${one.id}`, one]));
  const faults: string[] = [];
  const replaced = orders.flatMap(({ priorPrescription }) => priorPrescription?.reference ?? []);
  for (const name of new Set(replaced)) {
    if (byName.get(name)?.status !== 'stopped') faults.push(`${name} was replaced and goes on`);
    if (replaced.filter((one) => one === name).length > 1) faults.push(`${name} was replaced twice`);
  }
  for (const { id, status, statusReason } of orders)
    if (status === 'stopped' && statusReason?.text === undefined)
      faults.push(`MedicationRequest/${id} was stopped without a reason`);
  return faults;
}

/** Each number is one sample's, and what was taken is on its way or answered. */
async function sampleFaults(record: HospitalRecord, patient: string): Promise<string[]> {
  const [samples, tasks] = await Promise.all([
    record.find('Specimen', `patient=${patient}`),
    record.find('Task', `patient=${patient}`),
  ]);
  const faults: string[] = [];
  const numbers = samples.map(({ accessionIdentifier }) => accessionIdentifier?.value);
  if (new Set(numbers).size !== numbers.length) faults.push(`${patient} has two samples of one number`);
  for (const { id, request = [] } of samples)
    for (const { reference } of request) {
      const task = tasks.find(({ basedOn }) => basedOn?.some((one) => one.reference === reference));
      const step = task?.businessStatus?.coding?.[0]?.code;
      if (step !== 'collected' && step !== 'answered')
        faults.push(`Specimen/${id} is taken, and ${reference} is ${step}`);
    }
  return faults;
}

/** Each note has an author and is of a stay of this patient; what was seen names a version. */
async function writingFaults(record: HospitalRecord, patient: string): Promise<string[]> {
  const [notes, stays, tasks] = await Promise.all([
    record.find('DocumentReference', `subject=${patient}`),
    record.find('Encounter', `subject=${patient}`),
    record.find('Task', `patient=${patient}&code=https://holdfast.dk/fhir/task-kind|result-review`),
  ]);
  const own = new Set(stays.map(({ id }) => `Encounter/${id}`));
  return [
    ...notes
      .filter(
        ({ author = [], context }) =>
          author.length === 0 || !own.has(context?.encounter?.[0]?.reference ?? ''),
      )
      .map(({ id }) => `DocumentReference/${id} has no author, or is of no stay of ${patient}`),
    ...tasks
      .filter(({ basedOn = [] }) => !basedOn.every(({ reference = '' }) => /_history\/\d+$/.test(reference)))
      .map(({ id }) => `Task/${id} saw a result of no version`),
  ];
}
