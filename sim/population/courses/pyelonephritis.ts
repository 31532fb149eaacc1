import type { CourseDefinition } from '../course.ts';

/** Upper urinary tract infection, some with sepsis from the kidney. */
export const pyelonephritis: CourseDefinition = {
  ages: [28, 88],
  days: [1, 5],
  problems: { prostate: 0.3, diabetes2: 0.25, hypertension: 0.35, dementia: 0.08, kidneyDisease: 0.1 },
  course: ({ random, tolerated }) => ({
    diagnoses: [['DN109', 'Akut pyelonefritis UNS']],
    reason: 'Urosepsis, pyelonefritis',
    vitals: {
      pulse: [
        [0, 108],
        [30, 90],
        [84, 78],
      ],
      temperature: [
        [0, 39.4],
        [24, 38.5],
        [60, 37.6],
        [90, 37],
      ],
      respiration: [
        [0, 22],
        [36, 18],
      ],
      systolic: [
        [0, 110],
        [36, 122],
      ],
      spo2: [[0, 96]],
    },
    laboratory: {
      crp: [
        [0, 128],
        [24, 196],
        [60, 112],
        [110, 40],
      ],
      leukocytes: [
        [0, 16.4],
        [48, 11],
        [96, 8],
      ],
      creatinine: [
        [0, 104],
        [60, 86],
      ],
      potassium: [
        [0, 3.8],
        [48, 3.6],
        [90, 4],
      ],
      sodium: [[0, 136]],
      haemoglobin: [[0, 8.3]],
      lactate: [
        [0, 1.9],
        [12, 1.1],
      ],
      thrombocytes: [[0, 198]],
      urea: [[0, 8]],
      albumin: [[0, 34]],
    },
    daily: ['crp', 'leukocytes', 'creatinine', 'potassium', 'haemoglobin'],
    drugs: [
      {
        drug: 'ampicillin',
        from: 1,
        atOnce: true,
        to: 58,
        because: 'Skift efter resistensbestemmelse',
        indication: 'mod nyrebækkenbetændelse',
      },
      { drug: 'gentamicin', from: 1.1, to: 58, because: 'Skift efter resistensbestemmelse', atOnce: true },
      { drug: 'pivmecillinam', from: 58, indication: 'mod nyrebækkenbetændelse' },
      { drug: 'paracetamol', from: 1, atOnce: true },
      { drug: 'ringer', from: 1, to: 26, infusion: { everyHours: 8, rate: 125, unit: 'ml/time' } },
      { drug: 'dalteparin', from: 6 },
    ],
    pauses: { metformin: 'Infektion', losartan: 'Lavt blodtryk', ramipril: 'Lavt blodtryk' },
    reports: [
      {
        kind: 'MB',
        name: 'Urindyrkning',
        at: 0.7,
        answeredAfter: 46,
        text: `${random.pick(['Escherichia coli', 'Klebsiella pneumoniae', 'Escherichia coli'])} > 10⁵/ml.`,
        preliminary: { after: 20, text: 'Foreløbigt: gramnegative stave > 10⁵/ml.' },
        resistance: [
          ['Ampicillin', 'R'],
          ['Mecillinam', 'S'],
          ['Gentamicin', 'S'],
          ['Trimethoprim', 'S'],
          ['Ciprofloxacin', 'S'],
        ],
      },
      {
        kind: 'MB',
        name: 'Bloddyrkning × 2',
        at: 0.6,
        answeredAfter: 122,
        text: 'Ingen vækst efter 5 døgn.',
        preliminary: { after: 44, text: 'Foreløbigt: ingen vækst efter 2 døgn.' },
      },
      {
        kind: 'RAD',
        name: 'UL nyrer',
        at: 14,
        answeredAfter: 1,
        text: 'Ingen hydronefrose eller konkrementer.',
      },
    ],
    orders: [{ category: 'laboratorium', what: 'P-Gentamicin', inHours: 2 }],
    notes: {
      admittedWith: 'med feber og flankesmerter',
      history: `Kulderystelser og smerter i ${random.pick(['højre', 'venstre'])} flanke gennem to døgn, forudgået af svie ved vandladning.`,
      examination: 'Bankeømhed over nyreloge. Abdomen blødt. St.p. naturlig.',
      conclusion: 'Akut pyelonefritis.',
      plan: [
        'Dyrkning af blod og urin',
        'Ampicillin og gentamicin eller alternativ ved CAVE',
        'UL nyrer',
        'Væske',
      ],
      rounds: {
        better: ['Færre smerter, ingen kulderystelser.', 'Spiser og drikker, oppegående.'],
        slow: ['Fortsat feberepisoder og flankesmerter.'],
        worse: ['Nye kulderystelser, faldende blodtryk.'],
      },
      roundExamination: 'Bankeømhed over nyreloge aftagende.',
      roundPlan: (voice) => [
        voice.hours < 58
          ? 'Intravenøs behandling til resistenssvar.'
          : `Peroral behandling (${tolerated('pivmecillinam') === 'pivmecillinam' ? 'pivmecillinam' : 'efter resistens'}), i alt 10 døgn.`,
        'Kreatinin følges under gentamicin.',
      ],
      nursing: [
        'Drikker rigeligt. Urin uklar.',
        'Kulderystelser i starten af vagten, siden rolig.',
        'Oppegående til toilet.',
      ],
    },
    tasks: ['Residualurin', 'Vandladningsskema'],
  }),
};
