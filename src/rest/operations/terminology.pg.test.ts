import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/database.ts';
import { conceptsOf } from '#exchange/import/concept-table.ts';
import { loadCodeSystem } from '#store/concepts.ts';
import { useClient, type Reply } from '../testing.ts';

const { send, create, store } = useClient(testDatabase);
const gender = 'http://hl7.org/fhir/administrative-gender';
const genders = 'http://hl7.org/fhir/ValueSet/administrative-gender';

interface Parameter {
  readonly name: string;
  readonly part?: readonly Parameter[];
  readonly [value: string]: unknown;
}
const parametersOf = (reply: Reply): Record<string, unknown> =>
  Object.fromEntries(
    ((reply.json['parameter'] ?? []) as Parameter[]).map(({ name, part, ...value }) => [
      name,
      part?.map((inner) => Object.entries(inner).find(([key]) => key.startsWith('value'))?.[1]) ??
        Object.values(value)[0],
    ]),
  );
const asked = async (address: string) => parametersOf(await send('GET', address));
interface Expansion {
  readonly total: number;
  readonly offset: number;
  readonly contains?: readonly {
    readonly code: string;
    readonly display?: string;
    readonly designation?: object[];
  }[];
}
const expansion = (reply: Reply) => reply.json['expansion'] as Expansion;
const codes = (reply: Reply) => expansion(reply).contains?.map(({ code }) => code);
const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });

describe('CodeSystem', () => {
  test('$lookup names a code, by GET and by POST', async () => {
    const expected = { name: 'AdministrativeGender', version: '4.0.1', display: 'Female' };
    expect(await asked(`CodeSystem/$lookup?system=${gender}&code=female`)).toEqual(expected);
    const body = parameters({ name: 'coding', valueCoding: { system: gender, code: 'female' } });
    expect(parametersOf(await send('POST', 'CodeSystem/$lookup', body))).toEqual(expected);
  });
  test('$lookup refuses what it does not know', async () => {
    expect((await send('GET', `CodeSystem/$lookup?system=${gender}&code=woman`)).status).toBe(404);
    expect((await send('GET', 'CodeSystem/$lookup?system=http://unheard&code=x')).status).toBe(404);
    expect((await send('GET', 'CodeSystem/$lookup?code=x')).status).toBe(400);
  });
  test('$validate-code tells right from wrong, and a wrong name', async () => {
    expect(await asked(`CodeSystem/$validate-code?url=${gender}&code=male`)).toEqual({
      result: true,
      display: 'Male',
    });
    expect(await asked(`CodeSystem/$validate-code?url=${gender}&code=man`)).toEqual({
      result: false,
      message: `'man' is no code of ${gender}`,
    });
    expect(await asked(`CodeSystem/$validate-code?url=${gender}&code=male&display=Female`)).toMatchObject({
      result: false,
    });
    expect(await asked('CodeSystem/$validate-code?url=http://unitsofmeasure.org&code=mg/dL')).toEqual({
      result: true,
    });
    expect(await asked('CodeSystem/$validate-code?url=http://unitsofmeasure.org&code=mgg')).toMatchObject({
      result: false,
    });
  });
  test('$subsumes tells how two codes stand', async () => {
    const act = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
    const how = async (a: string, b: string) =>
      (await asked(`CodeSystem/$subsumes?system=${act}&codeA=${a}&codeB=${b}`))['outcome'];
    expect(await how('IMP', 'IMP')).toBe('equivalent');
    expect(await how('IMP', 'ACUTE')).toBe('subsumes');
    expect(await how('ACUTE', 'IMP')).toBe('subsumed-by');
    expect(await how('IMP', 'EMER')).toBe('not-subsumed');
    expect((await send('GET', `CodeSystem/$subsumes?system=${act}&codeA=IMP&codeB=unheard`)).status).toBe(
      404,
    );
  });
});

describe('ValueSet', () => {
  test('$expand lists, filters and pages', async () => {
    const all = await send('GET', `ValueSet/$expand?url=${genders}`);
    expect(codes(all)).toEqual(['male', 'female', 'other', 'unknown']);
    expect(codes(await send('GET', `ValueSet/$expand?url=${genders}&filter=MALE`))).toEqual([
      'male',
      'female',
    ]);
    const page = await send('GET', `ValueSet/$expand?url=${genders}&count=2&offset=1`);
    expect([codes(page), expansion(page).total, expansion(page).offset]).toEqual([['female', 'other'], 4, 1]);
    expect(codes(await send('GET', `ValueSet/$expand?url=${genders}&count=0`))).toBeUndefined();
    expect((await send('GET', `ValueSet/$expand?url=${genders}&count=x`)).status).toBe(400);
  });
  test('$expand takes a value set that comes with the question', async () => {
    const valueSet = {
      resourceType: 'ValueSet',
      status: 'active',
      compose: {
        include: [{ system: gender }],
        exclude: [{ system: gender, concept: [{ code: 'unknown' }] }],
      },
    };
    const reply = await send(
      'POST',
      'ValueSet/$expand',
      parameters({ name: 'valueSet', resource: valueSet }),
    );
    expect(codes(reply)).toEqual(['male', 'female', 'other']);
  });
  test('$expand refuses what is unknown, and what cannot be listed', async () => {
    expect((await send('GET', 'ValueSet/$expand?url=http://unheard')).status).toBe(404);
    const units = await send('GET', 'ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/ucum-units');
    expect([units.status, units.json.issue?.[0]?.code]).toEqual([422, 'too-costly']);
    expect((await send('GET', 'ValueSet/$expand')).status).toBe(400);
  });
  test('a large answer has its first page, and says how much there is', async () => {
    const reply = await send('GET', 'ValueSet/$expand?url=http://terminology.hl7.org/ValueSet/v3-ActCode');
    expect(expansion(reply).contains).toHaveLength(1000);
    expect(expansion(reply).total).toBeGreaterThan(1000);
  });
  test('$validate-code takes a code, a Coding or a CodeableConcept of which one is right', async () => {
    expect(await asked(`ValueSet/$validate-code?url=${genders}&system=${gender}&code=male`)).toEqual({
      result: true,
      display: 'Male',
    });
    expect(await asked(`ValueSet/$validate-code?url=${genders}&system=http://x&code=male`)).toMatchObject({
      result: false,
    });
    const concept = {
      coding: [
        { system: 'http://x', code: 'm' },
        { system: gender, code: 'male' },
      ],
    };
    const body = parameters(
      { name: 'url', valueUri: genders },
      { name: 'codeableConcept', valueCodeableConcept: concept },
    );
    expect(parametersOf(await send('POST', 'ValueSet/$validate-code', body))).toMatchObject({ result: true });
  });
});

describe('what is written to the record is used at once', () => {
  const system = 'http://x.dk/wards';
  test('by its address, and where it stands', async () => {
    expect((await send('GET', `CodeSystem/$lookup?system=${system}&code=a1`)).status).toBe(404);
    const codeSystem = await create({
      resourceType: 'CodeSystem',
      url: system,
      name: 'Wards',
      status: 'active',
      content: 'complete',
      concept: [
        {
          code: 'a',
          display: 'A',
          concept: [{ code: 'a1', display: 'One', designation: [{ language: 'da', value: 'Et' }] }],
        },
      ],
    });
    const valueSet = await create({
      resourceType: 'ValueSet',
      url: 'http://x.dk/a-wards',
      status: 'active',
      compose: { include: [{ system, filter: [{ property: 'concept', op: 'is-a', value: 'a' }] }] },
    });
    expect(await asked(`CodeSystem/$lookup?system=${system}&code=a1&displayLanguage=da`)).toMatchObject({
      display: 'Et',
      designation: ['da', 'Et'],
    });
    expect(await asked(`CodeSystem/${codeSystem}/$validate-code?code=a1`)).toMatchObject({ result: true });
    expect(await asked(`CodeSystem/${codeSystem}/$subsumes?codeA=a&codeB=a1`)).toEqual({
      outcome: 'subsumes',
    });
    expect(codes(await send('GET', `ValueSet/${valueSet}/$expand`))).toEqual(['a', 'a1']);
    expect(codes(await send('GET', 'ValueSet/$expand?url=http://x.dk/a-wards'))).toEqual(['a', 'a1']);
    const told = await send(
      'GET',
      `ValueSet/${valueSet}/$expand?includeDesignations=true&displayLanguage=da&filter=one`,
    );
    expect(expansion(told).contains).toEqual([
      { system, code: 'a1', display: 'Et', designation: [{ language: 'da', value: 'Et' }] },
    ]);
    expect(await asked(`ValueSet/${valueSet}/$validate-code?system=${system}&code=a1`)).toMatchObject({
      result: true,
    });
  });
  test('ConceptMap/$translate, forwards and backwards', async () => {
    const id = await create({
      resourceType: 'ConceptMap',
      url: 'http://x.dk/map',
      status: 'active',
      group: [
        {
          source: 'http://x.dk/s',
          target: 'http://x.dk/t',
          element: [{ code: 'a', target: [{ code: 'b', equivalence: 'wider' }] }],
        },
      ],
    });
    const match = ['wider', { system: 'http://x.dk/t', code: 'b' }, 'http://x.dk/map'];
    expect(await asked('ConceptMap/$translate?url=http://x.dk/map&system=http://x.dk/s&code=a')).toEqual({
      result: true,
      match,
    });
    expect(await asked(`ConceptMap/${id}/$translate?system=http://x.dk/s&code=a`)).toEqual({
      result: true,
      match,
    });
    expect(
      await asked('ConceptMap/$translate?system=http://x.dk/s&code=a&targetsystem=http://x.dk/t'),
    ).toEqual({ result: true, match });
    expect(await asked(`ConceptMap/${id}/$translate?system=http://x.dk/t&code=b&reverse=true`)).toMatchObject(
      {
        result: true,
        match: ['narrower', { system: 'http://x.dk/s', code: 'a' }, 'http://x.dk/map'],
      },
    );
    expect(await asked(`ConceptMap/${id}/$translate?system=http://x.dk/s&code=z`)).toMatchObject({
      result: false,
    });
    expect((await send('GET', 'ConceptMap/$translate?url=http://unheard&code=a')).status).toBe(404);
  });
});

describe('a code system from a table', () => {
  const url = 'http://x.dk/atc-like';
  const load = (text: string) =>
    loadCodeSystem(store(), { url, version: '2026', name: 'Made up' }, conceptsOf(text.split('\n')));
  const table =
    'code;display;parent;display:da\nN;Nervous system;;Nervesystemet\nN02;Analgesics;N;\nN02B;"Other ""mild"" ones; all";N02;Svage\nC;Heart;;Hjerte';

  test('answers every question, without being held in memory', async () => {
    expect(await load(table)).toBe(4);
    expect(await asked(`CodeSystem/$lookup?system=${url}&code=N02B`)).toMatchObject({
      name: 'Made up',
      version: '2026',
      display: 'Other "mild" ones; all',
      designation: ['da', 'Svage'],
    });
    expect(await asked(`CodeSystem/$validate-code?url=${url}&code=N9`)).toMatchObject({ result: false });
    expect(await asked(`CodeSystem/$subsumes?system=${url}&codeA=N&codeB=N02B`)).toEqual({
      outcome: 'subsumes',
    });
    expect(await asked(`CodeSystem/$subsumes?system=${url}&codeA=C&codeB=N02B`)).toEqual({
      outcome: 'not-subsumed',
    });
    const below = (value: string) => ({
      resourceType: 'ValueSet',
      status: 'active',
      compose: { include: [{ system: url, filter: [{ property: 'concept', op: 'is-a', value }] }] },
    });
    const ask = (operation: string, value: string, ...more: object[]) =>
      send(
        'POST',
        `ValueSet/${operation}`,
        parameters({ name: 'valueSet', resource: below(value) }, ...more),
      );
    expect(codes(await ask('$expand', 'N02'))).toEqual(['N02', 'N02B']);
    expect(codes(await ask('$expand', 'N', { name: 'filter', valueString: 'mild' }))).toEqual(['N02B']);
    const coding = { name: 'coding', valueCoding: { system: url, code: 'N02B' } };
    expect(parametersOf(await ask('$validate-code', 'N', coding))).toMatchObject({ result: true });
    expect(parametersOf(await ask('$validate-code', 'C', coding))).toMatchObject({ result: false });
  });
  test('is replaced as a whole, or not at all', async () => {
    await load(table);
    expect(await load('code,display\nX,New')).toBe(1);
    expect((await send('GET', `CodeSystem/$lookup?system=${url}&code=N`)).status).toBe(404);
    await expect(load('code,display\nY,New\nY,Again')).rejects.toThrow('the code Y comes twice');
    expect(await asked(`CodeSystem/$lookup?system=${url}&code=X`)).toMatchObject({ display: 'New' });
  });
  test.each([
    ['', 'the table is empty'],
    ['name,display\nx,y', 'line 1: expected a column code'],
    ['code,display\nx', 'line 2: expected 2 fields, found 1'],
    ['code,display\n,y', 'line 2: expected a code without blanks around it'],
    ['code,display\nx,"y', 'line 2: expected a closing quote'],
    ['code,display,parent\nx,y,z', 'the code x is below a code that is not in the table'],
  ])('refuses %j', async (text, why) => {
    await expect(load(text)).rejects.toThrow(why);
  });
});
