// Who has seen which results: all that came before the last hours, and of those most; what came since waits in the inbox.
import type { DiagnosticReport, Observation, Resource, ServiceRequest, Task } from '@medplum/fhirtypes';
import { orderStepSystem, taskKindSystem } from '#fhir/orders/steps.ts';
import { danishInstant, hourMs, minuteMs } from './danish-time.ts';
import { codeable, refer, referTo } from './resources.ts';
import type { Stay } from './stay.ts';

/** Older than this everything has been seen. */
const seenAfterMs = 9 * hourMs;

type Result = Observation | DiagnosticReport;

/** One review of each sample and report, by the doctor of the stay. */
export function reviewsOf(stay: Stay, resources: readonly Resource[]): Task[] {
  const random = stay.random.fork('reviews');
  const results = resources.filter(
    (one): one is Result => one.resourceType === 'DiagnosticReport' || isLaboratory(one),
  );
  const together = Map.groupBy(
    results,
    (one) => one.basedOn?.[0]?.reference ?? one.encounter?.reference ?? one.id ?? '',
  );
  return [...together.values()].flatMap((some): Task[] => {
    const answered = Math.max(...some.map(({ issued }) => Date.parse(issued ?? '')));
    const seen = answered + random.whole(8, 90) * minuteMs;
    const isSeen = answered < stay.until - seenAfterMs || (seen < stay.until && random.chance(0.4));
    if (!isSeen) return [];
    return [
      {
        resourceType: 'Task',
        id: random.uuid(),
        status: 'completed',
        intent: 'order',
        code: codeable('Svar set', { system: taskKindSystem, code: 'result-review' }),
        for: referTo(`Patient/${stay.person.id}`),
        encounter: referTo(`Encounter/${stay.encounterId}`),
        authoredOn: danishInstant(Math.min(seen, stay.until)),
        owner: referTo(`Practitioner/${stay.doctor.id}`, stay.doctor.name),
        // As they are first written.
        basedOn: some.map((one) => referTo(`${one.resourceType}/${one.id}/_history/1`)),
      },
    ];
  });
}

function isLaboratory(resource: Resource): resource is Observation {
  return (
    resource.resourceType === 'Observation' &&
    resource.category?.some(({ coding }) => coding?.some(({ code }) => code === 'laboratory')) === true
  );
}

const takenOnWard = new Set(['laboratorium', 'mikrobiologi', 'blodbank']);

/** The ways of the orders that are open: those that are taken on the ward wait to be. */
export function waysOf(stay: Stay, resources: readonly Resource[]): Task[] {
  const random = stay.random.fork('ways');
  return resources
    .filter((one): one is ServiceRequest => one.resourceType === 'ServiceRequest' && one.status === 'active')
    .map((order) => {
      const receiver = order.category?.[0]?.text ?? '';
      const wanted = Date.parse(order.occurrenceDateTime ?? '');
      const isTaken = takenOnWard.has(receiver) && wanted < stay.until;
      const step = isTaken ? 'collected' : takenOnWard.has(receiver) ? 'sent' : 'received';
      return {
        resourceType: 'Task',
        id: random.uuid(),
        status: isTaken ? 'in-progress' : step === 'sent' ? 'requested' : 'accepted',
        businessStatus: { coding: [{ system: orderStepSystem, code: step }] },
        intent: 'order',
        code: codeable('Bestilling', { system: taskKindSystem, code: 'order' }),
        priority: order.priority ?? 'routine',
        for: referTo(`Patient/${stay.person.id}`),
        encounter: referTo(`Encounter/${stay.encounterId}`),
        authoredOn: order.authoredOn ?? danishInstant(stay.until),
        owner: { display: receiver },
        basedOn: [refer(order)],
        restriction: { period: { end: danishInstant(wanted) } },
      } satisfies Task;
    });
}
