// What a careless or hostile program may send to the real program over real sockets: a clear answer, bounded memory, and
// the others are served meanwhile.
import { createConnection } from 'node:net';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProgram, type Program } from '../../test/program.ts';
import { issueOf, visitor, type Visitor } from '../../test/visitor.ts';

let program: Program;
let token = '';
let someone: Visitor;

beforeAll(async () => {
  program = await startProgram();
  token = await program.tokenOf('integration');
  someone = visitor(program.url, token);
});
afterAll(async () => {
  await program.stop();
});

/** Sends bytes as they are and reads until the server closes or has answered. */
function raw(bytes: string | Buffer, until = /\r\n\r\n[\s\S]*\}$/): Promise<string> {
  const { hostname, port } = new URL(program.url);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      if (until.test(said)) socket.destroy();
    });
    // The server may close while we are still sending.
    socket.on('error', () => {});
    socket.on('close', () => resolve(said));
    socket.write(bytes);
  });
}
const head = (lines: readonly string[]) =>
  [`POST /fhir/Patient HTTP/1.1`, 'Host: test', `Authorization: Bearer ${token}`, ...lines, '', ''].join(
    '\r\n',
  );
const residentMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1]) / 1024;

const bodies: readonly (readonly [
  name: string,
  body: string | Buffer,
  status: number,
  code: string,
  text: RegExp,
])[] = [
  ['no JSON', '{"resourceType":"Patient",', 400, 'structure', /not valid JSON/],
  ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400, 'structure', /not valid UTF-8/],
  ['nested too deep', '['.repeat(100_000), 400, 'too-costly', /nested 100000 levels deep, at most 64/],
  [
    'nested too deep within a resource',
    `{"resourceType":"Patient","extension":${'[{"url":"x","extension":'.repeat(5000)}1${'}]'.repeat(5000)}}`,
    400,
    'too-costly',
    /levels deep/,
  ],
  [
    'a number with 100,000 digits',
    `{"resourceType":"Patient","multipleBirthInteger":${'9'.repeat(100_000)}}`,
    422,
    'value',
    /whole number/,
  ],
  [
    'a decimal beyond all',
    '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e999}}',
    422,
    'value',
    /number/,
  ],
  [
    'one name a million times',
    `{"resourceType":"Patient"${',"active":true'.repeat(500_000)}}`,
    422,
    'structure',
    /written twice/,
  ],
  ['an array where an object belongs', '[]', 400, 'invalid', /FHIR resource/],
  ['nothing', '', 400, 'required', /in the body/],
];

test.each(bodies)(
  'a body with %s is refused and told what is wrong',
  async (_name, body, status, code, text) => {
    const response = await fetch(
      `${program.url}/fhir/Patient`.replace(
        'Patient',
        String(body).includes('Observation') ? 'Observation' : 'Patient',
      ),
      {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      },
    );
    const answer = JSON.parse(await response.text());
    expect([response.status, answer.issue?.[0]?.code]).toEqual([status, code]);
    expect(answer.issue[0].diagnostics).toMatch(text);
    expect(JSON.stringify(answer)).not.toMatch(/\.ts:|node_modules|at Object/);
  },
);

test('a text may have a megabyte, as FHIR says, and is searched by its beginning; more is refused', async () => {
  const named = (letters: number) => ({
    resourceType: 'Patient',
    name: [{ family: `Lang${'g'.repeat(letters)}` }],
  });
  expect((await someone.send('POST', '/fhir/Patient', named(1_000_000))).status).toBe(201);
  const found = await someone.send('GET', '/fhir/Patient?family=langggg&_elements=id');
  expect(found.json?.['total']).toBe(1);
  const refused = await someone.send('POST', '/fhir/Patient', named(15_000_000));
  expect([refused.status, issueOf(refused)?.code]).toEqual([422, 'value']);
});

test('a Bundle of a million entries is refused by its number, and the memory is given back', async () => {
  const entry = '{"resource":{"resourceType":"Basic","code":{}}},';
  const body = `{"resourceType":"Bundle","type":"batch","entry":[${entry.repeat(320_000).slice(0, -1)}]}`;
  const before = residentMb();
  for (let n = 0; n < 5; n++) {
    const answer = await someone.send('POST', '/fhir', body);
    expect([answer.status, issueOf(answer)?.code]).toEqual([413, 'too-costly']);
  }
  const million = `{"resourceType":"Bundle","type":"batch","entry":[${'{},'.repeat(1_000_000).slice(0, -1)}]}`;
  const answer = await someone.send('POST', '/fhir', million);
  expect([answer.status, String(issueOf(answer)?.text)]).toEqual([
    413,
    expect.stringContaining('1000000 entries'),
  ]);
  expect(residentMb() - before).toBeLessThan(700);
});

test('a body larger than the limit is refused before it has been read', async () => {
  const answer = await raw(head(['Content-Type: application/fhir+json', 'Content-Length: 999999999999']));
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(answer).toContain('OperationOutcome');
});

test('what is no HTTP, too many headers and too long ones are answered as FHIR answers', async () => {
  const flood = Array.from({ length: 5000 }, (_, n) => `X-${n}: ${'y'.repeat(20)}`);
  const cases: readonly (readonly [string, RegExp, RegExp])[] = [
    [head(flood), /^HTTP\/1.1 431 /, /headers/],
    [head([`X: ${'y'.repeat(100_000)}`]), /^HTTP\/1.1 431 /, /headers/],
    ['NONSENSE\r\n\r\n', /^HTTP\/1.1 400 /, /not HTTP\/1.1/],
    [
      `GET /fhir/${'a'.repeat(60_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      /^HTTP\/1.1 4(?:14|31) /,
      /headers|address/,
    ],
    [head(['Content-Length: 5', 'Transfer-Encoding: chunked']), /^HTTP\/1.1 400 /, /not HTTP\/1.1/],
  ];
  for (const [bytes, status, text] of cases) {
    const answer = await raw(bytes);
    expect(answer).toMatch(status);
    expect(answer).toContain('"resourceType":"OperationOutcome"');
    expect(answer).toMatch(text);
  }
});

test('those who send slowly hold up nobody else', async () => {
  const { hostname, port } = new URL(program.url);
  const slow = Array.from({ length: 200 }, () => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    socket.write(head(['Content-Type: application/fhir+json', 'Content-Length: 100000']));
    socket.write('{');
    return socket;
  });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => someone.send('GET', '/fhir/Patient?_count=1&_elements=id')),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  for (const socket of slow) socket.destroy();
});

test('text that would be code elsewhere is text here', async () => {
  const tricks = [
    "'; drop table record; --",
    '" or ""="',
    '${7*7}',
    '../../../etc/passwd',
    '%00',
    '\u0000',
    '<svg onload=alert(1)>',
    'a'.repeat(5000),
  ];
  for (const trick of tricks) {
    const name = encodeURIComponent(trick);
    for (const address of [
      `Patient?family=${name}`,
      `Patient?identifier=${name}`,
      `Patient?_id=${name}`,
      `Patient?birthdate=${name}`,
      `Patient/${name}`,
      `Patient?${name}=x`,
      `${name}`,
      `Patient/a/_history/${name}`,
      `Patient?_cursor=${name}`,
      `Patient?_sort=${name}`,
    ]) {
      const answer = await someone.send('GET', `/fhir/${address}`);
      expect([200, 400, 401, 404]).toContain(answer.status);
      expect(['Bundle', 'OperationOutcome']).toContain(answer.json?.['resourceType']);
    }
  }
  expect((await someone.send('GET', '/fhir/Patient?_summary=count')).status).toBe(200);
});

test('another form than was said is refused by name', async () => {
  for (const kind of [
    'text/plain',
    'application/octet-stream',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ]) {
    const answer = await someone.send('POST', '/fhir/Patient', '{"resourceType":"Patient"}', {
      'content-type': kind,
    });
    expect([kind, answer.status]).toEqual([kind, 415]);
    expect(String(issueOf(answer)?.text)).toContain('application/fhir+json');
  }
});
