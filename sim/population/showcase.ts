// The showcase ward, herlev-b12: patient for patient as in the pictures of the screens, so that guides, pictures and
// the demo tell the same story.
import type { CourseKind } from './courses/index.ts';
import type { Trend } from './course.ts';
import type { Sex } from './cpr.ts';
import type { CaveAnswer } from './people.ts';
import type { Problem } from './tables/problems.ts';

export interface Shown {
  readonly bed: string;
  readonly family: string;
  readonly given: string;
  readonly age: number;
  readonly sex: Sex;
  readonly kind: CourseKind;
  readonly hours: number;
  readonly trend: Trend;
  readonly problems: readonly Problem[];
  readonly cave: CaveAnswer;
  readonly doctor: string;
  readonly nurse: string;
  readonly severity?: number;
  readonly dischargeToday?: boolean;
  readonly measuredLate?: boolean;
  readonly doseLate?: boolean;
  readonly onLeave?: boolean;
  readonly reason?: string;
  readonly flags?: readonly (readonly [code: string, text: string])[];
}

const anne = 'Anne Lund';
const peter = 'Peter Bruun';
const mette = 'Mette Krogh';
const sofie = 'Sofie Juhl';
const maria = 'Maria Dam';
const calm = { measuredLate: false, doseLate: false, dischargeToday: false } as const;

export const showcase: readonly Shown[] = [
  {
    ...calm,
    bed: '12-1',
    family: 'Testesen',
    given: 'Åse',
    age: 77,
    sex: 'female',
    kind: 'pneumonia',
    hours: 63,
    trend: 'slow',
    severity: 1,
    problems: ['heartFailure', 'diabetes2', 'kidneyDisease'],
    cave: [{ class: 'penicillin', reaction: 'Anafylaksi', year: 2011 }],
    doctor: anne,
    nurse: mette,
    flags: [
      ['isolation', 'Dråbeisolation'],
      ['treatment-level', 'Fuld behandling'],
    ],
  },
  {
    ...calm,
    bed: '12-3',
    family: 'Prøve',
    given: 'Ib',
    age: 64,
    sex: 'male',
    kind: 'heart-failure',
    hours: 17,
    trend: 'worse',
    severity: 0.8,
    problems: ['ischaemicHeart', 'hypertension'],
    cave: 'none-known',
    doctor: peter,
    nurse: sofie,
    doseLate: true,
    flags: [['treatment-level', 'Fuld behandling']],
  },
  {
    ...calm,
    bed: '12-4',
    family: 'Holm',
    given: 'Karen Margrethe',
    age: 84,
    sex: 'female',
    kind: 'hip-fracture',
    hours: 78,
    trend: 'better',
    severity: 0.8,
    problems: ['osteoporosis', 'hypertension'],
    cave: [{ class: 'morphine', reaction: 'Hallucinationer', year: 2018 }],
    doctor: anne,
    nurse: sofie,
    flags: [
      ['fall-risk', 'Faldrisiko'],
      ['treatment-level', 'Ingen genoplivning'],
    ],
  },
  {
    ...calm,
    bed: '12-5',
    family: 'Sørensen',
    given: 'Søren',
    age: 58,
    sex: 'male',
    kind: 'sepsis',
    hours: 38,
    trend: 'better',
    problems: ['prostate', 'hypertension'],
    cave: 'none-known',
    doctor: peter,
    nurse: mette,
  },
  {
    ...calm,
    bed: '12-6',
    family: 'Nguyen',
    given: 'Thi Lan',
    age: 45,
    sex: 'female',
    kind: 'appendicitis',
    hours: 9,
    trend: 'better',
    problems: [],
    cave: 'none-known',
    doctor: peter,
    nurse: maria,
  },
  {
    ...calm,
    bed: '12-7',
    family: 'Østergaard',
    given: 'Bent',
    age: 71,
    sex: 'male',
    kind: 'copd',
    hours: 206,
    trend: 'better',
    severity: 0.9,
    problems: ['copd', 'ischaemicHeart'],
    cave: [{ class: 'asa', reaction: 'Bronkospasme', year: 2009 }],
    doctor: anne,
    nurse: maria,
    dischargeToday: true,
  },
  {
    ...calm,
    bed: '12-8',
    family: 'Kjær',
    given: 'Inger',
    age: 91,
    sex: 'female',
    kind: 'delirium',
    hours: 84,
    trend: 'slow',
    problems: ['dementia', 'atrialFibrillation'],
    cave: 'not-asked',
    doctor: anne,
    nurse: maria,
    measuredLate: true,
  },
  {
    ...calm,
    bed: '12-9',
    family: 'Møller',
    given: 'Finn',
    age: 66,
    sex: 'male',
    kind: 'erysipelas',
    hours: 130,
    trend: 'better',
    problems: ['hypertension'],
    cave: 'none-known',
    doctor: peter,
    nurse: sofie,
    onLeave: true,
  },
  {
    ...calm,
    bed: '13-1',
    family: 'Al-Hassan',
    given: 'Omar',
    age: 39,
    sex: 'male',
    kind: 'diabetic-ketoacidosis',
    hours: 20,
    trend: 'better',
    problems: ['diabetes1'],
    cave: 'none-known',
    doctor: peter,
    nurse: sofie,
    doseLate: true,
  },
  {
    ...calm,
    bed: '13-2',
    family: 'Dahl',
    given: 'Jytte',
    age: 68,
    sex: 'female',
    kind: 'stroke',
    hours: 13,
    trend: 'slow',
    severity: 1.1,
    problems: ['hypertension'],
    cave: [{ class: 'iodine-contrast', reaction: 'Nældefeber', year: 2014 }],
    doctor: anne,
    nurse: sofie,
  },
  {
    ...calm,
    bed: '13-3',
    family: 'Krogh',
    given: 'Erik',
    age: 80,
    sex: 'male',
    kind: 'atrial-fibrillation',
    hours: 275,
    trend: 'better',
    problems: ['hypertension', 'prostate'],
    cave: 'none-known',
    doctor: anne,
    nurse: mette,
    dischargeToday: true,
  },
  {
    ...calm,
    bed: '13-4',
    family: 'Bach',
    given: 'Lone',
    age: 53,
    sex: 'female',
    kind: 'pancreatitis',
    hours: 60,
    trend: 'better',
    severity: 0.8,
    problems: ['depression'],
    cave: 'none-known',
    doctor: peter,
    nurse: maria,
  },
  {
    ...calm,
    bed: '13-5',
    family: 'Friis',
    given: 'Poul',
    age: 75,
    sex: 'male',
    kind: 'pyelonephritis',
    hours: 108,
    trend: 'slow',
    problems: ['prostate', 'diabetes2'],
    cave: [{ class: 'sulfa', reaction: 'Udslæt', year: 1998 }],
    doctor: anne,
    nurse: maria,
  },
  {
    ...calm,
    bed: '13-7',
    family: 'Vestergaard',
    given: 'Anne',
    age: 62,
    sex: 'female',
    kind: 'lung-tumour',
    hours: 33,
    trend: 'better',
    problems: ['copd'],
    cave: 'not-asked',
    doctor: peter,
    nurse: sofie,
  },
  {
    ...calm,
    bed: '13-8',
    family: 'Lund',
    given: 'Gudrun',
    age: 88,
    sex: 'female',
    kind: 'kidney-injury',
    hours: 158,
    trend: 'better',
    problems: ['dementia', 'hypertension', 'diabetes2'],
    cave: 'none-known',
    doctor: peter,
    nurse: sofie,
    flags: [
      ['fall-risk', 'Faldrisiko'],
      ['treatment-level', 'Ingen genoplivning, ingen intensiv terapi'],
    ],
  },
  {
    ...calm,
    bed: '13-9',
    family: 'Jensen',
    given: 'Ole',
    age: 49,
    sex: 'male',
    kind: 'melaena',
    hours: 15,
    trend: 'better',
    problems: ['alcohol'],
    cave: 'none-known',
    doctor: anne,
    nurse: sofie,
  },
];

interface ShownExpected {
  readonly shown: Shown;
  readonly origin: string;
  readonly inHours: number;
  readonly reserve?: string;
}

export const showcaseExpected: readonly ShownExpected[] = [
  {
    origin: 'FAM 4',
    inHours: 1,
    shown: {
      ...calm,
      bed: 'FAM 4',
      family: 'Berggren',
      given: 'Nancy Ann Test',
      age: 76,
      sex: 'female',
      kind: 'pneumonia',
      hours: 5,
      trend: 'slow',
      problems: ['hypertension'],
      cave: 'none-known',
      doctor: anne,
      nurse: mette,
    },
  },
  {
    origin: 'OP 2',
    inHours: 2.2,
    reserve: '12-2',
    shown: {
      ...calm,
      bed: '',
      family: 'Madsen',
      given: 'Kurt',
      age: 69,
      sex: 'male',
      kind: 'appendicitis',
      hours: 5,
      trend: 'better',
      problems: ['hypertension'],
      cave: 'none-known',
      doctor: peter,
      nurse: mette,
      reason: 'Perforeret appendicitis, postoperativt',
    },
  },
  {
    origin: 'Elektiv',
    inHours: 20,
    shown: {
      ...calm,
      bed: '',
      family: 'Thomsen',
      given: 'Birthe',
      age: 72,
      sex: 'female',
      kind: 'atrial-fibrillation',
      hours: 5,
      trend: 'better',
      problems: ['hypertension', 'hypothyroidism'],
      cave: [{ class: 'latex', reaction: 'Kontakteksem', year: 2005 }],
      doctor: anne,
      nurse: mette,
      reason: 'Udredning for synkope',
    },
  },
];
