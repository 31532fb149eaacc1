import type { CourseDefinition } from '../course.ts';

/** Appendicitis: observed, operated by laparoscopy, home a day or two later. */
export const appendicitis: CourseDefinition = {
  ages: [17, 62],
  days: [1, 3],
  problems: { hypertension: 0.15, depression: 0.1, hypothyroidism: 0.05 },
  course: ({ hours, random }) => {
    const operated = hours > 13;
    return {
      diagnoses: [['DK358', 'Anden eller ikke specificeret akut appendicitis']],
      reason: operated ? 'Appendicitis, opereret' : 'Appendicitis, obs.',
      vitals: {
        pulse: [
          [0, 94],
          [12, 90],
          [30, 78],
        ],
        temperature: [
          [0, 37.9],
          [12, 37.9],
          [30, 37.3],
          [54, 36.8],
        ],
        respiration: [
          [0, 17],
          [30, 15],
        ],
        systolic: [
          [0, 128],
          [14, 118],
          [30, 124],
        ],
        spo2: [[0, 98]],
      },
      laboratory: {
        crp: [
          [0, 34],
          [10, 72],
          [30, 92],
          [54, 40],
        ],
        leukocytes: [
          [0, 14.8],
          [30, 10.2],
          [54, 8],
        ],
        neutrophils: [
          [0, 12],
          [30, 7.5],
        ],
        haemoglobin: [[0, 8.6]],
        sodium: [[0, 139]],
        potassium: [[0, 3.9]],
        creatinine: [[0, 70]],
        bilirubin: [[0, 14]],
        alat: [[0, 24]],
        amylase: [[0, 30]],
      },
      daily: ['crp', 'leukocytes', 'haemoglobin'],
      drugs: [
        { drug: 'paracetamol', from: 1, atOnce: true },
        { drug: 'cefuroxim', from: 11, once: true, indication: 'forebyggelse af infektion ved operation' },
        {
          drug: 'metronidazol',
          dose: 1,
          from: 11,
          once: true,
          indication: 'forebyggelse af infektion ved operation',
        },
        { drug: 'morphineInjection', from: 1, asNeeded: 2, to: 20, because: 'Ingen behov' },
        { drug: 'ibuprofen', from: 14 },
        { drug: 'ringer', from: 1.5, to: 16, infusion: { everyHours: 8, rate: 125, unit: 'ml/time' } },
        { drug: 'ondansetron', from: 13, asNeeded: 0.6 },
      ],
      reports: [
        {
          kind: 'RAD',
          name: 'UL abdomen',
          at: 4,
          answeredAfter: 1,
          text: 'Fortykket appendix, 9 mm, ikke komprimerbar. Sparsom fri væske i fossa iliaca dextra.',
        },
        {
          kind: 'PAT',
          name: 'Appendix, histologi',
          at: 12.5,
          answeredAfter: 110,
          text: 'Akut flegmonøs appendicitis. Ingen malignitet.',
        },
      ],
      orders: operated
        ? []
        : [
            {
              category: 'tilsyn',
              what: 'Laparoskopisk appendektomi',
              inHours: 2.5,
              place: 'Operation A',
              urgent: true,
            },
            { category: 'laboratorium', what: 'CRP og leukocytter, kontrol', inHours: 1 },
          ],
      notes: {
        admittedWith: 'med smerter i højre fossa',
        history: `Gennem ${random.whole(14, 30)} timer smerter, der begyndte omkring navlen og nu sidder i højre fossa. Kvalme, kastet op én gang. Ingen dysuri. Afføring i går.`,
        examination:
          'Abdomen: direkte ømhed og slipømhed i højre fossa, ingen udfyldning. Bankeømhed. Ingen ømhed over nyreloger.',
        conclusion: 'Mistanke om akut appendicitis.',
        plan: [
          'Faste og væske i.v.',
          'UL abdomen',
          'Diagnostisk laparoskopi ved fortsatte symptomer',
          'Profylaktisk antibiotika ved operation',
        ],
        rounds: {
          better: ['Få smerter, har spist og været oppe.', 'Velbefindende, luftafgang.'],
          slow: ['Smerter ved bevægelse, let kvalme.', 'Ømhed i højre side af maven.'],
          worse: ['Tiltagende mavesmerter og påvirket almentilstand.'],
        },
        roundExamination: operated
          ? 'Abdomen blødt, ømhed omkring porthuller, forbindinger tørre.'
          : 'Direkte ømhed i højre fossa.',
        roundPlan: (voice) =>
          voice.hours < 12
            ? ['Faste, operation i dag.', 'Væske i.v.']
            : [
                'Fri kost og mobilisering.',
                'Udskrivelse ved velbefindende, suturer fjernes hos egen læge efter 10 dage.',
              ],
        nursing: [
          'Faste overholdt indtil operation. Mundpleje givet.',
          'Oppe på toilettet med støtte, ingen svimmelhed.',
          'Få smerter på fast smertestillende.',
        ],
        ...(operated
          ? {
              operation: {
                at: 11.3,
                title: 'Laparoskopisk appendektomi (KJEA01)',
                text: 'Tre porte. Appendix flegmonøs, ikke perforeret. Mesoappendix deles med diatermi, basis lukkes med to slynger. Skylning. Øvrige forhold naturlige. Blodtab minimalt. Ingen komplikationer. Antibiotika kun profylaktisk.',
              },
            }
          : {}),
      },
      tasks: ['Smertescore hver vagt', 'Udskrivelsessamtale'],
    };
  },
};
