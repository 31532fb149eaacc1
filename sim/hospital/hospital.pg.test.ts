// Wards full of people who act at once, by the real API on a real database.
import { describe, expect, test } from 'vitest';
import { useClient } from '#rest/testing.ts';
import { verify } from '#store/verify.ts';
import { testDatabase } from '../../test/database.ts';
import { minuteMs } from '../population/danish-time.ts';
import { randomFrom } from '../population/random.ts';
import { recordOf } from './api.ts';
import { faultsOf } from './checks.ts';
import { onDutyBy, shiftAt } from './rhythm.ts';
import { runShift, type Tally } from './shift.ts';
import { expectedRefusals } from './tally.ts';
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
const run = (wards: readonly Ward[], seed: string, minutes: number, atOnce: boolean): Promise<Tally> =>
  runShift({
    wards,
    recordOf: () => record,
    random: randomFrom(seed),
    onDuty: (now) => onDutyBy[shiftAt(now)],
    begins,
    minutes,
    atOnce,
  });
const all = (list: readonly string[]) => Promise.all(list.map((address) => send('GET', address)));
const countOf = ({ stored }: Tally, type: string) =>
  stored.filter((one) => one.startsWith(`${type}/`)).length;

describe('two wards where all act at once', () => {
  test('keep their beds, doses, orders, scores and letters right for a day', async () => {
    const wards = [await openWard('at-once-a'), await openWard('at-once-b')];
    const tally = await run(wards, 'one', day, true);
    expect(await faultsOf(record, wards, begins + day * minuteMs)).toEqual([]);
    // They did meet, and the one who was second was told so.
    // Which of them met is the machine's; that one bed holds one is held to it in `care/admission`.
    expect(tally.refused.size).toBeGreaterThan(0);
    for (const code of tally.refused.keys()) expect(expectedRefusals).toContain(code);
    // What was answered as stored is there, to the version.
    expect(tally.stored.length).toBeGreaterThan(300);
    expect((await all(tally.stored)).filter(({ status }) => status !== 200)).toEqual([]);
    // All of it was done by somebody.
    for (const type of [
      'Encounter',
      'MedicationRequest',
      'MedicationAdministration',
      'ServiceRequest',
      'Specimen',
      'DiagnosticReport',
      'Observation',
      'DocumentReference',
      'Composition',
      'Task',
    ])
      expect([type, countOf(tally, type) > 0]).toEqual([type, true]);
  });

  test('afterwards the record equals the journal', async () => {
    expect((await verify(client.store().sql)).differences).toEqual([]);
  });
});

test('one after the other they do the same for the same seed', async () => {
  const shape = ({ stored, refused }: Tally) => [stored.length, [...refused]];
  const first = await run([await openWard('same-a')], 'seed', day / 6, false);
  // The other ward has the same people and beds under other ids.
  const second = await run([await openWard('same-b')], 'seed', day / 6, false);
  expect(shape(first)).toEqual(shape(second));
});
