import type { CourseDefinition } from '../course.ts';

/** Sepsis from the urinary tract with E. coli in the blood: quick fluids and antibiotics, narrowed after the resistance. */
export const sepsis: CourseDefinition = {
  ages: [46, 90],
  days: [1, 7],
  problems: {
    hypertension: 0.4,
    diabetes2: 0.28,
    prostate: 0.35,
    kidneyDisease: 0.18,
    dementia: 0.1,
    atrialFibrillation: 0.15,
  },
  course: ({ random, tolerated }) => {
    const esbl = random.chance(0.2);
    return {
      diagnoses: [
        ['DA415', 'Sepsis forårsaget af andre gramnegative bakterier'],
        ['DN390', 'Urinvejsinfektion UNS'],
      ],
      reason: 'Sepsis, urinveje',
      vitals: {
        respiration: [
          [0, 28],
          [8, 24],
          [36, 19],
          [96, 16],
        ],
        spo2: [
          [0, 94],
          [24, 95.5],
          [60, 97],
        ],
        oxygen: [
          [0, 2],
          [12, 2],
          [30, 0],
        ],
        pulse: [
          [0, 124],
          [8, 108],
          [36, 90],
          [96, 78],
        ],
        systolic: [
          [0, 86],
          [4, 98],
          [24, 112],
          [72, 128],
        ],
        diastolic: [
          [0, 50],
          [24, 64],
          [72, 74],
        ],
        temperature: [
          [0, 39.8],
          [20, 38.7],
          [48, 37.6],
          [84, 36.9],
        ],
      },
      consciousness: (at) => (at < 5 ? 'C' : 'A'),
      laboratory: {
        crp: [
          [0, 142],
          [22, 286],
          [46, 210],
          [70, 118],
          [120, 45],
        ],
        leukocytes: [
          [0, 19.8],
          [40, 15],
          [90, 9.4],
        ],
        neutrophils: [
          [0, 17.6],
          [40, 12.4],
          [90, 6.4],
        ],
        lactate: [
          [0, 3.8],
          [6, 2.1],
          [20, 1.1],
        ],
        creatinine: [
          [0, 168],
          [24, 144],
          [72, 98],
        ],
        urea: [
          [0, 13.5],
          [72, 7],
        ],
        thrombocytes: [
          [0, 142],
          [36, 118],
          [96, 210],
        ],
        haemoglobin: [
          [0, 8.2],
          [48, 7.3],
        ],
        sodium: [
          [0, 134],
          [60, 138],
        ],
        potassium: [
          [0, 4.3],
          [36, 3.6],
          [80, 4],
        ],
        bilirubin: [
          [0, 24],
          [72, 12],
        ],
        alat: [
          [0, 58],
          [72, 36],
        ],
        inr: [
          [0, 1.3],
          [72, 1.1],
        ],
        glucose: [
          [0, 9.4],
          [48, 7],
        ],
        ph: [
          [0, 7.34],
          [8, 7.4],
        ],
        bicarbonate: [
          [0, 19],
          [20, 24],
        ],
        pco2: [
          [0, 4.1],
          [12, 4.9],
        ],
        albumin: [
          [0, 32],
          [72, 28],
        ],
      },
      daily: ['crp', 'leukocytes', 'haemoglobin', 'thrombocytes', 'sodium', 'potassium', 'creatinine'],
      drugs: [
        {
          drug: esbl ? 'meropenem' : 'piperacillin',
          from: 0.7,
          atOnce: true,
          ...(esbl ? {} : { to: 70, because: 'Skift efter resistensbestemmelse' }),
          indication: 'mod sepsis',
        },
        { drug: 'gentamicin', from: 0.8, once: true, indication: 'mod sepsis' },
        ...(esbl ? [] : [{ drug: 'ciprofloxacin', from: 70, indication: 'mod urosepsis' } as const]),
        { drug: 'ringer', from: 0.4, to: 30, infusion: { everyHours: 6, rate: 167, unit: 'ml/time' } },
        { drug: 'paracetamol', from: 1, atOnce: true },
        { drug: 'dalteparin', from: 6 },
        { drug: 'pantoprazole', from: 9 },
        { drug: 'ondansetron', from: 2, asNeeded: 0.5 },
      ],
      pauses: {
        metformin: 'Sepsis og nedsat nyrefunktion',
        empagliflozin: 'Sepsis',
        losartan: 'Lavt blodtryk',
        ramipril: 'Lavt blodtryk',
        amlodipine: 'Lavt blodtryk',
        furosemide: 'Nyrepåvirkning',
      },
      reports: [
        {
          kind: 'MB',
          name: 'Bloddyrkning × 2',
          at: 0.5,
          answeredAfter: 64,
          text: `Vækst af Escherichia coli i 2 af 2 sæt.${esbl ? ' ESBL-producerende.' : ''}`,
          preliminary: {
            after: 15,
            text: 'Foreløbigt: gramnegative stave i 2 af 2 sæt. Telefonisk meddelt afdelingen.',
          },
          resistance: [
            ['Ampicillin', 'R'],
            ['Piperacillin/tazobactam', esbl ? 'R' : 'S'],
            ['Cefuroxim', esbl ? 'R' : 'S'],
            ['Gentamicin', 'S'],
            ['Ciprofloxacin', esbl ? 'R' : 'S'],
            ['Meropenem', 'S'],
          ],
        },
        {
          kind: 'MB',
          name: 'Urindyrkning',
          at: 0.8,
          answeredAfter: 40,
          text: 'Escherichia coli > 10⁵/ml.',
          preliminary: { after: 20, text: 'Foreløbigt: gramnegative stave > 10⁵/ml.' },
        },
        {
          kind: 'RAD',
          name: 'CT urinveje',
          at: 6,
          answeredAfter: 2,
          text: 'Ingen konkrementer eller dilatation af afløbssystemet. Let perirenal stribning på højre side.',
        },
        { kind: 'EC', name: 'EKG', at: 0.5, answeredAfter: 0.3, text: 'Sinustakykardi, frekvens 122.' },
      ],
      orders: [
        { category: 'mikrobiologi', what: 'Bloddyrkning × 2, kontrol', inHours: 2 },
        {
          category: 'billeddiagnostik',
          what: 'UL nyrer og urinveje',
          inHours: 15,
          place: 'Ultralyd, røntgenafdelingen',
        },
      ],
      notes: {
        admittedWith: 'med ambulance på grund af feber og konfusion',
        history:
          'Et par dage med svie ved vandladning og lændesmerter. I dag kulderystelser, feber og påvirket bevidsthed. Fundet af pårørende i sengen.',
        examination:
          'Perifert varm, kapillærrespons 4 sekunder. Bankeøm over højre nyreloge. St.p.: naturlige forhold. Abdomen blødt, uømt. Ingen petekkier. Ingen nakkestivhed.',
        conclusion: 'Sepsis med udgangspunkt i urinvejene og påvirket nyrefunktion.',
        plan: [
          'Bloddyrkning × 2, derefter antibiotika inden for 1 time',
          'Ringer-acetat 30 ml/kg',
          'Timediurese, kateter à demeure',
          'Laktat gentages efter 4 timer',
          'CT urinveje for afløbshindring',
        ],
        rounds: {
          better: [
            'Klar og kontaktbar, føler sig langt bedre. Appetitten er på vej.',
            'Afebril det meste af døgnet, oppe i stol.',
          ],
          slow: ['Fortsat træt og medtaget, svarer relevant.', 'Kulderystelser i nat, nu mere rolig.'],
          worse: ['Faldende blodtryk trods væske, tiltagende sløvhed og lav diurese.'],
        },
        roundExamination: 'Varme ekstremiteter. Let ømhed over højre nyreloge. Kateter med klar urin.',
        roundPlan: (voice) => [
          voice.hours < 70
            ? `Fortsæt ${esbl || tolerated('piperacillin') !== 'piperacillin' ? 'meropenem' : 'piperacillin/tazobactam'} i.v. til endeligt dyrkningssvar.`
            : esbl
              ? 'Meropenem i.v. i alt 7 døgn efter resistenssvar.'
              : 'Ciprofloxacin peroralt, i alt 7 døgns behandling.',
          'Kreatinin og diurese følges.',
          'Kateter fjernes, når patienten er oppegående.',
        ],
        nursing: [
          'Timediurese målt, over 40 ml i timen.',
          'Kateter plejet, klar urin.',
          'Hjulpet op på sengekanten, svimmel i starten.',
          'Drikker godt, har spist yoghurt og brød.',
        ],
      },
      tasks: ['Timediurese', 'Kateter fjernes i morgen', 'Væske- og ernæringsregnskab'],
      ...(esbl ? { flags: [['isolation', 'Kontaktisolation (ESBL)']] as const } : {}),
    };
  },
};
