// Personal numbers, as any client of the API meets the rule.
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { useClient } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';

const { send } = useClient(testDatabase);
const cpr = 'urn:oid:1.2.208.176.1.2';
const newNumber = () => `010190${randomInt(1000, 9999)}`;
const person = (value: string, more: object = {}, system = cpr) => ({
  resourceType: 'Patient',
  identifier: [{ system, value }],
  ...more,
});
const detailOf = (json: Record<string, unknown>) =>
  (json['issue'] as { details?: { coding: { code: string }[] } }[])[0]?.details?.coding[0]?.code;

test('a number is registered once, and whoever tries again is told whose it is', async () => {
  const value = newNumber();
  const first = await send('POST', 'Patient', person(value));
  const second = await send('POST', 'Patient', person(value));
  expect([first.status, second.status, detailOf(second.json)]).toEqual([201, 409, 'number-taken']);
  expect(second.text).toContain(`Patient/${first.json.id}`);
});

test('of ten who register it at the same moment one does', async () => {
  const value = newNumber();
  const answers = await Promise.all(Array.from({ length: 10 }, () => send('POST', 'Patient', person(value))));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
});

test('a number that is taken is not taken over by an update', async () => {
  const [one, other] = [newNumber(), newNumber()];
  await send('POST', 'Patient', person(one));
  const { json } = await send('POST', 'Patient', person(other));
  expect((await send('PUT', `Patient/${json.id}`, { ...person(one), id: json.id })).status).toBe(409);
  // What stays is not asked about.
  expect(
    (await send('PUT', `Patient/${json.id}`, { ...person(other, { gender: 'female' }), id: json.id })).status,
  ).toBe(200);
});

test('numbers of records that are not in use, old numbers and other systems bind nobody', async () => {
  const value = newNumber();
  expect((await send('POST', 'Patient', person(value, { active: false }))).status).toBe(201);
  const old = { resourceType: 'Patient', identifier: [{ system: cpr, value, use: 'old' }] };
  expect((await send('POST', 'Patient', old)).status).toBe(201);
  expect((await send('POST', 'Patient', person(value))).status).toBe(201);
  for (const _ of [1, 2])
    expect((await send('POST', 'Patient', person(value, {}, 'urn:local'))).status).toBe(201);
});
