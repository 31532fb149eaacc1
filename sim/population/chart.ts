// One patient's whole chart: the person, the stay, and everything that happened in it, as resources in an order where
// nothing refers to what has not been said (within one bundle).
import type { Condition, Encounter, EncounterLocation, RelatedPerson, Resource } from '@medplum/fhirtypes';
import { courses } from './courses/index.ts';
import type { About } from './course.ts';
import { careOf } from './care.ts';
import { allergiesOf, conditionResource } from './diagnosed.ts';
import { atDanish, danishInstant, dayMs, hourMs, minuteMs } from './danish-time.ts';
import { earlierStays } from './earlier.ts';
import { flagsOf } from './flags.ts';
import { fluidsOf } from './fluids.ts';
import { lettersOf } from './letters.ts';
import { laboratoryOf } from './laboratory.ts';
import { medicationOf, toleratedDrug } from './medication.ts';
import { notesOf } from './notes.ts';
import { appointment, openOrdersOf, reportsOf, tasksOf } from './orders.ts';
import { patientResource } from './people.ts';
import { hospitalOfSite, physicalType } from './places.ts';
import type { Slot } from './plan.ts';
import { reviewsOf, waysOf } from './reviews.ts';
import { codeable, refer, referTo } from './resources.ts';
import type { Staff } from './staff.ts';
import { staffOf } from './staff.ts';
import type { Stay } from './stay.ts';
import { problems } from './tables/problems.ts';
import { labourOf } from './labour.ts';
import { readingsOf, vitalResources } from './vitals.ts';

export function chartOf(slot: Slot, now: number, staff: readonly Staff[]): Resource[] {
  const stay = stayOf(slot, now, staff);
  const random = slot.random.fork('chart');
  const patient = patientResource(slot.person, hospitalOfSite(slot.ward.site).id);
  const conditions = conditionsOf(stay, random.uuid);
  const encounter = encounterOf(
    slot,
    stay,
    conditions.filter((condition) => condition.category?.[0]?.coding?.[0]?.code === 'encounter-diagnosis'),
  );
  const readings = readingsOf(stay);
  const laboratory = laboratoryOf(stay);
  const earlier = earlierStays(slot, stay, random.fork('earlier'));
  const reports = reportsOf(stay);
  const open = slot.state === 'finished' ? [] : openOrdersOf(stay);
  return [
    patient,
    ...motherOf(slot, random.uuid()),
    ...earlier,
    ...conditions,
    encounter,
    ...expectedElsewhere(slot, conditions),
    ...allergiesOf(slot.person, stay.admitted, random.uuid),
    ...flagsOf(slot, stay, random.uuid),
    ...vitalResources(stay, readings),
    ...fluidsOf(stay),
    ...(slot.kind === 'birth' ? labourOf(stay) : []),
    ...laboratory.resources,
    ...medicationOf(stay),
    ...reports,
    ...reviewsOf(stay, [...earlier, ...laboratory.resources, ...reports]),
    ...open,
    ...(slot.state === 'finished'
      ? []
      : [
          ...waysOf(stay, [...laboratory.resources, ...reports, ...open]),
          ...tasksOf(stay),
          ...careOf(slot, stay),
        ]),
    ...(slot.state === 'onleave'
      ? [appointment(stay, random, 'Tilbage fra orlov', backFromLeave(now), slot.ward.name)]
      : []),
    ...notesOf(stay, readings, laboratory.values),
    ...lettersOf(
      slot,
      stay,
      conditions.filter((condition) => condition.category?.[0]?.coding?.[0]?.code === 'encounter-diagnosis'),
    ),
  ];
}

/** At six in the evening, or when that is past, the next morning. */
function backFromLeave(now: number): number {
  const evening = atDanish(now, '18:00');
  return evening > now ? evening : atDanish(now, '09:00', 1);
}

function stayOf(slot: Slot, now: number, staff: readonly Staff[]): Stay {
  const wardStaff = staffOf(slot.ward.id, staff);
  const random = slot.random.fork('stay');
  // Nobody measures or treats a patient who is on leave since some hours.
  const until = slot.dischargedAt ?? (slot.state === 'onleave' ? now - 3 * hourMs : now);
  const about: About = {
    person: slot.person,
    age: slot.person.age,
    random: random.fork('course'),
    hours: (until - slot.admitted) / hourMs,
    trend: slot.trend,
    has: (problem) => slot.problems.includes(problem),
    // A course may name a drug in its text; when nothing is tolerated, the drug itself is named and then not ordered.
    tolerated: (drug) => toleratedDrug(slot.person, drug) ?? drug,
  };
  const course = courses[slot.kind].course(about);
  return {
    person: slot.person,
    random,
    course,
    trend: slot.trend,
    severity: slot.severity ?? random.between(0.72, 1.12),
    problems: slot.problems,
    encounterId: slot.encounterId,
    admitted: slot.admitted,
    until,
    hours: about.hours,
    staff: wardStaff,
    doctor: slot.doctor ?? random.pick(wardStaff.doctors),
    nurse: slot.nurse ?? random.pick(wardStaff.nurses),
    spo2Scale: slot.kind === 'copd' ? 2 : 1,
    measuredLate: slot.measuredLate,
    doseLate: slot.doseLate,
    finished: slot.state === 'finished',
    ...(slot.dischargeToday === undefined ? {} : { dischargeAt: slot.dischargeToday }),
  };
}

function encounterOf(slot: Slot, stay: Stay, diagnoses: readonly Condition[]): Encounter {
  const { ward, bed, state } = slot;
  const end = slot.dischargedAt ?? slot.dischargeToday;
  return {
    resourceType: 'Encounter',
    id: slot.encounterId,
    status: state === 'planned' ? 'planned' : state,
    class: {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
      code: 'IMP',
      display: 'inpatient encounter',
    },
    subject: referTo(`Patient/${slot.person.id}`),
    period: {
      start: danishInstant(slot.admitted),
      ...(end === undefined ? {} : { end: danishInstant(end) }),
    },
    serviceProvider: referTo(`Organization/${ward.id}-afd`, ward.department),
    participant: participants(stay.doctor, stay.nurse),
    reasonCode: [codeable(stay.course.reason)],
    diagnosis: diagnoses.map((condition, index) => ({ condition: refer(condition), rank: index + 1 })),
    ...(end === undefined
      ? {}
      : {
          hospitalization: {
            dischargeDisposition: codeable(capital(stay.course.dischargeTo ?? 'eget hjem')),
          },
        }),
    ...(slot.mother === undefined ? {} : { partOf: referTo(`Encounter/${slot.mother.encounterId}`) }),
    location:
      state === 'finished'
        ? [
            {
              location: referTo(`Location/${ward.id}`, ward.name),
              status: 'completed',
              physicalType: physicalType('wa', 'Ward'),
              period: {
                start: danishInstant(slot.admitted),
                end: danishInstant(slot.dischargedAt ?? stay.until),
              },
            },
          ]
        : [...currentPlaces(slot, stay), ...(bed === undefined ? [] : earlierPlace(slot, stay))],
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function participants(doctor: Staff, nurse: Staff): NonNullable<Encounter['participant']> {
  const type = (code: string, display: string): NonNullable<Encounter['participant']>[number]['type'] => [
    codeable(display, { system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code }),
  ];
  return [
    {
      type: type('ATND', 'Ansvarlig læge') ?? [],
      individual: referTo(`Practitioner/${doctor.id}`, doctor.name),
    },
    {
      type: type('PPRF', 'Ansvarlig sygeplejerske') ?? [],
      individual: referTo(`Practitioner/${nurse.id}`, nurse.name),
    },
  ];
}

function currentPlaces(slot: Slot, stay: Stay): EncounterLocation[] {
  const period = { start: danishInstant(movedAt(slot, stay)) };
  return [
    {
      location: referTo(`Location/${slot.ward.id}`, slot.ward.name),
      status: 'active',
      physicalType: physicalType('wa', 'Ward'),
      period,
    },
    ...(slot.bed === undefined
      ? []
      : [
          {
            location: referTo(`Location/${slot.bed.id}`, slot.bed.name),
            status: 'active' as const,
            physicalType: physicalType('bd', 'Bed'),
            period,
          },
        ]),
  ];
}

/** Those who came acutely spent some hours in the emergency department first. */
function movedAt(slot: Slot, stay: Stay): number {
  return slot.viaEmergency && stay.hours > 9 ? slot.admitted + slot.emergencyHours * hourMs : slot.admitted;
}

function earlierPlace(slot: Slot, stay: Stay): EncounterLocation[] {
  const moved = movedAt(slot, stay);
  if (moved === slot.admitted) return [];
  const location =
    slot.ward.site === 'herlev'
      ? referTo('Location/herlev-fam', 'Fælles Akutmodtagelse')
      : { display: `Akutmodtagelsen, ${hospitalOfSite(slot.ward.site).name}` };
  return [
    {
      location,
      status: 'completed',
      physicalType: physicalType('wa', 'Ward'),
      period: { start: danishInstant(slot.admitted), end: danishInstant(moved) },
    },
  ];
}

/** A patient in the emergency department who is expected on a ward: a second, planned stay. */
function expectedElsewhere(slot: Slot, conditions: readonly Condition[]): Encounter[] {
  const expected = slot.expected;
  const reason = conditions[0];
  if (expected === undefined || reason === undefined) return [];
  return [
    {
      resourceType: 'Encounter',
      id: expected.encounterId,
      status: 'planned',
      class: {
        system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
        code: 'IMP',
        display: 'inpatient encounter',
      },
      subject: referTo(`Patient/${slot.person.id}`),
      period: { start: danishInstant(expected.at) },
      serviceProvider: referTo(`Organization/${expected.ward.id}-afd`, expected.ward.department),
      reasonCode: [codeable(expected.reason)],
      diagnosis: [{ condition: refer(reason), rank: 1 }],
      hospitalization: { origin: { display: expected.origin } },
      location: plannedPlaces(expected.ward, expected.bed),
    },
  ];
}

export function plannedPlaces(ward: Slot['ward'], bed: Slot['bed']): EncounterLocation[] {
  return [
    {
      location: referTo(`Location/${ward.id}`, ward.name),
      status: 'planned',
      physicalType: physicalType('wa', 'Ward'),
    },
    ...(bed === undefined
      ? []
      : [
          {
            location: referTo(`Location/${bed.id}`, bed.name),
            status: 'planned' as const,
            physicalType: physicalType('bd', 'Bed'),
          },
        ]),
  ];
}

function conditionsOf(stay: Stay, uuid: () => string): Condition[] {
  const of = (
    code: string,
    display: string,
    category: 'encounter-diagnosis' | 'problem-list-item',
    recorded: number,
    isSecondary = false,
  ): Condition =>
    conditionResource({
      isSecondary,
      id: uuid(),
      code,
      display,
      category,
      recorded,
      patient: stay.person.id,
      encounter: category === 'encounter-diagnosis' ? stay.encounterId : undefined,
    });
  return [
    ...stay.course.diagnoses.map(([code, display], index) =>
      of(code, display, 'encounter-diagnosis', stay.admitted + 50 * minuteMs, index > 0),
    ),
    ...stay.problems.map((problem) =>
      of(
        problems[problem].code,
        problems[problem].display,
        'problem-list-item',
        stay.admitted - stay.random.whole(200, 4200) * dayMs,
      ),
    ),
  ];
}

function motherOf(slot: Slot, id: string): RelatedPerson[] {
  const mother = slot.mother?.person ?? slot.motherElsewhere;
  if (mother === undefined) return [];
  return [
    {
      resourceType: 'RelatedPerson',
      id,
      active: true,
      patient: referTo(`Patient/${slot.person.id}`),
      relationship: [
        codeable('Mor', { system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH' }),
      ],
      identifier: [{ use: 'official', system: 'urn:oid:1.2.208.176.1.2', value: mother.cpr }],
      name: [{ use: 'official', family: mother.family, given: mother.given.split(' ') }],
      telecom: [{ system: 'phone', value: mother.phone }],
    },
  ];
}
