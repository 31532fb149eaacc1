/**
 * PostgreSQL finds what plain JavaScript finds. For arbitrary searches over a small set of resources, each search is
 * answered by the store and by `match.ts`, which judges one resource after the other by its own values.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matchesFilters } from '#fhir/match.ts';
import type { Filter } from '#fhir/search-conditions.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { searchValues, type SearchValues } from '#fhir/search-values.ts';
import { observation, patient, put, type TestResource } from '../../../test/acts.ts';
import { testDatabase } from '../../../test/database.ts';
import { seesEverything } from '../access.ts';
import { openStore } from '../store.ts';
import { search } from './search.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });

const ucum = 'http://unitsofmeasure.org';
const codes = ['8480-6', '8462-4', '29463-7', 'a', 'b'];
const systems = ['http://loinc.org', 'urn:local'];
const displays = ['Systolic', 'Systolisk tryk', 'Ærlig', 'Weight', 'weight of Åse', 'Öl'];
const units = ['mg', 'g', 'kg', 'mm[Hg]', 'kPa', 'mL', '{drops}', '%'];
const families = [
  'Ås',
  'As',
  'Østergård',
  'Ostergard',
  'de la Cruz',
  'DE LA CRUZ',
  'Ærø',
  'Müller',
  '100%',
  'a_b',
  'a\\b',
  'x,y',
  'p$q|r',
];
const dates = [
  '2025',
  '2026',
  '2025-12',
  '2026-01',
  '2026-01-15',
  '2026-01-16',
  '2026-01-15T10:00:00Z',
  '2026-01-15T10:00:00.500+01:00',
];
const uris = [
  'http://x.dk',
  'http://x.dk/',
  'http://x.dk/a',
  'http://x.dk/a/b',
  'http://x.dk/ab',
  'urn:oid:1.2',
];
const amounts = [0, 0.5, 1, 5, 5.4, 5.45, 120, 1000];

const one = fc.constantFrom;
const coding = fc.record(
  { system: one(...systems), code: one(...codes), display: one(...displays) },
  { requiredKeys: ['code'] },
);
const concept = fc.record(
  { coding: fc.array(coding, { maxLength: 2 }), text: one(...displays) },
  { requiredKeys: [] },
);
const quantity = fc.oneof(
  fc.record({ value: one(...amounts), system: one(ucum), code: one(...units) }),
  fc.record({ value: one(...amounts), unit: one('drops') }),
);
const value = fc.oneof(
  fc.record({ valueQuantity: quantity }),
  fc.record({ valueCodeableConcept: concept }),
  fc.record({ valueString: one(...displays) }),
  fc.constant({}),
);
const component = fc.tuple(concept, value).map(([code, own]) => ({ code, ...own }));
const period = fc.record({ start: one(...dates), end: one(...dates) }, { requiredKeys: [] });

const observations = fc
  .sample(
    fc.tuple(
      fc.record({ code: concept, status: one('final', 'amended') }),
      value,
      fc.array(component, { maxLength: 3 }),
      fc.oneof(
        fc.record({ effectiveDateTime: one(...dates) }),
        fc.record({ effectivePeriod: period }),
        fc.constant({}),
      ),
    ),
    { numRuns: 150, seed: 5 },
  )
  .map(([more, own, components, when], n): TestResource => ({
    ...observation(`o${n}`, `p${n % 7}`, 1),
    valueQuantity: undefined,
    effectiveDateTime: undefined,
    ...more,
    ...own,
    ...when,
    ...(components.length > 0 ? { component: components } : {}),
  }));
const patients = fc
  .sample(
    fc.record(
      {
        name: fc.array(
          fc.record({ family: one(...families), given: fc.array(one(...families), { maxLength: 2 }) }),
          { maxLength: 2 },
        ),
        birthDate: one(...dates.filter((date) => !date.includes('T'))),
        gender: one('male', 'female'),
        deceasedDateTime: one(...dates),
        identifier: fc.array(
          fc.record(
            { system: one(...systems), value: one(...codes), type: concept },
            { requiredKeys: ['value'] },
          ),
          { maxLength: 2 },
        ),
        meta: fc.record({ profile: fc.array(one(...uris), { maxLength: 2 }) }),
      },
      { requiredKeys: [] },
    ),
    { numRuns: 80, seed: 6 },
  )
  .map((more, n): TestResource => ({ ...patient(`p${n}`), name: undefined, birthDate: undefined, ...more }));
// As it is stored: what is undefined is not there.
const resources: TestResource[] = JSON.parse(JSON.stringify([...observations, ...patients]));
const judged = resources.map((resource) => ({
  type: resource.resourceType,
  id: resource.id,
  values: searchValues(resource.resourceType, resource),
}));

beforeAll(async () => {
  await put(store, ...resources);
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

/** A display leads to its code, whoever wrote it: what is judged alone must be told the texts of all. */
const texts = judged.flatMap(({ values }) => values.texts);
function withTexts(filter: Filter): Filter {
  if (filter.by !== 'tokenText') return filter;
  const keys = texts.flatMap(([path, text, key]) => {
    const matching: SearchValues = { ...searchValues('Basic', {}), texts: [[path, text, key]] };
    return matchesFilters([filter], '', matching) === true ? [key] : [];
  });
  return { by: 'token', keys: [...new Set(keys)], not: false };
}

// ---------------------------------------------------------------- arbitrary searches

const escaped = (text: string) => text.replace(/[\\,$|]/g, '\\$&');
const cutShort = (texts: readonly string[]) =>
  fc.tuple(one(...texts), fc.nat(12)).map(([text, n]) => escaped(text.slice(0, n + 1)));
const prefix = one('', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap');
const token = fc
  .tuple(one('', '|', ...systems.map((system) => `${system}|`)), one(...codes))
  .map((parts) => parts.join(''));
const number = fc
  .tuple(
    prefix,
    one('0', '1', '5', '5.4', '5.40', '120', '1e3', '0.0054', '500'),
    one('', `|${ucum}|mg`, `|${ucum}|g`, `|${ucum}|mm[Hg]`, '||drops', `|${ucum}|%`),
  )
  .map((parts) => parts.join(''));
const date = fc.tuple(prefix, one(...dates)).map((parts) => parts.join(''));
const several = (values: fc.Arbitrary<string>) =>
  fc.array(values, { minLength: 1, maxLength: 3 }).map((list) => list.join(','));
const asked = (names: readonly string[], values: fc.Arbitrary<string>) =>
  fc.tuple(one(...names), several(values));
const composite = (first: fc.Arbitrary<string>, second: fc.Arbitrary<string>) =>
  fc.tuple(first, second).map(([a, b]) => `${a}$${b}`);

const ofObservation = fc.oneof(
  asked(['code', 'code:not', 'combo-code', 'component-code', 'value-concept', 'combo-value-concept'], token),
  asked(['code:text', 'combo-code:text', 'component-code:text', 'value-concept:text'], cutShort(displays)),
  asked(['value-quantity', 'combo-value-quantity', 'component-value-quantity'], number),
  asked(['date'], date),
  asked(['value-string', 'value-string:contains', 'value-string:exact'], cutShort(displays)),
  asked(['patient', 'subject'], one('p1', 'p2', 'Patient/p3')),
  fc.tuple(
    one(
      'code:missing',
      'date:missing',
      'value-quantity:missing',
      'component-code:missing',
      'value-string:missing',
    ),
    one('true', 'false'),
  ),
  asked(
    ['code-value-quantity', 'component-code-value-quantity', 'combo-code-value-quantity'],
    composite(token, number),
  ),
  asked(
    ['component-code-value-concept', 'combo-code-value-concept', 'code-value-concept'],
    composite(token, token),
  ),
);
const ofPatient = fc.oneof(
  asked(['name', 'family', 'given', 'name:contains', 'family:exact', 'name:exact'], cutShort(families)),
  asked(['birthdate', 'death-date'], date),
  asked(['identifier', 'identifier:not'], token),
  asked(['gender', 'gender:not', 'deceased'], one('male', 'female', 'true', 'false')),
  asked(['identifier:text'], cutShort(displays)),
  asked(
    ['identifier:of-type'],
    fc.tuple(one(...systems, ''), one(...codes), one(...codes)).map((parts) => parts.join('|')),
  ),
  asked(['_profile', '_profile:below', '_profile:above'], one(...uris)),
  fc.tuple(
    one('family:missing', 'death-date:missing', 'identifier:missing', '_profile:missing'),
    one('true', 'false'),
  ),
);
const someSearch = fc.oneof(
  fc.tuple(one('Observation'), fc.array(ofObservation, { minLength: 1, maxLength: 3 })),
  fc.tuple(one('Patient'), fc.array(ofPatient, { minLength: 1, maxLength: 3 })),
);

test('any search by tokens, texts, dates, numbers, units, composites and what is missing', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(someSearch, async ([type, parameters]) => {
      const query = parseSearch(type, parameters, {
        strict: true,
        pageDefault: 1000,
        pageMax: 1000,
        base: '',
      });
      const { hits } = await search(store.sql, seesEverything, query);
      const filters = query.filters.map(withTexts);
      const expected = judged.filter(
        (resource) => resource.type === type && matchesFilters(filters, resource.id, resource.values),
      );
      expect(hits.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
      found += hits.length;
    }),
    { numRuns: 800 },
  );
  expect(found).toBeGreaterThan(500);
});
