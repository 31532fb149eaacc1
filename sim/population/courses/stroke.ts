import type { CourseDefinition } from '../course.ts';

/** Ischaemic stroke: thrombolysed or not, swallowing test, rehabilitation from the first day. */
export const stroke: CourseDefinition = {
  ages: [52, 90],
  days: [1, 8],
  problems: {
    hypertension: 0.65,
    atrialFibrillation: 0.35,
    diabetes2: 0.25,
    ischaemicHeart: 0.2,
    priorStroke: 0.15,
    depression: 0.1,
  },
  course: ({ random, has, hours, age }) => {
    const side = random.pick(['højre', 'venstre']);
    const other = side === 'højre' ? 'venstre' : 'højre';
    // Not those who take blood thinners for atrial fibrillation, and seldom the oldest.
    const thrombolysed = !has('atrialFibrillation') && (age < 70 || random.chance(0.4));
    const nihss = random.whole(4, 13);
    return {
      diagnoses: [['DI639', 'Hjerneinfarkt UNS']],
      reason: thrombolysed ? 'Apopleksi, trombolyseret' : 'Apopleksi',
      vitals: {
        systolic: [
          [0, 176],
          [12, 166],
          [48, 152],
          [120, 142],
        ],
        diastolic: [
          [0, 96],
          [48, 84],
          [120, 80],
        ],
        pulse: [
          [0, 84],
          [48, 76],
        ],
        respiration: [[0, 17]],
        spo2: [[0, 96]],
        temperature: [
          [0, 36.9],
          [30, 37.4],
          [72, 37],
        ],
      },
      consciousness: (at) => (nihss > 11 && at < 10 ? 'V' : 'A'),
      laboratory: {
        haemoglobin: [[0, 8.7]],
        thrombocytes: [[0, 238]],
        inr: [[0, 1]],
        glucose: [
          [0, 8.1],
          [36, 6.8],
        ],
        sodium: [[0, 139]],
        potassium: [[0, 4]],
        creatinine: [[0, 82]],
        crp: [
          [0, 6],
          [40, 18],
          [90, 9],
        ],
        leukocytes: [
          [0, 8.9],
          [72, 8],
        ],
        cholesterolLdl: [[0, 3.6]],
        hba1c: [[0, 41]],
        tsh: [[0, 2]],
        troponin: [[0, 13]],
      },
      daily: ['crp', 'sodium', 'potassium', 'creatinine', 'haemoglobin'],
      drugs: [
        ...(thrombolysed
          ? [{ drug: 'alteplase', from: 0.6, once: true, indication: 'trombolyse af hjerneinfarkt' } as const]
          : []),
        has('atrialFibrillation')
          ? { drug: 'apixaban', from: 52, indication: 'forebyggelse af blodprop ved atrieflimren' }
          : { drug: 'clopidogrel', from: thrombolysed ? 26 : 2, atOnce: true },
        { drug: 'atorvastatin', dose: 80, from: 20 },
        { drug: 'paracetamol', from: 4, asNeeded: 1.1 },
        ...(thrombolysed ? [] : [{ drug: 'dalteparin', from: 20, to: 110, because: 'Mobiliseret' } as const]),
        { drug: 'pantoprazole', from: 22 },
        {
          drug: 'labetalol',
          dose: 100,
          times: ['08:00', '20:00'],
          from: 3,
          to: 50,
          because: 'Blodtryk under 180',
        },
        { drug: 'sodiumChloride', from: 1, to: 26, infusion: { everyHours: 12, rate: 83, unit: 'ml/time' } },
      ],
      pauses: {
        apixaban: 'Akut apopleksi, genoptages efter fornyet CT',
        acetylsalicylicAcid: 'Trombolyse',
        amlodipine: 'Akut apopleksi',
        losartan: 'Akut apopleksi',
        metoprolol: 'Får labetalol',
      },
      reports: [
        {
          kind: 'RAD',
          name: 'CT cerebrum',
          at: 0.3,
          answeredAfter: 0.4,
          text: 'Ingen blødning. Ingen tidlige infarkttegn. Aldersvarende atrofi.',
        },
        {
          kind: 'RAD',
          name: 'MR cerebrum',
          at: 20,
          answeredAfter: 3,
          text: `Diffusionsrestriktion i ${other} arteria cerebri media-område foreneligt med akut infarkt, 22 mm. Ingen hæmorragi.`,
        },
        { kind: 'RAD', name: 'UL halskar', at: 30, answeredAfter: 2, text: 'Ingen signifikante stenoser.' },
        {
          kind: 'EC',
          name: 'EKG',
          at: 0.7,
          answeredAfter: 0.3,
          text: has('atrialFibrillation') ? 'Atrieflimren, frekvens 86.' : 'Sinusrytme, frekvens 80.',
        },
      ],
      orders: [
        ...(hours < 22
          ? [
              {
                category: 'billeddiagnostik',
                what: 'MR cerebrum',
                inHours: 1.6,
                place: 'MR-afsnittet',
                urgent: true,
              } as const,
            ]
          : [{ category: 'EKG', what: 'Telemetri, svar', inHours: 15 } as const]),
        { category: 'fysioterapi', what: 'Fysio- og ergoterapeutisk vurdering', inHours: 3 },
        { category: 'tilsyn', what: 'Logopæd', inHours: 16, place: 'Afdelingen' },
      ],
      notes: {
        admittedWith: `som trombolysekald med ${side}sidig lammelse`,
        history: `Set rask ${random.whole(1, 3)} timer før ankomst. Pludselig debut af ${side}sidig kraftnedsættelse og utydelig tale. Ingen kramper, ingen hovedpine.`,
        examination: `Vågen. NIHSS ${nihss}. Facialisparese på ${side} side, armen falder under 10 sekunder, nedsat kraft i ${side} ben. Dysartri. St.c. og st.p. naturlige.`,
        conclusion: `Akut hjerneinfarkt i ${other} mediagebet${thrombolysed ? ', trombolyseret uden komplikationer' : ', uden for tidsvindue for trombolyse'}.`,
        plan: [
          ...(thrombolysed
            ? [
                'Blodtryk under 180/105 i 24 timer, neurostatus hver time',
                'Ingen blodfortyndende før kontrol-CT',
              ]
            : ['Pladehæmmer efter CT', 'Neurostatus hver 4. time']),
          'Synketest før mad, drikke og tabletter',
          'MR cerebrum, UL halskar og telemetri',
          'Tidlig mobilisering, fysio- og ergoterapi',
        ],
        rounds: {
          better: [
            'Bedring i kraften, taler tydeligere end i går.',
            'Spiser alm. kost, deltager aktivt i træningen.',
          ],
          slow: [
            `Uændret kraftnedsættelse i ${side} side, træthed.`,
            'Utydelig tale, forstår alt. Hjælpes ved måltider.',
          ],
          worse: [`Tiltagende lammelse i ${side} side og sværere at vække. Akut CT bestilt.`],
        },
        roundExamination: `Facialisparese, ${side} arm og ben med nedsat kraft.`,
        roundPlan: (voice) => [
          voice.hours < 26
            ? 'Neurostatus fortsat, blodtryksgrænse som ordineret.'
            : 'Sekundærprofylakse som ordineret.',
          'Fysio-, ergo- og logopædisk træning dagligt.',
          voice.hours < 40 ? 'MR og halskar afventes.' : 'Genoptræningsplan laves, kommunen kontaktes.',
        ],
        nursing: [
          'Neurostatus uændret.',
          'Synketest bestået, får findelt kost.',
          `Lejret på ${other} side, ${side} arm støttet med pude.`,
          'Ord kommer lettere i dag. Træt efter træning.',
        ],
        physiotherapy: `Sidder selvstændigt på sengekant. Stand med én hjælper. ${side.charAt(0).toUpperCase()}${side.slice(1)} ben giver efter ved vægtbæring. Træner forflytning og siddebalance dagligt.`,
        ...(thrombolysed
          ? {
              others: [
                {
                  at: 1.2,
                  type: 'Trombolysenotat',
                  by: 'doctor',
                  text: `Trombolyse med alteplase påbegyndt efter CT uden blødning. Kontraindikationer gennemgået, ingen fundet. NIHSS ${nihss} før behandling. Observeres med neurostatus og blodtryk hvert 15. minut i 2 timer, derefter hver halve og hele time.`,
                },
              ] as const,
            }
          : {}),
      },
      tasks: ['Neurostatus hver 4. time', 'Synketest', 'Genoptræningsplan'],
      flags: [['fall-risk', 'Faldrisiko']],
      dischargeTo: random.pick(['neurorehabilitering', 'eget hjem med genoptræning']),
    };
  },
};
