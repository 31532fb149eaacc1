// CAVE, as any client of the API meets the rules.
import { describe, expect, test } from 'vitest';
import { useClient, type Reply } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create, find } = useClient(testDatabase);
const newPatient = async () => `Patient/${await create({ resourceType: 'Patient' })}`;
const status = (code: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code }],
});
const cave = (patient: string, code: object) => ({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: status('active'),
  code,
  patient: { reference: patient },
});
const noneKnown = (patient: string) =>
  cave(patient, { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }], text: 'Ingen kendte' });
const penicillin = (patient: string) => cave(patient, { text: 'Penicillin' });
const details = ({ json }: Reply) =>
  (json.issue as unknown as { severity: string; details?: { coding: { code: string }[] } }[]).map(
    ({ severity, details: said }) => [severity, said?.coding[0]?.code],
  );
const active = (patient: string) => find(`AllergyIntolerance?patient=${patient}&clinical-status=active`);

describe('none known', () => {
  test('is over when something is known, in the same act', async () => {
    const patient = await newPatient();
    const none = await create(noneKnown(patient));
    const known = await create(penicillin(patient));
    expect(await active(patient)).toEqual([known]);
    const { json } = await send('GET', `AllergyIntolerance/${none}/_history/2`);
    expect(json).toMatchObject({ clinicalStatus: { coding: [{ code: 'resolved' }] } });
  });

  test('is not recorded while something is known', async () => {
    const patient = await newPatient();
    await create(penicillin(patient));
    const refused = await send('POST', 'AllergyIntolerance', noneKnown(patient));
    expect([refused.status, details(refused)]).toEqual([409, [['error', 'cave-known']]]);
  });

  test('and something known that are recorded at the same moment leave what is known, whoever was first', async () => {
    for (let round = 0; round < 8; round++) {
      const patient = await newPatient();
      const answers = await Promise.all([
        send('POST', 'AllergyIntolerance', noneKnown(patient)),
        send('POST', 'AllergyIntolerance', penicillin(patient)),
      ]);
      expect(answers[1]?.status).toBe(201);
      expect([201, 409]).toContain(answers[0]?.status);
      expect(await active(patient)).toEqual([answers[1]?.json.id]);
    }
  });

  test('is known anew when what was known was an error', async () => {
    const patient = await newPatient();
    const id = await create(penicillin(patient));
    const { clinicalStatus: _none, ...rest } = penicillin(patient);
    const wrong = {
      ...rest,
      id,
      verificationStatus: {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
            code: 'entered-in-error',
          },
        ],
      },
    };
    expect((await send('PUT', `AllergyIntolerance/${id}`, wrong)).status).toBe(200);
    expect((await send('POST', 'AllergyIntolerance', noneKnown(patient))).status).toBe(201);
  });
});

test('whoever records it is told which running orders it speaks against, and it is recorded all the same', async () => {
  const patient = await newPatient();
  await create({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: {
      coding: [{ system: 'http://www.whocc.no/atc', code: 'J01CE02', display: 'phenoxymethylpenicillin' }],
      text: 'phenoxymethylpenicillin tablet',
    },
    subject: { reference: patient },
  });
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ resource: penicillin(patient), request: { method: 'POST', url: 'AllergyIntolerance' } }],
  };
  expect(details(await send('POST', '$check', bundle))).toEqual([['warning', 'cave-running-order']]);
  expect((await send('POST', '', bundle)).status).toBe(200);
  const latex = { ...bundle, entry: [{ ...bundle.entry[0], resource: cave(patient, { text: 'Latex' }) }] };
  expect(details(await send('POST', '$check', latex))).toEqual([['information', undefined]]);
});
