import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalAmount, canonicalUnit } from './ucum.ts';

const amount = (value: number, code: string) => {
  const unit = canonicalUnit(code);
  return unit && [canonicalAmount(value, unit), unit.unit];
};

describe('the same amount in two units is one amount', () => {
  test.each<[number, string, number, string]>([
    [5, 'mg', 0.005, 'g'],
    [5.4, 'ug', 5.4e-6, 'g'],
    [140, 'mmol/L', 0.14, 'mol/L'],
    [5, 'g/dL', 50, 'g/L'],
    [7.5, 'g%', 75, 'g/l'],
    [250, '10*9/L', 250, '10*3/uL'],
    [4.5, '10*12/L', 4.5, '10^6/uL'],
    [120, 'mm[Hg]', 12, 'cm[Hg]'],
    [120, 'mm[Hg]', 15.99864, 'kPa'],
    [37, 'Cel', 310.15, 'K'],
    [98.6, '[degF]', 37, 'Cel'],
    [90, 'min', 1.5, 'h'],
    [72, '/min', 1.2, 's-1'],
    [72, '{beats}/min', 72, '/min'],
    [150, '[lb_av]', 68.0388555, 'kg'],
    [25, 'kg/m2', 2.5, 'g/cm2'],
    [60, 'U/L', 1, 'ukat/L'],
    [97, '%', 0.97, '1'],
    [1, 'mg/(kg.d)', 1, 'mg/kg/d'],
    [3, 'meq/L', 3, 'eq/m3'],
    [5, 'm[IU]/L', 5, 'u[iU]/mL'],
    [100, 'mL/min/{1.73_m2}', 0.1, 'L/min'],
    [2, 'dL', 200, 'mL'],
    [2, 'dam', 20, 'm'],
  ])('%d %s = %d %s', (value, code, other, otherCode) =>
    expect(amount(value, code)).toEqual(amount(other, otherCode)),
  );
});

test('what is of another kind stays apart', () => {
  expect(canonicalUnit('mg')?.unit).not.toBe(canonicalUnit('mmol')?.unit);
  expect(canonicalUnit('mol')?.unit).not.toBe(canonicalUnit('1')?.unit);
  expect(canonicalUnit('[iU]/L')?.unit).not.toBe(canonicalUnit('U/L')?.unit);
});

test('what is no unit is none', () => {
  for (const code of [
    '',
    'drops',
    'mg/',
    'mg//L',
    'm g',
    'kmin',
    '(mg',
    'mg)',
    'constructor',
    '__proto__',
    'x'.repeat(61),
  ])
    expect(canonicalUnit(code), code).toBeUndefined();
});

test('any text whatever is answered', () =>
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'mgkLdlu10*^-/.(){}[]%Ceæ'.split('')) }), (text) => {
      const unit = canonicalUnit(text);
      expect(unit === undefined || (Number.isFinite(unit.factor) && unit.factor !== 0)).toBe(true);
    }),
    { numRuns: 2000 },
  ));
