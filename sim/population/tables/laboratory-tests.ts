// The analyses the courses use: NPU code, short Danish name, unit, range, and what a laboratory rounds to. `usual` is a
// healthy adult's value, `spread` the noise of measuring. Analyses without a code here are sent with their name alone:
// a wrong code would be worse than none. Ranges are typical Danish adult ones, a demo's, not a laboratory's.
import type { Sex } from '../cpr.ts';

export type LaboratoryGroup =
  | 'Elektrolytter'
  | 'Hæmatologi'
  | 'Infektion'
  | 'Nyre'
  | 'Lever'
  | 'Koagulation'
  | 'Blodgas'
  | 'Diabetes'
  | 'Hjerte'
  | 'Urin';
export type Limits = readonly [low: number | undefined, high: number | undefined];

export interface LaboratoryTest {
  readonly npu?: string;
  readonly name: string;
  readonly group: LaboratoryGroup;
  readonly unit: string;
  readonly range: Readonly<Record<Sex, Limits>>;
  /** Beyond these the value is critical and is telephoned to the ward. */
  readonly critical: Limits;
  readonly usual: number;
  readonly spread: number;
  readonly decimals: number;
  readonly least: number;
}

function test(
  npu: string,
  name: string,
  group: LaboratoryGroup,
  unit: string,
  female: Limits,
  male: Limits,
  critical: Limits,
  usual: number,
  spread: number,
  decimals: number,
  least = 0,
): LaboratoryTest {
  return {
    ...(npu === '' ? {} : { npu }),
    name,
    group,
    unit,
    range: { female, male },
    critical,
    usual,
    spread,
    decimals,
    least,
  };
}
const none: Limits = [undefined, undefined];
function below(high: number): Limits {
  return [undefined, high];
}

export const laboratoryTests = {
  haemoglobin: test(
    'NPU02319',
    'B-Hæmoglobin',
    'Hæmatologi',
    'mmol/L',
    [7.3, 9.5],
    [8.3, 10.5],
    [4.5, undefined],
    8.5,
    0.12,
    1,
    3.2,
  ),
  leukocytes: test(
    'NPU02593',
    'B-Leukocytter',
    'Hæmatologi',
    '10^9/L',
    [3.5, 8.8],
    [3.5, 8.8],
    [1, 40],
    6.8,
    0.4,
    1,
    0.4,
  ),
  neutrophils: test(
    'NPU02902',
    'B-Neutrofilocytter',
    'Hæmatologi',
    '10^9/L',
    [1.6, 5.9],
    [1.6, 5.9],
    [0.5, undefined],
    4.2,
    0.3,
    1,
    0.2,
  ),
  thrombocytes: test(
    'NPU03568',
    'B-Trombocytter',
    'Hæmatologi',
    '10^9/L',
    [165, 400],
    [145, 350],
    [30, undefined],
    245,
    9,
    0,
    12,
  ),
  ferritin: test('NPU19763', 'P-Ferritin', 'Hæmatologi', 'µg/L', [12, 300], [15, 400], none, 110, 8, 0, 3),
  sodium: test(
    'NPU03429',
    'P-Natrium',
    'Elektrolytter',
    'mmol/L',
    [137, 145],
    [137, 145],
    [120, 155],
    140,
    0.8,
    0,
    112,
  ),
  potassium: test(
    'NPU03230',
    'P-Kalium',
    'Elektrolytter',
    'mmol/L',
    [3.5, 4.4],
    [3.5, 4.4],
    [2.8, 6],
    4,
    0.09,
    1,
    2.2,
  ),
  calcium: test(
    'NPU04144',
    'P-Calcium-ion',
    'Elektrolytter',
    'mmol/L',
    [1.18, 1.32],
    [1.18, 1.32],
    [1, 1.6],
    1.24,
    0.015,
    2,
    0.8,
  ),
  magnesium: test(
    'NPU02647',
    'P-Magnesium',
    'Elektrolytter',
    'mmol/L',
    [0.71, 0.94],
    [0.71, 0.94],
    [0.5, 2],
    0.82,
    0.02,
    2,
    0.4,
  ),
  creatinine: test(
    'NPU18016',
    'P-Kreatinin',
    'Nyre',
    'µmol/L',
    [45, 90],
    [60, 105],
    [undefined, 500],
    76,
    3,
    0,
    32,
  ),
  egfr: test(
    'DNK35302',
    'Nyre-eGFR',
    'Nyre',
    'mL/min',
    [60, undefined],
    [60, undefined],
    [15, undefined],
    80,
    0,
    0,
    5,
  ),
  urea: test(
    'NPU01459',
    'P-Karbamid',
    'Nyre',
    'mmol/L',
    [2.6, 7.9],
    [3.2, 8.1],
    [undefined, 35],
    5.4,
    0.3,
    1,
    1.4,
  ),
  crp: test('NPU19748', 'P-CRP', 'Infektion', 'mg/L', below(8), below(8), none, 4, 2, 0, 1),
  albumin: test('NPU19673', 'P-Albumin', 'Lever', 'g/L', [36, 48], [36, 48], none, 40, 0.8, 0, 16),
  alat: test('NPU19651', 'P-ALAT', 'Lever', 'U/L', [10, 45], [10, 70], none, 25, 2, 0, 7),
  alkalinePhosphatase: test(
    'NPU27783',
    'P-Basisk fosfatase',
    'Lever',
    'U/L',
    [35, 105],
    [35, 105],
    none,
    70,
    3,
    0,
    25,
  ),
  bilirubin: test('NPU01370', 'P-Bilirubin', 'Lever', 'µmol/L', [5, 25], [5, 25], none, 10, 0.8, 0, 3),
  amylase: test('', 'P-Amylase, pankreas', 'Lever', 'U/L', [10, 65], [10, 65], none, 32, 2, 0, 8),
  inr: test(
    'NPU01685',
    'P-INR',
    'Koagulation',
    'INR',
    below(1.2),
    below(1.2),
    [undefined, 5],
    1,
    0.04,
    1,
    0.9,
  ),
  dDimer: test('', 'P-D-dimer', 'Koagulation', 'mg/L FEU', below(0.5), below(0.5), none, 0.3, 0.03, 2, 0.1),
  lactate: test(
    '',
    'P(aB)-Laktat',
    'Blodgas',
    'mmol/L',
    [0.5, 1.6],
    [0.5, 1.6],
    [undefined, 4],
    1.1,
    0.1,
    1,
    0.4,
  ),
  ph: test('', 'P(aB)-pH', 'Blodgas', '', [7.37, 7.45], [7.37, 7.45], [7.2, 7.6], 7.41, 0.008, 2, 6.9),
  pco2: test('', 'P(aB)-pCO₂', 'Blodgas', 'kPa', [4.3, 6], [4.7, 6.4], [undefined, 9], 5.2, 0.12, 1, 2.4),
  po2: test('', 'P(aB)-pO₂', 'Blodgas', 'kPa', [9.6, 13.7], [9.6, 13.7], [6.5, undefined], 11, 0.3, 1, 5.5),
  bicarbonate: test(
    '',
    'P(aB)-HCO₃⁻, standard',
    'Blodgas',
    'mmol/L',
    [22, 27],
    [22, 27],
    [10, undefined],
    24.5,
    0.4,
    1,
    4,
  ),
  glucose: test(
    'NPU02192',
    'P-Glukose',
    'Diabetes',
    'mmol/L',
    [4.2, 7.8],
    [4.2, 7.8],
    [2.5, 25],
    6,
    0.3,
    1,
    2.8,
  ),
  hba1c: test('NPU27300', 'Hb(B)-HbA1c', 'Diabetes', 'mmol/mol', below(48), below(48), none, 37, 0.5, 0, 26),
  ketones: test(
    '',
    'P(kB)-Ketoner',
    'Diabetes',
    'mmol/L',
    below(0.6),
    below(0.6),
    [undefined, 3],
    0.2,
    0.08,
    1,
    0.1,
  ),
  troponin: test('', 'P-Troponin T', 'Hjerte', 'ng/L', below(14), below(14), none, 7, 0.8, 0, 3),
  proBnp: test('', 'P-proBNP', 'Hjerte', 'pmol/L', below(35), below(35), none, 14, 2, 0, 3),
  tsh: test('NPU03577', 'P-TSH', 'Hjerte', '10⁻³ IU/L', [0.4, 4.8], [0.4, 4.8], none, 1.8, 0.05, 2, 0.01),
  cholesterolLdl: test(
    'NPU01568',
    'P-Kolesterol LDL',
    'Hjerte',
    'mmol/L',
    below(3),
    below(3),
    none,
    2.9,
    0.05,
    1,
    0.7,
  ),
  urineProtein: test('', 'U-Albumin/kreatinin', 'Urin', 'mg/g', below(30), below(30), none, 8, 1, 0, 3),
} as const satisfies Record<string, LaboratoryTest>;

export type LaboratoryKey = keyof typeof laboratoryTests;

/**
 * What differs in the first days of life. Bilirubin has no range at all then: it is judged by a curve over hours of age,
 * and an adult's limit would make each newborn look ill.
 */
export const newbornRanges: Partial<Record<LaboratoryKey, Limits>> = {
  haemoglobin: [9, 13.7],
  leukocytes: [9, 30],
  potassium: [3.7, 6],
  glucose: [2.6, 7],
  bilirubin: none,
};

/** CKD-EPI 2009, in mL/min/1.73 m², as Danish laboratories report it: never above 90. */
export function estimatedFiltration(creatinine: number, sex: Sex, ageYears: number): number {
  const kappa = sex === 'female' ? 61.9 : 79.6;
  const alpha = sex === 'female' ? -0.329 : -0.411;
  const ratio = creatinine / kappa;
  const rate =
    141 *
    Math.min(ratio, 1) ** alpha *
    Math.max(ratio, 1) ** -1.209 *
    0.993 ** ageYears *
    (sex === 'female' ? 1.018 : 1);
  return Math.min(90, Math.round(rate));
}
