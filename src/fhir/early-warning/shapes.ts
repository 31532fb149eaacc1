/** Writing what `observe.ts` and `plan.ts` read: the elements of a score and of a plan that are the same whoever writes them. */
import { codeOf, loinc, nextDueUrl, ownSystem, scoreCode, scoreSystem, tableSystem } from './observe.ts';
import { adjustableMeasurements, intervalCode, planCategory, scale2Code } from './plan.ts';
import type { Adjustment, EarlyWarning } from './score.ts';
import type { EarlyWarningTable } from './table.ts';

export const singleCode = 'single-three';
export const concernCode = 'concern';

/** What makes an Observation the score of a table: code, method, value, interpretation, next due. */
export function scoreElements(
  table: EarlyWarningTable,
  answer: EarlyWarning & { readonly kind: 'score' },
  nextDue: string,
) {
  return {
    code: { coding: [{ system: scoreSystem, code: scoreCode }], text: 'EWS' },
    method: {
      coding: [{ system: tableSystem, code: table.id, version: table.version, display: table.name }],
    },
    valueInteger: answer.score,
    ...(answer.single.length > 0 && {
      interpretation: [{ coding: [{ system: ownSystem, code: singleCode, display: '3 point i én måling' }] }],
    }),
    extension: [{ url: nextDueUrl, valueDateTime: nextDue }],
  };
}

/** `category`, `contained` and `activity` of a doctor's plan. */
export function planElements(
  { accepted, interval, saturationScale }: Omit<Adjustment, 'from' | 'until'>,
  { patient, reason }: { readonly patient: string; readonly reason: string },
) {
  const bands = adjustableMeasurements.flatMap((kind) => {
    const range = accepted[kind];
    if (range === undefined) return [];
    const { low, high } = range;
    return [
      {
        measure: { coding: [{ system: loinc, code: codeOf[kind] }] },
        detailRange: {
          ...(low !== undefined && { low: { value: low } }),
          ...(high !== undefined && { high: { value: high } }),
        },
      },
    ];
  });
  const target = [
    ...bands,
    ...(interval === undefined
      ? []
      : [
          {
            measure: { coding: [{ system: scoreSystem, code: scoreCode }] },
            detailRange: { high: { value: interval.scoreMax } },
          },
        ]),
  ];
  const activity = (code: string, more: object) => ({
    detail: {
      status: 'in-progress' as const,
      code: { coding: [{ system: ownSystem, code }] },
      reasonCode: [{ text: reason }],
      ...more,
    },
  });
  return {
    category: [{ coding: [{ ...planCategory, display: 'Justeret EWS' }] }],
    ...(target.length > 0 && {
      contained: [
        {
          resourceType: 'Goal' as const,
          id: 'accepted',
          lifecycleStatus: 'active' as const,
          description: { text: 'Accepterede værdier' },
          subject: { reference: patient },
          target,
        },
      ],
      goal: [{ reference: '#accepted' }],
    }),
    activity: [
      ...(interval === undefined
        ? []
        : [
            activity(intervalCode, {
              scheduledTiming: {
                repeat: { frequency: 1, period: interval.minutes, periodUnit: 'min' as const },
              },
            }),
          ]),
      ...(saturationScale === 2 ? [activity(scale2Code, {})] : []),
      // The reason stands with an activity, also when bands are all that is adjusted.
      ...(interval === undefined && saturationScale === 1 ? [activity('accepted', {})] : []),
    ],
  };
}
