import type { CourseDefinition } from '../course.ts';

/** Planned knee replacement: home on the first or second day. */
export const kneeReplacement: CourseDefinition = {
  ages: [54, 82],
  days: [1, 2],
  problems: { hypertension: 0.45, hypothyroidism: 0.1, diabetes2: 0.15, depression: 0.1 },
  course: ({ random, hours }) => {
    const side = random.pick(['højre', 'venstre']);
    return {
      diagnoses: [['DM171', 'Anden primær artrose i knæled']],
      reason: `Total knæalloplastik, ${side}`,
      vitals: {
        pulse: [
          [0, 72],
          [5, 80],
          [30, 78],
        ],
        systolic: [
          [0, 138],
          [5, 118],
          [26, 130],
        ],
        respiration: [[0, 14]],
        spo2: [
          [0, 98],
          [5, 96],
        ],
        temperature: [
          [0, 36.6],
          [20, 37.3],
          [40, 37.1],
        ],
      },
      laboratory: {
        haemoglobin: [
          [0, 8.6],
          [22, 7.6],
        ],
        creatinine: [[0, 74]],
        potassium: [[0, 4.1]],
        sodium: [[0, 140]],
        crp: [
          [0, 4],
          [24, 58],
        ],
        thrombocytes: [[0, 250]],
      },
      daily: ['haemoglobin', 'creatinine', 'potassium'],
      drugs: [
        {
          drug: 'cloxacillin',
          dose: 2,
          from: 2,
          once: true,
          indication: 'forebyggelse af infektion ved operation',
        },
        { drug: 'tranexamicAcid', from: 2, once: true },
        { drug: 'paracetamol', from: 1, atOnce: true },
        { drug: 'ibuprofen', from: 6 },
        { drug: 'morphine', from: 5, asNeeded: 2.4 },
        { drug: 'dalteparin', from: 9 },
        { drug: 'macrogol', from: 20 },
      ],
      pauses: { losartan: 'Operation', metformin: 'Operation' },
      reports: [
        { kind: 'RAD', name: 'Rtg knæ, kontrol', at: 20, answeredAfter: 3, text: 'Protese i god stilling.' },
      ],
      orders:
        hours < 20
          ? [
              {
                category: 'billeddiagnostik',
                what: 'Rtg knæ, kontrol',
                inHours: 2,
                place: 'Røntgenafdelingen',
              },
              { category: 'fysioterapi', what: 'Første mobilisering', inHours: 1 },
            ]
          : [{ category: 'fysioterapi', what: 'Trappetræning', inHours: 2 }],
      notes: {
        admittedWith: 'planlagt til knæalloplastik',
        history: `Flere års smerter i ${side} knæ, gangdistance under 500 m trods træning.`,
        examination: 'Varusfejlstilling, bevægelighed 5-100 grader. Intakt hud. Gode pulse.',
        conclusion: `Artrose i ${side} knæ, klar til operation.`,
        plan: [
          'Spinal anæstesi',
          'Antibiotika og tranexamsyre',
          'Op at stå 3 timer efter',
          'Tromboseprofylakse under indlæggelsen',
        ],
        rounds: {
          better: ['Går med stokke, klarer trappe.'],
          slow: ['Moderate smerter ved bøjning, let kvalme.'],
          worse: ['Tiltagende smerter i læggen og hævelse.'],
        },
        roundExamination: 'Forbinding tør. Fri bevægelighed i fod.',
        roundPlan: () => [
          'Fuld støtte, træning × 3.',
          'Hjem, når kriterier er opfyldt. Agraffer fjernes efter 14 dage.',
        ],
        nursing: ['Is på knæet, smerter 3-4.', 'Ladt vandet uden problemer.'],
        physiotherapy: 'Bøjer til 70 grader, mangler 10 grader i stræk. Går 40 m med stokke. Trappe øvet.',
        operation: {
          at: 3.2,
          title: `Total knæalloplastik, ${side} (KNGB40)`,
          text: 'Midtlinjeincision. Knoglesnit efter guide, cementeret protese, stabil i stræk og bøjning. Lokalinfiltration. Blodtab 150 ml.',
        },
      },
      tasks: ['Træning × 3', 'Udskrivelsessamtale'],
    };
  },
};
