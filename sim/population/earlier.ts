// Earlier stays, finished long ago: a diagnosis, the discharge letter, and a few laboratory values to compare with.
import type { Resource } from '@medplum/fhirtypes';
import { Buffer } from 'node:buffer';
import { conditionResource } from './diagnosed.ts';
import { danishDate, danishInstant, dayMs, hourMs } from './danish-time.ts';
import { laboratoryObservation } from './laboratory.ts';
import { hospitalOfSite, physicalType } from './places.ts';
import type { Slot } from './plan.ts';
import type { Random } from './random.ts';
import { codeable, danishNumber, refer, referTo, round } from './resources.ts';
import type { Stay } from './stay.ts';
import { laboratoryTests, type LaboratoryKey } from './tables/laboratory-tests.ts';
import { problems, type LastingProblem } from './tables/problems.ts';

const reasons: readonly (readonly [code: string, display: string, text: string, crp: number])[] = [
  [
    'DJ189',
    'Pneumoni UNS',
    'Indlagt med pneumoni, behandlet med i.v. antibiotika i 3 døgn og herefter tabletter. God effekt.',
    96,
  ],
  [
    'DN309',
    'Blærebetændelse UNS',
    'Indlagt med urinvejsinfektion og almen svækkelse. Behandlet efter dyrkningssvar.',
    62,
  ],
  [
    'DR559',
    'Besvimelse UNS',
    'Indlagt til observation efter besvimelse. Telemetri uden arytmi, ortostatisk blodtryk positivt.',
    5,
  ],
  [
    'DS525',
    'Brud på nedre ende af spoleben',
    'Fald i hjemmet med håndledsbrud. Reponeret og lagt gips, kontrol i ambulatorium.',
    12,
  ],
  [
    'DR074',
    'Brystsmerter UNS',
    'Observeret for akut koronart syndrom. Troponiner uden dynamik, ekkokardiografi upåfaldende.',
    4,
  ],
  [
    'DK573',
    'Divertikelsygdom i tyktarmen',
    'Indlagt med venstresidige mavesmerter. CT viste ukompliceret divertikulitis, konservativ behandling.',
    74,
  ],
  [
    'DI480',
    'Paroksystisk atrieflimren',
    'Indlagt med hjertebanken. Spontan konvertering, sat i antikoagulationsbehandling.',
    6,
  ],
];

const compared: readonly LaboratoryKey[] = [
  'haemoglobin',
  'leukocytes',
  'thrombocytes',
  'sodium',
  'potassium',
  'creatinine',
  'crp',
  'alat',
  'albumin',
];

export function earlierStays(slot: Slot, stay: Stay, random: Random): Resource[] {
  if (slot.person.age < 42) return [];
  const count = slot.person.age > 60 ? random.pick([0, 1, 1, 2, 2, 3]) : random.pick([0, 0, 0, 1]);
  let before = stay.admitted;
  const written: Resource[] = [];
  for (let index = 0; index < count; index++) {
    before -= random.whole(70, 480) * dayMs;
    written.unshift(...earlierStay(slot, stay, before, random));
  }
  return written;
}

function earlierStay(slot: Slot, stay: Stay, admitted: number, random: Random): Resource[] {
  const patient = slot.person.id;
  const encounterId = random.uuid();
  // At the patient's own hospital; on which ward of it is not told.
  const hospital = hospitalOfSite(slot.ward.site);
  const [code, display, text, crp] = random.pick(reasons);
  const left = admitted + random.whole(30, 130) * hourMs;
  const condition = conditionResource({
    id: random.uuid(),
    code,
    display,
    category: 'encounter-diagnosis',
    recorded: admitted + hourMs,
    patient,
    encounter: encounterId,
    resolved: true,
  });
  const values = compared.map((key) => {
    const test = laboratoryTests[key];
    const lasting = stay.problems.reduce(
      (sum, problem) => sum + ((problems[problem] as LastingProblem).laboratory?.[key] ?? 0),
      0,
    );
    const sexual =
      key === 'haemoglobin'
        ? slot.person.sex === 'female'
          ? -0.35
          : 0.45
        : key === 'creatinine'
          ? slot.person.sex === 'female'
            ? -8
            : 6
          : 0;
    const value = round(
      Math.max(
        test.least,
        (key === 'crp' ? crp : test.usual + lasting * 0.8 + sexual) + random.noise(test.spread * 1.5),
      ),
      test.decimals,
    );
    return laboratoryObservation({
      id: random.uuid(),
      key,
      value,
      taken: admitted + hourMs,
      answered: admitted + 2.4 * hourMs,
      sex: slot.person.sex,
      patient,
      encounter: encounterId,
    });
  });
  const creatinine = values[compared.indexOf('creatinine')]?.valueQuantity?.value ?? 80;
  const letter = `Epikrise. ${text} Udskrives ${danishDate(left)} til eget hjem. Kreatinin ved indlæggelsen ${danishNumber(creatinine)}. Opfølgning hos egen læge efter behov.`;
  return [
    condition,
    {
      resourceType: 'Encounter',
      id: encounterId,
      status: 'finished',
      class: {
        system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
        code: 'IMP',
        display: 'inpatient encounter',
      },
      subject: referTo(`Patient/${patient}`),
      period: { start: danishInstant(admitted), end: danishInstant(left) },
      serviceProvider: referTo(`Organization/${hospital.id}`, hospital.name),
      reasonCode: [codeable(display)],
      diagnosis: [{ condition: refer(condition), rank: 1 }],
      hospitalization: { dischargeDisposition: codeable('Eget hjem') },
      location: [
        {
          location: referTo(`Location/${slot.ward.site}`),
          status: 'completed',
          physicalType: physicalType('si', 'Site'),
          period: { start: danishInstant(admitted), end: danishInstant(left) },
        },
      ],
    },
    ...values,
    {
      resourceType: 'DocumentReference',
      id: random.uuid(),
      status: 'current',
      type: codeable('Epikrise'),
      subject: referTo(`Patient/${patient}`),
      date: danishInstant(left),
      author: [referTo(`Practitioner/${stay.doctor.id}`, stay.doctor.name)],
      content: [
        {
          attachment: {
            contentType: 'text/plain; charset=utf-8',
            language: 'da',
            data: Buffer.from(letter, 'utf8').toString('base64'),
          },
        },
      ],
      context: { encounter: [referTo(`Encounter/${encounterId}`)] },
    },
  ];
}
