// Wards full of people who act at once, by the real API on a real database.
import { describe, expect, test } from 'vitest';
import { useClient } from '#rest/testing.ts';
import { verify } from '#store/verify.ts';
import { testDatabase } from '../../test/database.ts';
import { randomFrom } from '../population/random.ts';
import { recordOf } from './api.ts';
import { faultsOf } from './checks.ts';
import { runShift, type Tally } from './shift.ts';
import { resourcesOf, wardOf, type Ward } from './ward.ts';

const client = useClient(testDatabase);
const { send } = client;
const record = recordOf(send);
const begins = Date.parse('2026-01-15T06:00:00Z');
const day = 24 * 60;

async function openWard(name: string, beds = 8, people = 14): Promise<Ward> {
  const ward = wardOf(name, randomFrom(name), beds, people);
  for (const resource of resourcesOf(ward)) {
    const { status } = await send('PUT', `${resource.resourceType}/${resource.id}`, resource);
    expect(status).toBe(201);
  }
  return ward;
}
const run = (ward: Ward, seed: string, minutes: number, atOnce: boolean): Promise<Tally> =>
  runShift({
    ward,
    recordOf: () => record,
    random: randomFrom(seed),
    onDuty: { nurse: 3, secretary: 1, doctor: 2, laboratory: 1 },
    begins,
    minutes,
    atOnce,
  });
const all = (list: readonly string[]) => Promise.all(list.map((address) => send('GET', address)));

describe('a ward where all act at once', () => {
  test.each(['one', 'two'])('keeps its beds, doses and orders right for a day: seed %s', async (seed) => {
    const ward = await openWard(`at-once-${seed}`);
    const { stored, refused } = await run(ward, seed, day, true);
    expect(await faultsOf(record, ward)).toEqual([]);
    // They did meet, and the one who was second was told so.
    expect(refused.get('bed-taken') ?? 0).toBeGreaterThan(0);
    for (const code of refused.keys())
      expect(['bed-taken', 'admitted-already', 'dose-given', 'stay-over', 'conflict', 'stale']).toContain(
        code,
      );
    // What was answered as stored is there, to the version.
    expect(stored.length).toBeGreaterThan(100);
    expect((await all(stored)).filter(({ status }) => status !== 200)).toEqual([]);
  });

  test('afterwards the record equals the journal', async () => {
    expect((await verify(client.store().sql)).differences).toEqual([]);
  });
});

test('one after the other they do the same for the same seed', async () => {
  const shape = ({ stored, refused }: Tally) => [stored.length, [...refused]];
  const first = await run(await openWard('same-a'), 'seed', day / 4, false);
  // The other ward has the same people and beds under other ids.
  const second = await run(await openWard('same-b'), 'seed', day / 4, false);
  expect(shape(first)).toEqual(shape(second));
});
