// Deadlines that run out call somebody, by counted seconds, until what was due is done.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Appointment, ServiceRequest } from '@medplum/fhirtypes';
import type { UrgencyName } from '#fhir/surgery/codes.ts';
import type { LabourFact } from '#fhir/partogram/observe.ts';
import { labourObservation } from '#fhir/partogram/shapes.ts';
import { overdueId } from '#fhir/overdue.ts';
import { fhirMoment } from '#fhir/place-time.ts';
import { cancelPlace, placeOperation } from '#fhir/surgery/place.ts';
import { askOperation, readOperation } from '#fhir/surgery/request.ts';
import { findRole } from '#identity/role.ts';
import { testClient, useClient } from '#rest/testing.ts';
import { nothingShown } from '#store/access.ts';
import { inFeed } from '../../test/in-feed.ts';
import { testDatabase } from '../../test/database.ts';
import { createCriticalWatch, type CriticalWatch } from './critical-results.ts';

const { send, create, store } = useClient(testDatabase);
const minute = 60_000;
let nowSeconds = 10_000;
let nowMs = Date.now();
let watch: CriticalWatch;

beforeAll(async () => {
  watch = createCriticalWatch({
    sql: store().sql,
    seconds: () => nowSeconds,
    now: () => nowMs,
    limits: { toTeamSeconds: 1800, toDutySeconds: 3600 },
    write: async (task, ifMatch) =>
      (
        await send(
          'PUT',
          `Task/${task.id}`,
          task,
          ifMatch === undefined ? { 'if-none-match': '*' } : { 'if-match': `W/"${ifMatch}"` },
        )
      ).status,
  });
  await watch.look();
});
/** Programs saw so many seconds pass, and look. */
async function after(seconds: number) {
  nowSeconds += seconds;
  await inFeed(store().sql);
  await watch.look();
}
async function taskOf(name: string) {
  const { status, json } = await send('GET', `Task/${overdueId(name)}`);
  if (status !== 200) return undefined;
  const task = json as unknown as {
    status: string;
    owner?: { reference: string };
    businessStatus: { coding: { code: string }[] };
    description: string;
  };
  return [task.status, task.businessStatus.coding[0]?.code, task.owner?.reference];
}

async function ask(urgency: UrgencyName, minutesAgo = 0) {
  const patient = await create({ resourceType: 'Patient' });
  const ward = { reference: 'Organization/kir' };
  const stay = await create({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: `Patient/${patient}` },
    serviceProvider: ward,
  });
  const asked = {
    ...askOperation(
      {
        patient,
        department: { reference: 'Location/op' },
        procedure: { code: 'KJEA01', words: 'Appendektomi' },
        urgency,
        wanted: nowMs,
        minutes: 60,
        anaesthesia: 'general',
        requester: { reference: 'Practitioner/anne', display: 'Anne Lund' },
      },
      nowMs - minutesAgo * minute,
    ),
    encounter: { reference: `Encounter/${stay}` },
  } as ServiceRequest;
  const id = await create(asked);
  return { name: `ServiceRequest/${id}`, id, patient, asked: { ...asked, id } };
}
async function place({ id, patient, asked }: Awaited<ReturnType<typeof ask>>) {
  const room = await create({ resourceType: 'Location' });
  const to = {
    room: { reference: `Location/${room}` },
    department: { reference: 'Location/op' },
    start: nowMs + 30 * minute,
    end: nowMs + 90 * minute,
  };
  const words = readOperation(asked)?.words ?? '';
  const placed = placeOperation({ id, patient: `Patient/${patient}`, words }, to);
  return { ...placed, id: await create(placed) } as Appointment & { readonly id: string };
}

describe('an acute operation without a place', () => {
  test('calls who asked when the time of its class is over, then the team, then the duty list, until it has a place', async () => {
    const operation = await ask('A');
    await after(0);
    expect(await taskOf(operation.name)).toEqual(['draft', 'orderer', 'Practitioner/anne']);
    await after(3590);
    expect((await taskOf(operation.name))?.[0]).toBe('draft');
    await after(20);
    expect(await taskOf(operation.name)).toEqual(['requested', 'orderer', 'Practitioner/anne']);
    await after(1800);
    expect(await taskOf(operation.name)).toEqual(['requested', 'team', 'Organization/kir']);
    await after(1800);
    expect((await taskOf(operation.name))?.[1]).toBe('duty');
    const placed = await place(operation);
    await after(0);
    expect((await taskOf(operation.name))?.[0]).toBe('completed');
    // Cancelled, it waits again, and its time has not begun anew.
    const cancelled = cancelPlace(placed, 'no-staff', 'Mangler personale');
    expect((await send('PUT', `Appointment/${placed.id}`, cancelled)).status).toBe(200);
    await after(0);
    expect((await taskOf(operation.name))?.[0]).toBe('requested');
  });

  test('is not hurried by a wall clock that jumps, nor by what was asked of it again', async () => {
    const operation = await ask('B', 60);
    await after(0);
    nowMs += 9 * 60 * minute;
    await send('PUT', operation.name, { ...operation.asked, note: [{ text: 'Faster' }] });
    await after(5 * 3600 - 20);
    expect((await taskOf(operation.name))?.[0]).toBe('draft');
    await after(40);
    expect((await taskOf(operation.name))?.[0]).toBe('requested');
  });

  test('calls nobody when it is elective, or has its place in time', async () => {
    const [elective, inTime] = [await ask('D'), await ask('A')];
    await after(0);
    expect(await taskOf(elective.name)).toBeUndefined();
    await place(inTime);
    await after(7200);
    expect((await taskOf(inTime.name))?.[0]).toBe('completed');
  });

  test('is not taken from the list by a person who does not place it', async () => {
    const operation = await ask('A');
    await after(3700);
    await after(3700);
    const id = overdueId(operation.name);
    const doctor = testClient(store(), {}, async () => ({
      author: 'Practitioner/bo',
      person: { user: 'bo', role: findRole('doctor')! },
      sees: { shown: nothingShown() },
    }));
    const { json } = await send('GET', `Task/${id}`);
    const refused = await doctor.send('PUT', `Task/${id}`, { ...(json as object), status: 'completed' });
    expect([refused.status, JSON.stringify(refused.json)]).toEqual([
      422,
      expect.stringContaining('kept-by-program'),
    ]);
    expect((await doctor.send('DELETE', `Task/${id}`)).status).toBe(422);
  });
});

describe('a birth', () => {
  const newBirth = async () => {
    const patient = await create({ resourceType: 'Patient', gender: 'female' });
    const stay = await create({
      resourceType: 'Encounter',
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: { reference: `Patient/${patient}` },
      participant: [
        { type: [{ coding: [{ code: 'PPRF' }] }], individual: { reference: 'Practitioner/karen' } },
      ],
    });
    const look = (fact: LabourFact) =>
      create(
        labourObservation(fact, {
          patient: { reference: `Patient/${patient}` },
          stay: { reference: `Encounter/${stay}` },
          performer: { reference: 'Practitioner/karen' } as never,
          at: fhirMoment(nowMs),
        }),
      );
    return { name: `Encounter/${stay}`, look };
  };
  const heart: LabourFact = { kind: 'heart-rate', value: 140, fetus: undefined };
  const cm: LabourFact = { kind: 'dilatation', value: 5, fetus: undefined };

  test('that nobody listens to calls its midwife after the interval and its grace; a look begins the time anew, the child ends it', async () => {
    nowMs = Date.now();
    const { name, look } = await newBirth();
    await look(cm);
    await look(heart);
    await after(0);
    expect(await taskOf(name)).toEqual(['draft', 'orderer', 'Practitioner/karen']);
    await after(3590);
    expect((await taskOf(name))?.[0]).toBe('draft');
    await after(20);
    expect(await taskOf(name)).toEqual(['requested', 'orderer', 'Practitioner/karen']);
    nowMs += 1000;
    await look(heart);
    await after(0);
    expect((await taskOf(name))?.[0]).toBe('draft');
    await look({ kind: 'birth', fetus: undefined } as LabourFact);
    await after(0);
    expect((await taskOf(name))?.[0]).toBe('completed');
    await after(9000);
    expect((await taskOf(name))?.[0]).toBe('completed');
  });
});
