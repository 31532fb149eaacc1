// Several processes on one port, over one database: what one was told, another answers for.
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProgram, type Program } from '../../test/program.ts';
import { until } from '../../test/until.ts';
import { visitor, type Visitor } from '../../test/visitor.ts';

const count = 3;
let program: Program;
let token = '';

beforeAll(async () => {
  program = await startProgram({ env: { HOLDFAST_WORKERS: String(count) } });
  token = await program.tokenOf('integration');
});
afterAll(async () => {
  const { code, tookMs } = await program.stop();
  expect([code, workers()]).toEqual([0, []]);
  expect(tookMs).toBeLessThan(6000);
});

/** The processes that serve: children of the program that run worker.ts. */
function workers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        return (
          Number(parent) === program.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker.ts')
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}
/** At once on as many connections, so that they rarely all speak with the same process. */
const visitors = (): Visitor[] => Array.from({ length: 12 }, () => visitor(program.url, token));
const patient = { resourceType: 'Patient', active: true };

test('all of them serve, and each sees at once what another has written', async () => {
  expect(workers()).toHaveLength(count);
  for (let n = 0; n < 10; n++) {
    const made = await visitor(program.url, token).send('POST', '/fhir/Patient', patient);
    expect(made.status).toBe(201);
    const answers = await Promise.all(
      visitors().map((one) => one.send('GET', `/fhir/Patient/${String(made.json?.['id'])}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  }
});

test('the same act sent to several at the same moment is stored once and answered alike', async () => {
  const key = { 'idempotency-key': crypto.randomUUID() };
  const answers = await Promise.all(visitors().map((one) => one.send('POST', '/fhir/Patient', patient, key)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ json }) => json?.['id'])).size).toBe(1);
});

test('a guesser has no more tries for there being more processes', async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 8; n++) statuses.push((await visitor(program.url).logIn('admin', `wrong ${n}`)).status);
  expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
  expect(statuses.slice(5)).toEqual([429, 429, 429]);
});

test('one that is killed is started again, and the others go on meanwhile', async () => {
  const [victim = 0, ...others] = workers();
  process.kill(victim, 'SIGKILL');
  // What the one that died had under way is broken, and connections to it that were kept (all, when it had taken all); whoever
  // comes anew is answered by the others.
  const ask = () => visitor(program.url, token).send('GET', '/fhir/Patient?_count=1');
  await Promise.allSettled(Array.from({ length: 12 }, ask));
  await until('the others answer', () =>
    ask().then(
      ({ status }) => status === 200 || undefined,
      () => undefined,
    ),
  );
  await until('its death is told', () => program.said().includes('"msg":"workerDied"') || undefined);
  await until(
    'there are as many as before',
    () => (!workers().includes(victim) && workers().length === count) || undefined,
  );
  expect(workers()).toEqual(expect.arrayContaining(others));
});
