// All courses by name. A new one is a file beside this and a line here; wards name it in tables/wards.ts.
import type { CourseDefinition } from '../course.ts';
import { appendicitis } from './appendicitis.ts';
import { atrialFibrillation } from './atrial-fibrillation.ts';
import { birth, newborn } from './birth.ts';
import { bronchiolitis } from './bronchiolitis.ts';
import { cholecystitis } from './cholecystitis.ts';
import { colonCancer } from './colon-cancer.ts';
import { copd } from './copd.ts';
import { delirium } from './delirium.ts';
import { diabeticKetoacidosis } from './diabetic-ketoacidosis.ts';
import { erysipelas } from './erysipelas.ts';
import { haematuria } from './haematuria.ts';
import { heartFailure } from './heart-failure.ts';
import { hipFracture } from './hip-fracture.ts';
import { ileus } from './ileus.ts';
import { kidneyInjury } from './kidney-injury.ts';
import { kneeReplacement } from './knee-replacement.ts';
import { lungTumour } from './lung-tumour.ts';
import { melaena } from './melaena.ts';
import { myocardialInfarction } from './myocardial-infarction.ts';
import { pancreatitis } from './pancreatitis.ts';
import { pneumonia } from './pneumonia.ts';
import { preeclampsia } from './preeclampsia.ts';
import { pretermNewborn } from './preterm-newborn.ts';
import { pulmonaryEmbolism } from './pulmonary-embolism.ts';
import { pyelonephritis } from './pyelonephritis.ts';
import { sepsis } from './sepsis.ts';
import { septicShock } from './septic-shock.ts';
import { stroke } from './stroke.ts';

const byName = {
  appendicitis,
  'atrial-fibrillation': atrialFibrillation,
  birth,
  newborn,
  bronchiolitis,
  cholecystitis,
  'colon-cancer': colonCancer,
  copd,
  delirium,
  'diabetic-ketoacidosis': diabeticKetoacidosis,
  erysipelas,
  haematuria,
  'heart-failure': heartFailure,
  'hip-fracture': hipFracture,
  ileus,
  'kidney-injury': kidneyInjury,
  'knee-replacement': kneeReplacement,
  'lung-tumour': lungTumour,
  melaena,
  'myocardial-infarction': myocardialInfarction,
  pancreatitis,
  pneumonia,
  preeclampsia,
  'preterm-newborn': pretermNewborn,
  'pulmonary-embolism': pulmonaryEmbolism,
  pyelonephritis,
  sepsis,
  'septic-shock': septicShock,
  stroke,
} as const;

export type CourseKind = keyof typeof byName;
export const courses: Readonly<Record<CourseKind, CourseDefinition>> = byName;
