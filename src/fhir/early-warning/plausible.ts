/**
 * What cannot be a measurement of a living body, and what is unusual. The outer limits are beyond what was ever measured, so that no
 * real value is refused; the inner ones are for a second look (docs/clinical-safety/thresholds.md).
 */
import type { Counted } from './table.ts';

export type Plausible = Counted | 'diastolic' | 'weight' | 'height';

export interface Limits {
  readonly unit: string;
  /** Outside: impossible. */
  readonly least: number;
  readonly most: number;
  /** Outside: unusual, at any age. */
  readonly low: number;
  readonly high: number;
}

export const limits: Readonly<Record<Plausible, Limits>> = {
  respiration: { unit: '/min', least: 0, most: 150, low: 6, high: 70 },
  saturation: { unit: '%', least: 0, most: 100, low: 70, high: 100 },
  oxygen: { unit: 'L/min', least: 0, most: 100, low: 0, high: 60 },
  systolic: { unit: 'mmHg', least: 0, most: 400, low: 50, high: 250 },
  diastolic: { unit: 'mmHg', least: 0, most: 300, low: 20, high: 150 },
  pulse: { unit: '/min', least: 0, most: 350, low: 30, high: 220 },
  temperature: { unit: '°C', least: 10, most: 47, low: 32, high: 42 },
  weight: { unit: 'kg', least: 0.1, most: 700, low: 0.4, high: 300 },
  height: { unit: 'cm', least: 15, most: 280, low: 30, high: 220 },
};

/** undefined: neither. */
export function howPlausible(kind: Plausible, value: number): 'impossible' | 'unusual' | undefined {
  const { least, most, low, high } = limits[kind];
  if (value < least || value > most) return 'impossible';
  return value < low || value > high ? 'unusual' : undefined;
}

/** The upper pressure is above the lower one. */
export function isPressure(systolic: number, diastolic: number): boolean {
  return systolic > diastolic;
}
