// What happens to the database when something is killed. Real processes, real signals.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connect } from '#store/sql.ts';
import { killAllIn, runPostgresProgram } from '../../../test/run-program.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { isRunning } from '../process-table.ts';
import { startPostgres } from './start.ts';

const linux = process.platform === 'linux';
const undo: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

function dataFolder(): string {
  const folder = temporaryFolder();
  undo.push(
    () => folder.remove(),
    () => void killAllIn(join(folder.path, 'postgres/cluster')),
  );
  return folder.path;
}

/** Acknowledged writes that a new start of the database does not find. */
async function lost(folder: string, acknowledged: ReadonlySet<string>): Promise<string[]> {
  const server = await startPostgres({ folder: join(folder, 'postgres') });
  const sql = connect(server.connect, { max: 1 });
  try {
    const rows = await sql<{ id: string }[]>`select id::text as id from written`;
    const found = new Set(rows.map(({ id }) => id));
    return [...acknowledged].filter((id) => !found.has(id));
  } finally {
    await sql.end();
    await server.stop();
  }
}

test.runIf(linux)('killing everything at once under eight writers loses no acknowledged write', async () => {
  const folder = dataFolder();
  const program = runPostgresProgram(folder, { writers: 8 });
  await program.reached(500);
  program.signal('SIGKILL');
  expect(killAllIn(join(folder, 'postgres/cluster'))).toBeGreaterThan(8);
  await program.ended;
  expect(await lost(folder, program.acknowledged)).toEqual([]);
});

test('killing the first server process under eight writers: it comes back by itself, operations is told, nothing is lost', async () => {
  const folder = dataFolder();
  const program = runPostgresProgram(folder, { writers: 8 });
  await program.reached(300);
  const { ready } = await program.said('ready');
  process.kill(Number(ready), 'SIGKILL');
  await program.said('event', 'databaseDied');
  await program.reached(program.acknowledged.size + 300);
  program.signal('SIGTERM');
  await program.ended;
  expect(program.lines.filter((line) => line['event'] === 'databaseStarted')).toHaveLength(2);
  expect(await lost(folder, program.acknowledged)).toEqual([]);
});

test('a server that a killed program left behind is taken over by the next start', async () => {
  const folder = dataFolder();
  const program = runPostgresProgram(folder, { writers: 8 });
  await program.reached(200);
  const orphan = Number((await program.said('ready'))['ready']);
  program.signal('SIGKILL');
  await program.ended;
  expect(isRunning(orphan)).toBe(true);

  const next = runPostgresProgram(folder);
  const takenOver = await next.said('event', 'databaseTakenOver');
  await next.said('ready');
  expect(takenOver['pid']).toBe(orphan);
  expect(isRunning(orphan)).toBe(false);
  next.signal('SIGTERM');
  await next.ended;
  expect(await lost(folder, program.acknowledged)).toEqual([]);
});

test('SIGTERM lets writes under way finish, then stops program and server within 5 seconds', async () => {
  const folder = dataFolder();
  const program = runPostgresProgram(folder, { writers: 8 });
  await program.reached(200);
  const server = Number((await program.said('ready'))['ready']);
  const startedMs = performance.now();
  program.signal('SIGTERM');
  await program.ended;
  expect(performance.now() - startedMs).toBeLessThan(5000);
  expect(isRunning(server)).toBe(false);
  expect(program.lines.at(-1)).toMatchObject({ event: 'stopped', unfinished: [] });
  expect(program.lines).toContainEqual(expect.objectContaining({ event: 'databaseStopped', how: 'fast' }));
  expect(existsSync(join(folder, 'holdfast.pid'))).toBe(false);
  expect(await lost(folder, program.acknowledged)).toEqual([]);
});

test('a second program on the same folder is refused with one sentence, and the first goes on', async () => {
  const folder = dataFolder();
  const first = runPostgresProgram(folder, { writers: 1 });
  await first.reached(1);
  const second = runPostgresProgram(folder);
  const { refused } = await second.said('refused');
  expect(refused).toBe(
    `Another Holdfast (process ${first.pid}) is running on the data folder ${folder}: stop it, or set HOLDFAST_DATA to another folder.`,
  );
  await expect(startPostgres({ folder: join(folder, 'postgres') })).rejects.toThrow(
    `Another Holdfast (process ${first.pid}) keeps the database`,
  );
  await first.reached(first.acknowledged.size + 10);
  first.signal('SIGTERM');
  await first.ended;
});

test('a pid file that names a stranger does not keep the database from starting', async () => {
  const folder = dataFolder();
  const program = runPostgresProgram(folder, { writers: 1 });
  await program.reached(1);
  const server = Number((await program.said('ready'))['ready']);
  program.signal('SIGKILL');
  process.kill(server, 'SIGKILL');
  await program.ended;
  const file = join(folder, 'postgres/cluster/postmaster.pid');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(process.pid)));
  expect(await lost(folder, program.acknowledged)).toEqual([]);
});
