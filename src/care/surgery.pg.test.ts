// The operating programme, as any client of the API meets the rules.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Appointment, Procedure, ServiceRequest, Task } from '@medplum/fhirtypes';
import { useClient, type Reply } from '#rest/testing.ts';
import { callTo, called, type Decision } from '#fhir/surgery/cancel-together.ts';
import type { Side, UrgencyName } from '#fhir/surgery/codes.ts';
import { cancelPlace, keepPlace, movePlace, placeOperation } from '#fhir/surgery/place.ts';
import { askOperation, readOperation } from '#fhir/surgery/request.ts';
import {
  beginWay,
  clocksOf,
  isInRoom,
  operationSteps,
  recordClock,
  stepOf,
  wrongClock,
  type OperationStep,
} from '#fhir/surgery/way.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create } = useClient(testDatabase);
const department = { reference: 'Location/op' };
const nurse = { reference: 'Practitioner/anne', display: 'Anne Lund' };
const hourMs = 3_600_000;
const day = Date.parse('2026-03-02T07:00:00Z');
const past = Date.now() - 10 * hourMs;

const newRoom = async (status = 'U') =>
  `Location/${await create({
    resourceType: 'Location',
    operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: status },
  })}`;
async function ask(
  more: { urgency?: UrgencyName; side?: Side; code?: string; patient?: string } = {},
): Promise<ServiceRequest & { readonly id: string }> {
  const patient = more.patient ?? (await create({ resourceType: 'Patient' }));
  const asked = askOperation(
    {
      patient,
      department,
      procedure: { code: more.code ?? 'KJEA01', words: 'Appendektomi' },
      urgency: more.urgency ?? 'D',
      wanted: day,
      minutes: 60,
      anaesthesia: 'general',
      requester: nurse,
      ...(more.side === undefined ? {} : { side: more.side }),
    },
    day,
  );
  return { ...asked, id: await create(asked) };
}
const operationOf = (request: ServiceRequest) => {
  const operation = readOperation(request);
  return { ...operation!, id: request.id ?? '', patient: request.subject.reference ?? '' };
};
const at = (room: string, hour: number, hours = 1) => ({
  room: { reference: room },
  department,
  start: day + hour * hourMs,
  end: day + (hour + hours) * hourMs,
});
const placed = (request: ServiceRequest, room: string, hour: number, surgeon?: string) =>
  placeOperation(
    operationOf(request),
    at(room, hour),
    surgeon === undefined ? {} : { surgeon: { reference: surgeon } },
  );
async function book(room: string, hour: number, more: Parameters<typeof ask>[0] = {}) {
  const request = await ask(more);
  const answer = await send('POST', 'Appointment', placed(request, room, hour));
  expect([answer.status, answer.issues]).toEqual([201, []]);
  return {
    request,
    place: (await send('GET', `Appointment/${answer.json.id}`)).json as unknown as Appointment,
  };
}
type Named = { readonly resourceType: string; readonly id?: string; readonly meta?: object };
const put = <One extends Named>(resource: One, version?: string) =>
  send(
    'PUT',
    `${resource.resourceType}/${resource.id}`,
    resource,
    version === undefined ? {} : { 'if-match': `W/"${version}"` },
  );
const details = ({ json }: Reply) =>
  ((json.issue ?? []) as readonly { details?: { coding?: { code: string }[] } }[]).map(
    ({ details: said }) => said?.coding?.[0]?.code,
  );
const statuses = (answers: readonly Reply[]) => answers.map(({ status }) => status).sort((a, b) => a - b);
const read = async <One>(name: string) => (await send('GET', name)).json as unknown as One;
const transaction = (...resources: readonly Named[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({
    resource,
    request:
      resource.id === undefined
        ? { method: 'POST', url: resource.resourceType }
        : {
            method: 'PUT',
            url: `${resource.resourceType}/${resource.id}`,
            ...(resource.meta === undefined
              ? {}
              : { ifMatch: `W/"${(resource.meta as { versionId: string }).versionId}"` }),
          },
  })),
});
const check = (...resources: readonly Named[]) => send('POST', '$check', transaction(...resources));

/** Takes an operation as far as a step, a minute for each. */
async function bring(
  request: ServiceRequest,
  room: string,
  to: OperationStep,
  without: readonly OperationStep[] = [],
): Promise<Reply> {
  const steps = operationSteps
    .slice(0, operationSteps.indexOf(to) + 1)
    .filter((step) => !without.includes(step));
  const [first = 'called', ...rest] = steps;
  let way: Procedure = beginWay(operationOf(request), { reference: room }, first, past, nurse);
  let answer = await send('POST', 'Procedure', way);
  for (const [index, step] of rest.entries()) {
    if (answer.status >= 300) return answer;
    way = recordClock({ ...way, id: answer.json.id }, step, past + (index + 1) * 60_000, nurse);
    answer = await put(way);
  }
  return answer;
}

describe('a place in the programme', () => {
  test('of ten who place the same operation at the same moment one does, and the others are told', async () => {
    const [request, room] = [await ask({ urgency: 'A' }), await newRoom()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, hour) => send('POST', 'Appointment', placed(request, room, hour * 2))),
    );
    expect(statuses(answers)).toEqual([201, ...Array(9).fill(409)]);
    expect(details(answers.find(({ status }) => status === 409)!)).toEqual(['placed-already']);
  });

  test('that crowds a room, turnover counted, is told and taken; a patient in two at once is refused', async () => {
    const room = await newRoom();
    const { request } = await book(room, 1);
    const close = placeOperation(operationOf(await ask()), {
      ...at(room, 2),
      start: day + 2 * hourMs + 10 * 60_000,
    });
    expect(details(await check(close))).toEqual(['room-crowded']);
    expect((await send('POST', 'Appointment', close)).status).toBe(201);
    const patient = request.subject.reference?.split('/')[1] ?? '';
    const twice = await send('POST', 'Appointment', placed(await ask({ patient }), await newRoom(), 1.5));
    expect([twice.status, details(twice)]).toEqual([409, ['patient-double']]);
  });

  test('tells of a surgeon in two rooms at once, and refuses a room that is closed', async () => {
    const surgeon = `Practitioner/${await create({ resourceType: 'Practitioner' })}`;
    const [one, other] = [await newRoom(), await newRoom()];
    await send('POST', 'Appointment', placed(await ask(), one, 1, surgeon));
    expect(details(await check(placed(await ask(), other, 1.5, surgeon)))).toEqual(['surgeon-double']);
    const answer = await send('POST', 'Appointment', placed(await ask(), await newRoom('C'), 1));
    expect(details(answer)).toEqual(['room-closed']);
  });

  test('is moved and cancelled with a coded reason only, never deleted, and does not begin again', async () => {
    const room = await newRoom();
    const { place } = await book(room, 1);
    const silent = { ...place, start: '2026-03-02T12:00:00+01:00', end: '2026-03-02T13:00:00+01:00' };
    expect(details(await put(silent))).toEqual(['no-reason']);
    expect((await put(movePlace(place, at(room, 4), 'overrun', 'Trak ud', day))).status).toBe(200);
    expect(details(await put({ ...place, status: 'cancelled' } as Appointment))).toEqual(['no-reason']);
    const cancelled = cancelPlace(place, 'no-staff', 'Mangler personale');
    expect((await put(cancelled)).status).toBe(200);
    expect(details(await put(place))).toContain('place-ended');
    expect((await send('DELETE', `Appointment/${place.id}`)).status).toBe(422);
  });
});

describe('the way of an operation', () => {
  test('takes room, place and order with it, step by step, and waits for the time-out', async () => {
    const room = await newRoom();
    const { request, place } = await book(room, 1);
    const early = await bring(request, room, 'knife-start', ['time-out']);
    expect([early.status, details(early)]).toEqual([422, ['no-time-out']]);
    expect((await read<Appointment>(`Appointment/${place.id}`)).status).toBe('arrived');
    const [found] = (await send('GET', `Procedure?based-on=ServiceRequest/${request.id}`)).json.entry ?? [];
    let way = found?.resource as unknown as Procedure;
    expect(JSON.stringify(await read(room))).toContain('"O"');
    for (const [index, step] of operationSteps.slice(4).entries()) {
      way = recordClock(way, step, past + (10 + index) * 60_000, nurse);
      expect([step, (await put(way)).issues]).toEqual([step, []]);
    }
    expect(JSON.stringify(await read(room))).toContain('"K"');
    expect((await read<Appointment>(`Appointment/${place.id}`)).status).toBe('fulfilled');
    expect((await read<ServiceRequest>(`ServiceRequest/${request.id}`)).status).toBe('completed');
    expect((await read<Procedure>(`Procedure/${way.id}`)).status).toBe('completed');
  });

  test('without time-out begins in an emergency that is answered for in the same act', async () => {
    const room = await newRoom();
    const { request } = await book(room, 1, { urgency: 'A' });
    const answer = await bring(request, room, 'anaesthesia', ['check-in']);
    const way = recordClock(
      await read<Procedure>(`Procedure/${answer.json.id}`),
      'knife-start',
      past + hourMs,
      nurse,
    );
    const issue = {
      resourceType: 'DetectedIssue',
      status: 'final',
      code: { coding: [{ system: 'https://holdfast.dk/fhir/alert', code: 'no-time-out' }] },
      patient: request.subject,
      implicated: [{ reference: `Procedure/${way.id}` }],
      mitigation: [{ action: { text: 'Forblødning' } }],
    };
    expect((await send('POST', '', transaction(way, issue))).status).toBe(200);
  });

  test('a room holds one patient, whoever comes at the same moment', async () => {
    const room = await newRoom();
    const operations = await Promise.all([1, 3, 5, 7].map((hour) => book(room, hour)));
    const answers = await Promise.all(operations.map(({ request }) => bring(request, room, 'in-room')));
    expect(statuses(answers)).toEqual([200, 409, 409, 409]);
    expect(details(answers.find(({ status }) => status === 409)!)).toEqual(['room-taken']);
  });

  test('without the side of what has one, or on the other side, the knife waits', async () => {
    const room = await newRoom();
    const sideless = await book(room, 1, { code: 'KNGB40' });
    expect(details(await bring(sideless.request, room, 'knife-start'))).toEqual(['side-missing']);
    const next = await newRoom();
    const left = await book(next, 1, { code: 'KNGB40', side: 'left' });
    expect(details(await bring({ ...left.request, bodySite: [] }, next, 'knife-start'))).toEqual([
      'side-missing',
      'side-other',
    ]);
  });

  test('goes forward only; a wrong clock leaves with a reason, and what came with it is taken back', async () => {
    const room = await newRoom();
    const { request, place } = await book(room, 1);
    const answer = await bring(request, room, 'in-room');
    const way = await read<Procedure>(`Procedure/${answer.json.id}`);
    const back = { ...recordClock(way, 'called', past + hourMs, nurse), status: 'preparation' as const };
    expect(details(await put(back))).toContain('step-back');
    expect(details(await put({ ...way, extension: way.extension?.slice(0, 1) ?? [] }))).toContain(
      'clock-kept',
    );
    expect(details(await put(wrongClock(way, ' ')))).toEqual(['no-reason']);
    expect((await put(wrongClock(way, 'Forkert patient'))).status).toBe(200);
    expect((await read<Appointment>(`Appointment/${place.id}`)).status).toBe('booked');
    expect(JSON.stringify(await read(room))).toContain('"U"');
  });

  test('an operation that was cancelled is called for by nobody, and one under way is not cancelled', async () => {
    const room = await newRoom();
    const [one, other] = [await book(room, 1), await book(room, 3)];
    await bring(one.request, room, 'in-room');
    const place = await read<Appointment>(`Appointment/${one.place.id}`);
    expect(details(await put(cancelPlace(place, 'no-bed', 'Ingen seng')))).toEqual(['started-already']);
    await bring(other.request, room, 'called');
    await put(cancelPlace(other.place, 'no-bed', 'Ingen seng'));
    expect(
      (
        await send(
          'GET',
          `Procedure?based-on=ServiceRequest/${other.request.id}&status=not-done&_summary=count`,
        )
      ).json.total,
    ).toBe(1);
    expect(details(await bring(other.request, room, 'called'))).toEqual(['no-place']);
  });
});

describe('an operation that is asked for no more', () => {
  const why = {
    url: 'http://hl7.org/fhir/StructureDefinition/request-statusReason',
    valueCodeableConcept: { text: 'Ønsker det ikke' },
  };

  test('takes its place with it, says why, and is not withdrawn from under the knife', async () => {
    const room = await newRoom();
    const { request, place } = await book(room, 1);
    expect(details(await put({ ...request, status: 'revoked' }))).toEqual(['no-reason']);
    expect((await put({ ...request, status: 'revoked', extension: [why] })).status).toBe(200);
    expect(await read<Appointment>(`Appointment/${place.id}`)).toMatchObject({
      status: 'cancelled',
      cancelationReason: { coding: [{ code: 'not-needed' }] },
    });
    const other = await book(room, 3);
    await bring(other.request, room, 'in-room');
    expect(details(await put({ ...other.request, status: 'revoked', extension: [why] }))).toEqual([
      'started-already',
    ]);
    expect((await send('DELETE', `ServiceRequest/${request.id}`)).status).toBe(422);
  });
});

describe('all elective operations of a day, cancelled together', () => {
  const decisionFor = (rooms: readonly string[], id: string): Decision => ({
    id,
    department,
    rooms,
    from: day,
    to: day + 12 * hourMs,
    decider: { display: 'Vicedirektør Ida Holm' },
    reason: 'Strømsvigt',
  });
  const cancelAll = (decision: Decision, places: readonly Appointment[], kept: readonly Appointment[] = []) =>
    send(
      'POST',
      '',
      transaction(
        ...places.map((place) => cancelPlace(place, 'capacity', decision.reason)),
        ...kept.map((place) => keepPlace(place, decision.id, 'Er bedøvet')),
        ...places.map((place) =>
          callTo(place, place.participant[0]?.actor?.reference ?? '', decision, Date.now()),
        ),
      ),
    );

  test('happens whole, leaves the urgent, and makes a call for each that is made once', async () => {
    const room = await newRoom();
    const elective = await Promise.all([1, 3].map((hour) => book(room, hour)));
    const urgent = await book(room, 5, { urgency: 'B' });
    const kept = await book(room, 7);
    const decision = decisionFor([room], `one ${room}`);
    const places = elective.map(({ place }) => place);
    expect(details(await cancelAll(decision, [...places, urgent.place], [kept.place]))).toEqual([
      'urgent-kept',
    ]);
    expect(details(await cancelAll(decision, places))).toEqual(['left-out']);
    expect((await cancelAll(decision, places, [kept.place])).status).toBe(200);
    const calls =
      (await send('GET', `Task?group-identifier=${encodeURIComponent(decision.id)}`)).json.entry ?? [];
    expect(calls.length).toBe(2);
    const call = calls[0]?.resource as unknown as Task;
    expect(details(await put({ ...call, status: 'completed' } as Task))).toEqual(['no-caller']);
    const answers = await Promise.all(
      [1, 2].map(() => put(called(call, nurse, Date.now()), call.meta?.versionId)),
    );
    expect(statuses(answers)).toEqual([200, 412]);
  });

  test('one that is moved or booked meanwhile refuses the whole act: none is cancelled or left out unseen', async () => {
    const room = await newRoom();
    const [one, other] = [await book(room, 1), await book(room, 3)];
    const decision = decisionFor([room], `two ${room}`);
    await put(movePlace(one.place, at(room, 8), 'overrun', 'Trak ud', day));
    expect((await cancelAll(decision, [one.place, other.place])).status).toBe(412);
    expect((await read<Appointment>(`Appointment/${other.place.id}`)).status).toBe('booked');
    const moved = await read<Appointment>(`Appointment/${one.place.id}`);
    const late = await ask();
    const [cancelled, booked] = await Promise.all([
      cancelAll(decision, [moved, other.place]),
      send('POST', 'Appointment', placed(late, room, 5)),
    ]);
    expect(booked.status).toBe(201);
    // Either the one who booked was after, and it is in the programme, or before, and the reviewer is told.
    if (cancelled.status !== 200) expect(details(cancelled)).toEqual(['left-out']);
  });
});

test('whoever places, moves, starts and cancels at once: no room holds two, and every operation waits, has a place or is done', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          who: fc.nat(2),
          what: fc.constantFrom('place', 'move', 'start', 'leave', 'cancel'),
          where: fc.nat(1),
        }),
        { minLength: 8, maxLength: 16 },
      ),
      async (acts) => {
        const rooms = [await newRoom(), await newRoom()];
        const requests = await Promise.all([ask(), ask(), ask()]);
        const live = async (request: ServiceRequest) =>
          (
            (await send('GET', `Appointment?based-on=ServiceRequest/${request.id}&status=booked,arrived`))
              .json.entry ?? []
          ).map(({ resource }) => resource as unknown as Appointment);
        const ways = async (request: ServiceRequest) =>
          ((await send('GET', `Procedure?based-on=ServiceRequest/${request.id}`)).json.entry ?? []).map(
            ({ resource }) => resource as unknown as Procedure,
          );
        const run = async ({ who, what, where }: (typeof acts)[number]) => {
          const request = requests[who]!;
          const room = rooms[where]!;
          if (what === 'place') return send('POST', 'Appointment', placed(request, room, who * 2));
          const [place] = await live(request);
          if (what === 'move')
            return (
              place && put(movePlace(place, at(room, who * 2), 'staff', 'x', day), place.meta?.versionId)
            );
          if (what === 'cancel')
            return place && put(cancelPlace(place, 'no-bed', 'x'), place.meta?.versionId);
          const way = (await ways(request)).find(({ status }) => status === 'in-progress');
          if (what === 'leave')
            return way && put(recordClock(way, 'out-of-room', past + hourMs, nurse), way.meta?.versionId);
          return send(
            'POST',
            'Procedure',
            beginWay(operationOf(request), { reference: room }, 'in-room', past, nurse),
          );
        };
        for (let from = 0; from < acts.length; from += 4) {
          const answers = await Promise.all(acts.slice(from, from + 4).map(run));
          for (const answer of answers)
            if (answer) expect([200, 201, 409, 412, 422]).toContain(answer.status);
          const inside: string[] = [];
          for (const request of requests) {
            const places = await live(request);
            expect(places.length).toBeLessThan(2);
            const own = (await ways(request)).filter((way) => isInRoom(stepOf(clocksOf(way))?.step));
            expect(own.length).toBeLessThan(2);
            // Who is in a room has a place there that says so.
            expect([own.length, places[0]?.status === 'arrived']).toEqual([own.length, own.length === 1]);
            inside.push(...own.map((way) => way.location?.reference ?? ''));
          }
          expect(new Set(inside).size).toBe(inside.length);
        }
      },
    ),
    { numRuns: 8 },
  );
});
