import type { Observation } from '@medplum/fhirtypes';
import { ofType } from '../record/coding.ts';
import { ewsOf, isEws } from '../record/ews.ts';
import { markOf, markSign, rangeText, resultRows, takenAt, valueText } from '../record/results.ts';
import { vitalsOf, type VitalKind } from '../record/vitals.ts';
import { day, dayAndTime, sourceOf, within, type Facts, type Line } from './letter-line.ts';

// Results and vital signs as lines of a letter, each value with the unit and the range that came with it.

/** The newest value of every analysis that was abnormal in the stay, with the most extreme when it was another. */
export function resultLines({ stay, parts }: Facts): readonly Line[] {
  const labs = ofType(parts.labs, 'Observation').filter((one) => within(takenAt(one), stay));
  return resultRows(labs).flatMap(({ name, values }) => {
    const [newest] = values;
    if (newest === undefined || !values.some((one) => markOf(one) !== undefined)) return [];
    const worst = extreme(values);
    const range = rangeText(newest, 'da');
    return [
      {
        text: [
          `${name} ${marked(newest)} (${day(takenAt(newest))}`,
          worst === newest ? '' : `; mest afvigende ${marked(worst)}, ${day(takenAt(worst))}`,
          range === '' ? '' : `; ref. ${range}`,
          ')',
          newest.status === 'preliminary' ? ' – foreløbigt' : '',
        ].join(''),
        ...sourceOf(newest, newest.effectiveDateTime),
      },
    ];
  });
}

function marked(value: Observation): string {
  const mark = markOf(value);
  return [valueText(value, 'da', true), mark === undefined ? '' : markSign[mark]].filter(Boolean).join(' ');
}

/** The value farthest outside its own range; the newest when nothing can be compared. */
function extreme(values: readonly Observation[]): Observation {
  const distance = (one: Observation) => {
    const value = one.valueQuantity?.value;
    const range = one.referenceRange?.find(({ low, high }) => low !== undefined || high !== undefined);
    if (value === undefined || range === undefined) return 0;
    return Math.max(value - (range.high?.value ?? Infinity), (range.low?.value ?? -Infinity) - value);
  };
  return values.reduce(
    (worst, one) => (distance(one) > distance(worst) ? one : worst),
    values[0] as Observation,
  );
}

const vitalNames = {
  respiration: 'resp.',
  saturation: 'sat.',
  bloodPressure: 'BT',
  pulse: 'puls',
  temperature: 'tp.',
  weight: 'vægt',
} as const satisfies Partial<Record<VitalKind, string>>;

export function vitalLines({ parts }: Facts): readonly Line[] {
  const all = ofType(parts.vitals, 'Observation');
  const score = all
    .filter((one) => isEws(one) && one.status !== 'entered-in-error')
    .toSorted((a, b) => takenAt(b) - takenAt(a))[0];
  const ews = ewsOf(all);
  const values = Object.entries(vitalNames).flatMap(([kind, name]) => {
    const newest = vitalsOf(all, kind as VitalKind).at(-1);
    return newest === undefined ? [] : [{ newest, text: `${name} ${valueText(newest, 'da', true)}` }];
  });
  return [
    ...(score === undefined || ews === undefined
      ? []
      : [
          {
            text: `EWS ${ews.score}, ${dayAndTime(score.effectiveDateTime)}`,
            ...sourceOf(score, score.effectiveDateTime),
          },
        ]),
    ...values.map(({ newest, text }) => ({
      text: `${text}, ${dayAndTime(newest.effectiveDateTime)}`,
      ...sourceOf(newest, newest.effectiveDateTime),
    })),
  ];
}
