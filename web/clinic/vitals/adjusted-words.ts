import type { CarePlan } from '@medplum/fhirtypes';
import { adjustableMeasurements } from '../../../src/fhir/early-warning/plan.ts';
import type { Adjustment } from '../../../src/fhir/early-warning/score.ts';
import { now } from '../../parts/clock.ts';
import { fhirMoment, instantOf } from '../../parts/format/date.ts';
import type { Say } from '../../parts/text.tsx';
import { measurementTexts } from '../record/texts.ts';

/** The plan as it is when it was ended early: it counts to this moment, and at least its first minute. */
export function endOf(plan: CarePlan) {
  const start = instantOf(plan.period?.start) ?? 0;
  const end = fhirMoment(Math.max(now(), start + 60_000));
  return {
    method: 'PUT',
    url: `CarePlan/${plan.id ?? ''}`,
    version: plan.meta?.versionId,
    resource: { ...plan, status: 'revoked', period: { ...plan.period, end } } satisfies CarePlan,
  } as const;
}

/** What a plan changes, one line each. */
export function adjustmentWords(
  { accepted, interval, saturationScale }: Omit<Adjustment, 'from' | 'until'>,
  say: Say,
): readonly string[] {
  return [
    ...(saturationScale === 2 ? [say('adjust.scale2')] : []),
    ...adjustableMeasurements.flatMap((kind) => {
      const range = accepted[kind];
      if (range === undefined) return [];
      const name = say(measurementTexts[kind]);
      const { low, high } = range;
      if (low === undefined) return [say('adjust.upTo', { name, high: String(high) })];
      if (high === undefined) return [say('adjust.from', { name, low: String(low) })];
      return [say('adjust.between', { name, low: String(low), high: String(high) })];
    }),
    ...(interval === undefined
      ? []
      : [say('adjust.interval', { hours: interval.minutes / 60, score: interval.scoreMax })]),
  ];
}

export function reasonOf(plan: CarePlan): string {
  return (
    plan.activity
      ?.flatMap(({ detail }) => detail?.reasonCode ?? [])
      .map(({ text }) => text)
      .find((text) => text !== undefined) ?? ''
  );
}
