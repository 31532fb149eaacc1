// `_sort` by every type of parameter that has an order, and `_total` (http://hl7.org/fhir/R4/search.html#sort, #total).
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { base, useClient, type Reply } from './testing.ts';

const { send, find } = useClient(testDatabase);

const observation = (n: number, code: string | undefined, more: object) => ({
  resourceType: 'Observation',
  id: `o${n}`,
  status: n % 2 ? 'final' : 'amended',
  code:
    code === undefined
      ? { text: 'x' }
      : {
          coding: [
            { system: 'urn:c', code },
            { system: 'urn:c', code: `${code}z` },
          ],
        },
  ...more,
});

beforeAll(async () => {
  const all = [
    observation(1, 'b', { subject: { reference: 'Patient/2' }, valueQuantity: { value: 3 } }),
    observation(2, 'a', { subject: { reference: 'Patient/1' }, valueQuantity: { value: 1 } }),
    observation(3, undefined, {
      valueQuantity: { value: 2 },
      identifier: [{ value: 'i9' }, { value: 'i1' }],
    }),
    observation(4, 'c', { subject: { reference: 'Group/1' }, identifier: [{ value: 'i5' }] }),
    { resourceType: 'ValueSet', id: 'v1', status: 'active', url: 'http://x.dk/b' },
    { resourceType: 'ValueSet', id: 'v2', status: 'active', url: 'http://x.dk/a' },
    { resourceType: 'ValueSet', id: 'v3', status: 'draft' },
  ];
  for (const resource of all)
    expect((await send('PUT', `${resource.resourceType}/${resource.id}`, resource)).issues).toEqual([]);
});

describe('sorts by', () => {
  test.each<[string, string[]]>([
    // Without a value last, in either direction; by the least of several values when rising, by the greatest when falling.
    ['Observation?_sort=code', ['o2', 'o1', 'o4', 'o3']],
    ['Observation?_sort=-code', ['o4', 'o1', 'o2', 'o3']],
    ['Observation?_sort=subject', ['o4', 'o2', 'o1', 'o3']],
    ['Observation?_sort=-subject', ['o1', 'o2', 'o4', 'o3']],
    ['Observation?_sort=identifier', ['o3', 'o4', 'o1', 'o2']],
    ['Observation?_sort=-identifier', ['o3', 'o4', 'o1', 'o2']],
    ['Observation?_sort=status,-code', ['o4', 'o2', 'o1', 'o3']],
    ['Observation?_sort=-status,value-quantity', ['o3', 'o1', 'o2', 'o4']],
    ['Observation?_sort=value-quantity', ['o2', 'o3', 'o1', 'o4']],
    ['ValueSet?_sort=url', ['v2', 'v1', 'v3']],
    ['ValueSet?_sort=-url', ['v1', 'v2', 'v3']],
    ['ValueSet?_sort=status,-_id', ['v2', 'v1', 'v3']],
  ])('%s', async (address, expected) => {
    expect(await find(address)).toEqual(expected);
    const paged: string[] = [];
    for (let next: string | undefined = `${address}&_count=1`; next !== undefined;) {
      const reply: Reply = await send('GET', next);
      paged.push(...(reply.json.entry ?? []).map(({ resource }) => resource?.id ?? ''));
      next = reply.json.link?.find(({ relation }) => relation === 'next')?.url.replace(`${base}/`, '');
    }
    expect(paged).toEqual(expected);
  });
});

test('_total may be left out, estimated or exact', async () => {
  const total = async (query: string) => (await send('GET', `Observation?_count=1${query}`)).json.total;
  expect(await total('')).toBeUndefined();
  expect(await total('&_total=none')).toBeUndefined();
  expect(await total('&_total=estimate')).toBe(4);
  expect(await total('&_total=accurate')).toBe(4);
  expect(await total('&_total=estimate&status=final')).toBe(2);
  expect((await send('GET', 'Observation?_count=0&_total=estimate')).json.total).toBe(4);
});

test('a number that PostgreSQL cannot hold keeps nobody from sorting', async () => {
  const text = JSON.stringify(observation(5, 'a', { identifier: [{ value: 'huge' }] }));
  await send('PUT', 'Observation/o5', `${text.slice(0, -1)},"valueQuantity":{"value":1e200000}}`);
  expect((await find('Observation?_sort=code')).length).toBeGreaterThanOrEqual(4);
  await send('DELETE', 'Observation/o5');
});
