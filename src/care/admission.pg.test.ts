// Stays and beds, as any client of the API meets the rules.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { useClient, type Reply } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create } = useClient(testDatabase);

const typed = (code: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code }],
});
const place = (reference: string, code: string, status = 'active') => ({
  location: { reference },
  status,
  physicalType: typed(code),
});
const newBed = async (status = 'U') =>
  `Location/${await create({
    resourceType: 'Location',
    physicalType: typed('bd'),
    operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: status },
  })}`;
const newPatient = async () => `Patient/${await create({ resourceType: 'Patient' })}`;
const stay = (patient: string, beds: readonly string[], more: object = {}) => ({
  resourceType: 'Encounter',
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: { reference: patient },
  period: { start: '2026-01-13T08:00:00+01:00' },
  ...(beds.length === 0 ? {} : { location: beds.map((bed) => place(bed, 'bd')) }),
  ...more,
});
const admit = async (bed: string, more: object = {}) => {
  const patient = await newPatient();
  return { patient, id: await create(stay(patient, [bed], more)) };
};
const statusOfBed = async (bed: string) => {
  const { json } = await send('GET', bed);
  return (json['operationalStatus'] as { code: string }).code;
};
const statuses = (answers: readonly Reply[]) => answers.map(({ status }) => status).sort((a, b) => a - b);
const details = ({ json }: Reply) =>
  (json.issue as readonly { details?: { coding?: { code: string }[] }; expression?: string[] }[]).map(
    ({ details: said, expression }) => [said?.coding?.[0]?.code, expression?.[0]],
  );
const transaction = (...resources: readonly { resourceType: string; id?: string }[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({
    resource,
    request: resource.id
      ? { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
      : { method: 'POST', url: resource.resourceType },
  })),
});

describe('a bed holds one patient', () => {
  test('the second is refused, and told why and where', async () => {
    const bed = await newBed();
    await admit(bed);
    const second = await send('POST', 'Encounter', stay(await newPatient(), [bed]));
    expect(second.status).toBe(409);
    expect(details(second)).toEqual([['bed-taken', 'Encounter.location']]);
  });

  test('of ten who place at the same moment one does', async () => {
    const bed = await newBed();
    const patients = await Promise.all(Array.from({ length: 10 }, newPatient));
    const answers = await Promise.all(
      patients.map((patient) => send('POST', 'Encounter', stay(patient, [bed]))),
    );
    expect(statuses(answers)).toEqual([201, ...Array(9).fill(409)]);
    expect((await send('GET', `Encounter?location=${bed}&_summary=count`)).json.total).toBe(1);
  });

  test('whoever moves whom where at the same moment, no bed holds two, and what was answered is so', async () => {
    const [beds, stays] = [3, 4] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ who: fc.nat(stays - 1), where: fc.nat(beds - 1) }), {
          minLength: 4,
          maxLength: 10,
        }),
        async (moves) => {
          const places = await Promise.all(Array.from({ length: beds }, () => newBed()));
          const there = await Promise.all(
            Array.from({ length: stays }, async () => {
              const patient = await newPatient();
              return { patient, id: await create(stay(patient, [])) };
            }),
          );
          const answers = await Promise.all(
            moves.map(({ who, where }) => {
              const { patient, id } = there[who] ?? { patient: '', id: '' };
              return send('PUT', `Encounter/${id}`, { ...stay(patient, [places[where] ?? '']), id });
            }),
          );
          for (const { status } of answers) expect([200, 409]).toContain(status);
          const now = await Promise.all(
            there.map(async ({ id }) => {
              const { json } = await send('GET', `Encounter/${id}`);
              return (json['location'] as { location: { reference: string } }[] | undefined)?.[0]?.location
                .reference;
            }),
          );
          const taken = now.filter((bed) => bed !== undefined);
          expect(new Set(taken).size).toBe(taken.length);
          for (const bed of places)
            expect(await statusOfBed(bed)).toBe(taken.includes(bed) ? 'O' : await leftAs(bed));
        },
      ),
      { numRuns: 12 },
    );
  });
  /** A bed that nobody has now was never taken, or waits to be cleaned. */
  const leftAs = async (bed: string) => ((await send('GET', bed)).json.meta.versionId === '1' ? 'U' : 'K');

  test('two change places in one transaction', async () => {
    const [one, other] = [await newBed(), await newBed()];
    const [first, second] = [await admit(one), await admit(other)];
    const answer = await send(
      'POST',
      '',
      transaction(
        { ...stay(first.patient, [other]), id: first.id },
        { ...stay(second.patient, [one]), id: second.id },
      ),
    );
    expect(answer.status).toBe(200);
    expect([await statusOfBed(one), await statusOfBed(other)]).toEqual(['O', 'O']);
  });

  test('who is on leave keeps it; who is expected does not take it', async () => {
    const bed = await newBed();
    const { patient, id } = await admit(bed);
    await send('PUT', `Encounter/${id}`, { ...stay(patient, [bed], { status: 'onleave' }), id });
    expect((await send('POST', 'Encounter', stay(await newPatient(), [bed]))).status).toBe(409);
    const expected = { status: 'planned', location: [place(bed, 'bd', 'planned')] };
    expect((await send('POST', 'Encounter', stay(await newPatient(), [], expected))).status).toBe(201);
  });

  test('a newborn lies with its mother', async () => {
    const bed = await newBed();
    const mother = await admit(bed);
    const born = stay(await newPatient(), [bed], { partOf: { reference: `Encounter/${mother.id}` } });
    expect((await send('POST', 'Encounter', born)).status).toBe(201);
    const gone = { status: 'finished', period: { start: '2026-01-13', end: '2026-01-14' } };
    await send('PUT', `Encounter/${mother.id}`, { ...stay(mother.patient, [], gone), id: mother.id });
    // The newborn is still in it.
    expect((await send('POST', 'Encounter', stay(await newPatient(), [bed]))).status).toBe(409);
  });

  test('a bed that is closed, or is none, takes nobody; one that is not cleaned is told of', async () => {
    const [closed, dirty] = [await newBed('C'), await newBed('K')];
    const refused = await send('POST', 'Encounter', stay(await newPatient(), [closed]));
    expect([refused.status, details(refused)]).toEqual([422, [['bed-closed', 'Encounter.location']]]);
    const nowhere = await send('POST', 'Encounter', stay(await newPatient(), [`Location/${randomUUID()}`]));
    expect(details(nowhere)).toEqual([['no-bed', 'Encounter.location']]);
    const asked = transaction(stay(await newPatient(), [dirty]));
    const warned = await send('POST', '$check', asked);
    expect([warned.status, warned.json.issue?.[0]?.severity]).toEqual([200, 'warning']);
    expect(details(warned)).toEqual([['bed-uncleaned', 'Bundle.entry[0].resource.location']]);
    expect(await statusOfBed(dirty)).toBe('K');
    expect((await send('POST', '', asked)).status).toBe(200);
  });
});

describe('what becomes of a bed', () => {
  test('it is occupied by who comes, and waits to be cleaned when they go', async () => {
    const [first, second] = [await newBed(), await newBed()];
    const { patient, id } = await admit(first);
    expect(await statusOfBed(first)).toBe('O');
    await send('PUT', `Encounter/${id}`, { ...stay(patient, [second]), id });
    expect([await statusOfBed(first), await statusOfBed(second)]).toEqual(['K', 'O']);
    await send('DELETE', `Encounter/${id}`);
    expect(await statusOfBed(second)).toBe('K');
  });

  test('who writes the bed in the same transaction says it themselves', async () => {
    const bed = await newBed();
    const { patient, id } = await admit(bed);
    const end = { status: 'finished', period: { start: '2026-01-13', end: '2026-01-14' } };
    const closed = {
      resourceType: 'Location',
      id: bed.split('/')[1] ?? '',
      physicalType: typed('bd'),
      operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'C' },
    };
    const answer = await send('POST', '', transaction({ ...stay(patient, [], end), id }, closed));
    expect([answer.status, await statusOfBed(bed)]).toEqual([200, 'C']);
  });

  test('a repeat of the act changes the bed once', async () => {
    const [bed, patient] = [await newBed(), await newPatient()];
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      [1, 2, 3].map(() => send('POST', 'Encounter', stay(patient, [bed]), key)),
    );
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect((await send('GET', bed)).json.meta.versionId).toBe('2');
  });
});

describe('a stay', () => {
  test('is one at a time: who is admitted is moved, not admitted again', async () => {
    const { patient, id } = await admit(await newBed());
    const again = await send('POST', 'Encounter', stay(patient, [await newBed()]));
    expect([again.status, details(again)]).toEqual([409, [['admitted-already', 'Encounter.status']]]);
    // From the emergency department, whose own stay ends as the ward's begins.
    const end = { status: 'finished', period: { start: '2026-01-13', end: '2026-01-14' } };
    const moved = await send(
      'POST',
      '',
      transaction({ ...stay(patient, [], end), id }, stay(patient, [await newBed()])),
    );
    expect(moved.status).toBe(200);
  });

  test('of two admissions of one patient at the same moment one is made', async () => {
    const patient = await newPatient();
    const beds = [await newBed(), await newBed(), await newBed()];
    const answers = await Promise.all(beds.map((bed) => send('POST', 'Encounter', stay(patient, [bed]))));
    expect(statuses(answers)).toEqual([201, 409, 409]);
  });

  test('takes one bed, also when a second is added to the first', async () => {
    const [one, other] = [await newBed(), await newBed()];
    const { patient, id } = await admit(one);
    const two = await send('PUT', `Encounter/${id}`, { ...stay(patient, [one, other]), id });
    expect([two.status, details(two)]).toEqual([422, [['two-beds', 'Encounter.location']]]);
    expect(await statusOfBed(other)).toBe('U');
  });

  test('does not become that of somebody who is admitted already', async () => {
    const [first, second] = [await admit(await newBed()), await admit(await newBed())];
    const taken = await send('PUT', `Encounter/${first.id}`, { ...stay(second.patient, []), id: first.id });
    expect([taken.status, details(taken)]).toEqual([409, [['admitted-already', 'Encounter.status']]]);
  });

  test('that is finished says when, and gives its places up', async () => {
    const bed = await newBed();
    const { patient, id } = await admit(bed);
    const kept = await send('PUT', `Encounter/${id}`, {
      ...stay(patient, [bed], { status: 'finished' }),
      id,
    });
    expect([kept.status, details(kept)]).toEqual([
      422,
      [
        ['no-end', 'Encounter.period.end'],
        ['place-kept', 'Encounter.location[0].status'],
      ],
    ]);
    expect(await statusOfBed(bed)).toBe('O');
  });

  test('that nobody asks about a bed or an admission is judged by nothing', async () => {
    const patient = await newPatient();
    const visit = { class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' } };
    expect((await send('POST', 'Encounter', stay(patient, [], visit))).status).toBe(201);
    expect((await send('POST', 'Encounter', stay(patient, [], visit))).status).toBe(201);
  });
});
