/** Data that none of us wrote: 50 of the 400 patients beside the checkout, as their generator left them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openStore } from '#store/store.ts';
import { testDatabase } from '../../../test/database.ts';
import { findFiles } from './files.ts';
import { importFiles } from './import.ts';

test('a file of Synthea is taken whole, its numbers spelled as they were, and again without a change', async () => {
  const folder = join(import.meta.dirname, '../../../../shared/synthea');
  const [name = ''] = readdirSync(folder)
    .filter((file) => file.endsWith('.ndjson.gz'))
    .sort();
  const path = join(folder, name);
  const source = gunzipSync(readFileSync(path)).toString('utf8');
  const database = await testDatabase();
  const store = openStore(database.to, { poolSize: 4, node: 'test' });
  try {
    const told: string[] = [];
    const run = async () =>
      importFiles(store, await findFiles([path]), {
        skip: [],
        assignCpr: false,
        onFault: (fault) => told.push(fault),
      });
    const first = await run();
    expect(told).toEqual([]);
    const again = await run();
    expect([again.written, again.unchanged]).toEqual([0, first.written + first.unchanged]);
    const rows = await store.sql<{ id: string; version: number; type: string; body: string }[]>`
      select r.id, r.version, r.type, v.body from record r join version v on v.seq = r.seq`;
    expect(rows.filter(({ type }) => type === 'Patient')).toHaveLength(50);
    expect(rows.filter(({ body }) => body.includes('"reference":"urn:uuid:'))).toEqual([]);
    // Every spelling of a decimal in the source is in the record as often as the resource that holds it is.
    const spelled = (text: string) =>
      [...text.matchAll(/"value":\s*(-?\d[\d.eE+-]*)/g)].map((match) => match[1] ?? '');
    const observations = rows
      .filter(({ type }) => type === 'Observation')
      .flatMap(({ body }) => spelled(body));
    const claims = rows.filter(({ type }) => type !== 'Observation').flatMap(({ body }) => spelled(body));
    expect([...observations, ...claims].sort()).toEqual(spelled(source).sort());
  } finally {
    await store.close();
    await database.drop();
  }
});
