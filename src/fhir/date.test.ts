import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastDay, timeSpan, whyNotDate, zoneOffset } from './date.ts';

const span = (text: string) => {
  const found = timeSpan(text);
  return found && [new Date(found.low).toISOString(), new Date(found.high).toISOString()];
};

describe('a date stands for all of the time it names', () => {
  test.each([
    ['2026', '2025-12-31T23:00:00.000Z', '2026-12-31T23:00:00.000Z'],
    ['2026-07', '2026-06-30T22:00:00.000Z', '2026-07-31T22:00:00.000Z'],
    ['2026-12', '2026-11-30T23:00:00.000Z', '2026-12-31T23:00:00.000Z'],
    ['2026-01-15', '2026-01-14T23:00:00.000Z', '2026-01-15T23:00:00.000Z'],
    ['2026-01-15T14:05Z', '2026-01-15T14:05:00.000Z', '2026-01-15T14:06:00.000Z'],
    ['2026-01-15T14:05:00Z', '2026-01-15T14:05:00.000Z', '2026-01-15T14:05:01.000Z'],
    ['2026-01-15T14:05:00.5Z', '2026-01-15T14:05:00.500Z', '2026-01-15T14:05:00.600Z'],
    ['2026-01-15T14:05:00.057Z', '2026-01-15T14:05:00.057Z', '2026-01-15T14:05:00.058Z'],
    ['2026-01-15T14:05:00+05:30', '2026-01-15T08:35:00.000Z', '2026-01-15T08:35:01.000Z'],
    ['2026-01-15T00:05:00-11:00', '2026-01-15T11:05:00.000Z', '2026-01-15T11:05:01.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z', '2017-01-01T00:00:01.000Z'],
  ])('%s', (text, low, high) => expect(span(text)).toEqual([low, high]));
});

test('days are days of the region: 23 hours long when summer time begins and 25 when it ends', () => {
  const hours = (text: string) => ((timeSpan(text)?.high ?? 0) - (timeSpan(text)?.low ?? 0)) / 3_600_000;
  expect(hours('2026-03-29')).toBe(23);
  expect(hours('2026-10-25')).toBe(25);
  expect(hours('2026-03-28')).toBe(24);
});

test('the offset of every day since 1890 is the one of the time zone tables, also where it changes within a month', () => {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Copenhagen',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const wrong: string[] = [];
  for (let day = Date.UTC(1890, 0, 1); day < Date.UTC(2060, 0, 1); day += 86_400_000) {
    // Noon: no change of the clock has ever been at noon.
    const local = day + 12 * 3_600_000;
    const shown = format.format(local - zoneOffset(local));
    if (shown !== new Date(local).toISOString().slice(0, 19).replace('T', ' ')) wrong.push(shown);
  }
  expect(wrong).toEqual([]);
});

test('a day of a leap year is there, and of another year is not', () => {
  expect(span('2024-02-29')).toBeDefined();
  expect(span('2000-02-29')).toBeDefined();
  expect(span('1900-02-29')).toBeUndefined();
  expect(span('2026-02-29')).toBeUndefined();
});

test.each([
  '2026-02-30',
  '2026-13',
  '2026-00',
  '2026-04-31',
  '2026-01-00',
  '2026-1-1',
  '26-01-01',
  '',
  'today',
  '2026-01-15T24:00:00Z',
  '2026-01-15T14:60:00Z',
  '2026-01-15T14:05:61Z',
  '2026-01-15T14:05:00+15:00',
  '2026-01-15T14',
  '2026-01-15 14:05',
  '2026-01-15T',
])('there is no time %s', (text) => expect(timeSpan(text)).toBeUndefined());

test('days of a month, months of a year and years follow each other without a gap', () => {
  const day = fc
    .tuple(fc.integer({ min: 1, max: 9998 }), fc.integer({ min: 1, max: 12 }))
    .chain(([year, month]) =>
      fc.integer({ min: 1, max: lastDay(year, month) }).map((date) => [year, month, date] as const),
    );
  const two = (n: number) => String(n).padStart(2, '0');
  fc.assert(
    fc.property(day, ([year, month, date]) => {
      const text = (y: number, m: number, d: number) => `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}`;
      const isLast = date === lastDay(year, month);
      const next = isLast
        ? month === 12
          ? text(year + 1, 1, 1)
          : text(year, month + 1, 1)
        : text(year, month, date + 1);
      expect(timeSpan(text(year, month, date))?.high).toBe(timeSpan(next)?.low);
      const [yearSpan, monthSpan, daySpan] = [
        timeSpan(text(year, 1, 1).slice(0, 4)),
        timeSpan(text(year, month, 1).slice(0, 7)),
        timeSpan(text(year, month, date)),
      ];
      expect(monthSpan?.low).toBeGreaterThanOrEqual(yearSpan?.low ?? Infinity);
      expect(monthSpan?.high).toBeLessThanOrEqual(yearSpan?.high ?? -Infinity);
      expect(daySpan?.low).toBeGreaterThanOrEqual(monthSpan?.low ?? Infinity);
      expect(daySpan?.high).toBeLessThanOrEqual(monthSpan?.high ?? -Infinity);
    }),
  );
});

test('an instant with a zone is where every other program puts it', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1850-01-01'), max: new Date('2150-01-01'), noInvalidDate: true }),
      (date) => {
        expect(timeSpan(date.toISOString())?.low).toBe(date.getTime());
      },
    ),
  );
});

describe('what each kind of date demands is said', () => {
  test.each([
    ['date', '2026-01-15T10:00:00Z', 'expected a date without a time'],
    ['date', '2026-02-30', 'there is no such day or time'],
    ['date', '15.01.2026', 'expected a date such as 2026-01-15'],
    ['dateTime', '2026-01-15T10:00:00', 'a time needs a zone, such as +01:00 or Z'],
    ['dateTime', '2026-01-15T10:00Z', 'a time needs seconds'],
    ['instant', '2026-01-15', 'expected an instant such as 2026-01-15T14:05:00.000+01:00'],
  ] as const)('%s %s', (kind, text, why) => expect(whyNotDate(kind, text)).toBe(why));

  test.each([
    ['date', '2026'],
    ['date', '2026-01'],
    ['dateTime', '2026-01-15T10:00:00+01:00'],
    ['instant', '2026-01-15T10:00:00Z'],
  ] as const)('%s %s is right', (kind, text) => expect(whyNotDate(kind, text)).toBeUndefined());
});
