import { expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { useClient } from './testing.ts';

const { send } = useClient(testDatabase);
const fhir = { accept: 'application/fhir+json' };
const stored = async (contentType: string, text: string, more: Record<string, string> = {}) =>
  (await send('POST', 'Binary', text, { 'content-type': contentType, ...fhir, ...more })).json;
const textOf = ({ bytes }: { readonly bytes?: Uint8Array }) => Buffer.from(bytes ?? []).toString();

test('what is sent as itself is stored as a Binary, and read as itself or as the resource', async () => {
  const binary = await stored('text/plain; charset=utf-8', 'blodtype æ', {
    'x-security-context': 'Patient/1',
  });
  expect(binary).toMatchObject({
    contentType: 'text/plain; charset=utf-8',
    securityContext: { reference: 'Patient/1' },
    data: Buffer.from('blodtype æ').toString('base64'),
  });
  const read = await send('GET', `Binary/${binary.id}`);
  expect([read.status, textOf(read), read.text]).toEqual([200, 'blodtype æ', '']);
  expect(read.headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    etag: 'W/"1"',
    'content-disposition': 'inline',
  });
  expect((await send('GET', `Binary/${binary.id}`, undefined, fhir)).json).toEqual(binary);
  expect((await send('GET', `Binary/${binary.id}?_format=json`)).json).toEqual(binary);
});

test('is changed as itself under its id, and each version is read as it was', async () => {
  const { id } = await stored('text/plain', 'one');
  expect((await send('PUT', `Binary/${id}`, 'two', { 'content-type': 'text/plain', ...fhir })).status).toBe(
    200,
  );
  expect(textOf(await send('GET', `Binary/${id}/_history/1`))).toBe('one');
  expect(textOf(await send('GET', `Binary/${id}`))).toBe('two');
});

test('what a browser could run is saved and sandboxed', async () => {
  for (const type of ['text/html', 'image/svg+xml', 'text/javascript']) {
    const { id } = await stored(type, '<script>1</script>');
    expect((await send('GET', `Binary/${id}`)).headers).toMatchObject({
      'content-disposition': 'attachment',
      'content-security-policy': "sandbox; default-src 'none'",
    });
  }
});

test('a type that was not asked for is refused, as is one that is none', async () => {
  const { id } = await stored('image/png', 'x');
  const asked = async (accept: string) => (await send('GET', `Binary/${id}`, undefined, { accept })).status;
  expect([
    await asked('application/pdf'),
    await asked('image/*'),
    await asked('text/html, */*;q=0.1'),
  ]).toEqual([406, 200, 200]);
  expect((await send('POST', 'Binary', 'x', { 'content-type': 'a b' })).status).toBe(415);
});

test('in FHIR’s own form, in Bundles and in searches it is a resource', async () => {
  const sent = await send(
    'POST',
    'Binary',
    { resourceType: 'Binary', contentType: 'image/png', data: 'AAAA' },
    { 'content-type': 'application/fhir+json' },
  );
  expect([sent.status, sent.json['data']]).toEqual([201, 'AAAA']);
  const entry = [{ request: { method: 'GET', url: `Binary/${sent.json.id}` } }];
  const batch = await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
  expect(batch.json.entry?.[0]?.resource?.['data']).toBe('AAAA');
  expect((await send('GET', 'Binary/never')).json['resourceType']).toBe('OperationOutcome');
});
