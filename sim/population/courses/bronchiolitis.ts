import type { CourseDefinition } from '../course.ts';

/** RS-virus bronchiolitis in an infant: worst on day three, fed by tube, no early-warning score of adults. */
export const bronchiolitis: CourseDefinition = {
  ages: [0, 1],
  days: [1, 4],
  problems: {},
  course: ({ random }) => ({
    child: true,
    diagnoses: [['DJ210', 'Akut bronkiolitis forårsaget af RS-virus']],
    reason: 'Bronkiolitis (RSV)',
    vitals: {
      respiration: [
        [0, 58],
        [24, 56],
        [72, 40],
      ],
      spo2: [
        [0, 91],
        [24, 93],
        [72, 97],
      ],
      oxygen: [
        [0, 1],
        [40, 1],
        [62, 0],
      ],
      pulse: [
        [0, 158],
        [36, 146],
        [84, 128],
      ],
      temperature: [
        [0, 38.4],
        [36, 37.9],
        [72, 37.1],
      ],
    },
    laboratory: {
      crp: [
        [0, 14],
        [48, 9],
      ],
      leukocytes: [[0, 9.6]],
      sodium: [[0, 136]],
      potassium: [[0, 4.3]],
      pco2: [
        [0, 6.1],
        [24, 5.4],
      ],
      ph: [[0, 7.34]],
    },
    daily: [],
    drugs: [
      { drug: 'saltWaterInhalation', from: 1, atOnce: true },
      { drug: 'paracetamol', dose: 0.12, from: 1, times: ['08:00', '14:00', '20:00'] },
      { drug: 'vitaminDDrops', from: 4 },
    ],
    reports: [
      {
        kind: 'MB',
        name: 'RSV og influenza (PCR)',
        at: 1,
        answeredAfter: 3,
        text: 'RSV: positiv. Influenza A og B: negativ.',
      },
    ],
    orders: [{ category: 'laboratorium', what: 'Kapillær gas', inHours: 3 }],
    notes: {
      admittedWith: 'med åndenød og dårlig trivsel',
      history: `Snue gennem ${random.whole(2, 4)} dage, nu hoste, hurtig vejrtrækning og spist under halvdelen. Søskende i institution med snue.`,
      examination:
        'Indtrækninger og næsefløjsspil. St.p.: bilateral krepitation og piben. Kapillærrespons 2 sekunder. Fontanelle i niveau.',
      conclusion: 'RS-bronkiolitis.',
      plan: [
        'Ilt til saturation over 92 %',
        'Saltvandsinhalation og næsesug',
        'Sondemad ved indtag under halvdelen',
        'Isolation',
      ],
      rounds: {
        better: ['Spiser selv det meste, leger lidt.'],
        slow: ['Fortsat indtrækninger, spiser små portioner.'],
        worse: ['Udtrættet, tiltagende indtrækninger. CPAP opstartes.'],
      },
      roundExamination: 'Piben og krepitation bilateralt.',
      roundPlan: () => ['Fortsæt inhalationer og næsesug.', 'Sonde fjernes, når indtag er over 75 %.'],
      nursing: ['Suget i næsen før måltid, spist 70 ml.', 'Sover i overarm hos mor, rolig.', 'Våd ble × 3.'],
    },
    tasks: ['Vejning', 'Næsesug før måltid'],
    flags: [['isolation', 'Dråbeisolation']],
  }),
};
