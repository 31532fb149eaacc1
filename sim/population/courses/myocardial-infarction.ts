import type { CourseDefinition } from '../course.ts';

/** Non-ST-elevation myocardial infarction: troponin peak, coronary angiography, secondary prevention. */
export const myocardialInfarction: CourseDefinition = {
  ages: [46, 86],
  days: [1, 4],
  problems: { hypertension: 0.55, diabetes2: 0.25, ischaemicHeart: 0.3, copd: 0.1, kidneyDisease: 0.1 },
  course: ({ random, hours }) => ({
    diagnoses: [['DI214', 'Akut subendokardielt myokardieinfarkt']],
    reason: hours > 26 ? 'NSTEMI, PCI udført' : 'NSTEMI',
    vitals: {
      pulse: [
        [0, 92],
        [12, 78],
        [48, 68],
      ],
      systolic: [
        [0, 152],
        [12, 132],
        [48, 122],
      ],
      respiration: [
        [0, 18],
        [24, 16],
      ],
      spo2: [
        [0, 96],
        [24, 97],
      ],
      temperature: [
        [0, 36.8],
        [24, 37.2],
      ],
    },
    laboratory: {
      troponin: [
        [0, 86],
        [6, 640],
        [20, 820],
        [48, 430],
        [90, 180],
      ],
      proBnp: [[0, 120]],
      haemoglobin: [[0, 8.8]],
      potassium: [[0, 4]],
      sodium: [[0, 139]],
      creatinine: [
        [0, 84],
        [40, 88],
      ],
      crp: [
        [0, 5],
        [40, 24],
      ],
      cholesterolLdl: [[0, 3.8]],
      hba1c: [[0, 40]],
      glucose: [[0, 7.4]],
      thrombocytes: [[0, 238]],
      inr: [[0, 1]],
    },
    daily: ['troponin', 'potassium', 'creatinine', 'haemoglobin'],
    drugs: [
      { drug: 'acetylsalicylicAcid', dose: 300, from: 0.3, once: true },
      { drug: 'acetylsalicylicAcid', from: 12 },
      { drug: 'ticagrelor', from: 1, atOnce: true },
      { drug: 'fondaparinux', from: 1.2, atOnce: true, to: 25, because: 'KAG udført' },
      { drug: 'metoprolol', from: 3, atOnce: true },
      { drug: 'atorvastatin', dose: 80, from: 4 },
      { drug: 'glyceryltrinitrate', from: 0.3, asNeeded: 0.6 },
      { drug: 'ramipril', dose: 2.5, from: 28 },
      { drug: 'pantoprazole', from: 8 },
    ],
    pauses: { metformin: 'Kontrast ved KAG', empagliflozin: 'Faste før KAG', clopidogrel: 'Får ticagrelor' },
    reports: [
      {
        kind: 'EC',
        name: 'EKG',
        at: 0.2,
        answeredAfter: 0.2,
        text: 'Sinusrytme, frekvens 90. ST-depression 1 mm i V4-V6.',
      },
      {
        kind: 'RAD',
        name: 'KAG/PCI',
        at: 24,
        answeredAfter: 1.2,
        text: `${random.pick(['LAD', 'RCA', 'CX'])} 90 % stenose, behandlet med én medicinafgivende stent. TIMI 3-flow. Adgang via højre a. radialis.`,
      },
      {
        kind: 'RAD',
        name: 'Ekkokardiografi',
        at: 34,
        answeredAfter: 1,
        text: 'LVEF 50 %. Let hypokinesi lateralt. Ingen klapsygdom.',
      },
    ],
    orders:
      hours < 23
        ? [{ category: 'tilsyn', what: 'KAG', inHours: 3, place: 'Hjertelaboratoriet' }]
        : [{ category: 'tilsyn', what: 'Hjerterehabilitering', inHours: 16, place: 'Hjerteambulatoriet' }],
    notes: {
      admittedWith: 'med brystsmerter',
      history: `Trykkende smerter midt i brystet med udstråling til venstre arm i ${random.whole(2, 5)} timer, koldsved. Lindret af nitroglycerin.`,
      examination: 'St.c.: regelmæssig aktion, ingen mislyde. St.p.: naturlige forhold. Ingen ødemer.',
      conclusion: 'NSTEMI.',
      plan: [
        'Magnyl, ticagrelor og fondaparinux',
        'Telemetri',
        'KAG inden for 24 timer',
        'Statin og betablokker',
      ],
      rounds: {
        better: ['Ingen brystsmerter, oppegående.', 'Velbefindende efter KAG.'],
        slow: ['Let trykken i brystet i nat, svundet på nitroglycerin.'],
        worse: ['Nye brystsmerter og koldsved, EKG tages.'],
      },
      roundExamination: 'St.c. og st.p. naturlige.',
      roundPlan: (voice) => [
        voice.hours < 24
          ? 'Faste fra morgen, KAG i dag.'
          : 'Indstikssted i højre håndled efterset, dobbelt pladehæmning i 12 måneder.',
        'Telemetri.',
        'Henvises til hjerterehabilitering.',
      ],
      nursing: [
        'Ingen brystsmerter i vagten. Telemetri: sinusrytme.',
        'Indstikssted uden blødning, varm hånd.',
        'Talt om rygestop og kost.',
      ],
    },
    tasks: ['Telemetri', 'Rehabiliteringssamtale'],
  }),
};
