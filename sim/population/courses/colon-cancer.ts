import type { CourseDefinition } from '../course.ts';

/** Planned operation for colon cancer with an enhanced recovery course. */
export const colonCancer: CourseDefinition = {
  ages: [54, 86],
  days: [2, 6],
  problems: { hypertension: 0.45, diabetes2: 0.2, ischaemicHeart: 0.15, atrialFibrillation: 0.1 },
  course: ({ random }) => ({
    diagnoses: [['DC187', 'Kræft i colon sigmoideum']],
    reason: 'Coloncancer, postoperativt',
    vitals: {
      pulse: [
        [0, 74],
        [8, 88],
        [48, 84],
        [96, 76],
      ],
      systolic: [
        [0, 136],
        [8, 114],
        [60, 128],
      ],
      respiration: [
        [0, 15],
        [10, 17],
      ],
      spo2: [
        [0, 97],
        [8, 95],
        [60, 96.5],
      ],
      oxygen: [
        [0, 0],
        [6, 2],
        [20, 1],
        [28, 0],
      ],
      temperature: [
        [0, 36.7],
        [20, 37.6],
        [60, 37.2],
      ],
    },
    laboratory: {
      haemoglobin: [
        [0, 7.6],
        [20, 6.9],
        [72, 7],
      ],
      crp: [
        [0, 7],
        [24, 74],
        [48, 122],
        [72, 96],
        [110, 42],
      ],
      leukocytes: [
        [0, 7],
        [24, 11.6],
        [72, 8.5],
      ],
      potassium: [
        [0, 4.1],
        [24, 3.6],
        [60, 3.9],
      ],
      sodium: [
        [0, 139],
        [30, 136],
      ],
      creatinine: [[0, 78]],
      albumin: [
        [0, 38],
        [40, 30],
      ],
      thrombocytes: [[0, 280]],
    },
    daily: ['crp', 'leukocytes', 'haemoglobin', 'potassium', 'creatinine'],
    drugs: [
      { drug: 'cefuroxim', from: 2.6, once: true, indication: 'forebyggelse af infektion ved operation' },
      {
        drug: 'metronidazol',
        dose: 1,
        from: 2.6,
        once: true,
        indication: 'forebyggelse af infektion ved operation',
      },
      { drug: 'paracetamol', from: 1, atOnce: true },
      { drug: 'morphine', from: 7, asNeeded: 1.8 },
      { drug: 'dalteparin', from: 9 },
      { drug: 'macrogol', from: 24 },
      { drug: 'ondansetron', from: 7, asNeeded: 0.6 },
      { drug: 'ringer', from: 2, to: 18, infusion: { everyHours: 10, rate: 100, unit: 'ml/time' } },
    ],
    pauses: { apixaban: 'Operation', losartan: 'Lavt blodtryk efter operation', metformin: 'Operation' },
    reports: [
      {
        kind: 'PAT',
        name: 'Resektat, sigmoideum',
        at: 6.5,
        answeredAfter: 150,
        text: 'Adenokarcinom, pT3N0 (0/22). Frie resektionsrande.',
      },
    ],
    orders: [
      { category: 'fysioterapi', what: 'Mobilisering', inHours: 3 },
      { category: 'tilsyn', what: 'Diætist', inHours: 15 },
    ],
    notes: {
      admittedWith: 'planlagt til operation for tyktarmskræft',
      history: `Fundet ved screening for tarmkræft. Udredt med koloskopi og CT uden spredning. Vægttab ${random.whole(1, 4)} kg.`,
      examination: 'Abdomen blødt, uømt. St.c. og st.p. naturlige.',
      conclusion: 'Cancer coli sigmoidei, klar til laparoskopisk resektion.',
      plan: [
        'Accelereret forløb',
        'Antibiotikaprofylakse',
        'Drikke og spise fra aftenen',
        'Tromboseprofylakse i 28 dage',
      ],
      rounds: {
        better: ['Luftafgang, spiser lidt ad gangen.', 'Oppe 6 timer i går, få smerter.'],
        slow: ['Kvalme og oppustethed, små portioner.'],
        worse: ['Tiltagende mavesmerter og feber, lækage mistænkes. Akut CT bestilt.'],
      },
      roundExamination: 'Abdomen let udspilet, cikatricer pæne.',
      roundPlan: (voice) => [
        voice.hours < 12 ? 'Opvågning, mobilisering i aften.' : 'Fuld mobilisering, fri kost.',
        'CRP følges mhp. lækage.',
        'Patologisvar gives i ambulatoriet.',
      ],
      nursing: [
        'Mobiliseret til stol × 3 og gået på gangen.',
        'Proteindrik × 2. Ingen kvalme.',
        'Cikatricer tørre.',
      ],
      operation: {
        at: 6,
        title: 'Laparoskopisk sigmoideumresektion (KJFB47)',
        text: 'Tumor midt i sigmoideum. Central karligering, anastomose med staplerinstrument, lækageprøve negativ. Blodtab 80 ml. Ingen komplikationer.',
      },
    },
    tasks: ['Mobilisering × 3', 'Stomisygeplejerske orienteres'],
  }),
};
