import {
  howPlausible,
  isPressure,
  limits,
  type Plausible,
} from '../../../src/fhir/early-warning/plausible.ts';
import {
  consciousnessLetters,
  type Consciousness,
  type Measured,
  type Measurement,
} from '../../../src/fhir/early-warning/table.ts';
import { addDays, dayOf, momentOn } from '../../parts/format/date.ts';
import { showNumber } from '../../parts/format/number.ts';
import type { Language } from '../../parts/settings.ts';

// The seven fields of a set, in the order in which they are measured, and how what is typed is read: digits alone are enough
// everywhere, since 375 can only be 37,5 and 12080 only 120/80.

export const setFields = [
  'respiration',
  'saturation',
  'oxygen',
  'pressure',
  'pulse',
  'consciousness',
  'temperature',
] as const;
export type SetField = (typeof setFields)[number];

/** The measurement that a field gives points for. */
export const measurementOf: Readonly<Record<SetField, Measurement>> = {
  respiration: 'respiration',
  saturation: 'saturation',
  oxygen: 'oxygen',
  pressure: 'systolic',
  pulse: 'pulse',
  consciousness: 'consciousness',
  temperature: 'temperature',
};

export type SetValues = Measured & { readonly diastolic?: number };

export type ReadField = {
  readonly values: SetValues;
  /** How it is written once the field is left. */
  readonly shown: string;
  readonly fault?: FieldFault;
  readonly unusual?: boolean;
};
export type FieldFault =
  | { readonly kind: 'unread' }
  | { readonly kind: 'impossible'; readonly least: number; readonly most: number }
  | { readonly kind: 'pressure' };

/** What was typed in a field. An empty one has no values and no fault. */
export function readField(field: SetField, typed: string, language: Language, air: string): ReadField {
  const text = typed.trim();
  if (text === '') return { values: {}, shown: '' };
  if (field === 'consciousness') return readConsciousness(text);
  if (field === 'pressure') return readPressure(text);
  if (field === 'oxygen' && /^(0+|l(uft)?|a(ir)?)$/i.test(text)) return { values: { oxygen: 0 }, shown: air };
  const value = field === 'temperature' ? temperatureOf(text) : numberOf(text, field === 'oxygen');
  if (value === undefined) return unread(text);
  return judged(field, value, {
    values: { [field]: value },
    shown: field === 'temperature' ? showNumber(value.toFixed(1), language) : showNumber(value, language),
  });
}

/** All of a set. */
export function readSet(fields: Readonly<Record<string, string>>): {
  readonly values: SetValues;
  readonly faults: readonly SetField[];
} {
  const read = setFields.map((field) => [field, readField(field, fields[field] ?? '', 'da', '')] as const);
  const values = Object.assign({}, ...read.map(([, { values: each }]) => each)) as SetValues;
  return { values, faults: read.flatMap(([field, { fault }]) => (fault === undefined ? [] : [field])) };
}

/**
 * When it was measured, from a time of the clock: today, or yesterday when that time is still to come today and at most a day back.
 * Empty: now. undefined: no time of the clock.
 */
export function readMoment(typed: string, now: number): number | undefined {
  const text = typed.trim();
  if (text === '') return now;
  const parts = /^(\d{1,2})[:.]?(\d{2})$/.exec(text);
  const [hours, minutes] = [Number(parts?.[1]), Number(parts?.[2])];
  if (parts === null || hours > 23 || minutes > 59) return undefined;
  const clock = `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
  const today = momentOn(dayOf(now), clock);
  return today <= now ? today : momentOn(addDays(dayOf(now), -1), clock);
}

function readConsciousness(text: string): ReadField {
  const letter = consciousnessLetters.find((one) => one === text.toUpperCase());
  return letter === undefined
    ? unread(text)
    : { values: { consciousness: letter satisfies Consciousness }, shown: letter };
}

function readPressure(text: string): ReadField {
  const parts = /^(\d{2,3})\s*[/ \-.,]\s*(\d{2,3})$/.exec(text) ?? splitPressure(text);
  if (parts === null) return unread(text);
  const [systolic, diastolic] = [Number(parts[1]), Number(parts[2])];
  const shown = `${systolic}/${diastolic}`;
  const values = { systolic, diastolic };
  const upper = judged('systolic', systolic, { values, shown });
  const lower = judged('diastolic', diastolic, { values, shown });
  if (upper.fault !== undefined) return upper;
  if (lower.fault !== undefined) return lower;
  if (!isPressure(systolic, diastolic)) return { values: {}, shown, fault: { kind: 'pressure' } };
  return upper.unusual === true ? upper : lower;
}

/** 12080: what begins with 1, 2 or 3 has three digits above, all else two. */
function splitPressure(text: string): RegExpExecArray | null {
  return /^([123]\d{2})(\d{2,3})$/.exec(text) ?? /^([4-9]\d)(\d{2,3})$/.exec(text);
}

/** 37 · 37,5 · 37.5 · 375 */
function temperatureOf(text: string): number | undefined {
  const parts = /^(\d{2})[,.]?(\d)?$/.exec(text);
  return parts === null ? undefined : Number(`${parts[1]}.${parts[2] ?? '0'}`);
}

function numberOf(text: string, decimals: boolean): number | undefined {
  return (decimals ? /^\d{1,3}([,.]\d{1,2})?$/ : /^\d{1,3}$/).test(text)
    ? Number(text.replace(',', '.'))
    : undefined;
}

function judged(kind: Plausible, value: number, read: ReadField): ReadField {
  const how = howPlausible(kind, value);
  const { least, most } = limits[kind];
  if (how === 'impossible') return { ...read, values: {}, fault: { kind: 'impossible', least, most } };
  return how === 'unusual' ? { ...read, unusual: true } : read;
}

function unread(shown: string): ReadField {
  return { values: {}, shown, fault: { kind: 'unread' } };
}
