// Starting, stopping and the other commands, as an operator meets them.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runCommand, startProgram } from '../../test/program.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { visitor } from '../../test/visitor.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function freshFolder(): string {
  const folder = temporaryFolder();
  undo.push(() => folder.remove());
  return join(folder.path, 'data');
}

test('the first password is shown once, and a second start is quick and shows none', async () => {
  const dataFolder = freshFolder();
  const first = await startProgram({ dataFolder });
  expect(first.adminPassword).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){2}$/);
  expect((await first.stop()).code).toBe(0);
  const second = await startProgram({ dataFolder });
  undo.push(() => second.stop());
  // The bar is 3 s; a machine that does other work as well gets a bound that only a fault breaks.
  expect(second.startedInMs).toBeLessThan(10_000);
  expect(second.adminPassword).toBeUndefined();
  expect((await visitor(second.url).logIn('admin', first.adminPassword ?? '')).status).toBe(200);
});

test('a start that ends before it listens keeps the password for the one that does', async () => {
  const dataFolder = freshFolder();
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  undo.push(() => taken.close());
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const env = {
    HOLDFAST_DATA: dataFolder,
    HOLDFAST_DEMO: 'off',
    HOLDFAST_LOG: 'silent',
    HOLDFAST_PORT: String(port),
  };
  const refused = await runCommand(['start'], env);
  expect([refused.code, refused.stdout, refused.stderr]).toEqual([
    2,
    '',
    `Port ${port} is taken by another program: stop it, or set HOLDFAST_PORT to another port.\n`,
  ]);
  const program = await startProgram({ dataFolder });
  undo.push(() => program.stop());
  expect((await visitor(program.url).logIn('admin', program.adminPassword ?? '')).status).toBe(200);
});

test('a disabled administrator stays disabled', async () => {
  const dataFolder = freshFolder();
  const first = await startProgram({ dataFolder });
  const { openBeside } = await import('./open.ts');
  const { readConfig } = await import('#base/config.ts');
  const { createLog } = await import('./log.ts');
  const config = readConfig({ HOLDFAST_DATA: dataFolder, HOLDFAST_LOG: 'silent' });
  const beside = await openBeside(config, createLog(config));
  await beside.store.sql`update person set disabled = true where "user" = 'admin'`;
  await beside.close();
  await first.stop();
  const second = await startProgram({ dataFolder });
  undo.push(() => second.stop());
  expect(second.adminPassword).toBeUndefined();
  expect((await visitor(second.url).logIn('admin', first.adminPassword ?? '')).status).toBe(401);
});

const sentence = /^[A-Z][^\n]*[.:][^\n]*\n$/;
test('what keeps it from starting is one sentence that says how to repair it', async () => {
  const file = join(freshFolder(), '..', 'file');
  writeFileSync(file, '');
  const inFile = await runCommand(['start'], { HOLDFAST_DATA: join(file, 'data'), HOLDFAST_LOG: 'silent' });
  expect([inFile.code, inFile.stderr]).toEqual([
    2,
    expect.stringMatching(
      /cannot be made \(ENOTDIR\): make it a folder that user .* may write to, or set HOLDFAST_DATA/,
    ),
  ]);
  expect(inFile.stderr).toMatch(sentence);

  const foreign = freshFolder();
  mkdirSync(foreign, { recursive: true });
  writeFileSync(join(foreign, 'thesis.txt'), '');
  const strange = await runCommand(['start'], { HOLDFAST_DATA: foreign, HOLDFAST_LOG: 'silent' });
  expect([strange.code, strange.stderr]).toEqual([
    2,
    expect.stringMatching(/holds 'thesis.txt' and no sign of Holdfast: set HOLDFAST_DATA to an empty folder/),
  ]);

  const settings = await runCommand(['start'], {
    HOLDFAST_DATA: foreign,
    HOLDFAST_PORT: 'http',
    HOLDFAST_POOL: '0',
  });
  expect([settings.code, settings.stderr]).toEqual([
    2,
    expect.stringMatching(/HOLDFAST_PORT is 'http'.*\n.*HOLDFAST_POOL is '0'/),
  ]);
});

test('a damaged folder is told in one sentence, and nothing in it is touched', async () => {
  const dataFolder = freshFolder();
  const program = await startProgram({ dataFolder });
  await program.stop();
  const control = join(dataFolder, 'postgres/cluster/global/pg_control');
  renameSync(control, `${control}.kept`);
  const damaged = await runCommand(['start'], { HOLDFAST_DATA: dataFolder, HOLDFAST_LOG: 'silent' });
  expect(damaged.code).toBe(2);
  expect(damaged.stderr).toMatch(sentence);
  renameSync(`${control}.kept`, control);
  const again = await startProgram({ dataFolder });
  undo.push(() => again.stop());
  expect((await visitor(again.url).logIn('admin', program.adminPassword ?? '')).status).toBe(200);
});

test('a second program on the folder is refused in one sentence, and the first goes on', async () => {
  const program = await startProgram();
  undo.push(() => program.stop());
  const second = await program.command('start');
  expect([second.code, second.stderr]).toEqual([
    2,
    expect.stringContaining(`Another Holdfast (process ${program.pid}) is running on the data folder`),
  ]);
  expect((await visitor(program.url).send('GET', '/readyz')).text).toBe('ready\n');
});

test('token, user and verify work beside a running program and alone', async () => {
  const dataFolder = freshFolder();
  const program = await startProgram({ dataFolder });
  const commands = async () => {
    const verified = await program.command('verify');
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringMatching(/: the record equals the journal\.\n[^]*: the audit is as it was written\.\n$/),
    ]);
    return { token: await program.tokenOf('integration') };
  };
  const added = await program.command('user', 'add', 'anne', '--name', 'Anne Lund', '--role', 'doctor');
  const [user = '', password = ''] = added.stdout.trim().split('  ');
  expect((await visitor(program.url).logIn(user, password)).json).toMatchObject({
    name: 'Anne Lund',
    role: 'doctor',
  });
  const beside = await commands();
  expect((await visitor(program.url, beside.token).send('GET', '/fhir/Patient')).status).toBe(200);
  await program.stop();

  const alone = await commands();
  const again = await startProgram({ dataFolder });
  undo.push(() => again.stop());
  for (const { token } of [beside, alone])
    expect((await visitor(again.url, token).send('GET', '/fhir/Patient')).status).toBe(200);
});

test('a command that cannot be done says so, and prints nothing on standard output', async () => {
  const program = await startProgram();
  undo.push(() => program.stop());
  const cases: readonly (readonly [string[], RegExp])[] = [
    [['token'], /Say for whom: holdfast token --user NAME/],
    [['token', '--user', 'nobody'], /There is no user 'nobody': holdfast user add makes one\./],
    [['token', '--for', 'admin'], /Unknown option '--for'/],
    [['user', 'add', 'admin', '--name', 'x', '--role', 'doctor'], /There is a user 'admin' already\./],
    [['user', 'add', 'Åse', '--name', 'x', '--role', 'doctor'], /A user name is 1 to 64 of/],
    [['user', 'add', 'ase', '--name', 'x', '--role', 'king'], /Usage: holdfast user add/],
  ];
  for (const [args, said] of cases) {
    const { code, stdout, stderr } = await program.command(...args);
    expect([args, code, stdout]).toEqual([args, 2, '']);
    expect(stderr).toMatch(said);
  }
  expect((await program.command('dance')).code).toBe(2);
  expect((await program.command('help')).stdout).toContain('holdfast verify');
});

test('a table of codes is loaded beside the running program, and a table with a fault changes nothing', async () => {
  const dataFolder = freshFolder();
  const program = await startProgram({ dataFolder });
  undo.push(() => program.stop());
  const table = (text: string) => {
    const file = join(dataFolder, 'table.csv');
    writeFileSync(file, text);
    return file;
  };
  const url = 'http://test/lager';
  const load = (text: string) => program.command('codes', table(text), '--url', url, '--name', 'Lager');
  const loaded = await load('code;display;parent\nA;Alt;\nA1;Forbinding;A\n');
  expect([loaded.code, loaded.stdout]).toEqual([0, `2 concepts of ${url} loaded.\n`]);
  const faulty = await load('code;display\nB;Andet\n;Uden kode\n');
  expect([faulty.code, faulty.stderr]).toEqual([2, expect.stringMatching(/line 3.*nothing was changed/)]);
  const someone = visitor(program.url, await program.tokenOf('integration'));
  const answer = await someone.send('GET', `/fhir/CodeSystem/$lookup?system=${url}&code=A1`);
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('Forbinding')]);
  expect((await program.command('codes')).code).toBe(2);
});
