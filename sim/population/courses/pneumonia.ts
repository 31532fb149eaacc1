import { formulary } from '../tables/formulary.ts';
import type { CourseDefinition } from '../course.ts';

/** Community-acquired pneumonia: three to five days of intravenous treatment, CRP halved by day three. */
export const pneumonia: CourseDefinition = {
  ages: [44, 93],
  days: [1, 7],
  problems: {
    hypertension: 0.45,
    diabetes2: 0.2,
    heartFailure: 0.2,
    atrialFibrillation: 0.18,
    dementia: 0.1,
    depression: 0.12,
    hypothyroidism: 0.08,
    kidneyDisease: 0.12,
  },
  course: ({ tolerated, random, has, age }) => {
    const antibiotic = tolerated('benzylpenicillin');
    const tablet = tolerated('amoxicillin');
    const side = random.pick(['venstre', 'højre']);
    const lobe = random.pick(['basalt', 'i mellemfeltet', 'basalt']);
    return {
      diagnoses: [['DJ189', 'Pneumoni UNS']],
      reason: 'Pneumoni',
      vitals: {
        respiration: [
          [0, 27],
          [24, 24],
          [72, 20],
          [120, 17],
        ],
        spo2: [
          [0, 92],
          [24, 93.5],
          [72, 95],
          [120, 96.5],
        ],
        oxygen: [
          [0, 3],
          [24, 2],
          [60, 1],
          [84, 0],
        ],
        pulse: [
          [0, 108],
          [24, 96],
          [72, 82],
        ],
        systolic: [
          [0, 118],
          [24, 122],
          [72, 130],
        ],
        temperature: [
          [0, 39.1],
          [24, 38.4],
          [60, 37.6],
          [96, 37],
        ],
      },
      laboratory: {
        crp: [
          [0, 168],
          [18, 224],
          [42, 148],
          [66, 88],
          [120, 32],
        ],
        leukocytes: [
          [0, 17.1],
          [42, 13.2],
          [90, 9.2],
        ],
        neutrophils: [
          [0, 14.6],
          [42, 10.4],
          [90, 6],
        ],
        haemoglobin: [
          [0, 8.2],
          [72, 7.8],
        ],
        thrombocytes: [
          [0, 240],
          [96, 345],
        ],
        sodium: [
          [0, 135],
          [72, 138],
        ],
        potassium: [
          [0, 4],
          [72, 4.2],
        ],
        creatinine: [
          [0, 98],
          [72, 80],
        ],
        urea: [
          [0, 8.4],
          [72, 6],
        ],
        albumin: [
          [0, 35],
          [72, 32],
        ],
        lactate: [
          [0, 1.7],
          [24, 1],
        ],
        glucose: [
          [0, 7.6],
          [72, 6.2],
        ],
      },
      daily: ['crp', 'leukocytes', 'haemoglobin', 'sodium', 'potassium', 'creatinine'],
      drugs: [
        {
          drug: antibiotic,
          from: 1.3,
          atOnce: true,
          to: 76,
          because: 'Skift til peroral behandling',
          indication: 'mod pneumoni',
        },
        { drug: tablet, from: 76, indication: 'mod pneumoni' },
        { drug: 'paracetamol', from: 1.5 },
        { drug: 'saltWaterInhalation', from: 3 },
        { drug: 'dalteparin', from: 5 },
        {
          drug: 'sodiumChloride',
          from: 1.5,
          to: 26,
          infusion: { everyHours: 8, rate: 125, unit: 'ml/time' },
        },
        { drug: 'salbutamol', from: 3, asNeeded: 0.9 },
      ],
      pauses: {
        metformin: 'Akut infektion og nedsat nyrefunktion',
        empagliflozin: 'Akut infektion',
        losartan: 'Lavt blodtryk',
        ramipril: 'Lavt blodtryk',
      },
      reports: [
        {
          kind: 'RAD',
          name: 'Rtg thorax',
          at: 2,
          answeredAfter: 1.5,
          text: `Konsolidering ${lobe} i ${side} lunge, foreneligt med pneumoni.${has('heartFailure') ? ' Let forstørret hjerteskygge.' : ''} Ingen pleuravæske.`,
        },
        {
          kind: 'EC',
          name: 'EKG',
          at: 0.6,
          answeredAfter: 0.5,
          text: has('atrialFibrillation')
            ? 'Atrieflimren med frekvens 104. Ingen akutte iskæmiforandringer.'
            : 'Sinustakykardi, frekvens 106. Ingen akutte iskæmiforandringer.',
        },
        {
          kind: 'MB',
          name: 'Bloddyrkning × 2',
          at: 0.9,
          answeredAfter: 122,
          text: 'Ingen vækst efter 5 døgn.',
          preliminary: { after: 46, text: 'Foreløbigt: ingen vækst efter 2 døgn.' },
        },
        {
          kind: 'MB',
          name: 'Influenza A/B, RSV og SARS-CoV-2 (PCR)',
          at: 1,
          answeredAfter: 4,
          text: 'Influenza A: negativ. Influenza B: negativ. RSV: negativ. SARS-CoV-2: negativ.',
        },
        {
          kind: 'MB',
          name: 'Pneumokok- og legionella-antigen i urin',
          at: 5,
          answeredAfter: 8,
          text: random.pick([
            'Pneumokokantigen: positiv. Legionella-antigen: negativ.',
            'Pneumokokantigen: negativ. Legionella-antigen: negativ.',
          ]),
        },
      ],
      orders: [
        {
          category: 'billeddiagnostik',
          what: 'Rtg thorax, kontrol',
          inHours: 1.5,
          place: 'Røntgenafdelingen',
          urgent: true,
        },
        { category: 'fysioterapi', what: 'Lungefysioterapi', inHours: 14 },
      ],
      notes: {
        admittedWith: 'via akutmodtagelsen med feber og åndenød',
        history: `Gennem ${random.whole(3, 6)} dage tiltagende hoste med gulligt ekspektorat, feber op til 39,5 og åndenød ved gang på trappe. Spist og drukket lidt. Ingen brystsmerter ud over stik i ${side} side ved dyb indånding.`,
        examination: `Medtaget, taler i hele sætninger. St.p.: krepitation ${lobe} over ${side} lunge. St.c.: ${has('atrialFibrillation') ? 'uregelmæssig aktion' : 'regelmæssig aktion'}, ingen mislyde. Abdomen blødt og uømt. ${has('heartFailure') ? 'Lette deklive ødemer.' : 'Ingen deklive ødemer.'}`,
        conclusion: `Samfundserhvervet pneumoni ${lobe} på ${side} side, CURB-65 ${age >= 65 ? 2 : 1}.`,
        plan: [
          `Inj. ${formulary[antibiotic].generic} i.v. efter bloddyrkning`,
          'Ilt til saturation 94-98 %',
          'Væske i.v. det første døgn',
          'Rtg thorax og PCR for luftvejsvirus',
          'Mobilisering og lungefysioterapi',
        ],
        rounds: {
          better: [
            'Føler sig bedre tilpas, hoster mindre og har fået appetit.',
            'Mindre åndenød, har været oppe at gå på stuen.',
            'I bedring, sover bedre om natten.',
          ],
          slow: [
            'Fortsat træt og forpustet ved mobilisering.',
            'Uændret hoste med sejt ekspektorat, drikker lidt.',
          ],
          worse: ['Tiltagende åndenød og træthed gennem de sidste timer, hoster svagt.'],
        },
        roundExamination: `St.p.: krepitation ${lobe} på ${side} side.`,
        roundPlan: (voice) => [
          voice.hours < 72
            ? `Fortsæt ${formulary[antibiotic].generic} i.v., skift til peroral behandling ved CRP < 80 og afebril.`
            : `Peroral ${formulary[tablet].generic}, i alt 7 døgns behandling.`,
          'PEP-fløjte og mobilisering.',
          ...(has('heartFailure') ? ['Vægt dagligt.'] : []),
        ],
        nursing: [
          'Hoster, sparsomt ekspektorat. Hjulpet med PEP-fløjte.',
          'Drikker lidt, tilbydes saft og proteindrik.',
          'Mobiliseret til stol to gange i vagten.',
          'Hoster gulligt slim op, PEP-fløjte hver time i vågen tilstand.',
        ],
        physiotherapy:
          'Instrueret i PEP-fløjte 10 × 3 hver anden time og stødteknik. Gangtræning på gangen med rollator cirka 20 m, hvilepause undervejs. Plan: dagligt tilsyn.',
      },
      tasks: [
        'PEP-fløjte hver 2. time',
        'Ekspektorat til dyrkning',
        'Iltbehov vurderes, forsøg på aftrapning',
      ],
    };
  },
};
