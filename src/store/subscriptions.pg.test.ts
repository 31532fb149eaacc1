import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { observation, put } from '../../test/acts.ts';
import { testDatabase } from '../../test/database.ts';
import { feedEnd } from './feed.ts';
import { openStore } from './store.ts';
import {
  addToken,
  beat,
  claimSubscription,
  forgetEvents,
  keepDelivered,
  keepEvents,
  keepSubscription,
  readEvents,
  readOthers,
  useToken,
} from './subscriptions.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });
const { sql } = store;
afterAll(async () => {
  await store.close();
  await database.drop();
});

test('of many who claim at once one has it, and who was taken for dead moves nothing', async () => {
  await keepSubscription(sql, { id: 's', version: 1, state: 'requested' });
  const runners = Array.from({ length: 8 }, () => randomUUID());
  const claimed = await Promise.all(runners.map((one) => claimSubscription(sql, 's', one, 0)));
  expect(claimed.filter(Boolean)).toHaveLength(1);
  const owner = runners[claimed.indexOf(true)] ?? '';
  const [seen] = await readOthers(sql, randomUUID());
  // It beats between being seen and being claimed: it is not dead.
  await beat(sql, owner);
  const other = randomUUID();
  expect(await claimSubscription(sql, 's', other, seen?.beats ?? 0)).toBe(false);
  expect(await claimSubscription(sql, 's', other, (seen?.beats ?? 0) + 1)).toBe(true);
  expect(await beat(sql, owner)).toEqual([]);
  expect(await keepEvents(sql, owner, 's', await feedEnd(sql), [])).toBeUndefined();
  expect(await keepDelivered(sql, owner, 's', 1)).toBe(false);
});

test('an older version of the resource changes nothing, and off forgets the events', async () => {
  const runner = randomUUID();
  await keepSubscription(sql, { id: 'v', version: 1, state: 'requested' });
  await claimSubscription(sql, 'v', runner, 0);
  await put(store, observation('o', 'p', 1));
  expect(
    await keepEvents(sql, runner, 'v', await feedEnd(sql), [{ type: 'Observation', id: 'o', version: 1 }]),
  ).toBe(1);
  await keepSubscription(sql, { id: 'v', version: 3, state: 'active' });
  await keepSubscription(sql, { id: 'v', version: 2, state: 'off' });
  const events = () => readEvents(sql, 'v', { after: 0, count: 10 });
  expect((await events()).map(({ number, id }) => [number, id])).toEqual([[1, 'o']]);
  await keepSubscription(sql, { id: 'v', version: 4, state: 'off' });
  expect(await events()).toEqual([]);
  expect(await keepEvents(sql, runner, 'v', await feedEnd(sql), [])).toBeUndefined();
});

test('what was taken is kept for 14 days, and what was not for as long as it takes', async () => {
  const runner = randomUUID();
  await keepSubscription(sql, { id: 'f', version: 1, state: 'requested' });
  await claimSubscription(sql, 'f', runner, 0);
  await put(store, ...[1, 2, 3].map((n) => observation(`f-${n}`, 'p', n)));
  const places = [1, 2, 3].map((n) => ({ type: 'Observation', id: `f-${n}`, version: 1 }));
  await keepEvents(sql, runner, 'f', await feedEnd(sql), places);
  await keepDelivered(sql, runner, 'f', 2);
  await sql`update subscription_event set at = at - interval '15 days' where subscription = 'f' and number <> 2`;
  await forgetEvents(sql);
  const left = await readEvents(sql, 'f', { after: 0, count: 10 });
  expect(left.map(({ number }) => number)).toEqual([2, 3]);
});

test('a token is good once and for a minute', async () => {
  const [fresh, old] = [Buffer.from('a'), Buffer.from('b')];
  await addToken(sql, fresh, ['s']);
  await addToken(sql, old, ['s']);
  await sql`update subscription_token set made_at = made_at - interval '61 seconds' where hash = ${old}`;
  expect(await useToken(sql, fresh)).toEqual(['s']);
  expect(await useToken(sql, fresh)).toBeUndefined();
  expect(await useToken(sql, old)).toBeUndefined();
});
