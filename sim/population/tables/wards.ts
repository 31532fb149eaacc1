// The wards of the demo region: how many beds in how many rooms, how many patients, and which courses lie there. The
// counts make some wards full and some half empty, as on a winter weekday.
import type { CourseKind } from '../courses/index.ts';

export interface Ward {
  readonly id: string;
  readonly name: string;
  readonly department: string;
  readonly site: string;
  /** The first room number; rooms count up from it. */
  readonly firstRoom: number;
  readonly rooms: number;
  readonly bedsInRoom: number;
  readonly patients: number;
  readonly planned: number;
  readonly staff: 'nurse' | 'midwife';
  /** Repeated kinds come more often. */
  readonly courses: readonly CourseKind[];
}

const medical: readonly CourseKind[] = ['pneumonia', 'pneumonia', 'heart-failure', 'copd', 'sepsis', 'delirium', 'atrial-fibrillation', 'melaena', 'diabetic-ketoacidosis', 'kidney-injury', 'pyelonephritis', 'erysipelas', 'pulmonary-embolism'];
const lung: readonly CourseKind[] = ['pneumonia', 'pneumonia', 'copd', 'copd', 'pulmonary-embolism', 'lung-tumour', 'pneumonia', 'copd', 'pneumonia'];
const surgical: readonly CourseKind[] = ['appendicitis', 'pancreatitis', 'ileus', 'cholecystitis', 'colon-cancer', 'melaena', 'appendicitis', 'cholecystitis', 'ileus', 'colon-cancer'];
const orthopaedic: readonly CourseKind[] = ['hip-fracture', 'hip-fracture', 'knee-replacement', 'hip-fracture', 'knee-replacement', 'erysipelas', 'hip-fracture'];
const cardiac: readonly CourseKind[] = ['heart-failure', 'atrial-fibrillation', 'myocardial-infarction', 'heart-failure', 'myocardial-infarction', 'atrial-fibrillation', 'pulmonary-embolism'];
const stroke: readonly CourseKind[] = ['stroke', 'stroke', 'stroke', 'stroke', 'delirium', 'stroke'];
const geriatric: readonly CourseKind[] = ['delirium', 'pneumonia', 'kidney-injury', 'hip-fracture', 'heart-failure', 'pyelonephritis', 'stroke', 'delirium'];
const urology: readonly CourseKind[] = ['sepsis', 'haematuria', 'pyelonephritis', 'haematuria', 'sepsis', 'kidney-injury'];

export const wards: readonly Ward[] = [
  // The showcase: its patients are listed one by one in showcase.ts.
  { id: 'herlev-b12', name: 'B12 Medicinsk', department: 'Afdeling for Medicinske Sygdomme', site: 'herlev', firstRoom: 12, rooms: 2, bedsInRoom: 9, patients: 16, planned: 3, staff: 'nurse', courses: medical },
  { id: 'herlev-fam', name: 'Fælles Akutmodtagelse', department: 'Akutafdelingen', site: 'herlev', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 7, planned: 0, staff: 'nurse', courses: ['pneumonia', 'sepsis', 'atrial-fibrillation', 'pyelonephritis', 'copd', 'melaena', 'kidney-injury'] },
  { id: 'herlev-g104', name: 'G104 Gastrokirurgi', department: 'Afdeling for Mave-, Tarm- og Leversygdomme', site: 'herlev', firstRoom: 1, rooms: 11, bedsInRoom: 2, patients: 15, planned: 2, staff: 'nurse', courses: surgical },
  { id: 'herlev-h71', name: 'H71 Børn og Unge', department: 'Afdeling for Børn og Unge', site: 'herlev', firstRoom: 1, rooms: 14, bedsInRoom: 1, patients: 6, planned: 0, staff: 'nurse', courses: ['bronchiolitis'] },
  { id: 'gentofte-k2', name: 'K2 Hjertemedicinsk', department: 'Afdeling for Hjertesygdomme', site: 'gentofte', firstRoom: 1, rooms: 10, bedsInRoom: 2, patients: 17, planned: 1, staff: 'nurse', courses: cardiac },
  { id: 'gentofte-l1', name: 'L1 Lungemedicinsk', department: 'Medicinsk Afdeling', site: 'gentofte', firstRoom: 1, rooms: 9, bedsInRoom: 2, patients: 12, planned: 0, staff: 'nurse', courses: lung },
  { id: 'rigshospitalet-ita', name: '4131 Intensiv', department: 'Intensivafdelingen', site: 'rigshospitalet', firstRoom: 1, rooms: 14, bedsInRoom: 1, patients: 8, planned: 1, staff: 'nurse', courses: ['septic-shock'] },
  { id: 'rigshospitalet-neo', name: '5023 Neonatal', department: 'Afdeling for Intensiv Behandling af Nyfødte', site: 'rigshospitalet', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 5, planned: 0, staff: 'nurse', courses: ['preterm-newborn'] },
  { id: 'rigshospitalet-inf', name: '8632 Infektionsmedicin', department: 'Afdeling for Infektionssygdomme', site: 'rigshospitalet', firstRoom: 1, rooms: 14, bedsInRoom: 1, patients: 7, planned: 0, staff: 'nurse', courses: ['sepsis', 'erysipelas', 'pneumonia', 'pyelonephritis', 'sepsis'] },
  { id: 'bispebjerg-m2', name: 'M2 Ortopædkirurgi', department: 'Ortopædkirurgisk Afdeling', site: 'bispebjerg', firstRoom: 1, rooms: 12, bedsInRoom: 2, patients: 19, planned: 2, staff: 'nurse', courses: orthopaedic },
  { id: 'bispebjerg-g1', name: 'G1 Geriatrisk', department: 'Geriatrisk og Palliativ Afdeling', site: 'bispebjerg', firstRoom: 1, rooms: 8, bedsInRoom: 2, patients: 13, planned: 1, staff: 'nurse', courses: geriatric },
  { id: 'bispebjerg-n26', name: 'N26 Apopleksi', department: 'Neurologisk Afdeling', site: 'bispebjerg', firstRoom: 1, rooms: 8, bedsInRoom: 2, patients: 10, planned: 0, staff: 'nurse', courses: stroke },
  { id: 'frederiksberg-f4', name: 'F4 Medicinsk', department: 'Medicinsk Afdeling', site: 'frederiksberg', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 6, planned: 0, staff: 'nurse', courses: medical },
  { id: 'hvidovre-312', name: '312 Fødegang og Barsel', department: 'Gynækologisk-Obstetrisk Afdeling', site: 'hvidovre', firstRoom: 1, rooms: 16, bedsInRoom: 1, patients: 8, planned: 1, staff: 'midwife', courses: ['birth', 'birth', 'birth', 'preeclampsia'] },
  { id: 'hvidovre-360', name: '360 Gastroenheden', department: 'Gastroenheden', site: 'hvidovre', firstRoom: 1, rooms: 10, bedsInRoom: 2, patients: 17, planned: 2, staff: 'nurse', courses: surgical },
  { id: 'amager-m5', name: 'M5 Medicinsk', department: 'Medicinsk Afdeling', site: 'amager', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 6, planned: 0, staff: 'nurse', courses: medical },
  { id: 'hilleroed-0531', name: '0531 Lunge- og Infektionsmedicin', department: 'Lunge- og Infektionsmedicinsk Afdeling', site: 'hilleroed', firstRoom: 1, rooms: 15, bedsInRoom: 2, patients: 28, planned: 2, staff: 'nurse', courses: [...lung, 'sepsis', 'erysipelas'] },
  { id: 'hilleroed-0421', name: '0421 Fødegang og Barsel', department: 'Gynækologisk-Obstetrisk Afdeling', site: 'hilleroed', firstRoom: 1, rooms: 14, bedsInRoom: 1, patients: 5, planned: 1, staff: 'midwife', courses: ['birth', 'birth', 'birth', 'preeclampsia', 'birth'] },
  { id: 'hilleroed-0612', name: '0612 Ortopædkirurgi', department: 'Ortopædkirurgisk Afdeling', site: 'hilleroed', firstRoom: 1, rooms: 8, bedsInRoom: 2, patients: 9, planned: 0, staff: 'nurse', courses: orthopaedic },
  { id: 'frederikssund-f1', name: 'F1 Medicinsk', department: 'Medicinsk Afdeling', site: 'frederikssund', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 3, planned: 0, staff: 'nurse', courses: geriatric },
  { id: 'helsingoer-h2', name: 'H2 Medicinsk', department: 'Medicinsk Afdeling', site: 'helsingoer', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 3, planned: 0, staff: 'nurse', courses: ['pneumonia', 'heart-failure', 'hip-fracture', 'copd'] },
  { id: 'bornholm-b3', name: 'B3 Blandet afdeling', department: 'Medicinsk Afdeling', site: 'bornholm', firstRoom: 1, rooms: 8, bedsInRoom: 2, patients: 8, planned: 0, staff: 'nurse', courses: ['appendicitis', 'heart-failure', 'hip-fracture', 'pneumonia', 'stroke', 'copd', 'erysipelas', 'cholecystitis', 'sepsis'] },
  { id: 'roskilde-u1', name: '10-1 Urologi', department: 'Urologisk Afdeling', site: 'roskilde', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 7, planned: 1, staff: 'nurse', courses: urology },
  { id: 'roskilde-n1', name: '20-1 Neurologi', department: 'Neurologisk Afdeling', site: 'roskilde', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 7, planned: 0, staff: 'nurse', courses: stroke },
  { id: 'koege-k12', name: 'K12 Kirurgisk', department: 'Kirurgisk Afdeling', site: 'koege', firstRoom: 1, rooms: 8, bedsInRoom: 2, patients: 9, planned: 1, staff: 'nurse', courses: surgical },
  { id: 'slagelse-s5', name: '5 Hjertemedicinsk', department: 'Hjertemedicinsk Afdeling', site: 'slagelse', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 8, planned: 0, staff: 'nurse', courses: cardiac },
  { id: 'holbaek-h3', name: 'H3 Medicinsk', department: 'Medicinsk Afdeling', site: 'holbaek', firstRoom: 1, rooms: 8, bedsInRoom: 2, patients: 8, planned: 0, staff: 'nurse', courses: medical },
  { id: 'naestved-n7', name: 'N7 Lungemedicinsk', department: 'Lungemedicinsk Afdeling', site: 'naestved', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 6, planned: 0, staff: 'nurse', courses: lung },
  { id: 'nykoebing-m4', name: 'M4 Medicinsk', department: 'Medicinsk Afdeling', site: 'nykoebing', firstRoom: 1, rooms: 7, bedsInRoom: 2, patients: 6, planned: 0, staff: 'nurse', courses: medical },
];
