// Subscriptions of the real program: over a WebSocket, with a log-in and with a token, and over a `kill -9`.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startProgram, type Program } from '../../test/program.ts';
import { startReceiver } from '../../test/receiver.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { until } from '../../test/until.ts';
import { visitor, type Visitor } from '../../test/visitor.ts';

const folder = temporaryFolder();
let program: Program;
let writer: Visitor;
let token = '';

beforeAll(async () => {
  program = await startProgram({ dataFolder: `${folder.path}/data` });
  token = await program.tokenOf('integration');
  writer = visitor(program.url, token);
});
afterAll(async () => {
  await program.stop();
  folder.remove();
});

const topic = 'https://holdfast.dk/fhir/SubscriptionTopic/result';
async function subscribe(criteria: string, channel: object): Promise<string> {
  const { json } = await writer.send('POST', '/fhir/Subscription', {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'to know',
    criteria,
    channel,
  });
  const id = String(json?.['id']);
  await until('it is active', async () => {
    const read = await writer.send('GET', `/fhir/Subscription/${id}`);
    return read.json?.['status'] === 'active' || undefined;
  });
  return id;
}
async function result(id: string): Promise<void> {
  await writer.send('PUT', `/fhir/Observation/${id}`, {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'x' },
  });
}

interface Ear {
  readonly heard: readonly string[];
  readonly closed: () => string | undefined;
  say(text: string): void;
  end(): void;
}
async function listen(headers: Record<string, string> = {}): Promise<Ear> {
  const socket = new WebSocket(`${program.url.replace('http', 'ws')}/ws`, { headers });
  const heard: string[] = [];
  let closed: string | undefined;
  socket.on('message', (data: Buffer) => heard.push(data.toString()));
  socket.on('close', (_code, reason) => (closed = reason.toString()));
  socket.on('error', () => {});
  await new Promise((opened) => socket.on('open', opened));
  return { heard, closed: () => closed, say: (text) => socket.send(text), end: () => socket.terminate() };
}
const bearer = () => ({ authorization: `Bearer ${token}` });

test('who is logged in binds and hears a ping for each event; who comes back hears what was missed', async () => {
  const id = await subscribe('Observation?status=final', { type: 'websocket' });
  const ear = await listen(bearer());
  ear.say(`bind ${id}`);
  await until('bound', () => ear.heard.includes(`bound ${id}`) || undefined);
  await result('ws-1');
  await until('a ping', () => ear.heard.includes(`ping ${id}`) || undefined);
  await until('it counts as delivered', async () => {
    const again = await listen(bearer());
    again.say(`bind ${id}`);
    await until('bound', () => again.heard.length > 0 || undefined);
    again.end();
    return again.heard.length === 1 || undefined;
  });
  ear.end();
  await result('ws-2');
  const back = await listen(bearer());
  back.say(`bind ${id}`);
  await until('what was missed', () => back.heard.includes(`ping ${id}`) || undefined);
  expect(back.heard).toEqual([`bound ${id}`, `ping ${id}`]);
  back.end();
});

test('a token binds once, without a log-in, and a topic’s notifications come as Bundles', async () => {
  const id = await subscribe(topic, { type: 'websocket', payload: 'application/fhir+json' });
  const { json } = await writer.send('GET', `/fhir/Subscription/${id}/$get-ws-binding-token`);
  const parameters = json?.['parameter'] as readonly { name: string; valueString?: string }[];
  const secret = parameters.find(({ name }) => name === 'token')?.valueString ?? '';
  const ear = await listen();
  ear.say(`bind-with-token ${secret}`);
  await until('a handshake', () => ear.heard.some((one) => one.includes('"handshake"')) || undefined);
  await result('ws-topic');
  await until('it', () => ear.heard.some((one) => one.includes('"event-notification"')) || undefined);
  const second = await listen();
  second.say(`bind-with-token ${secret}`);
  await until('it is refused', () => second.closed());
  expect(second.closed()).toBe('the token is unknown, used or too old');
  ear.end();
});

test('without a log-in, from a page of another site, or with nonsense, nothing is bound', async () => {
  const id = await subscribe('Observation?status=final', { type: 'websocket' });
  const person = visitor(program.url);
  await person.logIn('admin', program.adminPassword ?? '');
  const foreign = { cookie: person.cookie, origin: 'https://elsewhere.example' };
  for (const [headers, words, why] of [
    [{}, `bind ${id}`, 'log in first, or bind with a token'],
    [foreign, `bind ${id}`, 'log in first, or bind with a token'],
    [bearer(), 'bind nobody', 'this is no active subscription of channel type websocket'],
    [bearer(), 'hello', "expected 'bind [id]' or 'bind-with-token [token]'"],
  ] as const) {
    const ear = await listen(headers);
    ear.say(words);
    expect(await until('it is closed', () => ear.closed())).toBe(why);
  }
  const own = await listen({ cookie: person.cookie, origin: program.url });
  own.say(`bind ${id}`);
  await until('bound', () => own.heard.includes(`bound ${id}`) || undefined);
  own.end();
  const { text } = await writer.send('GET', `/fhir/AuditEvent?subtype=follow&entity=Subscription/${id}`);
  const { entry } = JSON.parse(text) as { entry: { resource: { agent: object[] } }[] };
  expect(entry).toHaveLength(1);
  expect(entry[0]?.resource.agent[0]).toMatchObject({ altId: 'admin', network: { address: '127.0.0.1' } });
});

test(
  'a kill of the program and its database loses no event of a rest-hook',
  { timeout: 120_000 },
  async () => {
    let well = true;
    const hook = await startReceiver(() => (well ? 'take' : 'refuse'));
    await subscribe('Observation?_id=k-0,k-1,k-2,k-3,k-4', {
      type: 'rest-hook',
      endpoint: hook.url,
      payload: 'application/fhir+json',
    });
    await result('k-0');
    await until('the first', () => hook.taken.length > 0 || undefined);
    well = false;
    for (const n of [1, 2, 3]) await result(`k-${n}`);
    await program.kill();
    well = true;
    program = await startProgram({ dataFolder: `${folder.path}/data` });
    token = await program.tokenOf('integration');
    writer = visitor(program.url, token);
    await result('k-4');
    const paths = () => [...new Set(hook.taken.map(({ path }) => path.split('/').at(-1)))];
    await until('all', () => paths().length === 5 || undefined);
    expect(paths()).toEqual(['k-0', 'k-1', 'k-2', 'k-3', 'k-4']);
    await hook.close();
  },
);
