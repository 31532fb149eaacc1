import type { CourseDefinition } from '../course.ts';

/** Acute pancreatitis, mostly from gallstones. */
export const pancreatitis: CourseDefinition = {
  ages: [32, 78],
  days: [1, 6],
  problems: { hypertension: 0.3, alcohol: 0.2, depression: 0.15, diabetes2: 0.12 },
  course: ({ random, hours }) => ({
    diagnoses: [['DK859', 'Akut pancreatitis UNS']],
    reason: 'Pankreatit',
    vitals: {
      pulse: [
        [0, 108],
        [24, 96],
        [72, 80],
      ],
      respiration: [
        [0, 21],
        [24, 20],
        [72, 16],
      ],
      temperature: [
        [0, 37.6],
        [30, 38.1],
        [84, 37],
      ],
      systolic: [
        [0, 142],
        [24, 122],
        [72, 128],
      ],
      spo2: [
        [0, 96],
        [30, 95],
        [72, 97],
      ],
    },
    laboratory: {
      amylase: [
        [0, 1480],
        [24, 720],
        [60, 160],
        [100, 60],
      ],
      crp: [
        [0, 24],
        [24, 148],
        [48, 212],
        [90, 110],
        [130, 60],
      ],
      leukocytes: [
        [0, 15.4],
        [48, 12.6],
        [100, 9],
      ],
      bilirubin: [
        [0, 44],
        [48, 20],
      ],
      alat: [
        [0, 212],
        [60, 78],
      ],
      alkalinePhosphatase: [
        [0, 180],
        [72, 118],
      ],
      calcium: [
        [0, 1.17],
        [48, 1.13],
        [96, 1.2],
      ],
      potassium: [
        [0, 3.9],
        [40, 3.5],
      ],
      sodium: [[0, 138]],
      creatinine: [
        [0, 84],
        [30, 76],
      ],
      haemoglobin: [
        [0, 9.2],
        [40, 8],
      ],
      albumin: [
        [0, 38],
        [48, 30],
      ],
      glucose: [
        [0, 9],
        [48, 7],
      ],
      lactate: [
        [0, 1.9],
        [20, 1.2],
      ],
    },
    daily: ['crp', 'leukocytes', 'amylase', 'bilirubin', 'potassium', 'creatinine'],
    drugs: [
      { drug: 'ringer', from: 0.5, to: 60, infusion: { everyHours: 6, rate: 167, unit: 'ml/time' } },
      { drug: 'paracetamol', from: 1, atOnce: true },
      { drug: 'morphineInjection', from: 0.6, asNeeded: 3, to: 70, because: 'Skift til tablet' },
      { drug: 'morphine', from: 70, asNeeded: 1 },
      { drug: 'ondansetron', from: 1, asNeeded: 1.2 },
      { drug: 'pantoprazole', from: 12 },
      { drug: 'dalteparin', from: 6 },
    ],
    reports: [
      {
        kind: 'RAD',
        name: 'UL abdomen',
        at: 5,
        answeredAfter: 1,
        text: 'Flere konkrementer i galdeblæren. Choledochus 8 mm. Ødematøst pankreas, delvist overlejret af luft.',
      },
      {
        kind: 'RAD',
        name: 'MRCP',
        at: 40,
        answeredAfter: 5,
        text: 'Ingen konkrementer i de dybe galdeveje.',
      },
    ],
    orders:
      hours < 38
        ? [{ category: 'billeddiagnostik', what: 'MRCP', inHours: 14, place: 'MR-afsnittet' }]
        : [
            {
              category: 'tilsyn',
              what: 'Kirurgisk vurdering, galdesten',
              inHours: 15,
              place: 'Kirurgisk ambulatorium',
            },
          ],
    notes: {
      admittedWith: 'med stærke mavesmerter',
      history: `Pludselige bælteformede smerter i øvre mave gennem ${random.whole(6, 20)} timer, udstråling til ryg. Gentagne opkastninger.`,
      examination:
        'Smertepåvirket. Abdomen ømt i epigastriet, ingen peritoneal reaktion. Sparsomme tarmlyde.',
      conclusion: 'Akut pankreatitis, formentlig galdestensudløst.',
      plan: ['Ringer-acetat i.v., timediurese', 'Smertebehandling', 'UL af galdeveje', 'Fri kost efter evne'],
      rounds: {
        better: ['Færre smerter, har spist suppe.', 'Smertefri i hvile, afføring i gang.'],
        slow: ['Smerter trods behandling, kvalme.', 'Oppustet, drikker lidt.'],
        worse: ['Tiltagende smerter, hurtig vejrtrækning og lav diurese.'],
      },
      roundExamination: 'Abdomen blødt, ømhed i epigastriet.',
      roundPlan: (voice) => [
        voice.hours < 60 ? 'Væske i.v. fortsættes.' : 'Væske p.o., fri kost.',
        'CRP og væsketal dagligt.',
        'Kolecystektomi planlægges.',
      ],
      nursing: [
        'Smertescore før og efter p.n. morfika, god lindring.',
        'Kvalme, kastet op × 1, ondansetron tilbudt.',
        'Spist lidt fedtfattig kost.',
      ],
    },
    tasks: ['Timediurese', 'Smertescore', 'Ernæringsplan'],
  }),
};
