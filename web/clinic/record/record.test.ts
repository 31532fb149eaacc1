import type {
  AllergyIntolerance,
  MedicationAdministration,
  MedicationRequest,
  Observation,
} from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fhirMoment, momentOn } from '../../parts/format/date.ts';
import danish from '../../texts/da.json';
import { createIntl } from 'react-intl';
import type { Say } from '../../parts/text.tsx';
import { caveOf } from './cave.ts';
import { shorten } from './course.ts';
import { doseAmount, doseFrequency, doseOfDay, drugNameOf } from './dose.ts';
import { ewsLevel, ewsOf, isEwsOverdue } from './ews.ts';
import { dosesOf, openDoses, plannedTimes } from './next-dose.ts';
import { decodeText, encodeText } from './notes.ts';
import { earlierValue, groupOf, isNewAnswer, markOf, resultRows, valueText } from './results.ts';
import { currentStay, dayOfStay } from './stay.ts';

const intl = createIntl({ locale: 'da', messages: danish });
const say: Say = (key, values) => intl.formatMessage({ id: key }, values);
const at = (clock: string, day = '2026-01-15') => momentOn(day, clock);

function request(change: Partial<MedicationRequest> = {}): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    id: 'm1',
    status: 'active',
    intent: 'order',
    subject: {},
    authoredOn: '2026-01-13T10:00:00+01:00',
    medicationCodeableConcept: {
      coding: [{ system: 'http://www.whocc.no/atc', code: 'C03CA01', display: 'furosemid' }],
      text: 'furosemid, FURIX, tabl., 40 mg',
    },
    dosageInstruction: [
      {
        timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd', timeOfDay: ['08:00:00', '14:00:00'] } },
        route: { text: 'p.o.' },
        doseAndRate: [{ doseQuantity: { value: 40, unit: 'mg' } }],
      },
    ],
    ...change,
  };
}

function given(clock: string, change: Partial<MedicationAdministration> = {}): MedicationAdministration {
  return {
    resourceType: 'MedicationAdministration',
    id: clock,
    status: 'completed',
    subject: {},
    request: { reference: 'MedicationRequest/m1' },
    effectiveDateTime: fhirMoment(at(clock) + 7 * 60_000),
    extension: [{ url: 'https://holdfast.dk/fhir/planned-time', valueDateTime: fhirMoment(at(clock)) }],
    ...change,
  };
}

describe('doses', () => {
  const day = (now: string, answers: readonly MedicationAdministration[] = [], one = request()) =>
    dosesOf(one, answers, at('00:00'), at('23:59'), at(now)).map((dose) => dose.state);

  test('are planned, due within half an hour, and late half an hour after', () => {
    expect(day('07:00')).toEqual(['planned', 'planned']);
    expect(day('07:31')).toEqual(['due', 'planned']);
    expect(day('08:30')).toEqual(['due', 'planned']);
    expect(day('08:31')).toEqual(['late', 'planned']);
  });

  test('an administration answers the dose it names, given or not given', () => {
    expect(day('15:00', [given('08:00')])).toEqual(['given', 'late']);
    expect(day('15:00', [given('08:00'), given('14:00', { status: 'not-done' })])).toEqual([
      'given',
      'notGiven',
    ]);
  });

  test('one that names none answers the nearest, and no two', () => {
    const unnamed = given('13:40', { extension: [] });
    expect(day('15:00', [unnamed])).toEqual(['late', 'given']);
  });

  test('another order’s administration answers nothing', () => {
    expect(day('15:00', [given('08:00', { request: { reference: 'MedicationRequest/other' } })])).toEqual([
      'late',
      'late',
    ]);
  });

  test('none is planned before the order was written or after its end', () => {
    expect(
      plannedTimes(request({ authoredOn: '2026-01-15T09:00:00+01:00' }), at('00:00'), at('23:59')),
    ).toEqual([at('14:00')]);
  });

  test('paused ones are not late, and home medicine is not given here', () => {
    expect(day('15:00', [], request({ status: 'on-hold' }))).toEqual(['paused', 'paused']);
    expect(
      openDoses([request({ category: [{ coding: [{ code: 'community' }] }] })], [], at('15:00')),
    ).toEqual([]);
  });

  test('a dose that nobody signed for stays late for a day, or until a later one is answered', () => {
    const evening = openDoses([request()], [], at('07:00', '2026-01-15'));
    expect(evening.map((dose) => [dose.at, dose.state])).toEqual([
      [at('08:00', '2026-01-14'), 'late'],
      [at('14:00', '2026-01-14'), 'late'],
      [at('08:00'), 'planned'],
      [at('14:00'), 'planned'],
    ]);
    expect(openDoses([request()], [given('08:00')], at('09:00')).map((dose) => dose.at)).toEqual([
      at('14:00'),
    ]);
  });

  test('what is open comes by the clock, and every answered dose is gone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1439 }), fc.boolean(), (minute, answered) => {
        const now = at('00:00') + minute * 60_000;
        const open = openDoses([request()], answered ? [given('08:00')] : [], now);
        expect(open.map((dose) => dose.at)).toEqual(open.map((dose) => dose.at).sort((a, b) => a - b));
        if (answered) expect(open.some((dose) => dose.at === at('08:00'))).toBe(false);
        for (const dose of open) expect(dose.state === 'late').toBe(dose.at < now - 30 * 60_000);
      }),
    );
  });
});

describe('the line of a drug', () => {
  test('generic name apart from the rest', () => {
    expect(drugNameOf(request())).toEqual({ generic: 'furosemid', rest: 'FURIX, tabl., 40 mg' });
    expect(
      drugNameOf(request({ medicationCodeableConcept: { text: 'Simvastatin 10 MG Oral Tablet' } })),
    ).toEqual({ generic: 'Simvastatin 10 MG Oral Tablet', rest: '' });
  });

  test('a generic name is a whole word of the text, and no blank stands before a comma', () => {
    const named = (display: string, text: string) =>
      drugNameOf(request({ medicationCodeableConcept: { coding: [{ display }], text } }));
    expect(named('cefuroxim', 'cefuroxim , CEFUROXIM "FRESENIUS KABI" , pulv.t.inj.vsk., 1,5 g')).toEqual({
      generic: 'cefuroxim',
      rest: 'CEFUROXIM "FRESENIUS KABI", pulv.t.inj.vsk., 1,5 g',
    });
    expect(named('morfin', 'morfinhydrochlorid, tabl., 10 mg')).toEqual({
      generic: 'morfin',
      rest: 'morfinhydrochlorid, tabl., 10 mg',
    });
  });

  test('four times a day as needed is at most four times', () => {
    const asNeeded = request({
      dosageInstruction: [
        {
          asNeededBoolean: true,
          timing: { repeat: { frequency: 4, period: 1, periodUnit: 'd' } },
          maxDosePerPeriod: { numerator: { value: 10, unit: 'mg' } },
        },
      ],
    });
    expect(doseFrequency(asNeeded, say, 'da')).toBe('p.n., højst 4 gange og 10 mg i døgnet');
  });

  test('dose, frequency and the dose of a day', () => {
    expect(doseAmount(request(), 'da')).toBe('40 mg');
    expect(doseFrequency(request(), say, 'da')).toBe('× 2 kl. 08, 14');
    expect(doseOfDay(request(), 'da')).toBe('80 mg');
    const asNeeded = request({
      dosageInstruction: [
        { asNeededBoolean: true, maxDosePerPeriod: { numerator: { value: 4, unit: 'g' } } },
      ],
    });
    expect(doseFrequency(asNeeded, say, 'da')).toBe('p.n., højst 4 g i døgnet');
    expect(
      doseOfDay(
        request({
          dosageInstruction: [
            {
              timing: { repeat: { timeOfDay: ['08:00', '14:00', '20:00'] } },
              doseAndRate: [{ doseQuantity: { value: 0.1, unit: 'mg' } }],
            },
          ],
        }),
        'da',
      ),
    ).toBe('0,3 mg');
  });
});

describe('early-warning score', () => {
  const score = (value: number, clock: string, due?: string): Observation => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://snomed.info/sct', code: '1104051000000101' }] },
    effectiveDateTime: fhirMoment(at(clock)),
    valueInteger: value,
    ...(due !== undefined && {
      extension: [{ url: 'https://holdfast.dk/fhir/next-due', valueDateTime: fhirMoment(at(due)) }],
    }),
  });

  test('is the newest, with the one before it', () => {
    expect(ewsOf([score(3, '08:00'), score(5, '12:00', '16:00')])).toEqual({
      score: 5,
      at: at('12:00'),
      before: 3,
      nextDue: at('16:00'),
      single: false,
      adjusted: false,
    });
    expect(ewsOf([])).toBeUndefined();
  });

  test('is overdue only after the time it was due', () => {
    const ews = ewsOf([score(5, '12:00', '16:00')]);
    expect(ews !== undefined && isEwsOverdue(ews, at('16:00'))).toBe(false);
    expect(ews !== undefined && isEwsOverdue(ews, at('16:01'))).toBe(true);
  });

  test('says that it is adjusted, and that one measurement alone gives three points', () => {
    const own = 'https://holdfast.dk/fhir/early-warning';
    const adjusted = {
      ...score(3, '12:00'),
      basedOn: [{ reference: 'CarePlan/p1' }],
      interpretation: [{ coding: [{ system: own, code: 'single-three' }] }],
    } satisfies Observation;
    expect(ewsOf([adjusted])).toMatchObject({ adjusted: true, single: true });
    expect([ewsLevel(3, true), ewsLevel(7, true)]).toEqual(['abn', 'crit']);
  });

  test('has four levels', () => {
    expect([0, 1, 4, 5, 6, 7, 20].map((value) => ewsLevel(value))).toEqual([
      'plain',
      'watch',
      'watch',
      'abn',
      'abn',
      'crit',
      'crit',
    ]);
  });
});

describe('results', () => {
  const value = (number: number, change: Partial<Observation> = {}): Observation => ({
    resourceType: 'Observation',
    id: String(number),
    status: 'final',
    category: [{ coding: [{ code: 'laboratory' }] }, { text: 'Elektrolytter' }],
    code: { coding: [{ code: 'NPU03230' }], text: 'P-Kalium' },
    effectiveDateTime: '2026-01-15T06:05:00+01:00',
    valueQuantity: { value: number, unit: 'mmol/L' },
    referenceRange: [{ low: { value: 3.5 }, high: { value: 4.6 } }],
    ...change,
  });

  test('the laboratory’s own word counts before the range', () => {
    expect(markOf(value(6.1, { interpretation: [{ coding: [{ code: 'HH' }] }] }))).toBe('veryHigh');
    expect(markOf(value(6.1, { interpretation: [{ coding: [{ code: 'N' }] }] }))).toBeUndefined();
    expect(markOf(value(6.1))).toBe('high');
    expect(markOf(value(3.1))).toBe('low');
    expect(markOf(value(4))).toBeUndefined();
  });

  test('values of different units are never in one row', () => {
    expect(
      resultRows([value(4), value(4.2), value(16, { valueQuantity: { value: 16, unit: 'mg/dL' } })]).map(
        (row) => [row.unit, row.values.length],
      ),
    ).toEqual([
      ['mmol/L', 2],
      ['mg/dL', 1],
    ]);
  });

  test('a group is the laboratory’s, else the category', () => {
    expect(groupOf(value(4))).toBe('Elektrolytter');
    expect(groupOf(value(4, { category: [{ coding: [{ code: 'laboratory' }] }] }))).toBe('laboratory');
    expect(groupOf({ resourceType: 'Observation', status: 'final', code: {} })).toBe('');
  });

  test('new is what was answered since the chart was seen, else within twelve hours', () => {
    const answered = (clock: string, change: Partial<Observation> = {}) =>
      value(4, { issued: fhirMoment(at(clock)), ...change });
    const now = at('20:00');
    expect(isNewAnswer(answered('09:00'), undefined, now)).toBe(true);
    expect(isNewAnswer(answered('07:30'), undefined, now)).toBe(false);
    expect(isNewAnswer(answered('07:30'), at('07:00'), now)).toBe(true);
    expect(isNewAnswer(answered('09:00'), at('10:00'), now)).toBe(false);
    // Answered before the look, but it came, or was corrected, after it.
    const late = { meta: { lastUpdated: fhirMoment(at('11:00')) } };
    expect(isNewAnswer(answered('09:00', late), at('10:00'), now)).toBe(true);
    expect(isNewAnswer(answered('09:00', { ...late, status: 'entered-in-error' }), at('10:00'), now)).toBe(
      false,
    );
  });

  test('a corrected value knows what it was before', () => {
    const version = (number: number, versionId: string) => value(number, { meta: { versionId } });
    const now = { ...version(5.2, '3'), status: 'corrected' as const };
    expect(earlierValue(now, [version(5.2, '3'), version(5.2, '2'), version(4.1, '1')])?.id).toBe('4.1');
    expect(earlierValue(now, [version(5.2, '3')])).toBeUndefined();
  });

  test('blood pressure is one value, and entered in error is none', () => {
    const pressure: Observation = {
      resourceType: 'Observation',
      status: 'final',
      code: {},
      component: [
        { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 120 } },
        { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: 80 } },
      ],
    };
    expect(valueText(pressure, 'da')).toBe('120/80');
    expect(resultRows([value(4, { status: 'entered-in-error' })])).toEqual([]);
  });
});

describe('CAVE', () => {
  const allergy = (change: Partial<AllergyIntolerance>): AllergyIntolerance => ({
    resourceType: 'AllergyIntolerance',
    patient: {},
    ...change,
  });

  test('known, none known and not asked are three answers', () => {
    expect(caveOf([]).kind).toBe('unasked');
    expect(caveOf([allergy({ code: { coding: [{ code: '716186003' }] } })]).kind).toBe('none');
    expect(
      caveOf([
        allergy({ code: { text: 'Penicillin' } }),
        allergy({ code: { coding: [{ code: '716186003' }] } }),
      ]).kind,
    ).toBe('known');
  });

  test('what was refuted or entered in error is not known', () => {
    expect(
      caveOf([
        allergy({
          code: { text: 'Penicillin' },
          verificationStatus: { coding: [{ code: 'entered-in-error' }] },
        }),
      ]).kind,
    ).toBe('unasked');
  });
});

describe('stays', () => {
  test('the one that is going on, with its day counted by the calendar', () => {
    const stay = currentStay([
      { resourceType: 'Encounter', id: 'old', status: 'finished', class: {} },
      {
        resourceType: 'Encounter',
        id: 'now',
        status: 'in-progress',
        class: {},
        period: { start: '2026-01-13T23:50:00+01:00' },
      },
    ]);
    expect(stay?.id).toBe('now');
    expect(stay !== undefined && dayOfStay(stay, at('00:10', '2026-01-15'))).toBe(3);
    expect(
      currentStay([{ resourceType: 'Encounter', id: 'old', status: 'finished', class: {} }]),
    ).toBeUndefined();
  });
});

describe('a text that is cut', () => {
  test('is cut after a sentence or a word, and says so', () => {
    expect(shorten('Kort.')).toBe('Kort.');
    expect(shorten('Første sætning er her. Anden sætning er længere end der er plads til.', 40)).toBe(
      'Første sætning er her. …',
    );
  });

  test('never ends in half a number or a number without its unit', () => {
    const text =
      'Sovet i perioder, drikker lidt og har hostet en del i nat men virker klarere. Sat. 92 % på 2 L ilt';
    for (let letters = 40; letters < text.length; letters++)
      expect(shorten(text, letters)).not.toMatch(/[\d,<>%] …$/);
    expect(shorten('Temperaturen var i aftes 38,3 og faldende', 28)).toBe('Temperaturen var i aftes …');
  });
});

test('the text of a note comes back as it was written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(decodeText(encodeText(text))).toBe(text);
    }),
  );
  expect(decodeText('æ')).toBeUndefined();
});
