import type { CourseDefinition } from '../course.ts';

/** Hip fracture: operated within a day, mobilised the day after, haemoglobin falls. */
export const hipFracture: CourseDefinition = {
  ages: [68, 95],
  days: [1, 8],
  problems: {
    hypertension: 0.5,
    osteoporosis: 0.55,
    dementia: 0.25,
    atrialFibrillation: 0.2,
    heartFailure: 0.15,
    diabetes2: 0.12,
    parkinson: 0.08,
    kidneyDisease: 0.1,
    depression: 0.12,
  },
  course: ({ random, hours, has, tolerated }) => {
    const side = random.pick(['højre', 'venstre']);
    const neck = random.chance(0.55);
    const operated = hours > 17;
    const opioid = tolerated('morphine') === 'morphine' ? 'morfin' : 'oxycodon';
    return {
      diagnoses: neck ? [['DS720', 'Fraktur af lårbenshals']] : [['DS721', 'Pertrokantær femurfraktur']],
      reason: operated ? `Hoftefraktur ${side} side, opereret` : `Hoftefraktur ${side} side`,
      vitals: {
        pulse: [
          [0, 92],
          [18, 90],
          [48, 82],
          [96, 76],
        ],
        systolic: [
          [0, 148],
          [18, 118],
          [40, 124],
          [96, 132],
        ],
        respiration: [
          [0, 18],
          [20, 17],
          [96, 15],
        ],
        spo2: [
          [0, 96],
          [18, 94.5],
          [60, 96],
        ],
        oxygen: [
          [0, 0],
          [15, 0],
          [16, 2],
          [34, 1],
          [44, 0],
        ],
        temperature: [
          [0, 36.8],
          [26, 37.8],
          [72, 37.2],
        ],
      },
      laboratory: {
        haemoglobin: [
          [0, 8.1],
          [20, 6.9],
          [44, 6.4],
          [90, 6.9],
          [160, 7.3],
        ],
        crp: [
          [0, 9],
          [24, 88],
          [48, 136],
          [96, 64],
          [160, 25],
        ],
        leukocytes: [
          [0, 10.2],
          [30, 11],
          [90, 8],
        ],
        sodium: [
          [0, 138],
          [72, 136],
        ],
        potassium: [
          [0, 4],
          [48, 3.7],
          [96, 4],
        ],
        creatinine: [
          [0, 82],
          [40, 96],
          [96, 80],
        ],
        albumin: [
          [0, 37],
          [48, 29],
        ],
        thrombocytes: [
          [0, 230],
          [96, 310],
        ],
        inr: [[0, 1]],
      },
      daily: ['haemoglobin', 'crp', 'sodium', 'potassium', 'creatinine'],
      drugs: [
        { drug: 'paracetamol', from: 0.8, atOnce: true },
        { drug: 'morphine', from: 1, asNeeded: 2.4 },
        { drug: 'dalteparin', from: 22, indication: 'forebyggelse af blodprop efter operation' },
        { drug: 'macrogol', from: 20 },
        { drug: 'picosulfate', from: 20 },
        {
          drug: 'cloxacillin',
          dose: 2,
          from: 15.4,
          once: true,
          indication: 'forebyggelse af infektion under operation',
        },
        { drug: 'ringer', from: 1.5, to: 30, infusion: { everyHours: 10, rate: 100, unit: 'ml/time' } },
        { drug: 'ondansetron', from: 17, asNeeded: 0.3 },
        { drug: 'calciumVitaminD', from: 40 },
        { drug: 'ironOral', from: 66 },
      ],
      pauses: {
        apixaban: 'Operation, genoptages efter aftale',
        ramipril: 'Operation, lavt blodtryk',
        losartan: 'Operation, lavt blodtryk',
        metformin: 'Faste før operation',
      },
      reports: [
        {
          kind: 'RAD',
          name: 'Rtg bækken og hofte',
          at: 0.8,
          answeredAfter: 0.8,
          text: neck
            ? `Disloceret medial collum femoris-fraktur på ${side} side.`
            : `Pertrokantær fraktur på ${side} side med afsprængt trochanter minor.`,
        },
        {
          kind: 'RAD',
          name: 'Rtg hofte, postoperativ kontrol',
          at: 30,
          answeredAfter: 3,
          text: neck
            ? 'Hemialloplastik i god stilling. Ingen fraktur omkring protesen.'
            : 'Marvsøm i god stilling, frakturen reponeret.',
        },
        {
          kind: 'EC',
          name: 'EKG',
          at: 1,
          answeredAfter: 0.4,
          text: has('atrialFibrillation')
            ? 'Atrieflimren, frekvens 88.'
            : 'Sinusrytme, frekvens 86. Normale forhold.',
        },
      ],
      orders: operated
        ? [
            {
              category: 'fysioterapi',
              what: 'Mobilisering efter hoftefraktur',
              inHours: 3,
              place: 'Afdelingen',
            },
            { category: 'tilsyn', what: 'Geriatrisk tilsyn', inHours: 16 },
          ]
        : [
            { category: 'blodbank', what: 'Type, BAS-test', inHours: 0.5, urgent: true },
            {
              category: 'tilsyn',
              what: 'Operation, hoftefraktur',
              inHours: 6,
              place: 'Operationsgangen, stue 4',
              urgent: true,
            },
          ],
      notes: {
        admittedWith: 'efter fald i hjemmet',
        history: `Snublet over dørtrin og faldet på ${side} side. Kunne ikke rejse sig. Ikke slået hovedet, ikke besvimet. Boede før alene og gik med rollator udendørs.`,
        examination: `${side.charAt(0).toUpperCase()}${side.slice(1)} ben forkortet og udadroteret, stærke smerter ved bevægelse. God perifer puls og følesans. Ingen hudafskrabninger. St.p.: naturlige forhold.`,
        conclusion: `${neck ? 'Medial' : 'Pertrokantær'} hoftefraktur på ${side} side, klar til operation.`,
        plan: [
          'Nerveblokade i skadestuen, herefter paracetamol og opioid p.n.',
          'Faste, BAS-test og operation inden for 24 timer',
          'Blodfortyndende medicin pauseres',
          'Tromboseprofylakse efter operationen',
        ],
        rounds: {
          better: [
            'Kommer godt med i genoptræningen, smerter acceptable.',
            'Har gået på stuen med gangbord, spiser bedre.',
          ],
          slow: [
            'Smerter ved bevægelse, træt og lidt kvalmepåvirket.',
            'Svært ved at komme op af sengen, svimmel ved stillingsskift.',
          ],
          worse: ['Tiltagende sløv og forpustet siden i nat, blodtrykket er faldet.'],
        },
        roundExamination: operated
          ? 'Forbinding tør, låret blødt. Fri bevægelighed i fod og tæer.'
          : 'Ben lejret på pude, god perifer puls.',
        roundPlan: (voice) => [
          voice.hours < 17
            ? 'Faste, operation senere i dag.'
            : 'Fuld støtte tilladt, op at sidde til alle måltider.',
          (voice.newest('haemoglobin') ?? 8) < 6.2
            ? 'Lavt hæmoglobin: 1 portion SAG-M i dag.'
            : 'Hæmoglobin følges.',
          'Faldudredning og osteoporosebehandling planlægges.',
        ],
        nursing: [
          'Mobiliseret til stol med to personer, god hjælp af paracetamol før.',
          `Givet p.n. ${opioid} før mobilisering, god virkning.`,
          'Hæle aflastet, hud uden tryk.',
          'Har haft afføring. Spist godt til frokost.',
        ],
        ...(operated
          ? {
              physiotherapy:
                'Mobiliseret til stående med gangbord og én hjælper, gået 8 m. CAS 3. Smerter ved gang moderate. Træner igen i morgen.',
              operation: {
                at: 15.5,
                title: neck
                  ? 'Cementeret hemialloplastik i hofteled (KNFB12)'
                  : 'Osteosyntese med marvsøm i øvre femur (KNFJ51)',
                text: `Spinal anæstesi. Lejring på ${neck ? 'rask side' : 'strækbord'}. Profylaktisk antibiotikum givet før incision. ${neck ? 'Posterolateral adgang, caput fjernet, protese cementeret, stabil i alle stillinger.' : 'Frakturen reponeret i gennemlysning, marvsøm og glideskrue indsat, god stilling.'} Blodtab ${random.whole(15, 35) * 10} ml. Ingen komplikationer. Fuld støtte tilladt. Tromboseprofylakse fra 6 timer efter operationen.`,
              },
            }
          : {}),
      },
      tasks: [
        'Mobilisering × 3 dagligt',
        'Urinscanning efter kateterfjernelse',
        'Genoptræningsplan til kommunen',
      ],
      flags: [['fall-risk', 'Faldrisiko']],
      dischargeTo: random.pick(['eget hjem med hjemmehjælp', 'midlertidig plads i kommunen']),
    };
  },
};
