import type { CourseDefinition } from '../course.ts';

/** Acute decompensated heart failure: diuretics, weight and saturation follow; kidneys and potassium are watched. */
export const heartFailure: CourseDefinition = {
  ages: [58, 92],
  days: [1, 8],
  problems: {
    heartFailure: 0.7,
    ischaemicHeart: 0.45,
    atrialFibrillation: 0.4,
    hypertension: 0.5,
    diabetes2: 0.3,
    kidneyDisease: 0.35,
    copd: 0.12,
  },
  course: ({ random, has, hours }) => ({
    diagnoses: [['DI500', 'Hjerteinsufficiens med stuvning']],
    reason: 'Hjertesvigt',
    vitals: {
      respiration: [
        [0, 27],
        [12, 23],
        [48, 19],
        [120, 16],
      ],
      spo2: [
        [0, 91],
        [12, 93.5],
        [48, 95.5],
        [120, 97],
      ],
      oxygen: [
        [0, 4],
        [12, 3],
        [36, 1],
        [54, 0],
      ],
      pulse: [
        [0, 104],
        [24, 92],
        [96, 76],
      ],
      systolic: [
        [0, 156],
        [12, 138],
        [72, 122],
      ],
      diastolic: [
        [0, 90],
        [72, 72],
      ],
      temperature: [[0, 36.9]],
    },
    laboratory: {
      proBnp: [
        [0, 690],
        [96, 310],
      ],
      troponin: [
        [0, 34],
        [6, 36],
        [48, 30],
      ],
      creatinine: [
        [0, 108],
        [48, 128],
        [120, 116],
      ],
      urea: [
        [0, 9],
        [48, 12],
        [120, 10],
      ],
      sodium: [
        [0, 134],
        [96, 136],
      ],
      potassium: [
        [0, 4.2],
        [48, 3.4],
        [96, 3.9],
      ],
      haemoglobin: [
        [0, 7.9],
        [96, 8.2],
      ],
      crp: [
        [0, 14],
        [72, 9],
      ],
      magnesium: [
        [0, 0.74],
        [72, 0.8],
      ],
      alat: [
        [0, 52],
        [96, 34],
      ],
      tsh: [[0, 1.9]],
      glucose: [[0, 7]],
      ph: [[0, 7.4]],
      pco2: [[0, 4.8]],
      po2: [
        [0, 8.4],
        [12, 9.8],
      ],
      lactate: [
        [0, 1.9],
        [12, 1.1],
      ],
    },
    daily: ['creatinine', 'sodium', 'potassium', 'magnesium', 'haemoglobin'],
    drugs: [
      {
        drug: 'furosemideInjection',
        dose: 80,
        from: 0.6,
        atOnce: true,
        times: ['07:00', '13:30'],
        to: 60,
        because: 'Skift til tablet',
        indication: 'mod lungestuvning',
      },
      { drug: 'furosemide', dose: 80, from: 60, indication: 'mod hjertesvigt' },
      { drug: 'bisoprolol', dose: 2.5, from: 20 },
      { drug: 'spironolactone', from: 30 },
      { drug: 'empagliflozin', from: 50, indication: 'mod hjertesvigt' },
      { drug: 'glyceryltrinitrate', from: 0.5, asNeeded: 0.4 },
      { drug: 'potassiumChloride', from: 46, to: 120, because: 'Kalium normaliseret' },
      {
        drug: 'dalteparin',
        from: 5,
        ...(has('atrialFibrillation') ? { pausedBecause: 'Får apixaban' } : {}),
      },
      { drug: 'paracetamol', from: 4, times: ['08:00', '14:00', '22:00'] },
    ],
    pauses: { metformin: 'Nedsat nyrefunktion', amlodipine: 'Ødemer' },
    reports: [
      {
        kind: 'RAD',
        name: 'Rtg thorax',
        at: 1.2,
        answeredAfter: 1.2,
        text: 'Forstørret hjerteskygge, stuvningspræg og små bilaterale pleuraeffusioner. Ingen sikre infiltrater.',
      },
      {
        kind: 'EC',
        name: 'EKG',
        at: 0.3,
        answeredAfter: 0.3,
        text: has('atrialFibrillation')
          ? 'Atrieflimren, frekvens 102, venstresidigt grenblok (kendt).'
          : 'Sinustakykardi, frekvens 101, venstresidigt grenblok (kendt).',
      },
      {
        kind: 'RAD',
        name: 'Ekkokardiografi',
        at: 26,
        answeredAfter: 1,
        text: 'LVEF 30 %. Let dilateret venstre ventrikel med global hypokinesi. Moderat funktionel mitralinsufficiens. TR-gradient 38 mmHg.',
      },
    ],
    orders: [
      { category: 'EKG', what: 'EKG, kontrol', inHours: 15 },
      ...(hours < 24
        ? [
            {
              category: 'billeddiagnostik',
              what: 'Ekkokardiografi',
              inHours: 2.5,
              place: 'Hjertelaboratoriet',
            } as const,
          ]
        : [
            {
              category: 'tilsyn',
              what: 'Hjertesvigtsygeplejerske',
              inHours: 15,
              place: 'Hjertesvigtklinikken',
            } as const,
          ]),
    ],
    notes: {
      admittedWith: 'med tiltagende åndenød',
      history: `Gennem ${random.whole(1, 3)} uger tiltagende åndenød, sover med tre puder og er vågnet om natten med lufthunger. Hævede ben og vægtøgning cirka ${random.whole(3, 6)} kg. Ingen brystsmerter.`,
      examination:
        'Siddende i sengen, forpustet ved tale. St.p.: fugtige rallelyde bibasalt. Halsvenestase. Pittingødemer til knæniveau. Abdomen uømt.',
      conclusion: 'Akut forværring af hjertesvigt med lungestuvning.',
      plan: [
        'Furosemid 80 mg i.v., gentages efter diurese',
        'Ilt til saturation over 94 %',
        'Vægt dagligt, væskerestriktion 1,5 L',
        'Ekkokardiografi',
        'Elektrolytter og kreatinin dagligt',
      ],
      rounds: {
        better: [
          'Tydeligt lettere vejrtrækning, har kunnet sove fladt.',
          'God diurese, benene er mindre hævede.',
        ],
        slow: [
          'Fortsat forpustet ved let aktivitet, god diurese på furosemid.',
          'Åndenød ved personlig pleje, ingen brystsmerter.',
        ],
        worse: ['Tiltagende lufthunger, klam og urolig, kan kun tale i enkelte ord.'],
      },
      roundExamination: 'St.p.: rallelyde basalt. Deklive ødemer.',
      roundPlan: (voice) => [
        voice.hours < 60
          ? 'Fortsæt furosemid i.v., mål 1-1,5 kg vægttab dagligt.'
          : 'Furosemid tablet, stabil vægt i to døgn før udskrivelse.',
        (voice.newest('potassium') ?? 4) < 3.5 ? 'Kaliumtilskud, kontrol i morgen.' : 'Kalium følges.',
        'Opfølgning i hjertesvigtklinik.',
      ],
      nursing: [
        'Vejet før morgenmad. Rigelig diurese efter furosemid.',
        'Overholder væskerestriktion, føler tørst. Tilbudt isterninger.',
        'Sidder bedst i stol med hævede ben.',
        'Kompressionsstrømper på, benene mindre spændte.',
      ],
    },
    tasks: ['Vægt i morgen kl. 06.30', 'Væskeregnskab', 'Undervisning i hjertesvigt'],
  }),
};
