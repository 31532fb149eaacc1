import type { CourseDefinition } from '../course.ts';

/** Exacerbation of COPD with carbon dioxide retention: saturation kept at 88-92 %, steroid for five days. */
export const copd: CourseDefinition = {
  ages: [58, 86],
  days: [1, 7],
  problems: {
    copd: 1,
    hypertension: 0.35,
    ischaemicHeart: 0.25,
    osteoporosis: 0.25,
    depression: 0.2,
    atrialFibrillation: 0.15,
  },
  course: ({ random, tolerated, has, hours }) => ({
    diagnoses: [['DJ441', 'Kronisk obstruktiv lungesygdom med akut eksacerbation UNS']],
    reason: 'KOL, exacerbation',
    vitals: {
      respiration: [
        [0, 29],
        [10, 25],
        [48, 21],
        [120, 18],
      ],
      spo2: [
        [0, 85],
        [3, 89],
        [48, 90],
        [120, 91],
      ],
      oxygen: [
        [0, 2],
        [24, 2],
        [60, 1],
        [96, 0],
      ],
      pulse: [
        [0, 112],
        [24, 98],
        [96, 84],
      ],
      systolic: [
        [0, 146],
        [48, 136],
      ],
      temperature: [
        [0, 37.8],
        [36, 37.1],
      ],
    },
    laboratory: {
      ph: [
        [0, 7.31],
        [6, 7.35],
        [30, 7.39],
      ],
      pco2: [
        [0, 8.2],
        [6, 7.4],
        [48, 6.5],
        [120, 6.1],
      ],
      po2: [
        [0, 6.9],
        [6, 8],
        [96, 8.3],
      ],
      bicarbonate: [
        [0, 27.5],
        [72, 28.5],
      ],
      lactate: [
        [0, 1.6],
        [24, 1],
      ],
      crp: [
        [0, 42],
        [24, 58],
        [72, 22],
        [120, 9],
      ],
      leukocytes: [
        [0, 12.4],
        [48, 13.8],
        [120, 10],
      ],
      haemoglobin: [[0, 9.1]],
      sodium: [[0, 137]],
      potassium: [
        [0, 3.9],
        [48, 3.5],
        [96, 3.9],
      ],
      creatinine: [[0, 74]],
      glucose: [
        [0, 7],
        [48, 9.6],
        [120, 7.4],
      ],
    },
    daily: ['crp', 'leukocytes', 'potassium', 'creatinine', 'pco2', 'ph'],
    drugs: [
      { drug: 'salbutamolIpratropium', from: 0.4, atOnce: true },
      { drug: 'salbutamol', from: 0.6, asNeeded: 1.6 },
      { drug: 'prednisolone', from: 0.7, atOnce: true, to: 118, because: 'Kur afsluttet' },
      { drug: tolerated('amoxicillin'), from: 2, atOnce: true, to: 122, indication: 'mod KOL-forværring' },
      {
        drug: 'dalteparin',
        from: 6,
        ...(has('atrialFibrillation') ? { pausedBecause: 'Får apixaban' } : {}),
      },
      { drug: 'pantoprazole', from: 8, to: 118, because: 'Prednisolonkur afsluttet' },
      { drug: 'paracetamol', from: 5, asNeeded: 0.8 },
    ],
    pauses: { tiotropium: 'Får salbutamol/ipratropium på maske', metoprolol: 'Bronkospasme' },
    reports: [
      {
        kind: 'RAD',
        name: 'Rtg thorax',
        at: 1.4,
        answeredAfter: 1.5,
        text: 'Hyperinflaterede lunger med affladede diafragmakupler. Ingen infiltrater, ingen pneumothorax.',
      },
      {
        kind: 'MB',
        name: 'Ekspektorat, dyrkning og resistens',
        at: 8,
        answeredAfter: 48,
        text: 'Haemophilus influenzae.',
        preliminary: { after: 24, text: 'Foreløbigt: vækst af gramnegative stave.' },
        resistance: [
          ['Ampicillin', 'S'],
          ['Cefuroxim', 'S'],
          ['Ciprofloxacin', 'S'],
        ],
      },
      {
        kind: 'MB',
        name: 'Influenza A/B, RSV og SARS-CoV-2 (PCR)',
        at: 1,
        answeredAfter: 4,
        text: 'Alle negative.',
      },
      {
        kind: 'EC',
        name: 'EKG',
        at: 0.4,
        answeredAfter: 0.3,
        text: has('atrialFibrillation')
          ? 'Atrieflimren, frekvens 108.'
          : 'Sinustakykardi, frekvens 110. P pulmonale.',
      },
    ],
    orders: [
      {
        category: 'laboratorium',
        what: 'A-gas, kontrol',
        inHours: hours < 24 ? 1 : 14,
        ...(hours < 24 ? { urgent: true as const } : {}),
      },
      { category: 'fysioterapi', what: 'Lungefysioterapi og gangtest', inHours: 14, place: 'Fysioterapien' },
    ],
    notes: {
      admittedWith: 'med ambulance på grund af svær åndenød',
      history: `Gennem ${random.whole(2, 4)} døgn øget åndenød, mere og misfarvet opspyt. Har brugt anfaldsmedicin mange gange uden virkning. Ryger, ${random.whole(35, 60)} pakkeår. Sidste indlæggelse for KOL i fjor.`,
      examination:
        'Taler i korte sætninger, bruger accessoriske muskler, læberespiration. St.p.: svækket respirationslyd og forlænget eksspirium med piben. Ingen ødemer.',
      conclusion: 'Akut forværring af KOL med hyperkapnisk respirationssvigt, pH over 7,30.',
      plan: [
        'Kontrolleret ilt, saturation 88-92 %',
        'Inhalationer på maske og prednisolon 37,5 mg i 5 dage',
        'A-gas gentages efter 1 time, NIV ved pH under 7,30',
        'Peroral antibiotika',
        'Rygestopsamtale',
      ],
      rounds: {
        better: [
          'Bedre luftskifte, kan tale i hele sætninger og har sovet.',
          'Går til toilettet uden pause, mindre opspyt.',
        ],
        slow: [
          'Fortsat forpustet ved mindste aktivitet, sover siddende.',
          'Uændret åndenød, stor angst ved anfald.',
        ],
        worse: ['Tiltagende træt og døsig, svagere hoste, bruger alle hjælpemuskler. NIV overvejes.'],
      },
      roundExamination: 'St.p.: svækket respirationslyd, forlænget eksspirium.',
      roundPlan: (voice) => [
        voice.hours < 118
          ? 'Fortsæt inhalationer og prednisolon, i alt 5 døgn.'
          : 'Prednisolonkur afsluttet, overgår til vanlige inhalationer.',
        'Ilt titreres til saturation 88-92 %.',
        'Inhalationsteknik gennemgås, rygestop.',
      ],
      nursing: [
        'Inhalationer givet, mindre piben bagefter.',
        'Hviler oprejst med puder, vejrtrækning roligere.',
        'Talt om rygestop, ønsker nikotinplaster.',
        'PEP-fløjte brugt, hoster løst slim op.',
      ],
      physiotherapy:
        'Instrueret i læberespiration og hvilestillinger. Gået 30 m, saturation faldt 3 procentpoint under gang og rettede sig i hvile. Henvises til KOL-rehabilitering.',
    },
    tasks: ['A-gas efter 1 time', 'Inhalationsteknik gennemgås', 'Henvisning til KOL-rehabilitering'],
  }),
};
