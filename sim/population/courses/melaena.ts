import type { CourseDefinition } from '../course.ts';

/** Upper gastrointestinal bleeding: haemoglobin falls, blood, endoscopy within a day. */
export const melaena: CourseDefinition = {
  ages: [42, 88],
  days: [1, 4],
  problems: {
    ischaemicHeart: 0.25,
    atrialFibrillation: 0.2,
    hypertension: 0.35,
    alcohol: 0.2,
    diabetes2: 0.15,
  },
  course: ({ random, hours }) => ({
    diagnoses: [
      ['DK921', 'Melæna'],
      ...(hours > 14
        ? [['DK264', 'Kronisk eller ikke specificeret ulcus duodeni med blødning'] as const]
        : []),
    ],
    reason: 'Melæna',
    vitals: {
      pulse: [
        [0, 112],
        [8, 98],
        [30, 82],
      ],
      systolic: [
        [0, 98],
        [8, 110],
        [30, 126],
      ],
      respiration: [
        [0, 20],
        [20, 16],
      ],
      temperature: [[0, 36.7]],
      spo2: [[0, 97]],
    },
    laboratory: {
      haemoglobin: [
        [0, 5.4],
        [7, 4.9],
        [18, 5.9],
        [60, 6.3],
      ],
      thrombocytes: [[0, 265]],
      inr: [[0, 1.1]],
      urea: [
        [0, 17],
        [30, 10],
        [60, 6],
      ],
      creatinine: [[0, 86]],
      sodium: [[0, 138]],
      potassium: [[0, 4.2]],
      lactate: [
        [0, 2.7],
        [10, 1.2],
      ],
      crp: [[0, 7]],
      albumin: [[0, 33]],
      alat: [[0, 30]],
      ferritin: [[0, 18]],
    },
    daily: ['haemoglobin', 'thrombocytes', 'urea', 'creatinine', 'potassium'],
    drugs: [
      { drug: 'pantoprazoleInjection', dose: 80, from: 0.5, once: true },
      { drug: 'pantoprazoleInjection', from: 4, to: 64, because: 'Skift til tablet' },
      { drug: 'pantoprazole', from: 64, times: ['08:00', '20:00'] },
      { drug: 'ringer', from: 0.3, to: 20, infusion: { everyHours: 8, rate: 125, unit: 'ml/time' } },
      { drug: 'tranexamicAcid', from: 0.8, to: 20, because: 'Blødning standset' },
      { drug: 'paracetamol', from: 4, asNeeded: 0.7 },
    ],
    pauses: {
      acetylsalicylicAcid: 'Blødende ulcus',
      apixaban: 'Blødende ulcus',
      clopidogrel: 'Blødende ulcus',
      amlodipine: 'Lavt blodtryk',
      losartan: 'Lavt blodtryk',
      ramipril: 'Lavt blodtryk',
    },
    reports: [
      {
        kind: 'RAD',
        name: 'Gastroskopi',
        at: 13,
        answeredAfter: 0.7,
        text: 'Ulcus i bulbus duodeni, 12 mm, Forrest IIa. Injiceret adrenalin og sat to klips, tørt felt. Biopsi til H. pylori.',
      },
      {
        kind: 'PAT',
        name: 'Biopsi, antrum',
        at: 13.2,
        answeredAfter: 70,
        text: 'Kronisk aktiv gastritis. Helicobacter pylori påvist.',
      },
      {
        kind: 'EC',
        name: 'EKG',
        at: 0.5,
        answeredAfter: 0.3,
        text: 'Sinustakykardi, frekvens 110. Ingen iskæmi.',
      },
    ],
    orders:
      hours < 13
        ? [
            { category: 'tilsyn', what: 'Gastroskopi', inHours: 1.5, place: 'Endoskopi', urgent: true },
            { category: 'blodbank', what: '2 portioner SAG-M', inHours: 0.3, urgent: true },
          ]
        : [
            { category: 'laboratorium', what: 'B-Hæmoglobin, kontrol', inHours: 2, urgent: true },
            { category: 'tilsyn', what: 'Gastroskopi, kontrol', inHours: 16, place: 'Endoskopi' },
          ],
    notes: {
      admittedWith: 'med sort afføring og svimmelhed',
      history: `To dage med sort, tjæreagtig afføring, svimmel ved stilling op. Har taget ${random.pick(['ibuprofen mod rygsmerter', 'smertestillende håndkøbsmedicin'])} gennem to uger.`,
      examination: 'Bleg, perifert kølig. Abdomen blødt, ømhed i epigastriet. Rektaleksploration: melæna.',
      conclusion: 'Øvre gastrointestinal blødning, Glasgow-Blatchford 11.',
      plan: [
        'To store venekanyler, BAS-test og 2 portioner SAG-M',
        'Pantoprazol i.v.',
        'Gastroskopi inden for 24 timer',
        'Hæmoglobin hver 6. time',
      ],
      rounds: {
        better: ['Ingen ny blødning, mere kræfter.', 'Afføring er blevet brun, spiser alm. kost.'],
        slow: ['Træt, svimmel ved stilling op. Sort afføring × 1.'],
        worse: ['Ny blodig opkastning, klam og hurtig puls.'],
      },
      roundExamination: 'Abdomen blødt, uømt.',
      roundPlan: (voice) => [
        voice.hours < 13 ? 'Faste til gastroskopi.' : 'Pantoprazol fortsættes, fri kost.',
        (voice.newest('haemoglobin') ?? 8) < 4.9 ? 'Transfusion i dag.' : 'Hæmoglobin følges.',
        'Undgå NSAID. Eradikation ved H. pylori.',
      ],
      nursing: [
        'Afføring observeret, sort × 1.',
        'SAG-M givet uden reaktion.',
        'Hjulpet på toilettet, svimmel ved stilling op.',
      ],
    },
    tasks: ['Afføringsskema', 'Hæmoglobin kl. 18'],
  }),
};
