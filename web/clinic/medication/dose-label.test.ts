import { expect, test } from 'vitest';
import { isPersonalNumber, scannedCode } from '#fhir/medication/scan.ts';
import { labelCode } from './dose-label.ts';

test('the code of a dose is the same each time, another for each order and time, and never read as a person or a package', () => {
  const codes = new Set<string>();
  for (let order = 0; order < 200; order++)
    for (let hour = 0; hour < 24; hour++) codes.add(labelCode(`order-${order}`, hour * 3_600_000));
  expect(codes.size).toBe(200 * 24);
  for (const code of codes) {
    expect(code).toMatch(/^M[0-9A-Z]{13}$/);
    expect(scannedCode(code)).toBe(code);
    expect(isPersonalNumber(code)).toBe(false);
  }
  expect(labelCode('17', 1_768_460_400_000)).toBe(labelCode('17', 1_768_460_400_000));
});
