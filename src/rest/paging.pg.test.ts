import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { fold } from '#fhir/search-forms.ts';
import { testDatabase } from '../../test/database.ts';
import { useClient, type Reply } from './testing.ts';

const { send, create } = useClient(testDatabase);

interface Made {
  readonly id: string;
  readonly family?: string;
  readonly birthDate?: string;
  readonly probability?: number;
}
const made: Made[] = [];
const families = ['Aa', 'aa', 'Åse', 'Æbelø', 'Zoë', 'Øre', 'B b', 'b', ''];

beforeAll(async () => {
  // Few values and many ties; a third has none.
  fc.sample(
    fc.tuple(
      fc.constantFrom(...families),
      fc.constantFrom('', '1980', '1980-01-01', '1990-05', '2020-02-29'),
    ),
    { numRuns: 60, seed: 7 },
  ).forEach(([family, birthDate], n) => {
    made.push({
      id: `r${String(n).padStart(3, '0')}`,
      ...(family ? { family } : {}),
      ...(birthDate ? { birthDate } : {}),
    });
  });
  await Promise.all(
    made.map(({ id, family, birthDate }) =>
      send('PUT', `Patient/${id}`, {
        resourceType: 'Patient',
        id,
        active: true,
        ...(family ? { name: [{ family }] } : {}),
        ...(birthDate ? { birthDate } : {}),
      }),
    ),
  );
  await Promise.all(
    made.map(({ id }, n) =>
      send('PUT', `Observation/${id}`, {
        resourceType: 'Observation',
        id,
        status: 'final',
        code: { text: 'x' },
        ...(n % 4 ? { valueQuantity: { value: (n * 7) % 10 } } : {}),
      }),
    ),
  );
});

async function pages(address: string, between: () => Promise<unknown> = async () => {}): Promise<string[]> {
  const seen: string[] = [];
  for (let next: string | undefined = address; next !== undefined;) {
    const { json, status }: Reply = await send('GET', next);
    expect(status).toBe(200);
    seen.push(...(json.entry ?? []).map(({ resource }) => resource?.id ?? ''));
    next = json.link?.find(({ relation }) => relation === 'next')?.url;
    await between();
  }
  return seen;
}

describe('pages joined are the whole list in its order, whatever their size', () => {
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  /** Without a value last, in either direction. */
  const last = (value: string | undefined, descending: boolean) =>
    value === undefined ? (descending ? '' : '\u{10ffff}') : fold(value);
  test.each([
    '',
    '_id',
    '-_id',
    'family',
    '-family',
    'birthdate',
    '-birthdate',
    'family,-birthdate',
    '_lastUpdated',
    '-_lastUpdated',
  ])('sorted by %s', async (sort) => {
    const whole = await pages(`Patient?active=true&_sort=${sort}&_count=1000`);
    expect([...whole].sort()).toEqual(made.map(({ id }) => id));
    for (const count of [1, 7, 30, 59, 60])
      expect(await pages(`Patient?active=true&_sort=${sort}&_count=${count}`), `_count=${count}`).toEqual(
        whole,
      );
    if (sort === '' || sort === '_id') expect(whole).toEqual(made.map(({ id }) => id));
    if (sort === '-_id') expect(whole).toEqual(made.map(({ id }) => id).reverse());
    if (sort === 'family' || sort === '-family') {
      const descending = sort.startsWith('-');
      const sorted = made.toSorted(
        (a, b) =>
          byText(last(a.family, descending), last(b.family, descending)) * (descending ? -1 : 1) ||
          byText(a.id, b.id),
      );
      expect(whole).toEqual(sorted.map(({ id }) => id));
    }
    if (sort === '-birthdate') {
      const without = new Set(made.filter(({ birthDate }) => birthDate === undefined).map(({ id }) => id));
      expect(whole.slice(-without.size).every((id) => without.has(id))).toBe(true);
    }
  });

  test.each(['value-quantity', '-value-quantity'])('sorted by %s, which some do not have', async (sort) => {
    const whole = await pages(`Observation?_sort=${sort}&_count=1000`);
    expect(whole).toHaveLength(60);
    expect(whole.slice(-15).every((id) => Number(id.slice(1)) % 4 === 0)).toBe(true);
    for (const count of [1, 11])
      expect(await pages(`Observation?_sort=${sort}&_count=${count}`)).toEqual(whole);
  });
});

test('while others create, change and delete, a walk through the pages neither repeats nor loses what stays as it is', async () => {
  let writes = 0;
  const doomed = await create({ resourceType: 'Patient', active: true, name: [{ family: 'zz' }] });
  const seen = await pages('Patient?active=true&_sort=family&_count=5', async () => {
    await create({
      resourceType: 'Patient',
      active: true,
      name: [{ family: writes % 2 ? '0 first' : 'ÿ last' }],
    });
    if (writes++ === 1) await send('DELETE', `Patient/${doomed}`);
    const some = made[writes] ?? { id: '' };
    // A new version that sorts where the old one did.
    await send('PUT', `Patient/${some.id}`, {
      resourceType: 'Patient',
      id: some.id,
      active: true,
      ...(some.family ? { name: [{ family: some.family }] } : {}),
    });
  });
  expect(new Set(seen).size).toBe(seen.length);
  expect(made.filter(({ id }) => !seen.includes(id))).toEqual([]);
});
