// Someone who is expected in: what the ward knows before the patient comes.
import { Buffer } from 'node:buffer';
import type { Encounter, Resource } from '@medplum/fhirtypes';
import { plannedPlaces } from './chart.ts';
import { courses, type CourseKind } from './courses/index.ts';
import { danishInstant, dayMs, hourMs } from './danish-time.ts';
import { allergiesOf, conditionResource } from './diagnosed.ts';
import { homeOrders, toleratedDrug } from './medication.ts';
import { appointment } from './orders.ts';
import { patientResource } from './people.ts';
import { hospitalOfSite } from './places.ts';
import type { Slot } from './plan.ts';
import { codeable, refer, referTo } from './resources.ts';
import { staffOf, type Staff } from './staff.ts';
import { problems } from './tables/problems.ts';

const elective: readonly CourseKind[] = ['knee-replacement', 'colon-cancer', 'haematuria', 'birth'];

export function plannedChartOf(slot: Slot, now: number, staff: readonly Staff[]): Resource[] {
  const random = slot.random.fork('planned');
  const doctor = slot.doctor ?? random.pick(staffOf(slot.ward.id, staff).doctors);
  const course = courses[slot.kind].course({
    person: slot.person,
    age: slot.person.age,
    random: random.fork('course'),
    hours: 0,
    trend: slot.trend,
    has: (problem) => slot.problems.includes(problem),
    tolerated: (drug) => toleratedDrug(slot.person, drug) ?? drug,
  });
  const patient = patientResource(slot.person, hospitalOfSite(slot.ward.site).id);
  const reason = slot.expected?.reason ?? course.reason;
  const known = Math.min(slot.admitted, now) - random.whole(1, 20) * hourMs;
  const origin =
    slot.expected?.origin ??
    (elective.includes(slot.kind)
      ? 'Hjemmefra'
      : slot.ward.id === 'rigshospitalet-ita'
        ? 'Operationsgangen'
        : 'Akutmodtagelsen');
  const diagnosis =
    slot.expected?.reason === 'Udredning for synkope'
      ? (['DR559', 'Besvimelse UNS'] as const)
      : course.diagnoses[0];
  const conditions = [
    ...(diagnosis === undefined
      ? []
      : [
          conditionResource({
            id: random.uuid(),
            code: diagnosis[0],
            display: diagnosis[1],
            category: 'encounter-diagnosis',
            recorded: known,
            patient: slot.person.id,
            encounter: slot.encounterId,
          }),
        ]),
    ...slot.problems.map((problem) =>
      conditionResource({
        id: random.uuid(),
        code: problems[problem].code,
        display: problems[problem].display,
        category: 'problem-list-item',
        recorded: known - random.whole(300, 3000) * dayMs,
        patient: slot.person.id,
        encounter: undefined,
      }),
    ),
  ];
  const encounter: Encounter = {
    resourceType: 'Encounter',
    id: slot.encounterId,
    status: 'planned',
    class: {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
      code: 'IMP',
      display: 'inpatient encounter',
    },
    subject: referTo(`Patient/${slot.person.id}`),
    period: { start: danishInstant(slot.admitted) },
    serviceProvider: referTo(`Organization/${slot.ward.id}-afd`, slot.ward.department),
    participant: [
      {
        type: [
          codeable('Ansvarlig læge', {
            system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
            code: 'ATND',
          }),
        ],
        individual: referTo(`Practitioner/${doctor.id}`, doctor.name),
      },
    ],
    reasonCode: [codeable(reason)],
    diagnosis: conditions.slice(0, 1).map((condition) => ({ condition: refer(condition), rank: 1 })),
    hospitalization: { origin: { display: origin } },
    location: plannedPlaces(slot.ward, slot.bed),
  };
  const text = `${slot.person.age}-årig ${slot.person.sex === 'female' ? 'kvinde' : 'mand'} ventes til ${slot.ward.name}. Årsag: ${reason}.\n\nAktuelt: ${course.notes.history}\n\nPlan ved ankomst:\n${course.notes.plan
    .slice(0, 3)
    .map((line) => `- ${line}`)
    .join('\n')}`;
  return [
    patient,
    ...conditions,
    encounter,
    ...allergiesOf(slot.person, known, random.uuid),
    ...homeOrders(slot.person, slot.problems, known, random),
    appointment(slot, random, `Indlæggelse: ${reason}`, slot.admitted, slot.ward.name),
    {
      resourceType: 'DocumentReference',
      id: random.uuid(),
      status: 'current',
      type: codeable('Visitationsnotat'),
      subject: referTo(`Patient/${slot.person.id}`),
      date: danishInstant(known),
      author: [referTo(`Practitioner/${doctor.id}`, doctor.name)],
      content: [
        {
          attachment: {
            contentType: 'text/plain; charset=utf-8',
            language: 'da',
            data: Buffer.from(text, 'utf8').toString('base64'),
          },
        },
      ],
      context: { encounter: [referTo(`Encounter/${slot.encounterId}`)] },
    },
  ];
}
