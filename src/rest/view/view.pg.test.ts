import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/database.ts';
import { useClient } from '../testing.ts';

const { send, create } = useClient(testDatabase);
const column = (name: string, path = name) => ({ name, path });
const names = {
  resourceType: 'ViewDefinition',
  resource: 'Patient',
  status: 'active',
  select: [
    { column: [column('id')] },
    { forEach: 'name', column: [column('family'), column('given', 'given.first()')] },
  ],
};
const weights = {
  resourceType: 'ViewDefinition',
  resource: 'Observation',
  select: [
    {
      column: [
        column('patient', 'subject.getReferenceKey(Patient)'),
        column('kg', 'value.ofType(Quantity).value'),
      ],
    },
  ],
};
const run = '$viewdefinition-run';
const weight = (patient: string, kg: string) =>
  `{"resourceType":"Observation","status":"final","code":{"text":"weight"},"subject":{"reference":"Patient/${patient}"},"valueQuantity":{"value":${kg}}}`;

describe('$viewdefinition-run', () => {
  test('makes a table of what is stored, as JSON, NDJSON and CSV', async () => {
    const id = await create({ resourceType: 'Patient', name: [{ family: 'O"Hara, jr', given: ['Åse'] }] });
    const json = await send('POST', run, names);
    expect([json.status, json.headers['content-type']]).toEqual([200, 'application/json']);
    expect(json.json).toContainEqual({ id, family: 'O"Hara, jr', given: 'Åse' });
    const lines = await send('POST', `ViewDefinition/$run?_format=ndjson`, names);
    expect(
      lines.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(json.json);
    const csv = await send('POST', run, names, { accept: 'text/csv' });
    expect(csv.text.split('\r\n').slice(0, 1)).toEqual(['id,family,given']);
    expect(csv.text).toContain(`${id},"O""Hara, jr",Åse\r\n`);
    expect((await send('POST', `${run}?_format=csv&header=false`, names)).text).not.toContain('family');
  });

  test('takes Parameters; of a patient, since a time, and as many rows as are wanted', async () => {
    const [one, other] = [
      await create({ resourceType: 'Patient' }),
      await create({ resourceType: 'Patient' }),
    ];
    for (const [patient, kg] of [
      [one, '70.50'],
      [one, '71.0'],
      [other, '80'],
    ] as const)
      expect((await send('POST', 'Observation', weight(patient, kg))).status).toBe(201);
    const asked = (...more: object[]) => ({
      resourceType: 'Parameters',
      parameter: [{ name: 'viewResource', resource: weights }, ...more],
    });
    const patient = { name: 'patient', valueReference: { reference: `Patient/${one}` } };
    const found = await send('POST', run, asked(patient));
    expect(found.text).toContain(`{"patient":"${one}","kg":70.50}`);
    expect(found.text).toContain(`{"patient":"${one}","kg":71.0}`);
    expect(found.text).not.toContain(other);
    expect((await send('POST', run, asked(patient, { name: '_limit', valueInteger: 1 }))).json).toHaveLength(
      1,
    );
    expect(
      (await send('POST', run, asked({ name: '_since', valueInstant: '2999-01-01T00:00:00Z' }))).text,
    ).toBe('[]');
    expect((await send('POST', `${run}?_since=2020-01-01T00:00:00Z`, weights)).json).toHaveLength(3);
  });

  test('makes it of resources that are sent along, which are not stored', async () => {
    const resource = JSON.parse(weight('sent', '1.5'));
    const body = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'viewResource', resource: weights },
        { name: 'resource', resource },
        { name: 'resource', resource: { resourceType: 'Patient', id: 'x' } },
      ],
    };
    const text = JSON.stringify(body).replace('1.5', '1.500');
    expect((await send('POST', run, text)).text).toBe('[{"patient":"sent","kg":1.500}]');
  });

  test('goes through more than a page, each resource once', async () => {
    for (let n = 0; n < 3; n++) {
      const entry = Array.from({ length: 400 }, (_, at) => ({
        resource: { resourceType: 'Basic', code: { text: `${n}-${at}` } },
        request: { method: 'POST', url: 'Basic' },
      }));
      expect((await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(
        200,
      );
    }
    const view = { resource: 'Basic', select: [{ column: [column('text', 'code.text')] }] };
    const rows = (await send('POST', `${run}?_format=ndjson`, view)).text.trimEnd().split('\n');
    expect([rows.length, new Set(rows).size]).toEqual([1200, 1200]);
  });

  test.each([
    ['nothing', run, undefined, 400, 'expected a ViewDefinition'],
    ['a view that is none', run, { resource: 'Monkey', select: [] }, 400, 'R4 resource type'],
    ['another form', `${run}?_format=parquet`, names, 406, 'json, ndjson or csv'],
    ['a stored view', `${run}?viewReference=ViewDefinition/1`, names, 400, 'not stored here'],
    ['an unknown parameter', `${run}?monkey=1`, names, 400, 'is not known here'],
    ['a limit that is none', `${run}?_limit=-1`, names, 400, 'above 0'],
    [
      'a patient of what is nobody’s',
      `${run}?patient=Patient/1`,
      { ...names, resource: 'Organization' },
      400,
      'never in the compartment',
    ],
    [
      'a condition that is none',
      run,
      { ...names, where: [{ path: 'name' }] },
      422,
      'expected true, false or nothing',
    ],
  ])('refuses %s', async (_, address, body, status, text) => {
    await create({ resourceType: 'Patient', name: [{ family: 'x' }] });
    const reply = await send('POST', address, body);
    const issues: unknown[] = JSON.parse(reply.text).issue;
    expect([reply.status, JSON.stringify(issues)]).toEqual([status, expect.stringContaining(text)]);
  });
});
