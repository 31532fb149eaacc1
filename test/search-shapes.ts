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
const valueSets = 200;
/** Conditions began on one of so many days. */
const onsetDays = 2000;
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
    ...of(valueSets, (n) => ({
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

/** The chart of the patient with this number. `name`: what stands for the number wherever it names somebody or something. */
export function chartOf(n: number, name = `${n}`): TestResource[] {
  const id = `p${name}`;
  const born = new Date(Date.UTC(1930, 0, 1 + ((n * 13) % 30_000))).toISOString().slice(0, 10);
  const person = patient(id, `${families[n % families.length]} ${n % 97}`, {
    birthDate: born,
    managingOrganization: { reference: `Organization/ward-${n % 10}` },
    identifier: [
      {
        system: 'urn:oid:1.2.208.176.1.2',
        value: `cpr-${name}`,
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
    code: { text: `Sygdom nummer ${n}.` },
    subject: { reference: `Patient/${id}` },
    onsetDateTime: new Date(Date.UTC(2020, 0, 1 + (n % onsetDays))).toISOString().slice(0, 10),
  };
  const observations = Array.from({ length: observationsOfEach }, (_, k) => {
    const kind = (k + Math.floor(n / 24)) % 6;
    return observation(`${id}-o${k}`, id, 90 + (k % 10), {
      effectiveDateTime: new Date(Date.UTC(2026, 0, 1 + k, n % 24, Math.floor(n / 24) % 60)).toISOString(),
      code: {
        coding: [{ system: 'urn:iso:std:iso:11073:10101', code: `code-${kind}`, display: `Value ${kind}` }],
      },
      identifier: [{ value: `sample-${name}-${k}` }],
      encounter: { reference: `Encounter/${id}-e` },
      performer: [{ reference: `Practitioner/staff-${n % staff}` }],
      ...(k === 0 ? pressures(n) : {}),
    });
  });
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
  const count = (every: number, first: number) => Math.max(0, Math.ceil((patients - first) / every));
  const rare = count(1000, 7);
  // Families that begin with "Holm 8": of each eighth one the eleven numbers 8 and 80 to 89 of 97.
  const named = Math.ceil((patients * 11) / (8 * 97));
  const page = (most: number) => Math.min(20, most);
  /** So many rows of a date are looked up before it is known whether they are few. */
  const dated = 1001;
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
    shape('Observation', 'patient=p77,p78,p79&_count=100', 3 * observationsOfEach, 300),
    shape('Observation', 'subject:Patient=p77', 20, 100),
    shape('Observation', 'patient=p77&code=code-3&_sort=-date', 4, 100),
    shape('Observation', 'patient=p77&_sort=-date&_count=5', 5, 100),
    shape('Observation', 'patient=p77&date=ge2026-01-10', 15, 100),
    shape('Observation', 'patient=p77&code:text=value%203', 4, 100),
    shape('Observation', 'patient=p77&value-quantity=gt95', 8, 200),
    // tokens: rare ones
    shape('Observation', 'identifier=sample-77-3', 1, 20),
    shape('Patient', 'identifier=urn:oid:1.2.208.176.1.2|cpr-1234', 1, 20),
    shape('Observation', 'identifier=sample-77-3,sample-78-4', 2, 40),
    shape(
      'Observation',
      `identifier=${Array.from({ length: 12 }, (_, n) => `sample-${n}-1`).join()}`,
      12,
      200,
    ),
    shape(
      'Observation',
      `identifier=${Array.from({ length: 50 }, (_, n) => `sample-${n}-1`).join()}`,
      20,
      400,
    ),
    shape('Observation', 'identifier=sample-77-3&_sort=-date', 1, 20),
    shape('Observation', 'identifier=sample-77-3&_sort=-_lastUpdated', 1, 20),
    shape('Observation', 'identifier=sample-77-3&status=final', 1, 20),
    shape('Observation', 'identifier=nobody-has-it', 0, 20),
    shape('Patient', 'identifier:of-type=urn:t|NI|cpr-1234', 1, 20),
    shape('Observation', 'encounter=Encounter/p77-e', 20, 100),
    shape('Observation', 'encounter=p77-e,p78-e', 20, 200),
    shape('Observation', 'encounter=p77-e&code=code-3', 4, 100),
    shape('Observation', 'subject:identifier=urn:t|nobody', 0, 20),
    shape('Observation', '_tag=urn:t|nobody', 0, 20),
    shape('Observation', 'component-value-concept:text=hanging', page(rare), 20 * rare),
    shape('Condition', 'code:text=sygdom%20nummer%201234.', 1, 40),
    // tokens: common ones
    shape('Observation', 'code=code-3', 20, 400),
    shape('Observation', 'code=code-3,code-4', 20, 400),
    shape('Observation', 'code=code-3&_sort=-date', 20, 800),
    shape('Observation', 'code=code-3&_sort=-_lastUpdated', 20, 800),
    shape(
      'Observation',
      'code=code-3&status=final&performer=Practitioner/staff-3',
      20,
      100 + 12 * count(staff, 3),
    ),
    shape('Observation', 'code=urn:iso:std:iso:11073:10101%7C', 20, 400),
    shape('Observation', 'code:text=value%203', 20, 400),
    shape('Observation', 'performer=Practitioner/staff-3', 20, 3000),
    shape('Observation', 'code:in=http://x.dk/three-codes', 20, 400),
    shape('Observation', 'code:not-in=http://x.dk/three-codes', 20, 400),
    shape('Observation', 'code:below=urn:iso:std:iso:11073:10101|code-3', 20, 400),
    shape('Observation', 'code:above=urn:iso:std:iso:11073:10101|code-3', 20, 400),
    shape('Encounter', 'status=in-progress', 20, 100 + 3 * count(50, 0)),
    // tokens: what is not
    shape('Observation', 'patient=p77&status:not=amended', 20, 200),
    shape('Observation', 'status:not=amended&_sort=-date&_count=10', 10, 300),
    shape('Observation', 'patient=p77&method:missing=true', 20, 200),
    shape('Observation', 'method:missing=true&_sort=-date&_count=10', 10, 300),
    shape('Observation', 'code:missing=false', 20, 100),
    // uris
    shape('ValueSet', 'url=http://x.dk/3/set-3', 1, 20),
    shape('ValueSet', 'url:below=http://x.dk/3', 10, 200),
    shape('ValueSet', 'url:above=http://x.dk/3/set-3/x', 1, 40),
    // texts
    // In the order of ids, which no index of texts has: all whose name fits are looked at.
    shape('Patient', 'family=holm%208', 20, 100 + 4 * named),
    shape('Patient', 'name=holm%208', 20, 100 + 4 * named),
    shape('Patient', 'family:exact=Holm%208&_count=2', 2, 500),
    shape('Patient', 'family=holm%208&birthdate=1930-04-15', 1, 500),
    shape('Patient', 'family=nobody', 0, 20),
    // No index is by the middle of a text: every name of a patient is looked at.
    shape('Patient', 'family:contains=olm%208', 20, 100 + 2 * patients),
    // dates
    shape('Patient', 'birthdate=1930-04-15', count(30_000, 8), 20),
    shape('Patient', 'birthdate=lt1930-02-01', page(count(2000, 0) + 2), 200),
    shape('Patient', 'birthdate=ge2100', 0, 20),
    shape('Observation', 'date=2026-01-05T05:01Z', page(count(1440, 29)), 200),
    shape('Observation', 'date=lt2026-01-01T00:01Z', page(count(1440, 0)), 200),
    shape('Observation', 'date=gt2100', 0, 20),
    shape('Observation', 'date=ge2026-01-03&date=lt2026-01-04', 20, 2 * dated + 1000),
    shape('Observation', 'date=ge2026-01-03', 20, dated + 200),
    shape('Observation', 'date=ne2026-01-03', 20, 400),
    shape('Observation', 'date=sa2026-01-03', 20, dated + 200),
    shape('Observation', 'date=eb2026-01-03', 20, dated + 1000),
    shape('Observation', 'date=ap2026-01-03T00:01Z', 20, dated + 1000),
    shape('Condition', 'onset-date=2020-01-05', page(count(onsetDays, 4)), 200),
    shape('Condition', 'onset-date=gt2100', 0, 20),
    shape('Condition', 'onset-date=lt2020-01-02', page(count(onsetDays, 0)), 200),
    shape('Condition', 'onset-date=ge2021-01-01', 20, dated + 1000),
    shape('Observation', '_lastUpdated=ge2100-01-01', 0, 20),
    shape('Observation', '_lastUpdated=lt2000-01-01', 0, 20),
    shape('Observation', '_lastUpdated=ge2020-01-01', 20, 100),
    shape('Observation', '_lastUpdated=ge2020-01-01&_sort=-_lastUpdated&_count=10', 10, 1000),
    // numbers
    shape('Observation', 'component-value-quantity=gt300', page(rare), 40 * rare),
    shape('Observation', `component-value-quantity=gt40|${ucum}|kPa`, page(rare), 40 * rare),
    shape('Observation', 'value-quantity=gt1000', 0, 20),
    shape('Observation', 'value-quantity=lt1', 0, 20),
    shape('Observation', 'value-quantity=95', 20, 2000),
    shape('Observation', `value-quantity=95|${ucum}|%25`, 20, 2000),
    shape('Observation', 'value-quantity=ge95', 20, 2000),
    shape('Observation', 'value-quantity=ne95', 20, 2000),
    // by name
    shape('Observation', '_id=p150-o3', 1, 20),
    shape('Observation', '_id=p150-o3,p151-o3,nobody', 2, 20),
    // composites
    shape('Observation', 'component-code-value-quantity=8480-6$gt300', page(rare), 60 * rare),
    shape('Observation', 'combo-code-value-quantity=8480-6$gt300', page(rare), 100 * rare),
    shape('Observation', 'patient=p77&code-value-quantity=code-3$gt90', 3, 200),
    shape('ValueSet', 'context-type-quantity=age$7', 1, 100 + 4 * valueSets),
    shape('ValueSet', 'context-type-value=focus$focus-7', 1, 100 + 4 * valueSets),
    // links
    shape('Observation', 'patient.identifier=cpr-1234', 20, 200),
    shape('Observation', 'patient.birthdate=1930-04-15', 20, 200),
    shape('Observation', 'subject:Patient.family=holm%208&_count=10', 10, 100 + 60 * named),
    shape('Observation', 'encounter.patient.identifier=cpr-1234', 20, 200),
    shape('Encounter', 'practitioner.family=staff%2039&_count=5', 5, 100 + 3 * count(staff, 39)),
    shape('Observation', 'performer:Practitioner.family=staff%2039&patient=p79', 20, 200),
    shape('Observation', 'performer:Practitioner.family=staff%2039', 20, 3000),
    shape('Observation', 'encounter.status=in-progress', 20, 3000 + 60 * count(50, 0)),
    shape('Patient', '_has:Observation:patient:identifier=sample-77-3', 1, 40),
    shape('Patient', '_has:Observation:patient:code=code-3', 20, 1000),
    shape('Practitioner', '_has:Observation:performer:identifier=sample-77-3', 1, 40),
    shape('Practitioner', '_has:Observation:performer:code=code-3', 20, 5000),
    shape('Patient', '_has:Condition:patient:_has:Provenance:target:agent=Practitioner/x', 0, 40),
    shape('Patient', '_list=watched', 5, 60),
    // words
    shape('Condition', '_content=1234', 1, 40),
    shape('Condition', '_text=1234', 0, 40),
    // In no order: all that hold the word are looked at.
    shape('Condition', '_content=sygdom', 20, 100 + 4 * patients),
    // order
    shape('Observation', '', 20, 100),
    shape('Observation', '_sort=_id', 20, 100),
    shape('Observation', '_sort=-_id', 20, 100),
    shape('Observation', '_sort=-date&_count=10', 10, 200),
    shape('Observation', '_sort=date&_count=10', 10, 200),
    shape('Observation', '_sort=_lastUpdated&_count=10', 10, 1000),
    shape('Patient', '_sort=-birthdate&_count=10', 10, 200),
    shape('Observation', 'patient=p77&_sort=code&_count=5', 5, 200),
    shape('Observation', 'patient=p77&_sort=-value-quantity,-_id&_count=5', 5, 300),
    shape('Observation', 'patient=p77&_sort=encounter&_count=5', 5, 200),
    shape('Patient', 'family=holm%208&_sort=given,-birthdate&_count=5', 5, 100 + 20 * named),
    shape('ValueSet', 'url:below=http://x.dk/3&_sort=url', 10, 200),
    // No index has this order: the whole type is sorted, and for a second page each is compared with the first as well.
    shape('Patient', '_sort=family&_count=5', 5, 100 + 15 * patients),
    // several types, compartments
    shape('', '_type=Patient,Encounter&_id=p77,p77-e', 2, 60),
    shape('', '_type=Observation,Encounter,Condition&patient=p77&_sort=-_lastUpdated', 20, 200),
    shape('', '_id=p77', 1, 200),
    shape('', '_count=10', 10, 60),
    shape('', '_lastUpdated=ge2020-01-01&_count=10', 10, 60),
    // Nothing is there, but it is looked for in each of the 147 types.
    shape('', '_lastUpdated=ge2100-01-01', 0, 147),
    shape('', '_type=Patient,Practitioner&family=staff%2039', 1, 100),
    shape('', '_type=Patient,Encounter&_count=5', 5, 1000),
    shape('', '_type=Observation,Encounter&identifier=sample-77-3', 1, 60),
    shape('Patient/p77/Observation', '', 20, 100),
    shape('Patient/p77/Observation', 'code=code-3', 4, 100),
    shape('Patient/p77/*', '_count=100', resourcesOfEach, 300),
    shape('Encounter/p77-e/Observation', '', 20, 100),
    shape('Encounter/p77-e/*', '_count=100', observationsOfEach + 1, 300),
    shape('Practitioner/staff-3/Observation', '', 20, 3000),
    shape('Practitioner/staff-3/*', '', 20, 6000),
    shape('Device/none/*', '', 0, 100),
    shape('RelatedPerson/none/*', '', 0, 100),
  ];
}
