/**
 * Early-warning tables: what a measurement gives in points, and what a score asks for, as data beside their source. A table
 * is never changed once scores were given by it: a new edition is a new version. One whose bands no public source shows is
 * not complete, and nothing is scored by it.
 */
import capitalRegionEws from './tables/capital-region-ews.json' with { type: 'json' };
import news2 from './tables/news2.json' with { type: 'json' };
import toks from './tables/toks-2.1.json' with { type: 'json' };

/** In the order in which they are measured at the bed. Units: /min, %, L/min (0: room air), mmHg, /min, ACVPU, °C. */
export const measurements = [
  'respiration',
  'saturation',
  'oxygen',
  'systolic',
  'pulse',
  'consciousness',
  'temperature',
] as const;
export type Measurement = (typeof measurements)[number];
export type Counted = Exclude<Measurement, 'consciousness'>;

export const consciousnessLetters = ['A', 'C', 'V', 'P', 'U'] as const;
export type Consciousness = (typeof consciousnessLetters)[number];

/** What was measured; a partial set has fewer. */
export type Measured = { readonly [M in Counted]?: number } & { readonly consciousness?: Consciousness };

/** Bands from low to high: a value belongs to the first whose end is not below it; the last has no end. */
export interface Scale {
  /** The fineness by which the chart is read; 0: any value above an end is in the next band. */
  readonly step: number;
  readonly bands: readonly { readonly upTo?: number; readonly points: number }[];
}

/** What is asked for: the next set within so many minutes, and whom to call (`calls`). */
export interface Response {
  readonly minutes: number;
  readonly call: Call;
  /** Monitored without a pause as well. */
  readonly continuous?: boolean;
}
/** What a score asks of who measured; the screens have a text for each. */
export const calls = ['routine', 'nurse', 'single', 'urgent', 'emergency'] as const;
export type Call = (typeof calls)[number];

export interface EarlyWarningTable {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly source: string;
  /** False: something in it has no source; nothing is scored by it. */
  readonly complete: boolean;
  readonly missing?: string;
  readonly yearsMin: number;
  readonly forPregnant: boolean;
  readonly scales: { readonly [M in Counted]?: Scale };
  /** For whom a doctor has decided on 88–92 %: hypercapnic respiratory failure. */
  readonly saturationScale2?: { readonly onAir: Scale; readonly onOxygen: Scale };
  readonly consciousness?: Readonly<Record<Consciousness, number>>;
  /** From low scores to high. */
  readonly responses: readonly (Response & { readonly from: number })[];
  /** One measurement alone with so many points is answered so, when the score itself asks for less. */
  readonly single?: Response & { readonly points: number };
}

// The files are data of ours; early-warning.test.ts holds each to this shape.
export const tables = [news2, toks, capitalRegionEws] as readonly unknown[] as readonly EarlyWarningTable[];

export function tableOf(id: string, version?: string): EarlyWarningTable | undefined {
  return tables.find((table) => table.id === id && (version === undefined || table.version === version));
}
