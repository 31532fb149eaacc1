import { describe, expect, test } from 'vitest';
import { parseResource } from '#fhir/parse.ts';
import { validate } from '#fhir/validate.ts';
import { testDatabase } from '../../../test/database.ts';
import { base, useClient, type Reply } from '../testing.ts';

const { send, create } = useClient(testDatabase);
const of = (patient: string) => ({ reference: `Patient/${patient}` });
const newPatient = () => create({ resourceType: 'Patient', name: [{ family: 'Møller & <Søn>' }] });
const concept = (text: string, code?: string) => ({
  text,
  ...(code === undefined ? {} : { coding: [{ system: 'http://snomed.info/sct', code }] }),
});

interface Section {
  readonly title: string;
  readonly text: { readonly div: string };
  readonly entry?: readonly { readonly reference: string }[];
  readonly emptyReason?: { readonly coding: readonly { readonly code: string }[] };
}
function sectionsOf(reply: Reply): Map<string, Section> {
  expect([reply.status, reply.json['type']]).toEqual([200, 'document']);
  expect(validate(parseResource(reply.text, { depthMax: 64 }))).toEqual([]);
  const [first] = reply.json.entry ?? [];
  expect(first?.resource?.['resourceType']).toBe('Composition');
  const sections = first?.resource?.['section'] as readonly Section[];
  return new Map(sections.map((section) => [section.title, section]));
}
const namesIn = (reply: Reply) =>
  (reply.json.entry ?? []).map(({ fullUrl }) => fullUrl?.replace(`${base}/`, ''));

describe('Patient/[id]/$summary', () => {
  test('holds what is recorded, by sections, in its own words, with what it points at', async () => {
    const id = await newPatient();
    const clinical = (code: string) => ({
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code }],
    });
    const active = await create({
      resourceType: 'Condition',
      subject: of(id),
      code: concept('KOL'),
      clinicalStatus: clinical('active'),
    });
    const past = await create({
      resourceType: 'Condition',
      subject: of(id),
      code: concept('Pneumoni'),
      clinicalStatus: clinical('resolved'),
      recordedDate: '2020-01-01',
    });
    const drug = await create({ resourceType: 'Medication', code: concept('Morfin') });
    const order = {
      resourceType: 'MedicationRequest',
      intent: 'order',
      subject: of(id),
      medicationReference: { reference: `Medication/${drug}`, display: 'Morfin' },
    };
    const given = await create({ ...order, status: 'active', dosageInstruction: [{ text: '10 mg p.n.' }] });
    const stopped = await create({ ...order, status: 'stopped' });
    const value = await send(
      'POST',
      'Observation',
      `{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"text":"P-Kalium <b>"},"subject":{"reference":"Patient/${id}"},"effectiveDateTime":"2026-01-02","valueQuantity":{"value":4.10,"unit":"mmol/L"}}`,
    );
    const wrong = await create({
      resourceType: 'Immunization',
      status: 'entered-in-error',
      patient: of(id),
      vaccineCode: concept('x'),
      occurrenceDateTime: '2020',
    });
    const reply = await send('GET', `Patient/${id}/$summary`);
    const sections = sectionsOf(reply);
    const entries = (title: string) => (sections.get(title)?.entry ?? []).map(({ reference }) => reference);
    expect(entries('Problems')).toEqual([`Condition/${active}`]);
    expect(entries('Past problems')).toEqual([`Condition/${past}`]);
    expect(entries('Medication')).toEqual([`MedicationRequest/${given}`]);
    expect(entries('Results')).toEqual([`Observation/${value.json.id}`]);
    expect(sections.get('Results')?.text.div).toContain(
      'P-Kalium &lt;b&gt; · 4.10 mmol/L · final · 2026-01-02',
    );
    expect(sections.get('Medication')?.text.div).toContain('Morfin · 10 mg p.n. · active');
    expect(namesIn(reply)).toEqual(
      expect.arrayContaining([`Patient/${id}`, `Medication/${drug}`, `Condition/${past}`]),
    );
    expect(namesIn(reply)).not.toContain(`MedicationRequest/${stopped}`);
    expect(namesIn(reply)).not.toContain(`Immunization/${wrong}`);
    expect(reply.text).toContain(value.text);
    expect((await send('POST', `Patient/${id}/$summary`)).status).toBe(200);
  });

  test('says of an empty section that nothing is recorded, and of none that it was recorded', async () => {
    const id = await newPatient();
    const none = await create({
      resourceType: 'AllergyIntolerance',
      patient: of(id),
      code: concept('Ingen kendte', '716186003'),
      clinicalStatus: {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' },
        ],
      },
    });
    const sections = sectionsOf(await send('GET', `Patient/${id}/$summary`));
    expect(sections.get('Allergies and intolerances')).toMatchObject({
      entry: [{ reference: `AllergyIntolerance/${none}` }],
    });
    expect(sections.get('Allergies and intolerances')?.text.div).toContain('recorded that there are none');
    const problems = sections.get('Problems');
    expect([problems?.entry, problems?.emptyReason?.coding[0]?.code]).toEqual([undefined, 'unavailable']);
    expect(problems?.text.div).toContain('does not mean that there is none');
    expect(
      [...sections.values()].every(
        ({ entry, emptyReason }) => (entry === undefined) !== (emptyReason === undefined),
      ),
    ).toBe(true);
  });

  test('is of a patient who is there', async () => {
    expect((await send('GET', 'Patient/never/$summary')).status).toBe(404);
    const id = await newPatient();
    await send('DELETE', `Patient/${id}`);
    expect((await send('GET', `Patient/${id}/$summary`)).status).toBe(410);
  });
});

describe('Composition/[id]/$document', () => {
  const composition = (patient: string, more: object = {}) => ({
    resourceType: 'Composition',
    status: 'final',
    type: { text: 'Epikrise' },
    subject: of(patient),
    date: '2026-01-01',
    author: [{ display: 'Afdelingen' }],
    title: 'Epikrise',
    ...more,
  });

  test('holds all that the composition points at', async () => {
    const id = await newPatient();
    const weight = await create({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: of(id),
    });
    const section = [
      {
        title: 'x',
        entry: [
          { reference: `${base}/Observation/${weight}` },
          { reference: 'https://elsewhere.example/Observation/1' },
        ],
      },
    ];
    const own = await create(composition(id, { section }));
    const reply = await send('GET', `Composition/${own}/$document`);
    expect(namesIn(reply)).toEqual([`Composition/${own}`, `Patient/${id}`, `Observation/${weight}`]);
    expect(validate(parseResource(reply.text, { depthMax: 64 }))).toEqual([]);
    expect([reply.json['type'], typeof reply.json['timestamp']]).toEqual(['document', 'string']);
  });

  test('is refused when it would not be whole, and for what is not done', async () => {
    const id = await newPatient();
    const own = await create(composition(id, { encounter: { reference: 'Encounter/never' } }));
    const reply = await send('GET', `Composition/${own}/$document`);
    expect([reply.status, reply.issues.join()]).toEqual([422, expect.stringContaining('Encounter/never')]);
    expect((await send('GET', `Composition/${own}/$document?persist=true`)).issues.join()).toContain(
      'POST to Bundle',
    );
    expect((await send('GET', `Composition/${own}/$document?graph=urn:x`)).status).toBe(400);
    const persist = { resourceType: 'Parameters', parameter: [{ name: 'persist', valueBoolean: true }] };
    expect((await send('POST', `Composition/${own}/$document`, persist)).status).toBe(400);
    expect((await send('GET', 'Composition/never/$document')).status).toBe(404);
  });
});

describe('DocumentReference/$docref', () => {
  const content = [{ attachment: { contentType: 'text/plain', data: 'eA==' } }];
  const document = (patient: string, more: object = {}) => ({
    resourceType: 'DocumentReference',
    status: 'current',
    subject: of(patient),
    content,
    ...more,
  });
  const idsOf = (reply: Reply) => {
    expect([reply.status, reply.issues]).toEqual([200, []]);
    return (reply.json.entry ?? [])
      .flatMap(({ resource, search }) => (search?.mode === 'match' && resource ? [resource.id] : []))
      .sort();
  };

  test('finds the current documents of a patient, of a kind, about care in a time', async () => {
    const id = await newPatient();
    const note = { coding: [{ system: 'http://loinc.org', code: '34133-9' }] };
    const early = await create(
      document(id, { type: note, context: { period: { start: '2020-01-01', end: '2020-02-01' } } }),
    );
    const late = await create(document(id, { date: '2026-01-01T00:00:00Z' }));
    const undated = await create(document(id));
    await create(document(id, { status: 'superseded' }));
    await create(document(await newPatient()));
    expect(idsOf(await send('GET', `DocumentReference/$docref?patient=${id}`))).toEqual(
      [early, late, undated].sort(),
    );
    expect(
      idsOf(
        await send('GET', `DocumentReference/$docref?patient=Patient/${id}&start=2020-01-15&end=2020-12-31`),
      ),
    ).toEqual([early, undated].sort());
    expect(
      idsOf(await send('GET', `DocumentReference/$docref?patient=${id}&type=http://loinc.org|34133-9`)),
    ).toEqual([early]);
    const body = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'patient', valueId: id },
        { name: 'start', valueDate: '2021' },
        { name: 'on-demand', valueBoolean: false },
      ],
    };
    expect(idsOf(await send('POST', 'DocumentReference/$docref', body))).toEqual([late, undated].sort());
    const byType = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'patient', valueId: id },
        { name: 'type', valueCodeableConcept: note },
      ],
    };
    expect(idsOf(await send('POST', 'DocumentReference/$docref', byType))).toEqual([early]);
  });

  test('makes none on demand, and says so', async () => {
    const reply = await send('GET', 'DocumentReference/$docref?patient=1&on-demand=true');
    expect([reply.json.total, reply.text.includes('no documents are made on demand')]).toEqual([0, true]);
  });

  test.each([
    ['', 'expected the id of one patient'],
    ['patient=a/b', 'expected the id of one patient'],
    ['patient=1&start=yesterday', 'expected a date'],
    ['patient=1&on-demand=perhaps', 'expected true or false'],
    ['patient=1&profile=urn:x', 'found by type'],
    ['patient=1&monkey=1', 'is not known here'],
  ])('refuses %s', async (query, text) => {
    const reply = await send('GET', `DocumentReference/$docref?${query}`);
    expect([reply.status, reply.issues.join()]).toEqual([400, expect.stringContaining(text)]);
  });
});
