// One dose, and everything that comes from it: texts, planned times, conversion, all exact.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, clockOf, dayOf, fhirMoment, momentOn } from '../place-time.ts';
import { compareAmounts, convert, inForm, ofForm, showAmount, strengthOf, type Amount } from './amount.ts';
import { add, compare, decimalOf, decimalTyped, divide, multiply, spell, subtract } from './decimal.ts';
import { missingOf, readDose, writeDose } from './dose.ts';
import type { Dose, Step, When } from './step.ts';
import { amountWords, doseText, frequencyWords, handedText, labelText, patientText } from './text.ts';
import { amountOfDay, dosesOfDay, plannedIn } from './times.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (clock: string, day = '2026-01-15') => momentOn(day, clock);

/** A decimal as doses have them: up to seven digits, up to four of them decimals. */
const decimals = fc
  .record({ digits: fc.bigInt({ min: 1n, max: 9_999_999n }), scale: fc.nat(4) })
  .map(({ digits, scale }) => decimalOf(`${digits}e-${scale}`) ?? expect.fail('no decimal'));
const amount = (value: string | number, unit: string): Amount => ({
  value: decimalOf(value) ?? expect.fail(`no decimal: ${value}`),
  unit,
});
const times = fc
  .uniqueArray(fc.record({ hour: fc.nat(23), minute: fc.constantFrom(0, 30) }), {
    minLength: 1,
    maxLength: 6,
    selector: ({ hour, minute }) => hour * 60 + minute,
  })
  .map((all) =>
    all
      .map(({ hour, minute }) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
      .sort(),
  );
const whens: fc.Arbitrary<When> = fc.oneof(
  times.map((each): When => ({ kind: 'clock', times: each, everyDays: 1, weekdays: [] })),
  times.map((each): When => ({ kind: 'clock', times: each, everyDays: 2, weekdays: [] })),
  times.map((each): When => ({ kind: 'clock', times: each, everyDays: 1, weekdays: ['mon', 'thu'] })),
  fc.constantFrom(30, 60, 240, 360, 480, 1440).map((minutes): When => ({ kind: 'interval', minutes })),
  fc.constant<When>({ kind: 'once', at: at('10:15') }),
  fc
    .record({
      times: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
      minutes: fc.option(fc.constantFrom(30, 240), { nil: undefined }),
      reason: fc.constantFrom('', 'smerter'),
    })
    .map(({ times: most, minutes, reason }): When => ({
      kind: 'needed',
      times: most,
      minutesBetween: minutes,
      reason,
    })),
  fc
    .record({
      count: fc.integer({ min: 1, max: 6 }),
      period: fc.integer({ min: 1, max: 3 }),
      unit: fc.constantFrom('d', 'wk', 'mo'),
    })
    .map((each): When => ({ kind: 'count', ...each })),
);
const units = fc.constantFrom('mg', 'g', 'mikrogram', 'IE', 'ml', 'tablet', 'mmol');
const steps: fc.Arbitrary<Step> = fc
  .record({ value: decimals, unit: units, when: whens })
  .map(({ value, unit, when }) => ({
    amount: { value, unit },
    upTo: undefined,
    rate: undefined,
    when,
    most: when.kind === 'needed' ? { value: multiply(value, decimalOf(4) ?? value), unit } : undefined,
    from: at('08:00', '2026-01-10'),
    until: at('08:00', '2026-01-20'),
  }));
const doses: fc.Arbitrary<Dose> = fc.record({
  steps: fc.array(steps, { minLength: 1, maxLength: 3 }),
  route: fc.constantFrom('p.o.', 'i.v.', 's.c.'),
  text: fc.constant(''),
});

describe('decimals', () => {
  test('are exact: what is added is taken away again, what is multiplied is divided again', () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        expect(spell(subtract(add(a, b), b))).toBe(spell(a));
        const quotient = divide(multiply(a, b), b);
        expect(quotient === undefined ? undefined : spell(quotient)).toBe(spell(a));
        expect(compare(a, b) + compare(b, a)).toBe(0);
        expect(spell(decimalOf(spell(a)) ?? b)).toBe(spell(a));
      }),
    );
    expect(spell(add(amount('0.1', '').value, amount('0.2', '').value))).toBe('0.3');
    expect(divide(amount(1, '').value, amount(3, '').value)).toBeUndefined();
    expect(divide(amount(1, '').value, amount(0, '').value)).toBeUndefined();
  });

  test('are read as people type them, and nothing else is a number', () => {
    const typed = (text: string) => {
      const value = decimalTyped(text);
      return value === undefined ? undefined : spell(value);
    };
    expect(['0,5', '0.5', '5.000', '1.250,5', '1,50', '007'].map(typed)).toEqual([
      '0.5',
      '0.5',
      '5000',
      '1250.5',
      '1.5',
      '7',
    ]);
    expect(
      ['', ',5', '5,', '1.2.3', '-1', '1e3', '1/2', '12 34,'].map(typed).filter((each) => each !== undefined),
    ).toEqual([]);
    expect(decimalOf(0.1)).toEqual({ digits: 1n, scale: 1 });
    expect(decimalOf('1e999')).toBeUndefined();
  });
});

describe('amounts', () => {
  test('are converted there and back without loss, and never between kinds', () => {
    fc.assert(
      fc.property(
        decimals,
        fc.constantFrom(['g', 'mg'], ['mg', 'mikrogram'], ['l', 'ml'], ['mmol', 'mikromol']),
        (value, [from = '', to = '']) => {
          const there = convert({ value, unit: from }, to) ?? expect.fail('no way there');
          expect(showAmount(convert(there, from) ?? there, 'da')).toBe(
            showAmount({ value, unit: from }, 'da'),
          );
          expect(compareAmounts({ value, unit: from }, there)).toBe(0);
          expect(convert({ value, unit: from }, 'IE')).toBeUndefined();
        },
      ),
    );
  });

  test('what is ordered and what is handed over are one amount', () => {
    fc.assert(
      fc.property(decimals, decimals, (ordered, strong) => {
        const strength = { amount: { value: strong, unit: 'mg' }, per: 'tablet' };
        const handed = inForm({ value: ordered, unit: 'mg' }, strength);
        if (handed === undefined) return;
        expect(compareAmounts(ofForm(handed, strength) ?? handed, { value: ordered, unit: 'mg' })).toBe(0);
      }),
    );
    const tablet = strengthOf('filmovertr. tabl.', '40 mg') ?? expect.fail('no strength');
    expect(handedText(amount(40, 'mg'), tablet, 'da')).toBe('40 mg = 1 tablet á 40 mg');
    expect(handedText(amount('0.1', 'g'), tablet, 'da')).toBe('0,1 g = 2,5 tabletter á 40 mg');
    expect(handedText(amount(50, 'IE'), tablet, 'da')).toBeUndefined();
    expect(inForm(amount(10, 'mg'), { amount: amount(3, 'mg'), per: 'tablet' })).toBeUndefined();
    const vial = strengthOf('inj.vsk.', '40 mg/ml') ?? expect.fail('no strength');
    expect(handedText(amount(320, 'mg'), vial, 'da')).toBe('320 mg = 8 ml á 40 mg/ml');
    expect(handedText(amount(320, 'mg'), vial, 'en')).toBe('320 mg = 8 ml of 40 mg/ml');
  });

  test('a strength that is not one number is none', () => {
    expect(strengthOf('tabl.', '500 mg + 400 IE')).toBeUndefined();
    expect(strengthOf('inf.vsk.', '')).toBeUndefined();
    expect(strengthOf('mikstur', '250 mg/5 ml')).toBeUndefined();
    expect(strengthOf('inj.vsk.', '5.000 IE')).toBeUndefined();
    expect(strengthOf('inj.vsk., engangssprøjte', '5.000 IE')).toEqual({
      amount: amount(5000, 'IE'),
      per: 'sprøjte',
    });
  });

  test('are written so that none is taken for another', () => {
    expect(showAmount(amount('0.50', 'mg'), 'da')).toBe('0,5 mg');
    expect(showAmount(amount('.5e0'.replace('.', '0.'), 'ug'), 'da')).toBe('0,5 mikrogram');
    expect(showAmount(amount(5000, '[iU]'), 'da')).toBe('5.000 IE');
    expect(showAmount(amount('1234.5', 'U'), 'en')).toBe('1,234.5 IE');
    fc.assert(
      fc.property(decimals, units, (value, unit) => {
        const text = showAmount({ value, unit }, 'da');
        const [number = '', ...words] = text.split(' ');
        expect(number).toMatch(/^(0|[1-9]\d{0,2}(\.\d{3})*)(,\d*[1-9])?$/);
        expect(words.join(' ')).toMatch(/^(mg|g|mikrogram|IE|ml|tablet|tabletter|mmol)$/);
        expect(spell(decimalTyped(number) ?? expect.fail(text))).toBe(spell(value));
      }),
    );
  });
});

describe('a dose', () => {
  test('is written to FHIR and read again as it was', () => {
    fc.assert(
      fc.property(doses, (dose) => {
        const request = JSON.parse(JSON.stringify({ dosageInstruction: writeDose(dose) })) as unknown;
        expect({ ...readDose(request), text: '' }).toEqual(dose);
        expect(missingOf(dose)).toEqual([]);
      }),
    );
  });

  test('that is not whole says what is missing', () => {
    expect(missingOf(readDose({}))).toEqual(['dose', 'route']);
    expect(missingOf(readDose({ dosageInstruction: [{ text: 'efter skema' }] }))).toEqual(['dose', 'route']);
    expect(
      missingOf(readDose({ dosageInstruction: [{ timing: { repeat: {} }, route: { text: 'p.o.' } }] })),
    ).toEqual(['amount', 'time']);
    expect(
      missingOf(
        readDose({
          dosageInstruction: [
            {
              asNeededBoolean: true,
              route: { text: 'p.o.' },
              doseAndRate: [{ doseQuantity: { value: 0, unit: 'mg' } }],
            },
          ],
        }),
      ),
    ).toEqual(['amount']);
    expect(
      missingOf(
        readDose({
          dosageInstruction: [
            { asNeededBoolean: true, route: { text: 'p.o.' }, doseAndRate: [{ doseQuantity: { value: 5 } }] },
          ],
        }),
      ),
    ).toEqual(['unit']);
  });

  test('has in every text its whole amount and its whole unit', () => {
    fc.assert(
      fc.property(doses, fc.constantFrom('da' as const, 'en' as const), (dose, language) => {
        const wholes = dose.steps.map((step) => amountWords(step, language));
        for (const text of [
          doseText(dose, language),
          labelText('furosemid', dose, undefined, language),
          patientText(dose, undefined, language),
        ])
          for (const whole of wholes) {
            expect(text).toContain(whole);
            expect(text).not.toMatch(/undefined|NaN|µg|\bU\b/);
          }
      }),
    );
  });

  const step = (more: Partial<Step>): Step => ({
    amount: amount(40, 'mg'),
    upTo: undefined,
    rate: undefined,
    when: { kind: 'unknown' },
    most: undefined,
    from: undefined,
    until: undefined,
    ...more,
  });
  const one = (more: Partial<Step>): Dose => ({ steps: [step(more)], route: 'p.o.', text: '' });

  test('is told on one line, to the ward and to the patient', () => {
    const twice: When = { kind: 'clock', times: ['08:00', '14:00'], everyDays: 1, weekdays: [] };
    expect(doseText(one({ when: twice }), 'da')).toBe('40 mg p.o. × 2 kl. 08, 14');
    const tablet = strengthOf('tabl.', '40 mg');
    expect(patientText(one({ when: twice }), tablet, 'da')).toBe(
      'Tag 1 tablet (40 mg) 2 gange dagligt kl. 8 og 14.',
    );
    expect(patientText(one({ when: twice }), tablet, 'en')).toBe(
      'Take 1 tablet (40 mg) 2 times daily at 8 and 14.',
    );
    expect(labelText('furosemid FURIX tabl. 40 mg', one({ when: twice }), tablet, 'da')).toBe(
      'furosemid FURIX tabl. 40 mg\n40 mg = 1 tablet á 40 mg — p.o. — × 2 kl. 08, 14',
    );
    const needed: When = { kind: 'needed', times: 4, minutesBetween: 240, reason: 'smerter' };
    expect(doseText(one({ amount: amount(1, 'g'), when: needed, most: amount(4, 'g') }), 'da')).toBe(
      '1 g p.o. p.n., ved smerter, højst 4 gange og 4 g i døgnet, mindst 4 t imellem',
    );
    expect(frequencyWords(step({ when: { kind: 'interval', minutes: 480 } }), 'da')).toBe('hver 8. time');
    expect(
      frequencyWords(
        step({ amount: amount(1000, 'ml'), rate: amount(125, 'ml/time'), when: { kind: 'continuous' } }),
        'da',
      ),
    ).toBe('125 ml/time, kontinuerligt');
    expect(doseText({ steps: [], route: '', text: 'efter skema' }, 'da')).toBe('efter skema');
  });

  test('that tapers is told step by step', () => {
    const clock: When = { kind: 'clock', times: ['08:00'], everyDays: 1, weekdays: [] };
    const taper: Dose = {
      route: 'p.o.',
      text: '',
      steps: [
        step({ when: clock, from: at('00:00'), until: at('00:00', '2026-01-18') }),
        step({
          amount: amount(20, 'mg'),
          when: clock,
          from: at('00:00', '2026-01-18'),
          until: at('00:00', '2026-01-19'),
        }),
      ],
    };
    expect(doseText(taper, 'da')).toBe('40 mg p.o. × 1 kl. 08 i 3 dage, derefter 20 mg × 1 kl. 08 i 1 dag');
    expect(
      plannedIn(taper, undefined, at('00:00'), at('00:00', '2026-02-01')).map(({ at: time, step: each }) => [
        dayOf(time),
        amountWords(each, 'da'),
      ]),
    ).toEqual([
      ['2026-01-15', '40 mg'],
      ['2026-01-16', '40 mg'],
      ['2026-01-17', '40 mg'],
      ['2026-01-18', '20 mg'],
    ]);
  });

  test('of a day is the dose as often as it is given, exactly', () => {
    fc.assert(
      fc.property(steps, (each) => {
        const [sum, count] = [amountOfDay({ ...each, most: undefined }), dosesOfDay(each)];
        if (sum === undefined || count === undefined || !Number.isInteger(count) || each.amount === undefined)
          return;
        const product = multiply(each.amount.value, decimalOf(count) ?? each.amount.value);
        expect(spell(sum.value)).toBe(spell(product));
      }),
    );
  });

  test('of a day is summed exactly', () => {
    const day = (more: Partial<Step>) => {
      const sum = amountOfDay(step(more));
      return sum === undefined ? undefined : showAmount(sum, 'da');
    };
    expect(
      day({
        amount: amount('0.1', 'mg'),
        when: { kind: 'clock', times: ['08:00', '14:00', '22:00'], everyDays: 1, weekdays: [] },
      }),
    ).toBe('0,3 mg');
    expect(day({ when: { kind: 'interval', minutes: 480 } })).toBe('120 mg');
    expect(day({ when: { kind: 'interval', minutes: 420 } })).toBeUndefined();
    expect(day({ when: { kind: 'needed', times: 4, minutesBetween: undefined, reason: '' } })).toBe('160 mg');
    expect(day({ rate: amount(80, 'ml/time'), when: { kind: 'continuous' } })).toBe('1.920 ml');
    expect(day({ rate: amount(1, 'mikrogram/kg/min'), when: { kind: 'continuous' } })).toBeUndefined();
  });
});

describe('planned times', () => {
  const clockDose = (each: readonly string[]): Dose => ({
    route: 'p.o.',
    text: '',
    steps: [
      {
        amount: amount(1, 'g'),
        upTo: undefined,
        rate: undefined,
        when: { kind: 'clock', times: each, everyDays: 1, weekdays: [] },
        most: undefined,
        from: undefined,
        until: undefined,
      },
    ],
  });
  // Days on which clocks change are among them.
  const days = fc.constantFrom(
    '2026-01-15',
    '2026-03-28',
    '2026-03-29',
    '2026-10-24',
    '2026-10-25',
    '2026-12-31',
  );

  test('are as many each day as the dose has times, in summer and in winter and on the days between', () => {
    fc.assert(
      fc.property(times, days, fc.integer({ min: 1, max: 5 }), (each, day, count) => {
        const from = momentOn(day, '00:00');
        const to = momentOn(addDays(day, count), '00:00') - 1;
        const planned = plannedIn(clockDose(each), undefined, from, to).map((one) => one.at);
        expect(planned).toEqual([...planned].sort((a, b) => a - b));
        for (let index = 0; index < count; index++) {
          const own = planned.filter((time) => dayOf(time) === addDays(day, index));
          expect(own).toHaveLength(each.length);
          const clocks = own.map((time) => clockOf(time).slice(0, 5));
          // Only the hour that a spring night leaves out is shown as another.
          for (const clock of each) if (!clock.startsWith('02')) expect(clocks).toContain(clock);
        }
      }),
    );
  });

  test('of an interval are that far apart also when the clocks change', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 4, 6, 8, 12), days, (hours, day) => {
        const from = momentOn(day, '06:00');
        const dose: Dose = {
          route: 'i.v.',
          text: '',
          steps: [
            {
              amount: amount(1, 'g'),
              upTo: undefined,
              rate: undefined,
              when: { kind: 'interval', minutes: hours * 60 },
              most: undefined,
              from,
              until: from + 3 * dayMs,
            },
          ],
        };
        const planned = plannedIn(dose, undefined, from - dayMs, from + 5 * dayMs).map((one) => one.at);
        expect(planned).toHaveLength((3 * 24) / hours);
        planned.forEach((time, index) => expect(time).toBe(from + index * hours * hourMs));
      }),
    );
  });

  test('of a window are those of its parts: none is lost and none comes twice, wherever it is cut', () => {
    fc.assert(
      fc.property(doses, fc.integer({ min: 1, max: 12 * 24 * 60 - 1 }), (dose, cut) => {
        const [from, to] = [at('00:00', '2026-01-09'), at('00:00', '2026-01-21')];
        const between = from + cut * 60_000;
        const whole = plannedIn(dose, undefined, from, to).map((one) => one.at);
        const parts = [
          ...plannedIn(dose, undefined, from, between - 1),
          ...plannedIn(dose, undefined, between, to),
        ].map((one) => one.at);
        expect(parts).toEqual(whole);
      }),
    );
  });

  test('are never before the order nor after its end, nor of what is given when needed', () => {
    fc.assert(
      fc.property(doses, fc.integer({ min: 0, max: 10 * 24 }), (dose, hours) => {
        const ordered = at('00:00', '2026-01-10') + hours * hourMs;
        for (const { at: time, step } of plannedIn(dose, ordered, 0, at('00:00', '2026-02-01'))) {
          if (step.when.kind !== 'once') expect(time).toBeGreaterThanOrEqual(ordered);
          if (step.when.kind !== 'once') expect(time).toBeLessThan(step.until ?? Infinity);
          expect(step.when.kind).not.toBe('needed');
        }
      }),
    );
  });

  test('of every other day begin on the first', () => {
    const dose = readDose({
      dosageInstruction: [
        {
          timing: {
            repeat: {
              frequency: 1,
              period: 2,
              periodUnit: 'd',
              timeOfDay: ['08:00:00'],
              boundsPeriod: { start: fhirMoment(at('07:00')) },
            },
          },
        },
      ],
    });
    expect(
      plannedIn(dose, undefined, at('00:00'), at('23:00', '2026-01-20')).map((one) => dayOf(one.at)),
    ).toEqual(['2026-01-15', '2026-01-17', '2026-01-19']);
  });
});
