import { expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { base, useClient } from './testing.ts';

const { send } = useClient(testDatabase);

const spelled = [
  '1.00',
  '0.10',
  '120',
  '5.0e2',
  '1E-3',
  '-0.00',
  '100000000000000000001.10',
  '0.1000000000000000055511151231257827',
];
const observation = (value: string, more = '') =>
  `{ "resourceType": "Observation", ${more}"status": "final", "code": {"text": "caf\\u00e9 a\\/b"},\n "valueQuantity": {"value": ${value}, "unit":"mg"} }`;
const value = (text: string) => /"value":([^,}]+)/.exec(text)?.[1];

test('a decimal keeps its spelling through create, read, vread, update, history and search', async () => {
  for (const number of spelled) {
    const created = await send('POST', 'Observation', observation(number));
    const { id } = created.json;
    const updated = await send('PUT', `Observation/${id}`, observation(number, `"id":"${id}",`));
    const texts = [created.text, updated.text];
    for (const address of [
      `Observation/${id}`,
      `Observation/${id}/_history/1`,
      `Observation/${id}/_history`,
      `Observation?_id=${id}`,
      `Observation?_id=${id}&_elements=value`,
    ]) {
      texts.push((await send('GET', address)).text);
    }
    expect(texts.map(value)).toEqual(texts.map(() => number));
  }
});

test('a string keeps its escapes, and only blanks between tokens go', async () => {
  const { text, json } = await send('POST', 'Observation', observation('1.00'));
  expect(text).toBe(
    `{"resourceType":"Observation","id":"${json.id}","meta":{"versionId":"1","lastUpdated":"${json.meta.lastUpdated}"},"status":"final","code":{"text":"caf\\u00e9 a\\/b"},"valueQuantity":{"value":1.00,"unit":"mg"}}`,
  );
});

test('through a patch, of what it touches and of what it does not', async () => {
  const { json } = await send('POST', 'Observation', observation('1.00'));
  const patch =
    '[{"op":"add","path":"/component","value":[{"code":{"text":"x"},"valueQuantity":{"value":2.50}}]},{"op":"test","path":"/valueQuantity/value","value":1}]';
  const { text } = await send('PATCH', `Observation/${json.id}`, patch, {
    'content-type': 'application/json-patch+json',
  });
  expect(text).toContain('"valueQuantity":{"value":1.00,"unit":"mg"}');
  expect(text).toContain('"valueQuantity":{"value":2.50}');
});

test('through batch and transaction, also where references are turned', async () => {
  for (const type of ['batch', 'transaction']) {
    const urn = 'urn:uuid:0b1ee7a0-0000-4000-8000-000000000001';
    const bundle = `{"resourceType":"Bundle","type":"${type}","entry":[
      {"fullUrl":"${urn}","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
      {"resource":${observation('7.000', type === 'transaction' ? `"subject":{"reference":"${urn}"},` : '')},"request":{"method":"POST","url":"Observation"}}]}`;
    const { text, json } = await send('POST', '', bundle);
    expect(value(text), type).toBe('7.000');
    const location = json.entry?.[1]?.response?.location ?? '';
    expect(value((await send('GET', location.replace(`${base}/`, ''))).text), type).toBe('7.000');
  }
});

test('through $everything and _include', async () => {
  const patient = await send('POST', 'Patient', '{"resourceType":"Patient"}');
  await send(
    'POST',
    'Observation',
    observation('3.10', `"subject":{"reference":"Patient/${patient.json.id}"},`),
  );
  expect(value((await send('GET', `Patient/${patient.json.id}/$everything`)).text)).toBe('3.10');
  expect(
    value((await send('GET', `Patient?_id=${patient.json.id}&_revinclude=Observation:subject`)).text),
  ).toBe('3.10');
});
