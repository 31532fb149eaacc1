// Laboratory values: at admission and each morning, as the course's curves say, with the noise of measuring, rounded as
// a laboratory rounds, and judged by the range of the patient's sex.
import type { Observation, Resource, ServiceRequest } from '@medplum/fhirtypes';
import { valueAt } from './course.ts';
import { atDanish, clockTimesWithin, danishInstant, hourMs, minuteMs } from './danish-time.ts';
import type { Random } from './random.ts';
import { codeable, quantity, referTo, round, systems } from './resources.ts';
import { courseHours, decline, type Stay } from './stay.ts';
import type { Sex } from './cpr.ts';
import {
  estimatedFiltration,
  laboratoryTests,
  newbornRanges,
  type LaboratoryKey,
  type LaboratoryTest,
  type Limits,
} from './tables/laboratory-tests.ts';
import { problems, type LastingProblem } from './tables/problems.ts';

export interface LaboratoryValue {
  readonly key: LaboratoryKey;
  readonly value: number;
  readonly taken: number;
  readonly answered: number;
}

interface Sample {
  readonly taken: number;
  readonly keys: readonly LaboratoryKey[];
  readonly urgent: boolean;
}

/** What ten bad hours add. */
const worsening: Partial<Record<LaboratoryKey, number>> = {
  crp: 55,
  leukocytes: 4.5,
  lactate: 2.1,
  creatinine: 48,
  potassium: 0.5,
  urea: 4,
  ph: -0.07,
  proBnp: 240,
  haemoglobin: -0.4,
};

export function laboratoryOf(stay: Stay): {
  readonly values: LaboratoryValue[];
  readonly resources: Resource[];
} {
  const random = stay.random.fork('laboratory');
  const own = ownUsual(stay, random);
  const values: LaboratoryValue[] = [];
  const resources: Resource[] = [];
  for (const sample of samplesOf(stay, random)) {
    const order = orderFor(stay, sample, random);
    let lastAnswered = 0;
    for (const key of withFiltration(sample.keys)) {
      const answered =
        sample.taken + (sample.urgent ? random.whole(24, 60) : random.whole(55, 125)) * minuteMs;
      const value =
        key === 'egfr'
          ? filtration(stay, values, sample.taken)
          : valueThen(stay, key, sample.taken, own, random);
      if (value === undefined) continue;
      values.push({ key, value, taken: sample.taken, answered });
      lastAnswered = Math.max(lastAnswered, answered);
      if (answered <= stay.until)
        resources.push(
          laboratoryObservation({
            id: random.uuid(),
            key,
            value,
            taken: sample.taken,
            answered,
            sex: stay.person.sex,
            newborn: stay.course.newborn === true,
            patient: stay.person.id,
            encounter: stay.encounterId,
            corrected: random.chance(0.004),
            order: order.id,
          }),
        );
    }
    resources.push({ ...order, status: lastAnswered <= stay.until ? 'completed' : 'active' });
  }
  return { values: values.filter((value) => value.answered <= stay.until), resources };
}

function samplesOf(stay: Stay, random: Random): Sample[] {
  const all = Object.keys(stay.course.laboratory) as LaboratoryKey[];
  if (all.length === 0) return [];
  const samples: Sample[] = [
    { taken: stay.admitted + random.whole(15, 45) * minuteMs, keys: all, urgent: true },
  ];
  const mornings = clockTimesWithin(['07:00'], stay.admitted + 7 * hourMs, stay.until);
  mornings.forEach((morning, index) => {
    const daysAgo = (stay.until - morning) / (24 * hourMs);
    if (stay.course.daily.length === 0 || (daysAgo > 4 && index % 2 === 1)) return;
    samples.push({
      taken: morning + random.whole(-35, 40) * minuteMs,
      keys: index % 3 === 2 ? all.filter((key) => key !== 'hba1c' && key !== 'tsh') : stay.course.daily,
      urgent: false,
    });
  });
  // Those who get worse are sampled again.
  if (stay.trend === 'worse' && stay.hours > 8) {
    const gases = all.filter((key) => laboratoryTests[key].group === 'Blodgas');
    samples.push({
      taken: stay.until - random.whole(95, 140) * minuteMs,
      keys: [...new Set([...stay.course.daily, ...gases])],
      urgent: true,
    });
  }
  return samples.filter((sample) => sample.taken < stay.until).toSorted((a, b) => a.taken - b.taken);
}

function withFiltration(keys: readonly LaboratoryKey[]): LaboratoryKey[] {
  return keys.flatMap((key) => (key === 'creatinine' ? [key, 'egfr' as const] : [key]));
}

function ownUsual(stay: Stay, random: Random): Partial<Record<LaboratoryKey, number>> {
  const own: Partial<Record<LaboratoryKey, number>> = {};
  for (const key of Object.keys(laboratoryTests) as LaboratoryKey[]) {
    const test = laboratoryTests[key];
    own[key] = random.noise(test.spread * 1.5) + sexShift(key, stay.person.sex);
  }
  for (const problem of stay.problems) {
    const effect = (problems[problem] as LastingProblem).laboratory ?? {};
    for (const key of Object.keys(effect) as LaboratoryKey[]) own[key] = (own[key] ?? 0) + (effect[key] ?? 0);
  }
  return own;
}

function sexShift(key: LaboratoryKey, sex: Sex): number {
  if (key === 'haemoglobin') return sex === 'female' ? -0.35 : 0.45;
  if (key === 'creatinine') return sex === 'female' ? -8 : 6;
  return 0;
}

function valueThen(
  stay: Stay,
  key: LaboratoryKey,
  at: number,
  own: Partial<Record<LaboratoryKey, number>>,
  random: Random,
): number | undefined {
  const curve = stay.course.laboratory[key];
  if (curve === undefined) return undefined;
  const test: LaboratoryTest = laboratoryTests[key];
  const course = valueAt(curve, courseHours(stay, at));
  const severity = stay.course.child === true ? 1 : stay.severity;
  const value =
    test.usual +
    (course - test.usual) * severity +
    (stay.course.child === true ? 0 : (own[key] ?? 0)) +
    (worsening[key] ?? 0) * decline(stay, at);
  return round(
    Math.max(
      test.least,
      value + random.noise(Math.max(test.spread * 0.6, test.decimals === 0 ? value * 0.02 : 0)),
    ),
    test.decimals,
  );
}

function filtration(stay: Stay, values: readonly LaboratoryValue[], taken: number): number | undefined {
  const creatinine = values.findLast((value) => value.key === 'creatinine' && value.taken === taken);
  if (creatinine === undefined || stay.person.age < 18) return undefined;
  return Math.max(5, estimatedFiltration(creatinine.value, stay.person.sex, stay.person.age));
}

interface Answer {
  readonly id: string;
  readonly key: LaboratoryKey;
  readonly value: number;
  readonly taken: number;
  readonly answered: number;
  readonly sex: Sex;
  readonly newborn?: boolean;
  readonly patient: string;
  readonly encounter: string;
  readonly corrected?: boolean;
  readonly order?: string | undefined;
}

export function laboratoryObservation(answer: Answer): Observation {
  const test: LaboratoryTest = laboratoryTests[answer.key];
  const range = (answer.newborn === true ? newbornRanges[answer.key] : undefined) ?? test.range[answer.sex];
  const [low, high] = range;
  const judged = interpretation(test, answer.value, range);
  const isRanged = low !== undefined || high !== undefined;
  return {
    resourceType: 'Observation',
    id: answer.id,
    status: answer.corrected === true ? 'corrected' : 'final',
    category: [
      codeable('Laboratorium', { system: systems.observationCategory, code: 'laboratory' }),
      codeable(test.group),
    ],
    code: codeable(test.name, ...(test.npu === undefined ? [] : [{ system: systems.npu, code: test.npu }])),
    subject: referTo(`Patient/${answer.patient}`),
    encounter: referTo(`Encounter/${answer.encounter}`),
    ...(answer.order === undefined ? {} : { basedOn: [referTo(`ServiceRequest/${answer.order}`)] }),
    effectiveDateTime: danishInstant(answer.taken),
    issued: danishInstant(answer.answered),
    valueQuantity: quantity(answer.value, test.unit),
    ...(isRanged
      ? {
          referenceRange: [
            {
              ...(low === undefined ? {} : { low: quantity(low, test.unit) }),
              ...(high === undefined ? {} : { high: quantity(high, test.unit) }),
            },
          ],
          interpretation: [codeable(judged, { system: systems.interpretation, code: judged })],
        }
      : {}),
  };
}

function interpretation(
  test: LaboratoryTest,
  value: number,
  [low, high]: Limits,
): 'N' | 'L' | 'LL' | 'H' | 'HH' {
  const [criticalLow, criticalHigh] = test.critical;
  if (criticalLow !== undefined && value < criticalLow) return 'LL';
  if (criticalHigh !== undefined && value > criticalHigh) return 'HH';
  if (low !== undefined && value < low) return 'L';
  return high !== undefined && value > high ? 'H' : 'N';
}

function orderFor(stay: Stay, sample: Sample, random: Random): ServiceRequest & { readonly id: string } {
  return {
    resourceType: 'ServiceRequest',
    id: random.uuid(),
    status: 'active',
    intent: 'order',
    category: [codeable('laboratorium')],
    code: codeable(sample.urgent ? 'Blodprøver, akut' : 'Blodprøver, morgenrunde'),
    priority: sample.urgent ? 'urgent' : 'routine',
    subject: referTo(`Patient/${stay.person.id}`),
    encounter: referTo(`Encounter/${stay.encounterId}`),
    authoredOn: danishInstant(
      sample.urgent
        ? sample.taken - 12 * minuteMs
        : Math.max(stay.admitted, atDanish(sample.taken, '15:10', -1)),
    ),
    occurrenceDateTime: danishInstant(sample.taken),
    requester: referTo(`Practitioner/${stay.doctor.id}`, stay.doctor.name),
  };
}
