// Vital signs of who lies in a simulated ward: a full set with its score and when to measure next, as the screen of the ward writes it.
import type { CodeableConcept, Encounter, Observation } from '@medplum/fhirtypes';
import { codeOf, loinc } from '#fhir/early-warning/observe.ts';
import { earlyWarning, nextDue } from '#fhir/early-warning/score.ts';
import { scoreElements } from '#fhir/early-warning/shapes.ts';
import { tableOf, type Measured } from '#fhir/early-warning/table.ts';
import { danishInstant } from '../population/danish-time.ts';
import type { Entry } from './api.ts';
import type { Moment } from './clinician.ts';

const table = tableOf('news2');
const ucum = 'http://unitsofmeasure.org';
const units = {
  respiration: ['/min', '/min'],
  saturation: ['%', '%'],
  oxygen: ['L/min', 'L/min'],
  pulse: ['/min', '/min'],
  temperature: ['°C', 'Cel'],
} as const;

/** Seven measurements of somebody grown up, and the score that they give. */
export function measureSet(moment: Moment, stay: Encounter): readonly Entry[] | undefined {
  if (table === undefined) return undefined;
  const { random, now } = moment;
  const isIll = random.chance(0.2);
  const measured: Measured & { readonly diastolic: number } = {
    respiration: 15 + Math.round(random.noise(2)) + (isIll ? 6 : 0),
    saturation: Math.min(100, 97 + Math.round(random.noise(1)) - (isIll ? 4 : 0)),
    oxygen: isIll ? 2 : 0,
    systolic: 128 + Math.round(random.noise(10)),
    diastolic: 74 + Math.round(random.noise(5)),
    pulse: 76 + Math.round(random.noise(7)) + (isIll ? 22 : 0),
    consciousness: 'A',
    temperature: Number((37 + random.noise(0.3) + (isIll ? 1.2 : 0)).toFixed(1)),
  };
  const answer = earlyWarning(table, measured);
  if (answer.kind !== 'score') return undefined;
  const at = danishInstant(now);
  const make = (code: CodeableConcept, rest: Partial<Observation>): Observation => ({
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code,
    subject: stay.subject ?? {},
    encounter: { reference: `Encounter/${stay.id ?? ''}` },
    effectiveDateTime: at,
    performer: [moment.self],
    ...rest,
  });
  const named = (code: string) => ({ coding: [{ system: loinc, code }] });
  const quantity = (value: number, [unit, code]: readonly [string, string]) => ({
    valueQuantity: { value, unit, system: ucum, code },
  });
  const pressure = (code: string, value: number) => ({
    code: named(code),
    ...quantity(value, ['mmHg', 'mm[Hg]']),
  });
  const set = [
    ...(Object.keys(units) as (keyof typeof units)[]).map((kind) =>
      make(named(codeOf[kind]), quantity(measured[kind] ?? 0, units[kind])),
    ),
    make(named(codeOf.pressure), {
      component: [
        pressure(codeOf.systolic, measured.systolic ?? 0),
        pressure(codeOf.diastolic, measured.diastolic),
      ],
    }),
    make(named(codeOf.consciousness), { valueCodeableConcept: { text: 'A' } }),
  ].map((resource) => ({ name: `urn:uuid:${random.uuid()}`, resource }));
  const score = make(
    {},
    {
      derivedFrom: set.map(({ name }) => ({ reference: name as `Observation/${string}` })),
      ...scoreElements(table, answer, danishInstant(nextDue(answer, now))),
    },
  );
  return [
    ...set.map(({ name, resource }): Entry => ({
      method: 'POST',
      url: 'Observation',
      fullUrl: name,
      resource,
    })),
    { method: 'POST', url: 'Observation', resource: score },
  ];
}

/** When somebody is to be measured next; undefined: nobody has measured yet. */
export async function dueOf({ record }: Moment, stay: Encounter): Promise<number | undefined> {
  const scores = await record.newest(
    'Observation',
    `subject=${stay.subject?.reference ?? ''}&code=http://snomed.info/sct|1104051000000101&_sort=-date`,
  );
  const due = scores?.extension?.find(
    ({ url }) => url === 'https://holdfast.dk/fhir/next-due',
  )?.valueDateTime;
  return due === undefined ? undefined : Date.parse(due);
}
