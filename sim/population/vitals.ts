// Vital signs over the stay, measured as often as the early-warning score asks for, and the score itself computed from
// those very measurements.
import type { CarePlan, Observation, ObservationComponent, Resource } from '@medplum/fhirtypes';
import { assert } from '#base/assert.ts';
import { valueAt, type VitalKey } from './course.ts';
import { danishHour, danishInstant, hourMs, minuteMs } from './danish-time.ts';
import { earlyWarning, nextDue, type Adjustment, type EarlyWarning } from '#fhir/early-warning/score.ts';
import { planElements, scoreElements } from '#fhir/early-warning/shapes.ts';
import { saysPregnant } from '#fhir/early-warning/observe.ts';
import { tableOf, type Consciousness } from '#fhir/early-warning/table.ts';
import { codeable, quantity, refer, referTo, round, systems, performerOf } from './resources.ts';
import { courseHours, decline, type Stay } from './stay.ts';
import { problems, type LastingProblem } from './tables/problems.ts';

interface Measurements {
  readonly respiration: number;
  readonly spo2: number;
  /** Litres a minute; 0 on room air. */
  readonly oxygen: number;
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulse: number;
  readonly temperature: number;
  readonly consciousness: Consciousness;
}
export interface Reading extends Measurements {
  readonly at: number;
  /** undefined: for this patient no table counts, a child or pregnant. */
  readonly score: number | undefined;
  readonly nextDue: number;
}

const table = tableOf('news2');
assert(table !== undefined, 'the demo region scores by NEWS2');
/** Of whom no table says how often. */
const unscoredMinutes = 240;

const usual: Readonly<Record<VitalKey, number>> = {
  respiration: 16,
  spo2: 97,
  oxygen: 0,
  systolic: 132,
  diastolic: 76,
  pulse: 76,
  temperature: 36.8,
};
const spread: Readonly<Record<VitalKey, number>> = {
  respiration: 0.7,
  spo2: 0.5,
  oxygen: 0,
  systolic: 5,
  diastolic: 3.5,
  pulse: 3,
  temperature: 0.12,
};
/** What ten bad hours do. */
const worsening: Readonly<Record<VitalKey, number>> = {
  respiration: 9,
  spo2: -4,
  oxygen: 3,
  systolic: -24,
  diastolic: -9,
  pulse: 30,
  temperature: 0.8,
};

/** Beyond this age, readings are kept at most every four hours: a demo need not carry each night's hourly measuring. */
const denseHours = 30;

export function readingsOf(stay: Stay): Reading[] {
  const random = stay.random.fork('vitals');
  const measure = measurer(stay);
  const readings: Reading[] = [];
  let at = stay.admitted + random.whole(6, 18) * minuteMs;
  while (at < stay.until) {
    const measured = measure(at);
    const warning = warningOf(stay, measured);
    // The first day everybody is measured at least every four hours, whatever the score.
    const firstDay = at - stay.admitted < 24 * hourMs;
    const dueMinutes =
      warning === undefined ? unscoredMinutes : Math.min(warning.minutes, firstDay ? 240 : Infinity);
    readings.push({
      ...measured,
      at,
      score: warning?.score,
      nextDue: Math.ceil((at + dueMinutes * minuteMs) / (5 * minuteMs)) * 5 * minuteMs,
    });
    const recent = stay.until - at < denseHours * hourMs;
    const waitMinutes = recent
      ? dueMinutes
      : Math.max(dueMinutes, stay.until - at > 120 * hourMs ? 480 : 300);
    // Never later than due, except where the patient is one of the late ones (below).
    at += waitMinutes * random.between(0.78, 1) * minuteMs;
  }
  if (stay.measuredLate) {
    while (readings.length > 1 && (readings.at(-1)?.nextDue ?? 0) > stay.until - 10 * minuteMs)
      readings.pop();
  }
  return readings;
}

/** The score of these very values; none of a child or who is pregnant. */
function warningOf(
  stay: Stay,
  measured: Measurements,
): (EarlyWarning & { readonly kind: 'score' }) | undefined {
  assert(table !== undefined, 'the demo region scores by NEWS2');
  const pregnant = stay.course.diagnoses.some(([code]) =>
    saysPregnant({ code: { coding: [{ system: systems.sks, code }] } }),
  );
  const patient = { years: stay.person.age, pregnant };
  const answer = earlyWarning(table, { ...measured, saturation: measured.spo2 }, patient, scale2Of(stay));
  return stay.course.child !== true && answer.kind === 'score' ? answer : undefined;
}

/** For a known hypercapnic: 88–92 % is what is wanted, decided at the admission. */
function scale2Of(stay: Stay): Adjustment | undefined {
  if (stay.spo2Scale === 1) return undefined;
  const until = stay.until + 24 * hourMs;
  return { accepted: {}, saturationScale: 2, from: stay.admitted, until };
}

function measurer(stay: Stay): (at: number) => Measurements {
  const random = stay.random.fork('measuring');
  const { course } = stay;
  const own: Record<VitalKey, number> = {
    respiration: 0,
    spo2: 0,
    oxygen: 0,
    systolic: random.noise(6),
    diastolic: random.noise(4),
    pulse: random.noise(4),
    temperature: random.noise(0.1),
  };
  if (course.child === true) own.systolic = own.diastolic = 0;
  for (const problem of stay.problems) {
    const effect: LastingProblem['vitals'] = (problems[problem] as LastingProblem).vitals ?? {};
    for (const key of Object.keys(effect) as VitalKey[]) own[key] += effect[key] ?? 0;
  }
  // A known hypercapnic is kept at 88-92 %, which the course already says.
  if (stay.spo2Scale === 2) own.spo2 = 0;
  const drift: Record<VitalKey, number> = {
    respiration: 0,
    spo2: 0,
    oxygen: 0,
    systolic: 0,
    diastolic: 0,
    pulse: 0,
    temperature: 0,
  };
  return (at) => {
    const hours = courseHours(stay, at);
    const bad = decline(stay, at);
    const value = (key: VitalKey): number => {
      const curve = course.vitals[key];
      // Half of each error is carried over, so that values wander instead of jumping.
      drift[key] = drift[key] * 0.5 + random.noise(spread[key]);
      const asCourse =
        curve === undefined
          ? usual[key]
          : usual[key] + (valueAt(curve, hours) - usual[key]) * (course.child === true ? 1 : stay.severity);
      return asCourse + own[key] + worsening[key] * bad * (course.child === true ? 0.4 : 1) + drift[key];
    };
    const oxygen = value('oxygen');
    const hour = danishHour(at);
    const night = hour < 6 || hour >= 23;
    const warmth = 0.2 * Math.sin(((hour - 11) / 24) * 2 * Math.PI);
    const systolic = Math.round(value('systolic') - (night ? 6 : 0));
    return {
      respiration: Math.max(8, Math.round(value('respiration'))),
      spo2: Math.max(78, Math.min(100, Math.round(value('spo2')))),
      oxygen: oxygen < 0.4 ? 0 : oxygen < 0.8 ? 0.5 : Math.min(15, Math.round(oxygen)),
      systolic: Math.max(48, systolic),
      diastolic: Math.max(26, Math.min(systolic - 28, Math.round(value('diastolic') - (night ? 3 : 0)))),
      pulse: Math.max(38, Math.round(value('pulse') - (night ? 3 : 0))),
      temperature: round(value('temperature') + warmth, 1),
      consciousness: consciousnessAt(stay, hours, bad),
    };
  };
}

function consciousnessAt(stay: Stay, hours: number, bad: number): Consciousness {
  if (stay.course.consciousness !== undefined) return stay.course.consciousness(hours);
  return bad > 0.9 && stay.person.age > 70 ? 'C' : 'A';
}

export function vitalResources(stay: Stay, readings: readonly Reading[]): Resource[] {
  const random = stay.random.fork('vital-ids');
  const plan = planOf(stay, random.uuid());
  const written: Resource[] = plan === undefined ? [] : [plan];
  for (const reading of readings) {
    const made = (code: string, text: string, rest: Partial<Observation>): Observation =>
      vitalSign(stay, random.uuid(), reading.at, code, text, rest);
    const perMinute = (value: number): Partial<Observation> => ({
      valueQuantity: { value, unit: '/min', system: systems.ucum, code: '/min' },
    });
    const signs = [
      made('9279-1', 'Respirationsfrekvens', perMinute(reading.respiration)),
      made('59408-5', 'SpO₂', {
        valueQuantity: { value: reading.spo2, unit: '%', system: systems.ucum, code: '%' },
      }),
      made('8867-4', 'Puls', perMinute(reading.pulse)),
      made('8310-5', 'Temperatur', {
        valueQuantity: { value: reading.temperature, unit: '°C', system: systems.ucum, code: 'Cel' },
      }),
    ];
    // Room air is a finding: without it nobody knows what a saturation means.
    if (reading.score !== undefined || reading.oxygen > 0)
      signs.push(
        made('3151-8', 'Ilttilskud', {
          valueQuantity: { value: reading.oxygen, unit: 'L/min', system: systems.ucum, code: 'L/min' },
        }),
      );
    if (stay.course.child !== true) {
      signs.push(
        made('85354-9', 'Blodtryk', {
          component: [
            pressure('8480-6', 'Systolisk', reading.systolic),
            pressure('8462-4', 'Diastolisk', reading.diastolic),
          ],
        }),
      );
      signs.push(made('67775-7', 'Bevidsthed', { valueCodeableConcept: { text: reading.consciousness } }));
      const score = scoreOf(stay, random.uuid(), reading, signs, plan);
      if (score !== undefined) signs.push(score);
    }
    written.push(...signs);
  }
  written.push(...bodyMeasures(stay));
  return written;
}

function scoreOf(
  stay: Stay,
  id: string,
  reading: Reading,
  signs: readonly Observation[],
  plan: CarePlan | undefined,
): Observation | undefined {
  const answer = warningOf(stay, reading);
  assert(table !== undefined, 'the demo region scores by NEWS2');
  if (answer === undefined) return undefined;
  return {
    ...vitalSign(stay, id, reading.at, '', 'EWS', { derivedFrom: signs.map((sign) => refer(sign)) }),
    ...(plan === undefined ? {} : { basedOn: [refer(plan)] }),
    ...scoreElements(
      table,
      answer,
      danishInstant(Math.min(reading.nextDue, latestOf(stay, reading, answer))),
    ),
  };
}

function latestOf(stay: Stay, { at }: Reading, answer: EarlyWarning & { readonly kind: 'score' }): number {
  return nextDue(answer, at, scale2Of(stay));
}

function planOf(stay: Stay, id: string): CarePlan | undefined {
  const adjustment = scale2Of(stay);
  if (adjustment === undefined) return undefined;
  const patient = `Patient/${stay.person.id}`;
  return {
    resourceType: 'CarePlan',
    id,
    status: stay.finished ? 'completed' : 'active',
    intent: 'plan',
    title: 'Justeret EWS',
    description: 'SpO₂-skala 2: mål 88–92 %.',
    subject: referTo(patient),
    encounter: referTo(`Encounter/${stay.encounterId}`),
    created: danishInstant(adjustment.from),
    period: { start: danishInstant(adjustment.from), end: danishInstant(adjustment.until) },
    author: performerOf(stay.doctor),
    ...planElements(adjustment, { patient, reason: 'Kendt hyperkapnisk respirationssvigt' }),
  };
}

function vitalSign(
  stay: Stay,
  id: string,
  at: number,
  loinc: string,
  text: string,
  rest: Partial<Observation>,
): Observation {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [codeable('Vitale værdier', { system: systems.observationCategory, code: 'vital-signs' })],
    code: codeable(text, { system: systems.loinc, code: loinc }),
    subject: referTo(`Patient/${stay.person.id}`),
    encounter: referTo(`Encounter/${stay.encounterId}`),
    effectiveDateTime: danishInstant(at),
    performer: [performerOf(nurseAt(stay, at))],
    ...rest,
  };
}

function pressure(loinc: string, text: string, value: number): ObservationComponent {
  return {
    code: codeable(text, { system: systems.loinc, code: loinc }),
    valueQuantity: { value, unit: 'mmHg', system: systems.ucum, code: 'mm[Hg]' },
  };
}

/** Weight at admission and every second morning where it matters; height once. */
function bodyMeasures(stay: Stay): Observation[] {
  if (stay.course.child === true) return [];
  const random = stay.random.fork('body');
  const height = stay.person.sex === 'female' ? 165 + random.noise(6) : 179 + random.noise(6);
  const weight = ((24.5 + random.noise(3.6)) * height * height) / 10000;
  const heart = stay.problems.includes('heartFailure') || stay.course.reason.startsWith('Hjertesvigt');
  const found = [
    vitalSign(stay, random.uuid(), stay.admitted + 40 * minuteMs, '8302-2', 'Højde', {
      valueQuantity: quantity(Math.round(height), 'cm'),
    }),
  ];
  for (
    let day = 0, at = stay.admitted + 40 * minuteMs;
    at < stay.until && day < 8;
    day++, at += 24 * hourMs
  ) {
    if (day > 0 && !heart) break;
    const lost = heart ? Math.min(4.5, day * 0.9) : 0;
    found.push(
      vitalSign(stay, random.uuid(), at, '29463-7', 'Vægt', {
        valueQuantity: quantity(round(weight + (heart ? 3 : 0) - lost + random.noise(0.15), 1), 'kg'),
      }),
    );
  }
  return found;
}

/** Who was on the ward then: three shifts, the same nurse for a shift of a day. */
export function nurseAt(stay: Stay, at: number): Stay['nurse'] {
  const hour = danishHour(at);
  const shift = hour < 7 ? 0 : hour < 15 ? 1 : 2;
  const nurses = stay.staff.nurses;
  const day = Math.floor(at / (24 * hourMs));
  return nurses[(shift + day) % nurses.length] ?? stay.nurse;
}
