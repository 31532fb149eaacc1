// Results that are seen, and critical ones that escalate until they are, as any client of the API meets the rules.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { findRole } from '#identity/role.ts';
import { testClient, useClient, type Reply } from '#rest/testing.ts';
import { nothingShown } from '#store/access.ts';
import { testDatabase } from '../../test/database.ts';
import { inFeed } from '../../test/in-feed.ts';
import { createCriticalWatch, levelAfter, type CriticalWatch } from './critical-results.ts';

const { send, create, store } = useClient(testDatabase);
const ours = 'https://holdfast.dk/fhir';
const limits = { toTeamSeconds: 1800, toDutySeconds: 3600 };

const newPatient = async () => `Patient/${await create({ resourceType: 'Patient' })}`;
const result = (patient: string, value: number, interpretation: string, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  category: [{ coding: [{ code: 'laboratory' }] }],
  code: { text: 'P-Kalium' },
  subject: { reference: patient },
  valueQuantity: { value, unit: 'mmol/L' },
  interpretation: [{ coding: [{ code: interpretation }] }],
  ...more,
});
const review = (patient: string, seen: readonly string[], more: object = {}) => ({
  resourceType: 'Task',
  status: 'completed',
  intent: 'order',
  code: { coding: [{ system: `${ours}/task-kind`, code: 'result-review' }] },
  for: { reference: patient },
  owner: { reference: 'Practitioner/anne' },
  basedOn: seen.map((reference) => ({ reference })),
  ...more,
});
const see = (patient: string, ...seen: readonly string[]) => send('POST', 'Task', review(patient, seen));
const details = ({ json }: Reply) =>
  ((json.issue ?? []) as readonly { details?: { coding?: { code: string }[] } }[]).map(
    ({ details: said }) => said?.coding?.[0]?.code,
  );

async function answered(value = 4.1, interpretation = 'N', more: object = {}) {
  const patient = await newPatient();
  const id = await create(result(patient, value, interpretation, more));
  return {
    patient,
    id,
    name: `Observation/${id}`,
    correct: (corrected: number, how: string, status = 'corrected') =>
      send('PUT', `Observation/${id}`, { ...result(patient, corrected, how, more), id, status }),
    task: async () => {
      const reply = await send('GET', `Task/critical-${id}`);
      if (reply.status !== 200) return undefined;
      const { status, businessStatus, focus, owner } = reply.json as unknown as {
        status: string;
        businessStatus: { coding: { code: string }[] };
        focus: { reference: string };
        owner?: { reference: string };
      };
      return {
        status,
        level: businessStatus.coding[0]?.code,
        version: focus.reference.split('/').at(-1),
        owner: owner?.reference,
      };
    },
  };
}

describe('a review', () => {
  test('names the versions that stood on the screen, of one patient', async () => {
    const { patient, name } = await answered();
    expect((await see(patient, `${name}/_history/1`)).status).toBe(201);
    const other = await answered();
    for (const [seen, detail] of [
      [name, 'no-version'],
      [`${name}/_history/2`, 'no-version'],
      [`${other.name}/_history/1`, 'other-patient'],
      ['Observation/nobody/_history/1', 'no-version'],
    ] as const) {
      const reply = await see(patient, seen);
      expect([seen, reply.status, details(reply)]).toEqual([seen, 422, [detail]]);
    }
    expect(details(await send('POST', 'Task', review(patient, [], { basedOn: undefined })))).toEqual([
      'nothing-seen',
    ]);
  });

  test('is written once, when it is done', async () => {
    const { patient, name } = await answered();
    const seen = [`${name}/_history/1`];
    expect(details(await send('POST', 'Task', review(patient, seen, { status: 'requested' })))).toEqual([
      'not-seen',
    ]);
    const id = await create(review(patient, seen));
    expect(details(await send('PUT', `Task/${id}`, { ...review(patient, seen), id }))).toEqual([
      'review-kept',
    ]);
    expect(details(await send('DELETE', `Task/${id}`))).toEqual(['review-kept']);
  });

  test('is told that a newer version came, and is kept: that version is unseen', async () => {
    const { patient, name, correct } = await answered();
    await correct(6.4, 'HH');
    const checked = await send('POST', '$check', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { resource: review(patient, [`${name}/_history/1`]), request: { method: 'POST', url: 'Task' } },
      ],
    });
    expect(details(checked)).toEqual(['corrected-since']);
    expect((await see(patient, `${name}/_history/1`)).status).toBe(201);
    const found = await send('GET', `Task?based-on=${name}&code=${ours}/task-kind|result-review`);
    const seen = (found.json.entry ?? []).flatMap(
      ({ resource }) => (resource?.['basedOn'] as { reference: string }[] | undefined) ?? [],
    );
    expect(seen.map(({ reference }) => reference)).toEqual([`${name}/_history/1`]);
  });

  test('is not written by a porter, nor by one for another', async () => {
    const { patient, name } = await answered();
    const as = (role: string) =>
      testClient(store(), {}, async () => {
        const found = findRole(role);
        if (!found) throw new Error(role);
        return {
          author: 'Practitioner/kim',
          person: { user: 'kim', role: found },
          sees: { shown: nothingShown() },
        };
      });
    const own = { owner: { reference: 'Practitioner/kim' } };
    const seen = [`${name}/_history/1`];
    expect(details(await as('porter').send('POST', 'Task', review(patient, seen, own)))).toEqual(['role']);
    expect(details(await as('nurse').send('POST', 'Task', review(patient, seen)))).toEqual(['other-person']);
    expect((await as('nurse').send('POST', 'Task', review(patient, seen, own))).status).toBe(201);
  });
});

describe('a critical result', () => {
  let nowSeconds = 1000;
  const watchOf = (): CriticalWatch =>
    createCriticalWatch({
      sql: store().sql,
      seconds: () => nowSeconds,
      limits,
      write: async (task, ifMatch) => {
        const reply = await send(
          'PUT',
          `Task/${task.id}`,
          task,
          ifMatch === undefined ? { 'if-none-match': '*' } : { 'if-match': `W/"${ifMatch}"` },
        );
        return reply.status;
      },
    });
  let watch: CriticalWatch;
  beforeAll(async () => {
    watch = watchOf();
    await watch.look();
  });
  /** The feed shows an act when every older transaction has ended; other connections of the test end theirs at once. */
  /** A look that sees what was written: other tests' transactions, open on the same server, hold the feed back. */
  const look = async () => {
    await inFeed(store().sql);
    await watch.look();
  };

  test('goes to who ordered, after 30 min to the team, after 60 to the duty list, until a person has it', async () => {
    const patient = await newPatient();
    const stay = await create({
      resourceType: 'Encounter',
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: { reference: patient },
      serviceProvider: { reference: 'Organization/b12' },
    });
    const order = await create({
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      subject: { reference: patient },
      requester: { reference: 'Practitioner/orderer' },
      encounter: { reference: `Encounter/${stay}` },
    });
    const id = await create(
      result(patient, 6.9, 'HH', { basedOn: [{ reference: `ServiceRequest/${order}` }] }),
    );
    const task = async () => (await send('GET', `Task/critical-${id}`)).json;
    const level = async () => (await task())['businessStatus'];
    const at = (code: string) => ({ coding: [{ system: `${ours}/escalation`, code }] });
    await look();
    expect([await level(), (await task())['owner']]).toEqual([
      at('orderer'),
      { reference: 'Practitioner/orderer' },
    ]);
    nowSeconds += 1799;
    await look();
    expect(await level()).toEqual(at('orderer'));
    nowSeconds += 1;
    await look();
    expect([await level(), (await task())['owner']]).toEqual([at('team'), { reference: 'Organization/b12' }]);
    nowSeconds += 1800;
    // Two programs at once, and again: it is raised once.
    await Promise.all([look(), watchOf().look()]);
    await look();
    expect([await level(), (await task()).meta.versionId]).toEqual([at('duty'), '3']);
    expect((await see(patient, `Observation/${id}/_history/1`)).status).toBe(201);
    const ended = await task();
    expect([ended['status'], ended['owner']]).toEqual(['completed', { reference: 'Practitioner/anne' }]);
    nowSeconds += 10_000;
    await look();
    expect((await task())['status']).toBe('completed');
  });

  test('of who lies on no ward goes to the team of who ordered', async () => {
    await create({
      resourceType: 'PractitionerRole',
      active: true,
      practitioner: { reference: 'Practitioner/ambulant' },
      organization: { reference: 'Organization/c3' },
    });
    const order = await create({
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      subject: { reference: await newPatient() },
      requester: { reference: 'Practitioner/ambulant' },
    });
    const { task } = await answered(6.9, 'HH', { basedOn: [{ reference: `ServiceRequest/${order}` }] });
    await look();
    nowSeconds += 1800;
    await look();
    expect(await task()).toMatchObject({ level: 'team', owner: 'Organization/c3' });
  });

  test('that came while no program looked is noticed by the next; a normal one and a vital sign are not', async () => {
    const [high, normal] = [await answered(6.9, 'HH'), await answered()];
    const vital = await answered(220, 'HH', { category: [{ coding: [{ code: 'vital-signs' }] }] });
    await inFeed(store().sql);
    await watchOf().look();
    expect([(await high.task())?.status, await normal.task(), await vital.task()]).toEqual([
      'requested',
      undefined,
      undefined,
    ]);
  });

  test('that is corrected and still critical goes on; that is not any more ends; that becomes so after it was seen begins', async () => {
    const [still, better, worse] = [await answered(6.9, 'HH'), await answered(6.9, 'HH'), await answered()];
    await look();
    nowSeconds += 1900;
    await look();
    await Promise.all([still.correct(7.1, 'HH'), better.correct(4.2, 'N'), worse.correct(6.8, 'HH')]);
    await see(worse.patient, `${worse.name}/_history/1`);
    await look();
    expect(await still.task()).toMatchObject({ status: 'requested', level: 'team', version: '2' });
    expect(await better.task()).toMatchObject({ status: 'cancelled' });
    expect(await worse.task()).toMatchObject({ status: 'requested', level: 'orderer', version: '2' });
    // The old value was on the screen: that does not end the new one.
    await see(still.patient, `${still.name}/_history/1`);
    expect(await still.task()).toMatchObject({ status: 'requested' });
    await see(still.patient, `${still.name}/_history/2`);
    expect(await still.task()).toMatchObject({ status: 'completed' });
    await still.correct(7.3, 'HH');
    await look();
    expect(await still.task()).toMatchObject({ status: 'requested', level: 'orderer', version: '3' });
  });

  test('that was seen before the program looked does not begin', async () => {
    const { patient, name, task } = await answered(6.9, 'HH');
    await see(patient, `${name}/_history/1`);
    await look();
    expect(await task()).toBeUndefined();
  });

  test('read, corrected, seen and looked for at the same moment: what nobody saw waits, and what waits was not seen', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('see1', 'see2', 'look', 'correct', 'other look'), {
          minLength: 3,
          maxLength: 7,
        }),
        async (steps) => {
          const { patient, name, correct, task } = await answered(6.9, 'HH');
          const seen: number[] = [];
          let version = 1;
          await Promise.all(
            steps.map(async (step) => {
              if (step === 'look') return watch.look();
              if (step === 'other look') return watchOf().look();
              if (step === 'correct') {
                const { json } = await correct(7 + steps.length, 'HH');
                version = Math.max(version, Number(json.meta.versionId));
                return undefined;
              }
              const asked = step === 'see1' ? 1 : 2;
              if ((await see(patient, `${name}/_history/${asked}`)).status === 201) seen.push(asked);
              return undefined;
            }),
          );
          await look();
          const isSeen = seen.includes(version);
          const now = await task();
          expect([now?.status ?? 'none', steps, seen, version]).toEqual([
            isSeen ? (now === undefined ? 'none' : 'completed') : 'requested',
            steps,
            seen,
            version,
          ]);
        },
      ),
      { numRuns: 12 },
    );
  });

  test('stands where its age says, whatever the age', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100_000 }), (seconds) => {
        expect(levelAfter(seconds, limits)).toBe(
          seconds < 1800 ? 'orderer' : seconds < 3600 ? 'team' : 'duty',
        );
      }),
    );
  });
});
