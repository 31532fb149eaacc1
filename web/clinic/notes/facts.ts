import type { Condition, MedicationRequest, Observation } from '@medplum/fhirtypes';
import { dayOf, showMoment, showShortDay, showTime } from '../../parts/format/date.ts';
import { groupDiagnoses } from '../record/diagnoses.ts';
import {
  doseAmount,
  doseFreeText,
  doseFrequency,
  doseRoute,
  drugNameOf,
  isCommunity,
} from '../record/dose.ts';
import { ewsOf } from '../record/ews.ts';
import { wordsOf } from '../record/coding.ts';
import { kindOf, markOf, markSign, takenAt, valueText } from '../record/results.ts';
import type { Stay } from '../record/stay.ts';
import { vitalsOf, type VitalKind } from '../record/vitals.ts';

// Facts of the record as they are put into a note: Danish as the note is, each with its time, and with the time it was looked up.

/** More of one day is not read in a note. */
const resultsMax = 40;

const asOf = (now: number): string => `(viser pr. ${showTime(now)})`;

const shortNames = [
  ['respiration', 'RF', ''],
  ['saturation', 'SpO₂', ' %'],
  ['oxygen', 'ilt', ' L/min'],
  ['bloodPressure', 'BT', ''],
  ['pulse', 'puls', ''],
  ['temperature', 'tp.', ''],
  ['consciousness', 'bevidsthed', ''],
] as const satisfies readonly (readonly [VitalKind, string, string])[];

/** The newest of each measurement; one that is from another time than the newest says its own. undefined: nothing is measured. */
export function vitalsFact(observations: readonly Observation[], now: number): string | undefined {
  const newest = shortNames.flatMap(([kind, name, unit]) => {
    const found = vitalsOf(observations, kind).at(-1);
    return found === undefined
      ? []
      : [{ at: takenAt(found), words: `${name} ${valueText(found, 'da')}${unit}` }];
  });
  if (newest.length === 0) return undefined;
  const at = Math.max(...newest.map((each) => each.at));
  const words = newest.map((each) =>
    each.at === at ? each.words : `${each.words} (${showMoment(each.at, 'da', at)})`,
  );
  const ews = ewsOf(observations);
  return `Vitale værdier ${showMoment(at, 'da', now)} ${asOf(now)}: ${words.join(', ')}.${
    ews === undefined
      ? ''
      : ` EWS ${ews.score}${ews.adjusted ? ' justeret' : ''} kl. ${showMoment(ews.at, 'da', now)}.`
  }`;
}

/** What was taken today. undefined: nothing was. */
export function resultsFact(observations: readonly Observation[], now: number): string | undefined {
  const today = observations
    .filter(
      (each) =>
        kindOf(each) === 'laboratory' &&
        each.status !== 'entered-in-error' &&
        dayOf(takenAt(each)) === dayOf(now),
    )
    .sort((a, b) => takenAt(a) - takenAt(b));
  if (today.length === 0) return undefined;
  const byTime = Map.groupBy(today.slice(-resultsMax), (each) => showTime(takenAt(each)));
  const lines = [...byTime].map(
    ([time, some]) =>
      `${time}: ${some
        .map((each) => {
          const mark = markOf(each);
          const words = `${wordsOf(each.code)} ${valueText(each, 'da', true)}`;
          return mark === undefined ? words : `${words} ${markSign[mark]}`;
        })
        .join(', ')}`,
  );
  return `Svar ${showShortDay(now, 'da', now)} ${asOf(now)}:\n${lines.join('\n')}`;
}

/** What is ordered now, in hospital where there is any. undefined: nothing is. */
export function medicationFact(requests: readonly MedicationRequest[], now: number): string | undefined {
  const open = requests.filter(({ status }) => status === 'active' || status === 'on-hold');
  const inHospital = open.filter((request) => !isCommunity(request));
  const shown = (inHospital.length > 0 ? inHospital : open).toSorted((a, b) =>
    drugNameOf(a).generic.localeCompare(drugNameOf(b).generic, 'da'),
  );
  if (shown.length === 0) return undefined;
  const lines = shown.map((request) => {
    const amount = doseAmount(request, 'da');
    const dose =
      amount === undefined
        ? doseFreeText(request)
        : [amount, doseRoute(request), doseFrequency(request, 'da')].filter((each) => each !== '').join(' ');
    return `- ${drugNameOf(request).generic} ${dose}${request.status === 'on-hold' ? ' (pauseret)' : ''}`;
  });
  return `Medicin ${asOf(now)}:\n${lines.join('\n')}`;
}

/** Those of the stay, then the lasting ones. undefined: there are none. */
export function diagnosesFact(
  conditions: readonly Condition[],
  stay: Stay | undefined,
  now: number,
): string | undefined {
  const { stay: ofStay, lasting } = groupDiagnoses(conditions, stay);
  const all = [...ofStay, ...lasting];
  if (all.length === 0) return undefined;
  const lines = all.map((each) => {
    const code = each.code?.coding?.[0]?.code;
    return `- ${wordsOf(each.code)}${code === undefined ? '' : ` (${code})`}`;
  });
  return `Diagnoser ${asOf(now)}:\n${lines.join('\n')}`;
}
