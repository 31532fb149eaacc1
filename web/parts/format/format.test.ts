import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  ageIn,
  ageYears,
  dayOf,
  daysBetween,
  fhirMoment,
  instantOf,
  momentOn,
  showDate,
  showDay,
  showMoment,
  showNearTime,
  showTime,
} from './date.ts';
import { showNumber, showUnit } from './number.ts';
import { tickWords, timeTicks } from './ticks.ts';
import { showAmount, showDenseAmount, showQuantity, showRange } from './quantity.ts';

const moment = (text: string) => instantOf(text) ?? Number.NaN;
const times = fc.integer({ min: Date.parse('1980-01-01'), max: Date.parse('2080-01-01') });

describe('dates', () => {
  test('stand as the ward reads them, in the time of the place', () => {
    const at = moment('2026-01-15T13:05:00Z');
    expect(showDay(at, 'da')).toBe('15. jan. 2026');
    expect(showDay(at, 'en')).toBe('15 Jan 2026');
    expect(showTime(at)).toBe('14:05');
    expect(showTime(moment('2026-07-01T22:30:00Z'))).toBe('00:30');
  });

  test('show the time alone on the day itself, and the day as well on another', () => {
    const today = moment('2026-01-15T14:00:00+01:00');
    expect(showMoment(moment('2026-01-15T08:10:00+01:00'), 'da', today)).toBe('08:10');
    expect(showMoment(moment('2026-01-14T08:10:00+01:00'), 'da', today)).toBe('14. jan. 08:10');
    expect(showMoment(moment('2025-12-31T08:10:00+01:00'), 'da', today)).toBe('31. dec. 2025 08:10');
  });

  test('yesterday’s 22:00 looks different from today’s and from tomorrow’s', () => {
    const night = moment('2026-01-15T04:00:00+01:00');
    const near = (day: string, language: 'da' | 'en' = 'da') =>
      showNearTime(moment(`2026-01-${day}T22:00:00+01:00`), language, night);
    expect(['13', '14', '15', '16', '17'].map((day) => near(day))).toEqual([
      '13. jan. 22:00',
      'i går 22:00',
      '22:00',
      'i morgen 22:00',
      '17. jan. 22:00',
    ]);
    expect(near('14', 'en')).toBe('yest. 22:00');
  });

  test('are no more exact than they were written', () => {
    expect(showDate('2019', 'da')).toBe('2019');
    expect(showDate('2019-04', 'da')).toBe('apr. 2019');
    expect(showDate('2019-04-02', 'da')).toBe('2. apr. 2019');
    expect(showDate('for længe siden', 'da')).toBe('for længe siden');
  });

  test('a clock time on a day is that moment, also around the change to and from summer time', () => {
    expect(momentOn('2026-01-15', '08:00')).toBe(moment('2026-01-15T08:00:00+01:00'));
    expect(momentOn('2026-03-29', '08:00')).toBe(moment('2026-03-29T08:00:00+02:00'));
    expect(momentOn('2026-10-25', '08:00:00')).toBe(moment('2026-10-25T08:00:00+01:00'));
    expect(momentOn('2026-10-24', '22:00')).toBe(moment('2026-10-24T22:00:00+02:00'));
  });

  test('what is written as FHIR is the same second, and shows the same clock', () => {
    fc.assert(
      fc.property(times, (at) => {
        const text = fhirMoment(at);
        expect(Date.parse(text)).toBe(Math.floor(at / 1000) * 1000);
        expect(text.slice(11, 16)).toBe(showTime(at));
        expect(text.slice(0, 10)).toBe(dayOf(at));
      }),
    );
  });

  test('days are counted by the calendar, whatever the hour', () => {
    expect(daysBetween(moment('2026-01-13T23:59:00+01:00'), moment('2026-01-14T00:01:00+01:00'))).toBe(1);
    fc.assert(
      fc.property(times, fc.integer({ min: -400, max: 400 }), (at, days) => {
        expect(daysBetween(at, momentOn(addDays(dayOf(at), days), '12:00'))).toBe(days);
      }),
    );
  });

  test('a newborn’s age is counted in days, then weeks, then months, then years', () => {
    const age = (birth: string, day: string) => ageIn(birth, moment(`${day}T03:00:00+01:00`));
    expect(age('2026-01-14', '2026-01-14')).toEqual({ unit: 'days', count: 0 });
    expect(age('2026-01-09', '2026-01-15')).toEqual({ unit: 'days', count: 6 });
    expect(age('2026-01-01', '2026-01-29')).toEqual({ unit: 'weeks', count: 4 });
    expect(age('2025-01-31', '2026-01-30')).toEqual({ unit: 'months', count: 11 });
    expect(age('2025-01-31', '2026-01-31')).toEqual({ unit: 'months', count: 12 });
    expect(age('2024-01-31', '2026-01-31')).toEqual({ unit: 'years', count: 2 });
    expect(age('1949', '2026-01-31')).toEqual({ unit: 'years', count: 77 });
    expect(ageIn(undefined, 0)).toBeUndefined();
  });

  test('age turns on the birthday', () => {
    expect(ageYears('1948-12-25', moment('2025-12-24T12:00:00+01:00'))).toBe(76);
    expect(ageYears('1948-12-25', moment('2025-12-25T00:30:00+01:00'))).toBe(77);
    expect(ageYears('1948', moment('2025-06-01T12:00:00Z'))).toBe(77);
    expect(ageYears(undefined, 0)).toBeUndefined();
  });
});

describe('numbers', () => {
  test('keep their spelling, with the decimal sign of the language', () => {
    expect(showNumber('1.00', 'da')).toBe('1,00');
    expect(showNumber('1.00', 'en')).toBe('1.00');
    expect(showNumber(0.5, 'da')).toBe('0,5');
    expect(showNumber('-2.50', 'da')).toBe('−2,50');
    expect(showNumber(1e-7, 'da')).toBe('0,0000001');
  });

  test('no digit is lost or added, whatever the number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), fc.stringMatching(/^\d{1,6}$/), (whole, decimals) => {
        const spelled = `${whole}.${decimals}`;
        expect(showNumber(spelled, 'da').replace(',', '.')).toBe(spelled);
        expect(showAmount({ value: Number(spelled), $value: spelled }, 'da')).toBe(`${whole},${decimals}`);
      }),
    );
  });

  test('a laboratory’s number is left as it was written', () => {
    expect(showQuantity({ value: 5000, unit: 'mg/L' }, 'da')).toBe('5000 mg/L');
  });

  test('units of measurements are written, not coded', () => {
    expect(showUnit('mm[Hg]')).toBe('mmHg');
    expect(showUnit('10*3/uL')).toBe('10³/µL');
    expect(showQuantity({ value: 4.1, unit: 'mmol/L' }, 'da')).toBe('4,1 mmol/L');
  });

  test('ranges', () => {
    expect(showRange({ low: { value: 3.5 }, high: { value: 4.6 } }, 'da')).toBe('3,5–4,6');
    expect(showRange({ high: { value: 8 } }, 'da')).toBe('< 8');
    expect(showRange({ low: { value: 60 } }, 'da')).toBe('> 60');
  });

  test('a dozen computed digits are rounded in a dense cell; what a laboratory wrote is not', () => {
    expect(showDenseAmount({ value: 10.249198374652, $value: '10.249198374652' }, 'da')).toBe('10,25');
    expect(showDenseAmount({ value: 180.13225154055849 }, 'da')).toBe('180,1');
    expect(showDenseAmount({ value: 1234.5678 }, 'da')).toBe('1235');
    expect(showDenseAmount({ value: 0.0034, $value: '0.00340' }, 'da')).toBe('0,00340');
    expect(showDenseAmount({ value: 1, $value: '1.00' }, 'da')).toBe('1,00');
    expect(showDenseAmount({ value: 1234567 }, 'da')).toBe('1234567');
  });
});

describe('a time axis', () => {
  test('has whole hours within two days, and says where the day begins', () => {
    const ticks = timeTicks(moment('2026-01-14T15:20:00+01:00'), moment('2026-01-15T06:05:00+01:00'), 6);
    expect(tickWords(ticks, 'da')).toEqual(['14. jan. 18:00', '21:00', '15. jan.', '03:00', '06:00']);
  });

  test('has midnights over longer times, with the year where it changes', () => {
    const days = timeTicks(moment('2026-01-10T15:20:00+01:00'), moment('2026-01-14T06:05:00+01:00'), 5);
    expect(tickWords(days, 'da')).toEqual(['11. jan.', '12. jan.', '13. jan.', '14. jan.']);
    const years = timeTicks(moment('2024-02-23T15:58:00+01:00'), moment('2026-11-21T06:30:00+01:00'), 4);
    expect(tickWords(years, 'da')).toEqual(['2025', '2026']);
    const months = timeTicks(moment('2026-02-23T15:58:00+01:00'), moment('2026-11-21T06:30:00+01:00'), 4);
    expect(tickWords(months, 'da')).toEqual(['apr. 2026', 'jul. 2026', 'okt. 2026']);
  });

  test('never has more marks than there is room for, and none outside of it', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 60_000, max: 60 * 366 * 86_400_000 }), (from, length) => {
        const ticks = timeTicks(from, from + length, 5);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.every((tick) => tick >= from && tick <= from + length)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
