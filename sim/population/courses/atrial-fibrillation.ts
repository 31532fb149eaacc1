import type { CourseDefinition } from '../course.ts';

/** Rapid atrial fibrillation: rate control, anticoagulation, echocardiography. */
export const atrialFibrillation: CourseDefinition = {
  ages: [55, 88],
  days: [1, 4],
  problems: {
    hypertension: 0.55,
    ischaemicHeart: 0.2,
    heartFailure: 0.15,
    diabetes2: 0.15,
    hypothyroidism: 0.12,
    prostate: 0.2,
  },
  course: ({ hours }) => ({
    diagnoses: [['DI489', 'Atrieflimren UNS']],
    reason: hours > 60 ? 'Atrieflimren, afklaret' : 'Atrieflimren',
    vitals: {
      pulse: [
        [0, 144],
        [4, 118],
        [20, 94],
        [60, 78],
      ],
      systolic: [
        [0, 118],
        [10, 122],
        [48, 132],
      ],
      respiration: [
        [0, 20],
        [12, 17],
      ],
      spo2: [
        [0, 96],
        [24, 97],
      ],
      temperature: [[0, 36.8]],
    },
    laboratory: {
      troponin: [
        [0, 18],
        [6, 21],
        [30, 14],
      ],
      proBnp: [[0, 180]],
      tsh: [[0, 2.1]],
      potassium: [
        [0, 3.5],
        [20, 3.9],
      ],
      magnesium: [
        [0, 0.7],
        [24, 0.8],
      ],
      sodium: [[0, 139]],
      creatinine: [[0, 86]],
      haemoglobin: [[0, 8.7]],
      crp: [[0, 6]],
      inr: [[0, 1.1]],
      thrombocytes: [[0, 240]],
      alat: [[0, 27]],
    },
    daily: ['potassium', 'magnesium', 'sodium', 'creatinine'],
    drugs: [
      {
        drug: 'metoprolol',
        dose: 50,
        from: 0.6,
        atOnce: true,
        times: ['08:00', '20:00'],
        to: 26,
        because: 'Dosis øget',
      },
      { drug: 'metoprolol', dose: 100, from: 26, times: ['08:00', '20:00'] },
      { drug: 'apixaban', from: 1, atOnce: true },
      { drug: 'digoxin', from: 5, to: 70, because: 'Frekvens under 90' },
      { drug: 'potassiumChloride', from: 2, to: 30, because: 'Kalium normaliseret' },
      { drug: 'paracetamol', from: 5, asNeeded: 0.4 },
    ],
    pauses: { amlodipine: 'Lavt blodtryk under frekvensregulering', acetylsalicylicAcid: 'Får apixaban' },
    reports: [
      {
        kind: 'EC',
        name: 'EKG',
        at: 0.2,
        answeredAfter: 0.2,
        text: 'Atrieflimren, frekvens 146. Ingen ST-forandringer.',
      },
      { kind: 'EC', name: 'EKG, kontrol', at: 22, answeredAfter: 0.3, text: 'Atrieflimren, frekvens 92.' },
      {
        kind: 'RAD',
        name: 'Ekkokardiografi',
        at: 28,
        answeredAfter: 1,
        text: 'LVEF 55 %. Let dilateret venstre atrium. Ingen klapsygdom af betydning.',
      },
    ],
    orders:
      hours < 26
        ? [
            {
              category: 'billeddiagnostik',
              what: 'Ekkokardiografi',
              inHours: 14,
              place: 'Hjertelaboratoriet',
            },
            { category: 'EKG', what: 'EKG, kontrol', inHours: 2 },
          ]
        : [{ category: 'tilsyn', what: 'Tid i AK-klinik', inHours: 20, place: 'Hjerteambulatoriet' }],
    notes: {
      admittedWith: 'med hjertebanken og åndenød',
      history:
        'Vågnede med uregelmæssig hjertebanken og svimmelhed. Ingen brystsmerter. Varighed ukendt, formentlig over to døgn.',
      examination:
        'St.c.: hurtig uregelmæssig aktion, ingen mislyde. St.p.: naturlige forhold. Ingen ødemer.',
      conclusion: 'Atrieflimren med hurtig ventrikelfrekvens, CHA₂DS₂-VASc 3.',
      plan: [
        'Frekvensregulering med metoprolol',
        'Apixaban',
        'Telemetri',
        'Ekkokardiografi, stofskifte- og væsketal',
      ],
      rounds: {
        better: ['Ingen hjertebanken, går frit omkring.', 'Velbefindende, god frekvenskontrol.'],
        slow: ['Mærker fortsat uregelmæssig puls ved gang.'],
        worse: ['Tiltagende åndenød og hurtig puls, svimmel.'],
      },
      roundExamination: 'St.c.: uregelmæssig aktion. Ingen ødemer.',
      roundPlan: (voice) => [
        voice.hours < 26 ? 'Metoprolol øges ved frekvens over 100.' : 'Metoprolol uændret.',
        'Apixaban fortsættes.',
        'DC-konvertering planlægges efter 4 ugers AK-behandling.',
      ],
      nursing: [
        'Telemetri: atrieflimren med acceptabel frekvens.',
        'Oppegående, ingen svimmelhed.',
        'Informeret om blodfortyndende behandling.',
      ],
    },
    tasks: ['Telemetri aflæses', 'AK-undervisning'],
  }),
};
