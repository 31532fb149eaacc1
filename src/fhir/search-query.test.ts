import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '#base/refusal.ts';
import { resourceTypes, searchParameters } from './definitions/tables.ts';
import { parseSearch } from './search-query.ts';

const options = { strict: true, pageDefault: 50, pageMax: 1000, base: 'https://own.dk/fhir' };
const search = (type: string, text: string, strict = true) =>
  parseSearch(type, [...new URLSearchParams(text)], { ...options, strict });
const filter = (type: string, text: string) => search(type, text).filters[0];

describe('each type of parameter is understood', () => {
  test('token', () => {
    expect(filter('Observation', 'code=http://loinc.org|29463-7,x')).toEqual({
      by: 'token',
      not: false,
      keys: ['Observation.code#http://loinc.org|29463-7', 'Observation.code#x'],
    });
    expect(filter('Observation', 'status:not=final')).toEqual({
      by: 'token',
      not: true,
      keys: ['Observation.status#final'],
    });
  });
  test('the system of a plain code is implied', () =>
    expect(filter('Patient', 'gender=http://hl7.org/fhir/administrative-gender|male')).toMatchObject({
      keys: ['Patient.gender#male'],
    }));
  test('string', () => {
    expect(filter('Patient', 'family=And')).toEqual({
      by: 'string',
      paths: ['Patient.name.family'],
      match: 'start',
      texts: ['And'],
    });
    expect(filter('Patient', 'family:exact=A')).toMatchObject({ match: 'exact' });
    expect(filter('Patient', 'family:contains=A')).toMatchObject({ match: 'contains' });
  });
  test('uri', () =>
    expect(filter('ValueSet', 'url=http://x/y')).toMatchObject({
      by: 'token',
      keys: ['ValueSet.url#http://x/y'],
    }));
  test('reference: with type, without, as an address of this server and of another', () => {
    expect(filter('Observation', 'patient=Patient/1')).toEqual({ by: 'patient', ids: ['1'] });
    expect(filter('Observation', 'patient=1')).toEqual({ by: 'patient', ids: ['1'] });
    expect(filter('Observation', 'subject:Patient=1')).toEqual({ by: 'patient', ids: ['1'] });
    expect(filter('Observation', 'patient=https://own.dk/fhir/Patient/1')).toEqual({
      by: 'patient',
      ids: ['1'],
    });
    expect(filter('Observation', 'subject=https://other.dk/Patient/1')).toMatchObject({
      keys: ['Observation.subject#https://other.dk/Patient/1'],
    });
    expect(filter('Observation', 'subject=1')).toMatchObject({
      keys: ['Group', 'Device', 'Patient', 'Location'].map((type) => `Observation.subject#${type}/1`),
    });
    expect(filter('Observation', 'subject:identifier=a|b')).toMatchObject({
      keys: ['Observation.subject:identifier#a|b'],
    });
  });
  test('date, with each prefix', () => {
    for (const prefix of ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']) {
      expect(filter('Observation', `date=${prefix}2026-01-15`)).toMatchObject({
        by: 'mainDate',
        spans: [{ prefix }],
      });
    }
    expect(filter('Patient', 'death-date=2026')).toMatchObject({
      by: 'date',
      paths: ['Patient.deceased'],
      spans: [{ prefix: 'eq' }],
    });
    expect(filter('Patient', '_lastUpdated=gt2026-01-15T10:00:00+01:00')).toMatchObject({
      by: 'updated',
      spans: [{ prefix: 'gt' }],
    });
  });
  test('number and quantity: the precision is reckoned in decimals', () => {
    const range = (text: string) => {
      const found = filter('Observation', `value-quantity=${text}`);
      return found?.by === 'number'
        ? found.values.map(({ low, high, system, unit }) => [low, high, system, unit])
        : found;
    };
    expect(range('5.4|http://unitsofmeasure.org|mg')).toEqual([
      [5.35, 5.45, 'http://unitsofmeasure.org', 'mg'],
    ]);
    expect(range('5.4||mg')).toEqual([[5.35, 5.45, undefined, 'mg']]);
    expect(range('5.40')).toEqual([[5.395, 5.405, undefined, undefined]]);
    expect(range('100')).toEqual([[99.5, 100.5, undefined, undefined]]);
    expect(range('1e2')).toEqual([[50, 150, undefined, undefined]]);
    expect(range('-0.10')).toEqual([[-0.105, -0.095, undefined, undefined]]);
    expect(range('ap100')).toEqual([[90, 110, undefined, undefined]]);
  });
  test('a quantity in a unit of UCUM is compared in base units', () => {
    expect(filter('Observation', 'value-quantity=5.4|http://unitsofmeasure.org|mg')).toMatchObject({
      values: [{ unit: 'mg', base: { unit: 'g', value: 0.0054, low: 0.00535, high: 0.00545 } }],
    });
    for (const text of ['5.4', '5.4||mg', '5.4|http://unitsofmeasure.org|drops', '5.4|http://x.dk|mg'])
      expect(filter('Observation', `value-quantity=${text}`)).not.toHaveProperty('values.0.base');
  });
  test('a composite whose components stand once is two conditions, another one a pair', () => {
    expect(filter('Observation', 'code-value-quantity=http://loinc.org|1$gt5')).toMatchObject({
      by: 'all',
      filters: [{ by: 'token' }, { by: 'number', values: [{ prefix: 'gt' }] }],
    });
    expect(filter('Observation', 'component-code-value-quantity=1$gt5')).toMatchObject({
      by: 'all',
      filters: [
        { by: 'token', keys: ['Observation.component.code#1'] },
        { by: 'number', paths: ['Observation.component.value'], beside: ['1'] },
      ],
    });
    expect(filter('ValueSet', 'context-type-value=focus$a|b')).toMatchObject({
      filters: [
        { by: 'token' },
        { by: 'token' },
        { keys: ['ValueSet.useContext.code$ValueSet.useContext.value#focus$a|b'] },
      ],
    });
  });
  test('_has, and chains of several links', () => {
    expect(filter('Patient', '_has:Observation:patient:code=1')).toMatchObject({
      by: 'has',
      link: { type: 'Observation', byPatient: true, target: 'Patient', filter: { by: 'token' } },
    });
    expect(filter('Practitioner', '_has:Observation:performer:patient.family=x')).toMatchObject({
      link: {
        byPatient: false,
        places: ['lax $."performer".reference'],
        filter: { by: 'chain', links: [{ type: 'Patient' }] },
      },
    });
    expect(filter('Observation', 'patient.organization.name=x')).toMatchObject({
      by: 'chain',
      links: [{ type: 'Patient', filter: { by: 'chain', links: [{ type: 'Organization' }] } }],
    });
    expect(filter('Encounter', 'patient._has:Group:member:_id=x')).toMatchObject({
      by: 'chain',
      links: [{ filter: { by: 'has', link: { type: 'Group' } } }],
    });
  });
  test('over several types each has its own condition, tokens one list', () => {
    const found = (text: string) =>
      parseSearch(['Patient', 'Observation', 'Condition'], [...new URLSearchParams(text)], options);
    expect(found('_type=Patient,Observation&_tag=a')).toMatchObject({
      type: undefined,
      types: ['Patient', 'Observation'],
      filters: [{ by: 'token', keys: ['Patient.meta.tag#a', 'Observation.meta.tag#a'] }],
    });
    expect(found('_type=Observation,Condition&patient=1')).toMatchObject({ filters: [{ by: 'patient' }] });
    expect(found('_type=Observation,Condition&code:not=1')).toMatchObject({ filters: [{ by: 'perType' }] });
    expect(() => found('code=1')).toThrow("not every one of 3 types has a search parameter 'code'");
    expect(() => found('_type=Chart')).toThrow("_type: 'Chart' is no resource type of FHIR R4");
    expect(() => found('_tag=a&_sort=code')).toThrow('several types are sorted by _lastUpdated and _id only');
    expect(() => found('_sort=_id')).toThrow('several types are sorted only when a criterion says which');
  });
  test('a chain of one link, for each type that the reference may have', () => {
    expect(filter('Observation', 'patient.family=And')).toMatchObject({
      by: 'chain',
      links: [{ type: 'Patient', byPatient: true, filter: { by: 'string' } }],
    });
    expect(filter('Encounter', 'service-provider.name=x')).toMatchObject({
      links: [{ type: 'Organization', byPatient: false, paths: ['Encounter.serviceProvider'] }],
    });
    expect(filter('Observation', 'performer:Organization.name:contains=x')).toMatchObject({
      links: [{ type: 'Organization', filter: { match: 'contains' } }],
    });
  });
});

describe('escapes', () => {
  test.each([
    ['a\\,b', ['a,b']],
    ['a,b', ['a', 'b']],
    ['a\\$b', ['a$b']],
    ['a\\|b', ['a|b']],
    ['a\\\\,b', ['a\\', 'b']],
    ['a\\', ['a\\']],
    [',a,,b,', ['a', 'b']],
  ])('%s', (text, texts) =>
    expect(parseSearch('Patient', [['family', text]], options).filters).toMatchObject([{ texts }]),
  );
});

describe('what is known and wrong is refused, naming the parameter and what was expected', () => {
  test.each([
    ['Observation', 'date=yesterday', 'date: expected a date such as'],
    ['Observation', 'date=gt2026-02-30', 'date: expected a date such as'],
    ['Observation', 'value-quantity=much', 'value-quantity: expected a number such as'],
    ['Observation', 'value-quantity=gt', 'value-quantity: expected a number such as'],
    [
      'Observation',
      'code:like=x',
      "code:like: the modifier ':like' is not supported here; :not, :text, :in, :not-in, :above, :below, :of-type, :missing are",
    ],
    ['Patient', 'family:not=a', "the modifier ':not' is not supported here; :exact, :contains, :missing are"],
    ['Patient', 'family:missing=perhaps', 'family:missing: expected true or false'],
    ['Patient', '_id:missing=true', '_id:missing: is not asked whether it is missing'],
    ['Observation', 'code:in=http://x.dk/vs', "code:in: the value set 'http://x.dk/vs' is not known here"],
    ['Observation', 'code:not-in=http://x.dk/vs', "the value set 'http://x.dk/vs' is not known here"],
    ['Observation', 'code:below=http://x.dk|a', "the hierarchy of 'http://x.dk' is not known here"],
    ['Observation', 'code:above=a', 'code:above: expected a system and a code: system|code'],
    ['Patient', 'identifier:of-type=MR|1', 'expected the system and code of the type and the value'],
    ['Patient', '_filter=name eq a', '_filter: is not supported by this server'],
    ['Patient', '_query=mine', '_query: is not supported by this server'],
    ['Patient', '_contained=true', '_contained: is not supported by this server'],
    ['Patient', '_list=$current-allergies', 'functional lists are not supported'],
    ['Patient', '_list=a b', "_list: expected the id of a List, found 'a b'"],
    ['Patient', '_text=x', '_text: the words of Patient are not kept; AdverseEvent'],
    ['Patient', '_has:Chart:patient:code=a', 'expected _has:Type:reference-parameter:parameter'],
    ['Patient', '_has:Observation:patient=a', 'expected _has:Type:reference-parameter:parameter'],
    ['Patient', 'birthdate:exact=2000', "the modifier ':exact' is not supported here"],
    ['Patient', '_id:not=a', "_id:not: the modifier ':not' is not supported here"],
    ['Observation', 'subject:Chart=1', "the modifier ':Chart' is not supported here"],
    ['Observation', 'patient:Chart.name=1', 'patient:Chart: expected a resource type after the colon'],
    [
      'Observation',
      `encounter.${'part-of.'.repeat(5)}status=x`,
      'a chain of more than 5 links; at most 5 are followed',
    ],
    ['Provenance', 'target.subject.organization.name=x', 'the references may go more than 300 ways'],
    ['Observation', 'code-value-quantity=a', 'code-value-quantity: expected 2 values divided by $, found 1'],
    ['Observation', 'code-value-quantity=a$b', 'code-value-quantity: expected a number such as 5.4'],
    ['Observation', 'component-code-value-concept=a$s|', 'a system without a code is not looked for here'],
    ['Location', 'near=1|2', 'near: special parameters are not supported'],
    ['Patient', '_count=many', '_count: expected a whole number'],
    ['Patient', '_count=-1', '_count: expected a whole number'],
    ['Patient', '_summary=short', '_summary: expected one of true, text, data, count, false'],
    ['Patient', '_total=all', '_total: expected one of none, estimate, accurate'],
    ['Patient', '_sort=colour', "_sort: Patient has no search parameter 'colour'"],
    ['Patient', '_sort=constructor', "_sort: Patient has no search parameter 'constructor'"],
    ['Patient', '_sort=deceased', "_sort: sorting by the token parameter 'deceased' is not supported"],
    ['Observation', '_sort=code-value-date', "_sort: sorting by the composite parameter 'code-value-date'"],
    ['Patient', '_include:once=Patient:link', "the modifier ':once' is not supported here; :iterate is"],
    ['Patient', `_sort=${'name,'.repeat(10)}name`, '_sort: at most 10 parameters are sorted by'],
    ['Patient', '_include=Patient', '_include: expected Type:reference-parameter[:TargetType]'],
    ['Patient', '_include=Patient:name', '_include: expected Type:reference-parameter[:TargetType]'],
    ['Patient', '_include=Patient:link:Chart', '_include: expected Type:reference-parameter[:TargetType]'],
    ['Patient', 'family=,', 'family: expected a value, found only commas'],
    ['Patient', `family=${'a,'.repeat(101)}`, 'family: 101 values; at most 100 are taken'],
    ['Patient', `_id=${'a,'.repeat(10_001)}`, '_id: 10001 values; at most 10000 are taken'],
    ['Patient', 'family=a%00b', 'family: holds a null character'],
    ['Patient', 'name=a&'.repeat(101), '101 parameters; at most 100 are taken'],
  ])('%s?%.40s', (type, text, why) => {
    expect(() => search(type, text)).toThrow(Refusal);
    expect(() => search(type, text)).toThrow(why);
  });
});

test('a parameter that nobody knows is told, or refused when the caller is strict', () => {
  for (const name of [
    'colour',
    '_has:Observation:patient:colour',
    '_has:Observation:code:status',
    'constructor',
    '__proto__',
    'toString',
    'colour.name',
    'name.family',
  ]) {
    const lenient = parseSearch(
      'Patient',
      [
        [name, 'Patient:link'],
        ['family', 'a'],
      ],
      { ...options, strict: false },
    );
    expect(lenient.ignored).toMatchObject([{ severity: 'warning', at: name }]);
    expect(lenient.used).toEqual([['family', 'a']]);
    expect(() => parseSearch('Patient', [[name, 'Patient:link']], options)).toThrow(
      `has no search parameter '${name}'`,
    );
  }
});

test('a parameter without a value is no criterion', () =>
  expect(search('Patient', 'family=&_count=').filters).toEqual([]));

test('a page is never longer than the setting', () => {
  expect(search('Patient', '').count).toBe(50);
  expect(search('Patient', '_count=999999').count).toBe(1000);
  expect(search('Patient', '_summary=count')).toMatchObject({ count: 0, total: 'accurate' });
});

test('no text whatever makes it do anything else than answer or refuse', () => {
  const names = [...new Set(Object.values(searchParameters).flatMap((table) => Object.keys(table)))];
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      'constructor',
      '__proto__',
      ':',
      '.',
      '|',
      ',',
      '\\',
      '$',
      '%',
      '_',
      'eq',
      'ap',
      '2026-01-15',
      '5.4',
      ':not',
      ':Patient',
      '.name',
      'urn:uuid:',
      '/',
    ),
    fc.constantFrom(...names),
  );
  const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
  const name = fc.oneof(
    text,
    fc
      .tuple(
        fc.constantFrom(
          ...names,
          '_sort',
          '_include',
          '_revinclude',
          '_count',
          '_elements',
          '_total',
          '_cursor',
        ),
        fc.oneof(fc.constant(''), text),
      )
      .map((both) => both.join('')),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...resourceTypes),
      fc.array(fc.tuple(name, text), { maxLength: 3 }),
      fc.boolean(),
      (type, parameters, strict) => {
        try {
          parseSearch(type, parameters, { ...options, strict });
        } catch (error) {
          if (!(error instanceof Refusal) || error.kind !== 'invalid') throw error;
        }
      },
    ),
    { numRuns: 3000 },
  );
});
