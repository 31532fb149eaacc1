/** Orders, doses and a small table of drugs, for tests of the rules about them. */
import type { Client, Reply } from '#rest/testing.ts';

const knowledge = 'https://holdfast.dk/fhir/drug-knowledge';
const atc = 'http://www.whocc.no/atc';
export const alert = 'https://holdfast.dk/fhir/alert';
const plannedUrl = 'https://holdfast.dk/fhir/planned-time';
export const changedUrl =
  'http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.statusChanged';
const classes = (...codes: string[]) => [
  {
    type: { text: 'check' },
    classification: codes.map((code) => ({ coding: [{ system: knowledge, code }] })),
  },
];
const row = (code: string, more: object, ...classified: string[]) => ({
  resourceType: 'MedicationKnowledge',
  status: 'active',
  code: { coding: [{ system: atc, code }] },
  monograph: [{ source: { display: 'a table of the test' } }],
  medicineClassification: classes('substance', ...classified),
  ...more,
});
const most = (perDay: number, unit: string, ages?: readonly string[]) => ({
  dosage: [
    {
      type: { coding: [{ system: knowledge, code: 'maximum' }] },
      dosage: [
        { maxDosePerPeriod: { numerator: { value: perDay, unit }, denominator: { value: 1, unit: 'd' } } },
      ],
    },
  ],
  ...(ages === undefined
    ? {}
    : {
        patientCharacteristics: [
          {
            characteristicCodeableConcept: { coding: [{ system: 'http://loinc.org', code: '30525-0' }] },
            value: ages,
          },
        ],
      }),
});
const below = (egfr: string, action: string) => ({
  patientCharacteristics: [
    { characteristicCodeableConcept: { coding: [{ system: knowledge, code: 'egfr-below' }] }, value: [egfr] },
  ],
  dosage: [{ type: { coding: [{ system: knowledge, code: 'renal' }] }, dosage: [{ text: action }] }],
});
const everything = ['covers-limits', 'covers-interactions', 'covers-risk', 'covers-renal'];

export const clock = (times: readonly string[]) => ({
  repeat: {
    frequency: times.length,
    period: 1,
    periodUnit: 'd',
    timeOfDay: times.map((time) => `${time}:00`),
  },
});
export const dosage = (value: number, unit: string, timing: object = clock(['08:00', '14:00'])) => [
  { timing, route: { text: 'p.o.' }, doseAndRate: [{ doseQuantity: { value, unit } }] },
];
const drugs = {
  paracetamol: ['N02BE01', 'paracetamol, PINEX, tabl., 500 mg'],
  insulin: ['A10AB05', 'insulin aspart, NOVORAPID, inj.vsk., pen, 100 E/ml'],
  apixaban: ['B01AF02', 'apixaban, ELIQUIS, filmovertr. tabl., 5 mg'],
  acetylsalicylsyre: ['B01AC06', 'acetylsalicylsyre, HJERTEMAGNYL, filmovertr. tabl., 75 mg'],
  furosemid: ['C03CA01', 'furosemid, FURIX, tabl., 40 mg'],
  dicloxacillin: ['J01CF01', 'dicloxacillin, DICLOCIL, kaps., 500 mg'],
  morfin: ['N02AA01', 'morfin, MORFIN "DAK", tabl., 10 mg'],
} as const;
export const orderOf = (patient: string, drug: keyof typeof drugs, more: object = {}) => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  category: [
    {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'inpatient' },
      ],
    },
  ],
  medicationCodeableConcept: {
    coding: [{ system: atc, code: drugs[drug][0], display: drugs[drug][1].split(', ')[0] }],
    text: drugs[drug][1],
  },
  subject: { reference: patient },
  authoredOn: '2026-01-13T07:00:00+01:00',
  dosageInstruction: dosage(40, 'mg'),
  ...more,
});
export const caveOf = (patient: string, code: object) => ({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
  },
  code,
  patient: { reference: patient },
});
const noneKnown = { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] };
export const dose = (patient: string, request: string, planned: string | undefined, more: object = {}) => ({
  resourceType: 'MedicationAdministration',
  status: 'completed',
  ...(planned === undefined ? {} : { extension: [{ url: plannedUrl, valueDateTime: planned }] }),
  medicationCodeableConcept: { text: 'a drug' },
  subject: { reference: patient },
  request: { reference: request },
  effectiveDateTime: planned ?? '2026-01-13T08:05:00+01:00',
  performer: [{ actor: { reference: 'Practitioner/mette', display: 'Mette Krogh' } }],
  dosage: { dose: { value: 40, unit: 'mg' } },
  ...more,
});
type Written = {
  readonly resourceType: string;
  readonly id?: string;
  readonly fullUrl?: string;
  readonly [more: string]: unknown;
};
export const transaction = (...resources: readonly Written[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map(({ fullUrl, ...resource }) => ({
    ...(fullUrl === undefined ? {} : { fullUrl }),
    resource,
    request: resource.id
      ? { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
      : { method: 'POST', url: resource.resourceType },
  })),
});
export const details = ({ json }: Reply) =>
  ((json.issue ?? []) as readonly { severity?: string; details?: { coding?: { code: string }[] } }[]).map(
    ({ severity, details: said }) =>
      `${severity === 'error' ? '' : `${severity}: `}${said?.coding?.[0]?.code}`,
  );
export const statuses = (answers: readonly Reply[]) =>
  answers.map(({ status }) => status).sort((a, b) => a - b);
/** A table of what is known of a few drugs; all numbers are the test's own. */
export function knownDrugs(): object[] {
  const interaction = {
    contained: [
      {
        resourceType: 'DetectedIssue',
        id: 'i1',
        status: 'final',
        severity: 'high',
        detail: 'øget blødning',
        implicated: [{ identifier: { system: atc, value: 'B01AC06' } }],
      },
    ],
    contraindication: [{ reference: '#i1' }],
  };
  return [
    row(
      'N02BE01',
      { administrationGuidelines: [most(4, 'g', ['18']), most(60, 'mg/kg', ['0', '18'])] },
      ...everything,
    ),
    row('A10AB05', { administrationGuidelines: [most(200, 'IE')] }, ...everything, 'high-risk'),
    row('B01AF02', { ...interaction, administrationGuidelines: [most(20, 'mg')] }, ...everything),
    row('B01AC06', { administrationGuidelines: [most(300, 'mg')] }, ...everything),
    row('C03CA01', { administrationGuidelines: [most(500, 'mg')] }, ...everything),
    row('N02AA01', { administrationGuidelines: [most(100, 'mg'), below('30', 'halv dosis')] }, ...everything),
  ];
}

/** Requests as a client of the API sends them. */
export function medicationClient({ send, create }: Pick<Client, 'send' | 'create'>) {
  const newPatient = async (more: object = {}) => {
    const patient = `Patient/${await create({ resourceType: 'Patient', birthDate: '1960-05-01', ...more })}`;
    await create(caveOf(patient, noneKnown));
    return patient;
  };
  const refusals = async (method: string, url: string, resource: object) => {
    const reply = await send(method, url, resource);
    return [reply.status, ...details(reply)];
  };
  const checked = async (...resources: readonly Written[]) => {
    const reply = await send('POST', '$check', transaction(...resources));
    return details(reply).filter((one) => one !== 'information: undefined');
  };

  return { newPatient, refusals, checked };
}
