import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from './json.ts';
import { asSource, asTarget, replacedBy, sourceAgain, targetAgain } from './merged-patients.ts';

const number = fc.record({
  system: fc.constantFrom('urn:a', 'urn:b'),
  value: fc.stringMatching(/^\d{1,2}$/),
});
const person = fc.record(
  {
    resourceType: fc.constant('Patient'),
    active: fc.boolean(),
    identifier: fc.uniqueArray(number, {
      minLength: 1,
      maxLength: 4,
      selector: (one) => JSON.stringify(one),
    }),
    name: fc.constant([{ family: 'Holm' }]),
    link: fc.constant([{ other: { reference: 'Patient/else' }, type: 'seealso' }]),
  },
  { requiredKeys: ['resourceType'] },
);
const sorted = (tree: unknown) =>
  JSON.stringify(tree, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

test('what was merged is, taken apart, what it was', () => {
  fc.assert(
    fc.property(person, person, (target, source) => {
      const [merged, gone] = [
        asTarget(JSON.stringify(target), source, 's'),
        asSource(JSON.stringify(source), 't'),
      ];
      expect(sorted(JSON.parse(targetAgain(merged, source, 's')))).toBe(sorted(target));
      expect(sorted(JSON.parse(sourceAgain(gone, source, 't')))).toBe(sorted(source));
    }),
  );
});

test('merged, the one has the numbers of both, each once, and the other says who took its place', () => {
  fc.assert(
    fc.property(person, person, (target, source) => {
      const merged = JSON.parse(asTarget(JSON.stringify(target), source, 's')) as { identifier: Json[] };
      const values = merged.identifier.map(({ system, value }) => `${String(system)} ${String(value)}`);
      expect(new Set(values).size).toBe(values.length);
      for (const one of source.identifier ?? []) expect(values).toContain(`${one.system} ${one.value}`);
      const gone = JSON.parse(asSource(JSON.stringify(source), 't')) as Json;
      expect([gone['active'], replacedBy(gone)]).toEqual([false, 't']);
    }),
  );
});

test('decimals keep their spelling', () => {
  const text = '{"resourceType":"Patient","extension":[{"url":"urn:x","valueDecimal":1.00}]}';
  expect(asSource(text, 't')).toContain('1.00');
});
