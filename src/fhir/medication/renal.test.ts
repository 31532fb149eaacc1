import fc from 'fast-check';
import { expect, test } from 'vitest';
import { egfrDaysMax, readEgfr, renalAnswer, type Egfr } from './renal.ts';

const at = Date.parse('2026-01-13T08:00:00Z');
const limits = [
  { below: 60, action: 'halv dosis' },
  { below: 30, action: 'gives ikke' },
];
const egfr = (value: number, comparator?: '<' | '>', daysAgo = 1): Egfr => ({
  value,
  comparator,
  at: at - daysAgo * 86_400_000,
});

test('the lowest limit that the eGFR is below is what counts', () => {
  expect(renalAnswer(limits, egfr(45), 70, at)).toMatchObject({
    is: 'below',
    limit: { action: 'halv dosis' },
  });
  expect(renalAnswer(limits, egfr(29), 70, at)).toMatchObject({
    is: 'below',
    limit: { action: 'gives ikke' },
  });
  expect(renalAnswer(limits, egfr(60), 70, at)).toEqual({ is: 'fine' });
});

test('what is not known is never told as fine: no eGFR, an old one, a child, an unknown age', () => {
  expect(renalAnswer(limits, undefined, 70, at)).toEqual({ is: 'unchecked', why: 'no eGFR' });
  expect(renalAnswer(limits, egfr(20, undefined, egfrDaysMax + 1), 70, at)).toEqual({
    is: 'unchecked',
    why: 'eGFR too old',
  });
  expect(renalAnswer(limits, egfr(20), 12, at)).toEqual({ is: 'unchecked', why: 'a child' });
  expect(renalAnswer(limits, egfr(20), undefined, at)).toEqual({ is: 'unchecked', why: 'age unknown' });
  expect(renalAnswer([], undefined, undefined, at)).toEqual({ is: 'fine' });
});

test('an eGFR told as above or below a number is compared as far as it says', () => {
  expect(renalAnswer(limits, egfr(90, '>'), 70, at)).toEqual({ is: 'fine' });
  expect(renalAnswer(limits, egfr(15, '<'), 70, at)).toMatchObject({ is: 'below', limit: { below: 30 } });
  expect(renalAnswer([{ below: 10, action: '' }, ...limits], egfr(15, '<'), 70, at)).toMatchObject({
    is: 'unchecked',
  });
  expect(renalAnswer([{ below: 90, action: '' }], egfr(60, '>'), 70, at)).toMatchObject({ is: 'unchecked' });
});

test('property: it is fine exactly when the eGFR is at or above every limit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 5, max: 90 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 120 }),
      (belows, value) => {
        const answer = renalAnswer(
          belows.map((below) => ({ below, action: 'x' })),
          egfr(value),
          50,
          at,
        );
        const under = belows.filter((below) => value < below);
        expect(answer.is === 'below' ? answer.limit.below : answer.is).toBe(
          under.length === 0 ? 'fine' : Math.min(...under),
        );
      },
    ),
  );
});

test('an eGFR is read by its code, with its time; without a known unit or marked as wrong it is none', () => {
  const observation = {
    status: 'final',
    code: { coding: [{ system: 'urn:oid:1.2.208.176.2.1', code: 'DNK35302' }] },
    effectiveDateTime: '2026-01-12T08:00:00Z',
    valueQuantity: { value: 28, unit: 'mL/min' },
  };
  expect(readEgfr(observation)).toEqual({ value: 28, comparator: undefined, at: at - 86_400_000 });
  expect(readEgfr({ ...observation, status: 'entered-in-error' })).toBeUndefined();
  expect(readEgfr({ ...observation, valueQuantity: { value: 28, unit: 'umol/L' } })).toBeUndefined();
  expect(readEgfr({ ...observation, code: { coding: [{ code: 'NPU03230' }] } })).toBeUndefined();
});
