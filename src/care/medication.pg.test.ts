// Drug orders and given doses, as any client of the API meets the rules.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { useClient, type Reply } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create } = useClient(testDatabase);

const knowledge = 'https://holdfast.dk/fhir/drug-knowledge';
const [atc, alert] = ['http://www.whocc.no/atc', 'https://holdfast.dk/fhir/alert'];
const plannedUrl = 'https://holdfast.dk/fhir/planned-time';
const changedUrl = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.statusChanged';
const classes = (...codes: string[]) => [
  {
    type: { text: 'check' },
    classification: codes.map((code) => ({ coding: [{ system: knowledge, code }] })),
  },
];
const row = (code: string, more: object, ...classified: string[]) => ({
  resourceType: 'MedicationKnowledge',
  status: 'active',
  code: { coding: [{ system: atc, code }] },
  monograph: [{ source: { display: 'a table of the test' } }],
  medicineClassification: classes('substance', ...classified),
  ...more,
});
const most = (perDay: number, unit: string, ages?: readonly string[]) => ({
  dosage: [
    {
      type: { coding: [{ system: knowledge, code: 'maximum' }] },
      dosage: [
        { maxDosePerPeriod: { numerator: { value: perDay, unit }, denominator: { value: 1, unit: 'd' } } },
      ],
    },
  ],
  ...(ages === undefined
    ? {}
    : {
        patientCharacteristics: [
          {
            characteristicCodeableConcept: { coding: [{ system: 'http://loinc.org', code: '30525-0' }] },
            value: ages,
          },
        ],
      }),
});
const everything = ['covers-limits', 'covers-interactions', 'covers-risk'];

beforeAll(async () => {
  const interaction = {
    contained: [
      {
        resourceType: 'DetectedIssue',
        id: 'i1',
        status: 'final',
        severity: 'high',
        detail: 'øget blødning',
        implicated: [{ identifier: { system: atc, value: 'B01AC06' } }],
      },
    ],
    contraindication: [{ reference: '#i1' }],
  };
  for (const each of [
    row(
      'N02BE01',
      { administrationGuidelines: [most(4, 'g', ['18']), most(60, 'mg/kg', ['0', '18'])] },
      ...everything,
    ),
    row('A10AB05', { administrationGuidelines: [most(200, 'IE')] }, ...everything, 'high-risk'),
    row('B01AF02', { ...interaction, administrationGuidelines: [most(20, 'mg')] }, ...everything),
    row('B01AC06', { administrationGuidelines: [most(300, 'mg')] }, ...everything),
    row('C03CA01', { administrationGuidelines: [most(500, 'mg')] }, ...everything),
    row('N02AA01', { administrationGuidelines: [most(100, 'mg')] }, ...everything),
  ])
    await create(each);
});

const clock = (times: readonly string[]) => ({
  repeat: {
    frequency: times.length,
    period: 1,
    periodUnit: 'd',
    timeOfDay: times.map((time) => `${time}:00`),
  },
});
const dosage = (value: number, unit: string, timing: object = clock(['08:00', '14:00'])) => [
  { timing, route: { text: 'p.o.' }, doseAndRate: [{ doseQuantity: { value, unit } }] },
];
const drugs = {
  paracetamol: ['N02BE01', 'paracetamol, PINEX, tabl., 500 mg'],
  insulin: ['A10AB05', 'insulin aspart, NOVORAPID, inj.vsk., pen, 100 E/ml'],
  apixaban: ['B01AF02', 'apixaban, ELIQUIS, filmovertr. tabl., 5 mg'],
  acetylsalicylsyre: ['B01AC06', 'acetylsalicylsyre, HJERTEMAGNYL, filmovertr. tabl., 75 mg'],
  furosemid: ['C03CA01', 'furosemid, FURIX, tabl., 40 mg'],
  dicloxacillin: ['J01CF01', 'dicloxacillin, DICLOCIL, kaps., 500 mg'],
  morfin: ['N02AA01', 'morfin, MORFIN "DAK", tabl., 10 mg'],
} as const;
const orderOf = (patient: string, drug: keyof typeof drugs, more: object = {}) => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  category: [
    {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'inpatient' },
      ],
    },
  ],
  medicationCodeableConcept: {
    coding: [{ system: atc, code: drugs[drug][0], display: drugs[drug][1].split(', ')[0] }],
    text: drugs[drug][1],
  },
  subject: { reference: patient },
  authoredOn: '2026-01-13T07:00:00+01:00',
  dosageInstruction: dosage(40, 'mg'),
  ...more,
});
const caveOf = (patient: string, code: object) => ({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
  },
  code,
  patient: { reference: patient },
});
const noneKnown = { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] };
const newPatient = async (more: object = {}) => {
  const patient = `Patient/${await create({ resourceType: 'Patient', birthDate: '1960-05-01', ...more })}`;
  await create(caveOf(patient, noneKnown));
  return patient;
};
const dose = (patient: string, request: string, planned: string | undefined, more: object = {}) => ({
  resourceType: 'MedicationAdministration',
  status: 'completed',
  ...(planned === undefined ? {} : { extension: [{ url: plannedUrl, valueDateTime: planned }] }),
  medicationCodeableConcept: { text: 'a drug' },
  subject: { reference: patient },
  request: { reference: request },
  effectiveDateTime: planned ?? '2026-01-13T08:05:00+01:00',
  performer: [{ actor: { reference: 'Practitioner/mette', display: 'Mette Krogh' } }],
  dosage: { dose: { value: 40, unit: 'mg' } },
  ...more,
});
const transaction = (...resources: readonly { resourceType: string; id?: string; fullUrl?: string }[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map(({ fullUrl, ...resource }) => ({
    ...(fullUrl === undefined ? {} : { fullUrl }),
    resource,
    request: resource.id
      ? { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
      : { method: 'POST', url: resource.resourceType },
  })),
});
const details = ({ json }: Reply) =>
  ((json.issue ?? []) as readonly { severity?: string; details?: { coding?: { code: string }[] } }[]).map(
    ({ severity, details: said }) =>
      `${severity === 'error' ? '' : `${severity}: `}${said?.coding?.[0]?.code}`,
  );
const refusals = async (method: string, url: string, resource: object) => {
  const reply = await send(method, url, resource);
  return [reply.status, ...details(reply)];
};
const statuses = (answers: readonly Reply[]) => answers.map(({ status }) => status).sort((a, b) => a - b);
const checked = async (...resources: readonly { resourceType: string; id?: string }[]) => {
  const reply = await send('POST', '$check', transaction(...resources));
  return details(reply).filter((one) => one !== 'information: undefined');
};

describe('an order', () => {
  test('has a whole dose: what is missing is named; words alone are told as not checked', async () => {
    const patient = await newPatient();
    expect(
      await refusals(
        'POST',
        'MedicationRequest',
        orderOf(patient, 'furosemid', { dosageInstruction: undefined }),
      ),
    ).toEqual([422, 'dose-incomplete']);
    const without = orderOf(patient, 'furosemid', {
      dosageInstruction: [{ timing: clock(['08:00']), route: { text: 'p.o.' } }],
    });
    const reply = await send('POST', 'MedicationRequest', without);
    expect([reply.status, ...reply.issues]).toEqual([
      422,
      'MedicationRequest.dosageInstruction: the dose cannot be given as it is written; missing: amount',
    ]);
    expect(
      await checked(orderOf(patient, 'furosemid', { dosageInstruction: [{ text: 'efter skema' }] })),
    ).toContain('warning: dose-in-words');
  });

  test('against a known reaction needs an answer that names it', async () => {
    const patient = await newPatient();
    const allergy = await create(caveOf(patient, { text: 'Penicillin' }));
    const order = orderOf(patient, 'dicloxacillin');
    expect(await refusals('POST', 'MedicationRequest', order)).toEqual([422, 'cave']);
    const answer = (about: string, code: string) => ({
      resourceType: 'DetectedIssue',
      fullUrl: 'urn:uuid:4a6c1d7e-9d3c-4d61-9c55-0f0f4f0f4f01',
      status: 'final',
      code: { coding: [{ system: alert, code }] },
      implicated: [{ reference: about }],
      mitigation: [{ action: { text: 'Har tålt det siden' } }],
    });
    const answered = {
      ...order,
      detectedIssue: [{ reference: 'urn:uuid:4a6c1d7e-9d3c-4d61-9c55-0f0f4f0f4f01' }],
    };
    const other = await send('POST', '', transaction(answer(patient, 'cave'), answered));
    expect([other.status, ...details(other)]).toEqual([422, 'cave']);
    const wrongAlert = await send(
      'POST',
      '',
      transaction(answer(`AllergyIntolerance/${allergy}`, 'above-maximum'), answered),
    );
    expect(wrongAlert.status).toBe(422);
    const stored = await send(
      'POST',
      '',
      transaction(answer(`AllergyIntolerance/${allergy}`, 'cave'), answered),
    );
    expect(stored.status).toBe(200);
  });

  test('whose CAVE nobody asked about, or that cannot be compared, is told of', async () => {
    const unasked = `Patient/${await create({ resourceType: 'Patient', birthDate: '1960-05-01' })}`;
    expect(await checked(orderOf(unasked, 'furosemid'))).toEqual(['warning: cave-unasked']);
    const patient = await newPatient();
    await create(caveOf(patient, { text: 'noget fra apoteket' }));
    expect(await checked(orderOf(patient, 'furosemid'))).toEqual(['warning: not-checked']);
    await create(caveOf(patient, { text: 'Nødder' }));
    expect(await checked(orderOf(patient, 'furosemid'))).toEqual(['warning: not-checked']);
  });

  test('of a substance that is ordered already is told of, and refused of a high-risk drug', async () => {
    const patient = await newPatient();
    await create(orderOf(patient, 'furosemid'));
    expect(await checked(orderOf(patient, 'furosemid'))).toEqual(['warning: duplicate']);
    const insulin = orderOf(patient, 'insulin', { dosageInstruction: dosage(8, 'IE') });
    await create(insulin);
    expect(await refusals('POST', 'MedicationRequest', insulin)).toEqual([422, 'duplicate-high-risk']);
  });

  test('of two who order the same high-risk drug at the same moment one is told', async () => {
    const patient = await newPatient();
    const insulin = orderOf(patient, 'insulin', { dosageInstruction: dosage(8, 'IE') });
    expect(
      statuses(await Promise.all([1, 2, 3].map(() => send('POST', 'MedicationRequest', insulin)))),
    ).toEqual([201, 422, 422]);
  });

  test('is held to the most of a day, with all other orders of the substance, and says which table said so', async () => {
    const patient = await newPatient();
    const gram = (times: readonly string[]) =>
      orderOf(patient, 'paracetamol', { dosageInstruction: dosage(1, 'g', clock(times)) });
    expect(await checked(gram(['06:00', '12:00', '18:00', '23:00']))).toEqual(['warning: at-maximum']);
    await create(gram(['08:00', '14:00', '22:00']));
    // Two tablets of 500 mg twice are the fourth and the fifth gram.
    const tablets = orderOf(patient, 'paracetamol', {
      dosageInstruction: dosage(2, 'tablet', clock(['04:00', '18:00'])),
    });
    const reply = await send('POST', 'MedicationRequest', tablets);
    expect(reply.status).toBe(422);
    expect(reply.issues.join()).toContain(
      '5.000 mg / 24 h > 4 g / 24 h (a table of the test)'.replace('5.000 mg', '5 g'),
    );
  });

  test('for a child is judged by weight; without one it says that nothing was checked', async () => {
    const child = await newPatient({ birthDate: '2022-01-01' });
    const order = orderOf(child, 'paracetamol', {
      dosageInstruction: dosage(250, 'mg', clock(['06:00', '12:00', '18:00', '23:00'])),
    });
    const unknown = await send('POST', '$check', transaction(order));
    expect(unknown.issues).toEqual([
      'Bundle.entry[0].resource.medication: not checked: largest dose, weight unknown',
    ]);
    const weight = (value: number) => ({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
      subject: { reference: child },
      effectiveDateTime: '2026-01-12T10:00:00+01:00',
      valueQuantity: { value, unit: 'kg' },
    });
    const id = await create(weight(16));
    expect(await refusals('POST', 'MedicationRequest', order)).toEqual([422, 'above-maximum']);
    await send('PUT', `Observation/${id}`, { ...weight(17.5), id });
    expect((await send('POST', 'MedicationRequest', order)).status).toBe(201);
  });

  test('that does not go with another is told, and what no table covers is not checked', async () => {
    const patient = await newPatient();
    await create(
      orderOf(patient, 'acetylsalicylsyre', { dosageInstruction: dosage(75, 'mg', clock(['08:00'])) }),
    );
    const apixaban = orderOf(patient, 'apixaban', { dosageInstruction: dosage(5, 'mg') });
    expect(await checked(apixaban)).toEqual(['warning: interaction']);
    const unknown = await send('POST', '$check', transaction(orderOf(patient, 'dicloxacillin')));
    expect(
      unknown.issues.map((text) => text.replace(/\w+\/[\w-]+/, '…').replace(/^.*?: /, '')).sort(),
    ).toEqual(['not checked: high risk', 'not checked: interactions, …', 'not checked: largest dose']);
  });

  test('stays as it was signed: it is stopped with a reason and replaced, once', async () => {
    const patient = await newPatient();
    const order = orderOf(patient, 'furosemid');
    const id = await create(order);
    expect(
      await refusals('PUT', `MedicationRequest/${id}`, { ...order, id, dosageInstruction: dosage(80, 'mg') }),
    ).toEqual([422, 'order-changed-in-place']);
    expect(await refusals('PUT', `MedicationRequest/${id}`, { ...order, id, status: 'on-hold' })).toEqual([
      422,
      'no-reason',
    ]);
    const stopped = { ...order, id, status: 'stopped', statusReason: { text: 'ændret' } };
    const next = {
      ...order,
      dosageInstruction: dosage(80, 'mg'),
      priorPrescription: { reference: `MedicationRequest/${id}` },
    };
    expect(await refusals('POST', 'MedicationRequest', next)).toContain('prior-runs');
    const both = await Promise.all([1, 2].map(() => send('POST', '', transaction(stopped, next))));
    expect(statuses(both)).toEqual([200, 409]);
    expect(await refusals('PUT', `MedicationRequest/${id}`, { ...order, id })).toEqual([409, 'order-ended']);
  });

  test('is paused and taken up again', async () => {
    const patient = await newPatient();
    const order = orderOf(patient, 'furosemid');
    const id = await create(order);
    const paused = { ...order, id, status: 'on-hold', statusReason: { text: 'lavt blodtryk' } };
    expect((await send('PUT', `MedicationRequest/${id}`, paused)).status).toBe(200);
    expect((await send('PUT', `MedicationRequest/${id}`, { ...order, id })).status).toBe(200);
  });

  test('of home medicine, and another system’s plan, is judged by nothing', async () => {
    const patient = await newPatient();
    const { category: _inpatient, ...plain } = orderOf(patient, 'furosemid', {
      dosageInstruction: undefined,
    });
    expect((await send('POST', 'MedicationRequest', plain)).status).toBe(201);
  });
});

describe('a given dose', () => {
  const at8 = '2026-01-13T08:00:00+01:00';
  const furosemid = async () => {
    const patient = await newPatient();
    return { patient, request: `MedicationRequest/${await create(orderOf(patient, 'furosemid'))}` };
  };

  test('is given once: of ten devices one is told yes, the others by whom and when', async () => {
    const { patient, request } = await furosemid();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send('POST', 'MedicationAdministration', dose(patient, request, at8))),
    );
    expect(statuses(answers)).toEqual([201, ...Array(9).fill(409)]);
    const refused = answers.find(({ status }) => status === 409) ?? expect.fail('none was refused');
    expect(details(refused)).toEqual(['dose-given']);
    expect(refused.issues.join()).toMatch(/given 2026-01-13T08:00:00\+01:00, Mette Krogh/);
    // The same moment, spelled in UTC.
    expect(
      await refusals(
        'POST',
        'MedicationAdministration',
        dose(patient, request, '2026-01-13T07:00:00Z', {
          status: 'not-done',
          statusReason: [{ text: 'sov' }],
        }),
      ),
    ).toEqual([409, 'dose-given']);
    expect(
      (await send('POST', 'MedicationAdministration', dose(patient, request, '2026-01-13T14:00:00+01:00')))
        .status,
    ).toBe(201);
  });

  test('that was repeated by the same act is one', async () => {
    const { patient, request } = await furosemid();
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      [1, 2, 3].map(() => send('POST', 'MedicationAdministration', dose(patient, request, at8), key)),
    );
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
  });

  test('is never written over or deleted; in error it is marked with a reason, and can be given anew', async () => {
    const { patient, request } = await furosemid();
    const given = dose(patient, request, at8);
    const id = await create(given);
    expect(await refusals('DELETE', `MedicationAdministration/${id}`, {})).toEqual([422, 'given-deleted']);
    expect(
      await refusals('PUT', `MedicationAdministration/${id}`, {
        ...given,
        id,
        dosage: { dose: { value: 20, unit: 'mg' } },
      }),
    ).toEqual([422, 'given-changed']);
    const wrongly = { ...given, id, status: 'entered-in-error' };
    expect(await refusals('PUT', `MedicationAdministration/${id}`, wrongly)).toEqual([422, 'no-reason']);
    expect(
      (
        await send('PUT', `MedicationAdministration/${id}`, {
          ...wrongly,
          statusReason: [{ text: 'forkert patient' }],
        })
      ).status,
    ).toBe(200);
    expect(await refusals('PUT', `MedicationAdministration/${id}`, { ...given, id })).toEqual([
      422,
      'given-corrected',
    ]);
    expect((await send('POST', 'MedicationAdministration', given)).status).toBe(201);
    expect(await refusals('DELETE', request, {})).toEqual([422, 'order-given']);
    const history = await send('GET', `MedicationAdministration/${id}/_history`);
    expect(history.json.total).toBe(2);
  });

  test('belongs to an order of the patient that holds at that time, or says why not', async () => {
    const { patient, request } = await furosemid();
    const other = await newPatient();
    expect(await refusals('POST', 'MedicationAdministration', dose(other, request, at8))).toEqual([
      422,
      'other-patient',
    ]);
    const { request: _none, ...without } = dose(patient, request, undefined);
    expect(await refusals('POST', 'MedicationAdministration', without)).toEqual([422, 'no-order']);
    expect(
      (
        await send('POST', 'MedicationAdministration', {
          ...without,
          note: [{ text: 'akut, ordineret mundtligt' }],
        })
      ).status,
    ).toBe(201);
    const stored = (await send('GET', request)).json;
    await send('PUT', request, {
      ...stored,
      status: 'stopped',
      statusReason: { text: 'ikke mere behov' },
      extension: [{ url: changedUrl, valueDateTime: '2026-01-13T12:00:00+01:00' }],
    });
    expect(
      await refusals('POST', 'MedicationAdministration', dose(patient, request, '2026-01-13T14:00:00+01:00')),
    ).toEqual([422, 'order-not-active']);
    // What was given before it was stopped is written afterwards.
    expect((await send('POST', 'MedicationAdministration', dose(patient, request, at8))).status).toBe(201);
    expect(
      (
        await send(
          'POST',
          'MedicationAdministration',
          dose(patient, request, '2026-01-13T14:00:00+01:00', {
            reasonCode: [{ text: 'givet før stop var set' }],
          }),
        )
      ).status,
    ).toBe(201);
  });

  test('that was not given says why; one that was given says by whom', async () => {
    const { patient, request } = await furosemid();
    expect(
      await refusals('POST', 'MedicationAdministration', dose(patient, request, at8, { status: 'not-done' })),
    ).toEqual([422, 'no-reason']);
    const { performer: _nobody, ...unsigned } = dose(patient, request, at8);
    expect(await refusals('POST', 'MedicationAdministration', unsigned)).toEqual([422, 'no-performer']);
    expect(
      await refusals(
        'POST',
        'MedicationAdministration',
        dose(patient, request, at8, { effectiveDateTime: '2026-01-16T08:00:00+01:00' }),
      ),
    ).toEqual([422, 'not-that-dose']);
  });

  test('long before or after its time, or that nobody planned, is told before it is signed', async () => {
    const { patient, request } = await furosemid();
    const late = dose(patient, request, at8, { effectiveDateTime: '2026-01-13T09:30:00+01:00' });
    expect(await checked(late)).toEqual(['warning: late']);
    expect(await checked(dose(patient, request, '2026-01-13T10:00:00+01:00'))).toEqual([
      'warning: not-planned',
    ]);
  });

  test('of a high-risk drug has a second person, who is not the first', async () => {
    const patient = await newPatient();
    const request = `MedicationRequest/${await create(orderOf(patient, 'insulin', { dosageInstruction: dosage(8, 'IE') }))}`;
    const by = (...names: readonly string[]) =>
      dose(patient, request, at8, {
        dosage: { dose: { value: 8, unit: 'IE' } },
        performer: names.map((name, index) => ({
          function: {
            coding: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/med-admin-perform-function',
                code: index === 0 ? 'performer' : 'verifier',
              },
            ],
          },
          actor: { reference: `Practitioner/${name}` },
        })),
      });
    expect(await refusals('POST', 'MedicationAdministration', by('mette'))).toEqual([422, 'second-person']);
    expect(await refusals('POST', 'MedicationAdministration', by('mette', 'mette'))).toEqual([
      422,
      'second-person',
    ]);
    expect((await send('POST', 'MedicationAdministration', by('mette', 'sofie'))).status).toBe(201);
  });

  test('when needed keeps its most and its distance, also over a change of the order, unless a person says why', async () => {
    const patient = await newPatient();
    const needed = [
      {
        asNeededBoolean: true,
        timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
        route: { text: 'p.o.' },
        doseAndRate: [{ doseQuantity: { value: 5, unit: 'mg' } }],
        maxDosePerPeriod: { numerator: { value: 15, unit: 'mg' }, denominator: { value: 1, unit: 'd' } },
        extension: [
          {
            url: 'https://holdfast.dk/fhir/minimum-interval',
            valueDuration: { value: 60, unit: 'min', system: 'http://unitsofmeasure.org', code: 'min' },
          },
        ],
      },
    ];
    const order = orderOf(patient, 'morfin', { dosageInstruction: needed });
    const id = await create(order);
    const given = (time: string, request = `MedicationRequest/${id}`, mg = 5) =>
      dose(patient, request, undefined, {
        effectiveDateTime: `2026-01-13T${time}:00+01:00`,
        dosage: { dose: { value: mg, unit: 'mg' } },
      });
    await create(given('08:00'));
    expect(await refusals('POST', 'MedicationAdministration', given('08:30'))).toEqual([
      422,
      'needed-interval',
    ]);
    await create(given('12:00'));
    const next = {
      ...order,
      authoredOn: '2026-01-13T13:00:00+01:00',
      priorPrescription: { reference: `MedicationRequest/${id}` },
    };
    const changed = await send(
      'POST',
      '',
      transaction(
        {
          ...order,
          id,
          status: 'stopped',
          statusReason: { text: 'ændret' },
          extension: [{ url: changedUrl, valueDateTime: '2026-01-13T13:00:00+01:00' }],
        },
        next,
      ),
    );
    const renewed = changed.json.entry?.[1]?.response?.location?.match(/MedicationRequest\/[^/]+/)?.[0] ?? '';
    expect(await refusals('POST', 'MedicationAdministration', given('15:00', renewed))).toEqual([
      422,
      'needed-maximum',
    ]);
    const answer = {
      resourceType: 'DetectedIssue',
      status: 'final',
      code: { coding: [{ system: alert, code: 'needed-maximum' }] },
      implicated: [{ reference: 'urn:uuid:4a6c1d7e-9d3c-4d61-9c55-0f0f4f0f4f02' }],
      mitigation: [{ action: { text: 'konfereret med læge' } }],
    };
    const said = await send(
      'POST',
      '',
      transaction(
        { ...given('15:00', renewed), fullUrl: 'urn:uuid:4a6c1d7e-9d3c-4d61-9c55-0f0f4f0f4f02' },
        answer,
      ),
    );
    expect(said.status).toBe(200);
    // A day after the first it is free again.
    expect(
      (await send('POST', '$check', transaction(given('15:00', renewed)))).json.issue?.[0]?.severity,
    ).toBe('error');
  });
});
