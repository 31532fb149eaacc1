// New facts appear without a reload: `/events` of the real program.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEvents, tellsOf } from '../../test/event-source.ts';
import { startProgram, type Program } from '../../test/program.ts';
import { until } from '../../test/until.ts';
import { visitor, type Visitor } from '../../test/visitor.ts';

let program: Program;
let writer: Visitor;
let bearer: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  program = await startProgram();
  const token = await program.tokenOf('integration');
  writer = visitor(program.url, token);
  bearer = { authorization: `Bearer ${token}` };
});
afterAll(async () => {
  await program.stop();
});

async function write(id: string): Promise<void> {
  const { status } = await writer.send('PUT', `/fhir/Patient/${id}`, {
    resourceType: 'Patient',
    id,
    name: [{ family: 'Hemmelig' }],
  });
  expect([200, 201]).toContain(status);
}

test('an act is told as it commits: what changed and whose it is, and never what it says', async () => {
  const source = await openEvents(program.url, bearer);
  await source.next('hello', ({ event }) => event === 'hello');
  await write('seen');
  const event = await source.next('the act', tellsOf('Patient', 'seen'));
  expect(event).toMatchObject({
    event: 'act',
    data: { changes: [{ type: 'Patient', id: 'seen', version: '1', patient: 'Patient/seen' }] },
  });
  expect(JSON.stringify(source.events)).not.toContain('Hemmelig');
  source.close();
});

test('who comes back with the last id has missed nothing and hears nothing twice', async () => {
  const first = await openEvents(program.url, bearer);
  await first.next('hello', ({ event }) => event === 'hello');
  await write('back-0');
  const { id = '' } = await first.next('the act', tellsOf('Patient', 'back-0'));
  first.close();
  for (let n = 1; n <= 30; n++) await write(`back-${n}`);
  // By the header as a browser does it, and by the address as a page does that was loaded anew.
  for (const again of [await openEvents(program.url, { ...bearer, 'last-event-id': id })]) {
    await write('back-31');
    await again.next('the newest', tellsOf('Patient', 'back-31'));
    const told = again.events.filter(({ event }) => event === 'act').map(({ data }) => JSON.stringify(data));
    expect(told).toHaveLength(31);
    expect(new Set(told).size).toBe(31);
    again.close();
  }
});

test('who comes back with a place that is none of this journal is told to read all anew', async () => {
  const { id = '' } = await hello();
  const [, xid, seq] = id.split('.');
  for (const strange of [
    'x',
    `00000000-0000-4000-8000-000000000000.${xid}.${seq}`,
    `${id}9999999999999999999999`,
  ]) {
    const source = await openEvents(program.url, { ...bearer, 'last-event-id': strange });
    expect((await source.next('the reset', ({ event }) => event === 'reset')).id).toBeDefined();
    source.close();
  }
});

async function hello() {
  const source = await openEvents(program.url, bearer);
  const event = await source.next('hello', (one) => one.event === 'hello');
  source.close();
  return event;
}

test('fifty listeners hear the same acts in the same order', async () => {
  const sources = await Promise.all(Array.from({ length: 50 }, () => openEvents(program.url, bearer)));
  await Promise.all(sources.map((source) => source.next('hello', ({ event }) => event === 'hello')));
  await Promise.all(Array.from({ length: 20 }, (_, n) => write(`fifty-${n}`)));
  const acts = await Promise.all(
    sources.map((source) =>
      until('all twenty', () => {
        const told = source.events.filter(
          ({ event, data }) => event === 'act' && JSON.stringify(data).includes('fifty-'),
        );
        return told.length >= 20 ? told.map(({ id }) => id) : undefined;
      }),
    ),
  );
  for (const one of acts) expect(one).toEqual(acts[0]);
  for (const source of sources) source.close();
});

test('a person is told of the patients whose records are open to them, and of nobody else', async () => {
  const doctor = { authorization: `Bearer ${await program.tokenOf('doctor')}` };
  const source = await openEvents(program.url, doctor);
  await source.next('hello', ({ event }) => event === 'hello');
  await write('closed');
  const stayOf = (id: string, practitioner: string) => ({
    resourceType: 'Encounter',
    id: `stay-${id}`,
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: `Patient/${id}` },
    participant: [{ individual: { reference: practitioner } }],
  });
  // Named in a stay by others: told of it as it is written, and of what follows.
  await write('opened');
  await writer.send('PUT', '/fhir/Encounter/stay-closed', stayOf('closed', 'Practitioner/another'));
  await writer.send('PUT', '/fhir/Encounter/stay-opened', stayOf('opened', 'Practitioner/some-doctor'));
  await write('opened');
  await source.next('the stay', tellsOf('Encounter', 'stay-opened'));
  await source.next('the patient', tellsOf('Patient', 'opened'));
  expect(JSON.stringify(source.events)).not.toContain('closed');
  // Who comes back is told the same.
  const again = await openEvents(program.url, { ...doctor, 'last-event-id': source.events[0]?.id ?? '' });
  await again.next('the stay', tellsOf('Encounter', 'stay-opened'));
  expect(JSON.stringify(again.events)).not.toContain('closed');
  source.close();
  again.close();
});

test.each(['log-out', 'lock'])('%s ends the stream of that screen and of no other', async (how) => {
  const [leaving, staying] = [visitor(program.url), await openEvents(program.url, bearer)];
  await leaving.logIn('admin', program.adminPassword ?? '');
  const source = await openEvents(program.url, { cookie: leaving.cookie });
  await source.next('hello', ({ event }) => event === 'hello');
  await (how === 'lock' ? leaving.send('POST', '/session/lock') : leaving.send('DELETE', '/session'));
  await until('the stream ends', () => source.ended || undefined);
  await write(`after-${how}`);
  await staying.next('the act', tellsOf('Patient', `after-${how}`));
  expect(source.events.some(tellsOf('Patient', `after-${how}`))).toBe(false);
  staying.close();
});

test('a quiet stream beats, so that a browser knows that it is alive', async () => {
  const source = await openEvents(program.url, bearer);
  await until(
    'two beats',
    () => source.events.filter(({ event }) => event === 'beat').length >= 2 || undefined,
    45_000,
  );
  source.close();
});
