// Whatever comes in, the answer is one of FHIR's, quick, and what was accepted is there to the letter. More cases:
// `npm run fuzz [cases]`.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resourceTypes, searchParameters, structures } from '#fhir/definitions/tables.ts';
import { arbitraryResource, nearlyValidResource } from '../../test/arbitrary-resource.ts';
import { testDatabase } from '../../test/database.ts';
import { useClient, type Reply } from './testing.ts';

const cases = Number(process.env['HOLDFAST_FUZZ_CASES'] ?? 10_500);
const share = (part: number) => ({ numRuns: Math.ceil(cases * part) });
/** No case may hold up the others. Far above what any takes, so that only a trap is caught. */
const tookMsMax = 5_000;

const client = useClient(testDatabase);

async function send(...request: Parameters<typeof client.send>): Promise<Reply> {
  const begun = performance.now();
  // A fault of the server rejects here: see `requestFailed` in testing.ts.
  const reply = await client.send(...request);
  expect(performance.now() - begun).toBeLessThan(tookMsMax);
  return reply;
}

function expectFhir(reply: Reply): void {
  expect(reply.status).toBeGreaterThanOrEqual(200);
  expect(reply.status).toBeLessThan(500);
  if (reply.status < 400) return;
  expect(reply.json['resourceType']).toBe('OperationOutcome');
  expect(reply.issues.length).toBeGreaterThan(0);
  for (const text of reply.issues) {
    expect(text.length).toBeLessThan(1000);
    expect(text).not.toMatch(/\bat .*\.ts:\d+|node_modules|postgres/i);
  }
}

test('what the definitions allow is stored to the letter, or refused by a rule that is named', async () => {
  let n = 0;
  let stored = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryResource(), async (resource) => {
      const id = `f${++n}`;
      const address = `${resource.resourceType}/${id}`;
      const reply = await send('PUT', address, { ...resource, id });
      expectFhir(reply);
      if (reply.status >= 300) {
        // Structure, types and codes are right, so only an invariant or what R4 says of a type can be broken.
        expect(reply.json.issue?.map(({ code }) => code)).not.toContain('structure');
        return;
      }
      stored++;
      // A Binary is asked for as a resource, not as what it holds.
      const accept = { accept: 'application/fhir+json' };
      const { id: _, meta: __, ...rest } = (await send('GET', address, undefined, accept)).json;
      expect(rest).toEqual(JSON.parse(JSON.stringify(resource)));
    }),
    share(0.3),
  );
  // Most break an invariant, since what is drawn knows none.
  expect(stored).toBeGreaterThan(n * 0.03);
}, 600_000);

test('what is nearly allowed is refused or stored, never half understood, and breaks nothing', async () => {
  await fc.assert(
    fc.asyncProperty(nearlyValidResource(), async (resource) => {
      const text = JSON.stringify(resource);
      const type =
        typeof resource === 'object' && resource !== null && 'resourceType' in resource
          ? String(resource.resourceType)
          : '';
      const reply = await send('POST', resourceTypes.includes(type) ? type : 'Patient', text);
      expectFhir(reply);
      if (reply.status !== 201) return;
      const { id: _, meta: __, ...rest } = reply.json;
      const { id: ___, meta: ____, ...sent } = JSON.parse(text) as Record<string, unknown>;
      expect(rest).toEqual(sent);
    }),
    share(0.25),
  );
}, 600_000);

const anyType = fc.constantFrom(...resourceTypes);
const nasty = fc.constantFrom(
  "' or 1=1 --",
  '%',
  '_',
  '\\',
  '\u0000',
  '|',
  '||',
  ',',
  '$',
  '\\,',
  '|'.repeat(500),
  ','.repeat(2000),
  `${'a'.repeat(3000)}!`,
  'ge2026-13-45',
  'eq',
  '1e400',
  '-0',
  '9'.repeat(400),
  'Patient/',
  'http://x/Patient/1/_history/',
  '\u001e',
  '\ud800',
  '*',
  ':',
  '(',
  '../',
  'NaN',
);
const anyText = fc.oneof(
  nasty,
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
);
const parameterOf = (type: string) =>
  fc.constantFrom(
    ...Object.keys(searchParameters[type] ?? {}),
    '_sort',
    '_count',
    '_include',
    '_revinclude',
    '_total',
    '_summary',
    '_elements',
    '_has',
    '_cursor',
    '_type',
    '_filter',
    '_text',
    '_content',
    '_list',
    '_format',
    '_since',
  );
const anyModifier = fc.constantFrom(
  '',
  '',
  '',
  ':exact',
  ':contains',
  ':not',
  ':missing',
  ':text',
  ':above',
  ':below',
  ':in',
  ':not-in',
  ':of-type',
  ':identifier',
  ':Patient',
  ':iterate',
  ':x',
  '.name',
  ':Patient.name',
  '.x.y.z',
  ':Patient:code',
);

test('whatever is searched for, the answer is a Bundle or says what is wrong', async () => {
  const query = anyType.chain((type) =>
    fc.tuple(
      fc.constant(type),
      fc.array(fc.tuple(parameterOf(type), anyModifier, anyText), { minLength: 1, maxLength: 4 }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(query, fc.boolean(), async ([type, list], strict) => {
      const text = new URLSearchParams(
        list.map(([name, modifier, value]): [string, string] => [name + modifier, value]),
      );
      const reply = await send(
        'GET',
        `${type}?${text.toString()}`,
        undefined,
        strict ? { prefer: 'handling=strict' } : {},
      );
      expectFhir(reply);
      if (reply.status === 200) expect(reply.json['resourceType']).toBe('Bundle');
    }),
    share(0.25),
  );
}, 600_000);

test('whatever stands in the body or the address, the answer says what is wrong', async () => {
  const body = fc.oneof(
    fc.json({ maxDepth: 5 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      '{',
      '[',
      '"',
      '{"resourceType":"Patient"',
      '[[[[',
      '{"a":1}{',
      '\ufeff{}',
      'null',
      '{"resourceType":["Patient"]}',
      `{"resourceType":"Patient","active":${'1'.repeat(400)}}`,
    ),
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'X');
  const part = fc.oneof(
    anyType,
    fc.constantFrom(
      '_history',
      '_search',
      '$everything',
      '$validate',
      '$x',
      'metadata',
      'a',
      '..',
      '%',
      '0',
      '_x',
      '$',
    ),
    anyText,
  );
  const header = fc.dictionary(
    fc.constantFrom(
      'if-match',
      'if-none-match',
      'if-none-exist',
      'prefer',
      'content-type',
      'accept',
      'idempotency-key',
      'if-modified-since',
    ),
    fc.oneof(
      anyText,
      fc.constantFrom(
        'application/fhir+json',
        'application/fhir+xml',
        'application/json-patch+json',
        'W/"1"',
        '*',
        'return=minimal',
      ),
    ),
    { maxKeys: 3 },
  );
  await fc.assert(
    fc.asyncProperty(
      method,
      fc.array(part, { maxLength: 4 }),
      body,
      header,
      async (verb, path, content, headers) => {
        const reply = await client.send(
          verb,
          path.map(encodeSafely).join('/'),
          verb === 'GET' || verb === 'HEAD' ? undefined : content,
          headers,
        );
        expect(reply.status).toBeLessThan(500);
      },
    ),
    share(0.1),
  );
}, 600_000);

test('whatever a patch asks for, the resource is what it was or what R4 allows', async () => {
  const id = await client.create({
    resourceType: 'Patient',
    active: true,
    name: [{ family: 'Holm', given: ['Åse'] }],
  });
  const path = fc.oneof(
    fc.constantFrom(
      '/name',
      '/name/0',
      '/name/0/given/-',
      '/name/0/given/0',
      '/active',
      '',
      '/',
      '/__proto__/x',
      '/id',
      '/meta/versionId',
      '/resourceType',
      '/name/99',
      '/name/-1',
    ),
    fc.string({ maxLength: 12 }).map((text) => `/${text}`),
  );
  const operation = fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
    path,
    from: path,
    value: fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('x', true, [{ family: 'Lund' }])),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 4 }), async (operations) => {
      const reply = await send('PATCH', `Patient/${id}`, operations, {
        'content-type': 'application/json-patch+json',
      });
      expectFhir(reply);
      const now = (await send('GET', `Patient/${id}`)).json;
      expect([now['resourceType'], now.id]).toEqual(['Patient', id]);
      for (const key of Object.keys(now))
        expect(
          key === 'resourceType' ||
            Object.hasOwn(structures['Patient']?.elements ?? {}, key.replace(/^_/, '')),
        ).toBe(true);
    }),
    share(0.1),
  );
}, 600_000);

function encodeSafely(part: string): string {
  return encodeURIComponent(part.toWellFormed());
}
