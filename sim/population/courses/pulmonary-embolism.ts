import type { CourseDefinition } from '../course.ts';

/** Pulmonary embolism at low to intermediate risk. */
export const pulmonaryEmbolism: CourseDefinition = {
  ages: [34, 84],
  days: [1, 3],
  problems: { hypertension: 0.3, depression: 0.1, diabetes2: 0.1 },
  course: ({ random }) => ({
    diagnoses: [['DI269', 'Lungeemboli uden akut cor pulmonale']],
    reason: 'Lungeemboli',
    vitals: {
      pulse: [
        [0, 112],
        [24, 94],
        [60, 82],
      ],
      respiration: [
        [0, 25],
        [24, 20],
        [60, 17],
      ],
      spo2: [
        [0, 92],
        [24, 94],
        [60, 96],
      ],
      oxygen: [
        [0, 2],
        [20, 1],
        [36, 0],
      ],
      systolic: [
        [0, 118],
        [30, 126],
      ],
      temperature: [[0, 37.4]],
    },
    laboratory: {
      dDimer: [[0, 4.8]],
      troponin: [
        [0, 24],
        [20, 18],
      ],
      proBnp: [[0, 92]],
      crp: [
        [0, 32],
        [48, 24],
      ],
      leukocytes: [[0, 9.4]],
      haemoglobin: [[0, 8.6]],
      thrombocytes: [[0, 232]],
      creatinine: [[0, 78]],
      sodium: [[0, 139]],
      potassium: [[0, 4]],
      ph: [[0, 7.47]],
      pco2: [[0, 4.1]],
      po2: [
        [0, 8.3],
        [24, 9.6],
      ],
      lactate: [[0, 1.6]],
    },
    daily: ['crp', 'haemoglobin', 'thrombocytes', 'creatinine'],
    drugs: [
      { drug: 'tinzaparin', from: 0.8, atOnce: true, to: 22, because: 'Skift til tablet' },
      { drug: 'rivaroxaban', from: 22 },
      { drug: 'paracetamol', from: 2 },
      { drug: 'morphine', from: 2, asNeeded: 0.8 },
    ],
    reports: [
      {
        kind: 'RAD',
        name: 'CT pulmonal-angiografi',
        at: 2,
        answeredAfter: 1,
        text: 'Embolier i segmentarterier til højre underlap og mellemlap. RV/LV-ratio 0,9. Ingen infarkt.',
      },
      { kind: 'EC', name: 'EKG', at: 0.3, answeredAfter: 0.3, text: 'Sinustakykardi, frekvens 110.' },
      { kind: 'RAD', name: 'UL dybe vener', at: 20, answeredAfter: 1, text: 'Trombe i venstre v. poplitea.' },
    ],
    orders: [
      { category: 'billeddiagnostik', what: 'Ekkokardiografi', inHours: 14, place: 'Hjertelaboratoriet' },
    ],
    notes: {
      admittedWith: 'med pludselig åndenød',
      history: `Pludseligt indsættende åndenød og stik i højre side. ${random.pick(['Lang flyrejse for en uge siden.', 'Ben i gips for tre uger siden.', 'Ingen udløsende faktor.'])} Ingen hæmoptyse.`,
      examination:
        'St.p.: naturlige forhold. St.c.: hurtig regelmæssig aktion. Venstre læg 3 cm tykkere end højre.',
      conclusion: 'Lungeemboli, PESI klasse II-III.',
      plan: [
        'Lavmolekylært heparin, herefter rivaroxaban',
        'Ilt efter behov',
        'Ekkokardiografi og UL af ben',
      ],
      rounds: {
        better: ['Mindre åndenød, ingen stik.', 'Oppegående uden ilt det meste af dagen.'],
        slow: ['Fortsat forpustet ved gang.'],
        worse: ['Ny pludselig åndenød og hurtig puls.'],
      },
      roundExamination: 'St.p. naturlig.',
      roundPlan: () => ['Antikoagulation i mindst 3 måneder.', 'Ambulant opfølgning i tromboseklinik.'],
      nursing: ['Informeret om blodfortyndende medicin.', 'Gået på gangen, pauser undervejs.'],
    },
    tasks: ['Iltaftrapning', 'Tid i tromboseklinik'],
  }),
};
