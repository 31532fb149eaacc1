import { expect, test } from 'vitest';
import { parseResource } from '#fhir/parse.ts';
import { validate } from '#fhir/validate.ts';
import { testDatabase } from '../../../test/database.ts';
import { useClient } from '../testing.ts';

const { send, create } = useClient(testDatabase);

const first = {
  resourceType: 'Patient',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">a</div>' },
  name: [{ family: 'Møller', given: ['Anne', 'Bo'] }],
  contact: [{ name: { text: 'Mother' }, telecom: [{ system: 'phone', value: '1' }] }],
  deceasedBoolean: false,
};
const second = {
  ...first,
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">b</div>' },
  name: [
    {
      family: 'Møller',
      given: ['Bo'],
      _given: [{ extension: [{ url: 'http://x.test', valueString: 'y' }] }],
    },
  ],
  contact: [
    ...first.contact,
    {
      name: { text: 'Father' },
      telecom: [{ system: 'phone', value: '2' }],
      extension: [{ url: 'http://x.test', valueDecimal: 1.5 }],
    },
  ],
  deceasedBoolean: undefined,
  deceasedDateTime: '2020-01-01',
};

async function twice() {
  const id = await create(first);
  await send('PUT', `Patient/${id}`, { ...second, id });
  return id;
}

test('between two versions: a patch that is valid Parameters, and makes of the first the second', async () => {
  const id = await twice();
  const diff = await send('GET', `Patient/${id}/$diff?from=1&to=2`);
  expect([diff.status, validate(parseResource(diff.text, { depthMax: 64 }))]).toEqual([200, []]);
  const other = await create(first);
  const { json } = await send('PATCH', `Patient/${other}`, diff.text, {
    'content-type': 'application/fhir+json',
  });
  expect({ ...json, id, meta: undefined }).toEqual({
    ...JSON.parse(JSON.stringify(second)),
    id,
    meta: undefined,
  });
});

test('without versions: from the one before to the newest', async () => {
  const id = await twice();
  const asked = async (query: string) => (await send('GET', `Patient/${id}/$diff${query}`)).text;
  expect(await asked('')).toBe(await asked('?from=1&to=2'));
  expect(await asked('?to=2')).toBe(await asked('?from=1'));
  expect(await asked('?from=2&to=2')).toBe('{"resourceType":"Parameters"}');
  const body = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'from', valueString: '2' },
      { name: 'to', valueInteger: 1 },
    ],
  };
  expect((await send('POST', `Patient/${id}/$diff`, body)).text).toBe(await asked('?from=2&to=1'));
});

test('between two resources of a type, and two versions by their addresses', async () => {
  const [id, other] = [await twice(), await create({ ...first, active: true })];
  expect(
    (await send('GET', `$diff?from=Patient/${id}/_history/1&to=Patient/${other}`)).json['parameter'],
  ).toEqual([
    {
      name: 'operation',
      part: [
        { name: 'type', valueCode: 'add' },
        { name: 'path', valueString: 'Patient' },
        { name: 'name', valueString: 'active' },
        { name: 'value', valueBoolean: true },
      ],
    },
  ]);
});

test('refuses what is not there, is gone, is no version, or is of another type', async () => {
  const id = await twice();
  await send('DELETE', `Patient/${id}`);
  const status = async (address: string) => (await send('GET', address)).status;
  expect(await status(`Patient/${id}/$diff?from=1&to=3`)).toBe(410);
  expect(await status(`Patient/${id}/$diff?from=1&to=9`)).toBe(404);
  expect(await status(`Patient/${id}/$diff?from=x`)).toBe(400);
  expect(await status(`Patient/${id}/$diff?to=1`)).toBe(400);
  expect(await status('Patient/never/$diff')).toBe(404);
  expect(await status('$diff')).toBe(400);
  expect(await status(`$diff?from=Patient/${id}/_history/1&to=Observation/1`)).toBe(400);
});
