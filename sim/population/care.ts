// What nurses plan, and who waits for a porter.
import type { Resource } from '@medplum/fhirtypes';
import { assert } from '#base/assert.ts';
import { areas, nursingPlan, type Schedule } from '#fhir/care-plan/care-plan.ts';
import { destinations, transport, transportModes } from '#fhir/transport/transport.ts';
import { hourMs, minuteMs } from './danish-time.ts';
import type { Slot } from './plan.ts';
import { performerOf } from './resources.ts';
import type { Stay } from './stay.ts';

const shifts: Schedule = { kind: 'times', times: ['08:00', '16:00', '23:30'] };
const plans: readonly (readonly [
  area: string,
  goal: string,
  actions: readonly (readonly [string, Schedule])[],
])[] = [
  ['skin', 'Ingen tryksår', [['Vendes og hud ses efter', { kind: 'every', hours: 4 }]]],
  ['nutrition', 'Spiser mindst tre fjerdedele', [['Kost registreres', shifts]]],
  ['pain', 'Smerter højst NRS 3 i hvile', [['Smerter vurderes (NRS)', shifts]]],
  [
    'respiration',
    'Dyb vejrtrækning uden smerter',
    [['PEP-fløjte', { kind: 'times', times: ['09:00', '13:00', '18:00'] }]],
  ],
  [
    'function',
    'Oppe at sidde til måltiderne',
    [['Mobiliseres', { kind: 'times', times: ['09:30', '17:30'] }]],
  ],
];

/** A plan for the old and the frail, and now and then one who is to be fetched. */
export function careOf(slot: Slot, stay: Stay): Resource[] {
  if (stay.finished || stay.course.child === true || slot.state === 'onleave') return [];
  const random = stay.random.fork('care');
  const encounter = `Encounter/${stay.encounterId}`;
  const patient = `Patient/${stay.person.id}`;
  const made: Resource[] = [];
  if (stay.person.age >= 70 && random.chance(0.6)) {
    const [id, goal, actions] = random.pick(plans);
    const area = areas.find((one) => one.id === id);
    assert(area !== undefined, `no problem area ${id}`);
    const plan = nursingPlan({
      patient,
      encounter,
      area,
      goal,
      actions: actions.map(([words, schedule]) => ({ words, schedule })),
      // Begun a while ago, on the hour: what was not done since is overdue.
      at: Math.floor(Math.max(stay.admitted, stay.until - 3 * hourMs) / hourMs) * hourMs,
      author: performerOf(stay.nurse),
    });
    made.push({ id: random.uuid(), ...plan } as unknown as Resource);
  }
  const bed = slot.bed;
  if (bed !== undefined && random.chance(0.12)) {
    const at = stay.until - random.whole(2, 25) * minuteMs;
    const requestId = random.uuid();
    const { request, task } = transport(
      {
        patient,
        encounter,
        from: { reference: `Location/${bed.id}`, display: `${bed.name}, ${slot.ward.name}` },
        to: random.pick(destinations.slice(0, 4)),
        mode: random.pick(transportModes),
        oxygen: random.chance(0.2),
        isolation: stay.course.flags?.find(([code]) => code === 'isolation')?.[1],
        note: '',
        when: at + random.whole(0, 90) * minuteMs,
        at,
        requester: performerOf(stay.nurse),
      },
      `ServiceRequest/${requestId}`,
    );
    made.push(
      { id: requestId, ...request } as unknown as Resource,
      { id: random.uuid(), ...task } as unknown as Resource,
    );
  }
  return made;
}
