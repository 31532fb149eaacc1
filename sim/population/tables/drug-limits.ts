// A DEMO TABLE. It is made so that the checks of the demo region have something to check against; no number in it is a clinical
// recommendation, none was taken from a product summary, and the check says so wherever it uses one. A hospital loads its own.
export const demoTableName = 'Holdfasts demotabel, ikke klinisk viden';

export interface DemoLimit {
  readonly perDay?: readonly [amount: number, unit: string];
  readonly perDose?: readonly [amount: number, unit: string];
  /** Years of age from, and until. */
  readonly ages?: readonly [from: number, until?: number];
}

/** By ATC code. A unit that ends in /kg is by weight. */
export const demoLimits: Readonly<Record<string, readonly DemoLimit[]>> = {
  N02BE01: [
    { perDay: [4, 'g'], perDose: [1, 'g'], ages: [18] },
    { perDay: [60, 'mg/kg'], perDose: [15, 'mg/kg'], ages: [0, 18] },
  ],
  M01AE01: [
    { perDay: [2400, 'mg'], ages: [18] },
    { perDay: [30, 'mg/kg'], ages: [0, 18] },
  ],
  N02AA01: [{ perDay: [120, 'mg'], perDose: [30, 'mg'], ages: [18] }],
  N02AA05: [{ perDay: [80, 'mg'], perDose: [20, 'mg'], ages: [18] }],
  J01DC02: [{ perDay: [6, 'g'], ages: [18] }],
  J01CA01: [{ perDay: [12, 'g'], ages: [18] }],
  J01CR05: [{ perDay: [16, 'g'], ages: [18] }],
  J01DH02: [{ perDay: [6, 'g'], ages: [18] }],
  J01CF01: [{ perDay: [4, 'g'], ages: [18] }],
  J01GB03: [{ perDay: [7, 'mg/kg'], ages: [18] }],
  J01XD01: [{ perDay: [2, 'g'], ages: [18] }],
  J01MA02: [{ perDay: [1500, 'mg'], ages: [18] }],
  C03CA01: [{ perDay: [500, 'mg'], ages: [18] }],
  C03DA01: [{ perDay: [100, 'mg'], ages: [18] }],
  A12BA01: [{ perDay: [6, 'g'], ages: [18] }],
  C07AB02: [{ perDay: [200, 'mg'], ages: [18] }],
  C07AB07: [{ perDay: [10, 'mg'], ages: [18] }],
  C01AA05: [{ perDay: [250, 'mikrogram'], ages: [18] }],
  C09AA05: [{ perDay: [10, 'mg'], ages: [18] }],
  C09CA01: [{ perDay: [100, 'mg'], ages: [18] }],
  C08CA01: [{ perDay: [10, 'mg'], ages: [18] }],
  C10AA05: [{ perDay: [80, 'mg'], ages: [18] }],
  B01AC06: [{ perDay: [300, 'mg'], ages: [18] }],
  B01AC04: [{ perDay: [300, 'mg'], ages: [18] }],
  B01AF02: [{ perDay: [20, 'mg'], perDose: [10, 'mg'], ages: [18] }],
  B01AF01: [{ perDay: [30, 'mg'], ages: [18] }],
  B01AB04: [{ perDay: [18000, 'IE'], ages: [18] }],
  A02BC02: [{ perDay: [160, 'mg'], ages: [18] }],
  A10BA02: [{ perDay: [3, 'g'], ages: [18] }],
  H02AB06: [{ perDay: [100, 'mg'], ages: [18] }],
  A04AA01: [{ perDay: [16, 'mg'], ages: [18] }],
  N05AD01: [{ perDay: [5, 'mg'], ages: [18] }],
};

/** Two people sign for each dose. */
export const demoHighRisk: readonly string[] = ['A10AB01', 'A10AB05', 'A10AE04', 'J01GB03'];

/** ATC code, ATC code or the beginning of one, and what is said. */
export const demoInteractions: readonly (readonly [string, string, 'high' | 'moderate', string])[] = [
  ['B01AF02', 'B01AC', 'high', 'øget blødningsrisiko'],
  ['B01AF02', 'M01A', 'high', 'øget blødningsrisiko'],
  ['B01AF01', 'B01AC', 'high', 'øget blødningsrisiko'],
  ['B01AB04', 'M01A', 'moderate', 'øget blødningsrisiko'],
  ['B01AC06', 'M01A', 'moderate', 'øget blødningsrisiko, svækket pladehæmning'],
  ['C09AA05', 'C03DA', 'moderate', 'risiko for højt kalium'],
  ['C09CA01', 'C03DA', 'moderate', 'risiko for højt kalium'],
  ['C09AA05', 'A12BA', 'moderate', 'risiko for højt kalium'],
  ['C01AA05', 'C01BD', 'high', 'forhøjet digoxin i blodet'],
  ['C07AB02', 'C01BD', 'moderate', 'langsom puls'],
  ['N02AA01', 'N05BA', 'moderate', 'øget sløvhed og hæmmet vejrtrækning'],
  ['N02AA05', 'N05BA', 'moderate', 'øget sløvhed og hæmmet vejrtrækning'],
  ['N06AB06', 'N02AA05', 'moderate', 'serotonin-påvirkning'],
];

/**
 * ATC code, eGFR (mL/min/1.73 m²) below which, and what is shown. Made up like the rest, so that there is something to look at: which drugs and
 * which limits waits for a clinician and a table (docs/clinical-safety/thresholds.md). What stands here alone is covered.
 */
export const demoRenal: readonly (readonly [atc: string, below: number, action: string])[] = [
  ['A10BA02', 30, 'EKSEMPEL: gives ikke'],
  ['A10BA02', 45, 'EKSEMPEL: halv dosis'],
  ['J01GB03', 60, 'EKSEMPEL: længere mellem doserne, mål i blodet'],
  ['B01AF02', 30, 'EKSEMPEL: mindre dosis'],
  ['N02AA01', 30, 'EKSEMPEL: mindre dosis, følg vejrtrækningen'],
];
