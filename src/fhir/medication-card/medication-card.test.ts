import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalOf } from '../dose/decimal.ts';
import type { Dose, Step, When } from '../dose/step.ts';
import { differencesOf, isSameDose, pairLines, type CardLine } from './differences.ts';
import { contentOf, copyOf, doseOf, dosageOf, isSameContent } from './shape.ts';

const decimal = (text: string) => {
  const value = decimalOf(text);
  if (value === undefined) throw new Error(text);
  return value;
};
const step = (amount: string, unit: string, when: When): Step => ({
  amount: { value: decimal(amount), unit },
  upTo: undefined,
  rate: undefined,
  when,
  most: undefined,
  from: undefined,
  until: undefined,
});
const daily = (...times: string[]): When => ({ kind: 'clock', times, everyDays: 1, weekdays: [] });
const dose = (...steps: Step[]): Dose => ({ steps, route: 'p.o.', text: '' });
const line = (more: Partial<CardLine> = {}): CardLine => ({
  id: 'a',
  atc: 'C03CA01',
  generic: 'furosemid',
  form: 'tabl.',
  strength: '40 mg',
  dose: dose(step('40', 'mg', daily('08:00'))),
  state: 'active',
  ...more,
});

describe('a difference', () => {
  test('is none between 2 tablets of 20 mg and 40 mg, 1 g and 1000 mg, once a day and at eight', () => {
    expect(
      isSameDose(line({ strength: '20 mg', dose: dose(step('2', 'tablet', daily('08:00'))) }), line()),
    ).toBe(true);
    const gram = line({ dose: dose(step('1', 'g', { kind: 'count', count: 1, period: 1, unit: 'd' })) });
    expect(isSameDose(gram, line({ dose: dose(step('1000', 'mg', daily('20:00'))) }))).toBe(true);
  });
  test('is named: dose to the last decimal, strength, form, pause, stop, missing', () => {
    expect(differencesOf(line(), line({ dose: dose(step('40.001', 'mg', daily('08:00'))) }))).toEqual([
      'dose',
    ]);
    expect(differencesOf(line(), line({ strength: '20 mg' }))).toEqual(['strength']);
    expect(differencesOf(line(), line({ form: 'oral opl.', strength: '40 mg' }))).toContain('form');
    expect(differencesOf(line(), line({ state: 'paused' }))).toEqual(['paused-here']);
    expect(differencesOf(line({ state: 'paused' }), line())).toEqual(['paused-there']);
    expect(differencesOf(line(), line({ state: 'stopped' }))).toEqual(['stopped']);
    expect(differencesOf(line(), undefined)).toEqual(['missing-here']);
    expect(differencesOf(undefined, line())).toEqual(['missing-there']);
  });
});

const whens: fc.Arbitrary<When> = fc.oneof(
  fc
    .record({
      times: fc.uniqueArray(fc.constantFrom('08:00', '12:00', '18:00', '22:00'), { minLength: 1 }),
      everyDays: fc.constantFrom(1, 2, 7),
    })
    .map(({ times, everyDays }): When => ({
      kind: 'clock',
      times: [...times].sort(),
      everyDays,
      weekdays: [],
    })),
  fc
    .record({ count: fc.integer({ min: 1, max: 6 }), unit: fc.constantFrom('d', 'wk') })
    .map(({ count, unit }): When => ({ kind: 'count', count, period: 1, unit })),
  fc
    .integer({ min: 1, max: 6 })
    .map((times): When => ({ kind: 'needed', times, minutesBetween: undefined, reason: '' })),
);
const doses = fc
  .record({
    amount: fc.integer({ min: 1, max: 100_000 }),
    scale: fc.integer({ min: 0, max: 3 }),
    when: whens,
  })
  .map(({ amount, scale, when }) => dose(step(`${amount}e-${scale}`, 'mg', when)));
const lines = (prefix: string) =>
  fc
    .array(
      fc.record({
        atc: fc.constantFrom('C03CA01', 'C07AB02', ''),
        strength: fc.constantFrom('20 mg', '40 mg'),
        state: fc.constantFrom('active', 'paused', 'stopped'),
        dose: doses,
      }),
      { maxLength: 6 },
    )
    .map((all) => all.map((one, index) => line({ ...one, id: `${prefix}${index}` })));

describe('pairing', () => {
  test('puts every line that holds in exactly one pair, of one substance, whatever order they come in', () => {
    fc.assert(
      fc.property(lines('t'), lines('h'), (there, here) => {
        const pairs = pairLines(there, here);
        const shown = (side: readonly (CardLine | undefined)[]) =>
          side.flatMap((one) => (one === undefined || one.state === 'stopped' ? [] : [one.id])).sort();
        const held = (all: readonly CardLine[]) =>
          all.flatMap(({ id, state }) => (state === 'stopped' ? [] : [id])).sort();
        expect(shown(pairs.map((pair) => pair.there))).toEqual(held(there));
        expect(shown(pairs.map((pair) => pair.here))).toEqual(held(here));
        for (const pair of pairs) if (pair.there && pair.here) expect(pair.there.atc).toBe(pair.here.atc);
        const said = (all: typeof pairs) => all.map((pair) => `${pair.there?.id} ${pair.here?.id}`).sort();
        expect(said(pairLines([...there].reverse(), [...here].reverse()))).toEqual(said(pairs));
      }),
    );
  });
  test('finds no difference between a list and itself', () => {
    fc.assert(
      fc.property(lines('t'), (all) => {
        expect(
          pairLines(
            all,
            all.map((one) => ({ ...one })),
          ).flatMap(({ differences }) => differences),
        ).toEqual([]);
      }),
    );
  });
});

describe('a dose on the card', () => {
  test('comes back as the same dose, to the last decimal, as FHIR and in the structure of FMK', () => {
    fc.assert(
      fc.property(doses, (given) => {
        const back = doseOf(dosageOf(given), 'p.o.');
        expect(isSameDose(line({ dose: given }), line({ dose: back }))).toBe(true);
        const content = { ...contentOf({}), drug: drugOf('40 mg'), route: 'p.o.', dosage: dosageOf(given) };
        const copy = copyOf(
          {
            ...content,
            identifier: '1',
            version: 1,
            status: 'active',
            begin: '2026-01-01T08:00:00Z',
            by: 'x',
          },
          'Patient/a',
        );
        expect(isSameContent(contentOf(copy), content)).toBe(true);
      }),
    );
  });
  test('goes as words when the structure cannot say it', () => {
    const infusion = { ...step('1', 'g', { kind: 'interval', minutes: 480 }) };
    expect(dosageOf(dose(infusion)).structure).toBeUndefined();
    expect(dosageOf(dose(infusion)).text).not.toBe('');
  });
});

const drugOf = (strength: string) => ({
  atcCode: 'C03CA01',
  atcText: 'furosemid',
  name: 'FURIX',
  form: 'tabl.',
  strength,
});
