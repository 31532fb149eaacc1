import type { CourseDefinition } from '../course.ts';

/** Diabetic ketoacidosis: fluids, insulin at a rate, potassium watched while it falls. */
export const diabeticKetoacidosis: CourseDefinition = {
  ages: [19, 58],
  days: [1, 3],
  problems: { diabetes1: 1, depression: 0.12, hypothyroidism: 0.1 },
  course: ({ random, hours }) => ({
    diagnoses: [['DE101', 'Type 1-diabetes med ketoacidose']],
    reason: 'Type 1-diabetes, ketoacidose',
    vitals: {
      respiration: [
        [0, 30],
        [6, 24],
        [16, 18],
        [36, 15],
      ],
      pulse: [
        [0, 122],
        [8, 102],
        [24, 82],
      ],
      systolic: [
        [0, 104],
        [10, 116],
        [30, 124],
      ],
      temperature: [[0, 36.6]],
      spo2: [[0, 98]],
    },
    laboratory: {
      glucose: [
        [0, 31],
        [6, 17],
        [16, 11.5],
        [40, 8.4],
      ],
      ketones: [
        [0, 6.4],
        [8, 3.1],
        [18, 1],
        [32, 0.3],
      ],
      ph: [
        [0, 7.12],
        [6, 7.24],
        [16, 7.36],
        [36, 7.4],
      ],
      bicarbonate: [
        [0, 8],
        [8, 14],
        [20, 21],
        [40, 24],
      ],
      pco2: [
        [0, 2.9],
        [18, 4.6],
      ],
      potassium: [
        [0, 5.4],
        [6, 3.9],
        [16, 3.3],
        [40, 3.9],
      ],
      sodium: [
        [0, 131],
        [18, 137],
      ],
      creatinine: [
        [0, 128],
        [20, 84],
      ],
      lactate: [
        [0, 2.6],
        [10, 1.2],
      ],
      crp: [
        [0, 18],
        [30, 24],
      ],
      leukocytes: [
        [0, 16.5],
        [30, 9],
      ],
      haemoglobin: [
        [0, 9.4],
        [24, 8.4],
      ],
      hba1c: [[0, 62]],
    },
    daily: ['glucose', 'ketones', 'potassium', 'sodium', 'creatinine', 'crp'],
    drugs: [
      {
        drug: 'insulinInfusion',
        from: 0.5,
        ...(hours > 30 ? { to: 26, because: 'Overgang til s.c. insulin' } : {}),
        infusion: { everyHours: 8, rate: 6, unit: 'IE/time' },
      },
      { drug: 'sodiumChloride', from: 0.3, to: 24, infusion: { everyHours: 4, rate: 250, unit: 'ml/time' } },
      { drug: 'potassiumChloride', from: 4, to: 44, because: 'Kalium normaliseret' },
      { drug: 'insulinGlargine', from: 1, dose: 22, times: ['22:00'], atOnce: true },
      { drug: 'insulinAspart', from: 12 },
      { drug: 'dalteparin', from: 4 },
    ],
    reports: [
      {
        kind: 'EC',
        name: 'EKG',
        at: 0.4,
        answeredAfter: 0.3,
        text: 'Sinustakykardi, frekvens 120. Let høje T-takker.',
      },
      { kind: 'RAD', name: 'Rtg thorax', at: 2, answeredAfter: 1.5, text: 'Ingen infiltrater.' },
    ],
    orders: [
      { category: 'laboratorium', what: 'A-gas, kalium og ketoner', inHours: 1, urgent: true },
      {
        category: 'tilsyn',
        what: 'Diabetessygeplejerske',
        inHours: 15,
        place: 'Endokrinologisk ambulatorium',
      },
    ],
    notes: {
      admittedWith: 'med opkastninger og højt blodsukker',
      history: `To døgn med opkastninger, har ikke taget insulin ${random.pick(['på grund af manglende appetit', 'efter insulinpumpen stoppede'])}. Tørst og hyppig vandladning.`,
      examination: 'Tør, acetonelugt, hurtig dyb respiration. Abdomen diffust ømt uden slipømhed.',
      conclusion: 'Diabetisk ketoacidose.',
      plan: [
        'NaCl 1 L første time, derefter efter skema',
        'Insulininfusion 0,1 IE/kg/time',
        'Kalium hver 2. time',
        'Langtidsvirkende insulin fortsættes',
      ],
      rounds: {
        better: ['Velbefindende, spiser og drikker.', 'Ingen kvalme, ketoner i bund.'],
        slow: ['Fortsat kvalme og tørst, men klarere.'],
        worse: ['Tiltagende sløv, fortsatte opkastninger.'],
      },
      roundExamination: 'Abdomen blødt. Mindre tør.',
      roundPlan: (voice) => [
        voice.hours < 26 ? 'Insulininfusion til ketoner under 0,6.' : 'Vanlig insulin, dosis justeres.',
        'Kalium følges tæt.',
        'Undervisning i sygedage ved diabetessygeplejerske.',
      ],
      nursing: [
        'Blodsukker og ketoner målt hver time efter skema.',
        'Drikker godt, ingen opkastning i vagten.',
        'Har spist let måltid, blodsukker stabilt.',
      ],
    },
    tasks: ['Blodsukker hver time', 'Ketoner hver 2. time', 'Undervisning i sygedagsregler'],
  }),
};
