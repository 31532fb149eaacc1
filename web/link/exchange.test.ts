import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeActId } from './act-id.ts';
import { parseKeepingSpelling, writeKeepingSpelling } from './exchange.ts';
import { faultOf } from './fault.ts';

test('the spelling of a decimal is kept where a number would lose it', () => {
  expect(parseKeepingSpelling('{"valueQuantity":{"value":1.00,"unit":"mmol/L"}}')).toEqual({
    valueQuantity: { value: 1, $value: '1.00', unit: 'mmol/L' },
  });
  expect(parseKeepingSpelling('{"value": 4.1}')).toEqual({ value: 4.1 });
});

test('text that looks like a value is left alone, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (note, other) => {
      const written = { note, quoted: '"value":1.00,', deep: { note: `{"value":2.50} ${note}` }, other };
      expect(parseKeepingSpelling(JSON.stringify(written))).toEqual(JSON.parse(JSON.stringify(written)));
    }),
  );
});

test('values are the numbers they were', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const read = parseKeepingSpelling(JSON.stringify({ value })) as { value: number };
      expect(read.value).toBe(Object.is(value, -0) ? 0 : value);
    }),
  );
});

test('act ids are UUIDs of version 7, different, and in the order of their time', () => {
  const ids = [1_000, 2_000, 3_000_000_000_000].map((ms) => makeActId(ms));
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect([...ids].sort()).toEqual(ids);
  expect(makeActId(1_000)).not.toBe(ids[0]);
});

test('each answer of the server is one kind of fault', () => {
  const outcome = (code?: string) => ({
    resourceType: 'OperationOutcome',
    issue: [
      { severity: 'error', code: 'login', ...(code && { details: { coding: [{ code }], text: 'sagt' } }) },
    ],
  });
  expect(faultOf(401, outcome(), null).kind).toBe('login');
  expect(faultOf(401, outcome('locked'), null).kind).toBe('locked');
  expect(faultOf(429, undefined, '30')).toMatchObject({ kind: 'slowed', retryAfterSeconds: 30 });
  expect(faultOf(504, undefined, null).kind).toBe('unknown');
  expect(faultOf(507, undefined, null).kind).toBe('diskFull');
  expect(faultOf(500, undefined, null).kind).toBe('server');
  expect(faultOf(422, outcome('x'), null)).toMatchObject({ kind: 'refused', said: 'sagt' });
});

test('what was read is written with the spelling that it had', () => {
  const text = '{"valueQuantity":{"value":1.00,"unit":"mmol/L"},"other":{"value":4.1},"note":"1.00"}';
  expect(writeKeepingSpelling(parseKeepingSpelling(text))).toBe(text);
});
