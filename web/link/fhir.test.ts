import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findAll } from './fhir.ts';

const page = (ids: readonly string[], next?: string, total?: number) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  ...(total !== undefined && { total }),
  ...(next !== undefined && { link: [{ relation: 'next', url: next }] }),
  entry: ids.map((id) => ({ resource: { resourceType: 'Flag', id }, search: { mode: 'match' } })),
});

const asked: string[] = [];
let answers: object[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('location', { origin: 'https://clinic.example' });
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    return Response.json(answers.length > 1 ? answers.shift() : answers[0]);
  });
});
afterEach(() => vi.unstubAllGlobals());

test('every page of a list is fetched, on this server, and the list is whole', async () => {
  answers = [
    page(['1', '2'], 'https://elsewhere.example/fhir/Flag?_after=2', 5),
    page(['3', '4'], '/fhir/Flag?_after=4'),
    page(['5']),
  ];
  const found = await findAll('Flag?patient=7');
  expect(found.resources.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5']);
  expect(found.complete).toBe(true);
  expect(asked).toEqual(['/fhir/Flag?patient=7', '/fhir/Flag?_after=2', '/fhir/Flag?_after=4']);
});

test('a list without end is bounded, and says that it is not whole', async () => {
  answers = [page(['1'], '/fhir/Flag?_after=1')];
  const found = await findAll('Flag?patient=7');
  expect(found.complete).toBe(false);
  expect(found.resources.length).toBe(asked.length);
  expect(asked.length).toBeLessThan(20);
});

test('fewer than were counted is not whole', async () => {
  answers = [page(['1', '2'], undefined, 3)];
  expect((await findAll('Flag?patient=7')).complete).toBe(false);
});
