import type { CourseDefinition } from '../course.ts';

/** A preterm newborn on CPAP, growing. */
export const pretermNewborn: CourseDefinition = {
  ages: [0, 0],
  days: [3, 12],
  problems: {},
  course: ({ random, person }) => {
    const week = random.whole(29, 33);
    return {
      child: true,
      newborn: true,
      diagnoses: [
        ['DP073', 'Andre præmature børn'],
        ['DP220', 'Respiratory distress syndrom hos nyfødt'],
      ],
      reason: `Præmatur, GA ${week}`,
      vitals: {
        respiration: [
          [0, 64],
          [48, 56],
          [160, 50],
        ],
        spo2: [
          [0, 91],
          [48, 94],
          [160, 96],
        ],
        pulse: [
          [0, 158],
          [160, 148],
        ],
        temperature: [
          [0, 36.5],
          [24, 36.9],
        ],
      },
      laboratory: {
        bilirubin: [
          [0, 40],
          [72, 172],
          [140, 110],
        ],
        crp: [
          [0, 3],
          [30, 6],
        ],
        haemoglobin: [
          [0, 11],
          [150, 9.4],
        ],
        sodium: [[0, 139]],
        potassium: [[0, 4.8]],
        glucose: [
          [0, 3.1],
          [24, 4.4],
        ],
        ph: [
          [0, 7.28],
          [48, 7.35],
        ],
        pco2: [
          [0, 6.8],
          [60, 5.8],
        ],
      },
      daily: ['bilirubin', 'sodium', 'glucose'],
      drugs: [
        { drug: 'caffeine', from: 2, atOnce: true },
        { drug: 'vitaminK', dose: 1, from: 0.5, once: true },
        { drug: 'vitaminDDrops', from: 100 },
      ],
      reports: [
        {
          kind: 'RAD',
          name: 'Rtg thorax',
          at: 2,
          answeredAfter: 0.7,
          text: 'Let retikulogranulært mønster, foreneligt med let RDS.',
        },
        { kind: 'RAD', name: 'UL cerebrum', at: 70, answeredAfter: 2, text: 'Ingen blødning.' },
      ],
      orders: [{ category: 'laboratorium', what: 'P-Bilirubin, kontrol', inHours: 4 }],
      notes: {
        admittedWith: `født i uge ${week} med respiratorisk besvær`,
        history: `For tidligt født ${person.sex === 'female' ? 'pige' : 'dreng'}, GA ${week}+${random.whole(0, 6)}, fødselsvægt ${1250 + (week - 29) * 200 + random.whole(-12, 12) * 10} g. Apgar 7/1, 9/5. Lungemodning givet.`,
        examination: 'Indtrækninger, CPAP 6 cm H₂O. God tonus for alder. Abdomen blødt.',
        conclusion: 'Præmatur med let RDS.',
        plan: ['CPAP', 'Coffein', 'Sondemad, øges dagligt', 'Hud mod hud'],
        rounds: {
          better: ['Tåler sondemad, færre apnøer.', 'Trives, CPAP-pauser går godt.'],
          slow: ['Enkelte apnøer, retter sig ved stimulation.'],
          worse: ['Flere apnøer og desaturationer, blodprøver og dyrkning taget.'],
        },
        roundExamination: 'Let indtrukket, abdomen blødt.',
        roundPlan: () => [
          'Sondemad øges efter skema.',
          'CPAP aftrappes efter evne.',
          'Forældre oplæres i pleje.',
        ],
        nursing: ['Hud mod hud to timer, stabil.', 'Sondemad givet, ingen aspirat. Ble × 2.'],
      },
      tasks: ['Vejning', 'Forældreoplæring'],
    };
  },
};
