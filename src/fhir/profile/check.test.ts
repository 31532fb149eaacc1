import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isObject, type Json } from '../json.ts';
import { builtIn } from '../terminology/library.ts';
import { checkProfiles } from './check.ts';
import { knownBuiltIn } from './judge.ts';
import { withProfiles } from './library.ts';
import { profileTable } from './table.ts';

const examples = join(import.meta.dirname, '../../../../shared/medcom/examples');
const treeOf = (text: string): Json => {
  const tree: unknown = JSON.parse(text);
  return isObject(tree) ? tree : {};
};
const example = (file: string) => treeOf(readFileSync(join(examples, file), 'utf8'));
const said = (tree: Json, demanded: readonly string[] = [], known = knownBuiltIn) =>
  checkProfiles(tree, known, demanded).map(
    ({ severity = 'error', at, text }) => `${severity} ${at}: ${text}`,
  );
const errors = (tree: Json, demanded: readonly string[] = []) =>
  said(tree, demanded).filter((one) => one.startsWith('error'));

/** Published examples that are not what they claim to be, with what is wrong. */
const knownErrata: Readonly<Record<string, readonly string[]>> = {
  'acknowledgement/test-protocol/32f3e314-8fcb-4147-87d4-fbed2ea2f741.json': [
    'error Bundle.entry[1].resource.issue[0].details.coding[0]: no code of it is in the required value set http://medcomfhir.dk/ig/terminology/ValueSet/medcom-acknowledgement-issue-details',
  ],
  'conditionlist/ig/23d8ece4-7cff-47c1-9680-571377c6ea74.json': [
    'error Bundle.entry[3].resource.identifier: is required and missing',
  ],
  'hospitalnotification/test-protocol/TEK_ID_LPR3.json': [
    'error Bundle.entry[2].resource.episodeOfCare[0].identifier.value: breaks uuidv5: LPR3 episodeOfCare identifiers must conform to a UUIDv5',
  ],
};

test('every published example of HL7 Denmark and MedCom is what it claims to be', () => {
  const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((one) =>
    one.endsWith('.json'),
  );
  expect(files.length).toBeGreaterThan(250);
  const wrong = files.flatMap((file) => {
    const issues = errors(example(file));
    return issues.length > 0 ? [[file, issues] as const] : [];
  });
  expect(Object.fromEntries(wrong)).toEqual(knownErrata);
});

describe('a patient of dk-core', () => {
  const dkCore = 'http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient';
  const patient = {
    resourceType: 'Patient',
    meta: { profile: [dkCore] },
    identifier: [{ use: 'official', system: 'urn:oid:1.2.208.176.1.2', value: '2512484916' }],
    name: [{ use: 'official', family: 'Elmer', given: ['Bruno'] }],
  };
  test('is right with a CPR number and an official name', () => expect(errors(patient)).toEqual([]));
  test.each<[string, object, string]>([
    [
      'whose official name has no family name',
      { ...patient, name: [{ use: 'official', given: ['Bruno'] }] },
      'Patient.name[0].family: is required and missing',
    ],
    [
      'whose CPR number has nine digits',
      { ...patient, identifier: [{ ...patient.identifier[0], value: '251248491' }] },
      'Patient.identifier[0].value: breaks cpr: ',
    ],
    [
      'with two CPR numbers',
      { ...patient, identifier: [patient.identifier[0], patient.identifier[0]] },
      'Patient.identifier: of the slice cpr, at most 1 allowed, found 2',
    ],
    [
      'whose CPR number is not said to be official',
      { ...patient, identifier: [{ ...patient.identifier[0], use: 'usual' }] },
      'Patient.identifier[0].use: expected "official", found \'usual\'',
    ],
  ])('%s is not', (_, tree, issue) => {
    expect(errors(treeOf(JSON.stringify(tree))).join('\n')).toContain(issue);
  });
  test('never has its data in what is said', () => {
    const issues = errors({ ...patient, identifier: [{ ...patient.identifier[0], value: '251248-4916' }] });
    expect(issues.length).toBeGreaterThan(0);
    expect(issues.join()).not.toContain('251248');
  });
});

describe('a message that is wrong in one place is told that place', () => {
  const message = () => structuredClone(example('hospitalnotification/test-protocol/STIN_A.json'));
  const entry = (tree: Json, type: string): { [name: string]: unknown } => {
    const entries = Array.isArray(tree['entry']) ? tree['entry'] : [];
    const found: unknown = entries.find(
      (one: unknown) =>
        isObject(one) && isObject(one['resource']) && one['resource']['resourceType'] === type,
    );
    if (!isObject(found) || !isObject(found['resource'])) throw new Error(`no ${type}`);
    return found['resource'];
  };
  test('as it is, nothing', () => expect(errors(message())).toEqual([]));
  test('a status that the value set of the profile lacks', () => {
    const tree = message();
    entry(tree, 'Encounter')['status'] = 'cancelled';
    expect(errors(tree).join('\n')).toContain('is in the required value set');
  });
  test('without a patient', () => {
    const tree = message();
    delete entry(tree, 'Encounter')['subject'];
    expect(errors(tree).join('\n')).toContain('.subject: is required and missing');
  });
  test('with an event that is not fixed', () => {
    const tree = message();
    entry(tree, 'MessageHeader')['eventCoding'] = { system: 'http://x', code: 'y' };
    expect(errors(tree).join('\n')).toMatch(/MessageHeader|eventCoding|event/);
    expect(errors(tree).length).toBeGreaterThan(0);
  });
});

test('a profile that is not known is a warning, and R4 alone is no profile', () => {
  const tree = { resourceType: 'Patient', meta: { profile: ['http://x.dk/StructureDefinition/unheard'] } };
  expect(said(tree)).toEqual([
    'warning Patient: the profile http://x.dk/StructureDefinition/unheard is not known here and was not judged',
  ]);
  expect(said({ resourceType: 'Patient' })).toEqual([]);
});

test('an extension stands where its definition says, and is what it says', () => {
  const planned = {
    url: 'http://hl7.dk/fhir/core/StructureDefinition/dk-core-planned-start-date',
    valueString: 'x',
  };
  const said = errors({
    resourceType: 'Patient',
    meta: { profile: ['http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient'] },
    identifier: [{ use: 'official', system: 'urn:oid:1.2.208.176.1.2', value: '2512484916' }],
    maritalStatus: { extension: [planned] },
  });
  expect(said.join()).toContain(
    `Patient.maritalStatus.extension[0]: the extension ${planned.url} is for Encounter; found on Patient.maritalStatus`,
  );
  expect(said.join()).toContain('Patient.maritalStatus.extension[0].value: is a string; expected ');
});

test('a profile for another type is an error', () => {
  expect(
    errors({ resourceType: 'Group' }, ['http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient']),
  ).toEqual([
    'error Group: is a Group; the profile http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient is for Patient',
  ]);
});

describe("a profile of one's own", () => {
  const definition = (element: readonly object[]) => {
    const table = profileTable(
      treeOf(
        JSON.stringify({
          resourceType: 'StructureDefinition',
          url: 'http://x.dk/weight',
          type: 'Observation',
          derivation: 'constraint',
          baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
          differential: { element: [{ id: 'Observation', path: 'Observation' }, ...element] },
        }),
      ),
    );
    return { terminology: builtIn, profiles: withProfiles(table ? [table] : [], knownBuiltIn.profiles) };
  };
  const weight = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
  const judged = (element: readonly object[], more: object) =>
    said(treeOf(JSON.stringify({ ...weight, ...more })), ['http://x.dk/weight'], definition(element));

  test.each<[string, object, object, string[]]>([
    [
      'cardinality',
      { id: 'Observation.note', max: '0' },
      { note: [{ text: 'x' }] },
      ['error Observation.note: is not allowed here'],
    ],
    [
      'what must be there',
      { id: 'Observation.subject', min: 1 },
      {},
      ['error Observation.subject: is required and missing'],
    ],
    [
      'a fixed value',
      { id: 'Observation.status', fixedCode: 'amended' },
      {},
      ['error Observation.status: expected "amended", found \'final\''],
    ],
    [
      'a pattern',
      { id: 'Observation.code', patternCodeableConcept: { coding: [{ system: 's', code: 'c' }] } },
      {
        code: {
          coding: [
            { system: 's', code: 'c', display: 'more' },
            { system: 't', code: 'd' },
          ],
        },
      },
      [],
    ],
    [
      'types',
      { id: 'Observation.value[x]', type: [{ code: 'Quantity' }] },
      { valueString: 'x' },
      ['error Observation.value: is a string; expected Quantity'],
    ],
    [
      'targets',
      {
        id: 'Observation.subject',
        type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Patient'] }],
      },
      { subject: { reference: 'Group/1' } },
      ['error Observation.subject: points at a Group; expected Patient'],
    ],
    [
      'an extensible binding',
      {
        id: 'Observation.code',
        binding: { strength: 'extensible', valueSet: 'http://hl7.org/fhir/ValueSet/administrative-gender' },
      },
      { code: { coding: [{ system: 'http://x', code: 'y' }] } },
      [
        'warning Observation.code: no code of it is in the extensible value set http://hl7.org/fhir/ValueSet/administrative-gender',
      ],
    ],
    [
      'an invariant',
      {
        id: 'Observation',
        constraint: [{ key: 'own-1', severity: 'error', human: 'needs a note', expression: 'note.exists()' }],
      },
      {},
      ['error Observation: breaks own-1: needs a note'],
    ],
    [
      'the length of a text',
      { id: 'Observation.value[x]', maxLength: 3 },
      { valueString: 'long' },
      ['error Observation.value: at most 3 characters are allowed, found 4'],
    ],
  ])('%s', (_, element, more, issues) => expect(judged([element], more)).toEqual(issues));

  test.each<[string, object, object, readonly object[], string[]]>([
    [
      'by an existing member',
      { discriminator: [{ type: 'exists', path: 'dataAbsentReason' }], rules: 'closed' },
      { component: [{ code: { text: 'x' }, valueString: 'x' }] },
      [
        { id: 'Observation.component:none', max: '1' },
        { id: 'Observation.component:none.dataAbsentReason', min: 1 },
      ],
      ['error Observation.component[0]: is none of what is allowed here: none'],
    ],
    [
      'by a pattern',
      { discriminator: [{ type: 'pattern', path: 'code' }], rules: 'open' },
      { component: [{ code: { coding: [{ system: 's', code: 'c' }] } }] },
      [
        { id: 'Observation.component:c', min: 1 },
        {
          id: 'Observation.component:c.code',
          patternCodeableConcept: { coding: [{ system: 's', code: 'c' }] },
        },
        { id: 'Observation.component:c.value[x]', min: 1 },
      ],
      ['error Observation.component[0].value: is required and missing'],
    ],
    [
      'by type',
      { discriminator: [{ type: 'type', path: 'value' }], rules: 'open' },
      { component: [{ code: { text: 'x' }, valueString: 'x' }] },
      [
        { id: 'Observation.component:amount', min: 1 },
        { id: 'Observation.component:amount.value[x]', type: [{ code: 'Quantity' }] },
      ],
      ['error Observation.component: of the slice amount, is required and missing'],
    ],
  ])('slices %s', (_, slicing, more, slices, issues) => {
    expect(judged([{ id: 'Observation.component', slicing }, ...slices], more)).toEqual(issues);
  });
});

test('a Bundle made to keep the judge busy is judged in bounded time', () => {
  const begun = performance.now();
  const tree = {
    resourceType: 'Bundle',
    type: 'message',
    entry: Array.from({ length: 20_000 }, (_, n) => ({
      fullUrl: `urn:${n}`,
      resource: {
        resourceType: 'Patient',
        meta: { profile: ['http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-patient'] },
      },
    })),
  };
  expect(errors(tree).length).toBeGreaterThan(0);
  expect(performance.now() - begun).toBeLessThan(5000);
});
