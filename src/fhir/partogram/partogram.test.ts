// The lines of a partogram, and reading and writing what is seen of a birth.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { isLate, lateFrom, linesOf, progressOf, runsOf, type Point } from './course.ts';
import { fetuses, howLikely, isLabour, labourFactOf, measures, type LabourFact } from './observe.ts';
import { labourObservation } from './shapes.ts';
import { isOutside, partogramTable as table } from './table.ts';

const begin = Date.parse('2026-01-15T08:00:00Z');
const hour = 3_600_000;
const look = (hours: number, value: number): Point => ({ at: begin + hours * hour, value });
const kindOf = (...looks: readonly Point[]) => progressOf(looks, table).kind;

describe('the lines', () => {
  test('begin with the first look of 4 cm or more, which lies on the alert line; action is four hours later', () => {
    expect(linesOf([look(0, 2), look(3, 3.5)], table)).toBeUndefined();
    expect(linesOf([look(0, 2), look(3, 5), look(4, 6)], table)).toEqual({
      from: look(3, 5),
      alertFullAt: begin + 8 * hour,
      actionFrom: begin + 7 * hour,
      actionFullAt: begin + 12 * hour,
    });
  });

  test('a look on the alert line is not past it; one on the action line is past it', () => {
    expect(kindOf()).toBe('unseen');
    expect(kindOf(look(0, 3))).toBe('latent');
    expect(kindOf(look(0, 4), look(2, 6))).toBe('left-of-alert');
    expect(kindOf(look(0, 4), look(3, 6))).toBe('past-alert');
    expect(kindOf(look(0, 4), look(6, 6))).toBe('past-action');
    expect(kindOf(look(0, 4), look(9, 10))).toBe('full');
  });

  test('whoever widens by the alert rate or faster is never past the alert line', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ after: fc.integer({ min: 1, max: 240 }), more: fc.integer({ min: 0, max: 4 }) }),
        ),
        (steps) => {
          const looks = [look(0, 4)];
          let [minutes, cm] = [0, 4];
          for (const { after, more } of steps) {
            minutes += after;
            // A hair more than the rate: a sum of fractions is not exact.
            cm = Math.min(10, cm + after / 60 + more / 2 + 1e-6);
            looks.push(look(minutes / 60, cm));
            expect(['left-of-alert', 'full']).toContain(kindOf(...looks));
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

test('a curve is never drawn over a time in which nobody looked, and no look is lost', () => {
  expect(runsOf([look(0, 4), look(4.5, 5), look(9.1, 7)], 240).map((run) => run.length)).toEqual([2, 1]);
  expect(isLate(begin, begin + 4.5 * hour, 240)).toBe(false);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3000 })), (minutes) => {
      const looks = minutes.toSorted((a, b) => a - b).map((each) => look(each / 60, 5));
      const runs = runsOf(looks, 240);
      expect(runs.flat()).toEqual(looks);
      for (const [index, run] of runs.entries()) {
        const before = runs[index - 1]?.at(-1);
        if (before) expect(isLate(before.at, run[0]?.at ?? 0, 240)).toBe(true);
      }
    }),
  );
});

test('a birth is late from the first of examining and listening that is, counted from the last look of each, and from no look at all never', () => {
  expect(lateFrom([], table)).toBeUndefined();
  const kinds = ['dilatation', 'heart-rate', 'liquor'] as const;
  const looks = fc.array(
    fc.record({ minutes: fc.integer({ min: 0, max: 900 }), kind: fc.constantFrom(...kinds) }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(looks, (seen) => {
      const all = seen.map(({ minutes, kind }) => ({ at: begin + minutes * 60_000, kind }));
      const late = lateFrom(all, table);
      const last = (kind: string) => {
        const own = all.flatMap((one) => (one.kind === kind ? [one.at] : []));
        return own.length === 0 ? Math.min(...all.map(({ at }) => at)) : Math.max(...own);
      };
      const isLateAt = (now: number) =>
        isLate(last('dilatation'), now, table.examineEveryMinutes) ||
        isLate(last('heart-rate'), now, table.listenEveryMinutes);
      expect(isLateAt(late?.at ?? 0)).toBe(false);
      expect(isLateAt((late?.at ?? 0) + 1)).toBe(true);
    }),
  );
});

test('what is written is read back as it was meant', () => {
  const kinds = Object.keys(measures) as (keyof typeof measures)[];
  const fact: fc.Arbitrary<LabourFact> = fc.oneof(
    fc.record({
      kind: fc.constantFrom(...kinds),
      value: fc.integer({ min: 0, max: 3 }),
      fetus: fc.option(fc.constantFrom(...fetuses), { nil: undefined }),
    }),
    fc.record({
      kind: fc.constant('liquor' as const),
      value: fc.constantFrom('clear', 'meconium', 'blood', 'absent'),
    }),
    fc.record({ kind: fc.constantFrom('membranes-ruptured', 'epidural', 'birth') }),
    fc.record({
      kind: fc.constant('event' as const),
      value: fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
    }),
  );
  fc.assert(
    fc.property(fact, (one) => {
      const written = labourObservation(one, {
        patient: { reference: 'Patient/1' },
        stay: { reference: 'Encounter/1' },
        performer: { display: 'Karen' },
        at: '2026-01-15T08:00:00+01:00',
      }) as unknown as Json;
      expect(isLabour(written)).toBe(true);
      expect(labourFactOf(written)).toEqual(one);
    }),
  );
});

test('no cervix is wider than 10 cm or between two steps, and a heart of 70 is unusual, not impossible', () => {
  expect([howLikely('dilatation', 10.5), howLikely('dilatation', 4.3), howLikely('dilatation', 4.5)]).toEqual(
    ['impossible', 'impossible', undefined],
  );
  expect([howLikely('heart-rate', 70), howLikely('heart-rate', 301)]).toEqual(['unusual', 'impossible']);
  const heart = (value: number) => isOutside(table.limits['heart-rate'], value);
  expect([109, 110, 159, 160].map(heart)).toEqual([true, false, false, true]);
});
