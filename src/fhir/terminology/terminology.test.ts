import { describe, expect, test } from 'vitest';
import { builtIn, withTables } from './library.ts';
import { codesAround, codesIn } from './search.ts';
import { tableOf, type TerminologyTable } from './tables.ts';
import { isUnit } from './ucum.ts';
import { expand, isMember, NotExpanded } from './value-set.ts';

const vs = (name: string) => `http://hl7.org/fhir/ValueSet/${name}`;

describe('what R4 defines is built in', () => {
  test.each<[string, string | undefined, string, boolean | undefined]>([
    ['administrative-gender', 'http://hl7.org/fhir/administrative-gender', 'male', true],
    ['administrative-gender', undefined, 'male', true],
    ['administrative-gender', 'http://hl7.org/fhir/administrative-gender', 'man', false],
    ['administrative-gender', 'http://x', 'male', false],
    ['mimetypes', 'urn:ietf:bcp:13', 'image/png', true],
    ['mimetypes', 'urn:ietf:bcp:13', 'picture', false],
    ['currencies', undefined, 'DKK', true],
    ['ucum-units', 'http://unitsofmeasure.org', 'mg/dL', true],
    ['ucum-units', 'http://unitsofmeasure.org', 'mgg', false],
    ['all-types', undefined, 'Patient', true],
    ['unheard', undefined, 'x', undefined],
  ])('%s %s %s', (name, system, code, expected) =>
    expect(isMember(builtIn, vs(name), system, code)).toBe(expected),
  );

  test('a value set is listed', () => {
    const table = builtIn.valueSet(vs('administrative-gender'));
    expect(table && expand(builtIn, table).map(({ code, display }) => [code, display])).toEqual([
      ['male', 'Male'],
      ['female', 'Female'],
      ['other', 'Other'],
      ['unknown', 'Unknown'],
    ]);
  });
  test('one that is a grammar is not', () => {
    const table = builtIn.valueSet(vs('ucum-units'));
    expect(() => table && expand(builtIn, table)).toThrow(NotExpanded);
  });
  test('also what Denmark does', () => {
    expect(isMember(builtIn, 'http://hl7.dk/fhir/core/ValueSet/dk-marital-status', 'http://x', 'y')).toBe(
      false,
    );
  });
});

const tables = [
  {
    resourceType: 'CodeSystem',
    url: 'http://x/tree',
    content: 'complete',
    concept: [
      { code: 'a', concept: [{ code: 'b', concept: [{ code: 'c' }] }, { code: 'd' }] },
      { code: 'e' },
    ],
  },
  {
    resourceType: 'ValueSet',
    url: 'http://x/b-and-below',
    compose: {
      include: [{ system: 'http://x/tree', filter: [{ property: 'concept', op: 'is-a', value: 'b' }] }],
    },
  },
  {
    resourceType: 'ValueSet',
    url: 'http://x/but-c',
    compose: {
      include: [{ valueSet: ['http://x/b-and-below'] }],
      exclude: [{ system: 'http://x/tree', concept: [{ code: 'c' }] }],
    },
  },
  {
    resourceType: 'ValueSet',
    url: 'http://x/circle',
    compose: { include: [{ valueSet: ['http://x/circle'] }] },
  },
  {
    resourceType: 'ValueSet',
    url: 'http://x/expanded',
    expansion: {
      contains: [{ system: 'http://x/tree', code: 'a', contains: [{ system: 'http://x/tree', code: 'e' }] }],
    },
  },
].flatMap((resource): TerminologyTable[] => {
  const table = tableOf(resource);
  return table ? [table] : [];
});
const own = withTables(tables, builtIn);
const listed = (url: string) => codesIn(own, url)?.map(({ code }) => code) ?? ['none'];

describe('a value set', () => {
  test('takes what is below a code', () => expect(listed('http://x/b-and-below')).toEqual(['b', 'c']));
  test('of value sets leaves out what it excludes', () => expect(listed('http://x/but-c')).toEqual(['b']));
  test('may come as its expansion', () => expect(listed('http://x/expanded').sort()).toEqual(['a', 'e']));
  test('that holds itself holds nothing that can be told', () => {
    expect(codesIn(own, 'http://x/circle')).toBeUndefined();
    expect(isMember(own, 'http://x/circle', undefined, 'a')).toBeUndefined();
  });
  test('says the same of a code and in a list', () => {
    for (const url of ['http://x/b-and-below', 'http://x/but-c', 'http://x/expanded']) {
      for (const code of ['a', 'b', 'c', 'd', 'e']) {
        expect(isMember(own, url, 'http://x/tree', code), `${url} ${code}`).toBe(listed(url).includes(code));
      }
    }
  });
});

test('a hierarchy is walked up and down', () => {
  expect(codesAround(own, 'http://x/tree', 'b', 'below')).toEqual(['b', 'c']);
  expect(codesAround(own, 'http://x/tree', 'c', 'above')).toEqual(['c', 'b', 'a']);
  expect(codesAround(own, 'http://x/tree', 'z', 'above')).toBeUndefined();
  expect(codesAround(own, 'http://unheard', 'z', 'above')).toBeUndefined();
});

describe('a unit of UCUM', () => {
  test.each([
    'mg',
    'mm[Hg]',
    'kg/m2',
    'mL/min/{1.73_m2}',
    '10*9/L',
    '/min',
    '{beats}/min',
    'U/(10.g){feces}',
    '%',
    "'",
    'Cel',
    '[degF]',
    'mmol/L',
    'ug/kg/h',
    'm.s-2',
    '1',
    '[iU]/mL',
    'm[IU]/L',
    'ng/mL{FEU}',
    'a',
    'wk',
  ])('is %s', (unit) => expect(isUnit(unit)).toBe(true));
  test.each([
    '',
    'kgs',
    'mmHg',
    'bpm',
    'mg//dL',
    'mg/',
    '(mg',
    'mg)',
    '{open',
    'mg dL',
    'xmg',
    'm'.repeat(300),
    '('.repeat(100),
  ])('is not %s', (unit) => expect(isUnit(unit)).toBe(false));
});

test('nothing an outside program names is found among what every object has', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    expect(builtIn.codeSystem(name)).toBeUndefined();
    expect(isMember(builtIn, name, name, name)).toBeUndefined();
  }
});
