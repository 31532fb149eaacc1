import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { writeXml } from '#fhir/xml/write.ts';
import { testDatabase } from '../../test/database.ts';
import { useClient } from './testing.ts';

const { send, create } = useClient(testDatabase);

const json = { 'content-type': 'application/fhir+json' };
const patient = (more: object = {}) => ({ resourceType: 'Patient', name: [{ family: 'Møller' }], ...more });
const replaceFamily = (family: string, path = 'Patient.name.family') => ({
  resourceType: 'Parameters',
  parameter: [
    {
      name: 'operation',
      part: [
        { name: 'type', valueCode: 'replace' },
        { name: 'path', valueString: path },
        { name: 'value', valueString: family },
      ],
    },
  ],
});

describe('a FHIRPath Patch', () => {
  test('changes a resource, in JSON and in XML, and nothing else of it', async () => {
    const created = await send(
      'POST',
      'Observation',
      '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.00,"unit":"a"}}',
    );
    const { id } = created.json;
    const patch = replaceFamily('b', 'Observation.value.unit');
    const patched = await send('PATCH', `Observation/${id}`, patch, json);
    expect([patched.status, patched.headers['etag']]).toEqual([200, 'W/"2"']);
    expect(patched.text).toContain('"valueQuantity":{"value":1.00,"unit":"b"}');
    const xml = writeXml(JSON.stringify(replaceFamily('c', 'Observation.value.unit')));
    const again = await send('PATCH', `Observation/${id}`, xml, { 'content-type': 'application/fhir+xml' });
    expect(again.text).toContain('"valueQuantity":{"value":1.00,"unit":"c"}');
  });

  test('is conditional, heeds If-Match, and is repeated under its key', async () => {
    const value = randomUUID();
    const id = await create(patient({ identifier: [{ system: 'urn:test', value }] }));
    const address = `Patient?identifier=urn:test|${value}`;
    const first = await send('PATCH', address, replaceFamily('A'), { ...json, 'idempotency-key': value });
    expect([first.status, first.json.id]).toEqual([200, id]);
    expect(await send('PATCH', address, replaceFamily('A'), { ...json, 'idempotency-key': value })).toEqual(
      first,
    );
    const stale = await send('PATCH', `Patient/${id}`, replaceFamily('B'), { ...json, 'if-match': 'W/"1"' });
    expect(stale.status).toBe(412);
  });

  test('is an entry of a Bundle as the Parameters it is', async () => {
    for (const type of ['batch', 'transaction']) {
      const id = await create(patient());
      const entry = [{ resource: replaceFamily('C'), request: { method: 'PATCH', url: `Patient/${id}` } }];
      const { json: answer } = await send('POST', '', { resourceType: 'Bundle', type, entry });
      expect(answer.entry?.[0]?.resource?.['name']).toEqual([{ family: 'C' }]);
    }
  });

  test.each([
    [422, replaceFamily('x', 'Patient.photo'), 'Parameters.parameter[0]: the path finds 0 elements'],
    [422, replaceFamily('x', 'Patient.id'), 'a patch must not change the type or id'],
    [422, replaceFamily('x', 'Patient.name'), 'expected an object (HumanName)'],
    [422, replaceFamily('x', 'Patient.deceased'), 'the path finds 0 elements'],
    [400, replaceFamily('x', 'Patient..'), 'the path is not understood'],
    [400, patient(), 'expected Parameters, found Patient'],
    [422, { resourceType: 'Parameters', parameter: [{}] }, 'an object must not be empty'],
  ])('that does not fit is refused with %i and changes nothing: %j', async (status, patch, why) => {
    const id = await create(patient());
    const reply = await send('PATCH', `Patient/${id}`, patch, json);
    expect([reply.status, reply.issues.join()]).toEqual([status, expect.stringContaining(why)]);
    expect((await send('GET', `Patient/${id}`)).headers['etag']).toBe('W/"1"');
  });

  test('an XML Patch is refused by name', async () => {
    const reply = await send('PATCH', 'Patient/1', '<diff/>', {
      'content-type': 'application/xml-patch+xml',
    });
    expect([reply.status, reply.issues.join()]).toEqual([
      415,
      expect.stringContaining("found 'application/xml-patch+xml'"),
    ]);
  });
});
