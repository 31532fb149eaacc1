/**
 * One structured dose: what of a MedicationRequest says how much, how often, how long. It is read from `dosageInstruction`, and written
 * back to it with the text that text.ts makes of it. Every text and every planned time comes from this one shape.
 */
import { isObject, type Json } from '../json.ts';
import { fhirMoment, instantOf } from '../place-time.ts';
import { unitOf, type Amount } from './amount.ts';
import { decimalOf, numberOf, spell } from './decimal.ts';
import type { Dose, Step, Weekday, When } from './step.ts';
import { doseText } from './text.ts';

const minimumIntervalUrl = 'https://holdfast.dk/fhir/minimum-interval';
/** FHIR R5's `MedicationRequest.statusChanged`, by its extension for R4: from when the status holds. */
export const statusChangedUrl =
  'http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.statusChanged';
export const plannedTimeUrl = 'https://holdfast.dk/fhir/planned-time';

/** Reads `dosageInstruction`, whoever wrote it: what is not understood is `unknown`, and its text is kept. */
export function readDose(request: unknown): Dose {
  const dosages = listOf(field(request, 'dosageInstruction'));
  return {
    steps: dosages.filter(isStructured).map(readStep),
    route: dosages.map(({ route }) => wordsOf(route)).find((words) => words !== '') ?? '',
    text: dosages.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])).join(' '),
  };
}

/** What is missing before a dose can be given and checked; empty when it is complete. */
export function missingOf(dose: Dose): readonly string[] {
  const missing = new Set<string>();
  if (dose.steps.length === 0) missing.add('dose');
  if (dose.route === '') missing.add('route');
  for (const { amount, rate, when } of dose.steps) {
    if (amount === undefined && rate === undefined) missing.add('amount');
    for (const one of [amount, rate]) {
      if (one !== undefined && one.unit === '') missing.add('unit');
      if (one !== undefined && one.value.digits <= 0n) missing.add('amount');
    }
    if (when.kind === 'unknown') missing.add('time');
    if (when.kind === 'clock' && when.times.length === 0) missing.add('time');
  }
  return [...missing];
}

/** `dosageInstruction` of a dose: one for each step, each with the text of it. */
export function writeDose(dose: Dose): Json[] {
  return dose.steps.map((step, index) => ({
    sequence: index + 1,
    text: doseText({ ...dose, steps: [step] }, 'da'),
    ...(Object.keys(timingOf(step)).length === 0 ? {} : { timing: timingOf(step) }),
    ...(step.when.kind === 'needed' ? neededOf(step.when) : {}),
    ...(dose.route === '' ? {} : { route: { text: dose.route } }),
    ...(step.amount === undefined && step.rate === undefined
      ? {}
      : {
          doseAndRate: [
            {
              ...(step.amount === undefined
                ? {}
                : step.upTo === undefined
                  ? { doseQuantity: quantityOf(step.amount) }
                  : { doseRange: { low: quantityOf(step.amount), high: quantityOf(step.upTo) } }),
              ...(step.rate === undefined ? {} : { rateQuantity: quantityOf(step.rate) }),
            },
          ],
        }),
    ...(step.most === undefined
      ? {}
      : { maxDosePerPeriod: { numerator: quantityOf(step.most), denominator: { value: 1, unit: 'd' } } }),
    ...(step.when.kind === 'needed' && step.when.minutesBetween !== undefined
      ? {
          extension: [
            {
              url: minimumIntervalUrl,
              valueDuration: {
                value: step.when.minutesBetween,
                unit: 'min',
                system: 'http://unitsofmeasure.org',
                code: 'min',
              },
            },
          ],
        }
      : {}),
  }));
}

/** A FHIR Quantity. The numbers of doses have few digits, so that a JSON number holds them exactly. */
export function quantityOf({ value, unit }: Amount): { value: number; unit: string } {
  return { value: numberOf(value), unit };
}

/** A Quantity as an amount; undefined without a number. */
export function amountOf(quantity: unknown): Amount | undefined {
  const spelled = field(quantity, '$value') ?? field(quantity, 'value');
  const value = decimalOf(spelled);
  if (value === undefined) return undefined;
  const unit = field(quantity, 'unit') ?? field(quantity, 'code');
  return { value, unit: typeof unit === 'string' ? unitOf(unit) : '' };
}

function readStep(dosage: Json): Step {
  const repeat = objectOf(objectOf(dosage['timing'])?.['repeat']);
  const dose = listOf(dosage['doseAndRate'])[0];
  const range = objectOf(dose?.['doseRange']);
  const bounds = objectOf(repeat?.['boundsPeriod']);
  const rate = amountOf(dose?.['rateQuantity']) ?? ratioOf(dose?.['rateRatio']);
  return {
    amount: amountOf(dose?.['doseQuantity']) ?? amountOf(range?.['low']),
    upTo: amountOf(range?.['high']),
    rate,
    when: whenOf(dosage, repeat, rate),
    most: amountOf(objectOf(dosage['maxDosePerPeriod'])?.['numerator']),
    from: instantOf(bounds?.['start']),
    until: instantOf(bounds?.['end']),
  };
}

function whenOf(dosage: Json, repeat: Json | undefined, rate: Amount | undefined): When {
  const number = (name: string) => (typeof repeat?.[name] === 'number' ? repeat[name] : undefined);
  const [frequency, period, unit] = [number('frequency'), number('period'), repeat?.['periodUnit']];
  const concept = dosage['asNeededCodeableConcept'];
  if (dosage['asNeededBoolean'] === true || concept !== undefined)
    return {
      kind: 'needed',
      times: unit === 'd' && period === 1 ? frequency : undefined,
      minutesBetween: minutesBetween(dosage),
      reason: wordsOf(concept),
    };
  const times = stringsOf(repeat?.['timeOfDay']).map((time) => time.slice(0, 5));
  const weekdays = stringsOf(repeat?.['dayOfWeek']).filter((day): day is Weekday => weekdayPattern.test(day));
  if (times.length > 0)
    return { kind: 'clock', times, everyDays: unit === 'd' ? Math.max(1, period ?? 1) : 1, weekdays };
  const events = stringsOf(objectOf(dosage['timing'])?.['event']);
  if (events.length === 1) return { kind: 'once', at: instantOf(events[0]) };
  if (number('count') === 1 && period === undefined) return { kind: 'once', at: undefined };
  if (period !== undefined && (unit === 'h' || unit === 'min')) {
    const minutes = (period * (unit === 'h' ? 60 : 1)) / (frequency ?? 1);
    if (minutes >= 1) return { kind: 'interval', minutes };
  }
  if (period !== undefined && typeof unit === 'string')
    return { kind: 'count', count: frequency ?? 1, period, unit };
  return rate === undefined ? { kind: 'unknown' } : { kind: 'continuous' };
}
const weekdayPattern = /^(mon|tue|wed|thu|fri|sat|sun)$/;

function timingOf({ when, from, until }: Step): Json {
  const bounds =
    from === undefined && until === undefined
      ? {}
      : {
          boundsPeriod: {
            ...(from === undefined ? {} : { start: fhirMoment(from) }),
            ...(until === undefined ? {} : { end: fhirMoment(until) }),
          },
        };
  const repeat = { ...bounds, ...repeatOf(when) };
  return {
    ...(when.kind === 'once' && when.at !== undefined ? { event: [fhirMoment(when.at)] } : {}),
    ...(Object.keys(repeat).length === 0 ? {} : { repeat }),
  };
}

function repeatOf(when: When): Json {
  switch (when.kind) {
    case 'clock':
      return {
        frequency: when.times.length,
        period: when.everyDays,
        periodUnit: 'd',
        ...(when.weekdays.length === 0 ? {} : { dayOfWeek: [...when.weekdays] }),
        timeOfDay: when.times.map((time) => `${time}:00`),
      };
    case 'interval':
      return when.minutes % 60 === 0
        ? { frequency: 1, period: when.minutes / 60, periodUnit: 'h' }
        : { frequency: 1, period: when.minutes, periodUnit: 'min' };
    case 'count':
      return { frequency: when.count, period: when.period, periodUnit: when.unit };
    case 'once':
      return { count: 1 };
    case 'needed':
      return when.times === undefined ? {} : { frequency: when.times, period: 1, periodUnit: 'd' };
    case 'continuous':
    case 'unknown':
      return {};
  }
}

function neededOf({ reason }: Extract<When, { kind: 'needed' }>): Json {
  return reason === '' ? { asNeededBoolean: true } : { asNeededCodeableConcept: { text: reason } };
}

function minutesBetween(dosage: Json): number | undefined {
  const found = listOf(dosage['extension']).find(({ url }) => url === minimumIntervalUrl);
  const duration = objectOf(found?.['valueDuration']);
  const value = duration?.['value'];
  const unit = duration?.['code'] ?? duration?.['unit'];
  if (typeof value !== 'number') return undefined;
  return unit === 'h' ? value * 60 : unit === 'min' ? value : undefined;
}

/** 80 ml / 1 h is 80 ml/time. */
function ratioOf(ratio: unknown): Amount | undefined {
  const numerator = amountOf(field(ratio, 'numerator'));
  const denominator = amountOf(field(ratio, 'denominator'));
  if (numerator === undefined || denominator === undefined || spell(denominator.value) !== '1')
    return undefined;
  const per = denominator.unit === 'h' ? 'time' : denominator.unit;
  return { value: numerator.value, unit: `${numerator.unit}/${per}` };
}

/** It says more than words. */
function isStructured({ timing, doseAndRate, asNeededBoolean, maxDosePerPeriod }: Json): boolean {
  return (
    timing !== undefined ||
    doseAndRate !== undefined ||
    asNeededBoolean === true ||
    maxDosePerPeriod !== undefined
  );
}

function wordsOf(concept: unknown): string {
  const text = field(concept, 'text');
  if (typeof text === 'string') return text;
  const coding = listOf(field(concept, 'coding'))[0];
  const words = coding?.['display'] ?? coding?.['code'];
  return typeof words === 'string' ? words : '';
}

function field(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}
function objectOf(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined;
}
function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
