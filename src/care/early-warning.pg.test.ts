// Vital signs, scores and the doctor's plan, as any client of the API meets the rules.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { measuredIn, readingsOf } from '#fhir/early-warning/observe.ts';
import { earlyWarning, type Adjustment } from '#fhir/early-warning/score.ts';
import { planElements, scoreElements } from '#fhir/early-warning/shapes.ts';
import { tableOf } from '#fhir/early-warning/table.ts';
import { useClient, type Reply } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create } = useClient(testDatabase);

const news2 = tableOf('news2')!;
const taken = '2026-01-15T14:05:00+01:00';
const minutesLater = (minutes: number) => new Date(Date.parse(taken) + minutes * 60_000).toISOString();

interface Values {
  readonly respiration?: number;
  readonly saturation?: number;
  readonly oxygen?: number;
  readonly systolic?: number;
  readonly diastolic?: number;
  readonly pulse?: number;
  readonly consciousness?: string;
  readonly temperature?: number;
}
const well: Required<Values> = {
  respiration: 16,
  saturation: 97,
  oxygen: 0,
  systolic: 120,
  diastolic: 80,
  pulse: 70,
  consciousness: 'A',
  temperature: 37,
};
const newPatient = async (birthDate = '1948-12-25') =>
  `Patient/${await create({ resourceType: 'Patient', birthDate })}`;
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
const quantity = (value: number, code: string) => ({
  valueQuantity: { value, system: 'http://unitsofmeasure.org', code },
});
const vital = (patient: string, code: string, value: object) => ({
  resourceType: 'Observation',
  status: 'final',
  code: loinc(code),
  subject: { reference: patient },
  effectiveDateTime: taken,
  ...value,
});
const pulseOf = (patient: string, value = 70) => vital(patient, '8867-4', quantity(value, '/min'));
function measurementsOf(patient: string, change: Partial<Values> = {}) {
  const values = { ...well, ...change };
  return [
    vital(patient, '9279-1', quantity(values.respiration, '/min')),
    vital(patient, '59408-5', quantity(values.saturation, '%')),
    vital(patient, '3151-8', quantity(values.oxygen, 'L/min')),
    vital(patient, '85354-9', {
      component: [
        { code: loinc('8480-6'), ...quantity(values.systolic, 'mm[Hg]') },
        { code: loinc('8462-4'), ...quantity(values.diastolic, 'mm[Hg]') },
      ],
    }),
    pulseOf(patient, values.pulse),
    vital(patient, '67775-7', { valueCodeableConcept: { text: values.consciousness } }),
    vital(patient, '8310-5', quantity(values.temperature, 'Cel')),
  ];
}

type Part = object & { readonly id?: string; readonly resourceType: string };
const transaction = (...entry: readonly { fullUrl?: string; resource: Part }[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: entry.map((one) => ({
    ...one,
    request:
      one.resource.id === undefined
        ? { method: 'POST', url: one.resource.resourceType }
        : { method: 'PUT', url: `${one.resource.resourceType}/${one.resource.id}` },
  })),
});

/** A set and its score as one act; the score is right unless `over` makes it wrong. */
function setOf(patient: string, change: Partial<Values> = {}, over: object = {}, adjustment?: Adjustment) {
  const parts = measurementsOf(patient, change).map((resource) => ({
    fullUrl: `urn:uuid:${randomUUID()}`,
    resource,
  }));
  const measured = measuredIn(parts.flatMap(({ resource }) => readingsOf(resource).readings));
  const answer = earlyWarning(news2, measured, {}, adjustment);
  if (answer.kind !== 'score') throw new Error('the set is whole');
  const score = {
    resourceType: 'Observation',
    status: 'final',
    subject: { reference: patient },
    effectiveDateTime: taken,
    derivedFrom: parts.map(({ fullUrl }) => ({ reference: fullUrl })),
    ...scoreElements(news2, answer, minutesLater(Math.min(answer.minutes, 60))),
    ...over,
  };
  return transaction(...parts, { resource: score });
}
const details = ({ json }: Reply) =>
  (json.issue as readonly { details?: { coding?: { code: string }[] }; expression?: string[] }[]).map(
    ({ details: said, expression }) => [said?.coding?.[0]?.code, expression?.[0]],
  );
const idsOf = ({ json }: Reply) =>
  (json.entry ?? []).map(({ response }) => response?.location?.split('/').slice(-4)[1] ?? '');
const countOf = async (patient: string, code: string) =>
  (
    await send(
      'GET',
      `Observation?subject=${patient}&code=${code}&status:not=entered-in-error&_summary=count`,
    )
  ).json.total;
const scores = 'http://snomed.info/sct|1104051000000101';

describe('a score', () => {
  test('is kept when it is what the table gives, with its measurements in one act', async () => {
    const patient = await newPatient();
    expect((await send('POST', '', setOf(patient, { respiration: 25, oxygen: 2 }))).status).toBe(200);
    expect(await countOf(patient, scores)).toBe(1);
  });

  test.each([
    [{ valueInteger: 0 }, 'wrong-score', 'valueInteger'],
    [{ interpretation: undefined }, 'wrong-single', 'interpretation'],
    [
      {
        extension: [{ url: 'https://holdfast.dk/fhir/next-due', valueDateTime: '2026-01-16T14:05:00+01:00' }],
      },
      'due-late',
      'extension',
    ],
    [{ extension: undefined }, 'due-late', 'extension'],
    [{ method: { text: 'NEWS2' } }, 'no-table', 'method'],
    [
      {
        method: {
          coding: [{ system: 'https://holdfast.dk/fhir/early-warning-table', code: 'toks', version: '2.1' }],
        },
      },
      'no-table',
      'method',
    ],
  ])('that says %o is refused from any client, and nothing of the set is kept', async (over, detail, at) => {
    const patient = await newPatient();
    const answer = await send('POST', '', setOf(patient, { respiration: 25, oxygen: 2 }, over));
    expect([answer.status, details(answer)]).toEqual([422, [[detail, `Bundle.entry[7].resource.${at}`]]]);
    expect(await countOf(patient, 'http://loinc.org|9279-1')).toBe(0);
  });

  test('that is wrong is told what it should be', async () => {
    const answer = await send('POST', '', setOf(await newPatient(), { pulse: 131 }, { valueInteger: 2 }));
    expect(answer.issues[0]).toContain('is 2; NEWS2 2017 gives 3 for these measurements');
  });

  test('of stored measurements is judged by what is stored, and of one patient', async () => {
    const [patient, other] = [await newPatient(), await newPatient()];
    const ids = await Promise.all(measurementsOf(patient).map(create));
    const strange = await create(pulseOf(other));
    const score = (from: readonly string[]) => ({
      resourceType: 'Observation',
      status: 'final',
      subject: { reference: patient },
      effectiveDateTime: taken,
      derivedFrom: from.map((id) => ({ reference: `Observation/${id}` })),
      ...scoreElements(
        news2,
        {
          kind: 'score',
          score: 0,
          points: {},
          single: [],
          call: 'routine',
          continuous: false,
          minutes: 720,
          tableMinutes: 720,
        },
        minutesLater(60),
      ),
    });
    expect(details(await send('POST', 'Observation', score(ids.slice(1))))).toEqual([
      ['partial-set', 'Observation.derivedFrom'],
    ]);
    const mixed = await send('POST', 'Observation', score([...ids.filter((_, at) => at !== 4), strange]));
    expect(details(mixed)).toEqual([['other-patient', 'Observation.derivedFrom[6]']]);
    expect(details(await send('POST', 'Observation', score([...ids, randomUUID()])))).toEqual([
      ['no-measurement', 'Observation.derivedFrom[7]'],
    ]);
    expect((await send('POST', 'Observation', score(ids))).status).toBe(201);
  });

  test('is for nobody below 16 and for nobody who is pregnant', async () => {
    const child = await send('POST', '', setOf(await newPatient('2015-01-01')));
    expect(details(child)).toEqual([['no-table', 'Bundle.entry[7].resource.method']]);
    const mother = await newPatient('1995-01-01');
    await create({
      resourceType: 'Condition',
      subject: { reference: mother },
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
      },
      code: { coding: [{ system: 'urn:oid:1.2.208.176.2.4.12', code: 'DO149' }] },
    });
    const refused = await send('POST', '', setOf(mother));
    expect([refused.status, refused.issues[0]]).toEqual([422, expect.stringContaining('pregnant')]);
    expect((await send('POST', 'Observation', pulseOf(mother))).status).toBe(201);
  });

  test('sent twice with one act id is stored once; of two nurses at once both are kept', async () => {
    const patient = await newPatient();
    const set = setOf(patient);
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all([1, 2, 3].map(() => send('POST', '', set, key)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await countOf(patient, scores)).toBe(1);
    const both = await Promise.all(
      [setOf(patient), setOf(patient, { pulse: 95 })].map((one) => send('POST', '', one)),
    );
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(await countOf(patient, scores)).toBe(3);
  });
});

describe('a measurement', () => {
  test.each([
    ['8310-5', quantity(388, 'Cel'), 'valueQuantity.value', 'from 10 to 47 °C'],
    ['59408-5', quantity(101, '%'), 'valueQuantity.value', 'from 0 to 100 %'],
    [
      '85354-9',
      {
        component: [
          { code: loinc('8480-6'), ...quantity(80, 'mm[Hg]') },
          { code: loinc('8462-4'), ...quantity(120, 'mm[Hg]') },
        ],
      },
      'component[1].valueQuantity.value',
      'not below the systolic 80',
    ],
  ])('of %s that no body has is refused with element and limits', async (code, value, at, words) => {
    const answer = await send('POST', 'Observation', vital(await newPatient(), code, value));
    expect([answer.status, details(answer)]).toEqual([422, [['impossible', `Observation.${at}`]]]);
    expect(answer.issues[0]).toContain(words);
  });

  test('that is unusual is kept, and told of by $check', async () => {
    const hot = vital(await newPatient(), '8310-5', quantity(42.5, 'Cel'));
    const asked = await send('POST', '$check', transaction({ resource: hot }));
    expect([asked.json.issue?.[0]?.severity, details(asked)[0]?.[0]]).toEqual(['warning', 'unusual']);
    expect((await send('POST', 'Observation', hot)).status).toBe(201);
  });

  test('in another unit or of another code is another system’s to judge', async () => {
    const patient = await newPatient();
    for (const strange of [
      vital(patient, '8310-5', quantity(101.2, '[degF]')),
      vital(patient, '718-7', quantity(7000, 'g/dL')),
    ])
      expect((await send('POST', 'Observation', strange)).status).toBe(201);
  });

  test('that was wrong is marked with a reason, and takes its score along', async () => {
    const patient = await newPatient();
    const ids = idsOf(await send('POST', '', setOf(patient, { pulse: 131 })));
    const [pulse, score] = [ids[4] ?? '', ids[7] ?? ''];
    const wrong = { ...pulseOf(patient, 131), id: pulse, status: 'entered-in-error' };
    expect(details(await send('PUT', `Observation/${pulse}`, wrong))).toEqual([
      ['no-reason', 'Observation.note'],
    ]);
    const said = { ...wrong, note: [{ text: 'Målt på nabopatienten' }] };
    expect((await send('PUT', `Observation/${pulse}`, said)).status).toBe(200);
    const { json } = await send('GET', `Observation/${score}`);
    expect([json['status'], json['note']]).toEqual(['entered-in-error', [{ text: 'Målt på nabopatienten' }]]);
    const { json: history } = await send('GET', `Observation/${score}/_history`);
    expect(history.entry?.map(({ resource }) => resource?.['status'])).toEqual(['entered-in-error', 'final']);
    expect(await countOf(patient, 'http://loinc.org|9279-1')).toBe(1);
  });

  test('is not changed under its score: with the score in the same act it is', async () => {
    const patient = await newPatient();
    const ids = idsOf(await send('POST', '', setOf(patient)));
    const changed = { ...pulseOf(patient, 131), id: ids[4] ?? '', status: 'corrected' };
    const alone = await send('PUT', `Observation/${changed.id}`, changed);
    expect([alone.status, details(alone)]).toEqual([422, [['score-left', 'Observation.value']]]);
    const { json: stored } = await send('GET', `Observation/${ids[7]}`);
    const answer = earlyWarning(news2, {
      ...measuredIn(measurementsOf(patient).flatMap((one) => readingsOf(one).readings)),
      pulse: 131,
    });
    if (answer.kind !== 'score') throw new Error('the set is whole');
    const anew = {
      ...stored,
      ...scoreElements(news2, answer, minutesLater(60)),
      resourceType: 'Observation',
      id: stored.id,
    };
    const together = await send('POST', '', transaction({ resource: changed }, { resource: anew }));
    expect(together.status).toBe(200);
  });

  test('that is deleted leaves no score behind', async () => {
    const patient = await newPatient();
    const ids = idsOf(await send('POST', '', setOf(patient)));
    expect((await send('DELETE', `Observation/${ids[0]}`)).status).toBeLessThan(300);
    expect((await send('GET', `Observation/${ids[7]}`)).json['status']).toBe('entered-in-error');
  });

  test('and a score of it that are written at the same moment: no score stands on a wrong measurement', async () => {
    for (let round = 0; round < 4; round++) {
      const patient = await newPatient();
      const ids = await Promise.all(measurementsOf(patient).map(create));
      const set = setOf(patient).entry.at(-1)?.resource ?? { resourceType: '' };
      const score = { ...set, derivedFrom: ids.map((id) => ({ reference: `Observation/${id}` })) };
      const wrong = {
        ...pulseOf(patient),
        id: ids[4],
        status: 'entered-in-error',
        note: [{ text: 'Forkert patient' }],
      };
      const answers = await Promise.all([
        send('POST', 'Observation', score),
        send('PUT', `Observation/${ids[4]}`, wrong),
      ]);
      expect([201, 422]).toContain(answers[0].status);
      expect(answers[1].status).toBe(200);
      expect(await countOf(patient, scores)).toBe(0);
    }
  });
});

describe('the doctor’s adjusted plan', () => {
  beforeAll(async () => {
    await send('PUT', 'Practitioner/anne', { resourceType: 'Practitioner', id: 'anne' });
    await send('PUT', 'Practitioner/mette', { resourceType: 'Practitioner', id: 'mette' });
    for (const [who, text] of [
      ['anne', 'læge'],
      ['mette', 'sygeplejerske'],
    ])
      await create({
        resourceType: 'PractitionerRole',
        active: true,
        practitioner: { reference: `Practitioner/${who}` },
        code: [{ text }],
      });
  });
  const adjustment: Adjustment = {
    accepted: { systolic: { low: 85 } },
    saturationScale: 2,
    interval: { minutes: 480, scoreMax: 3 },
    from: Date.parse(taken) - 3_600_000,
    until: Date.parse(taken) + 24 * 3_600_000,
  };
  const plan = (patient: string, change: object = {}) => ({
    resourceType: 'CarePlan',
    status: 'active',
    intent: 'plan',
    subject: { reference: patient },
    author: { reference: 'Practitioner/anne' },
    period: { start: minutesLater(-60), end: minutesLater(24 * 60) },
    ...planElements(adjustment, { patient, reason: 'KOL, vanligt lavt blodtryk' }),
    ...change,
  });
  const low = { systolic: 88, saturation: 89 };

  test('counts in the score that is based on it', async () => {
    const patient = await newPatient();
    const id = await create(plan(patient));
    const basedOn = [{ reference: `CarePlan/${id}` }];
    const set = setOf(patient, low, { basedOn }, adjustment);
    expect((await send('POST', '', set)).status).toBe(200);
    const unadjusted = await send('POST', '', setOf(patient, low, { basedOn }));
    expect(details(unadjusted)[0]).toEqual(['wrong-score', 'Bundle.entry[7].resource.valueInteger']);
    const asked = await send('POST', '$check', setOf(patient, low));
    expect(details(asked).map(([detail]) => detail)).toEqual(['plan-not-used']);
  });

  test.each([
    ['that ran out', { period: { start: minutesLater(-600), end: minutesLater(-1) } }],
    ['that was ended', { status: 'revoked' }],
  ])('%s does not count', async (_name, change) => {
    const patient = await newPatient();
    const id = await create(plan(patient, change));
    const set = setOf(patient, low, { basedOn: [{ reference: `CarePlan/${id}` }] }, adjustment);
    expect(details(await send('POST', '', set))).toEqual([['plan-over', 'Bundle.entry[7].resource.basedOn']]);
  });

  test('of another patient does not count', async () => {
    const id = await create(plan(await newPatient()));
    const set = setOf(await newPatient(), low, { basedOn: [{ reference: `CarePlan/${id}` }] }, adjustment);
    expect(details(await send('POST', '', set))[0]?.[0]).toBe('plan-over');
  });

  test('is a doctor’s, says until when and why, and no band of it stands apart from the table’s', async () => {
    const patient = await newPatient();
    const refused = async (change: object) => details(await send('POST', 'CarePlan', plan(patient, change)));
    expect(await refused({ author: { reference: 'Practitioner/mette' } })).toEqual([
      ['not-a-doctor', 'CarePlan.author'],
    ]);
    expect(await refused({ period: { start: taken } })).toEqual([['plan', 'CarePlan.period']]);
    const apart: Adjustment = { ...adjustment, accepted: { pulse: { low: 120, high: 150 } } };
    expect(await refused(planElements(apart, { patient, reason: 'x' }))).toEqual([
      ['plan', 'CarePlan.contained[0].target'],
    ]);
    // Another plan of care is not judged.
    expect(
      (await send('POST', 'CarePlan', plan(patient, { category: undefined, author: undefined }))).status,
    ).toBe(201);
  });
});
