import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fhirMoment, momentOn } from '../../parts/format/date.ts';
import { readField, readMoment, readSet, setFields } from './set-fields.ts';

const read = (field: (typeof setFields)[number], typed: string) => readField(field, typed, 'da', 'luft');

describe('what is typed', () => {
  test('is digits alone, and is shown as it was understood', () => {
    expect(read('temperature', '388')).toEqual({ values: { temperature: 38.8 }, shown: '38,8' });
    expect(['37', '37,5', '37.5', '375'].map((typed) => read('temperature', typed).shown)).toEqual([
      '37,0',
      '37,5',
      '37,5',
      '37,5',
    ]);
    expect(
      ['12080', '120/80', '120 80', '9560', '210110'].map((typed) => read('pressure', typed).shown),
    ).toEqual(['120/80', '120/80', '120/80', '95/60', '210/110']);
    expect(read('consciousness', 'v')).toEqual({ values: { consciousness: 'V' }, shown: 'V' });
    expect(read('oxygen', '0,5').values).toEqual({ oxygen: 0.5 });
  });

  test('room air is chosen: an empty field is not air', () => {
    for (const typed of ['0', 'l', 'L', 'luft'])
      expect(read('oxygen', typed)).toEqual({ values: { oxygen: 0 }, shown: 'luft' });
    expect(read('oxygen', '')).toEqual({ values: {}, shown: '' });
  });

  test('that is impossible is no value, and the field says the limits', () => {
    expect(read('saturation', '101')).toEqual({
      values: {},
      shown: '101',
      fault: { kind: 'impossible', least: 0, most: 100 },
    });
    expect(read('pressure', '80/120').fault).toEqual({ kind: 'pressure' });
    expect(read('pulse', '400').fault?.kind).toBe('impossible');
    expect(read('pulse', '25')).toMatchObject({ values: { pulse: 25 }, unusual: true });
  });

  test('that cannot be read is said, never guessed', () => {
    for (const [field, typed] of [
      ['respiration', '1 6'],
      ['temperature', '3'],
      ['temperature', '3755'],
      ['pressure', '120'],
      ['consciousness', 'X'],
      ['pulse', '70,5'],
    ] as const)
      expect(read(field, typed)).toMatchObject({ values: {}, fault: { kind: 'unread' } });
  });

  test('read again as it is shown means the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...setFields),
        fc.stringMatching(/^[0-9ACVPUl,./ ]{0,7}$/),
        (field, typed) => {
          const once = read(field, typed);
          if (once.fault === undefined) expect(read(field, once.shown)).toEqual(once);
        },
      ),
    );
  });

  test('a set has the values of its fields, and the fields that are to be mended', () => {
    expect(readSet({ respiration: '16', pressure: '12080', temperature: '9', concern: 'bleg' })).toEqual({
      values: { respiration: 16, systolic: 120, diastolic: 80 },
      faults: ['temperature'],
    });
  });
});

describe('the time of measurement', () => {
  const now = momentOn('2026-01-15', '00:10');
  test('is now when nothing is said, and yesterday when the clock has not come there today', () => {
    expect(readMoment('', now)).toBe(now);
    expect(fhirMoment(readMoment('00:05', now) ?? 0)).toBe('2026-01-15T00:05:00+01:00');
    expect(fhirMoment(readMoment('2350', now) ?? 0)).toBe('2026-01-14T23:50:00+01:00');
    expect(['25:00', 'nu', '12:60', '7'].map((typed) => readMoment(typed, now))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('is never in the future and at most a day back', () => {
    fc.assert(
      fc.property(
        fc.nat(23),
        fc.nat(59),
        fc.integer({ min: 0, max: 86_400_000 }),
        (hours, minutes, later) => {
          const at = readMoment(`${hours}:${String(minutes).padStart(2, '0')}`, now + later);
          return at !== undefined && at <= now + later && at > now + later - 25 * 3_600_000;
        },
      ),
    );
  });
});
