// Sums of what goes in and comes out: by hand, and by properties.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { momentOn } from '../place-time.ts';
import { entriesOf, fluidDay, fluidDayAt, sumsOf } from './balance.ts';
import { infusionsOf } from './infusion.ts';
import {
  fluidCategory,
  fluidKinds,
  fluidSystem,
  observationCategorySystem,
  type FluidEntry,
} from './kinds.ts';

const day = '2026-01-15';
const at = (clock: string, on = day) => momentOn(on, clock);
const observed = (kind: string, value: number, moment: number, more: object = {}) => ({
  resourceType: 'Observation',
  id: `${kind}-${moment}`,
  status: 'final',
  category: [{ coding: [{ system: observationCategorySystem, code: fluidCategory }] }],
  code: { coding: [{ system: fluidSystem, code: kind }] },
  effectiveDateTime: new Date(moment).toISOString(),
  valueQuantity: { value, unit: 'ml', system: 'http://unitsofmeasure.org', code: 'mL' },
  ...more,
});
const sumOf = (all: readonly ReturnType<typeof observed>[], span = fluidDay(day)) =>
  sumsOf(entriesOf(all).entries, [], span);

describe('a day', () => {
  test('runs from seven to seven, in three shifts', () => {
    const { from, until, shifts } = fluidDay(day);
    expect([from, until]).toEqual([at('07:00'), at('07:00', '2026-01-16')]);
    expect(shifts.map(({ hours }) => hours.length)).toEqual([8, 8, 8]);
    expect([fluidDayAt(at('06:59')), fluidDayAt(at('07:00'))]).toEqual(['2026-01-14', day]);
  });

  test('has 23 hours when summer time begins and 25 when it ends', () => {
    const hours = (of: string) => fluidDay(of).shifts.flatMap((shift) => shift.hours).length;
    expect([hours('2026-03-28'), hours('2026-10-24'), hours(day)]).toEqual([23, 25, 24]);
  });
});

describe('sums', () => {
  test('are what was measured, with its sign', () => {
    const sums = sumOf([
      observed('oral', 150, at('08:00')),
      observed('oral', 0.1, at('09:00')),
      observed('oral', 0.2, at('09:00')),
      observed('urine', 400, at('23:30')),
    ]);
    expect(sums).toMatchObject({ in: 150_300, out: 400_000, balance: -249_700, infused: undefined });
  });

  test('what was not measured is undefined, a measured nought is a nought', () => {
    expect(sumOf([])).toMatchObject({ in: undefined, out: undefined, balance: undefined });
    expect(sumOf([observed('urine', 0, at('08:00'))])).toMatchObject({ in: undefined, out: 0, balance: 0 });
  });

  test('leave out what was entered in error, and say how many they cannot read', () => {
    const wrong = observed('oral', 150, at('08:00'), { status: 'entered-in-error' });
    const litres = observed('oral', 1, at('08:00'), { valueQuantity: { value: 1, unit: 'l' } });
    expect(entriesOf([wrong, litres, observed('oral', 5, at('08:00'))])).toMatchObject({
      entries: [{ milli: 5000 }],
      unread: 1,
    });
  });

  const days = fc.constantFrom(day, '2026-03-28', '2026-10-24');
  const entries = fc.array(
    fc.record({
      kind: fc.constantFrom(...fluidKinds),
      milli: fc.nat(9_999_999),
      part: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    }),
    { maxLength: 60 },
  );
  test('of the parts are the sum of the whole, over hours, shifts and kinds, also when the clock is changed', () => {
    fc.assert(
      fc.property(days, entries, fc.nat(400), (on, some, rate) => {
        const whole = fluidDay(on);
        const all: FluidEntry[] = some.map(({ kind, milli, part }, id) => ({
          id: String(id),
          kind,
          milli,
          at: whole.from + Math.floor(part * (whole.until - whole.from)),
        }));
        const running = infusionsOf([given(1000, whole.from + 61_000)], [order(rate)], whole.until).counted;
        const total = sumsOf(all, running, whole);
        const parts = [
          whole.shifts,
          whole.shifts.flatMap(({ hours }) => hours),
          whole.shifts.flatMap(({ hours }) => hours).flatMap(({ from, until }) => halves(from, until)),
        ];
        for (const spans of parts) {
          const sums = spans.map((span) => sumsOf(all, running, span));
          const add = (name: 'in' | 'out' | 'balance' | 'infused') =>
            sums.reduce((sum, one) => sum + (one[name] ?? 0), 0);
          expect([add('in'), add('out'), add('balance'), add('infused')]).toEqual([
            total.in ?? 0,
            total.out ?? 0,
            total.balance ?? 0,
            total.infused ?? 0,
          ]);
        }
        const kinds = Object.values(total.byKind).reduce((sum, one) => sum + one, 0);
        expect(kinds + (total.infused ?? 0)).toBe((total.in ?? 0) + (total.out ?? 0));
      }),
    );
  });
});

const halves = (from: number, until: number) => [
  { from, until: from + 1_234_567 },
  { from: from + 1_234_567, until },
];
const order = (rate: number, more: object = {}) => ({
  resourceType: 'MedicationRequest',
  id: 'ringer',
  status: 'active',
  medicationCodeableConcept: { text: 'Ringer-acetat' },
  dosageInstruction: [
    { route: { text: 'i.v.' }, doseAndRate: [{ rateQuantity: { value: rate, unit: 'ml/time' } }] },
  ],
  ...more,
});
const given = (ml: number, moment: number, unit = 'ml') => ({
  resourceType: 'MedicationAdministration',
  id: 'bag',
  status: 'completed',
  request: { reference: 'MedicationRequest/ringer' },
  effectiveDateTime: new Date(moment).toISOString(),
  dosage: { dose: { value: ml, unit } },
});

describe('an infusion', () => {
  const within = (from: string, until: string, request: object = order(125), now = at('23:00')) =>
    infusionsOf([given(1000, at('08:30'))], [request as ReturnType<typeof order>], now).counted[0]?.within({
      from: at(from),
      until: at(until),
    });

  test('runs by its rate until its volume is in', () => {
    expect(within('08:00', '09:00')).toBe(62_000);
    expect(within('08:00', '10:30')).toBe(250_000);
    expect(within('08:00', '22:00')).toBe(1_000_000);
    expect(within('17:00', '22:00')).toBeUndefined();
  });

  test('is counted until now and not further, and until its order was stopped', () => {
    expect(within('08:00', '22:00', order(125), at('10:30'))).toBe(250_000);
    const stopped = order(125, {
      status: 'stopped',
      extension: [
        {
          url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.statusChanged',
          valueDateTime: new Date(at('12:30')).toISOString(),
        },
      ],
    });
    expect(within('08:00', '22:00', stopped)).toBe(500_000);
  });

  test('ends when the next bag of its order begins', () => {
    const bags = [given(1000, at('08:00')), { ...given(1000, at('12:00')), id: 'next' }];
    const { counted } = infusionsOf(bags, [order(125)], at('23:00'));
    const hour = { from: at('12:00'), until: at('13:00') };
    expect(counted.map((one) => one.within(hour))).toEqual([undefined, 125_000]);
  });

  test('without a volume or a rate is told as not counted', () => {
    const { counted, uncounted } = infusionsOf(
      [given(1000, at('08:30'), 'mg'), { ...given(1, at('09:00')), status: 'not-done' }],
      [order(125)],
      at('12:00'),
    );
    expect([counted.length, uncounted.map(({ drug }) => drug)]).toEqual([0, ['Ringer-acetat']]);
  });
});
