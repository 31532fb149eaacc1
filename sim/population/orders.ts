// What is asked for and what comes back as text: reports with their orders, open orders and bookings, tasks.
import type {
  Appointment,
  DiagnosticReport,
  Observation,
  Resource,
  ServiceRequest,
  Task,
} from '@medplum/fhirtypes';
import { careTaskKind } from '#fhir/care-plan/care-task.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import type { OrderPlan, ReportPlan } from './course.ts';
import { atDanish, danishInstant, danishHour, hourMs, minuteMs } from './danish-time.ts';
import type { Random } from './random.ts';
import { codeable, refer, referTo, systems } from './resources.ts';
import { atHours, type Stay } from './stay.ts';

const categoryByKind = {
  MB: 'mikrobiologi',
  PAT: 'laboratorium',
  RAD: 'billeddiagnostik',
  EC: 'EKG',
} as const;
const displayByKind = { MB: 'Mikrobiologi', PAT: 'Patologi', RAD: 'Billeddiagnostik', EC: 'EKG' } as const;

export function reportsOf(stay: Stay): Resource[] {
  const random = stay.random.fork('reports');
  return stay.course.reports.flatMap((plan) => {
    const taken = atHours(stay, plan.at);
    if (taken > stay.until) return [];
    const answered = taken + plan.answeredAfter * hourMs * random.between(0.85, 1.15);
    const final = answered <= stay.until;
    const preliminary =
      plan.preliminary !== undefined && taken + plan.preliminary.after * hourMs <= stay.until;
    const order = request(
      stay,
      random,
      { category: categoryByKind[plan.kind], what: plan.name },
      taken,
      taken - random.whole(10, 40) * minuteMs,
      final ? 'completed' : 'active',
    );
    if (!final && !preliminary) return [order];
    const rows = final ? resistanceRows(stay, plan, taken, answered, random) : [];
    const text = final ? plan.text : (plan.preliminary?.text ?? '');
    const issued = final ? answered : taken + (plan.preliminary?.after ?? 0) * hourMs;
    const report: DiagnosticReport = {
      resourceType: 'DiagnosticReport',
      id: random.uuid(),
      status: final ? 'final' : 'preliminary',
      category: [
        codeable(displayByKind[plan.kind], {
          system: 'http://terminology.hl7.org/CodeSystem/v2-0074',
          code: plan.kind,
        }),
      ],
      code: codeable(plan.name),
      subject: referTo(`Patient/${stay.person.id}`),
      encounter: referTo(`Encounter/${stay.encounterId}`),
      basedOn: [refer(order)],
      effectiveDateTime: danishInstant(taken),
      issued: danishInstant(issued),
      conclusion: text,
      ...(rows.length === 0 ? {} : { result: rows.map((row) => refer(row)) }),
    };
    return [order, ...rows, report];
  });
}

function resistanceRows(
  stay: Stay,
  plan: ReportPlan,
  taken: number,
  answered: number,
  random: Random,
): Observation[] {
  return (plan.resistance ?? []).map(([drug, answer]) => ({
    resourceType: 'Observation',
    id: random.uuid(),
    status: 'final',
    category: [
      codeable('Laboratorium', { system: systems.observationCategory, code: 'laboratory' }),
      codeable('Resistens'),
    ],
    code: codeable(drug),
    subject: referTo(`Patient/${stay.person.id}`),
    encounter: referTo(`Encounter/${stay.encounterId}`),
    effectiveDateTime: danishInstant(taken),
    issued: danishInstant(answered),
    valueCodeableConcept: codeable(answer),
    interpretation: [codeable(answer, { system: systems.interpretation, code: answer })],
  }));
}

function request(
  stay: Stay,
  random: Random,
  plan: Pick<OrderPlan, 'category' | 'what' | 'urgent'>,
  when: number,
  authored: number,
  status: 'active' | 'completed',
): ServiceRequest {
  return {
    resourceType: 'ServiceRequest',
    id: random.uuid(),
    status,
    intent: 'order',
    category: [codeable(plan.category)],
    code: codeable(plan.what),
    priority: plan.urgent === true ? 'urgent' : 'routine',
    subject: referTo(`Patient/${stay.person.id}`),
    encounter: referTo(`Encounter/${stay.encounterId}`),
    authoredOn: danishInstant(Math.max(authored, stay.admitted)),
    occurrenceDateTime: danishInstant(when),
    requester: referTo(`Practitioner/${stay.doctor.id}`, stay.doctor.name),
  };
}

/** Open orders of an admitted patient, the morning's blood samples among them, and what is booked. */
export function openOrdersOf(stay: Stay): Resource[] {
  const random = stay.random.fork('orders');
  const written: Resource[] = [];
  if (stay.course.daily.length > 0 && stay.dischargeAt === undefined) {
    written.push(
      request(
        stay,
        random,
        { category: 'laboratorium', what: 'Blodprøver, morgenrunde' },
        nextMorning(stay.until),
        stay.until - random.whole(20, 200) * minuteMs,
        'active',
      ),
    );
  }
  for (const plan of stay.course.orders) {
    if (stay.dischargeAt !== undefined && plan.inHours > 3) continue;
    const when =
      plan.inHours > 12
        ? nextDaytime(stay.until, random)
        : Math.ceil((stay.until + plan.inHours * hourMs) / (15 * minuteMs)) * 15 * minuteMs;
    const order = request(stay, random, plan, when, stay.until - random.whole(15, 220) * minuteMs, 'active');
    written.push(order);
    if (plan.place !== undefined) written.push(appointment(stay, random, plan.what, when, plan.place, order));
  }
  return written;
}

function nextMorning(now: number): number {
  return atDanish(now, '07:00', danishHour(now) < 4 ? 0 : 1);
}

function nextDaytime(now: number, random: Random): number {
  return atDanish(
    now,
    `${String(random.whole(8, 14)).padStart(2, '0')}:${random.pick(['00', '15', '30', '45'])}`,
    danishHour(now) < 4 ? 0 : 1,
  );
}

export function appointment(
  stay: Pick<Stay, 'person'>,
  random: Random,
  what: string,
  start: number,
  place: string,
  order?: ServiceRequest,
): Appointment {
  return {
    resourceType: 'Appointment',
    id: random.uuid(),
    status: 'booked',
    description: what,
    start: danishInstant(start),
    end: danishInstant(start + random.pick([20, 30, 45]) * minuteMs),
    ...(order === undefined ? {} : { basedOn: [refer(order)] }),
    participant: [
      { actor: referTo(`Patient/${stay.person.id}`), status: 'accepted' },
      { actor: { display: place }, status: 'accepted' },
    ],
  };
}

/** What falls due at night is due in the morning. */
function daytime(at: number): number {
  const hour = danishHour(at);
  if (hour >= 7 && hour < 22.5) return at;
  return atDanish(at, '07:30', hour < 7 ? 0 : 1);
}

const everydayTasks: readonly (readonly [text: string, owner: string])[] = [
  ['Vægt i morgen tidlig', 'Plejen'],
  ['Pårørende ønsker samtale', 'Læge'],
  ['Ernæringsscreening', 'Plejen'],
  ['Faldrisiko vurderes', 'Plejen'],
  ['Medicingennemgang', 'Farmaceut'],
  ['Indlæggelsessamtale', 'Plejen'],
  ['Plejeforløbsplan til kommunen', 'Plejen'],
  ['Ring til pårørende efter stuegang', 'Læge'],
  ['Venflon skiftes', 'Plejen'],
  ['Væskeregnskab gøres op', 'Plejen'],
];

export function tasksOf(stay: Stay): Task[] {
  const random = stay.random.fork('tasks');
  const own = stay.course.tasks.map((text): readonly [string, string] => [text, 'Plejen']);
  const everyday = stay.course.child === true ? [] : everydayTasks;
  const wanted = [...random.some(own, random.whole(1, 2)), ...random.some(everyday, random.whole(1, 2))];
  return wanted.map(([text, owner], index) => {
    const done = index > 0 && random.chance(0.3);
    const authored = Math.max(stay.admitted + 20 * minuteMs, stay.until - random.whole(2, 14) * hourMs);
    const due = daytime(
      Math.ceil(
        (stay.until + random.between(done ? -4 : -0.5, done ? -0.5 : 16) * hourMs) / (30 * minuteMs),
      ) *
        30 *
        minuteMs,
    );
    return {
      resourceType: 'Task',
      id: random.uuid(),
      status: done ? 'completed' : random.chance(0.2) ? 'in-progress' : 'requested',
      intent: 'order',
      code: codeable('Opgave', { system: taskKindSystem, code: careTaskKind }),
      description: text,
      for: referTo(`Patient/${stay.person.id}`),
      encounter: referTo(`Encounter/${stay.encounterId}`),
      authoredOn: danishInstant(authored),
      requester: referTo(`Practitioner/${stay.doctor.id}`, stay.doctor.name),
      owner: { display: owner },
      restriction: { period: { end: danishInstant(Math.max(due, authored)) } },
    };
  });
}
