import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildDefinitions } from './build.ts';
import { resourceTypes, searchParameters } from './tables.ts';

test('the tables are what the official definitions say', () => {
  for (const [file, text] of Object.entries(buildDefinitions())) {
    const committed = readFileSync(join(import.meta.dirname, file));
    expect(
      (file.endsWith('.gz') ? gunzipSync(committed) : committed).toString('utf8') === text,
      `${file} is to be made anew: npm run definitions`,
    ).toBe(true);
  }
});

test('all types and parameters of R4 are there', () => {
  expect(resourceTypes).toHaveLength(147);
  const count = Object.values(searchParameters).reduce((sum, table) => sum + Object.keys(table).length, 0);
  expect(count).toBe(2581);
});
