import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patientCompartment, resourceTypes, searchParameters, structures } from './definitions/tables.ts';
import { matchesFilters } from './match.ts';
import { parseSearch } from './search-query.ts';
import { fold } from './search-forms.ts';
import { mainDate, pathNumber, patientPath, searchValues } from './search-values.ts';

const values = (resource: { resourceType: string } & Record<string, unknown>) =>
  searchValues(resource.resourceType, resource);

test('a coding is found by its code, by system and code, and by its system', () => {
  const { tokens } = values({
    resourceType: 'Observation',
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }, { code: 'own' }] },
  });
  expect(tokens.filter((token) => token.startsWith('Observation.code#')).toSorted()).toEqual([
    'Observation.code#29463-7',
    'Observation.code#http://loinc.org|',
    'Observation.code#http://loinc.org|29463-7',
    'Observation.code#own',
    'Observation.code#|own',
  ]);
});

test('codes that say different things are told apart, however their texts are cut', () => {
  const keysOf = (code: object) =>
    values({ resourceType: 'Observation', code }).tokens.filter((token) =>
      token.startsWith('Observation.code'),
    );
  const coded = { coding: [{ system: 's', code: 'c', display: 'd' }] };
  expect(keysOf({ text: 'x\ns\nc\nd' })).not.toEqual(keysOf({ text: 'x', ...coded }));
  expect(keysOf({ text: 'x', ...coded })).toEqual(keysOf({ text: 'x', ...coded }));
  expect(keysOf(coded)).not.toEqual(keysOf({ coding: [{ system: 's', code: 'c' }, { code: 'd' }] }));
  expect(keysOf({ coding: [{ code: 'c' }] })).not.toEqual(keysOf({ coding: [{ system: 'c' }] }));
});

test('a truth, a code, a telephone and whether somebody died are tokens too', () => {
  const { tokens } = values({
    resourceType: 'Patient',
    active: false,
    gender: 'female',
    deceasedDateTime: '2026-01-01',
    telecom: [
      { system: 'phone', value: '12345678' },
      { system: 'email', value: 'a@b.dk' },
    ],
  });
  expect(tokens).toEqual(
    expect.arrayContaining([
      'Patient.active#false',
      'Patient.gender#female',
      'Patient.deceased#true',
      'Patient.telecom:phone#12345678',
      'Patient.telecom:email#a@b.dk',
      'Patient.telecom#a@b.dk',
    ]),
  );
  expect(tokens).not.toContain('Patient.telecom:phone#a@b.dk');
  for (const alive of [{}, { deceasedBoolean: false }])
    expect(values({ resourceType: 'Patient', ...alive }).tokens).toContain('Patient.deceased#false');
});

test('a reference is found without its version, and not when it points into its own resource', () => {
  const { tokens, patient } = values({
    resourceType: 'Observation',
    subject: { reference: 'Patient/1/_history/3' },
    performer: [{ reference: '#me' }, { reference: 'https://other.dk/Practitioner/2/_history/1' }],
    encounter: { identifier: { system: 'a', value: 'b' } },
  });
  expect(tokens.filter((token) => !token.includes('identifier')).toSorted()).toEqual([
    'Observation.performer#https://other.dk/Practitioner/2',
    'Observation.subject#Patient/1',
  ]);
  expect(tokens).toContain('Observation.encounter:identifier#a|b');
  expect(patient).toBe('1');
});

test('a Bundle is found by the resource it begins with', () => {
  const { tokens } = values({
    resourceType: 'Bundle',
    entry: [
      { resource: { resourceType: 'Composition', id: 'c' } },
      { resource: { resourceType: 'Composition', id: 'd' } },
    ],
  });
  expect(tokens).toContain('Bundle.entry.resource#Composition/c');
  expect(tokens).not.toContain('Bundle.entry.resource#Composition/d');
});

test('a period that is open at one end reaches for ever', () => {
  const when = (period: object) => values({ resourceType: 'Encounter', period }).when;
  expect(when({ start: '2026-01-15' })).toEqual({ low: Date.parse('2026-01-14T23:00Z'), high: 8.64e15 });
  expect(when({ end: '2026-01-15' })).toEqual({ low: -8.64e15, high: Date.parse('2026-01-15T23:00Z') });
  expect(when({ id: 'x' })).toBeUndefined();
});

test('a timing is from its first moment to its last', () => {
  const { when } = values({
    resourceType: 'Observation',
    effectiveTiming: { event: ['2026-01-15T10:00:00Z', '2026-01-14T10:00:00Z'] },
  });
  expect(when).toEqual({ low: Date.parse('2026-01-14T10:00Z'), high: Date.parse('2026-01-15T10:00:01Z') });
});

test('the unit of a quantity is its code, its text when it has none, its currency when it is money', () => {
  const numbers = (value: object) =>
    values({ resourceType: 'Observation', valueQuantity: value }).numbers.find(
      ({ path }) => path === 'Observation.value',
    );
  expect(
    numbers({ value: 5, unit: 'milligram', code: 'mg', system: 'http://unitsofmeasure.org' }),
  ).toMatchObject({ unit: 'mg', system: 'http://unitsofmeasure.org', low: 5, high: 5 });
  expect(numbers({ value: 5, unit: 'drops' })).toMatchObject({ unit: 'drops', system: '' });
  expect(
    values({ resourceType: 'Invoice', totalGross: { value: 5, currency: 'DKK' } }).numbers,
  ).toMatchObject([{ unit: 'DKK' }]);
  expect(
    values({ resourceType: 'Condition', onsetRange: { low: { value: 3, code: 'a' } } }).numbers,
  ).toMatchObject([{ low: 3, high: Infinity, unit: 'a' }]);
});

test('a name is found by each of its parts', () => {
  const { strings } = values({
    resourceType: 'Patient',
    name: [{ family: 'Å', given: ['B', 'C'], prefix: ['D'], text: 'E' }],
  });
  expect(strings.filter(([path]) => path === 'Patient.name').map(([, text]) => text)).toEqual([
    'Å',
    'B',
    'C',
    'D',
    'E',
  ]);
});

describe('the date that a type is read by, and the patient it belongs to', () => {
  test('are single members of every type that has them', () => {
    for (const type of resourceTypes) {
      const paths = Object.values(searchParameters[type] ?? {}).flatMap((parameter) => parameter.paths);
      for (const name of [mainDate(type), type === 'Patient' ? undefined : patientPath(type)]) {
        const path = paths.find((one) => one.name === name);
        if (name === undefined || !path) continue;
        expect(path.steps, name).toHaveLength(1);
        expect(structures[type]?.elements[path.steps[0] ?? '']?.many, name).toBe(false);
      }
    }
  });
  test.each([
    ['Observation', 'Observation.effective', 'Observation.subject'],
    ['MedicationRequest', 'MedicationRequest.authoredOn', 'MedicationRequest.subject'],
    ['MedicationStatement', 'MedicationStatement.effective', 'MedicationStatement.subject'],
    ['Encounter', 'Encounter.period', 'Encounter.subject'],
    ['AllergyIntolerance', 'AllergyIntolerance.recordedDate', 'AllergyIntolerance.patient'],
    ['Immunization', 'Immunization.occurrence', 'Immunization.patient'],
    ['Patient', 'Patient.birthDate', 'Patient.id'],
    ['Appointment', 'Appointment.start', undefined],
    ['Organization', undefined, undefined],
  ])('of %s', (type, date, patient) => expect([mainDate(type), patientPath(type)]).toEqual([date, patient]));
});

test('every type of the patient compartment is reached by parameters that exist and point at patients', () => {
  const types = Object.entries(patientCompartment);
  expect(types.length).toBeGreaterThan(60);
  for (const [type, names] of types) {
    for (const name of names) {
      expect(searchParameters[type]?.[name], `${type}.${name}`).toMatchObject({ type: 'reference' });
      expect(searchParameters[type]?.[name]?.targets ?? ['Patient'], `${type}.${name}`).toContain('Patient');
    }
  }
});

describe('letters are compared without case and accents', () => {
  test.each([
    ['Åse', 'åse'],
    ['A\u030ase', 'åse'],
    ['ÆRØ', 'ærø'],
    ['Møller', 'møller'],
    ['André', 'andre'],
    ['Zoë', 'zoe'],
    ['ŁUKASZ', 'łukasz'],
    ['Straße', 'straße'],
  ])('%s', (text, folded) => expect(fold(text)).toBe(folded));
  test('å is not a', () => expect(fold('Åse')).not.toBe(fold('Ase')));
  test('and the result is compared like itself, however the text was composed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
        expect(fold(text.normalize('NFD'))).toBe(fold(text.normalize('NFC')));
      }),
    );
  });
});

test('among resources that are not stored yet a search finds what the record would', () => {
  const practitioner = values({
    resourceType: 'Practitioner',
    identifier: [{ system: 'a', value: 'b' }],
    name: [{ family: 'Møller' }],
  });
  const match = (text: string) =>
    matchesFilters(
      parseSearch('Practitioner', [...new URLSearchParams(text)], {
        strict: true,
        pageDefault: 1,
        pageMax: 1,
        base: '',
      }).filters,
      'p',
      practitioner,
    );
  expect([
    match('identifier=a|b'),
    match('identifier=a|c'),
    match('identifier:not=a|c'),
    match('name=møl'),
    match('name:exact=Møl'),
    match('_id=p'),
    match('_id=q'),
  ]).toEqual([true, false, true, true, false, true, false]);
  expect([
    match('identifier=a|b&name=x'),
    match('identifier=a|b&_lastUpdated=gt2020'),
    match('identifier=a|c&_lastUpdated=gt2020'),
  ]).toEqual([false, undefined, false]);
});

test('no two paths of a type are taken for each other by what is missing', () => {
  for (const type of resourceTypes) {
    const names = new Set(
      Object.values(searchParameters[type] ?? {}).flatMap(({ paths }) =>
        paths.flatMap(({ name, resolves }) =>
          resolves === undefined ? [name] : [name, `${name}:${resolves}`],
        ),
      ),
    );
    expect(new Set([...names].map(pathNumber)).size, type).toBe(names.size);
  }
});

test('a value leaves its path, its texts and its amount in base units', () => {
  const { present, texts, numbers, tokens } = values({
    resourceType: 'Observation',
    code: { coding: [{ system: 'urn:c', code: 'bp', display: 'Blodtryk Åse' }], text: 'Own words' },
    component: [
      {
        code: { coding: [{ system: 'urn:c', code: 'sys' }] },
        valueQuantity: { value: 12, system: 'http://unitsofmeasure.org', code: 'cm[Hg]' },
      },
    ],
  });
  for (const path of ['Observation.code', 'Observation.component.code', 'Observation.component.value'])
    expect(present).toContain(pathNumber(path));
  expect(present).not.toContain(pathNumber('Observation.subject'));
  expect(texts).toEqual([
    ['Observation.code:text', 'blodtryk åse', 'Observation.code#urn:c|bp'],
    ['Observation.code:text', 'own words', 'Observation.code:text#own words'],
  ]);
  expect(tokens).toContain('Observation.code:text#own words');
  expect(tokens.filter((token) => token.includes('åse'))).toEqual([]);
  expect(numbers).toEqual([
    expect.objectContaining({
      path: 'Observation.component.value',
      base: { unit: 'g.m-1.s-2', low: 15998640, high: 15998640 },
      companions: { element: 0, keys: ['sys', 'urn:c|', 'urn:c|sys'] },
    }),
  ]);
});
