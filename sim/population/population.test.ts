import { Buffer } from 'node:buffer';
import type {
  Bundle,
  Encounter,
  Location,
  MedicationAdministration,
  MedicationRequest,
  Patient,
  Resource,
} from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { measuredIn, readingsOf, saysPregnant, yearsAt } from '#fhir/early-warning/observe.ts';
import { readPlan } from '#fhir/early-warning/plan.ts';
import { earlyWarning, isInForce, nextDue } from '#fhir/early-warning/score.ts';
import { tableOf } from '#fhir/early-warning/table.ts';
import { diagnosisKindOf } from '#fhir/diagnoses/diagnosis.ts';
import type { Json } from '#fhir/json.ts';
import { birthYear, passesModulus11 } from './cpr.ts';
import { diagnosisCodes, population } from './population.ts';
import { formulary, type Drug } from './tables/formulary.ts';
import { wards } from './tables/wards.ts';

const now = new Date('2026-01-15T13:02:11Z');
const region = population({ seed: 7, now });
const bundles = [...region.bundles];
const resources = bundles.flatMap((bundle) => (bundle.entry ?? []).flatMap((entry) => entry.resource ?? []));
const byReference = new Map(
  resources.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]),
);

function all<T extends Resource['resourceType']>(type: T): Extract<Resource, { resourceType: T }>[] {
  return resources.filter(
    (resource): resource is Extract<Resource, { resourceType: T }> => resource.resourceType === type,
  );
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    // What begins with # is within the resource itself.
    key === 'reference' && typeof inner === 'string' && !inner.startsWith('#')
      ? [inner.replace(/\/_history\/\d+$/, '')]
      : referencesIn(inner),
  );
}

function placeOf(encounter: Encounter, type: 'wa' | 'bd', status: string): string | undefined {
  return encounter.location?.find(
    (place) => place.status === status && place.physicalType?.coding?.[0]?.code === type,
  )?.location.reference;
}

test('the same seed and the same instant give the same bytes; another seed gives others', () => {
  const text = (seed: number): string => JSON.stringify([...population({ seed, now, patients: 40 }).bundles]);
  expect(text(3)).toBe(text(3));
  expect(text(3)).not.toBe(text(4));
});

test('there are about 430 patients and 60,000 to 90,000 resources, and as many bundles as was said', () => {
  expect(all('Patient').length).toBeGreaterThan(400);
  expect(all('Patient').length).toBeLessThan(470);
  expect(resources.length).toBeGreaterThan(58_000);
  expect(resources.length).toBeLessThan(90_000);
  expect(bundles).toHaveLength(region.bundleCount);
});

test('every entry puts a resource with an id of its own, and every id is FHIR’s', () => {
  expect(byReference.size).toBe(resources.length);
  for (const bundle of bundles as readonly Bundle[]) {
    expect(bundle.type).toBe('transaction');
    for (const entry of bundle.entry ?? []) {
      expect(entry.resource?.id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
      if (
        entry.request?.method !== 'PUT' ||
        entry.request.url !== `${entry.resource?.resourceType}/${entry.resource?.id}`
      )
        expect.fail(`request of ${entry.resource?.id}`);
    }
  }
});

test('every reference is to something of the same or an earlier bundle', () => {
  const known = new Set<string>();
  for (const bundle of bundles) {
    for (const entry of bundle.entry ?? [])
      known.add(`${entry.resource?.resourceType}/${entry.resource?.id}`);
    const broken = (bundle.entry ?? [])
      .flatMap((entry) => referencesIn(entry.resource))
      .filter((reference) => !known.has(reference.replace(/\/_history\/1$/, '')));
    expect(broken).toEqual([]);
  }
});

test('no CPR-shaped number passes modulus 11, none comes twice, and its date and sex are the patient’s', () => {
  const numbers = all('Patient').map((patient: Patient) => {
    const cpr = patient.identifier?.[0]?.value ?? '';
    expect(cpr).toMatch(/^\d{10}$/);
    expect(passesModulus11(cpr)).toBe(false);
    expect(`${birthYear(cpr)}-${cpr.slice(2, 4)}-${cpr.slice(0, 2)}`).toBe(patient.birthDate);
    expect(Number(cpr[9]) % 2 === 1 ? 'male' : 'female').toBe(patient.gender);
    return cpr;
  });
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('each bed has at most one patient, and a bed is occupied exactly when somebody is in it', () => {
  const inBed = new Map<string, string>();
  for (const encounter of all('Encounter')) {
    const bed = placeOf(encounter, 'bd', 'active');
    if (bed === undefined) continue;
    expect(inBed.has(bed)).toBe(false);
    inBed.set(bed, encounter.id ?? '');
    expect(['in-progress', 'onleave']).toContain(encounter.status);
  }
  const beds = all('Location').filter((place: Location) => place.physicalType?.coding?.[0]?.code === 'bd');
  for (const bed of beds) expect(bed.operationalStatus?.code === 'O').toBe(inBed.has(`Location/${bed.id}`));
  for (const ward of wards) {
    const own = beds.filter((bed) => bed.partOf?.reference === `Location/${ward.id}`);
    expect(own.length).toBeGreaterThanOrEqual(ward.rooms * ward.bedsInRoom);
    expect(own.every((bed) => ['O', 'U', 'K', 'C'].includes(bed.operationalStatus?.code ?? ''))).toBe(true);
  }
});

test('a reserved bed is nobody’s and is not closed', () => {
  for (const encounter of all('Encounter').filter((each) => each.status === 'planned')) {
    const bed = placeOf(encounter, 'bd', 'planned');
    expect(placeOf(encounter, 'wa', 'planned')).toBeDefined();
    if (bed !== undefined)
      expect(['U', 'K']).toContain((byReference.get(bed) as Location).operationalStatus?.code);
  }
});

test('every early-warning score is what the table it names gives for its measurements, and says when to measure next', () => {
  const scores = all('Observation').filter(({ code }) => code.text === 'EWS');
  expect(scores.length).toBeGreaterThan(2000);
  const plans = new Set<string>();
  for (const score of scores) {
    const signs = (score.derivedFrom ?? []).map(({ reference = '' }) => byReference.get(reference));
    const { code = '', version = '' } = score.method?.coding?.[0] ?? {};
    const table = tableOf(code, version);
    const [plan] = score.basedOn ?? [];
    if (plan?.reference !== undefined) plans.add(plan.reference);
    const at = Date.parse(score.effectiveDateTime ?? '');
    const adjustment =
      plan === undefined ? undefined : readPlan(json(byReference.get(plan.reference ?? ''))).adjustment;
    expect(plan === undefined || (adjustment !== undefined && isInForce(adjustment, at))).toBe(true);
    const measured = measuredIn(signs.flatMap((sign) => readingsOf(json(sign)).readings));
    const answer = table && earlyWarning(table, measured, {}, adjustment);
    if (answer?.kind !== 'score') return expect.fail(`${score.id} is no score`);
    expect(score.valueInteger).toBe(answer.score);
    expect(score.interpretation !== undefined).toBe(answer.single.length > 0);
    expect(signs.every((each) => each !== undefined && 'effectiveDateTime' in each)).toBe(true);
    const due = Date.parse(score.extension?.[0]?.valueDateTime ?? '');
    expect(due).toBeGreaterThan(at);
    expect(due).toBeLessThanOrEqual(nextDue(answer, at, adjustment));
  }
  expect(plans.size).toBeGreaterThan(0);
});
const json = (resource: Resource | undefined) => (resource ?? {}) as unknown as Json;

test('no early-warning score is of a child or of who is pregnant', () => {
  const pregnant = new Set(
    all('Condition')
      .filter((one) => saysPregnant(json(one)))
      .map(({ subject }) => subject.reference),
  );
  expect(pregnant.size).toBeGreaterThan(0);
  for (const { code, subject } of all('Observation')) {
    if (code.text !== 'EWS') continue;
    const patient = byReference.get(subject?.reference ?? '') as Patient;
    expect(yearsAt(patient.birthDate, now.getTime()) ?? 0).toBeGreaterThanOrEqual(16);
    expect(pregnant.has(subject?.reference)).toBe(false);
  }
});

test('every dose belongs to a hospital order of the same patient that was active then, and none lies in the future', () => {
  for (const given of all('MedicationAdministration') as MedicationAdministration[]) {
    const order = byReference.get(given.request?.reference ?? '') as MedicationRequest;
    expect(order.subject.reference).toBe(given.subject.reference);
    expect(order.status).not.toBe('on-hold');
    const at = Date.parse(given.effectiveDateTime ?? '');
    const bounds = order.dosageInstruction?.[0]?.timing?.repeat?.boundsPeriod;
    expect(at).toBeGreaterThanOrEqual(Date.parse(order.authoredOn ?? ''));
    expect(at).toBeLessThanOrEqual(
      Math.min(now.getTime(), bounds?.end === undefined ? Infinity : Date.parse(bounds.end)),
    );
    expect(
      given.status === 'completed'
        ? given.dosage?.dose?.value !== undefined
        : given.statusReason?.[0]?.text !== undefined,
    ).toBe(true);
  }
});

test('nobody is given what a known reaction forbids', () => {
  const caveNameByClass: Readonly<Record<string, string>> = {
    penicillin: 'Penicillin',
    asa: 'ASA',
    morphine: 'Morfin',
    sulfa: 'Sulfa',
  };
  const known = new Set(
    all('AllergyIntolerance').map((each) => `${each.patient.reference}|${each.code?.text}`),
  );
  const drugs: readonly Drug[] = Object.values(formulary);
  for (const order of all('MedicationRequest')) {
    const atc = order.medicationCodeableConcept?.coding?.[0]?.code;
    const cave = drugs.find((drug) => drug.atc === atc)?.cave;
    if (cave !== undefined)
      expect(known.has(`${order.subject.reference}|${caveNameByClass[cave]}`)).toBe(false);
  }
});

test('every note has an author, a text without holes, and no wonders of arithmetic', () => {
  for (const note of all('DocumentReference')) {
    const text = Buffer.from(note.content[0]?.attachment.data ?? '', 'base64').toString('utf8');
    expect(text.length).toBeGreaterThan(30);
    expect(text).not.toMatch(/undefined|NaN|\[object| {2}/);
    expect(note.author?.[0]?.display).toBeTruthy();
  }
});

test('what FHIR and the screens demand of each fact is there', () => {
  const demanded: Readonly<Record<string, readonly string[]>> = {
    Patient: ['identifier', 'name', 'gender', 'birthDate'],
    Encounter: ['status', 'class', 'subject', 'period', 'location', 'reasonCode', 'diagnosis'],
    Condition: ['code', 'subject', 'clinicalStatus', 'verificationStatus', 'category'],
    Observation: ['status', 'code', 'category', 'subject', 'effectiveDateTime'],
    MedicationRequest: [
      'status',
      'intent',
      'subject',
      'medicationCodeableConcept',
      'dosageInstruction',
      'category',
      'authoredOn',
      'reasonCode',
    ],
    MedicationAdministration: ['status', 'subject', 'context', 'effectiveDateTime', 'request'],
    DiagnosticReport: ['status', 'code', 'category', 'conclusion', 'issued'],
    Composition: ['status', 'type', 'subject', 'date', 'author', 'title', 'section', 'extension'],
    DocumentReference: ['status', 'type', 'date', 'content'],
    CarePlan: ['status', 'intent', 'title', 'description'],
    Procedure: ['status', 'code', 'category', 'subject', 'basedOn', 'location'],
    ServiceRequest: ['status', 'intent', 'code', 'category', 'authoredOn'],
    Task: ['status', 'intent', 'for'],
    Appointment: ['status', 'start', 'end', 'participant'],
    Flag: ['status', 'code', 'category', 'subject'],
    AllergyIntolerance: ['code', 'patient'],
    DetectedIssue: ['status', 'code', 'patient', 'identifiedDateTime', 'author', 'implicated', 'mitigation'],
    MedicationKnowledge: ['status', 'code', 'monograph', 'medicineClassification'],
    Questionnaire: ['url', 'title', 'item'],
    CodeSystem: ['url', 'concept'],
    Practitioner: ['name'],
    PractitionerRole: ['practitioner', 'code'],
    Location: ['name', 'physicalType'],
    Organization: ['name', 'type'],
    RelatedPerson: ['patient', 'relationship', 'identifier'],
  };
  for (const resource of resources) {
    const missing = (demanded[resource.resourceType] ?? [resource.resourceType]).filter(
      (element) => !(element in resource),
    );
    expect(missing).toEqual([]);
  }
});

test('every diagnosis has a code that is loaded, and a stay has one action diagnosis, the first of its list', () => {
  const known = new Map(diagnosisCodes.map(({ code, display }) => [code, display]));
  const actions = new Set<string>();
  for (const { id, code, encounter, category } of all('Condition')) {
    const coding = code?.coding?.[0];
    expect([coding?.code, known.get(coding?.code ?? '')]).toEqual([coding?.code, coding?.display]);
    if (diagnosisKindOf({ ...(category && { category }) }) !== 'action' || encounter === undefined) continue;
    expect(actions.has(encounter.reference ?? '')).toBe(false);
    actions.add(encounter.reference ?? '');
    const stay = byReference.get(encounter.reference ?? '') as Encounter;
    expect(stay.diagnosis?.[0]?.condition.reference).toBe(`Condition/${id}`);
  }
  expect(actions.size).toBeGreaterThan(280);
});

test('what is told as done is not in the future', () => {
  for (const observation of all('Observation'))
    expect(Date.parse(observation.issued ?? observation.effectiveDateTime ?? '')).toBeLessThanOrEqual(
      now.getTime(),
    );
  for (const report of all('DiagnosticReport'))
    expect(Date.parse(report.issued ?? '')).toBeLessThanOrEqual(now.getTime());
  for (const note of all('DocumentReference'))
    expect(Date.parse(note.date ?? '')).toBeLessThanOrEqual(now.getTime());
});

test('a newborn’s stay is part of its mother’s, and it says who she is', () => {
  const newborns = all('Encounter').filter((encounter) => encounter.partOf !== undefined);
  expect(newborns.length).toBeGreaterThan(3);
  for (const encounter of newborns) {
    const mother = byReference.get(
      (byReference.get(encounter.partOf?.reference ?? '') as Encounter).subject?.reference ?? '',
    ) as Patient;
    const said = all('RelatedPerson').find((each) => each.patient.reference === encounter.subject?.reference);
    expect(said?.identifier?.[0]?.value).toBe(mother.identifier?.[0]?.value);
  }
});

test('the showcase ward is as in the pictures: 16 of 18 beds, one on leave, one to be cleaned, three expected, two leave today', () => {
  const here = all('Encounter').filter((encounter) =>
    encounter.location?.some(
      (place) => place.location.reference === 'Location/herlev-b12' && place.status !== 'completed',
    ),
  );
  expect(here.filter((encounter) => encounter.status === 'in-progress')).toHaveLength(15);
  expect(here.filter((encounter) => encounter.status === 'onleave')).toHaveLength(1);
  expect(here.filter((encounter) => encounter.status === 'planned')).toHaveLength(3);
  expect(
    here.filter((encounter) => encounter.status === 'in-progress' && encounter.period?.end !== undefined),
  ).toHaveLength(2);
});

test('each ward has a doctor and a nurse or midwife who can log in; user names are plain and used once', () => {
  const users = region.logins.map((login) => login.user);
  expect(new Set(users).size).toBe(users.length);
  for (const user of users) expect(user).toMatch(/^[a-z.]+$/);
  expect(users).toEqual(expect.arrayContaining(['anne.lund', 'mette.krogh']));
  for (const ward of wards) {
    const roles = region.logins.filter((login) => login.ward === ward.id).map((login) => login.role);
    expect(roles).toContain('doctor');
    expect(roles.some((role) => role === 'nurse' || role === 'midwife')).toBe(true);
  }
  for (const login of region.logins) expect(byReference.has(`Practitioner/${login.practitioner}`)).toBe(true);
});

test('a newborn’s values are judged as a newborn’s: haemoglobin by its own range, bilirubin by none', () => {
  const born = new Set(
    resources.flatMap((one) =>
      one.resourceType === 'Condition' && one.code?.coding?.some(({ code }) => code === 'DP073')
        ? [one.subject.reference ?? '']
        : [],
    ),
  );
  const values = resources.flatMap((one) =>
    one.resourceType === 'Observation' && born.has(one.subject?.reference ?? '') ? [one] : [],
  );
  const named = (name: string) => values.filter(({ code }) => code.text === name);
  expect(named('B-Hæmoglobin').length).toBeGreaterThan(0);
  for (const { referenceRange } of named('B-Hæmoglobin')) expect(referenceRange?.[0]?.low?.value).toBe(9);
  expect(named('P-Bilirubin').length).toBeGreaterThan(0);
  for (const { referenceRange, interpretation } of named('P-Bilirubin'))
    expect([referenceRange, interpretation]).toEqual([undefined, undefined]);
});

test('the operating programmes agree with themselves: who is in a room has a place there now, and each room one patient', () => {
  const inRoom = all('Procedure').filter(({ status }) => status === 'in-progress');
  expect(inRoom.length).toBeGreaterThan(5);
  const rooms = inRoom.map(({ location }) => location?.reference ?? '');
  expect(new Set(rooms).size).toBe(rooms.length);
  for (const way of inRoom) {
    const place = all('Appointment').find(
      ({ basedOn }) => basedOn?.[0]?.reference === way.basedOn?.[0]?.reference,
    );
    expect([
      place?.status,
      (byReference.get(way.location?.reference ?? '') as Location).operationalStatus?.code,
    ]).toEqual(['arrived', 'O']);
  }
});
