// What the audit of the real program says, and what becomes of it when the program ends.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startProgram, type Program } from '../../test/program.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { until } from '../../test/until.ts';
import { visitor, type Visitor } from '../../test/visitor.ts';

interface Event {
  readonly id: string;
  readonly subtype: readonly { readonly code: string }[];
  readonly outcome: string;
  readonly agent: readonly { readonly altId?: string; readonly who?: { readonly display?: string } }[];
  readonly entity?: readonly {
    readonly what?: { readonly reference: string };
    readonly query?: string;
    readonly detail?: readonly { readonly type: string; readonly valueString: string }[];
  }[];
}
const codeOf = ({ subtype }: Event) => subtype.at(-1)?.code;
const askedOf = ({ entity }: Event) =>
  Buffer.from(entity?.find(({ query }) => query)?.query ?? '', 'base64').toString('utf8');

/** The lines that fit a search, oldest first. */
async function events(reader: Visitor, query: string): Promise<Event[]> {
  const { status, json } = await reader.send('GET', `/fhir/AuditEvent?_sort=date&_count=1000&${query}`);
  expect(status).toBe(200);
  const entries = json?.['entry'];
  return Array.isArray(entries) ? entries.map(({ resource }: { resource: Event }) => resource) : [];
}

describe('the audit of a running program', () => {
  let program: Program;
  let reader: Visitor;
  let doctor: Visitor;
  beforeAll(async () => {
    program = await startProgram();
    reader = visitor(program.url, await program.token('admin'));
    doctor = visitor(program.url, await program.tokenOf('doctor'));
  });
  afterAll(async () => {
    await program.stop();
  });
  /** Waits for the lines of a search to be as many as expected: those of reads come a moment later. */
  const seen = (query: string, count: number) =>
    until(`${count} lines of ${query}`, async () => {
      const found = await events(reader, query);
      return found.length >= count ? found : undefined;
    });

  test('has what was asked by the command line, and by whom of the machine', async () => {
    await program.command('user', 'add', 'eva', '--name', 'Eva Holm', '--role', 'doctor');
    const commands = await seen('subtype=command', 3);
    expect(commands.map(askedOf)).toContainEqual(
      expect.stringMatching(/^\w+: holdfast user add eva --name Eva Holm --role doctor$/),
    );
  });

  test('has each write, read, search and refusal of a patient, with who', async () => {
    const put = (version: string) =>
      doctor.send('PUT', '/fhir/Patient/p1', { resourceType: 'Patient', id: 'p1' }, { 'if-match': version });
    expect((await doctor.send('PUT', '/fhir/Patient/p1', { resourceType: 'Patient', id: 'p1' })).status).toBe(
      201,
    );
    await doctor.send('GET', '/fhir/Patient/p1');
    await doctor.send('GET', '/fhir/Patient/p1/_history/1');
    await doctor.send('GET', '/fhir/Patient/p1/_history');
    await doctor.send('GET', '/fhir/Patient/p1/Observation?code=x');
    await doctor.send('GET', '/fhir/Patient/p1/$everything');
    await put('W/"7"');
    await doctor.send('DELETE', '/fhir/Patient/p1');
    await doctor.send('GET', '/fhir/Patient/p1');
    const found = await seen('patient=p1', 9);
    // Of two pages that are being written none is ahead: by their times they are in the order of the requests.
    expect(found.map((one) => [codeOf(one), one.outcome])).toEqual([
      ['update', '0'],
      ['read', '0'],
      ['vread', '0'],
      ['history-instance', '0'],
      ['search-type', '0'],
      ['everything', '0'],
      ['update', '4'],
      ['delete', '0'],
      ['read', '4'],
    ]);
    expect(new Set(found.map(({ agent }) => agent[0]?.altId))).toEqual(new Set(['some-doctor']));
    expect(found[4] && askedOf(found[4])).toBe('GET /fhir/Patient/p1/Observation?code=x');
  });

  test('shows patients who opened their record, when and why, and nothing of others in the same line', async () => {
    for (const id of ['own', 'else'])
      await doctor.send('PUT', `/fhir/Patient/${id}`, {
        resourceType: 'Patient',
        id,
        name: [{ family: id }],
      });
    await doctor.send('GET', '/fhir/Patient?_id=own,else&_elements=name');
    await doctor.send('GET', '/fhir/Patient/own');
    await doctor.send('GET', '/fhir/Patient/else');
    await seen('patient=else', 3);
    const added = await program.command(
      'user',
      'add',
      'pia',
      '--name',
      'Pia',
      '--role',
      'patient',
      '--own',
      'own',
    );
    const patient = visitor(program.url);
    await patient.logIn('pia', added.stdout.trim().split('  ')[1] ?? '');
    const mine = await events(patient, '');
    expect(mine.map(codeOf)).toEqual(['update', 'search-type', 'read']);
    expect(JSON.stringify(mine)).not.toMatch(/else|127\.0\.0\.1|altId":"some|query/);
    expect(mine[1]?.agent[0]?.who?.display).toBe('some-doctor');
    // What is not shown is not found by either.
    expect(await events(patient, 'patient=else')).toEqual([]);
    expect(await events(patient, 'address=127.0.0.1')).toEqual([]);
    const [others] = await events(reader, 'patient=else&subtype=read');
    expect(await events(patient, `_id=${others?.id}`)).toEqual([]);
    expect((await patient.send('GET', `/fhir/AuditEvent/${others?.id}`)).status).toBe(404);
    expect((await patient.send('GET', `/fhir/AuditEvent/${mine[1]?.id}`)).status).toBe(200);
    expect((await doctor.send('GET', '/fhir/AuditEvent')).status).toBe(403);
  });

  test('has why a record was opened, at once, and with each reading of it after that', async () => {
    const others = visitor(program.url, await program.tokenOf('integration'));
    const value = { resourceType: 'Observation', id: 'g1-o', status: 'final', code: { text: 'x' } };
    await others.send('PUT', '/fhir/Patient/g1', { resourceType: 'Patient', id: 'g1' });
    await others.send('PUT', '/fhir/Observation/g1-o', { ...value, subject: { reference: 'Patient/g1' } });
    expect((await doctor.send('GET', '/fhir/Observation/g1-o')).status).toBe(403);
    const parameter = [{ name: 'reason', valueString: 'Hjertestop på gangen' }];
    const opened = await doctor.send('POST', '/fhir/Patient/g1/$break-glass', {
      resourceType: 'Parameters',
      parameter,
    });
    expect(opened.status).toBe(200);
    const mine = 'patient=g1&altid=some-doctor';
    expect((await events(reader, mine)).map(codeOf)).toContain('break-glass');
    for (const path of ['Observation/g1-o', 'Observation?patient=g1', 'Observation?patient=g1&_summary=data'])
      expect((await doctor.send('GET', `/fhir/${path}`)).status).toBe(200);
    const found = await seen(`${mine}&outcome=0`, 4);
    const why = found.map((one) => [codeOf(one), JSON.stringify(one).includes('Hjertestop på gangen')]);
    expect(why).toEqual([
      ['break-glass', true],
      ['read', true],
      ['search-type', true],
      ['search-type', true],
    ]);
  });

  test('has a Bundle in one line, with what its entries asked and wrote, and the form of a search by POST', async () => {
    const entry = (id: string) => ({
      resource: { resourceType: 'Patient', id },
      request: { method: 'PUT', url: `Patient/${id}` },
    });
    const bundle = (type: string, ...entries: object[]) =>
      doctor.send('POST', '/fhir', { resourceType: 'Bundle', type, entry: entries });
    await bundle('transaction', entry('b1'), entry('b2'));
    await bundle('batch', entry('b1'), { request: { method: 'GET', url: 'Patient/b2' } });
    const [transaction, batch] = await seen('patient=b1', 2);
    expect([transaction, batch].map((one) => one && codeOf(one))).toEqual(['transaction', 'batch']);
    expect(transaction && askedOf(transaction)).toBe('POST /fhir\nPUT Patient/b1\nPUT Patient/b2');
    expect((await seen('patient=b2', 2)).map(codeOf)).toEqual(['transaction', 'batch']);
    await doctor.send('POST', '/fhir/Patient/_search', '_id=b1', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    const searches = await until('the search', async () => {
      const found = (await events(reader, 'subtype=search-type')).filter((one) =>
        askedOf(one).includes('_search'),
      );
      return found.length > 0 ? found : undefined;
    });
    expect(searches[0] && askedOf(searches[0])).toBe('POST /fhir/Patient/_search\n_id=b1');
  });

  test('has log-ins, wrong passwords without the password, locks, prints and the feed, at once', async () => {
    const someone = visitor(program.url);
    await someone.logIn('admin', 'wrong-pass');
    await someone.logIn('admin', program.adminPassword ?? '');
    const post = (path: string, body: object = {}) => someone.send('POST', `/session/${path}`, body);
    expect((await post('print', { view: 'medication', patient: 'p9' })).status).toBe(204);
    expect((await post('print', { view: 'two words', patient: 'p9' })).status).toBe(400);
    await post('lock');
    expect((await someone.send('GET', '/fhir/Patient/p9')).status).toBe(401);
    expect((await post('unlock', { password: 'wrong-again' })).status).toBe(401);
    await post('unlock', { password: program.adminPassword });
    await someone.send('DELETE', '/session');
    const found = await events(reader, 'altid=admin&agent-name:missing=false');
    const codes = found.map((one) => `${codeOf(one)} ${one.outcome}`);
    for (const expected of ['110122 0', 'print 0', 'lock 0', 'unlock 0', '110123 0', 'read 4', '110122 4'])
      expect(codes).toContain(expected);
    const [refused] = await events(reader, 'altid=admin&agent-name:missing=true');
    expect([refused && codeOf(refused), refused?.outcome]).toEqual(['110122', '4']);
    expect((await doctor.send('GET', '/fhir/AuditEvent')).status).toBe(403);
    const everything = await reader.send('GET', '/fhir/AuditEvent?_count=1000');
    for (const secret of ['wrong-pass', 'wrong-again', program.adminPassword ?? ''])
      expect(everything.text).not.toContain(secret);
    const [print] = await events(reader, 'patient=p9&subtype=print');
    expect(print?.entity?.at(-1)?.detail).toEqual([{ type: 'view', valueString: 'medication' }]);
  });

  test('has what strangers are refused, and a flood of it in few lines', async () => {
    const stranger = visitor(program.url);
    for (let n = 0; n < 100; n++) await stranger.send('GET', '/fhir/Patient/s1');
    const counted = await until('a line with a number', async () => {
      const found = (await events(reader, 'outcome=4&subtype=read')).filter((one) =>
        askedOf(one).includes('/s1'),
      );
      return found.some(({ entity }) => entity?.at(-1)?.detail) ? found : undefined;
    });
    expect(counted.length).toBeLessThan(20);
  });

  test('has the feed when it is opened', async () => {
    const stop = new AbortController();
    const response = await fetch(`${program.url}/events`, {
      headers: { authorization: `Bearer ${await program.token('admin')}` },
      signal: stop.signal,
    });
    expect(response.status).toBe(200);
    expect((await events(reader, 'subtype=follow')).length).toBe(1);
    stop.abort();
  });

  test('is verified beside the program', async () => {
    const { code, stdout } = await program.command('verify');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/the audit is as it was written\.\n$/)]);
  });
});

describe('when a program ends', () => {
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  test('in order, its chain is closed; killed, it is told and is no difference; what was answered at once is there', async () => {
    const folder = temporaryFolder();
    undo.push(() => folder.remove());
    const dataFolder = join(folder.path, 'data');
    const first = await startProgram({ dataFolder });
    const someone = visitor(first.url, await first.token('admin'));
    await someone.send('GET', '/fhir/Patient/before-the-end');
    await first.stop();
    expect((await first.command('verify')).stdout).not.toContain('no closing page');
    const second = await startProgram({ dataFolder });
    const login = await visitor(second.url).logIn('admin', first.adminPassword ?? '');
    expect(login.status).toBe(200);
    await second.kill();
    const verified = await second.command('verify');
    // Those of the two programs, and of the command that made the token.
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringMatching(
        /no closing page after .* may be missing\.\n.*3 chains: the audit is as it was written\.\n$/s,
      ),
    ]);
    const third = await startProgram({ dataFolder });
    undo.push(() => third.stop());
    const reader = visitor(third.url, await third.token('admin'));
    expect((await events(reader, 'patient=before-the-end')).map(codeOf)).toEqual(['read']);
    expect((await events(reader, 'subtype=110122')).length).toBe(1);
  });
});
