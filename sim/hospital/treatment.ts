// What is ordered, given and answered for those who lie in a simulated ward. The medicine of a ward is known by what the
// record says of it; a dose is given by whoever sees it first, and the second is told who was.
import type {
  DiagnosticReport,
  Dosage,
  Encounter,
  MedicationAdministration,
  MedicationRequest,
  ServiceRequest,
  Specimen,
  Task,
} from '@medplum/fhirtypes';
import { plannedTimeUrl, writeDose } from '#fhir/dose/dose.ts';
import type { Dose } from '#fhir/dose/step.ts';
import { decimalOf } from '#fhir/dose/decimal.ts';
import { atcSystem, plannedOf, readOrder } from '#fhir/medication/order.ts';
import { orderableOf, orderableSystem } from '#fhir/orders/catalogue.ts';
import { accessionSystem, orderStepSystem, requisitionSystem, taskKindSystem } from '#fhir/orders/steps.ts';
import { danishInstant, hourMs } from '../population/danish-time.ts';
import type { Entry } from './api.ts';
import type { Moment } from './clinician.ts';

const drugs = [
  {
    atc: 'N02BE01',
    generic: 'paracetamol',
    form: 'tablet 500 mg',
    mg: 1000,
    times: ['08:00', '12:00', '18:00', '22:00'],
  },
  { atc: 'C03CA01', generic: 'furosemid', form: 'tablet 40 mg', mg: 40, times: ['08:00', '14:00'] },
  { atc: 'A02BC02', generic: 'pantoprazol', form: 'tablet 40 mg', mg: 40, times: ['08:00'] },
] as const;
const tests = ['crp', 'creatinine', 'haemoglobin'] as const;

/** Somebody who lies here gets a drug that they do not get yet. */
export async function orderDrug(moment: Moment, stay: Encounter): Promise<readonly Entry[] | undefined> {
  const running = await ordersOf(moment, stay);
  const drug = moment.random.pick(drugs);
  if (
    running.some(({ medicationCodeableConcept: named }) =>
      named?.coding?.some(({ code }) => code === drug.atc),
    )
  )
    return undefined;
  const amount = decimalOf(drug.mg);
  const dose: Dose = {
    route: 'p.o.',
    text: '',
    steps: [
      {
        amount: amount && { value: amount, unit: 'mg' },
        upTo: undefined,
        rate: undefined,
        when: { kind: 'clock', times: drug.times, everyDays: 1, weekdays: [] },
        most: undefined,
        from: moment.now,
        until: undefined,
      },
    ],
  };
  const resource: MedicationRequest = {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'inpatient' },
        ],
      },
    ],
    medicationCodeableConcept: {
      coding: [{ system: atcSystem, code: drug.atc, display: drug.generic }],
      text: `${drug.generic} ${drug.form}`,
    },
    ...aboutStay(stay),
    authoredOn: danishInstant(moment.now),
    dosageInstruction: writeDose(dose) as unknown as Dosage[],
  };
  return [{ method: 'POST', url: 'MedicationRequest', resource }];
}

/** The first dose that is due within the hour and that nobody has answered, as far as is seen. */
export async function giveDose(moment: Moment, stay: Encounter): Promise<readonly Entry[] | undefined> {
  const { record, now } = moment;
  const [running, given] = await Promise.all([
    ordersOf(moment, stay),
    record.find(
      'MedicationAdministration',
      // What answers a dose of this hour was written within the day.
      `subject=${stay.subject?.reference ?? ''}&effective-time=ge${new Date(now - 24 * hourMs).toISOString()}`,
    ),
  ]);
  for (const request of running) {
    for (const { at } of plannedOf(readOrder(request), now - hourMs, now + hourMs)) {
      if (given.some((one) => isAnswerTo(one, request, at))) continue;
      const resource: MedicationAdministration = {
        resourceType: 'MedicationAdministration',
        status: 'completed',
        extension: [{ url: plannedTimeUrl, valueDateTime: danishInstant(at) }],
        medicationCodeableConcept: request.medicationCodeableConcept ?? {},
        subject: request.subject,
        request: { reference: `MedicationRequest/${request.id ?? ''}` },
        effectiveDateTime: danishInstant(now),
        performer: [{ actor: moment.self }],
        dosage: { dose: request.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity ?? {} },
      };
      return [{ method: 'POST', url: 'MedicationAdministration', resource }];
    }
  }
  return undefined;
}

/** The planned moment that a given dose answers, as an instant in milliseconds. */
export function answersAt(given: MedicationAdministration): number | undefined {
  const planned = given.extension?.find(({ url }) => url === plannedTimeUrl)?.valueDateTime;
  return planned === undefined ? undefined : Date.parse(planned);
}

function isAnswerTo(given: MedicationAdministration, { id = '' }: MedicationRequest, at: number): boolean {
  return (
    given.status !== 'entered-in-error' &&
    given.request?.reference === `MedicationRequest/${id}` &&
    answersAt(given) === at
  );
}

/** A blood sample is ordered: the order, and the Task that carries its steps to the laboratory. */
export function orderTest(moment: Moment, stay: Encounter): readonly Entry[] | undefined {
  const item = orderableOf(moment.random.pick(tests));
  if (item === undefined) return undefined;
  const name = `urn:uuid:${moment.random.uuid()}`;
  const requisition = { system: requisitionSystem, value: moment.random.uuid() };
  const at = danishInstant(moment.now);
  const order: ServiceRequest = {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    category: [{ text: item.receiver }],
    code: { coding: [{ system: orderableSystem, code: item.id }], text: item.danish },
    requisition,
    priority: 'routine',
    ...aboutStay(stay),
    authoredOn: at,
    occurrenceDateTime: at,
    requester: moment.self,
  };
  const task: Task = {
    resourceType: 'Task',
    status: 'requested',
    businessStatus: { coding: [{ system: orderStepSystem, code: 'created' }] },
    intent: 'order',
    code: { coding: [{ system: taskKindSystem, code: 'order' }], text: 'Bestilling' },
    groupIdentifier: requisition,
    basedOn: [{ reference: name }],
    ...(stay.subject === undefined ? {} : { for: stay.subject }),
    encounter: { reference: `Encounter/${stay.id ?? ''}` },
    authoredOn: at,
    owner: { display: item.receiver },
  };
  return [
    { method: 'POST', url: 'ServiceRequest', fullUrl: name, resource: order },
    { method: 'POST', url: 'Task', resource: task },
  ];
}

/** One sample is taken for all that is open; its number is the label's. */
export async function takeSample(
  { record, own, now, self }: Moment,
  stay: Encounter,
): Promise<readonly Entry[] | undefined> {
  const open = (await openOrders(record, stay)).filter(({ specimen = [] }) => specimen.length === 0);
  if (open.length === 0) return undefined;
  const resource: Specimen = {
    resourceType: 'Specimen',
    accessionIdentifier: {
      system: accessionSystem,
      value: String(own.whole(0, 999_999_999_999)).padStart(12, '0'),
    },
    type: { text: 'Blod' },
    ...(stay.subject === undefined ? {} : { subject: stay.subject }),
    request: open.map(({ id = '' }) => ({ reference: `ServiceRequest/${id}` as const })),
    collection: { collectedDateTime: danishInstant(now), collector: self },
  };
  return [{ method: 'POST', url: 'Specimen', resource }];
}

/** A drug is stopped with a reason. */
export async function stopDrug(moment: Moment, stay: Encounter): Promise<readonly Entry[] | undefined> {
  const running = await ordersOf(moment, stay);
  if (running.length === 0) return undefined;
  return [stopped(moment.random.pick(running), moment.now, 'Ikke længere indiceret')];
}

/** The dose is changed: a new order in the place of the old one, which ends in the same act. */
export async function changeDrug(moment: Moment, stay: Encounter): Promise<readonly Entry[] | undefined> {
  const running = await ordersOf(moment, stay);
  if (running.length === 0) return undefined;
  const old = moment.random.pick(running);
  const amount = old.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity;
  const [first] = old.dosageInstruction ?? [];
  if (amount?.value === undefined || first === undefined) return undefined;
  const { id: _id, meta: _meta, extension: _extension, ...rest } = old;
  const value = amount.value > 20 ? amount.value / 2 : amount.value * 2;
  const { text: _text, ...dosage } = first;
  const resource: MedicationRequest = {
    ...rest,
    authoredOn: danishInstant(moment.now),
    priorPrescription: { reference: `MedicationRequest/${old.id ?? ''}` },
    dosageInstruction: [{ ...dosage, doseAndRate: [{ doseQuantity: { ...amount, value } }] }],
  };
  return [{ method: 'POST', url: 'MedicationRequest', resource }, stopped(old, moment.now, 'Dosis ændret')];
}

function stopped(order: MedicationRequest, now: number, why: string): Entry {
  return {
    method: 'PUT',
    url: `MedicationRequest/${order.id ?? ''}`,
    version: order.meta?.versionId,
    resource: {
      ...order,
      status: 'stopped',
      statusReason: { text: why },
      extension: [{ url: statusChangedUrl, valueDateTime: danishInstant(now) }],
    },
  };
}
const statusChangedUrl =
  'http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.statusChanged';

/** The laboratory answers an order that is open; sometimes twice, and sometimes two do. */
export async function answerTest(
  { record, random, now }: Moment,
  stay: Encounter,
): Promise<readonly Entry[] | undefined> {
  const open = await openOrders(record, stay);
  // What was not taken cannot be answered.
  const taken = open.filter(({ specimen = [] }) => specimen.length > 0);
  const order = taken.length === 0 ? undefined : random.pick(taken);
  if (order?.code === undefined) return undefined;
  const resource: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    status: 'final',
    code: order.code,
    subject: order.subject,
    basedOn: [{ reference: `ServiceRequest/${order.id ?? ''}` }],
    issued: new Date(now).toISOString(),
    conclusion: 'Normal',
  };
  return [{ method: 'POST', url: 'DiagnosticReport', resource }];
}

function openOrders(record: Moment['record'], stay: Encounter): Promise<ServiceRequest[]> {
  return record.find('ServiceRequest', `subject=${stay.subject?.reference ?? ''}&status=active`);
}

function ordersOf({ record }: Moment, stay: Encounter): Promise<MedicationRequest[]> {
  return record.find('MedicationRequest', `subject=${stay.subject?.reference ?? ''}&status=active`);
}

function aboutStay({ id = '', subject }: Encounter) {
  return { subject: subject ?? {}, encounter: { reference: `Encounter/${id}` } } as Pick<
    ServiceRequest & MedicationRequest,
    'subject' | 'encounter'
  >;
}
