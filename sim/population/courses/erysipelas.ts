import type { CourseDefinition } from '../course.ts';

/** Erysipelas of the leg. */
export const erysipelas: CourseDefinition = {
  ages: [42, 86],
  days: [1, 5],
  problems: { hypertension: 0.4, diabetes2: 0.25, heartFailure: 0.1, atrialFibrillation: 0.1 },
  course: ({ random, tolerated }) => {
    const side = random.pick(['højre', 'venstre']);
    return {
      diagnoses: [['DA469', 'Rosen']],
      reason: `Erysipelas, ${side} crus`,
      vitals: {
        temperature: [
          [0, 39.3],
          [24, 38.4],
          [60, 37.3],
          [90, 36.9],
        ],
        pulse: [
          [0, 102],
          [36, 86],
          [84, 76],
        ],
        respiration: [
          [0, 19],
          [36, 16],
        ],
        systolic: [[0, 128]],
        spo2: [[0, 97]],
      },
      laboratory: {
        crp: [
          [0, 142],
          [24, 208],
          [60, 118],
          [110, 46],
        ],
        leukocytes: [
          [0, 15.8],
          [48, 10.8],
          [96, 7.8],
        ],
        haemoglobin: [[0, 8.5]],
        sodium: [[0, 138]],
        potassium: [[0, 4]],
        creatinine: [[0, 84]],
        albumin: [[0, 36]],
        glucose: [[0, 7]],
      },
      daily: ['crp', 'leukocytes', 'creatinine'],
      drugs: [
        {
          drug: 'benzylpenicillin',
          from: 1,
          atOnce: true,
          to: 74,
          because: 'Skift til peroral behandling',
          indication: 'mod rosen',
        },
        { drug: tolerated('dicloxacillin'), from: 74, indication: 'mod rosen' },
        { drug: 'paracetamol', from: 1 },
        { drug: 'dalteparin', from: 5 },
      ],
      pauses: { metformin: 'Infektion' },
      reports: [
        {
          kind: 'MB',
          name: 'Bloddyrkning × 2',
          at: 0.7,
          answeredAfter: 122,
          text: 'Ingen vækst efter 5 døgn.',
          preliminary: { after: 44, text: 'Foreløbigt: ingen vækst efter 2 døgn.' },
        },
        { kind: 'RAD', name: 'UL dybe vener', at: 6, answeredAfter: 1, text: 'Ingen dyb venetrombose.' },
      ],
      orders: [
        {
          category: 'tilsyn',
          what: 'Kompressionsbehandling, sårsygeplejerske',
          inHours: 15,
          place: 'Afdelingen',
        },
      ],
      notes: {
        admittedWith: `med feber og rødt ${side} underben`,
        history:
          'Pludselige kulderystelser og efter et halvt døgn rødme, der har bredt sig. Revne mellem tæerne.',
        examination: `${side.charAt(0).toUpperCase()}${side.slice(1)} crus: skarpt afgrænset, varm rødme 20 × 25 cm, optegnet. Ingen blærer eller krepitation. Gode pulse.`,
        conclusion: `Erysipelas på ${side} crus.`,
        plan: ['Penicillin i.v. eller alternativ ved CAVE', 'Elevation', 'Rødmen optegnes', 'Fodpleje'],
        rounds: {
          better: ['Mindre smerter, rødmen er trukket sig under optegningen.', 'Går omkring uden gener.'],
          slow: ['Benet spænder fortsat, ømt ved gang.'],
          worse: ['Rødmen breder sig, tiltagende smerter og påvirket. Kirurgisk tilsyn rekvireret.'],
        },
        roundExamination: 'Rødme på crus, ingen blærer.',
        roundPlan: (voice) => [
          voice.hours < 74 ? 'Antibiotika i.v. til rødmen svinder.' : 'Peroral antibiotika, i alt 10 døgn.',
          'Kompression, når akut fase er overstået.',
        ],
        nursing: [
          'Benet eleveret på pude, rødme inden for optegning.',
          'Smurt tør hud, mellemrum mellem tæer plejet.',
        ],
      },
      tasks: ['Rødme optegnes dagligt', 'Kompression vurderes'],
    };
  },
};
