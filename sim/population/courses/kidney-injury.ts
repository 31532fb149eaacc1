import type { CourseDefinition } from '../course.ts';

/** Dehydration with acute kidney injury in an old person, often with a pressure ulcer: slow and nursing-heavy. */
export const kidneyInjury: CourseDefinition = {
  ages: [72, 95],
  days: [2, 8],
  problems: {
    hypertension: 0.5,
    diabetes2: 0.35,
    kidneyDisease: 0.4,
    heartFailure: 0.2,
    dementia: 0.2,
    osteoporosis: 0.2,
  },
  course: ({ hours }) => ({
    diagnoses: [
      ['DE869', 'Dehydratio'],
      ['DN179', 'Akut nyreinsufficiens UNS'],
      ['DL899', 'Tryksår UNS'],
    ],
    reason: 'Dehydratio og nyrepåvirkning',
    vitals: {
      pulse: [
        [0, 98],
        [24, 86],
        [96, 76],
      ],
      systolic: [
        [0, 102],
        [24, 116],
        [72, 130],
      ],
      respiration: [
        [0, 18],
        [48, 16],
      ],
      temperature: [[0, 36.6]],
      spo2: [[0, 96]],
    },
    laboratory: {
      creatinine: [
        [0, 246],
        [24, 208],
        [72, 132],
        [130, 96],
      ],
      urea: [
        [0, 24],
        [48, 16],
        [120, 8],
      ],
      potassium: [
        [0, 5.6],
        [24, 4.7],
        [72, 4],
      ],
      sodium: [
        [0, 149],
        [48, 142],
      ],
      crp: [
        [0, 22],
        [72, 12],
      ],
      leukocytes: [
        [0, 9.6],
        [72, 7.6],
      ],
      haemoglobin: [
        [0, 8.6],
        [48, 7.6],
      ],
      albumin: [
        [0, 31],
        [72, 29],
      ],
      bicarbonate: [
        [0, 18],
        [48, 23],
      ],
      ph: [
        [0, 7.33],
        [30, 7.39],
      ],
      lactate: [
        [0, 1.8],
        [24, 1],
      ],
    },
    daily: ['creatinine', 'urea', 'potassium', 'sodium', 'crp'],
    drugs: [
      { drug: 'sodiumChloride', from: 1, to: 66, infusion: { everyHours: 10, rate: 100, unit: 'ml/time' } },
      { drug: 'paracetamol', from: 4, dose: 1, times: ['08:00', '14:00', '20:00'] },
      { drug: 'macrogol', from: 6 },
      { drug: 'picosulfate', from: 6 },
      { drug: 'dalteparin', dose: 2500, from: 8 },
    ],
    pauses: {
      ramipril: 'Akut nyrepåvirkning',
      losartan: 'Akut nyrepåvirkning',
      metformin: 'eGFR under 30',
      furosemide: 'Dehydreret',
      empagliflozin: 'Akut nyrepåvirkning',
      alendronate: 'Nedsat nyrefunktion',
    },
    reports: [
      {
        kind: 'RAD',
        name: 'UL nyrer og urinveje',
        at: 9,
        answeredAfter: 2,
        text: 'Ingen hydronefrose. Let skrumpede nyrer. Residualurin 90 ml.',
      },
      {
        kind: 'EC',
        name: 'EKG',
        at: 0.4,
        answeredAfter: 0.3,
        text: 'Sinusrytme, frekvens 94. Let spidse T-takker.',
      },
    ],
    orders: [
      { category: 'tilsyn', what: 'Sårsygeplejerske', inHours: 15, place: 'Afdelingen' },
      ...(hours > 60
        ? [{ category: 'tilsyn', what: 'Udskrivningskoordinator, plads i kommunen', inHours: 4 } as const]
        : []),
    ],
    notes: {
      admittedWith: 'med almen svækkelse og lavt væskeindtag',
      history:
        'En uge med diarré og meget lille indtagelse. Hjemmeplejen finder patienten sløv i sengen. Fortsat taget blodtryksmedicin.',
      examination:
        'Nedsat hudturgor, tør tunge. Abdomen blødt. Tryksår kategori 2 over sacrum, 2 × 3 cm, ren bund.',
      conclusion: 'Dehydrering med akut nyrepåvirkning, tryksår.',
      plan: [
        'NaCl i.v., væskeregnskab',
        'Nyrepåvirkende medicin pauseres',
        'UL nyrer',
        'Trykaflastning og sårpleje',
      ],
      rounds: {
        better: ['Frisk og kvik, drikker selv.', 'Spiser pænt, oppe til måltider.'],
        slow: ['Træt, skal nødes til at drikke.'],
        worse: ['Tiltagende sløv, næsten ingen diurese.'],
      },
      roundExamination: 'Slimhinder mindre tørre. Sacralt sår uden infektion.',
      roundPlan: (voice) => [
        voice.hours < 66 ? 'Væske i.v. fortsættes.' : 'Væske p.o., 1,5 L dagligt.',
        'Kreatinin og kalium følges, pauseret medicin vurderes ved egen læge.',
        'Afventer plads i kommunen.',
      ],
      nursing: [
        'Tryksår renset og skiftet. Vendeskema fulgt.',
        'Tilbudt drikke hver time.',
        'Madras med vekseltryk. Hud ellers hel.',
        'Laksantia givet, afføring × 1.',
      ],
    },
    tasks: ['Vendeskema hver 3. time', 'Væskeskema', 'Sårpleje'],
    flags: [['fall-risk', 'Faldrisiko']],
    dischargeTo: 'midlertidig plads i kommunen',
  }),
};
