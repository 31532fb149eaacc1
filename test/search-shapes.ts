// Every shape of search once, over a made-up record whose size is a parameter: for the test that none reads a table from
// end to end, and for measuring the same searches over more.
import { observation, patient, type TestResource } from './acts.ts';

export interface SearchShape {
  readonly type: string;
  readonly query: string;
  /** How many hits the page has, for a record of any size. */
  readonly hits: number;
  /** How many rows the database may touch: some for each of the page and of what the filters must look at, never the whole. */
  readonly rowsMax: number;
}

const observationsOfEach = 24;
/** A chart: the patient, an encounter, a condition and the observations. */
export const resourcesOfEach = observationsOfEach + 3;
const families = ['Holm', 'Lund', 'Krogh', 'Østergaard', 'Åby', 'Skov', 'Bæk', 'Dahl'];
const staff = 40;
const loinc = 'http://loinc.org';
const ucum = 'http://unitsofmeasure.org';

/** Staff and houses, and value sets. */
export function commonResources(): TestResource[] {
  const of = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));
  return [
    { resourceType: 'Organization', id: 'region', name: 'Region' },
    ...of(10, (n) => ({
      resourceType: 'Organization',
      id: `ward-${n}`,
      name: `Ward ${n}`,
      partOf: { reference: 'Organization/region' },
    })),
    ...of(staff, (n) => ({
      resourceType: 'Practitioner',
      id: `staff-${n}`,
      name: [{ family: `Staff ${n}` }],
    })),
    ...of(200, (n) => ({
      resourceType: 'ValueSet',
      id: `set-${n}`,
      status: 'active',
      url: `http://x.dk/${n % 20}/set-${n}`,
      useContext: [
        { code: { code: 'age' }, valueQuantity: { value: n, system: ucum, code: 'a' } },
        { code: { code: 'focus' }, valueCodeableConcept: { coding: [{ code: `focus-${n}` }] } },
      ],
    })),
    {
      resourceType: 'List',
      id: 'watched',
      status: 'current',
      mode: 'working',
      entry: of(5, (n) => ({ item: { reference: `Patient/p${n}` } })),
    },
  ];
}

/** The chart of the patient with this number. */
export function chartOf(n: number): TestResource[] {
  const id = `p${n}`;
  const born = new Date(Date.UTC(1930, 0, 1 + ((n * 13) % 30_000))).toISOString().slice(0, 10);
  const person = patient(id, `${families[n % families.length]} ${n % 97}`, {
    birthDate: born,
    managingOrganization: { reference: `Organization/ward-${n % 10}` },
    identifier: [
      {
        system: 'urn:oid:1.2.208.176.1.2',
        value: `cpr-${n}`,
        type: { coding: [{ system: 'urn:t', code: 'NI' }] },
      },
    ],
  });
  const encounter = {
    resourceType: 'Encounter',
    id: `${id}-e`,
    status: n % 50 === 0 ? 'in-progress' : 'finished',
    class: { code: 'IMP' },
    subject: { reference: `Patient/${id}` },
    period: { start: new Date(Date.UTC(2026, 0, 1, n % 24)).toISOString() },
    participant: [{ individual: { reference: `Practitioner/staff-${n % staff}` } }],
    serviceProvider: { reference: `Organization/ward-${n % 10}` },
  };
  const condition = {
    resourceType: 'Condition',
    id: `${id}-c`,
    code: { text: `Sygdom nummer ${n}` },
    subject: { reference: `Patient/${id}` },
    onsetDateTime: '2026-01-01',
  };
  const observations = Array.from({ length: observationsOfEach }, (_, k) =>
    observation(`${id}-o${k}`, id, 90 + (k % 10), {
      effectiveDateTime: new Date(Date.UTC(2026, 0, 1 + k, n % 24)).toISOString(),
      code: {
        coding: [{ system: 'urn:iso:std:iso:11073:10101', code: `code-${k % 6}`, display: `Value ${k % 6}` }],
      },
      identifier: [{ value: `sample-${n}-${k}` }],
      encounter: { reference: `Encounter/${id}-e` },
      performer: [{ reference: `Practitioner/staff-${n % staff}` }],
      ...(k === 0 ? pressures(n) : {}),
    }),
  );
  return [person, encounter, condition, ...observations];
}

function pressures(n: number) {
  return {
    valueQuantity: undefined,
    component: [
      {
        code: { coding: [{ system: loinc, code: '8480-6' }] },
        // One in a thousand is beyond 300, and one in a thousand says a rare word.
        valueQuantity: { value: n % 1000 === 7 ? 310 : 100 + (n % 60), system: ucum, code: 'mm[Hg]' },
      },
      {
        code: { coding: [{ system: loinc, code: '8462-4' }] },
        valueQuantity: { value: 80, system: ucum, code: 'mm[Hg]' },
      },
      ...(n % 1000 === 7
        ? [
            {
              code: { text: 'position' },
              valueCodeableConcept: { coding: [{ code: 'hanging', display: 'Hanging' }] },
            },
          ]
        : []),
    ],
  };
}

/** `patients`: how many charts there are. */
export function searchShapes(patients: number): readonly SearchShape[] {
  const rare = Math.ceil((patients - 7) / 1000);
  const page = (count: number) => Math.min(20, count);
  const shape = (type: string, query: string, hits: number, rowsMax: number): SearchShape => ({
    type,
    query,
    hits,
    rowsMax,
  });
  return [
    // by patient
    shape('Observation', 'patient=p77', 20, 100),
    shape('Observation', 'patient=Patient/p77&_count=100', observationsOfEach, 100),
    shape('Observation', 'patient=p77&code=code-3&_sort=-date', 4, 100),
    shape('Observation', 'patient=p77&_sort=-date&_count=5', 5, 100),
    shape('Observation', 'patient=p77&date=ge2026-01-10', 15, 100),
    // tokens
    shape('Observation', 'identifier=sample-77-3', 1, 20),
    shape('Patient', 'identifier=urn:oid:1.2.208.176.1.2|cpr-1234', 1, 20),
    shape('Observation', 'identifier=sample-77-3,sample-78-4', 2, 40),
    shape(
      'Observation',
      `identifier=${Array.from({ length: 50 }, (_, n) => `sample-${n}-1`).join()}`,
      20,
      400,
    ),
    shape('Patient', 'identifier:of-type=urn:t|NI|cpr-1234', 1, 20),
    shape('Observation', 'component-value-concept:text=hanging', page(rare), 20 * rare),
    shape('Condition', 'code:text=sygdom%20nummer%201234', 1, 40),
    shape('Observation', 'patient=p77&status:not=amended', 20, 200),
    shape('Observation', 'status:not=amended&_sort=-date&_count=10', 10, 300),
    shape('Observation', 'patient=p77&method:missing=true', 20, 200),
    shape('Observation', 'method:missing=true&_sort=-date&_count=10', 10, 300),
    shape('ValueSet', 'url:below=http://x.dk/3', 10, 200),
    shape('ValueSet', 'url:above=http://x.dk/3/set-3/x', 1, 40),
    // texts, dates, numbers
    shape('Patient', 'family=holm%208', 20, 500),
    shape('Patient', 'family:exact=Holm%208&_count=2', 2, 500),
    shape('Patient', 'family=holm%208&birthdate=1930-04-15', 1, 500),
    shape('Patient', 'birthdate=1930-04-15', 1, 20),
    shape('Patient', 'birthdate=lt1930-02-01', 3, 60),
    shape('Observation', 'component-value-quantity=gt300', page(rare), 40 * rare),
    shape('Observation', `component-value-quantity=gt40|${ucum}|kPa`, page(rare), 40 * rare),
    shape('Observation', '_id=p150-o3', 1, 20),
    shape('Observation', '_lastUpdated=ge2100-01-01', 0, 20),
    shape('Observation', '_lastUpdated=ge2020-01-01&_sort=-_lastUpdated&_count=10', 10, 300),
    // composites
    shape('Observation', 'component-code-value-quantity=8480-6$gt300', page(rare), 60 * rare),
    shape('Observation', 'combo-code-value-quantity=8480-6$gt300', page(rare), 100 * rare),
    shape('Observation', 'patient=p77&code-value-quantity=code-3$gt90', 4, 200),
    shape('ValueSet', 'context-type-quantity=age$7', 1, 60),
    shape('ValueSet', 'context-type-value=focus$focus-7', 1, 60),
    // links
    shape('Observation', 'patient.identifier=cpr-1234', 20, 200),
    shape('Observation', 'subject:Patient.family=holm%208&_count=10', 10, 3000),
    shape('Observation', 'encounter.patient.identifier=cpr-1234', 20, 200),
    shape('Encounter', 'practitioner.family=staff%2039&_count=5', 5, 1000),
    shape('Observation', 'performer:Practitioner.family=staff%2039&patient=p79', 20, 200),
    shape('Patient', '_has:Observation:patient:identifier=sample-77-3', 1, 40),
    shape('Practitioner', '_has:Observation:performer:identifier=sample-77-3', 1, 40),
    shape('Patient', '_has:Condition:patient:_has:Provenance:target:agent=Practitioner/x', 0, 40),
    shape('Patient', '_list=watched', 5, 60),
    // words
    shape('Condition', '_content=1234', 1, 40),
    // order
    shape('Observation', '_sort=-date&_count=10', 10, 200),
    shape('Observation', 'patient=p77&_sort=code&_count=5', 5, 200),
    shape('Observation', 'patient=p77&_sort=-value-quantity,-_id&_count=5', 5, 300),
    shape('Observation', 'patient=p77&_sort=encounter&_count=5', 5, 200),
    shape('Patient', 'family=holm%208&_sort=given,-birthdate&_count=5', 5, 500),
    shape('ValueSet', 'url:below=http://x.dk/3&_sort=url', 10, 200),
    // several types, compartments
    shape('', '_type=Patient,Encounter&_id=p77,p77-e', 2, 60),
    shape('', '_type=Observation,Encounter,Condition&patient=p77&_sort=-_lastUpdated', 20, 200),
    shape('', '_id=p77', 1, 200),
    shape('', '_count=10', 10, 60),
    shape('', '_lastUpdated=ge2020-01-01&_count=10', 10, 60),
    shape('', '_type=Patient,Practitioner&family=staff%2039', 1, 60),
    shape('', '_type=Patient,Encounter&_count=5', 5, 1000),
  ];
}
