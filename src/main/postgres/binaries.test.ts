import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { findBinaries, prepareBinaries } from './binaries.ts';

const folder = temporaryFolder();
const unpacked = join(folder.path, 'package');

afterAll(() => folder.remove());

test('an install without scripts is repaired: links to libraries are made, programs can be run', () => {
  const installed = dirname(dirname(dirname(findBinaries().postgres)));
  cpSync(installed, unpacked, { recursive: true, verbatimSymlinks: true });
  const libraries = join(unpacked, 'native/lib');
  const links = (): string[] =>
    readdirSync(libraries).filter((name) => lstatSync(join(libraries, name)).isSymbolicLink());
  for (const name of links()) rmSync(join(libraries, name));
  chmodSync(join(unpacked, 'native/bin/postgres'), 0o644);

  const { postgres } = prepareBinaries(unpacked);
  if (process.platform === 'linux') expect(links().length).toBeGreaterThan(10);
  expect(execFileSync(postgres, ['--version'], { encoding: 'utf8' })).toMatch(/^postgres \(PostgreSQL\) \d+/);
});

test('an incomplete package is named with the repair', () => {
  rmSync(join(unpacked, 'native/bin/initdb'));
  expect(() => prepareBinaries(unpacked)).toThrow(/is incomplete \(.*initdb.*\): run `npm ci` again\.$/);
});
