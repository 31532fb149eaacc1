// What a note may say: the patient's own values at the moment of writing, in Danish. Notes take every number from here,
// so they cannot contradict the measurements.
import type { Trend } from './course.ts';
import { dayMs, hourMs } from './danish-time.ts';
import type { LaboratoryValue } from './laboratory.ts';
import { danishNumber } from './resources.ts';
import type { Stay } from './stay.ts';
import { laboratoryTests, type LaboratoryKey } from './tables/laboratory-tests.ts';
import { problems } from './tables/problems.ts';
import type { Reading } from './vitals.ts';

export interface Voice {
  readonly at: number;
  /** 1 on the day of admission. */
  readonly day: number;
  readonly hours: number;
  /** "77-årig kvinde". */
  readonly who: string;
  readonly she: 'hun' | 'han';
  readonly She: 'Hun' | 'Han';
  readonly trend: Trend;
  readonly reading: Reading | undefined;
  /** "EWS 5. RF 24, sat. 93 % på 2 L, BT 122/68, puls 92, temp. 37,9." */
  readonly vitals: string;
  /** "CRP 86 (132), kreatinin 142 (138)": now, and the one before. */
  readonly laboratory: (keys: readonly LaboratoryKey[]) => string;
  readonly newest: (key: LaboratoryKey) => number | undefined;
  readonly dischargedToday: boolean;
}

export function voiceAt(
  stay: Stay,
  at: number,
  readings: readonly Reading[],
  values: readonly LaboratoryValue[],
): Voice {
  const reading = readings.findLast((each) => each.at <= at);
  const female = stay.person.sex === 'female';
  const known = (key: LaboratoryKey): LaboratoryValue[] =>
    values.filter((value) => value.key === key && value.answered <= at);
  return {
    at,
    reading,
    day: Math.floor((at - stay.admitted) / dayMs) + 1,
    hours: (at - stay.admitted) / hourMs,
    who: ageAndSex(stay),
    she: female ? 'hun' : 'han',
    She: female ? 'Hun' : 'Han',
    trend: trendAt(stay, at),
    vitals: reading === undefined ? '' : vitalsText(stay, reading),
    laboratory: (keys) => keys.flatMap((key) => laboratoryText(key, known(key))).join(', '),
    newest: (key) => known(key).at(-1)?.value,
    dischargedToday: stay.dischargeAt !== undefined && stay.dischargeAt - at < 16 * hourMs,
  };
}

function trendAt(stay: Stay, at: number): Trend {
  if (stay.trend === 'worse') return stay.until - at < 6 * hourMs ? 'worse' : 'slow';
  return stay.trend === 'better' && at - stay.admitted > 20 * hourMs ? 'better' : 'slow';
}

function ageAndSex(stay: Stay): string {
  const { age, sex } = stay.person;
  if (age < 1) return sex === 'female' ? 'Spæd pige' : 'Spæd dreng';
  if (age < 16) return `${age}-årig ${sex === 'female' ? 'pige' : 'dreng'}`;
  return `${age}-årig ${sex === 'female' ? 'kvinde' : 'mand'}`;
}

function vitalsText(stay: Stay, reading: Reading): string {
  const oxygen = reading.oxygen > 0 ? `på ${danishNumber(reading.oxygen)} L` : 'uden ilt';
  const base = `RF ${reading.respiration}, sat. ${reading.spo2} % ${oxygen}`;
  const temperature = danishNumber(reading.temperature);
  if (stay.course.child === true) return `${base}, puls ${reading.pulse}, temp. ${temperature}.`;
  return `${reading.score === undefined ? '' : `EWS ${reading.score}. `}${base}, BT ${reading.systolic}/${reading.diastolic}, puls ${reading.pulse}, temp. ${temperature}.`;
}

function laboratoryText(key: LaboratoryKey, known: readonly LaboratoryValue[]): string[] {
  const now = known.at(-1);
  if (now === undefined) return [];
  const before = known.at(-2);
  const name = laboratoryTests[key].name.replace(/^.*?-/, '');
  const spelled = /^[A-ZÆØÅ][a-zæøå]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
  return [
    `${spelled} ${danishNumber(now.value)}${before === undefined ? '' : ` (${danishNumber(before.value)})`}`,
  ];
}

/** "kendt med hypertension og KOL" or "tidligere rask". */
export function knownWith(stay: Stay): string {
  const phrases = stay.problems.map((problem) => problems[problem].phrase);
  const last = phrases.pop();
  if (last === undefined) return 'tidligere rask';
  return phrases.length === 0 ? `kendt med ${last}` : `kendt med ${phrases.join(', ')} og ${last}`;
}

export function caveText(stay: Stay): string {
  const { cave } = stay.person;
  if (cave === 'none-known') return 'Ingen kendte.';
  if (cave === 'not-asked') return 'Ikke afdækket endnu.';
  return `${cave.map((each) => `${caveNames[each.class]} (${each.reaction.toLowerCase()}, ${each.year})`).join(', ')}.`;
}

export const caveNames = {
  penicillin: 'Penicillin',
  asa: 'ASA',
  morphine: 'Morfin',
  sulfa: 'Sulfa',
  codeine: 'Kodein',
  nickel: 'Nikkel',
  'iodine-contrast': 'Jod-kontrast',
  latex: 'Latex',
  plaster: 'Plaster',
  nuts: 'Nødder',
  bee: 'Bistik',
} as const;
