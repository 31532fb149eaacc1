import type { Call, Measurement } from '../../../src/fhir/early-warning/table.ts';
import type { TextKey } from '../../parts/text.tsx';
import type { Mark } from './results.ts';
import type { Sex } from './person.ts';
import type { CurveKind } from './vitals.ts';
import type { DoseState } from './next-dose.ts';

// Which text says which fact: whole tables, so that the compiler asks for the one that is missing.

export const sexTexts = {
  female: 'sex.female',
  male: 'sex.male',
  other: 'sex.other',
} as const satisfies Record<Sex, TextKey>;

export const unscoredTexts = {
  age: 'ews.noneAge',
  pregnancy: 'ews.nonePregnancy',
  table: 'ews.noneTable',
} as const satisfies Record<'age' | 'pregnancy' | 'table', TextKey>;

/** What a score asks of who measured. */
export const callTexts = {
  routine: 'call.routine',
  nurse: 'call.nurse',
  single: 'call.single',
  urgent: 'call.urgent',
  emergency: 'call.emergency',
} as const satisfies Record<Call, TextKey>;

export const measurementTexts = {
  respiration: 'vital.respiration',
  saturation: 'vital.saturation',
  oxygen: 'vital.oxygen',
  systolic: 'vital.systolic',
  pulse: 'vital.pulse',
  consciousness: 'vital.consciousness',
  temperature: 'vital.temperature',
} as const satisfies Record<Measurement, TextKey>;

export const markTexts = {
  low: 'mark.low',
  veryLow: 'mark.veryLow',
  high: 'mark.high',
  veryHigh: 'mark.veryHigh',
  abnormal: 'mark.abnormal',
} as const satisfies Record<Mark, TextKey>;

export const vitalTexts = {
  respiration: 'vital.respiration',
  saturation: 'vital.saturation',
  bloodPressure: 'vital.bloodPressure',
  pulse: 'vital.pulse',
  temperature: 'vital.temperature',
} as const satisfies Record<CurveKind, TextKey>;

export const doseTexts = {
  planned: 'dose.planned',
  due: 'dose.due',
  late: 'dose.late',
  given: 'dose.given',
  notGiven: 'dose.notGiven',
  paused: 'dose.paused',
} as const satisfies Record<DoseState, TextKey>;

export const doseSigns: Readonly<Record<DoseState, string>> = {
  planned: '○',
  due: '◉',
  late: '!',
  given: '✓',
  notGiven: '✗',
  paused: '‖',
};
