import type { CarePlan, Observation } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { earlyWarning, type Adjustment } from '../../../src/fhir/early-warning/score.ts';
import { planElements } from '../../../src/fhir/early-warning/shapes.ts';
import { tableOf } from '../../../src/fhir/early-warning/table.ts';
import { chartColumns, countWrong, measuredAs, measuredText } from './chart-columns.ts';
import { setChanges } from './set-act.ts';
import type { SetValues } from './set-fields.ts';

const news2 = tableOf('news2')!;
const at = Date.parse('2026-01-15T13:05:00Z');
const adult = { years: 77 };
const well: SetValues = {
  respiration: 16,
  saturation: 97,
  oxygen: 0,
  systolic: 120,
  diastolic: 80,
  pulse: 70,
  consciousness: 'A',
  temperature: 38,
};
const plan: CarePlan & { id: string } = {
  resourceType: 'CarePlan',
  id: 'p1',
  status: 'active',
  intent: 'plan',
  subject: { reference: 'Patient/p' },
  author: { reference: 'Practitioner/anne-lund' },
  period: { start: '2026-01-15T08:00:00+01:00', end: '2026-01-16T08:00:00+01:00' },
};
const adjustment: Adjustment = {
  accepted: { systolic: { low: 80 } },
  saturationScale: 1,
  from: Date.parse('2026-01-15T07:00:00Z'),
  until: Date.parse('2026-01-16T07:00:00Z'),
};
const adjusted = {
  ...plan,
  ...planElements(adjustment, { patient: 'Patient/p', reason: 'Vanligt lavt' }),
} as CarePlan;

/** The Observations of a set, as the entry writes them. */
function written(
  change: SetValues = {},
  more: Partial<Parameters<typeof setChanges>[0]> = {},
): Observation[] {
  const values = { ...well, ...change };
  const answer = earlyWarning(news2, values, adult, more.plan?.adjustment);
  return setChanges({
    patient: 'p',
    encounter: 'e',
    performer: { display: 'Mette Krogh' },
    at,
    values,
    concern: '',
    table: news2,
    answer,
    plan: undefined,
    ...more,
  }).map(({ resource }, index) => ({ ...(resource as Observation), id: String(index) }));
}

describe('a set that is written', () => {
  test('is seven measurements and the score that is derived from them, all of one moment', () => {
    const all = written({ pulse: 131 }, { concern: ' bleg ' });
    expect(all.map(({ code }) => code.text)).toEqual([
      'Respirationsfrekvens',
      'SpO₂',
      'Ilttilskud',
      'Blodtryk',
      'Puls',
      'Bevidsthed',
      'Temperatur',
      'EWS',
      'Bekymring',
    ]);
    expect(new Set(all.map(({ effectiveDateTime }) => effectiveDateTime))).toEqual(
      new Set(['2026-01-15T14:05:00+01:00']),
    );
    const [score, concern] = all.slice(7);
    expect([score?.valueInteger, score?.derivedFrom?.length, concern?.valueString]).toEqual([3, 7, 'bleg']);
    expect(score?.method?.coding?.[0]).toMatchObject({ code: 'news2', version: '2017' });
  });

  test('that is partial has no score', () => {
    const { oxygen: _left, ...partial } = well;
    const answer = earlyWarning(news2, partial, adult);
    const texts = written({}, { answer, values: partial }).map(({ code }) => code.text);
    expect(texts).toHaveLength(6);
    expect(texts).not.toContain('EWS');
  });

  test('by a doctor’s plan is based on it', () => {
    const all = written({ systolic: 88, diastolic: 50 }, { plan: { plan: adjusted, adjustment } });
    expect(all.find(({ code }) => code.text === 'EWS')).toMatchObject({
      valueInteger: 0,
      basedOn: [{ reference: 'CarePlan/p1' }],
    });
  });
});

describe('the chart', () => {
  test('has a column for each moment, newest first, with the points of the table of its score', () => {
    const earlier = written().map((each) => ({
      ...each,
      id: `${each.id}b`,
      effectiveDateTime: '2026-01-15T10:00:00+01:00',
    }));
    const columns = chartColumns([...earlier, ...written({ pulse: 131, systolic: 95 })], [], adult, false);
    expect(columns.map((column) => [column.at, column.points.pulse, column.points.systolic])).toEqual([
      [at, 3, 2],
      [Date.parse('2026-01-15T09:00:00Z'), 0, 0],
    ]);
  });

  test('counts the plan that a score was based on, also when it has run out since', () => {
    const all = written({ systolic: 88, diastolic: 50 }, { plan: { plan: adjusted, adjustment } });
    expect(chartColumns(all, [adjusted], adult, false)[0]?.points.systolic).toBe(0);
    expect(chartColumns(all, [{ ...adjusted, status: 'revoked' }], adult, false)[0]?.points.systolic).toBe(0);
    expect(chartColumns(all, [], adult, false)[0]?.points.systolic).toBe(3);
  });

  test('gives nobody points whom no table is for', () => {
    expect(chartColumns(written({ pulse: 131 }), [], { years: 9 }, false)[0]?.points).toEqual({});
  });

  test('leaves out what was entered in error until it is asked for, and then counts nothing of it', () => {
    const wrong = written({ pulse: 131 }).map((each): Observation => ({
      ...each,
      status: 'entered-in-error',
    }));
    const right = written().map((each): Observation => ({
      ...each,
      id: `${each.id}b`,
      effectiveDateTime: '2026-01-15T14:10:00+01:00',
    }));
    expect(chartColumns([...wrong, ...right], [], adult, false)).toHaveLength(1);
    const [, shown] = chartColumns([...wrong, ...right], [], adult, true);
    expect([shown?.wrong, shown?.points]).toEqual([true, {}]);
    expect(shown && measuredAs(shown, 'pulse')?.valueQuantity?.value).toBe(131);
    expect(countWrong([...wrong, ...right])).toBe(1);
  });

  test('says air for no oxygen, and a temperature with its tenth', () => {
    const [column] = chartColumns(written(), [], adult, false);
    const text = (kind: 'oxygen' | 'temperature' | 'bloodPressure') => {
      const measured = column && measuredAs(column, kind);
      return measured && measuredText(kind, measured, 'da', 'luft');
    };
    expect([text('oxygen'), text('temperature'), text('bloodPressure')]).toEqual(['luft', '38,0', '120/80']);
  });
});
