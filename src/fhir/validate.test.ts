import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Refusal } from '#base/refusal.ts';
import { readBundleEntries } from './bundle.ts';
import { parseResource } from './parse.ts';
import { validate } from './validate.ts';

const issuesOf = (resource: object | string) =>
  validate(
    parseResource(typeof resource === 'string' ? resource : JSON.stringify(resource), { depthMax: 64 }),
  ).map(({ at, text }) => `${at}: ${text}`);
const allergy = { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/1' } };
const observation = { resourceType: 'Observation', status: 'final', code: { text: 'Weight' } };

test('what a known generator of records writes is valid', () => {
  const folder = join(import.meta.dirname, '../../../shared/synthea');
  const [file = ''] = readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson.gz'))
    .sort();
  const lines = gunzipSync(readFileSync(join(folder, file)))
    .toString('utf8')
    .split('\n')
    .slice(0, 5);
  let checked = 0;
  for (const line of lines) {
    for (const { text = '' } of readBundleEntries(parseResource(line, { depthMax: 64 }))) {
      expect(issuesOf(text)).toEqual([]);
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(500);
});

describe('a fault names its element and what was expected', () => {
  test.each<[string, object | string, string]>([
    [
      'an element nobody knows',
      { ...observation, colour: 'red' },
      'Observation.colour: Observation has no such element',
    ],
    [
      'an element of another type',
      { ...observation, birthDate: '2000-01-01' },
      'Observation.birthDate: Observation has no such element',
    ],
    [
      'a name that every object has',
      { ...observation, constructor: 'x' },
      'Observation.constructor: Observation has no such element',
    ],
    [
      'something missing',
      { resourceType: 'Observation', status: 'final' },
      'Observation.code: is required and missing',
    ],
    [
      'a missing choice',
      {
        resourceType: 'MedicationRequest',
        status: 'active',
        intent: 'order',
        subject: { reference: 'Patient/1' },
      },
      'MedicationRequest.medication: is required and missing',
    ],
    [
      'a choice made twice',
      { ...observation, valueString: 'a', valueInteger: 1 },
      'Observation.value: one value is allowed, found valueString and valueInteger',
    ],
    [
      'a list where one is',
      { ...observation, code: [{ text: 'x' }] },
      'Observation.code: expected one value, found a list',
    ],
    [
      'one where a list is',
      { ...observation, category: { text: 'x' } },
      'Observation.category: expected a list, found an object',
    ],
    ['an empty list', { ...observation, category: [] }, 'Observation.category: a list must not be empty'],
    ['an empty object', { ...observation, subject: {} }, 'Observation.subject: an object must not be empty'],
    ['an empty text', { ...observation, valueString: '' }, 'Observation.value: a text must not be empty'],
    [
      'nothing',
      { ...observation, valueString: null },
      'Observation.value: expected a text (string), found null',
    ],
    [
      'a number as text',
      { ...observation, valueQuantity: { value: '5.4' } },
      "Observation.value.value: expected a number, found '5.4'",
    ],
    [
      'a text as number',
      { ...observation, valueString: 5 },
      'Observation.value: expected a text (string), found 5',
    ],
    [
      'a truth as text',
      { resourceType: 'Patient', active: 'true' },
      "Patient.active: expected true or false, found 'true'",
    ],
    [
      'a fraction of an integer',
      { ...observation, valueInteger: 1.5 },
      'Observation.value: expected a whole number from -2147483648 to 2147483647, found 1.5',
    ],
    [
      'a position of nought',
      { resourceType: 'Patient', telecom: [{ rank: 0 }] },
      'Patient.telecom[0].rank: expected a whole number from 1 to 2147483647, found 0',
    ],
    [
      'a day that never was',
      { resourceType: 'Patient', birthDate: '2023-02-30' },
      "Patient.birthDate: there is no such day or time; found '2023-02-30'",
    ],
    [
      'a time without a zone',
      { ...observation, effectiveDateTime: '2026-01-15T10:00:00' },
      "Observation.effective: a time needs a zone, such as +01:00 or Z; found '2026-01-15T10:00:00'",
    ],
    [
      'a code of no value set',
      { ...observation, status: 'done' },
      "Observation.status: 'done' is not in the required value set http://hl7.org/fhir/ValueSet/observation-status",
    ],
    [
      'a code with blanks around',
      { resourceType: 'Patient', language: ' da' },
      'Patient.language: expected a code without leading, trailing or double blanks; found a text of 3 characters',
    ],
    [
      'a reference to another type',
      { ...observation, subject: { reference: 'Practitioner/1' } },
      'Observation.subject: points at a Practitioner; expected Patient, Group, Device, Location',
    ],
    [
      'text where an object is',
      { ...observation, subject: 'Patient/1' },
      "Observation.subject: expected an object (Reference), found 'Patient/1'",
    ],
    [
      'a picture that is no base64',
      { resourceType: 'Binary', contentType: 'image/png', data: 'AAA*' },
      "Binary.data: expected base64, found 'AAA*'",
    ],
    [
      'a control character',
      { ...observation, valueString: 'a\u0000b' },
      'Observation.value: control characters are not allowed in a text',
    ],
    [
      'the separator of the store',
      { ...observation, valueString: 'a\u001eb' },
      'Observation.value: control characters are not allowed in a text',
    ],
    [
      'a contained thing of no type',
      { ...observation, contained: [{ resourceType: 'Chart', id: 'x' }] },
      "Observation.contained[0]: expected a resource with a known resourceType, found 'Chart'",
    ],
    [
      'a fault deep inside',
      { resourceType: 'Patient', contact: [{ name: { given: ['A', 5] } }] },
      'Patient.contact[0].name.given[1]: expected a text (string), found 5',
    ],
    [
      'a hole in a list',
      { resourceType: 'Patient', name: [{ given: ['A', null] }] },
      'Patient.name[0].given[1]: expected a text (string), found null',
    ],
    [
      'a shadow of no primitive',
      { resourceType: 'Patient', _name: [{ id: 'x' }] },
      'Patient._name: Patient has no such element',
    ],
    [
      'a shadow that is a text',
      { resourceType: 'Patient', birthDate: '2000-01-01', _birthDate: 'x' },
      "Patient.birthDate: expected an object with id or extension, found 'x'",
    ],
    [
      'a hole for which there is no reason',
      { resourceType: 'Patient', name: [{ _given: [null, { extension: [{ url: 'x', valueCode: 'y' }] }] }] },
      'Patient.name[0].given[0]: expected a value or an extension, found neither',
    ],
    [
      'an element that has an id only',
      { resourceType: 'Patient', name: [{ id: 'x' }] },
      'Patient.name[0]: has an id only; expected a value or members',
    ],
    [
      'an id given twice',
      {
        resourceType: 'Patient',
        name: [
          { id: 'x', text: 'A' },
          { id: 'x', text: 'B' },
        ],
      },
      'Patient.name[1].id: another element of the resource has this id',
    ],
    [
      'a number that no number can hold',
      '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e400}}',
      'Observation.value.value: expected a number of less than 308 digits',
    ],
    [
      'a text of more than a megabyte',
      { ...observation, valueString: 'a'.repeat(1_048_577) },
      'Observation.value: a text has at most 1048576 characters, found 1048577',
    ],
    [
      'a code of the right word in the wrong system',
      { ...allergy, clinicalStatus: { coding: [{ system: 'http://x', code: 'active' }] } },
      'AllergyIntolerance.clinicalStatus: no coding is in the required value set http://hl7.org/fhir/ValueSet/allergyintolerance-clinical',
    ],
    [
      'a code without its system',
      { ...allergy, clinicalStatus: { coding: [{ code: 'active' }] } },
      'AllergyIntolerance.clinicalStatus: no coding is in the required value set http://hl7.org/fhir/ValueSet/allergyintolerance-clinical',
    ],
    [
      'words where a code is required',
      { ...allergy, clinicalStatus: { text: 'active' } },
      'AllergyIntolerance.clinicalStatus: no coding is in the required value set http://hl7.org/fhir/ValueSet/allergyintolerance-clinical',
    ],
    [
      'a money of no currency',
      { resourceType: 'Invoice', status: 'issued', totalNet: { value: 1, currency: 'EURO' } },
      "Invoice.totalNet.currency: 'EURO' is not in the required value set http://hl7.org/fhir/ValueSet/currencies",
    ],
    [
      'no media type',
      { resourceType: 'Binary', contentType: 'picture' },
      "Binary.contentType: 'picture' is not in the required value set http://hl7.org/fhir/ValueSet/mimetypes",
    ],
    [
      'a search for another type',
      { ...observation, subject: { reference: 'Practitioner?identifier=a' } },
      'Observation.subject: points at a Practitioner; expected Patient, Group, Device, Location',
    ],
    [
      'a reference to a contained resource of another type',
      {
        ...observation,
        contained: [{ resourceType: 'Practitioner', id: 'p' }],
        subject: { reference: '#p' },
      },
      'Observation.subject: points at a Practitioner; expected Patient, Group, Device, Location',
    ],
    [
      'a reference that names another type than it has',
      { ...observation, subject: { reference: 'Patient/1', type: 'Group' } },
      'Observation.subject: points at a Patient; its type says otherwise',
    ],
    [
      'a contained resource without an id',
      { ...observation, contained: [{ resourceType: 'Patient' }] },
      'Observation.contained[0].id: a contained resource needs an id',
    ],
    [
      'two contained resources of one id',
      {
        ...observation,
        contained: [
          { resourceType: 'Patient', id: 'p' },
          { resourceType: 'Group', id: 'p', type: 'person', actual: true },
        ],
      },
      'Observation.contained[1].id: another contained resource has this id',
    ],
    [
      'an extension without a url',
      { resourceType: 'Patient', extension: [{ valueString: 'x' }] },
      'Patient.extension[0].url: is required and missing',
    ],
  ])('%s', (_, resource, issue) => expect(issuesOf(resource)).toEqual([issue]));
});

describe('a broken invariant names itself', () => {
  test.each<[string, object, string]>([
    [
      'obs-6',
      { ...observation, valueString: 'x', dataAbsentReason: { text: 'y' } },
      'Observation: breaks obs-6: dataAbsentReason SHALL only be present if Observation.value[x] is not present',
    ],
    [
      'obs-7',
      {
        ...observation,
        code: { coding: [{ system: 's', code: 'c' }] },
        valueString: 'x',
        component: [{ code: { coding: [{ system: 's', code: 'c' }] } }],
      },
      'Observation: breaks obs-7: If Observation.code is the same as an Observation.component.code then the value element associated with the code SHALL NOT be present',
    ],
    [
      'qty-3',
      { ...observation, valueQuantity: { value: 1, code: 'kg' } },
      'Observation.value: breaks qty-3: If a code for the unit is present, the system SHALL also be present',
    ],
    [
      'per-1',
      { ...observation, effectivePeriod: { start: '2026-02', end: '2026-01' } },
      'Observation.effective: breaks per-1: If present, start SHALL have a lower value than end',
    ],
    [
      'ref-1',
      { ...observation, subject: { reference: '#p' } },
      'Observation.subject: breaks ref-1: SHALL have a contained resource if a local reference is provided',
    ],
    [
      'ext-1',
      { ...observation, extension: [{ url: 'x' }] },
      'Observation.extension[0]: breaks ext-1: Must have either extensions or value[x], not both',
    ],
    [
      'dom-3',
      { ...observation, contained: [{ resourceType: 'Patient', id: 'p' }] },
      'Observation.contained[0]: breaks dom-3: a contained resource is referred to from elsewhere in the resource, or refers to it',
    ],
    [
      'dom-3, of another than the one that is referred to',
      {
        ...observation,
        contained: [
          { resourceType: 'Patient', id: 'p' },
          { resourceType: 'Practitioner', id: 'd' },
        ],
        subject: { reference: '#p' },
      },
      'Observation.contained[1]: breaks dom-3: a contained resource is referred to from elsewhere in the resource, or refers to it',
    ],
    [
      'org-2, of a member',
      { resourceType: 'Organization', name: 'x', address: [{ use: 'home', city: 'y' }] },
      "Organization.address[0]: breaks org-2: An address of an organization can never be of use 'home'",
    ],
    [
      'pat-1, deep inside of a Bundle',
      {
        resourceType: 'Bundle',
        type: 'collection',
        entry: [{ resource: { resourceType: 'Patient', contact: [{ gender: 'male' }] } }],
      },
      "Bundle.entry[0].resource.contact[0]: breaks pat-1: SHALL at least contain a contact's details or a reference to an organization",
    ],
  ])('%s', (_, resource, issue) => expect(issuesOf(resource)).toEqual([issue]));

  test('one whose answer is not known is not broken', () => {
    expect(issuesOf({ ...observation, effectivePeriod: { start: '2026-01-15', end: '2026-01' } })).toEqual(
      [],
    );
    expect(
      issuesOf({
        ...observation,
        valueRange: { low: { value: 1, unit: 'kg' }, high: { value: 2, unit: '[lb_av]' } },
      }),
    ).toEqual([]);
  });

  test('a resource made to keep the invariants busy is judged in time that grows with it', () => {
    const begun = performance.now();
    const many = Array.from({ length: 3000 }, (_, n) => n);
    const issues = issuesOf({
      ...observation,
      contained: many.map((n) => ({ resourceType: 'Practitioner', id: `p${n}` })),
      performer: many.map((n) => ({ reference: `#p${n}` })),
      component: many.map((n) => ({ code: { coding: [{ system: 's', code: `c${n}` }] } })),
    });
    expect(issues).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe('a member that is written twice is refused, wherever it stands', () => {
  test.each([
    '{"resourceType":"Patient","active":true,"active":false}',
    '{"resourceType":"Patient","name":[{"family":"A","family":"B"}]}',
    '{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a","id":"b"}]}',
    '{"resourceType":"Patient","birthDate":"2000-01-01","_birthDate":{"id":"a","id":"b"}}',
    '{"resourceType":"Patient","\\u0061ctive":true,"active":false}',
  ])('%s', (text) =>
    expect(issuesOf(text)).toEqual([
      'Patient: a member is written twice in the same object; which one is meant cannot be known',
    ]),
  );
});

describe('right, although it looks odd', () => {
  test.each<[string, object]>([
    [
      'an extension in place of a value',
      { resourceType: 'Patient', _birthDate: { extension: [{ url: 'http://x', valueCode: 'unknown' }] } },
    ],
    [
      'a list with values and extensions side by side',
      {
        resourceType: 'Patient',
        name: [
          { given: ['A', null], _given: [null, { extension: [{ url: 'http://x', valueCode: 'unknown' }] }] },
        ],
      },
    ],
    [
      'a reference to another server, a contained resource, an entry',
      {
        ...observation,
        contained: [{ resourceType: 'Practitioner', id: 'me' }],
        subject: { reference: 'https://other.dk/fhir/Patient/1' },
        performer: [{ reference: '#me' }, { reference: 'urn:uuid:0b1ee7a0-0000-4000-8000-000000000000' }],
      },
    ],
    ['a reference by search', { ...observation, performer: [{ reference: 'Practitioner?identifier=a|b' }] }],
    ['a number of many digits', { ...observation, valueQuantity: { value: 1e40 } }],
    [
      'a Bundle in a resource that holds one',
      { resourceType: 'Bundle', type: 'collection', entry: [{ resource: observation }] },
    ],
    [
      'a coded value with a text of its own',
      {
        resourceType: 'Condition',
        subject: { reference: 'Patient/1' },
        clinicalStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
        },
        code: { text: 'x' },
      },
    ],
  ])('%s', (_, resource) => expect(issuesOf(resource)).toEqual([]));
});

test('a resource that is wrong all over is told at most 50 times', () => {
  expect(
    issuesOf({ resourceType: 'Patient', name: Array.from({ length: 5000 }, () => ({ x: 1 })) }),
  ).toHaveLength(50);
});

test('base64 of megabytes with a fault at its end is judged at once', () => {
  const begun = performance.now();
  expect(
    issuesOf({ resourceType: 'Binary', contentType: 'image/png', data: `${'A'.repeat(4_000_000)}*` }),
  ).toHaveLength(1);
  expect(performance.now() - begun).toBeLessThan(2000);
});

describe('what is no resource at all is refused before it is looked at', () => {
  test.each([
    ['', 'not valid JSON'],
    ['{"resourceType":"Patient"', 'not valid JSON'],
    ['[]', 'expected a FHIR resource: a JSON object with a resourceType'],
    ['null', 'expected a FHIR resource: a JSON object with a resourceType'],
    ['{}', 'resourceType: expected the name of an R4 resource type, found nothing'],
    ['{"resourceType":"Chart"}', "resourceType: expected the name of an R4 resource type, found 'Chart'"],
    [
      '{"resourceType":"constructor"}',
      "resourceType: expected the name of an R4 resource type, found 'constructor'",
    ],
    [
      '{"resourceType":"DomainResource"}',
      "resourceType: expected the name of an R4 resource type, found 'DomainResource'",
    ],
    [
      `{"resourceType":"Patient","x":${'['.repeat(70)}${']'.repeat(70)}}`,
      'nested 71 levels deep, at most 64 are taken',
    ],
    [
      `{"resourceType":"Patient","x":${'['.repeat(1_000_000)}`,
      'nested 1000001 levels deep, at most 64 are taken',
    ],
  ])('%.40s', (text, why) => {
    for (const input of [text, new TextEncoder().encode(text)]) {
      expect(() => parseResource(input, { depthMax: 64 })).toThrow(Refusal);
      expect(() => parseResource(input, { depthMax: 64 })).toThrow(why);
    }
  });
  test('bytes that are not UTF-8', () =>
    expect(() => parseResource(Buffer.from([0x7b, 0xff, 0x7d]), { depthMax: 64 })).toThrow(
      'the body is not valid UTF-8',
    ));
});

test('a control character is found whether or not the text of the resource came along', () => {
  const tree = { resourceType: 'Patient', name: [{ family: 'Lund\u0007Holm' }] };
  for (const text of [JSON.stringify(tree), '']) {
    const issues = validate({ type: 'Patient', tree, text, members: 3 });
    expect(issues.map(({ at }) => at)).toEqual(['Patient.name[0].family']);
  }
});
