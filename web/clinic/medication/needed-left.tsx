import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { stepAt } from '#fhir/dose/step.ts';
import { showMoment } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { doseOf } from '../record/dose.ts';
import { givenAt } from '../record/next-dose.ts';
import { referredId } from '../record/coding.ts';

const dayMs = 24 * 3_600_000;

type Left = {
  readonly last: number | undefined;
  /** Doses that may still be given now; undefined when the order sets no number. */
  readonly left: number | undefined;
  /** From when the next may be given, when that is later than now. */
  readonly from: number | undefined;
};

/** What of an as-needed order is left in the 24 hours that end now. `given`: those of the order and of those it replaced. */
function leftOf(request: MedicationRequest, given: readonly MedicationAdministration[], at: number): Left {
  const when = stepAt(doseOf(request), at)?.when;
  const times = given
    .filter(({ status }) => status === 'completed' || status === 'in-progress')
    .map((each) => givenAt(each) ?? 0)
    .filter((time) => time <= at);
  const last = times.length === 0 ? undefined : Math.max(...times);
  if (when?.kind !== 'needed') return { last, left: undefined, from: undefined };
  const inDay = times.filter((time) => time > at - dayMs).length;
  const from =
    last === undefined || when.minutesBetween === undefined ? undefined : last + when.minutesBetween * 60_000;
  return {
    last,
    left: when.times === undefined ? undefined : Math.max(0, when.times - inDay),
    from: from !== undefined && from > at ? from : undefined,
  };
}

export function NeededLeft({
  request,
  given,
  at,
}: {
  readonly request: MedicationRequest;
  readonly given: readonly MedicationAdministration[];
  readonly at: number;
}) {
  const say = useText();
  const language = useLanguage();
  const own = given.filter((each) => referredId(each.request, 'MedicationRequest') !== undefined);
  const { last, left, from } = leftOf(request, own, at);
  return (
    <span className="needed-left">
      {last !== undefined && say('medicationPanel.lastGiven', { time: showMoment(last, language, at) })}
      {last === undefined && say('med.neverGiven')}
      {left !== undefined && `, ${say('med.left', { count: left })}`}
      {from !== undefined && `, ${say('med.tooSoon', { time: showMoment(from, language, at) })}`}
    </span>
  );
}
