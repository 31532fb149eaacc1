// Fluid balance, as any client of the API meets the rules.
import { expect, test } from 'vitest';
import { fluidCategory, fluidSystem, observationCategorySystem } from '#fhir/fluid-balance/kinds.ts';
import { useClient, type Reply } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create, find } = useClient(testDatabase);
const newPatient = async () => `Patient/${await create({ resourceType: 'Patient' })}`;
const ml = (value: number, code = 'mL') => ({ value, unit: 'ml', system: 'http://unitsofmeasure.org', code });
const entry = (patient: string, kind: string, value: object) => ({
  resourceType: 'Observation',
  status: 'final',
  category: [{ coding: [{ system: observationCategorySystem, code: fluidCategory }] }],
  code: { coding: [{ system: fluidSystem, code: kind }] },
  subject: { reference: patient },
  effectiveDateTime: '2026-01-15T08:00:00+01:00',
  valueQuantity: value,
});
const details = ({ json }: Reply) =>
  (json.issue as unknown as { details?: { coding: { code: string }[] } }[]).map(
    ({ details: said }) => said?.coding[0]?.code,
  );

test('is in ml, of a known kind, and no amount that no patient takes or gives', async () => {
  const patient = await newPatient();
  const refused = async (kind: string, value: object) => {
    const answer = await send('POST', 'Observation', entry(patient, kind, value));
    return [answer.status, ...details(answer)];
  };
  expect(await refused('oral', ml(1, 'L'))).toEqual([422, 'unit']);
  expect(await refused('oral', ml(-1))).toEqual([422, 'impossible']);
  expect(await refused('oral', ml(10_001))).toEqual([422, 'impossible']);
  expect(await refused('tea', ml(1))).toEqual([422, 'unknown-kind']);
  await create(entry(patient, 'urine', ml(0)));
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ resource: entry(patient, 'oral', ml(1500)), request: { method: 'POST', url: 'Observation' } }],
  };
  expect(details(await send('POST', '$check', bundle))).toEqual(['unusual']);
  expect((await send('POST', '', bundle)).status).toBe(200);
});

test('is never changed or deleted, and is marked as wrong with a reason', async () => {
  const patient = await newPatient();
  const resource = entry(patient, 'oral', ml(150));
  const id = await create(resource);
  const put = (more: object) => send('PUT', `Observation/${id}`, { ...resource, id, ...more });
  expect(details(await put({ valueQuantity: ml(250) }))).toEqual(['entry-kept']);
  expect(details(await send('DELETE', `Observation/${id}`))).toEqual(['entry-kept']);
  expect(details(await put({ status: 'entered-in-error' }))).toEqual(['no-reason']);
  const marked = { status: 'entered-in-error', note: [{ text: 'Anden patient' }] };
  expect((await put(marked)).status).toBe(200);
  expect(details(await put({}))).toEqual(['entry-kept']);
  expect(
    await find(`Observation?patient=${patient}&category=${observationCategorySystem}|${fluidCategory}`),
  ).toEqual([id]);
});
