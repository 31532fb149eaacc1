// Orders, their steps, samples and answers, as any client of the API meets the rules.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { useClient, type Reply } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create } = useClient(testDatabase);
const ours = 'https://holdfast.dk/fhir';
const reasonUrl = 'http://hl7.org/fhir/StructureDefinition/request-statusReason';

const newPatient = async () => `Patient/${await create({ resourceType: 'Patient' })}`;
const newStay = async (patient: string, status = 'in-progress') =>
  `Encounter/${await create({
    resourceType: 'Encounter',
    status,
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: patient },
    period: { start: '2026-01-13T08:00:00+01:00', ...(status === 'finished' ? { end: '2026-01-14' } : {}) },
  })}`;
const order = (patient: string, stay: string | undefined, item = 'potassium', more: object = {}) => ({
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  category: [{ text: item === 'chestXray' ? 'billeddiagnostik' : 'laboratorium' }],
  code: { coding: [{ system: `${ours}/orderable`, code: item }], text: item },
  subject: { reference: patient },
  ...(stay === undefined ? {} : { encounter: { reference: stay } }),
  authoredOn: new Date().toISOString(),
  requester: { reference: 'Practitioner/anne', display: 'Anne Lund' },
  ...more,
});
const task = (patient: string, orders: readonly string[], step = 'sent', status = 'requested') => ({
  resourceType: 'Task',
  status,
  intent: 'order',
  code: { coding: [{ system: `${ours}/task-kind`, code: 'order' }] },
  businessStatus: { coding: [{ system: `${ours}/order-step`, code: step }] },
  for: { reference: patient },
  ...(orders.length === 0 ? {} : { basedOn: orders.map((reference) => ({ reference })) }),
  owner: { display: 'Biokemi' },
});
const answer = (patient: string, orders: readonly string[], status = 'final') => ({
  resourceType: 'Observation',
  status,
  category: [
    {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }],
    },
  ],
  code: { text: 'P-Kalium' },
  subject: { reference: patient },
  basedOn: orders.map((reference) => ({ reference })),
  valueQuantity: { value: 4.1, unit: 'mmol/L' },
});
const specimen = (patient: string, orders: readonly string[], number: string = randomUUID()) => ({
  resourceType: 'Specimen',
  subject: { reference: patient },
  accessionIdentifier: { system: `${ours}/accession`, value: number },
  request: orders.map((reference) => ({ reference })),
});
const bundle = (...resources: readonly object[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({
    resource,
    request: { method: 'POST', url: (resource as { resourceType: string }).resourceType },
  })),
});
const details = ({ json }: Reply) =>
  (json.issue as readonly { details?: { coding?: { code: string }[] } }[]).map(
    ({ details: said }) => said?.coding?.[0]?.code,
  );
const statusOf = async (name: string) => String((await send('GET', name)).json['status']);
const patchStatus = (name: string, ops: readonly object[]) =>
  send('PATCH', name, ops, { 'content-type': 'application/json-patch+json' });
const add = (path: string, value: unknown) => ({ op: 'add', path, value });
const cancel = (name: string) =>
  patchStatus(name, [
    add('/status', 'revoked'),
    add('/extension', [{ url: reasonUrl, valueCodeableConcept: { text: 'fejlbestilt' } }]),
  ]);
const goTo = (name: string, step: string, status: string) =>
  patchStatus(name, [
    add('/status', status),
    add('/businessStatus', { coding: [{ system: `${ours}/order-step`, code: step }] }),
  ]);

/** Orders of one requisition with the Task of their receiver. */
async function ordered(...items: readonly string[]) {
  const patient = await newPatient();
  const stay = await newStay(patient);
  const orders = await Promise.all(
    items.map(async (item) => `ServiceRequest/${await create(order(patient, stay, item))}`),
  );
  const way = `Task/${await create(task(patient, orders))}`;
  return { patient, stay, orders, way, first: orders[0] ?? '' };
}

describe('an order', () => {
  test('belongs to a stay that goes on and is the patient’s, or says that it is ambulatory', async () => {
    const patient = await newPatient();
    const [stay, over] = [await newStay(patient), await newStay(await newPatient(), 'finished')];
    const asked = async (where: string | undefined, more: object = {}) => {
      const reply = await send('POST', 'ServiceRequest', order(patient, where, 'potassium', more));
      return reply.status === 201 ? 'stored' : details(reply)[0];
    };
    expect(await asked(undefined)).toBe('no-stay');
    expect(await asked(over)).toBe('other-patient');
    expect(await asked(await newStay(patient, 'finished'))).toBe('stay-over');
    expect(await asked(stay)).toBe('stored');
    const ambulatory = {
      locationCode: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' }] },
      ],
    };
    expect(await asked(undefined, ambulatory)).toBe('stored');
  });

  test('says what its receiver must know, and goes to who answers it', async () => {
    const patient = await newPatient();
    const stay = await newStay(patient);
    const unsaid = await send('POST', 'ServiceRequest', order(patient, stay, 'chestXray'));
    expect([unsaid.status, details(unsaid)]).toEqual([422, ['question-missing']]);
    const blank = order(patient, stay, 'chestXray', { reasonCode: [{ text: '  ' }] });
    expect((await send('POST', 'ServiceRequest', blank)).status).toBe(422);
    const said = order(patient, stay, 'chestXray', { reasonCode: [{ text: 'Pneumoni?' }] });
    expect((await send('POST', 'ServiceRequest', said)).status).toBe(201);
    const astray = order(patient, stay, 'potassium', { category: [{ text: 'tilsyn' }] });
    expect(details(await send('POST', 'ServiceRequest', astray))).toEqual(['wrong-receiver']);
    expect(details(await send('POST', 'ServiceRequest', order(patient, stay, 'unicorn')))).toEqual([
      'unknown-item',
    ]);
  });

  test('that was ordered just before is told of: when, by whom and how far it is', async () => {
    const { patient, stay, first, way } = await ordered('potassium');
    await create(specimen(patient, [first]));
    const checked = await send('POST', '$check', bundle(order(patient, stay)));
    expect([checked.status, details(checked)]).toEqual([200, ['ordered-already']]);
    expect(checked.issues[0]).toMatch(/ServiceRequest\/\S+ of 20\S+ by Anne Lund, collected/);
    expect((await send('POST', 'ServiceRequest', order(patient, stay))).status).toBe(201);
    expect(details(await send('POST', '$check', bundle(order(patient, stay, 'sodium'))))).not.toContain(
      'ordered-already',
    );
    expect(await statusOf(way)).toBe('in-progress');
  });

  test('of another system’s kind is judged by nothing', async () => {
    const foreign = {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      code: { text: 'CRP' },
    };
    const id = await create({ ...foreign, subject: { reference: await newPatient() } });
    expect((await patchStatus(`ServiceRequest/${id}`, [add('/status', 'revoked')])).status).toBe(200);
  });

  test('and its Task are never deleted', async () => {
    const { first, way } = await ordered('potassium');
    expect(details(await send('DELETE', first))).toEqual(['order-kept']);
    expect(details(await send('DELETE', way))).toEqual(['order-kept']);
  });
});

describe('the way of an order', () => {
  test('goes forward only', async () => {
    const { way } = await ordered('potassium');
    expect((await goTo(way, 'collected', 'in-progress')).status).toBe(200);
    const back = await goTo(way, 'received', 'accepted');
    expect([back.status, details(back)]).toEqual([409, ['step-back']]);
  });

  test('is one: a second Task for an order under way is refused', async () => {
    const { patient, first } = await ordered('potassium');
    const second = await send('POST', 'Task', task(patient, [first]));
    expect([second.status, details(second)]).toEqual([409, ['answered-by-other']]);
    expect(details(await send('POST', 'Task', task(await newPatient(), [first])))).toContain('other-patient');
    expect(details(await send('POST', 'Task', task(patient, [])))).toEqual(['no-order']);
  });

  test('is taken with the sample; a number is one sample’s, also of two at the same moment', async () => {
    const { patient, orders, way } = await ordered('potassium', 'sodium');
    const replies = await Promise.all([
      send('POST', 'Specimen', specimen(patient, orders, '100000000017')),
      send('POST', 'Specimen', specimen(patient, orders, '100000000017')),
    ]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    const { json } = await send('GET', way);
    expect([json['status'], json['businessStatus']]).toEqual([
      'in-progress',
      { coding: [{ system: `${ours}/order-step`, code: 'collected' }] },
    ]);
  });

  test('is collected when each of its orders is: what is left is still to be taken', async () => {
    const { patient, orders, way } = await ordered('potassium', 'haemoglobin');
    const [one = '', other = ''] = orders;
    await create(specimen(patient, [one]));
    expect(await statusOf(way)).toBe('requested');
    // The laboratory has it before the rest is taken.
    await goTo(way, 'received', 'accepted');
    expect(
      (await send('POST', '', bundle(specimen(patient, [other]), specimen(patient, [one, other])))).status,
    ).toBe(200);
    expect(await statusOf(way)).toBe('in-progress');
    const samples = async (name: string) => (await send('GET', name)).json['specimen'];
    expect([await samples(one), await samples(other)].map((list) => (list as unknown[]).length)).toEqual([
      2, 2,
    ]);
  });

  test('ends with the last answer, and not with a preliminary one', async () => {
    const { patient, orders, way } = await ordered('potassium', 'sodium');
    const [one = '', other = ''] = orders;
    await create(answer(patient, [one], 'preliminary'));
    expect(await statusOf(one)).toBe('active');
    await create(answer(patient, [one]));
    expect([await statusOf(one), await statusOf(other), await statusOf(way)]).toEqual([
      'completed',
      'active',
      'requested',
    ]);
    await create(answer(patient, [other], 'cancelled'));
    expect([await statusOf(other), await statusOf(way)]).toEqual(['completed', 'completed']);
  });

  test('ends in one act that answers all', async () => {
    const { patient, orders, way } = await ordered('potassium', 'sodium');
    const both = bundle(...orders.map((name) => answer(patient, [name])));
    expect((await send('POST', '', both)).status).toBe(200);
    expect(await statusOf(way)).toBe('completed');
  });

  test('that its receiver ends with a reason tells so; done by the receiver it ends its orders', async () => {
    const one = await ordered('potassium');
    const mute = await patchStatus(one.way, [add('/status', 'rejected')]);
    expect(details(mute)).toEqual(['no-reason']);
    const said = [add('/status', 'rejected'), add('/statusReason', { text: 'hæmolyse' })];
    expect((await patchStatus(one.way, said)).status).toBe(200);
    expect(await statusOf(one.first)).toBe('active');
    const other = await ordered('potassium');
    await goTo(other.way, 'answered', 'completed');
    expect(await statusOf(other.first)).toBe('completed');
  });
});

describe('to cancel', () => {
  test('asks for a reason, ends the Task with the last order, and is not done to what is answered', async () => {
    const { patient, orders, way } = await ordered('potassium', 'sodium');
    const [one = '', other = ''] = orders;
    expect(details(await patchStatus(one, [add('/status', 'revoked')]))).toEqual(['no-reason']);
    expect((await cancel(one)).status).toBe(200);
    expect(await statusOf(way)).toBe('requested');
    await create(answer(patient, [other]));
    expect(await statusOf(way)).toBe('completed');
    const late = await cancel(other);
    expect([late.status, details(late)]).toEqual([409, ['answered-already']]);
    const again = await patchStatus(one, [add('/status', 'active')]);
    expect(details(again)).toEqual(['order-ended']);
  });

  test('takes the Task with it, and a Task its orders; nothing is taken for what is cancelled', async () => {
    const one = await ordered('potassium');
    await cancel(one.first);
    const { json } = await send('GET', one.way);
    expect([json['status'], json['statusReason']]).toEqual(['cancelled', { text: 'fejlbestilt' }]);
    const taken = await send('POST', 'Specimen', specimen(one.patient, [one.first]));
    expect([taken.status, details(taken)]).toEqual([409, ['order-ended']]);
    const other = await ordered('potassium', 'sodium');
    await patchStatus(other.way, [add('/status', 'cancelled'), add('/statusReason', { text: 'udskrevet' })]);
    expect(await Promise.all(other.orders.map(statusOf))).toEqual(['revoked', 'revoked']);
  });

  test('an answer to what is cancelled is stored, and told', async () => {
    const { patient, first } = await ordered('potassium');
    await cancel(first);
    expect(details(await send('POST', '$check', bundle(answer(patient, [first]))))).toEqual([
      'answered-after-cancel',
    ]);
    expect((await send('POST', 'Observation', answer(patient, [first]))).status).toBe(201);
    expect(await statusOf(first)).toBe('revoked');
  });

  test('and to answer at the same moment: one wins, the answer is kept, and order and Task agree', async () => {
    await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const { patient, first, way } = await ordered('potassium');
        const acts = [() => cancel(first), () => send('POST', 'Observation', answer(patient, [first]))];
        const [a, b] = n % 2 === 0 ? acts : acts.toReversed();
        const replies = await Promise.all([a?.(), b?.()]);
        const [cancelled, stored] = n % 2 === 0 ? replies : replies.toReversed();
        expect(stored?.status).toBe(201);
        const [of, at] = [await statusOf(first), await statusOf(way)];
        expect([`${of} ${at}`]).toEqual([
          cancelled?.status === 200 ? 'revoked cancelled' : 'completed completed',
        ]);
      }),
    );
  });
});

test('any messages in any order and all at once: each order ends answered, cancelled or at a step, as its Task says', async () => {
  const kinds = [
    'received',
    'collected',
    'sample',
    'preliminary',
    'answer',
    'report',
    'cancel',
    'reject',
  ] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...kinds), { minLength: 3, maxLength: 7 }),
      async (messages) => {
        const { patient, first, way } = await ordered('potassium');
        const sent: Record<(typeof kinds)[number], () => Promise<Reply>> = {
          received: () => goTo(way, 'received', 'accepted'),
          collected: () => goTo(way, 'collected', 'in-progress'),
          sample: () => send('POST', 'Specimen', specimen(patient, [first])),
          preliminary: () => send('POST', 'Observation', answer(patient, [first], 'preliminary')),
          answer: () => send('POST', 'Observation', answer(patient, [first])),
          report: () =>
            send('POST', 'DiagnosticReport', {
              resourceType: 'DiagnosticReport',
              status: 'final',
              code: { text: 'Svar' },
              subject: { reference: patient },
              basedOn: [{ reference: first }],
            }),
          cancel: () => cancel(first),
          reject: () =>
            patchStatus(way, [add('/status', 'rejected'), add('/statusReason', { text: 'hæmolyse' })]),
        };
        const replies = await Promise.all(messages.map((kind) => sent[kind]()));
        replies.forEach(({ status }, n) => {
          // What a laboratory found is never turned away.
          if (['preliminary', 'answer', 'report'].includes(messages[n] ?? '')) expect(status).toBe(201);
          else expect([200, 201, 409]).toContain(status);
        });
        const [of, at] = [await statusOf(first), await statusOf(way)];
        const answered = messages.includes('answer') || messages.includes('report');
        if (answered) expect(['completed', 'revoked']).toContain(of);
        if (of === 'completed') expect(['completed', 'rejected']).toContain(at);
        if (of === 'revoked') expect(['cancelled', 'rejected']).toContain(at);
        if (of === 'active') expect(answered).toBe(false);
      },
    ),
    { numRuns: 14 },
  );
});
