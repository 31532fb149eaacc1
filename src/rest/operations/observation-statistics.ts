/**
 * `Observation/$stats` (http://hl7.org/fhir/R4/observation-operation-stats.html): statistics of a patient's measurements
 * of a code over a time. Only of plain numbers in one unit: what cannot be reckoned with is told, never guessed.
 */
import { Refusal } from '#base/refusal.ts';
import { timeSpan } from '#fhir/date.ts';
import { isRawNumber } from '#fhir/json-text.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { answerJson } from '../answer.ts';
import { readParameters } from '../parameters.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { codingsOf, observationsOf, type Coding, type FoundObservation } from './observations.ts';

const codesMax = 20;
const statisticsAddress = 'http://terminology.hl7.org/CodeSystem/observation-statistics';

type Reckon = (sorted: readonly number[]) => number | undefined;
const sum: Reckon = (sorted) => sorted.reduce((all, value) => all + value, 0);
const average: Reckon = (sorted) => (sorted.length === 0 ? undefined : (sum(sorted) ?? 0) / sorted.length);
/** Of a sample: divided by one less than there are. */
const variance: Reckon = (sorted) => {
  const mean = average(sorted);
  return mean === undefined || sorted.length < 2
    ? undefined
    : sorted.reduce((all, value) => all + (value - mean) ** 2, 0) / (sorted.length - 1);
};
const median: Reckon = (sorted) => {
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};
const reckonings: Readonly<Record<string, Reckon>> = {
  average,
  maximum: (sorted) => sorted.at(-1),
  minimum: (sorted) => sorted[0],
  median,
  sum,
  variance,
  'std-dev': (sorted) => {
    const found = variance(sorted);
    return found === undefined ? undefined : Math.sqrt(found);
  },
};
const known = [...Object.keys(reckonings), 'count', 'total-count'];

export async function observationStatistics(service: Service, request: FhirRequest): Promise<Answer> {
  await service.store.parameters.refresh();
  const asked = readAsked(service, request);
  const parameters: string[] = [];
  for (const coding of asked.codings) {
    const found = await observationsOf(service, request, [
      ['patient', asked.patient],
      ['combo-code', `${coding.system === '' ? '' : `${escaped(coding.system)}|`}${escaped(coding.code)}`],
      ['status:not', 'entered-in-error'],
      ['status:not', 'cancelled'],
      ['date', `ge${asked.start}`],
      ['date', `le${asked.end}`],
    ]);
    parameters.push(`{"name":"statistics","resource":${JSON.stringify(statisticsOf(asked, coding, found))}}`);
    if (asked.include)
      for (const { hit } of found.slice(0, asked.limit))
        parameters.push(`{"name":"source","resource":${hit.body}}`);
  }
  return answerJson(`{"resourceType":"Parameters","parameter":[${parameters.join(',')}]}`);
}

const escaped = (text: string) => text.replace(/[\\,$|]/g, '\\$&');

interface Value {
  readonly value: number;
  readonly unit: Json;
  readonly unitKey: string;
}

function statisticsOf(asked: Asked, coding: Coding, found: readonly FoundObservation[]): object {
  const values = found.flatMap(({ tree }) => valueOf(tree, coding) ?? []);
  const units = new Set(values.map(({ unitKey }) => unitKey));
  if (units.size > 1)
    throw new Refusal(
      'unprocessable',
      `the measurements are in ${units.size} units, which cannot be reckoned together`,
    );
  const sorted = values.map(({ value }) => value).toSorted((one, other) => one - other);
  const unit = values[0]?.unit ?? {};
  const components = asked.statistics.map((name) => {
    const code = { coding: [{ system: statisticsAddress, code: name }] };
    if (name === 'count' || name === 'total-count')
      return { code, valueQuantity: { value: name === 'count' ? sorted.length : found.length } };
    const reckoned = reckonings[name]?.(sorted);
    return reckoned === undefined || sorted.length === 0
      ? {
          code,
          dataAbsentReason: {
            coding: [
              { system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'not-applicable' },
            ],
          },
        }
      : {
          code,
          valueQuantity: { value: Number(reckoned.toPrecision(12)), ...(name === 'variance' ? {} : unit) },
        };
  });
  const left = found.length - sorted.length;
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [coding.system === '' ? { code: coding.code } : coding] },
    subject: { reference: `Patient/${asked.patient}` },
    effectivePeriod: { start: asked.start, end: asked.end },
    ...(left > 0
      ? { note: [{ text: `${left} of ${found.length} say no plain number and are not in it` }] }
      : {}),
    component: components,
  };
}

/** The number at the code: of the observation, or of a component. One with a comparator (`<5`) is no plain number. */
function valueOf(tree: Json, coding: Coding): Value | undefined {
  const components: readonly unknown[] = Array.isArray(tree['component']) ? tree['component'] : [];
  const place = [tree, ...components].find(
    (one) =>
      isObject(one) &&
      codingsOf(one['code']).some(
        (own) => own.code === coding.code && (coding.system === '' || own.system === coding.system),
      ),
  );
  if (!isObject(place)) return undefined;
  const integer = place['valueInteger'];
  if (typeof integer === 'number') return { value: integer, unit: {}, unitKey: '' };
  const quantity = place['valueQuantity'];
  if (!isObject(quantity) || quantity['comparator'] !== undefined) return undefined;
  const written = quantity['value'];
  const value = isRawNumber(written) ? Number(written.rawJSON) : written;
  if (typeof value !== 'number') return undefined;
  const unit = Object.fromEntries(
    ['unit', 'system', 'code'].flatMap((name) =>
      quantity[name] === undefined ? [] : [[name, quantity[name]]],
    ),
  );
  return { value, unit, unitKey: JSON.stringify([quantity['system'], quantity['code'] ?? quantity['unit']]) };
}

// ---------------------------------------------------------------- what is asked

interface Asked {
  readonly patient: string;
  readonly codings: readonly Coding[];
  readonly statistics: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly include: boolean;
  readonly limit: number;
}

function refuse(at: string, text: string): never {
  throw new Refusal('invalid', [{ code: 'value', at, text }]);
}

function readAsked(service: Service, request: FhirRequest): Asked {
  const given = givenIn(service, request);
  const strange = given.find(([name]) => !taken.includes(name));
  if (strange) refuse(strange[0].slice(0, 60), `is not known here; ${taken.slice(0, -2).join(', ')} are`);
  const values = (name: string) => given.flatMap(([one, value]) => (one === name ? [value] : []));
  const textAt = (name: string) => {
    const [value] = values(name);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
  };
  const patient = /^(?:.*\/)?Patient\/([A-Za-z0-9.-]{1,64})$/.exec(
    textAt('subject')?.slice(0, 500) ?? '',
  )?.[1];
  if (patient === undefined) return refuse('subject', 'expected a patient, such as Patient/1');
  const system = textAt('system') ?? '';
  const codings = [
    ...values('code').map((code) => ({ system, code: String(code) })),
    ...values('coding').flatMap((one) => codingsOf({ coding: [one] })),
  ];
  if (codings.length === 0) refuse('code', 'expected a code or a coding');
  if (codings.length > codesMax) refuse('code', `at most ${codesMax} are taken`);
  const statistics = values('statistic').map(String);
  if (statistics.length === 0) refuse('statistic', `expected at least one of ${known.join(', ')}`);
  const other = statistics.find((name) => !known.includes(name));
  if (other !== undefined)
    refuse('statistic', `'${other.slice(0, 60)}' is not reckoned here; ${known.join(', ')} are`);
  const limit = textAt('limit') ?? String(service.limits.pageMax);
  if (!/^\d{1,6}$/.test(limit)) refuse('limit', 'expected a whole number');
  return {
    patient,
    codings,
    statistics: [...new Set(statistics)],
    ...timeOf(textAt('duration'), values('period')[0]),
    include: textAt('include') === 'true',
    limit: Math.min(Number(limit), service.limits.pageMax),
  };
}
const taken = [
  'subject',
  'code',
  'system',
  'coding',
  'duration',
  'period',
  'statistic',
  'include',
  'limit',
  '_format',
  '_pretty',
];

/** Hours until now, or a period. */
function timeOf(duration: string | undefined, period: unknown): { start: string; end: string } {
  if (duration !== undefined && period !== undefined)
    refuse('period', 'expected duration or period, not both');
  if (duration !== undefined) {
    if (!/^\d{1,7}(?:\.\d{1,6})?$/.test(duration)) refuse('duration', 'expected hours, such as 24');
    const now = Date.now();
    return {
      start: new Date(now - Number(duration) * 3_600_000).toISOString(),
      end: new Date(now).toISOString(),
    };
  }
  const [start, end] = isObject(period) ? [period['start'], period['end']] : [undefined, undefined];
  if (typeof start !== 'string' || typeof end !== 'string' || !timeSpan(start) || !timeSpan(end))
    return refuse('period', 'expected a duration in hours, or a period with start and end');
  return { start, end };
}

function givenIn(service: Service, request: FhirRequest): (readonly [string, unknown])[] {
  const given = request.query.flatMap(([name, value]) => (value === '' ? [] : [[name, value] as const]));
  if (request.method !== 'POST' || request.body === undefined || request.body.length === 0) return given;
  const list = readParameters(request, service.limits).tree['parameter'];
  const inBody = (Array.isArray(list) ? list.filter(isObject) : []).map(
    (one) =>
      [String(one['name']), Object.entries(one).find(([key]) => key.startsWith('value'))?.[1]] as const,
  );
  return [...given, ...inBody];
}
