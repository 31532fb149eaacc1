// Tasks of the ward and transports, as any client of the API meets the rules.
import { describe, expect, test } from 'vitest';
import { careTask } from '#fhir/care-plan/care-task.ts';
import { transport } from '#fhir/transport/transport.ts';
import { useClient, type Reply } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create } = useClient(testDatabase);
const newPatient = async () => `Patient/${await create({ resourceType: 'Patient' })}`;
const [anne, kim] = [{ reference: 'Practitioner/anne' }, { reference: 'Practitioner/kim' }];
const at = Date.parse('2026-01-15T08:00:00+01:00');
const details = ({ json }: Reply) =>
  (json.issue as unknown as { details?: { coding: { code: string }[] } }[]).map(
    ({ details: said }) => said?.coding[0]?.code,
  );
const put = (id: string, task: object, more: object) => send('PUT', `Task/${id}`, { ...task, id, ...more });
const because = (text: string) => ({ statusReason: { text } });

describe('a task of the ward', () => {
  const begun = async () => {
    const patient = await newPatient();
    const task = careTask({
      patient,
      encounter: undefined,
      words: 'Venflon skiftes',
      due: at,
      owner: { display: 'Plejen' },
      requester: anne,
      at,
    });
    return { task, id: await create(task) };
  };

  test('goes forward only, is handed over while it is open, and says why when it is not done', async () => {
    const { task, id } = await begun();
    expect((await put(id, task, { status: 'in-progress', owner: anne })).status).toBe(200);
    expect((await put(id, task, { status: 'in-progress', owner: kim })).status).toBe(200);
    expect(details(await put(id, task, { status: 'requested' }))).toEqual(['step-back']);
    expect(details(await put(id, task, { status: 'failed', owner: kim }))).toEqual(['no-reason']);
    expect((await put(id, task, { status: 'failed', owner: kim, ...because('Sover') })).status).toBe(200);
    expect(details(await put(id, task, { status: 'completed', owner: kim }))).toEqual(['done-already']);
    expect(details(await send('DELETE', `Task/${id}`))).toEqual(['task-kept']);
  });

  test('is done once, also when two press at the same moment', async () => {
    for (let round = 0; round < 6; round++) {
      const { task, id } = await begun();
      const both = await Promise.all(
        [anne, kim].map((owner) => put(id, task, { status: 'completed', owner })),
      );
      expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    }
  });

  test('of a plan is written once for its time, whoever was first', async () => {
    const patient = await newPatient();
    for (let round = 0; round < 6; round++) {
      const id = `plan-17-0-${round}`;
      const { task } = await begun();
      const mine = { ...task, for: { reference: patient } };
      const both = await Promise.all(
        [anne, kim].map((owner) => put(id, mine, { status: 'completed', owner })),
      );
      expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    }
  });
});

describe('a transport', () => {
  const ordered = async () => {
    const patient = await newPatient();
    const order = {
      patient,
      encounter: undefined,
      from: { reference: 'Location/b12-1', display: 'B12-1' },
      to: 'Røntgen',
      mode: 'bed',
      oxygen: true,
      isolation: undefined,
      note: '',
      when: at,
      at,
      requester: anne,
    } as const;
    const bed = { resourceType: 'Location', id: 'b12-1', name: 'B12-1' };
    await send('PUT', 'Location/b12-1', bed);
    const request = await create(transport(order, '').request);
    const { task } = transport(order, `ServiceRequest/${request}`);
    return { task, request, id: await create(task) };
  };
  const orderOf = async (id: string) => (await send('GET', `ServiceRequest/${id}`)).json['status'];

  test('is taken once, goes forward only, and ends its order when it is delivered', async () => {
    const { task, id, request } = await ordered();
    const both = await Promise.all([anne, kim].map((owner) => put(id, task, { status: 'accepted', owner })));
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const owner = both[0]?.status === 200 ? anne : kim;
    expect((await put(id, task, { status: 'in-progress', owner })).status).toBe(200);
    expect(details(await put(id, task, { status: 'accepted', owner }))).toEqual(['step-back']);
    expect(await orderOf(request)).toBe('active');
    expect((await put(id, task, { status: 'completed', owner })).status).toBe(200);
    expect(await orderOf(request)).toBe('completed');
    expect(details(await put(id, task, { status: 'cancelled', owner, ...because('x') }))).toEqual([
      'done-already',
    ]);
  });

  test('is cancelled with a reason, and its order with it', async () => {
    const { task, id, request } = await ordered();
    expect(details(await put(id, task, { status: 'cancelled' }))).toEqual(['no-reason']);
    expect((await put(id, task, { status: 'cancelled', ...because('Undersøgelsen er aflyst') })).status).toBe(
      200,
    );
    expect(await orderOf(request)).toBe('revoked');
  });
});
