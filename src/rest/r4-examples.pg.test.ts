// HL7's own examples go in and come back as they were, but for what they say of their version.
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { knownErrata, r4Examples } from '../../test/r4-examples.ts';
import { useClient } from './testing.ts';

// They are no hospital: one patient lies in several places at once.
const { send } = useClient(testDatabase, { guards: new Map() });
/** As many as a batch takes here. */
const atOnce = 500;

/** A tree in which a number is the text it was written as, and nothing says which version it is. */
function spelled(text: string): unknown {
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? token : `"number ${token}"`,
  );
  const { id: _id, meta, ...rest } = JSON.parse(quoted) as Record<string, unknown>;
  const { versionId: _version, lastUpdated: _time, ...more } = (meta ?? {}) as Record<string, unknown>;
  return { ...rest, meta: more };
}

test('what FHIR allows is accepted and given back, decimals as they were spelled', async () => {
  const examples = r4Examples().filter(
    // A subscription is a request to this server, to send to hosts that it does not know; see operations/subscription.
    ({ file }) => !Object.hasOwn(knownErrata, file) && !file.startsWith('subscription-example'),
  );
  for (let first = 0; first < examples.length; first += atOnce) {
    const part = examples.slice(first, first + atOnce);
    const entries = part.map(({ text }) => {
      const type = /"resourceType":"(\w+)"/.exec(text)?.[1] ?? '';
      return `{"resource":${text},"request":{"method":"POST","url":"${type}"}}`;
    });
    const written = await send(
      'POST',
      '',
      `{"resourceType":"Bundle","type":"batch","entry":[${entries.join()}]}`,
    );
    const places = (written.json.entry ?? []).map(({ response }, n) => {
      const why = response?.outcome?.issue?.map(({ diagnostics }) => diagnostics).join('; ');
      expect(`${part[n]?.file}: ${response?.status} ${why}`).toBe(`${part[n]?.file}: 201 Created undefined`);
      return response?.location?.replace(/^.*\/fhir\/|\/_history.*$/g, '') ?? '';
    });
    for (const [n, place] of places.entries()) {
      // A Binary as a resource, not as what it holds.
      const read = await send('GET', place, undefined, { accept: 'application/fhir+json' });
      expect(spelled(read.text), part[n]?.file).toEqual(spelled(part[n]?.text ?? ''));
    }
  }
  expect(examples.length).toBeGreaterThan(2400);
});
