import fc from 'fast-check';
import { expect, test } from 'vitest';
import { momentOn } from './format/date.ts';
import { readClock, readDay, readMoment, writeClock, writeDay } from './moment-text.ts';

const near = momentOn('2026-11-27', '13:00');

test.each([
  ['27.11.2026', '2026-11-27'],
  ['1.2.26', '2026-02-01'],
  ['27/11', '2026-11-27'],
  ['27/11-2026', '2026-11-27'],
  ['27-11-2026', '2026-11-27'],
  ['27112026', '2026-11-27'],
  ['31.2.2026', undefined],
  ['11/27/2026', undefined],
  ['i morgen', undefined],
  ['', undefined],
])('the day of “%s”', (text, day) => {
  expect(readDay(text, near)).toBe(day);
});

test.each([
  ['14:05', '14:05'],
  ['14.05', '14:05'],
  ['1405', '14:05'],
  ['905', '09:05'],
  ['9', '09:00'],
  ['24:00', undefined],
  ['12:60', undefined],
  ['2 PM', undefined],
])('the time of “%s”', (text, time) => {
  expect(readClock(text)).toBe(time);
});

test('what is written is read as what it was, to the minute', () => {
  const minutes = fc.integer({ min: Date.UTC(2000, 0, 1) / 60_000, max: Date.UTC(2099, 0, 1) / 60_000 });
  fc.assert(
    fc.property(minutes, (minute) => {
      const ms = minute * 60_000;
      const read = readMoment(writeDay(ms), writeClock(ms), near) ?? 0;
      // In the hour that the clock of the place has twice, the other one may be meant.
      expect([0, 3_600_000]).toContain(Math.abs(read - ms));
      expect([writeDay(read), writeClock(read)]).toEqual([writeDay(ms), writeClock(ms)]);
    }),
  );
});
