import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { openDataFolder } from './data-folder.ts';
import { takeLock } from './lock-file.ts';
import { processBeginning } from './process-table.ts';

const undo: (() => void)[] = [];

afterEach(() => {
  for (const step of undo.splice(0)) step();
});

function freshFolder(): string {
  const folder = temporaryFolder();
  undo.push(() => folder.remove());
  return folder.path;
}

test('a folder is made, marked and locked, and can be used again after its release', () => {
  const path = join(freshFolder(), 'deep/data');
  const first = openDataFolder(path);
  expect(first.postgres).toBe(join(path, 'postgres'));
  expect(readFileSync(join(path, 'holdfast.version'), 'utf8')).toBe('1\n');
  expect(() => openDataFolder(path)).toThrow(
    `Another Holdfast (process ${process.pid}) is running on the data folder ${path}`,
  );
  first.release();
  openDataFolder(path).release();
  expect(existsSync(join(path, 'holdfast.pid'))).toBe(false);
});

test('a private folder lets the user of the database pass when root starts it', () => {
  const path = join(freshFolder(), 'data');
  mkdirSync(path, { mode: 0o700 });
  openDataFolder(path).release();
  expect(statSync(path).mode & 0o777).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
});

test('a folder with the files of others is left alone', () => {
  const path = freshFolder();
  writeFileSync(join(path, 'thesis.txt'), '');
  expect(() => openDataFolder(path)).toThrow(`The folder ${path} holds 'thesis.txt' and no sign of Holdfast`);
});

test('a folder of a newer program is left alone', () => {
  const path = freshFolder();
  writeFileSync(join(path, 'holdfast.version'), '2\n');
  expect(() => openDataFolder(path)).toThrow("has layout '2', this program knows up to 1");
});

test('a lock of a process that is gone, or whose id another process has now, is taken over', () => {
  const file = join(freshFolder(), 'lock');
  const beginning = processBeginning(process.pid);
  const stale = [
    `{"pid":4194999,"beginning":"${beginning}"}\n`,
    `{"pid":${process.pid},"beginning":"before the last boot"}\n`,
    '{"pi',
    '',
  ];
  for (const text of stale) {
    writeFileSync(file, text);
    const lock = takeLock(file);
    expect(lock).toHaveProperty('release');
    if ('release' in lock) lock.release();
  }
  expect(existsSync(file)).toBe(false);
});

test('a live lock names its holder', () => {
  const file = join(freshFolder(), 'lock');
  takeLock(file);
  expect(takeLock(file)).toEqual({ heldBy: process.pid });
});
