import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/database.ts';
import { useClient } from '../testing.ts';

const { send, create } = useClient(testDatabase);

async function asked(query: string, variables: object = {}, address = '$graphql'): Promise<unknown> {
  const reply = await send('POST', address, { query, variables });
  expect([reply.status, reply.issues]).toEqual([200, []]);
  expect(reply.headers['content-type']).toBe('application/json');
  return JSON.parse(reply.text).data;
}
async function refused(query: string, status = 400): Promise<string> {
  const reply = await send('POST', '$graphql', { query });
  expect(reply.status).toBe(status);
  return reply.issues.join();
}

const patient = {
  resourceType: 'Patient',
  active: true,
  birthDate: '1950-02-03',
  name: [
    { use: 'official', family: 'Møller', given: ['Åse', 'Maria'] },
    { use: 'nickname', given: ['Musse'] },
  ],
};
const weight = (id: string, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'weight' },
  subject: { reference: `Patient/${id}` },
  ...more,
});

describe('$graphql', () => {
  test('gives the fields that are asked, under other names too, and null for what is not there', async () => {
    const id = await create(patient);
    const data = await asked(
      `{ Patient(id: "${id}") { resourceType id active born: birthDate name { family given } } none: Patient(id: "never") { id } }`,
    );
    expect(data).toEqual({
      Patient: {
        resourceType: 'Patient',
        id,
        active: true,
        born: '1950-02-03',
        name: [{ family: 'Møller', given: ['Åse', 'Maria'] }, { given: ['Musse'] }],
      },
      none: null,
    });
  });

  test('lists what a search finds, with variables, and with what each points at', async () => {
    const id = await create(patient);
    const [older, newer] = [
      await create(weight(id, { effectiveDateTime: '2026-01-01' })),
      await create(weight(id, { effectiveDateTime: '2026-02-01' })),
    ];
    const query =
      'query Q($who: String!, $sort: String = "-date") { ObservationList(subject: $who, _sort: $sort) { id subject { resource { ...on Patient { birthDate } } } } }';
    const found = { resource: { birthDate: '1950-02-03' } };
    expect(await asked(query, { who: `Patient/${id}` })).toEqual({
      ObservationList: [
        { id: newer, subject: found },
        { id: older, subject: found },
      ],
    });
    const born = await asked(
      `{ PatientList(_id: "${id}", birthdate: "1950-02-03", general_practitioner: null) { id } }`,
    );
    expect(born).toEqual({ PatientList: [{ id }] });
  });

  test('follows references back, and pages with a connection', async () => {
    const id = await create(patient);
    for (let n = 0; n < 3; n++) await create(weight(id));
    const query = (
      cursor: string,
    ) => `{ Patient(id: "${id}") { ObservationList(_reference: subject) { status }
      page: ObservationConnection(_reference: subject, _count: 2 ${cursor}) { count pagesize next edges { mode resource { id } } } } }`;
    type Page = {
      count: number;
      pagesize: number;
      next: string | null;
      edges: { mode: string; resource: { id: string } }[];
    };
    const first = (await asked(query(''))) as { Patient: { ObservationList: object[]; page: Page } };
    expect(first.Patient.ObservationList).toHaveLength(3);
    expect([first.Patient.page.count, first.Patient.page.pagesize, first.Patient.page.edges.length]).toEqual([
      3, 2, 2,
    ]);
    const second = (await asked(query(`, _cursor: "${first.Patient.page.next}"`))) as typeof first;
    const ids = [first, second].flatMap(({ Patient }) =>
      Patient.page.edges.map(({ resource }) => resource.id),
    );
    expect([second.Patient.page.next, new Set(ids).size]).toEqual([null, 3]);
  });

  test('filters lists, and leaves out what a directive says', async () => {
    const id = await create(patient);
    const data = await asked(
      `query Q($no: Boolean) { Patient(id: "${id}") {
      official: name(use: official) { family }
      short: name(fhirpath: "given.count() = 1") { given }
      second: name(_offset: 1, _count: 1) { use }
      first: name @first { use }
      id @skip(if: true) active @include(if: $no) } }`,
      { no: false },
    );
    expect(data).toEqual({
      Patient: {
        official: [{ family: 'Møller' }],
        short: [{ given: ['Musse'] }],
        second: [{ use: 'nickname' }],
        first: [{ use: 'official' }],
      },
    });
  });

  test('flattens, slices, and makes one of a list', async () => {
    const id = await create(patient);
    const data = await asked(`{ Patient(id: "${id}") {
      name @flatten { given use }
      official: name(use: official) @flatten { family @singleton }
      sliced: name @slice(path: "use") { given } nth: name @slice(path: "$index") { use } } }`);
    expect(data).toEqual({
      Patient: {
        given: ['Åse', 'Maria', 'Musse'],
        use: ['official', 'nickname'],
        family: 'Møller',
        'sliced.official': [{ given: ['Åse', 'Maria'] }],
        'sliced.nickname': [{ given: ['Musse'] }],
        'nth.0': [{ use: 'official' }],
        'nth.1': [{ use: 'nickname' }],
      },
    });
    expect(await refused(`{ Patient(id: "${id}") { name @flatten { use @singleton } } }`)).toContain(
      'has several values',
    );
  });

  test('answers of one resource, by GET and as GraphQL, with fragments, choices, contained ones and decimals', async () => {
    const id = await create(patient);
    const text = JSON.stringify(
      weight(id, {
        contained: [{ resourceType: 'Device', id: 'd' }],
        device: { reference: '#d' },
        valueQuantity: { value: 1 },
      }),
    );
    const stored = await send('POST', 'Observation', text.replace('"value":1', '"value":70.50'));
    const query = `query { ...body device { resource { resourceType id } } } fragment body on Observation { value { ... on Quantity { value } } valueQuantity { value } }`;
    const address = `Observation/${stored.json.id}/$graphql`;
    const expected =
      '{"data":{"value":{"value":70.50},"valueQuantity":{"value":70.50},"device":{"resource":{"resourceType":"Device","id":"d"}}}}';
    expect((await send('GET', `${address}?query=${encodeURIComponent(query)}`)).text).toBe(expected);
    expect((await send('POST', address, query, { 'content-type': 'application/graphql' })).text).toBe(
      expected,
    );
    const parameters = { resourceType: 'Parameters', parameter: [{ name: 'query', valueString: query }] };
    expect((await send('POST', address, parameters)).text).toBe(expected);
    expect((await send('GET', 'Observation/never/$graphql?query={id}')).status).toBe(404);
  });

  test('a reference that leads nowhere is told, or left out when that is wanted', async () => {
    const id = await create(weight('never'));
    expect(await refused(`{ Observation(id: "${id}") { subject { resource { id } } } }`, 422)).toContain(
      'leads to nothing',
    );
    const data = await asked(
      `{ Observation(id: "${id}") { subject { reference resource(optional: true) { id } } } }`,
    );
    expect(data).toEqual({ Observation: { subject: { reference: 'Patient/never' } } });
    const other = await create(weight(await create(patient)));
    expect(
      await asked(`{ Observation(id: "${other}") { subject { resource(type: Group) { id } } } }`),
    ).toEqual({ Observation: { subject: {} } });
  });

  test.each([
    ['{ Patient(id: "a") ', 'no GraphQL'],
    ['mutation { PatientCreate { id } }', 'a mutation is not taken'],
    ['{ __schema { types { name } } }', 'the schema is not told'],
    ['{ Monkey(id: "a") { id } }', 'no resource type'],
    ['{ Patient { id } }', 'takes an id'],
    ['{ PatientList(monkey: 1) { id } }', 'no search parameter'],
    ['{ PatientList(_include: "x") { id } }', 'has no place here'],
    ['{ PatientList { ObservationList { id } } }', 'needs _reference'],
    ['{ PatientList { ObservationList(_reference: code) { id } } }', 'expected a reference parameter'],
    ['{ PatientList { monkey } }', 'Patient has no element monkey'],
    ['{ PatientList { name } }', 'ask for fields of it'],
    ['{ PatientList { id { x } } }', 'has no fields'],
    ['{ PatientList { name(monkey: 1) { use } } }', 'which HumanName does not have'],
    ['{ PatientList { name(fhirpath: "monkey(") { use } } }', 'FHIRPath is not understood'],
    ['{ PatientList { id @monkey } }', '@monkey is not known'],
    ['{ PatientList { ...none } }', 'is not defined'],
    ['{ PatientList(_id: $who) { id } }', '$who is not defined'],
    ['query Q($who: String!) { PatientList(_id: $who) { id } }', 'has no value'],
    ['{ PatientList { a: id a: birthDate } }', 'is asked in two ways'],
    ['{ PatientConnection { offset } }', 'is not offered'],
    ['{ PatientList { __proto__: id } }', '__proto__ is no name'],
    [
      '{ PatientList { ...a } } fragment a on Patient { ...b } fragment b on Patient { ...a }',
      'contains itself',
    ],
  ])('%s is refused', async (query, text) => {
    await create(patient);
    expect(await refused(query)).toContain(text);
  });

  test('a query that nests too deep, or fragments that multiply, end', async () => {
    await create(patient);
    const fragments = Array.from(
      { length: 40 },
      (_, n) => `fragment f${n} on Patient { ...f${n + 1} ...f${n + 1} }`,
    ).join(' ');
    expect(
      await asked(
        `{ PatientList(_count: 1) { ...f0 } } ${fragments} fragment f40 on Patient { resourceType }`,
      ),
    ).toEqual({
      PatientList: [{ resourceType: 'Patient' }],
    });
    expect(await refused(`{${' a'.repeat(5000)} }`)).toContain('no GraphQL');
  });
});
