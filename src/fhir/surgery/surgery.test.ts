// Operations as pure shapes: what is written is what is read, and the clocks and the free times of a room.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askOperation, readOperation } from './request.ts';
import {
  cancelPlace,
  firstFree,
  lastMoveReason,
  movePlace,
  overlap,
  placeOperation,
  readPlace,
} from './place.ts';
import {
  neverTogether,
  sides,
  surgicalProcedures,
  turnoverMinutes,
  urgencies,
  urgencyNames,
} from './codes.ts';
import {
  beginWay,
  clocksOf,
  nextStep,
  operationSteps,
  rankOf,
  recordClock,
  statusOfClocks,
  stepOf,
  wrongClock,
} from './way.ts';

const minute = 60_000;
const at = Date.parse('2026-01-15T12:00:00Z');
const nurse = { reference: 'Practitioner/n', display: 'N' };
const department = { reference: 'Location/op' };

describe('what is asked for', () => {
  test('is read as it was written, with the deadline of its class', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...urgencyNames),
        fc.constantFrom(...surgicalProcedures),
        fc.constantFrom(undefined, ...sides),
        fc.integer({ min: 5, max: 600 }),
        (urgency, procedure, side, minutes) => {
          const asked = askOperation(
            {
              patient: 'p',
              department,
              procedure,
              urgency,
              wanted: at,
              minutes,
              side,
              anaesthesia: procedure.anaesthesia,
              needs: 'Tolk',
              requester: nurse,
            },
            at,
          );
          const read = readOperation(JSON.parse(JSON.stringify({ ...asked, id: 'r' })));
          const limit = urgencies.find((one) => one.class === urgency)?.minutes;
          expect(read).toMatchObject({
            id: 'r',
            patient: 'Patient/p',
            urgency,
            minutes,
            isSided: procedure.sided,
            needs: 'Tolk',
          });
          expect([read?.side, read?.deadline]).toEqual([
            side,
            limit === undefined ? undefined : at + limit * minute,
          ]);
        },
      ),
    );
  });

  test('of another category is no operation', () => {
    expect(
      readOperation({ resourceType: 'ServiceRequest', category: [{ text: 'laboratorium' }] }),
    ).toBeUndefined();
  });

  test('the classes: A before B before C, and only what has no deadline or a day is cancelled with others', () => {
    const limits = urgencies.map((one) => one.minutes ?? Infinity);
    expect(limits).toEqual(limits.toSorted((a, b) => a - b));
    expect(
      urgencies
        .filter((one) => neverTogether.has(one.class))
        .every(({ minutes = Infinity }) => minutes < 1440),
    ).toBe(true);
  });
});

describe('a place', () => {
  const to = { room: { reference: 'Location/op-1' }, department, start: at, end: at + 60 * minute };
  const place = placeOperation({ id: 'r', patient: 'Patient/p', words: 'x' }, to, { surgeon: nurse });

  test('is moved with its reason, and cancelled with one', () => {
    const moved = movePlace(place, { ...to, room: { reference: 'Location/op-2' } }, 'overrun', 'x', at);
    expect(readPlace(moved)).toMatchObject({
      room: 'Location/op-2',
      department: 'Location/op',
      moves: 1,
      team: { surgeon: { name: 'N' } },
    });
    expect(lastMoveReason(moved)).toBe('overrun');
    expect(readPlace(cancelPlace(moved, 'no-bed', 'x'))).toMatchObject({
      status: 'cancelled',
      cancelled: 'no-bed',
    });
  });

  test('the first free time of a room meets nothing that is there, turnover counted, and wastes none', () => {
    const span = fc.record({
      start: fc.integer({ min: 0, max: 600 }),
      length: fc.integer({ min: 10, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 6 }), fc.integer({ min: 10, max: 240 }), (spans, minutes) => {
        const taken = spans.map(({ start, length }) => ({
          status: 'booked',
          start: at + start * minute,
          end: at + (start + length) * minute,
        }));
        const start = firstFree(taken, at, minutes);
        const own = { start, end: start + minutes * minute };
        expect(taken.some((one) => overlap(one, own))).toBe(false);
        expect(start).toBeGreaterThanOrEqual(at);
        // It begins at once, or as soon as somebody's turnover is over.
        const isAfter = taken.some(
          ({ end }) => start - end - turnoverMinutes * minute < 5 * minute && start >= end,
        );
        expect(start === at || isAfter).toBe(true);
      }),
    );
  });
});

describe('the way', () => {
  const begin = () =>
    beginWay(
      { id: 'r', patient: 'Patient/p', code: 'KJEA01', words: 'x', side: undefined },
      { reference: 'Location/op-1' },
      'called',
      at,
      nurse,
    );

  test('goes through all steps, with the status and the time of the knife that they say', () => {
    let way = begin();
    for (const [index, step] of operationSteps.slice(1).entries()) {
      expect(nextStep(stepOf(clocksOf(way))?.step)).toBe(step);
      way = recordClock(way, step, at + (index + 1) * minute, nurse);
    }
    expect([way.status, way.performedPeriod]).toEqual([
      'completed',
      { start: '2026-01-15T13:05:00+01:00', end: '2026-01-15T13:06:00+01:00' },
    ]);
    expect(nextStep('ward')).toBeUndefined();
  });

  test('a clock that is marked as wrong stays, does not count, and takes back what came with it', () => {
    const way = recordClock(begin(), 'in-room', at + minute, nurse);
    const back = wrongClock(way, 'Forkert patient');
    expect([way.status, back.status, clocksOf(back).length]).toEqual(['in-progress', 'preparation', 2]);
    expect(stepOf(clocksOf(back))?.step).toBe('called');
  });

  test('who left the room unoperated was stopped', () => {
    const way = recordClock(begin(), 'out-of-room', at + minute, nurse);
    expect(statusOfClocks(clocksOf(way))).toBe('stopped');
    expect(rankOf(undefined)).toBe(-1);
  });
});
