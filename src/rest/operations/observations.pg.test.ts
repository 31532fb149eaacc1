import { describe, expect, test } from 'vitest';
import { parseResource } from '#fhir/parse.ts';
import { validate } from '#fhir/validate.ts';
import { testDatabase } from '../../../test/database.ts';
import { useClient, type Reply } from '../testing.ts';

const { send, create } = useClient(testDatabase);
const loinc = (code: string) => ({ system: 'http://loinc.org', code });
const newPatient = () => create({ resourceType: 'Patient' });
const measured = (patient: string, codes: readonly string[], at: string, more: object = {}) =>
  create({
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code: { text: codes[0] ?? 'x', ...(codes.length > 0 ? { coding: codes.map(loinc) } : {}) },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: at,
    ...more,
  });
const kg = (value: number, unit = 'kg') => ({
  valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
});
const idsOf = (reply: Reply) => {
  expect([reply.status, reply.issues]).toEqual([200, []]);
  return (reply.json.entry ?? []).flatMap(({ resource }) => resource?.id ?? []);
};

describe('Observation/$lastn', () => {
  test('gives the newest of each kind, and codes that mean the same are one', async () => {
    const id = await newPatient();
    await measured(id, ['8867-4'], '2026-01-01');
    const pulse = await measured(id, ['8867-4'], '2026-01-02');
    await measured(id, ['2708-6'], '2026-01-01');
    const saturation = await measured(id, ['59408-5', '2708-6'], '2026-01-03');
    const words = await measured(id, [], '2026-01-01');
    await measured(id, ['8867-4'], '2026-02-01', { status: 'entered-in-error' });
    await measured(await newPatient(), ['8867-4'], '2026-03-01');
    const address = `Observation/$lastn?patient=${id}&category=vital-signs`;
    expect(idsOf(await send('GET', address))).toEqual([saturation, pulse, words]);
    expect(idsOf(await send('GET', `${address}&max=2`))).toHaveLength(5);
    expect(idsOf(await send('GET', `Observation/$lastn?subject=Patient/${id}&code=8867-4`))).toEqual([pulse]);
    const body = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'max', valuePositiveInt: 1 },
        { name: 'patient', valueString: id },
        { name: 'code', valueString: '8867-4' },
      ],
    };
    expect(idsOf(await send('POST', 'Observation/$lastn', body))).toEqual([pulse]);
  });

  test.each([
    ['category=vital-signs', 'expected the patient'],
    ['patient=1', 'a code or a category'],
    ['patient=1&code=x&max=0', 'from 1 to 1000'],
    ['patient=1&code=x&_sort=date', 'has no place here'],
    ['patient=1&code=x&monkey=1', 'no search parameter'],
  ])('refuses %s', async (query, text) => {
    const reply = await send('GET', `Observation/$lastn?${query}`);
    expect([reply.status, reply.issues.join()]).toEqual([400, expect.stringContaining(text)]);
  });
});

describe('Observation/$stats', () => {
  const asked = (id: string, ...more: object[]) => ({
    resourceType: 'Parameters',
    parameter: [
      { name: 'subject', valueUri: `Patient/${id}` },
      { name: 'coding', valueCoding: loinc('29463-7') },
      { name: 'period', valuePeriod: { start: '2026-01-01', end: '2026-01-31' } },
      ...more,
    ],
  });
  const statistics = (...names: string[]) => names.map((valueCode) => ({ name: 'statistic', valueCode }));
  function statisticsOf(reply: Reply): Record<string, number | undefined> {
    expect([reply.status, reply.issues]).toEqual([200, []]);
    expect(validate(parseResource(reply.text, { depthMax: 64 }))).toEqual([]);
    const parameters = reply.json['parameter'] as {
      name: string;
      resource: { component: { code: { coding: { code: string }[] }; valueQuantity?: { value: number } }[] };
    }[];
    const components = parameters
      .filter(({ name }) => name === 'statistics')
      .flatMap(({ resource }) => resource.component);
    return Object.fromEntries(
      components.map(({ code, valueQuantity }) => [code.coding[0]?.code, valueQuantity?.value]),
    );
  }

  test('reckons with plain numbers of the time and the code, and tells what it left out', async () => {
    const id = await newPatient();
    for (const [day, value] of [
      ['02', 70.1],
      ['03', 71.5],
      ['04', 72.9],
      ['05', 80],
    ] as const)
      await measured(id, ['29463-7'], `2026-01-${day}`, kg(value));
    await measured(id, ['29463-7'], '2025-01-01', kg(1));
    await measured(id, ['29463-7'], '2026-01-06', { ...kg(500), status: 'entered-in-error' });
    await measured(id, ['29463-7'], '2026-01-07', {
      valueQuantity: { value: 5, comparator: '<', unit: 'kg' },
    });
    const all = [
      'average',
      'maximum',
      'minimum',
      'median',
      'sum',
      'variance',
      'std-dev',
      'count',
      'total-count',
    ];
    const reply = await send(
      'POST',
      'Observation/$stats',
      asked(id, ...statistics(...all), { name: 'include', valueBoolean: true }),
    );
    expect(statisticsOf(reply)).toMatchObject({
      average: 73.625,
      maximum: 80,
      minimum: 70.1,
      median: 72.2,
      sum: 294.5,
      count: 4,
      'total-count': 5,
    });
    expect(statisticsOf(reply)['std-dev']).toBeCloseTo(4.40104, 5);
    expect(reply.text).toContain('1 of 5 say no plain number');
    expect(reply.text.match(/"name":"source"/g)).toHaveLength(5);
  });

  test('takes the component of the code, and says of too few what cannot be reckoned', async () => {
    const id = await newPatient();
    const pressure = { component: [{ code: { coding: [loinc('8480-6')] }, ...kg(120, 'mm[Hg]') }] };
    await measured(id, ['85354-9'], new Date().toISOString(), pressure);
    const reply = await send(
      'GET',
      `Observation/$stats?subject=Patient/${id}&code=8480-6&system=http://loinc.org&duration=24&statistic=average&statistic=variance`,
    );
    expect(statisticsOf(reply)).toEqual({ average: 120, variance: undefined });
    expect(reply.text).toContain('not-applicable');
  });

  test('refuses units that differ, and what is not reckoned', async () => {
    const id = await newPatient();
    await measured(id, ['29463-7'], '2026-01-02', kg(70));
    await measured(id, ['29463-7'], '2026-01-03', kg(70_000, 'g'));
    expect(
      (await send('POST', 'Observation/$stats', asked(id, ...statistics('average')))).issues.join(),
    ).toContain('in 2 units');
    const refusals = [
      [asked(id, ...statistics('kurtosis')), "'kurtosis' is not reckoned here"],
      [asked(id), 'expected at least one of average'],
      [asked(id, ...statistics('sum'), { name: 'duration', valueDecimal: 2 }), 'not both'],
      [asked('a/b', ...statistics('sum')), 'expected a patient'],
      [asked(id, ...statistics('sum'), { name: 'monkey', valueString: '1' }), 'is not known here'],
    ] as const;
    for (const [body, text] of refusals) {
      const reply = await send('POST', 'Observation/$stats', body);
      expect([reply.status, reply.issues.join()]).toEqual([400, expect.stringContaining(text)]);
    }
  });
});
