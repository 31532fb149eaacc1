// What of a nurse's plan is due.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { momentOn } from '../place-time.ts';
import { areas, dueOf, nursingPlan, readNursingPlan, type Schedule } from './care-plan.ts';

const begins = momentOn('2026-03-28', '08:00');
const planOf = (schedule: Schedule | undefined) =>
  readNursingPlan({
    ...nursingPlan({
      patient: 'Patient/1',
      encounter: undefined,
      area: areas[3]!,
      goal: 'Ingen tryksår',
      actions: [{ words: 'Vendes', schedule }],
      at: begins,
      author: { display: 'Mette' },
    }),
    id: 'p',
  });
const hourMs = 3_600_000;

test('is read as it was written: area, goal, actions', () => {
  expect(planOf({ kind: 'times', times: ['08:00', '20:00'] })).toMatchObject({
    area: { id: 'skin' },
    goal: 'Ingen tryksår',
    patient: '1',
    actions: [{ words: 'Vendes', schedule: { kind: 'times', times: ['08:00', '20:00'] } }],
    isActive: true,
  });
});

test('times of day are those of the clock, also when it is changed; hours are hours that pass', () => {
  const until = momentOn('2026-03-30', '08:00');
  const clocks = dueOf(planOf({ kind: 'times', times: ['08:00'] }), begins, until).map(({ at }) => at);
  expect(clocks).toEqual([begins, momentOn('2026-03-29', '08:00')]);
  const every = dueOf(planOf({ kind: 'every', hours: 12 }), begins, until).map(({ at }) => at);
  expect(every.map((at) => (at - begins) / hourMs)).toEqual([0, 12, 24, 36]);
});

test('without a schedule nothing is due, nor before it begins', () => {
  expect(dueOf(planOf(undefined), begins, begins + 99 * hourMs)).toEqual([]);
  expect(dueOf(planOf({ kind: 'every', hours: 1 }), begins - 9 * hourMs, begins)).toEqual([]);
});

test('what is due in two spans is what is due in the one they make, each with an id of its own', () => {
  const schedules = fc.oneof(
    fc.record({ kind: fc.constant('every' as const), hours: fc.integer({ min: 1, max: 24 }) }),
    fc.record({
      kind: fc.constant('times' as const),
      times: fc.uniqueArray(fc.constantFrom('02:30', '08:00', '12:00', '23:59'), { minLength: 1 }),
    }),
  );
  fc.assert(
    fc.property(schedules, fc.nat(40), fc.nat(40), (schedule, a, b) => {
      const plan = planOf(schedule);
      const [middle, until] = [begins + a * hourMs, begins + (a + b) * hourMs];
      const whole = dueOf(plan, begins, until);
      expect([...dueOf(plan, begins, middle), ...dueOf(plan, middle, until)]).toEqual(whole);
      expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
    }),
  );
});
