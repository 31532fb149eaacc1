import type { CourseDefinition } from '../course.ts';

/** Investigation of a lung tumour under admission. */
export const lungTumour: CourseDefinition = {
  ages: [54, 82],
  days: [1, 4],
  problems: { copd: 0.5, hypertension: 0.35, depression: 0.1 },
  course: ({ random, hours }) => {
    const side = random.pick(['højre', 'venstre']);
    return {
      diagnoses: [['DC349', 'Kræft i lunge UNS']],
      reason: 'Lungetumor, udredning',
      vitals: {
        respiration: [
          [0, 20],
          [48, 19],
        ],
        spo2: [[0, 95]],
        pulse: [[0, 88]],
        systolic: [[0, 128]],
        temperature: [[0, 37.3]],
      },
      laboratory: {
        crp: [
          [0, 34],
          [60, 28],
        ],
        leukocytes: [[0, 10.4]],
        haemoglobin: [[0, 7.3]],
        thrombocytes: [[0, 420]],
        sodium: [
          [0, 131],
          [60, 134],
        ],
        potassium: [[0, 4]],
        calcium: [
          [0, 1.36],
          [48, 1.31],
        ],
        albumin: [[0, 34]],
        alkalinePhosphatase: [[0, 118]],
        alat: [[0, 28]],
        creatinine: [[0, 72]],
        inr: [[0, 1]],
      },
      daily: ['sodium', 'calcium', 'crp', 'haemoglobin'],
      drugs: [
        { drug: 'paracetamol', from: 2 },
        { drug: 'morphine', from: 2, asNeeded: 1 },
        { drug: 'sodiumChloride', from: 2, to: 40, infusion: { everyHours: 10, rate: 100, unit: 'ml/time' } },
        { drug: 'dalteparin', from: 8 },
      ],
      reports: [
        {
          kind: 'RAD',
          name: 'CT thorax og øvre abdomen',
          at: 4,
          answeredAfter: 3,
          text: `Spikuleret tumor 38 mm i ${side} overlap. Forstørrede hilære og mediastinale lymfeknuder. Lever og binyrer upåfaldende.`,
        },
        {
          kind: 'PAT',
          name: 'Bronkialbiopsi',
          at: 44,
          answeredAfter: 70,
          text: 'Adenokarcinom, TTF-1 positiv. PD-L1 afventes.',
        },
      ],
      orders:
        hours < 44
          ? [{ category: 'tilsyn', what: 'Bronkoskopi med EBUS', inHours: 15, place: 'Endoskopi' }]
          : [{ category: 'billeddiagnostik', what: 'PET-CT', inHours: 17, place: 'Nuklearmedicin' }],
      notes: {
        admittedWith: 'til udredning i kræftpakke',
        history: `Tre måneders hoste, vægttab ${random.whole(5, 9)} kg og blodstribet opspyt. Tidligere ryger.`,
        examination: `St.p.: svækket respirationslyd over ${side} top. Ingen forstørrede lymfeknuder. Ingen neurologiske udfald.`,
        conclusion: 'Mistanke om primær lungecancer, let hyperkalcæmi og hyponatriæmi.',
        plan: ['CT thorax', 'Bronkoskopi med EBUS', 'PET-CT', 'MDT-konference'],
        rounds: {
          better: ['Uændret hoste, sovet bedre.', 'Afklaret, har talt med familien.'],
          slow: ['Træt, hoster med lidt blod.'],
          worse: ['Øget hæmoptyse og åndenød.'],
        },
        roundExamination: `Svækket respirationslyd over ${side} top.`,
        roundPlan: () => [
          'Pakkeforløb følges, svar gives ved samtale med pårørende.',
          'Natrium og calcium følges.',
        ],
        nursing: ['Samtale om situationen, pårørende inddraget.', 'Spist lidt, energidrik tilbudt.'],
      },
      tasks: ['Fastevejledning til bronkoskopi', 'Pårørendesamtale'],
    };
  },
};
