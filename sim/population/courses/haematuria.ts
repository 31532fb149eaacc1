import type { CourseDefinition } from '../course.ts';

/** Visible haematuria with clot retention: rinsing catheter, cystoscopy. */
export const haematuria: CourseDefinition = {
  ages: [58, 88],
  sex: 'male',
  days: [1, 4],
  problems: { prostate: 0.8, atrialFibrillation: 0.35, hypertension: 0.4, ischaemicHeart: 0.2 },
  course: ({ hours }) => ({
    diagnoses: [['DR319', 'Hæmaturi UNS']],
    reason: 'Hæmaturi, skyllekateter',
    vitals: {
      pulse: [
        [0, 88],
        [30, 76],
      ],
      systolic: [
        [0, 142],
        [30, 132],
      ],
      temperature: [[0, 37]],
      respiration: [[0, 16]],
      spo2: [[0, 97]],
    },
    laboratory: {
      haemoglobin: [
        [0, 7.2],
        [20, 6.7],
        [60, 6.9],
      ],
      creatinine: [
        [0, 112],
        [40, 90],
      ],
      potassium: [[0, 4.3]],
      sodium: [[0, 138]],
      crp: [[0, 14]],
      inr: [[0, 1.1]],
      thrombocytes: [[0, 230]],
      leukocytes: [[0, 9]],
    },
    daily: ['haemoglobin', 'creatinine', 'crp'],
    drugs: [
      { drug: 'tranexamicAcid', from: 1, to: 46, because: 'Klar urin' },
      { drug: 'paracetamol', from: 1 },
      { drug: 'morphine', from: 1, asNeeded: 0.8 },
      { drug: 'macrogol', from: 8 },
    ],
    pauses: { apixaban: 'Blødning', acetylsalicylicAcid: 'Blødning', clopidogrel: 'Blødning' },
    reports: [
      {
        kind: 'RAD',
        name: 'CT urografi',
        at: 18,
        answeredAfter: 2,
        text: 'Ingen tumor i øvre urinveje. Koagler i blæren, forstørret prostata 70 ml.',
      },
      { kind: 'MB', name: 'Urindyrkning', at: 1, answeredAfter: 40, text: 'Ingen vækst.' },
    ],
    orders:
      hours < 40
        ? [{ category: 'tilsyn', what: 'Cystoskopi', inHours: 16, place: 'Urologisk ambulatorium' }]
        : [{ category: 'laboratorium', what: 'B-Hæmoglobin, kontrol', inHours: 2 }],
    notes: {
      admittedWith: 'med blodig urin og koagler',
      history: 'Mørkerød urin i to døgn, siden i morges ikke kunnet lade vandet.',
      examination: 'Fyldt blære, 700 ml ved scanning. Rektaleksploration: forstørret, glat prostata.',
      conclusion: 'Makroskopisk hæmaturi med tamponade.',
      plan: ['Skyllekateter, kontinuerlig skylning', 'Blodfortyndende pauseres', 'CT urografi og cystoskopi'],
      rounds: {
        better: ['Lys urin, ingen smerter.'],
        slow: ['Rødlig urin ved langsom skylning, blæretenesmi.'],
        worse: ['Ny tamponade og stærke smerter.'],
      },
      roundExamination: 'Abdomen blødt, blære ikke palpabel.',
      roundPlan: (voice) => [
        voice.hours < 40 ? 'Skylning fortsættes.' : 'Skylning seponeres, kateter fjernes ved klar urin.',
        'Hæmoglobin dagligt.',
      ],
      nursing: ['Skylning justeret, rosé urin.', 'Manuel skyl × 1, få koagler.'],
    },
    tasks: ['Skylleregnskab', 'Kateterpleje'],
  }),
};
