// Given doses, as any client of the API meets the rules.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { useClient } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';
import {
  alert,
  changedUrl,
  details,
  dosage,
  dose,
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
