import { afterAll, expect, test } from 'vitest';
import { startReceiver, type Mood } from '../../../test/receiver.ts';
import { createRestHooks } from './rest-hook.ts';

const hooks = createRestHooks(['127.0.0.1', 'localhost']);
afterAll(() => hooks.stop());

async function sendTo(mood: Mood, timeoutMs = 5000) {
  const receiver = await startReceiver(() => mood);
  const reason = await hooks.send({
    method: 'POST',
    // By its name, so that it is resolved.
    address: receiver.url.replace('127.0.0.1', 'localhost'),
    headers: [['x-key', 'abc']],
    body: '{}',
    timeoutMs,
  });
  await receiver.close();
  return { reason, asked: receiver.asked(), taken: receiver.taken };
}

test('what is taken is taken, with its headers', async () => {
  const { reason, taken } = await sendTo('take');
  expect(reason).toBeUndefined();
  expect(taken[0]).toMatchObject({ method: 'POST', path: '/hook', body: '{}' });
  expect(taken[0]?.headers).toMatchObject({
    'x-key': 'abc',
    'content-type': 'application/fhir+json; charset=utf-8',
  });
});

test('a redirect is not followed', async () => {
  const { reason, asked } = await sendTo('redirect');
  expect([reason, asked]).toEqual(['answered 307, and redirects are not followed', 1]);
});

test('an answer without end is cut off: its status has said all that counts', async () => {
  expect((await sendTo('babble')).reason).toBeUndefined();
});

test('no answer is waited for longer than was agreed', async () => {
  expect((await sendTo('never answer', 50)).reason).toBe('no answer within 50 ms');
});

test('a refusal and a broken connection are reasons, in words that hold nothing of the message', async () => {
  expect((await sendTo('refuse')).reason).toBe('answered 500');
  expect((await sendTo('break')).reason).toBe('the endpoint was not reached (ECONNRESET)');
});

test('where the list has changed since, nothing is sent', async () => {
  const receiver = await startReceiver();
  const strict = createRestHooks(['lab.region.dk']);
  const message = { method: 'POST', address: receiver.url, headers: [], body: '', timeoutMs: 1000 } as const;
  expect(await strict.send(message)).toContain('not in the list of allowed hosts');
  expect(receiver.asked()).toBe(0);
  strict.stop();
  await receiver.close();
});
