import type { CourseDefinition } from '../course.ts';

/** Delirium set off by a urinary infection in an old person: worse at night, better with the infection. */
export const delirium: CourseDefinition = {
  ages: [78, 96],
  days: [2, 8],
  problems: {
    dementia: 0.5,
    hypertension: 0.45,
    atrialFibrillation: 0.25,
    osteoporosis: 0.25,
    heartFailure: 0.15,
    hypothyroidism: 0.1,
    parkinson: 0.08,
  },
  course: ({ tolerated }) => ({
    diagnoses: [
      ['DF059', 'Delirium UNS'],
      ['DN390', 'Urinvejsinfektion UNS'],
    ],
    reason: 'Delirium, faldrisiko',
    vitals: {
      pulse: [
        [0, 96],
        [48, 84],
        [110, 76],
      ],
      respiration: [
        [0, 20],
        [48, 18],
        [110, 16],
      ],
      spo2: [
        [0, 95],
        [72, 96],
      ],
      systolic: [
        [0, 142],
        [72, 136],
      ],
      temperature: [
        [0, 38.2],
        [36, 37.6],
        [80, 36.9],
      ],
    },
    consciousness: (at) => (at < 56 && Math.floor(at / 6) % 4 !== 1 ? 'C' : 'A'),
    laboratory: {
      crp: [
        [0, 64],
        [24, 88],
        [72, 34],
        [120, 12],
      ],
      leukocytes: [
        [0, 12.6],
        [72, 8.6],
      ],
      haemoglobin: [[0, 7.6]],
      sodium: [
        [0, 149],
        [40, 142],
        [90, 139],
      ],
      potassium: [
        [0, 3.6],
        [60, 4],
      ],
      creatinine: [
        [0, 118],
        [60, 84],
      ],
      urea: [
        [0, 13],
        [60, 7.5],
      ],
      calcium: [[0, 1.25]],
      glucose: [[0, 6.8]],
      albumin: [[0, 32]],
      tsh: [[0, 2.2]],
    },
    daily: ['crp', 'leukocytes', 'sodium', 'potassium', 'creatinine'],
    drugs: [
      { drug: 'pivmecillinam', from: 3, atOnce: true, to: 122, indication: 'mod urinvejsinfektion' },
      { drug: 'melatonin', from: 6 },
      { drug: 'haloperidol', from: 4, asNeeded: 0.7 },
      { drug: 'paracetamol', from: 3 },
      { drug: 'macrogol', from: 10 },
      { drug: 'glucoseInfusion', from: 3, to: 44, infusion: { everyHours: 12, rate: 83, unit: 'ml/time' } },
    ],
    pauses: {
      ramipril: 'Dehydreret',
      losartan: 'Dehydreret',
      furosemide: 'Dehydreret',
      sertraline: 'Lavt natrium overvejes',
    },
    reports: [
      {
        kind: 'MB',
        name: 'Urindyrkning',
        at: 1.5,
        answeredAfter: 44,
        text: 'Escherichia coli > 10⁵/ml.',
        preliminary: { after: 22, text: 'Foreløbigt: gramnegative stave.' },
        resistance: [
          ['Mecillinam', 'S'],
          ['Trimethoprim', 'R'],
          ['Nitrofurantoin', 'S'],
          ['Ciprofloxacin', 'S'],
        ],
      },
      {
        kind: 'RAD',
        name: 'CT cerebrum',
        at: 3,
        answeredAfter: 1,
        text: 'Ingen blødning eller fraktur. Aldersvarende atrofi og let leukoaraiose.',
      },
    ],
    orders: [
      { category: 'tilsyn', what: 'Geriatrisk tilsyn', inHours: 15, place: 'Afdelingen' },
      { category: 'fysioterapi', what: 'Mobilisering, faldforebyggelse', inHours: 4 },
    ],
    notes: {
      admittedWith: 'med akut forvirring og et fald',
      history:
        'Hjemmeplejen har gennem tre dage bemærket svingende bevidsthed, synsforstyrrelser i form af dyr på væggen og omvendt døgnrytme. Faldet i nat, fundet på gulvet.',
      examination:
        'Urolig, usammenhængende tale, plukker i dynen. Tørre slimhinder. Abdomen: let ømhed over symfysen. Ingen fokale udfald.',
      conclusion: 'Delirium udløst af urinvejsinfektion og dehydrering.',
      plan: [
        'Antibiotika efter urindyrkning',
        'Væske, residualurin, smertebehandling',
        'Skærmning, faste personer, briller og høreapparat',
        'Medicingennemgang',
      ],
      rounds: {
        better: ['Roligere, genkender pårørende og har sovet.', 'Spiser selv, mere klar om formiddagen.'],
        slow: ['Svinger gennem døgnet, urolig i nat.', 'Forvirret, men kan ledes. Drikker med hjælp.'],
        worse: ['Sværere at vække, spiser og drikker ikke.'],
      },
      roundExamination: 'Abdomen blødt. Bevæger alle ekstremiteter.',
      roundPlan: (voice) => [
        voice.hours < 120
          ? `${tolerated('pivmecillinam') === 'pivmecillinam' ? 'Pivmecillinam' : 'Antibiotika'} i alt 5 døgn.`
          : 'Antibiotisk kur afsluttet.',
        'Ikke-medicinsk delirbehandling, fast vagt ved uro.',
        'CAM dagligt, væskeindtag følges.',
      ],
      nursing: [
        'CAM scoret positiv. Fast vagt i aften- og nattevagt.',
        'Rolig med pårørende til stede. Genkender stuen.',
        'Mad og drikke tilbudt hver time. Høreapparat isat.',
        'Faldalarm slået til, sengen sænket.',
      ],
    },
    tasks: ['CAM-score hver vagt', 'Residualurin', 'Fast vagt i nat'],
    flags: [['fall-risk', 'Faldrisiko']],
    dischargeTo: 'eget hjem med øget hjælp',
  }),
};
