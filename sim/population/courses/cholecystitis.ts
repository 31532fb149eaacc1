import type { CourseDefinition } from '../course.ts';

/** Acute cholecystitis, operated within days. */
export const cholecystitis: CourseDefinition = {
  ages: [34, 80],
  days: [1, 4],
  problems: { hypertension: 0.35, diabetes2: 0.2, hypothyroidism: 0.1, depression: 0.1 },
  course: ({ random, hours }) => ({
    diagnoses: [['DK800', 'Sten i galdeblære med akut betændelse i galdeblære']],
    reason: hours > 28 ? 'Kolecystit, opereret' : 'Kolecystit',
    vitals: {
      pulse: [
        [0, 100],
        [30, 88],
        [72, 76],
      ],
      temperature: [
        [0, 38.5],
        [24, 38],
        [48, 37.2],
      ],
      respiration: [
        [0, 18],
        [48, 16],
      ],
      systolic: [
        [0, 138],
        [30, 124],
      ],
      spo2: [[0, 97]],
    },
    laboratory: {
      crp: [
        [0, 96],
        [24, 178],
        [60, 120],
        [100, 50],
      ],
      leukocytes: [
        [0, 15.8],
        [48, 11],
        [90, 8],
      ],
      bilirubin: [
        [0, 28],
        [60, 15],
      ],
      alat: [
        [0, 88],
        [72, 48],
      ],
      alkalinePhosphatase: [
        [0, 142],
        [72, 110],
      ],
      amylase: [[0, 40]],
      haemoglobin: [[0, 8.7]],
      potassium: [[0, 3.9]],
      sodium: [[0, 137]],
      creatinine: [[0, 78]],
      inr: [[0, 1.1]],
    },
    daily: ['crp', 'leukocytes', 'bilirubin', 'alat', 'potassium'],
    drugs: [
      { drug: 'piperacillin', from: 1.5, atOnce: true, to: 70, indication: 'mod galdeblærebetændelse' },
      { drug: 'paracetamol', from: 1, atOnce: true },
      { drug: 'ibuprofen', from: 30 },
      { drug: 'morphine', from: 1.2, asNeeded: 1.4 },
      { drug: 'ringer', from: 1, to: 34, infusion: { everyHours: 8, rate: 125, unit: 'ml/time' } },
      { drug: 'dalteparin', from: 6 },
    ],
    reports: [
      {
        kind: 'RAD',
        name: 'UL abdomen',
        at: 4,
        answeredAfter: 1,
        text: 'Galdeblæren fortykket, 6 mm, med konkrementer. Positivt Murphys tegn. Normale galdeveje.',
      },
    ],
    orders:
      hours < 26
        ? [{ category: 'tilsyn', what: 'Laparoskopisk kolecystektomi', inHours: 4, place: 'Operation B' }]
        : [],
    notes: {
      admittedWith: 'med smerter under højre kurvatur og feber',
      history: `Turevise smerter efter fed mad i måneder, nu konstante i ${random.whole(1, 3)} døgn med feber og kvalme.`,
      examination: 'Ømhed og defense under højre kurvatur, Murphy positiv. Ikke ikterisk.',
      conclusion: 'Akut kolecystitis.',
      plan: ['Antibiotika i.v.', 'UL abdomen', 'Laparoskopisk kolecystektomi inden for 5 døgn'],
      rounds: {
        better: ['Få smerter, spiser alm. kost.'],
        slow: ['Smerter under højre kurvatur, træt.'],
        worse: ['Tiltagende smerter og kulderystelser.'],
      },
      roundExamination: 'Abdomen blødt, ømhed under højre kurvatur.',
      roundPlan: (voice) =>
        voice.hours < 27
          ? ['Faste, operation planlagt.', 'Antibiotika fortsættes.']
          : ['Fri kost og mobilisering.', 'Antibiotika i alt 3 døgn.'],
      nursing: ['Smertescore 3 i hvile efter p.n.', 'Oppe på gangen, ingen kvalme.'],
      ...(hours > 28
        ? {
            operation: {
              at: 26,
              title: 'Laparoskopisk kolecystektomi (KJKA21)',
              text: 'Fire porte. Galdeblæren ødematøs. Critical view of safety opnået, a. cystica og ductus cysticus klippet og delt. Ingen galdelækage. Blodtab 30 ml. Intet dræn.',
            },
          }
        : {}),
    },
    tasks: ['Smertescore', 'Fastevejledning'],
  }),
};
