import type { CourseDefinition } from '../course.ts';

/** Pre-eclampsia before term: blood pressure, protein, liver and platelets are followed until birth. */
export const preeclampsia: CourseDefinition = {
  ages: [22, 42],
  sex: 'female',
  days: [1, 4],
  problems: { hypothyroidism: 0.08 },
  course: ({ random }) => ({
    diagnoses: [['DO149', 'Præeklampsi UNS']],
    reason: 'Præeklampsi',
    vitals: {
      systolic: [
        [0, 166],
        [12, 152],
        [48, 144],
        [96, 140],
      ],
      diastolic: [
        [0, 106],
        [12, 96],
        [48, 90],
      ],
      pulse: [
        [0, 88],
        [24, 80],
      ],
      respiration: [[0, 16]],
      spo2: [[0, 98]],
      temperature: [[0, 36.8]],
    },
    laboratory: {
      haemoglobin: [[0, 7.6]],
      thrombocytes: [
        [0, 158],
        [48, 136],
      ],
      creatinine: [
        [0, 70],
        [48, 74],
      ],
      alat: [
        [0, 48],
        [48, 66],
      ],
      bilirubin: [[0, 9]],
      urineProtein: [[0, 620]],
      sodium: [[0, 137]],
      potassium: [[0, 4]],
      crp: [[0, 6]],
    },
    daily: ['haemoglobin', 'thrombocytes', 'alat', 'creatinine'],
    drugs: [
      { drug: 'labetalol', from: 0.6, atOnce: true },
      { drug: 'magnesiumSulfate', from: 1.5, once: true },
      { drug: 'paracetamol', from: 1, asNeeded: 1 },
    ],
    reports: [
      {
        kind: 'RAD',
        name: 'UL foster og flow',
        at: 4,
        answeredAfter: 1,
        text: 'Fostervægt -12 %. Normalt flow i a. umbilicalis. Normal fostervandsmængde.',
      },
    ],
    orders: [
      { category: 'laboratorium', what: 'Præeklampsiprøver, kontrol', inHours: 3 },
      { category: 'billeddiagnostik', what: 'UL flow, kontrol', inHours: 15, place: 'Ultralydsklinikken' },
    ],
    notes: {
      admittedWith: `med forhøjet blodtryk, gestationsalder ${random.whole(33, 36)}+${random.whole(0, 6)}`,
      history:
        'Hovedpine gennem to dage og hævede hænder. Hos jordemoder målt 165/105 og protein 3+. Ingen synsforstyrrelser, mærker liv.',
      examination: 'Let ansigtsødem. Livlige reflekser uden klonus. Ingen ømhed i epigastriet. CTG normal.',
      conclusion: 'Præeklampsi.',
      plan: [
        'Labetalol, mål under 150/100',
        'Præeklampsiprøver hver 12. time',
        'CTG to gange dagligt',
        'Igangsættelse ved forværring eller uge 37',
      ],
      rounds: {
        better: ['Ingen hovedpine eller synsforstyrrelser, mærker liv.'],
        slow: ['Let hovedpine, ellers velbefindende.'],
        worse: ['Tiltagende hovedpine og flimmer for øjnene.'],
      },
      roundExamination: 'Reflekser livlige, ingen klonus. CTG normal.',
      roundPlan: () => [
        'Fortsæt labetalol.',
        'CTG × 2 dagligt, blodprøver følges.',
        'Forløsning planlægges ved obstetrisk konference.',
      ],
      nursing: [
        'CTG normal. Mærker liv.',
        'Hviler, mindre hovedpine efter paracetamol.',
        'Vejet og urin stixet, protein 3+.',
      ],
    },
    tasks: ['CTG i aften', 'Blodtryk før og efter labetalol'],
  }),
};
