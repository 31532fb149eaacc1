// Operating departments with their rooms, their people and a programme around the present moment: what is done, what goes on, what is
// to come, and what waits for a place.
import type { Appointment, Location, Organization, Procedure, Resource } from '@medplum/fhirtypes';
import { assert } from '#base/assert.ts';
import {
  departmentKind,
  placeStatusSystem,
  roomMinutes,
  surgicalProcedures,
  turnoverMinutes,
  type Side,
  type UrgencyName,
} from '#fhir/surgery/codes.ts';
import { operationTerm, overdueOperation, overdueTask } from '#fhir/overdue.ts';
import { cancelPlace, placeOperation } from '#fhir/surgery/place.ts';
import { askOperation, readOperation } from '#fhir/surgery/request.ts';
import { beginWay, clocksOf, isInRoom, recordClock, stepOf, type OperationStep } from '#fhir/surgery/way.ts';
import { atDanish, danishHour, hourMs, minuteMs } from './danish-time.ts';
import { allergiesOf } from './diagnosed.ts';
import { makePerson, patientResource, type Person } from './people.ts';
import { hospitalOfSite, physicalType } from './places.ts';
import type { Plan, Slot } from './plan.ts';
import type { Random } from './random.ts';
import { codeable, performerOf, referTo } from './resources.ts';
import { freshName, staffNamed, type Staff } from './staff.ts';
import { acuteOperations, operatingDepartments, type OperatingDepartment } from './tables/operating.ts';

const departmentName = 'Operationsgangen';
const roomName = ({ rooms }: OperatingDepartment, room: number) =>
  room === rooms ? `OP ${room} akut` : `OP ${room}`;

/** Surgeons, anaesthetists and scrub nurses, who have no log-in here. */
export function operatingStaff(random: Random, staff: readonly Staff[]): Staff[] {
  const names = new Set(staff.map(({ name }) => name));
  return operatingDepartments.flatMap((one) =>
    (['doctor', 'doctor', 'doctor', 'doctor', 'nurse', 'nurse', 'nurse'] as const).map((role) =>
      staffNamed(freshName(random, names), role, one.id, one.site),
    ),
  );
}

/** Departments and rooms; a room is taken by who is in it. */
function placesOf(department: OperatingDepartment, statusOf: (room: string) => string): Resource[] {
  const organisation: Organization = {
    resourceType: 'Organization',
    id: `${department.id}-afd`,
    active: true,
    name: 'Afdeling for Bedøvelse og Operation',
    type: [codeable('department')],
    partOf: referTo(`Organization/${hospitalOfSite(department.site).id}`),
  };
  const own: Location = {
    resourceType: 'Location',
    id: department.id,
    status: 'active',
    mode: 'instance',
    name: departmentName,
    type: [codeable('operationsgang', departmentKind)],
    physicalType: physicalType('wa', 'Ward'),
    partOf: referTo(`Location/${department.site}`),
    managingOrganization: referTo(`Organization/${department.id}-afd`),
  };
  const rooms = Array.from({ length: department.rooms }, (_, index): Location => {
    const id = `${department.id}-${index + 1}`;
    return {
      resourceType: 'Location',
      id,
      status: 'active',
      mode: 'instance',
      name: roomName(department, index + 1),
      physicalType: physicalType('ro', 'Room'),
      operationalStatus: { system: placeStatusSystem, code: statusOf(id) },
      partOf: referTo(`Location/${department.id}`),
      managingOrganization: referTo(`Organization/${department.id}-afd`),
    };
  });
  return [organisation, own, ...rooms];
}

interface Writing {
  readonly department: OperatingDepartment;
  readonly random: Random;
  readonly now: number;
  readonly staff: readonly Staff[];
  readonly taken: Set<string>;
  readonly written: Resource[];
}

/** Everything of one department; its places are there before its people. */
export function operatingOf(
  department: OperatingDepartment,
  random: Random,
  now: number,
  plan: Plan,
  staff: readonly Staff[],
): { readonly places: readonly Resource[]; readonly programme: readonly Resource[] } {
  const writing: Writing = {
    department,
    random,
    now,
    staff: staff.filter(({ ward }) => ward === department.id),
    taken: plan.taken,
    written: [],
  };
  for (let day = 0; day < department.days; day++)
    for (let room = 1; room < department.rooms; room++) electiveDay(writing, room, day);
  acute(writing, plan.slots);
  return {
    places: placesOf(department, (room) => roomStatus(writing, room)),
    programme: writing.written,
  };
}

function roomStatus({ written, now }: Writing, room: string): string {
  const ways = written.filter(
    (one): one is Procedure =>
      one.resourceType === 'Procedure' && one.location?.reference === `Location/${room}`,
  );
  if (ways.some((way) => isInRoom(stepOf(clocksOf(way))?.step))) return 'O';
  const left = ways.flatMap((way) => clocksOf(way).filter(({ step }) => step === 'out-of-room'));
  return left.some(({ at }) => now - at < turnoverMinutes * minuteMs) ? 'K' : 'U';
}

function electiveDay(writing: Writing, room: number, day: number): void {
  const { department, now } = writing;
  const random = writing.random.fork(`day-${day}-${room}`);
  const last = atDanish(now, '14:30', day);
  let start = atDanish(now, '08:00', day);
  while (start < last) {
    const code = random.pick(department.elective);
    const minutes = minutesOf(code) + random.pick([-10, 0, 0, 15]);
    const end = start + (minutes + roomMinutes) * minuteMs;
    operate(writing, random, newcomer(writing, random, code), {
      code,
      urgency: 'D',
      asked: now - random.whole(20, 60) * 24 * hourMs,
      wanted: start,
      minutes,
      room,
      start,
      end,
    });
    start = Math.ceil((end + turnoverMinutes * minuteMs) / (5 * minuteMs)) * 5 * minuteMs;
  }
}

/** One in the urgent room, one called for, and who waits: of each class, and one whose place was cancelled. */
function acute(writing: Writing, slots: readonly Slot[]): void {
  const { department, now } = writing;
  const random = writing.random.fork('acute');
  const fresh = slots.filter(
    ({ ward, state, kind, admitted }) =>
      ward.site === department.site &&
      // Whoever is shown in the pictures of the ward stays in bed.
      ward.id !== 'herlev-b12' &&
      state === 'in-progress' &&
      kind in acuteOperations &&
      now - admitted < 30 * hourMs,
  );
  const next = (code: string): Patient => {
    const slot = fresh.shift();
    const found = slot === undefined ? undefined : acuteOperations[slot.kind as keyof typeof acuteOperations];
    return slot === undefined || found === undefined
      ? newcomer(writing, random, code)
      : { person: slot.person, encounter: slot.encounterId, code: found[0] };
  };
  const urgent = (
    code: string,
    urgency: UrgencyName,
    askedHours: number,
    startHours?: number,
    room = department.rooms,
  ) => {
    const patient = next(code);
    const asked = now - askedHours * hourMs;
    const minutes = minutesOf(patient.code);
    const start = startHours === undefined ? undefined : now + startHours * hourMs;
    operate(writing, random, patient, {
      code: patient.code,
      urgency,
      asked,
      wanted: asked,
      minutes,
      room,
      ...(start === undefined ? {} : { start, end: start + (minutes + roomMinutes) * minuteMs }),
    });
  };
  urgent('KJAH00', 'B', 3, -0.8);
  urgent('KJEA01', 'C', 9, 2.25);
  // In the evening and at night a second team operates what cannot wait until morning.
  const hour = danishHour(now);
  if (hour < 7 || hour >= 18) urgent('KNFJ51', 'C', 14, -0.3, 1);
  urgent('KMCA10', 'A', 0.7);
  urgent('KJEA01', 'B', 7.2);
  urgent('KNFJ51', 'C', 5);
  const waiting = newcomer(writing, random, department.elective[0] ?? 'KJKA21');
  operate(writing, random, waiting, {
    code: waiting.code,
    urgency: 'D',
    asked: now - 40 * 24 * hourMs,
    wanted: atDanish(now, '10:00', -1),
    minutes: minutesOf(waiting.code),
    room: 1,
    start: atDanish(now, '10:00', -1),
    end: atDanish(now, '11:45', -1),
    cancelled: true,
  });
}

function minutesOf(code: string): number {
  return surgicalProcedures.find((one) => one.code === code)?.minutes ?? 60;
}

interface Patient {
  readonly person: Person;
  readonly encounter?: string;
  readonly code: string;
}

/** Who comes from home for it, or by the emergency department. */
function newcomer({ department, now, taken, written }: Writing, random: Random, code: string): Patient {
  const hospital = hospitalOfSite(department.site);
  const isBirth = code === 'KMCA10';
  const person = makePerson(random.fork(`person-${written.length}`), now, hospital, taken, {
    ages: isBirth ? [22, 40] : ['KNFB40', 'KNGB40', 'KNFJ51', 'KKED22'].includes(code) ? [60, 84] : [28, 78],
    sex: isBirth ? 'female' : code === 'KKED22' ? 'male' : undefined,
  });
  written.push(patientResource(person, hospital.id), ...allergiesOf(person, now - 10 * hourMs, random.uuid));
  return { person, code };
}

interface Wanted {
  readonly code: string;
  readonly urgency: UrgencyName;
  readonly asked: number;
  readonly wanted: number;
  readonly minutes: number;
  readonly room: number;
  readonly start?: number;
  readonly end?: number;
  readonly cancelled?: boolean;
}

function operate(
  { department, now, staff, written }: Writing,
  random: Random,
  patient: Patient,
  wanted: Wanted,
): void {
  const procedure = surgicalProcedures.find(({ code }) => code === wanted.code);
  assert(procedure !== undefined, `no procedure ${wanted.code}`);
  const doctors = staff.filter(({ role }) => role === 'doctor');
  const nurses = staff.filter(({ role }) => role === 'nurse');
  const surgeon = doctors[(wanted.room - 1) % 3];
  const [anaesthesia, scrub] = [doctors[3], nurses[(wanted.room - 1) % 3]];
  assert(
    surgeon !== undefined && anaesthesia !== undefined && scrub !== undefined,
    'an operation has a team',
  );
  const own = referTo(`Location/${department.id}`, departmentName);
  const side: Side | undefined = procedure.sided ? random.pick(['left', 'right'] as const) : undefined;
  const request = {
    ...askOperation(
      {
        patient: patient.person.id,
        encounter: patient.encounter,
        department: own,
        procedure,
        urgency: wanted.urgency,
        wanted: wanted.wanted,
        minutes: wanted.minutes,
        side,
        anaesthesia: procedure.anaesthesia,
        needs: random.chance(0.15)
          ? random.pick(['Gennemlysning', 'Latexfrit', 'Tolk', 'Bariatrisk leje'])
          : undefined,
        isolation: random.chance(0.06) ? 'MRSA' : undefined,
        fastingSince: wanted.urgency === 'D' ? undefined : wanted.asked - 2 * hourMs,
        requester: performerOf(surgeon),
      },
      wanted.asked,
    ),
    id: random.uuid(),
  };
  written.push(request);
  const deadline = readOperation(request)?.deadline;
  // It has run out before anybody could be called: the call stands.
  if (wanted.start === undefined && deadline !== undefined && deadline < now)
    written.push(
      overdueTask(
        {
          name: `ServiceRequest/${request.id}`,
          words: overdueOperation(procedure.words),
          patient: request.subject,
          encounter: request.encounter,
          owner: request.requester,
          term: operationTerm(wanted.urgency),
          dueSeconds: 0,
          dueAt: deadline,
          at: deadline,
        },
        'requested',
      ),
    );
  if (wanted.start === undefined || wanted.end === undefined) return;
  const operation = {
    id: request.id,
    patient: `Patient/${patient.person.id}`,
    words: procedure.words,
    code: procedure.code,
    side,
  };
  const room = referTo(`Location/${department.id}-${wanted.room}`, roomName(department, wanted.room));
  const place: Appointment = {
    ...placeOperation(
      operation,
      { room, department: own, start: wanted.start, end: wanted.end },
      { surgeon: performerOf(surgeon), anaesthesia: performerOf(anaesthesia), scrub: performerOf(scrub) },
    ),
    id: random.uuid(),
  };
  if (wanted.cancelled === true) {
    written.push(cancelPlace(place, 'overrun', 'Foregående trak ud'));
    return;
  }
  const way = wayOf(operation, room, wanted.start, wanted.end, now, performerOf(scrub), random.uuid());
  const step = way === undefined ? undefined : stepOf(clocksOf(way))?.step;
  const isDone = way?.status === 'completed';
  written.push({ ...place, status: isDone ? 'fulfilled' : isInRoom(step) ? 'arrived' : 'booked' });
  if (way !== undefined) written.push(way);
  if (isDone) {
    assert(readOperation(request) !== undefined, 'what is done was asked for');
    written[written.indexOf(request)] = { ...request, status: 'completed' };
  }
}

/** Its clocks up to now; undefined: nobody has called for it. */
function wayOf(
  operation: Parameters<typeof beginWay>[0],
  room: ReturnType<typeof referTo>,
  start: number,
  end: number,
  now: number,
  by: ReturnType<typeof referTo>,
  id: string,
): Procedure | undefined {
  const clocks: readonly (readonly [OperationStep, number])[] = [
    ['called', start - 35 * minuteMs],
    ['in-room', start],
    ['check-in', start + 4 * minuteMs],
    ['anaesthesia', start + 7 * minuteMs],
    ['time-out', start + 16 * minuteMs],
    ['knife-start', start + 18 * minuteMs],
    ['knife-end', end - 12 * minuteMs],
    ['check-out', end - 9 * minuteMs],
    ['out-of-room', end],
    ['recovery', end + 6 * minuteMs],
    ['ward', end + 95 * minuteMs],
  ];
  let way: Procedure | undefined;
  for (const [step, at] of clocks) {
    if (at > now) break;
    way = way === undefined ? beginWay(operation, room, step, at, by) : recordClock(way, step, at, by);
  }
  return way === undefined ? undefined : { ...way, id };
}
