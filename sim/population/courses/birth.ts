import type { CourseDefinition } from '../course.ts';

/** An uncomplicated birth: in labour until hour seven, then the maternity stay. The newborn has a chart of its own. */
export const birth: CourseDefinition = {
  ages: [21, 41],
  sex: 'female',
  days: [1, 3],
  problems: { hypothyroidism: 0.08, depression: 0.08 },
  course: ({ random, hours }) => {
    const born = hours > 7;
    const parity = random.whole(1, 3);
    const bleeding = random.whole(25, 55) * 10;
    return {
      diagnoses: born
        ? [['DO809', 'Spontan fødsel UNS']]
        : [['DO800', 'Spontan fødsel i baghovedpræsentation']],
      reason: born ? 'Spontan fødsel, barsel' : 'I fødsel',
      vitals: {
        pulse: [
          [0, 88],
          [6.5, 98],
          [10, 84],
          [30, 76],
        ],
        systolic: [
          [0, 124],
          [6, 132],
          [10, 118],
          [30, 116],
        ],
        diastolic: [
          [0, 76],
          [30, 70],
        ],
        respiration: [
          [0, 16],
          [6, 19],
          [12, 15],
        ],
        temperature: [
          [0, 36.9],
          [8, 37.4],
          [24, 36.8],
        ],
        spo2: [[0, 98]],
      },
      laboratory: {
        haemoglobin: [
          [0, 7.4],
          [20, 6.8],
        ],
        thrombocytes: [[0, 210]],
        leukocytes: [
          [0, 11],
          [20, 13],
        ],
      },
      daily: [],
      drugs: [
        { drug: 'oxytocin', from: 7.05, once: true },
        { drug: 'paracetamol', from: 8, times: ['08:00', '14:00', '20:00'] },
        { drug: 'ibuprofen', from: 8.5 },
        { drug: 'macrogol', from: 14 },
        { drug: 'ironOral', from: 20 },
      ],
      reports: [
        {
          kind: 'MB',
          name: 'GBS, hurtigtest',
          at: 0.5,
          answeredAfter: 1,
          text: 'Gruppe B-streptokokker: negativ.',
        },
      ],
      orders: born ? [] : [{ category: 'blodbank', what: 'Type og screentest', inHours: 0.5 }],
      notes: {
        admittedWith: `i fødsel, gestationsalder 39+${random.whole(0, 6)}, G${parity}P${parity - 1}`,
        history:
          'Regelmæssige veer hvert 3.-4. minut siden i nat. Vandafgang med klart fostervand. Mærker liv. Ukompliceret graviditet.',
        examination:
          'Orificium 5 cm, ledende del i bækkenindgangen. Hjertelyd 140, normal CTG. Uterus afslappet mellem veer.',
        conclusion: 'Aktiv fødsel, alt vel med mor og barn.',
        plan: [
          'Intermitterende CTG',
          'Smertelindring efter ønske',
          'Vandladning hver 3. time',
          'Profylaktisk oxytocin ved forløsning',
        ],
        rounds: {
          better: ['Velbefindende, ammer godt.', 'Har sovet lidt, barnet tager godt fat ved brystet.'],
          slow: ['Træt, men veltilpas.', 'Får hjælp til at lægge barnet til.'],
          worse: ['Tiltagende blødning og svimmelhed.'],
        },
        roundExamination: born
          ? 'Uterus velkontraheret en fingersbredde under navlen, sparsom blødning.'
          : 'Veer hvert 3. minut.',
        roundPlan: (voice) =>
          voice.hours < 7
            ? ['Fødslen følges med partogram.']
            : [
                'Ammevejledning, bristning efterset.',
                'Hjem efter aftale, hælprøve og hørescreening planlagt.',
              ],
        nursing: [
          'Amning: barnet sutter aktivt cirka 15 minutter. Vejledt i sutteteknik.',
          'Uterus kontraheret, sparsom blødning. Vandladning spontan.',
          'Begge forældre trygge ved pleje af barnet.',
        ],
        ...(born
          ? {
              others: [
                {
                  at: 7.6,
                  type: 'Fødselsnotat',
                  by: 'nurse',
                  text: `Spontan fødsel i regelmæssig baghovedstilling. Levende barn, skreg straks. Apgar 9/1, 10/5. Placenta spontan og hel efter 12 minutter. Blødning ${bleeding} ml. Førstegrads bristning, sutureret i lokalbedøvelse. Oxytocin 10 IE givet. Hud mod hud, første amning inden for en time.`,
                },
              ] as const,
            }
          : {}),
      },
      tasks: born ? ['Ammevejledning', 'Udskrivelsessamtale barsel'] : ['CTG', 'Vandladning noteres'],
    };
  },
};

/** The healthy newborn beside its mother. */
export const newborn: CourseDefinition = {
  ages: [0, 0],
  days: [1, 3],
  problems: {},
  course: ({ random, person }) => {
    const weight = random.whole(290, 410) * 10;
    return {
      child: true,
      diagnoses: [['DZ380', 'Enkeltfødt barn født på sygehus']],
      reason: 'Nyfødt, rask',
      vitals: {
        respiration: [
          [0, 52],
          [6, 46],
          [48, 42],
        ],
        spo2: [
          [0, 95],
          [3, 98],
        ],
        pulse: [
          [0, 148],
          [12, 132],
          [48, 126],
        ],
        temperature: [
          [0, 36.7],
          [3, 37],
          [48, 36.9],
        ],
      },
      laboratory: {},
      daily: [],
      drugs: [{ drug: 'vitaminK', from: 0.8, once: true }],
      reports: [],
      orders: [
        { category: 'laboratorium', what: 'Hælprøve (neonatal screening)', inHours: 16, place: 'Afdelingen' },
      ],
      notes: {
        admittedWith: `nyfødt ${person.sex === 'female' ? 'pige' : 'dreng'} til termin`,
        history: `Født ved spontan fødsel. Apgar 9/1, 10/5. Fødselsvægt ${weight} g, længde ${random.whole(49, 54)} cm, hovedomfang ${random.whole(34, 36)} cm.`,
        examination:
          'Rosa, god tonus. St.c. ingen mislyde, femoralispulse palperes. Hofter stabile. Gane og ryg intakt.',
        conclusion: 'Raskt, mature nyfødt barn.',
        plan: ['K-vitamin i.m.', 'Hud mod hud og tidlig amning', 'Hælprøve efter 48 timer', 'Hørescreening'],
        rounds: {
          better: ['Sutter godt, har haft afføring og vandladning.'],
          slow: ['Søvnig, vækkes til måltider.'],
          worse: ['Sutter dårligere end tidligere.'],
        },
        roundExamination: 'Ikke gullig, god hudfarve.',
        roundPlan: () => ['Amning på barnets signaler.', 'Hælprøve og hørescreening før udskrivelse.'],
        nursing: ['Ammet × 2 i vagten. Våd ble og mekonium.', 'Sover roligt hos mor. Navlestump tør.'],
      },
      tasks: ['Vejning', 'Hørescreening'],
    };
  },
};
