// Letters: working days, steps, and a Composition that says what was written.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, dayOf, momentOn } from '../place-time.ts';
import { whyNotNarrative } from '../narrative.ts';
import { dischargeLetter, letterKindOf, letterKinds } from './kinds.ts';
import {
  cleaned,
  divOf,
  draftOf,
  isSigned,
  printOf,
  readLetter,
  signed,
  textOfDiv,
  wrong,
} from './letter.ts';
import { letterStateOf, letterStatusAt, letterSteps, mayLetterGo } from './steps.ts';
import { addWorkdays, dueAfter, easterOf, isHoliday, isWorkday } from './workdays.ts';

const day = fc
  .integer({ min: Date.parse('2000-01-01'), max: Date.parse('2199-12-31') })
  .map((ms) => new Date(ms).toISOString().slice(0, 10));

describe('working days', () => {
  test.each([
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2038, '2038-04-25'],
    [2285, '2285-03-22'],
  ])('Easter of %i is %s', (year, easter) => {
    expect(easterOf(year)).toBe(easter);
  });

  test('Easter is a Sunday from 22 March to 25 April, in every year', () => {
    for (let year = 1900; year <= 2299; year++) {
      const easter = easterOf(year);
      expect(new Date(`${easter}T12:00:00Z`).getUTCDay()).toBe(0);
      expect(easter.slice(5) >= '03-22' && easter.slice(5) <= '04-25').toBe(true);
    }
  });

  test('the Danish holidays of 2026 are these, and Great Prayer Day is one until 2023', () => {
    const of = (year: number) =>
      Array.from({ length: 365 }, (_, at) => addDays(`${year}-01-01`, at)).filter(isHoliday);
    expect(of(2026)).toEqual([
      '2026-01-01',
      '2026-04-02',
      '2026-04-03',
      '2026-04-05',
      '2026-04-06',
      '2026-05-14',
      '2026-05-24',
      '2026-05-25',
      '2026-12-25',
      '2026-12-26',
    ]);
    expect([isHoliday('2023-05-05'), isHoliday('2024-04-26')]).toEqual([true, false]);
  });

  test.each([
    ['an ordinary Monday', '2026-01-12', '2026-01-15'],
    ['a Thursday', '2026-01-15', '2026-01-20'],
    ['a Saturday', '2026-01-17', '2026-01-21'],
    ['the Wednesday before Easter', '2026-04-01', '2026-04-09'],
    ['the day before Christmas', '2026-12-23', '2026-12-29'],
  ])('three working days after %s', (_what, from, to) => {
    expect(addWorkdays(from, 3)).toBe(to);
  });

  test('the due day is a working day, with exactly so many between, whatever the day', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 15 }), (from, count) => {
        const to = addWorkdays(from, count);
        expect(isWorkday(to)).toBe(true);
        let seen = 0;
        for (let at = addDays(from, 1); at <= to; at = addDays(at, 1)) if (isWorkday(at)) seen++;
        expect(seen).toBe(count);
      }),
    );
  });

  test('who leaves later has the letter due no earlier, and due is the end of a day of the place', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 10_000 }), (from, minutes) => {
        const at = momentOn(from, '00:00');
        const due = dueAfter(at, 3);
        expect(dueAfter(at + minutes * 60_000, 3)).toBeGreaterThanOrEqual(due);
        expect(due).toBe(momentOn(dayOf(due), '23:59'));
      }),
    );
  });
});

describe('the way of a letter', () => {
  const states = [...letterSteps, 'cancelled', 'rejected'] as const;

  test('goes forward only, whatever messages come, and ends once', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...states), { maxLength: 30 }), (messages) => {
        let at: (typeof states)[number] = 'ready';
        for (const to of messages) {
          const before = at;
          if (mayLetterGo(at, to)) at = to;
          if (before === 'cancelled' || before === 'rejected' || before === 'accepted')
            expect(at).toBe(before);
        }
      }),
    );
  });

  test('is read from the Task that was written for it, and from one that knows FHIR alone', () => {
    for (const step of letterSteps)
      expect(
        letterStateOf({ status: letterStatusAt[step], businessStatus: { coding: [{ code: step }] } }),
      ).toBe(step);
    expect(letterStateOf({ status: 'failed' })).toBe('rejected');
    expect(letterStateOf({})).toBe('ready');
  });
});

describe('a letter', () => {
  test('each kind has its required sections among its own, and somebody who signs', () => {
    for (const kind of letterKinds) {
      const own = kind.sections.map(({ id }) => id);
      expect(kind.required.filter((id) => !own.includes(id))).toEqual([]);
      expect(kind.signs.length).toBeGreaterThan(0);
      expect(kind.receivers.length).toBeGreaterThan(0);
    }
  });

  test('any text is a narrative that is taken, and comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        fc.pre(cleaned(text).trim() !== '');
        const div = divOf(text);
        expect(whyNotNarrative(div)).toBeUndefined();
        expect(textOfDiv(div)).toBe(cleaned(text));
      }),
      { numRuns: 50 },
    );
    expect(divOf('<script>alert(1)</script>')).not.toContain('<script');
  });

  test('is read as it was written; a text that was edited is not said to be generated', () => {
    const kind = letterKindOf(dischargeLetter);
    if (kind === undefined) throw new Error('no kind');
    const built = { at: '2026-01-15T13:02:00.000Z', print: printOf('DJ189 Pneumoni') };
    const letter = {
      kind,
      patient: 'p',
      encounter: 'e',
      title: 'Epikrise',
      category: undefined,
      receivers: [{ display: 'Lægerne Torvet' }],
      sections: [
        { id: 'diagnoses', text: 'DJ189 Pneumoni', built, entries: ['Condition/c'] },
        { id: 'course', text: 'Rettet', built, entries: [] },
      ],
      replaces: 'old',
      answers: undefined,
    };
    const by = { reference: 'Practitioner/anne', display: 'Anne Lund' };
    const draft = draftOf(letter, [by], '2026-01-15T14:05:00+01:00');
    expect(readLetter(draft)).toEqual(letter);
    expect(draft.section?.map(({ text }) => text?.status)).toEqual(['generated', 'additional']);
    const final = signed(draft, by, '2026-01-15T14:06:00+01:00');
    expect([isSigned(draft), isSigned(final), final.status]).toEqual([false, true, 'amended']);
    expect(readLetter(wrong(final, 'forkert patient'))).toEqual(letter);
  });
});
