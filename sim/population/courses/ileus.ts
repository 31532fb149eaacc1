import type { CourseDefinition } from '../course.ts';

/** Small-bowel obstruction from adhesions, treated without operation. */
export const ileus: CourseDefinition = {
  ages: [45, 88],
  days: [1, 5],
  problems: { hypertension: 0.35, diabetes2: 0.15, atrialFibrillation: 0.12, hypothyroidism: 0.1 },
  course: ({ random }) => ({
    diagnoses: [['DK565', 'Adhærencer i tarm med ileus']],
    reason: 'Ileus, konservativ behandling',
    vitals: {
      pulse: [
        [0, 102],
        [24, 90],
        [72, 78],
      ],
      systolic: [
        [0, 116],
        [48, 128],
      ],
      respiration: [
        [0, 19],
        [48, 16],
      ],
      temperature: [
        [0, 37.3],
        [48, 37],
      ],
      spo2: [[0, 96]],
    },
    laboratory: {
      crp: [
        [0, 18],
        [24, 42],
        [72, 20],
      ],
      leukocytes: [
        [0, 12.4],
        [72, 8],
      ],
      potassium: [
        [0, 3.3],
        [48, 3.8],
      ],
      sodium: [
        [0, 134],
        [48, 138],
      ],
      creatinine: [
        [0, 122],
        [40, 84],
      ],
      urea: [
        [0, 12],
        [48, 6],
      ],
      haemoglobin: [
        [0, 9.3],
        [40, 8.3],
      ],
      lactate: [
        [0, 2],
        [12, 1.1],
      ],
      albumin: [
        [0, 38],
        [60, 32],
      ],
      amylase: [[0, 46]],
    },
    daily: ['crp', 'leukocytes', 'potassium', 'sodium', 'creatinine'],
    drugs: [
      { drug: 'ringer', from: 0.6, to: 60, infusion: { everyHours: 8, rate: 125, unit: 'ml/time' } },
      { drug: 'morphineInjection', from: 0.8, asNeeded: 1.8 },
      { drug: 'ondansetron', from: 1, asNeeded: 1 },
      { drug: 'dalteparin', from: 6 },
      { drug: 'paracetamol', from: 54 },
      { drug: 'macrogol', from: 66 },
    ],
    pauses: { metformin: 'Faste', losartan: 'Faste', amlodipine: 'Faste', apixaban: 'Mulig operation' },
    reports: [
      {
        kind: 'RAD',
        name: 'CT abdomen',
        at: 3,
        answeredAfter: 1.2,
        text: 'Dilaterede tyndtarmsslynger op til 4,5 cm med kaliberspring i højre fossa. Ingen fri luft eller tegn på iskæmi.',
      },
      {
        kind: 'RAD',
        name: 'Passageundersøgelse',
        at: 27,
        answeredAfter: 2,
        text: 'Kontrast i colon efter 8 timer. Ingen komplet obstruktion.',
      },
    ],
    orders: [
      { category: 'billeddiagnostik', what: 'Abdomenoversigt', inHours: 3, place: 'Røntgenafdelingen' },
    ],
    notes: {
      admittedWith: 'med mavesmerter og opkastninger',
      history: `Kolikagtige smerter og galdefarvede opkastninger i et døgn. Ingen afføring eller luft i ${random.whole(1, 2)} dage. Tidligere opereret i underlivet.`,
      examination:
        'Abdomen udspilet, metalliske tarmlyde, diffus ømhed uden peritoneal reaktion. Ar uden hernie.',
      conclusion: 'Tyndtarmsileus på adhærencer.',
      plan: [
        'Faste, ventrikelsonde og væske i.v.',
        'CT abdomen',
        'Kontrast via sonde, passage efter 8 timer',
        'Operation ved forværring',
      ],
      rounds: {
        better: ['Luftafgang og afføring, ingen kvalme.', 'Sonden er fjernet, drikker uden gener.'],
        slow: ['Oppustet, sonden har givet en del.'],
        worse: ['Tiltagende konstante smerter og feber.'],
      },
      roundExamination: 'Abdomen mindre spændt, let ømt.',
      roundPlan: (voice) => [
        voice.hours < 30 ? 'Sonde og faste, passage følges.' : 'Flydende kost, øges efter evne.',
        'Kalium korrigeres.',
        'Laparoskopi ved manglende bedring.',
      ],
      nursing: [
        'Ventrikelsonde har givet galdefarvet sekret.',
        'Mobiliseret på gangen, luftafgang.',
        'Mundpleje. Smerter velbehandlede.',
      ],
    },
    tasks: ['Sondeafløb noteres', 'Væskeregnskab'],
  }),
};
