import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/database.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { readMatching, readWithAncestors } from '#store/concepts.ts';
import { openStore } from '#store/store.ts';
import { loadConceptTable } from './concept-table.ts';

test('a file is loaded as it is, whatever separates its fields and ends its lines', async () => {
  const folder = temporaryFolder();
  const database = await testDatabase();
  const store = openStore(database.to, { poolSize: 2, node: 'test' });
  try {
    const system = { url: 'http://x.dk/table', version: '1', name: 'Made up' };
    const file = join(folder.path, 'table.csv');
    const lines = Array.from({ length: 5000 }, (_, n) => `K${n}\tNumber ${n} æøå\t${n === 0 ? '' : 'K0'}`);
    writeFileSync(file, `\ufeffcode\tdisplay\tparent\r\n${lines.join('\r\n')}\r\n`);
    expect(await loadConceptTable(store, file, system)).toBe(5000);
    expect(await readWithAncestors(store.sql, system.url, ['K4999'])).toHaveLength(2);
    const found = await readMatching(store.sql, system.url, {
      filter: 'NUMBER 499',
      under: 'K0',
      count: 100,
    });
    expect(found.map(({ code }) => code)).toContain('K4999');
    expect(await readMatching(store.sql, system.url, { filter: '100%_', count: 10 })).toEqual([]);
  } finally {
    await store.close();
    await database.drop();
    folder.remove();
  }
});
