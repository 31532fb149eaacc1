import type { CourseDefinition } from '../course.ts';

/** Septic shock in intensive care: ventilated, noradrenaline at a falling rate. */
export const septicShock: CourseDefinition = {
  ages: [38, 80],
  days: [1, 6],
  problems: { hypertension: 0.4, diabetes2: 0.3, copd: 0.15, alcohol: 0.15, ischaemicHeart: 0.15 },
  course: ({ hours, random }) => ({
    diagnoses: [
      ['DR572', 'Septisk shock'],
      ['DJ960', 'Akut respirationsinsufficiens'],
    ],
    reason: 'Septisk shock, respirator',
    vitals: {
      respiration: [
        [0, 26],
        [48, 22],
        [120, 18],
      ],
      spo2: [
        [0, 91],
        [24, 93],
        [96, 96],
      ],
      oxygen: [
        [0, 12],
        [48, 8],
        [110, 4],
      ],
      pulse: [
        [0, 128],
        [24, 112],
        [96, 88],
      ],
      systolic: [
        [0, 82],
        [12, 96],
        [60, 108],
        [120, 122],
      ],
      diastolic: [
        [0, 44],
        [60, 60],
      ],
      temperature: [
        [0, 39.2],
        [48, 38.2],
        [110, 37.4],
      ],
    },
    consciousness: (at) => (at < 84 ? 'P' : 'V'),
    laboratory: {
      crp: [
        [0, 220],
        [30, 318],
        [80, 190],
        [130, 96],
      ],
      leukocytes: [
        [0, 22],
        [60, 16],
        [120, 11],
      ],
      lactate: [
        [0, 6.2],
        [12, 3.4],
        [48, 1.6],
      ],
      ph: [
        [0, 7.21],
        [24, 7.33],
        [60, 7.39],
      ],
      bicarbonate: [
        [0, 15],
        [48, 22],
      ],
      pco2: [[0, 5.6]],
      po2: [
        [0, 8.4],
        [60, 10.2],
      ],
      creatinine: [
        [0, 214],
        [48, 240],
        [120, 150],
      ],
      urea: [
        [0, 17],
        [120, 12],
      ],
      potassium: [
        [0, 4.9],
        [48, 4.2],
      ],
      sodium: [
        [0, 136],
        [60, 144],
      ],
      thrombocytes: [
        [0, 104],
        [48, 72],
        [120, 148],
      ],
      haemoglobin: [
        [0, 7.4],
        [48, 6.4],
      ],
      bilirubin: [
        [0, 38],
        [100, 22],
      ],
      inr: [
        [0, 1.7],
        [96, 1.2],
      ],
      albumin: [
        [0, 25],
        [60, 21],
      ],
      glucose: [
        [0, 11],
        [48, 8.6],
      ],
      alat: [
        [0, 140],
        [100, 70],
      ],
    },
    daily: ['crp', 'leukocytes', 'lactate', 'creatinine', 'potassium', 'thrombocytes', 'haemoglobin'],
    drugs: [
      { drug: 'meropenem', dose: 2, from: 0.4, atOnce: true },
      {
        drug: 'noradrenaline',
        from: 0.5,
        to: 24,
        because: 'Rate ændret',
        infusion: { everyHours: 6, rate: 0.25, unit: 'mikrogram/kg/min' },
      },
      {
        drug: 'noradrenaline',
        from: 24,
        ...(hours > 90 ? { to: 84, because: 'Kredsløb stabilt' } : {}),
        infusion: { everyHours: 8, rate: 0.09, unit: 'mikrogram/kg/min' },
      },
      {
        drug: 'propofol',
        from: 0.8,
        ...(hours > 90 ? { to: 86, because: 'Opvågning' } : {}),
        infusion: { everyHours: 6, rate: 160, unit: 'mg/time' },
      },
      { drug: 'ringer', from: 0.3, infusion: { everyHours: 10, rate: 100, unit: 'ml/time' } },
      { drug: 'pantoprazoleInjection', from: 3, times: ['08:00'] },
      { drug: 'dalteparin', from: 12 },
      {
        drug: 'insulinInfusion',
        from: 4,
        to: 60,
        because: 'Blodsukker stabilt',
        infusion: { everyHours: 12, rate: 2, unit: 'IE/time' },
      },
    ],
    pauses: {
      metformin: 'Septisk shock',
      amlodipine: 'Septisk shock',
      losartan: 'Septisk shock',
      atorvastatin: 'Intensiv',
      empagliflozin: 'Septisk shock',
      acetylsalicylicAcid: 'Lave trombocytter',
    },
    reports: [
      {
        kind: 'MB',
        name: 'Bloddyrkning × 2',
        at: 0.3,
        answeredAfter: 60,
        text: random.pick(['Streptococcus pneumoniae i 2 af 2 sæt.', 'Klebsiella pneumoniae i 2 af 2 sæt.']),
        preliminary: { after: 14, text: 'Foreløbigt: vækst i 2 af 2 sæt, telefonisk meddelt.' },
      },
      {
        kind: 'RAD',
        name: 'Rtg thorax',
        at: 1.4,
        answeredAfter: 0.6,
        text: 'Bilaterale infiltrater. Tube og CVK i god stilling.',
      },
      { kind: 'EC', name: 'EKG', at: 0.8, answeredAfter: 0.2, text: 'Sinustakykardi, frekvens 126.' },
      {
        kind: 'RAD',
        name: 'Ekkokardiografi',
        at: 9,
        answeredAfter: 0.5,
        text: 'LVEF 50 %, hyperdynamisk. Ingen perikardieeffusion.',
      },
    ],
    orders: [
      { category: 'billeddiagnostik', what: 'Rtg thorax, seng', inHours: 3 },
      { category: 'laboratorium', what: 'A-gas', inHours: 1, urgent: true },
    ],
    notes: {
      admittedWith: 'til intensiv med shock og respirationssvigt',
      history:
        'Overflyttet fra sengeafdeling efter et døgn med tiltagende respirationssvigt trods highflow. Intuberet ved ankomst.',
      examination:
        'Sederet, RASS -3. Respirator trykkontrol. St.p.: bilaterale rallelyde. Perifert kølig, marmorerede knæ. Abdomen blødt.',
      conclusion: 'Septisk shock med lungefokus, SOFA 11.',
      plan: [
        'Meropenem',
        'Noradrenalin til MAP over 65',
        'Lungeprotektiv ventilation',
        'Timediurese, dialyse overvejes',
      ],
      rounds: {
        better: ['Faldende pressorbehov, aftrapper sedation.', 'Vågner kontaktbart, PS-ventilation.'],
        slow: ['Uændret pressorbehov, sederet RASS -3.'],
        worse: ['Stigende pressor- og iltbehov, faldende diurese.'],
      },
      roundExamination: 'Respirator, CVK og arteriekanyle uden rødme.',
      roundPlan: (voice) => [
        voice.hours < 84
          ? 'Sedation fortsat, daglig opvågning vurderes.'
          : 'Sedation stoppet, udtrapning af respirator.',
        'Meropenem fortsat.',
        'Pårørende informeres dagligt.',
      ],
      nursing: [
        'Vendt hver 3. time, tubesug sejt sekret.',
        'Timediurese 30-50 ml.',
        'Pårørende ved sengen, mundpleje.',
      ],
    },
    tasks: ['A-gas hver 4. time', 'RASS og CPOT', 'Pårørendesamtale kl. 15'],
    flags: [['treatment-level', 'Fuld behandling']],
    dischargeTo: 'sengeafdeling',
  }),
};
