// Lasting illnesses: their SKS code, what they do to the usual values, and the drugs taken at home for them.
import type { VitalKey } from '../course.ts';
import type { DrugKey } from './formulary.ts';
import type { LaboratoryKey } from './laboratory-tests.ts';

interface Lasting {
  readonly code: string;
  readonly display: string;
  /** For the first line of a note: "kendt med …". */
  readonly phrase: string;
  readonly drugs: readonly (readonly [drug: DrugKey, dose?: number])[];
  readonly vitals?: Partial<Record<VitalKey, number>>;
  readonly laboratory?: Partial<Record<LaboratoryKey, number>>;
}

export const problems = {
  hypertension: {
    code: 'DI109',
    display: 'Essentiel hypertension',
    phrase: 'hypertension',
    drugs: [['amlodipine'], ['losartan']],
    vitals: { systolic: 10, diastolic: 5 },
  },
  heartFailure: {
    code: 'DI509',
    display: 'Hjertesvigt UNS',
    phrase: 'hjertesvigt (EF 40 %)',
    drugs: [['bisoprolol'], ['ramipril'], ['furosemide']],
    vitals: { spo2: -0.6, systolic: -5 },
    laboratory: { proBnp: 110, creatinine: 8 },
  },
  atrialFibrillation: {
    code: 'DI489',
    display: 'Atrieflimren UNS',
    phrase: 'atrieflimren',
    drugs: [['apixaban'], ['metoprolol']],
    vitals: { pulse: 5 },
  },
  ischaemicHeart: {
    code: 'DI259',
    display: 'Kronisk iskæmisk hjertesygdom UNS',
    phrase: 'iskæmisk hjertesygdom',
    drugs: [['acetylsalicylicAcid'], ['atorvastatin'], ['glyceryltrinitrate']],
  },
  diabetes2: {
    code: 'DE119',
    display: 'Type 2-diabetes uden komplikationer',
    phrase: 'type 2-diabetes',
    drugs: [['metformin'], ['empagliflozin']],
    laboratory: { glucose: 3.4, hba1c: 20 },
  },
  diabetes1: {
    code: 'DE109',
    display: 'Type 1-diabetes uden komplikationer',
    phrase: 'type 1-diabetes',
    drugs: [['insulinGlargine'], ['insulinAspart']],
    laboratory: { glucose: 4, hba1c: 29 },
  },
  copd: {
    code: 'DJ449',
    display: 'Kronisk obstruktiv lungesygdom UNS',
    phrase: 'KOL',
    drugs: [['tiotropium'], ['budesonideFormoterol']],
    vitals: { respiration: 1.5, spo2: -2 },
    laboratory: { pco2: 0.7, bicarbonate: 2 },
  },
  kidneyDisease: {
    code: 'DN183',
    display: 'Kronisk nyreinsufficiens, stadie 3',
    phrase: 'kronisk nyresygdom stadie 3',
    drugs: [],
    laboratory: { creatinine: 52, urea: 4.5, haemoglobin: -0.7, potassium: 0.3 },
  },
  dementia: {
    code: 'DF009',
    display: 'Demens ved Alzheimers sygdom UNS',
    phrase: 'Alzheimers demens',
    drugs: [['donepezil']],
  },
  osteoporosis: {
    code: 'DM819',
    display: 'Osteoporose UNS',
    phrase: 'osteoporose',
    drugs: [['calciumVitaminD'], ['alendronate']],
  },
  depression: {
    code: 'DF329',
    display: 'Depressiv enkeltepisode UNS',
    phrase: 'depression',
    drugs: [['sertraline']],
  },
  hypothyroidism: {
    code: 'DE039',
    display: 'Myksødem UNS',
    phrase: 'lavt stofskifte',
    drugs: [['levothyroxine']],
  },
  priorStroke: {
    code: 'DI693',
    display: 'Følger efter hjerneinfarkt',
    phrase: 'tidligere apopleksi',
    drugs: [['clopidogrel'], ['atorvastatin']],
  },
  prostate: {
    code: 'DN409',
    display: 'Forstørret prostata',
    phrase: 'prostatahypertrofi',
    drugs: [['tamsulosin']],
  },
  parkinson: {
    code: 'DG209',
    display: 'Parkinsons sygdom',
    phrase: 'Parkinsons sygdom',
    drugs: [['levodopa']],
  },
  epilepsy: { code: 'DG409', display: 'Epilepsi UNS', phrase: 'epilepsi', drugs: [['levetiracetam']] },
  alcohol: {
    code: 'DF102',
    display: 'Alkoholafhængighedssyndrom',
    phrase: 'alkoholoverforbrug',
    drugs: [],
    laboratory: { alat: 38, thrombocytes: -70, bilirubin: 6 },
  },
} as const satisfies Record<string, Lasting>;

export type Problem = keyof typeof problems;
export type LastingProblem = Lasting;
