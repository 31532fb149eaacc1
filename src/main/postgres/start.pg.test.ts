import {
  chmodSync,
  cpSync,
  mkdirSync,
  rmSync,
  statSync,
  truncateSync,
  chownSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, expect, test } from 'vitest';
import { connect } from '#store/sql.ts';
import { runPostgresProgram } from '../../../test/run-program.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { startPostgres, type RunningPostgres } from './start.ts';

const asRoot = process.getuid?.() === 0;
const undo: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

function freshFolder(): string {
  const folder = temporaryFolder();
  undo.push(() => folder.remove());
  return folder.path;
}

async function started(folder: string): Promise<RunningPostgres> {
  const server = await startPostgres({ folder });
  undo.push(() => server.stop());
  return server;
}

test('the first start makes a durable database, the second finds what was written', async () => {
  const folder = join(freshFolder(), 'postgres');
  const first = await started(folder);
  const sql = connect(first.connect, { max: 1 });
  const rows = await sql`
    select name, setting from pg_settings
    where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'server_encoding')
    order by name`;
  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
    data_checksums: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    listen_addresses: '',
    server_encoding: 'UTF8',
    synchronous_commit: 'on',
  });
  await sql`create table kept (text text)`;
  await sql`insert into kept values ('blåbærgrød')`;
  await sql.end();
  await first.stop();

  const second = await started(folder);
  const again = connect(second.connect, { max: 1 });
  expect(await again`select text from kept`).toEqual([{ text: 'blåbærgrød' }]);
  await again.end();
});

test('the folder is private, the password too, and a wrong password is refused', async () => {
  const folder = join(freshFolder(), 'postgres');
  const server = await started(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600);
  const sql = postgres({ ...server.connect, password: 'guessed', max: 1 });
  await expect(sql`select 1`).rejects.toMatchObject({ code: '28P01' });
  await sql.end();
});

test('refused statements and the values in them do not reach the log', async () => {
  const folder = join(freshFolder(), 'postgres');
  const server = await started(folder);
  const sql = connect(server.connect, { max: 1 });
  await sql`create table person (name text primary key)`;
  await sql`insert into person values ('Gurli Hansen')`;
  await expect(sql`insert into person values ('Gurli Hansen')`).rejects.toMatchObject({ code: '23505' });
  await sql.end();
  await server.stop();
  expect(readFileSync(join(folder, 'server.log'), 'utf8')).not.toContain('Gurli');
});

test('a folder too deep for a socket gets one among the temporary folders', async () => {
  const folder = join(freshFolder(), 'a'.repeat(80), 'postgres');
  const server = await started(deep(folder));
  expect(server.connect.host).not.toContain(folder);
  expect(statSync(server.connect.host).mode & 0o777).toBe(0o700);
  const sql = connect(server.connect, { max: 1 });
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  await sql.end();
  rmSync(server.connect.host, { recursive: true, force: true });
});

test('when the temporary folders are too deep too, it is a port of this machine, with the password', async () => {
  const folder = join(freshFolder(), 'a'.repeat(80));
  deep(join(folder, 'postgres'));
  const program = runPostgresProgram(folder, { writers: 1, tmpdir: join(folder, 'b'.repeat(60)) });
  expect(await program.said('ready')).toMatchObject({ url: '127.0.0.1' });
  await program.reached(1);
  program.signal('SIGTERM');
  await program.ended;
});

/** Passable for the database's user on the whole way. */
function deep(folder: string): string {
  mkdirSync(join(folder, '..'), { recursive: true, mode: 0o755 });
  return folder;
}

test('a damaged control file: one sentence with the repair, and the folder stays as it is', async () => {
  const folder = join(freshFolder(), 'postgres');
  const server = await started(folder);
  await server.stop();
  truncateSync(join(folder, 'cluster/global/pg_control'), 0);
  await expect(startPostgres({ folder })).rejects.toThrow(
    new RegExp(
      `^The database in ${folder} is damaged \\(.*pg_control.*\\): keep a copy of the folder, and run \`npx holdfast restore\`[^.]*\\.$`,
    ),
  );
});

test('a database that is gone is not replaced by an empty one', async () => {
  const folder = join(freshFolder(), 'postgres');
  const server = await started(folder);
  await server.stop();
  rmSync(join(folder, 'cluster'), { recursive: true });
  await expect(startPostgres({ folder })).rejects.toThrow(/is damaged \(cluster is missing\)/);
});

test('a first start that was cut off is begun again', async () => {
  const folder = join(freshFolder(), 'postgres');
  mkdirSync(join(folder, 'cluster.new/base'), { recursive: true });
  const server = await started(folder);
  expect(server.pid).toBeGreaterThan(0);
});

test('a server that dies of damage says so and is not tried for ever', async () => {
  const folder = join(freshFolder(), 'postgres');
  const server = await started(folder);
  truncateSync(join(folder, 'cluster/global/pg_control'), 0);
  process.kill(server.pid, 'SIGQUIT');
  expect((await server.died).message).toMatch(/is damaged/);
});

test('a server whose folder is taken away says so', async () => {
  const folder = join(freshFolder(), 'postgres');
  const server = await started(folder);
  renameSync(folder, `${folder}.away`);
  process.kill(server.pid, 'SIGQUIT');
  expect((await server.died).message).toMatch(/is damaged \(password is missing\)/);
});

test.runIf(asRoot)('an ordinary user may run it too', async () => {
  const folder = freshFolder();
  chownSync(folder, 65534, 65534);
  const program = runPostgresProgram(folder, { writers: 2, uid: 65534 });
  await program.reached(10);
  expect(statSync(join(folder, 'postgres/cluster')).uid).toBe(65534);
  program.signal('SIGTERM');
  await program.ended;
});

test('a data folder that cannot be written to is named with the repair', async () => {
  const folder = freshFolder();
  chmodSync(folder, 0o555);
  const program = runPostgresProgram(folder, asRoot ? { uid: 65534 } : {});
  const { refused } = await program.said('refused');
  expect(refused).toMatch(
    new RegExp(
      `^The data folder ${folder} is not writable for user \\d+ \\(EACCES\\): run .chown -R \\d+ ${folder}. as root,`,
    ),
  );
});

test.runIf(asRoot)(
  "a folder made by root's database is named to an ordinary user with the repair",
  async () => {
    const folder = freshFolder();
    const server = await startPostgres({ folder: join(folder, 'postgres') });
    await server.stop();
    chmodSync(folder, 0o777);
    const program = runPostgresProgram(folder, { uid: 2 });
    const { refused } = await program.said('refused');
    expect(refused).toMatch(
      /^The database folder .* belongs to user \d+, and this program runs as user 2: start it as user \d+ or root, or run/,
    );
  },
);

test.runIf(asRoot)('run by root below a private folder, it names the folder and the repair', async () => {
  const closed = freshFolder();
  chmodSync(closed, 0o700);
  await expect(startPostgres({ folder: join(closed, 'data/postgres') })).rejects.toThrow(
    `run \`chmod o+x ${closed}\``,
  );
});

test.runIf(asRoot)('a folder that was copied by root is given to the database again', async () => {
  const folder = join(freshFolder(), 'postgres');
  const server = await started(folder);
  await server.stop();
  const copy = join(freshFolder(), 'postgres');
  cpSync(folder, copy, { recursive: true, filter: (source) => !source.includes('.s.PGSQL') });
  execFileSync('chown', ['-R', '0:0', copy]);
  expect((await started(copy)).pid).toBeGreaterThan(0);
});
