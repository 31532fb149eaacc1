import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/database.ts';
import { nothingShown, seesEverything } from '#store/reader.ts';
import { useClient } from '../testing.ts';
import { createLargeBodies } from './large-bodies.ts';

const { send } = useClient(testDatabase);
const limits = {
  depthMax: 64,
  entriesMax: 500,
  pageMax: 1000,
  pageDefault: 50,
  writeDeadlineMs: 10_000,
  deletedAtOnceMax: 1,
  subscriptionHosts: [],
};
const long = 'Langt notat. '.repeat(60_000);
const note = (text: string) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  note: [{ text }],
  valueQuantity: { value: 1 },
});
const written = (text: string) => JSON.stringify(note(text)).replace('"value":1', '"value":1.00');

test('a large resource is stored to the letter, in JSON and in XML', async () => {
  const made = await send('POST', 'Observation', written(long));
  expect(made.status).toBe(201);
  expect(made.text).toContain('"value":1.00');
  const xml = `<Observation xmlns="http://hl7.org/fhir"><status value="final"/><code><text value="x"/></code><valueQuantity><value value="1.00"/></valueQuantity><note><text value="${long}"/></note></Observation>`;
  const again = await send('POST', 'Observation', xml, { 'content-type': 'application/fhir+xml' });
  expect(again.status).toBe(201);
  expect(again.text).toContain('"value":1.00');
});

test('a large one is refused for the same reasons as a small one, in the same words', async () => {
  for (const spoil of [
    (text: string) => text.slice(0, -1),
    (text: string) => text.replace('"final"', '"nonsense"'),
    (text: string) => text.replace('"status"', '"stattus"'),
    (text: string) => text.replace('{', '{"status":"final",'),
  ]) {
    const [small, large] = [
      await send('POST', 'Observation', spoil(written('kort'))),
      await send('POST', 'Observation', spoil(written(long))),
    ];
    expect(large.status).toBe(small.status);
    expect(large.issues.map((text) => text.replace(/\d+/g, 'N'))).toEqual(
      small.issues.map((text) => text.replace(/\d+/g, 'N')),
    );
  }
  const bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: Array.from({ length: 501 }, () => ({ resource: note('x'.repeat(600)) })),
  };
  expect((await send('POST', '', bundle)).status).toBe(413);
});

test('they go one after the other, and who comes when too many wait is told to come later', async () => {
  const bodies = createLargeBodies();
  const request = {
    method: 'POST',
    path: ['Observation'],
    query: [],
    headers: { 'content-type': 'application/fhir+json' },
    body: Buffer.from(written(long)),
    caller: { author: 'x', sees: seesEverything, shown: nothingShown() },
    base: '',
  };
  const ends = await Promise.allSettled(Array.from({ length: 40 }, () => bodies.read(request, limits)));
  expect(ends.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(33);
  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
  expect(refused.length).toBeGreaterThan(0);
  expect(new Set(refused)).toEqual(
    new Set(['Refusal: too many large requests wait already; try again in 5 s']),
  );
  await bodies.stop();
});

test('a body that takes more memory than the thread may have is refused, and the next is read', async () => {
  const bodies = createLargeBodies({ threadMegabytes: 16 });
  const request = (body: string) => ({
    method: 'POST',
    path: [],
    query: [],
    headers: {},
    body,
    caller: { author: 'x', sees: seesEverything, shown: nothingShown() },
    base: '',
  });
  await expect(bodies.read(request(`[${'{"a":{"b":[]}},'.repeat(400_000)}0]`), limits)).rejects.toThrow(
    'takes more memory than a request may have',
  );
  await expect(bodies.read(request(written(long)), limits)).resolves.toBeDefined();
  await bodies.stop();
});
