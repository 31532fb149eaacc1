// Drug orders, as any client of the API meets the rules.
import { beforeAll, describe, expect, test } from 'vitest';
import { useClient } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';
import {
  alert,
  caveOf,
  clock,
  details,
  dosage,
  knownDrugs,
  medicationClient,
  orderOf,
  statuses,
  transaction,
} from '../../test/medication.ts';

const client = useClient(testDatabase);
const { send, create } = client;
const { newPatient, refusals, checked } = medicationClient(client);

beforeAll(async () => {
  for (const row of knownDrugs()) await create(row);
});

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
    const weight = (value: number, unit = 'kg') => ({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
      subject: { reference: child },
      effectiveDateTime: '2026-01-12T10:00:00+01:00',
      valueQuantity: { value, unit },
    });
    const id = await create(weight(16));
    expect(await refusals('POST', 'MedicationRequest', order)).toEqual([422, 'above-maximum']);
    await send('PUT', `Observation/${id}`, { ...weight(16_000, 'g'), id });
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
    ).toEqual([
      'not checked: high risk',
      'not checked: interactions, …',
      'not checked: kidney function, no table',
      'not checked: largest dose',
    ]);
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

describe('kidney function', () => {
  const egfr = (patient: string, value: number, day: string, more: object = {}) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'urn:oid:1.2.208.176.2.1', code: 'DNK35302' }] },
    subject: { reference: patient },
    effectiveDateTime: `${day}T07:00:00+01:00`,
    valueQuantity: { value, unit: 'mL/min' },
    ...more,
  });
  const said = async (patient: string) => {
    const { issues } = await send(
      'POST',
      '$check',
      transaction(orderOf(patient, 'morfin', { dosageInstruction: dosage(10, 'mg') })),
    );
    return issues
      .filter((one) => one.includes('kidney'))
      .map((one) => one.replace(/^.*?(?=reduced|not checked)/, ''));
  };

  test('the newest eGFR is compared with the table, and told with its time; without one it was not checked', async () => {
    const patient = await newPatient();
    expect(await said(patient)).toEqual(['not checked: kidney function, no eGFR']);
    await create(egfr(patient, 80, '2025-12-01'));
    expect(await said(patient)).toEqual([]);
    await create(egfr(patient, 28, '2026-01-12'));
    await create(
      egfr(patient, 90, '2026-01-13', { status: 'entered-in-error', note: [{ text: 'forkert' }] }),
    );
    expect(await said(patient)).toEqual([
      'reduced kidney function: eGFR 28 ml/min, 2026-01-12T07:00:00+01:00 (< 30), halv dosis (a table of the test)',
    ]);
  });

  test('an old eGFR, a child and a substance without a table are not checked, and say why', async () => {
    const old = await newPatient();
    await create(egfr(old, 28, '2025-08-01'));
    expect(await said(old)).toEqual(['not checked: kidney function, eGFR too old']);
    expect(await said(await newPatient({ birthDate: '2020-05-01' }))).toEqual([
      'not checked: kidney function, a child',
    ]);
    const { issues } = await send('POST', '$check', transaction(orderOf(old, 'dicloxacillin')));
    expect(issues.join()).toContain('not checked: kidney function, no table');
  });
});
