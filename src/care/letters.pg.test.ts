// Letters, what is owed, and their ways, as any client of the API meets the rules.
import { describe, expect, test } from 'vitest';
import { dead, discharge as endedBy } from '#fhir/stay.ts';
import { findRole } from '#identity/role.ts';
import { testClient, useClient, type Reply } from '#rest/testing.ts';
import { nothingShown } from '#store/access.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create, store } = useClient(testDatabase);
const ours = 'https://holdfast.dk/fhir';
const receiverUrl = `${ours}/letter-receiver`;
const anne = { reference: 'Practitioner/anne', display: 'Anne Lund' };
const now = '2026-01-15T14:05:00+01:00';

const newPatient = async () => `Patient/${await create({ resourceType: 'Patient' })}`;
const stayOf = (patient: string, more: object = {}) => ({
  resourceType: 'Encounter',
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: { reference: patient },
  period: { start: '2026-01-13T08:00:00+01:00' },
  participant: [
    {
      type: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] },
      ],
      individual: anne,
    },
  ],
  ...more,
});
const section = (id: string, text: string, entry?: readonly string[]) => ({
  title: id,
  code: { coding: [{ system: `${ours}/letter-section`, code: id }] },
  text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${text}</p></div>` },
  ...(entry === undefined ? {} : { entry: entry.map((reference) => ({ reference })) }),
});
const letter = (patient: string, kind: string, sections: readonly object[], more: object = {}) => ({
  resourceType: 'Composition',
  status: 'preliminary',
  type: { coding: [{ system: `${ours}/letter-kind`, code: kind }], text: kind },
  subject: { reference: patient },
  date: now,
  author: [anne],
  title: kind,
  extension: [{ url: receiverUrl, valueReference: { display: 'Lægerne Torvet' } }],
  ...(sections.length === 0 ? {} : { section: sections }),
  ...more,
});
const signature = { status: 'final', attester: [{ mode: 'legal', time: now, party: anne }] };
const whole = [section('diagnoses', 'DJ189'), section('course', 'Godt'), section('medication', 'Ingen')];
const discharge = (patient: string, stay: string, more: object = {}) =>
  letter(patient, 'discharge-letter', whole, { encounter: { reference: stay }, ...more });

const details = ({ json }: Reply) =>
  ((json.issue ?? []) as readonly { severity: string; details?: { coding?: { code: string }[] } }[])
    .filter(({ severity }) => severity === 'error')
    .map(({ details: said }) => said?.coding?.[0]?.code);
const displayIn = (one: unknown) => (one as { display?: string } | undefined)?.display ?? '';
const referenceIn = (list: unknown) =>
  (list as readonly { reference: string }[] | undefined)?.[0]?.reference ?? '';
const read = async (name: string) => (await send('GET', name)).json;
const ways = async (id: string) =>
  ((await send('GET', `Task?focus=Composition/${id}`)).json.entry ?? []).map(({ resource }) => resource);
const patch = (name: string, ...ops: readonly object[]) =>
  send('PATCH', name, ops, { 'content-type': 'application/json-patch+json' });
const add = (path: string, value: unknown) => ({ op: 'add', path, value });
const dueOf = async (stay: string) => read(`Task/letter-due-${stay.replace('Encounter/', '')}`);
const end = (name: string, patient: string, at = '2026-01-15T11:00:00+01:00', status = 'finished') =>
  send('PUT', name, {
    ...stayOf(patient, {
      status,
      period: { start: '2026-01-13T08:00:00+01:00', ...(status === 'finished' ? { end: at } : {}) },
    }),
    id: name.replace('Encounter/', ''),
  });
const newStay = async (patient: string) => `Encounter/${await create(stayOf(patient))}`;

/** Who writes as a person of a role. */
const as = (role: string, author = 'Practitioner/anne') =>
  testClient(store(), {}, async () => {
    const found = findRole(role);
    if (!found) throw new Error(role);
    return { author, person: { user: 'kim', role: found }, sees: { shown: nothingShown() } };
  });

describe('the letter that a stay owes', () => {
  test('comes with the end of the stay, three working days later, for the responsible doctor; the letter ends it', async () => {
    const patient = await newPatient();
    const stay = await newStay(patient);
    expect((await end(stay, patient)).status).toBe(200);
    const due = await dueOf(stay);
    expect(due).toMatchObject({
      status: 'requested',
      for: { reference: patient },
      owner: anne,
      restriction: { period: { end: '2026-01-20T23:59:00+01:00' } },
    });
    await create(discharge(patient, stay, signature));
    expect((await dueOf(stay))['status']).toBe('completed');
  });

  test('goes when the end is taken back, comes again with the next, and moves with the time of the end', async () => {
    const patient = await newPatient();
    const stay = await newStay(patient);
    await end(stay, patient);
    await end(stay, patient, undefined, 'in-progress');
    expect((await dueOf(stay))['status']).toBe('cancelled');
    await end(stay, patient);
    await end(stay, patient, '2026-04-01T11:00:00+02:00');
    expect(await dueOf(stay)).toMatchObject({
      status: 'requested',
      restriction: { period: { end: '2026-04-09T23:59:00+02:00' } },
    });
  });

  test('is owed by a stay that ended by death too, is signed to several in one document, and says what happened', async () => {
    const patient = await newPatient();
    const stay = await newStay(patient);
    const at = '2026-01-15T03:20:00+01:00';
    const over = endedBy(
      {
        ...stayOf(patient, { location: [{ location: { display: 'B12' }, status: 'active' }] }),
        id: stay.replace('Encounter/', ''),
      } as never,
      dead,
      at,
    );
    const [resourceType, one = ''] = patient.split('/');
    expect((await send('PUT', patient, { resourceType, id: one, deceasedDateTime: at })).status).toBe(200);
    expect((await send('PUT', stay, over)).status).toBe(200);
    expect(await dueOf(stay)).toMatchObject({ status: 'requested', owner: anne });
    const to = ['Lægerne Torvet', 'Herlev Kommune'].map((display) => ({
      url: receiverUrl,
      valueReference: { display },
    }));
    const id = await create(discharge(patient, stay, { ...signature, extension: to }));
    expect((await ways(id)).map((way) => displayIn(way?.['owner'])).toSorted()).toEqual([
      'Herlev Kommune',
      'Lægerne Torvet',
    ]);
    expect((await dueOf(stay))['status']).toBe('completed');
  });

  test('is not owed by a stay that another goes on from, nor by one that was written as over', async () => {
    const patient = await newPatient();
    const stay = await newStay(patient);
    const put = (resource: object, url: string, method = 'PUT') => ({ resource, request: { method, url } });
    const reply = await send('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        put(
          {
            ...stayOf(patient, { status: 'finished', period: { start: '2026-01-13', end: '2026-01-15' } }),
            id: stay.replace('Encounter/', ''),
          },
          stay,
        ),
        put(stayOf(patient), 'Encounter', 'POST'),
      ],
    });
    expect(reply.status).toBe(200);
    expect((await send('GET', `Task/letter-due-${stay.replace('Encounter/', '')}`)).status).toBe(404);
  });

  test('is ended by hand only with a reason', async () => {
    const patient = await newPatient();
    const stay = await newStay(patient);
    await end(stay, patient);
    const task = `Task/letter-due-${stay.replace('Encounter/', '')}`;
    expect(details(await patch(task, add('/status', 'completed')))).toEqual(['letter-owed']);
    expect(details(await patch(task, add('/status', 'cancelled')))).toEqual(['no-reason']);
    const reply = await patch(
      task,
      add('/status', 'cancelled'),
      add('/statusReason', { text: 'Skrevet på papir' }),
    );
    expect(reply.status).toBe(200);
  });
});

describe('a signature', () => {
  test('is of a whole letter, by who writes, in a role that may; a draft may be anything', async () => {
    const patient = await newPatient();
    const stay = await newStay(patient);
    expect((await send('POST', 'Composition', letter(patient, 'discharge-letter', []))).status).toBe(201);
    expect(
      details(
        await send(
          'POST',
          'Composition',
          letter(patient, 'discharge-letter', [], { status: 'final', extension: undefined }),
        ),
      ),
    ).toEqual(['no-signature', 'section-missing', 'section-missing', 'section-missing', 'no-receiver']);
    expect(
      details(await as('nurse').send('POST', 'Composition', discharge(patient, stay, signature))),
    ).toContain('role');
    expect(
      details(
        await as('doctor', 'Practitioner/bo').send(
          'POST',
          'Composition',
          discharge(patient, stay, signature),
        ),
      ),
    ).toEqual(['other-person']);
    const plan = letter(
      patient,
      'rehabilitation-plan',
      ['function-before', 'function-now', 'need'].map((id) => section(id, 'x')),
      signature,
    );
    // Without a level, and without the consent.
    expect(details(await send('POST', 'Composition', plan))).toEqual(['section-missing', 'no-category']);
    expect(details(await send('POST', 'Composition', letter(patient, 'poem', [])))).toEqual([
      'unknown-letter',
    ]);
    const other = await newPatient();
    expect(details(await send('POST', 'Composition', discharge(other, stay, signature)))).toEqual([
      'other-patient',
    ]);
  });

  test('makes the way of each receiver, ready and not sent', async () => {
    const patient = await newPatient();
    const stay = await newStay(patient);
    const extension = ['Lægerne Torvet', 'Herlev Kommune'].map((display) => ({
      url: receiverUrl,
      valueReference: { display },
    }));
    const id = await create(discharge(patient, stay, { ...signature, extension }));
    const made = await ways(id);
    expect(
      made
        .map((way) => `${String(way?.['status'])} ${displayIn(way?.['owner'])}`)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['requested Herlev Kommune', 'requested Lægerne Torvet']);
    const [task] = made;
    expect(JSON.stringify(task)).toContain('"code":"ready"');
    const sent = [add('/businessStatus', { coding: [{ system: `${ours}/letter-step`, code: 'sent' }] })];
    const name = `Task/${String(task?.['id'])}`;
    expect(
      details(
        await as('doctor').send('PATCH', name, sent, { 'content-type': 'application/json-patch+json' }),
      ),
    ).toEqual(['role']);
    expect((await patch(name, ...sent)).status).toBe(200);
    const back = add('/businessStatus', { coding: [{ system: `${ours}/letter-step`, code: 'ready' }] });
    expect(details(await patch(name, back))).toEqual(['step-back']);
  });

  test('of two who sign the letter of one stay at once, one is told', async () => {
    const patient = await newPatient();
    const stay = await newStay(patient);
    const replies = await Promise.all(
      [0, 1].map(() => send('POST', 'Composition', discharge(patient, stay, signature))),
    );
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    expect(replies.flatMap(details)).toEqual(['letter-signed-already']);
  });
});

describe('a draft', () => {
  test('of two who save the same, the second is told, and nobody is overwritten', async () => {
    const patient = await newPatient();
    const id = await create(letter(patient, 'correspondence', []));
    const save = (text: string) =>
      send(
        'PUT',
        `Composition/${id}`,
        { ...letter(patient, 'correspondence', [section('message', text)]), id },
        { 'if-match': 'W/"1"' },
      );
    const replies = await Promise.all([save('en'), save('to')]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    const stored = JSON.stringify(await read(`Composition/${id}`));
    expect(stored.includes('<p>en</p>') !== stored.includes('<p>to</p>')).toBe(true);
  });

  test('stays with its patient and of its kind, and may be thrown away', async () => {
    const [patient, other] = [await newPatient(), await newPatient()];
    const id = await create(letter(patient, 'correspondence', []));
    const put = (resource: object) => send('PUT', `Composition/${id}`, { ...resource, id });
    expect(details(await put(letter(other, 'correspondence', [])))).toEqual(['other-patient']);
    expect(details(await put(letter(patient, 'referral', [])))).toEqual(['other-kind']);
    expect((await patch(`Composition/${id}`, add('/status', 'entered-in-error'))).status).toBe(200);
    expect(details(await patch(`Composition/${id}`, add('/status', 'preliminary')))).toEqual(['letter-kept']);
  });
});

describe('a signed letter', () => {
  const signedOne = async () => {
    const patient = await newPatient();
    const stay = await newStay(patient);
    await end(stay, patient);
    return { patient, stay, id: await create(discharge(patient, stay, signature)) };
  };

  test('is never changed or deleted', async () => {
    const { id } = await signedOne();
    const name = `Composition/${id}`;
    expect(details(await patch(name, add('/title', 'Andet')))).toEqual(['letter-kept']);
    expect(details(await patch(name, add('/status', 'preliminary')))).toEqual(['letter-kept']);
    expect(details(await send('DELETE', name))).toEqual(['letter-kept']);
  });

  test('is corrected once, by a letter that replaces it; the way of the old one ends', async () => {
    const { patient, stay, id } = await signedOne();
    const corrected = discharge(patient, stay, {
      ...signature,
      status: 'amended',
      relatesTo: [{ code: 'replaces', targetReference: { reference: `Composition/${id}` } }],
    });
    const replies = await Promise.all([0, 1].map(() => send('POST', 'Composition', corrected)));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    expect(replies.flatMap(details)).toEqual(['replaced-already']);
    expect((await ways(id)).map((way) => way?.['status'])).toEqual(['cancelled']);
    // The old one says what it said.
    expect((await read(`Composition/${id}`))['status']).toBe('final');
  });

  test('was wrong: said by its author with a reason; its way ends, and the stay owes its letter again', async () => {
    const { stay, id } = await signedOne();
    const name = `Composition/${id}`;
    const ops = [
      add('/status', 'entered-in-error'),
      add('/extension/-', { url: `${ours}/letter-wrong`, valueString: 'Forkert patient' }),
    ];
    const json = { 'content-type': 'application/json-patch+json' };
    expect(details(await as('doctor', 'Practitioner/bo').send('PATCH', name, ops, json))).toEqual([
      'not-author',
    ]);
    expect(details(await patch(name, add('/status', 'entered-in-error')))).toEqual(['no-reason']);
    expect((await as('doctor').send('PATCH', name, ops, json)).status).toBe(200);
    expect((await ways(id)).map((way) => way?.['status'])).toEqual(['cancelled']);
    expect((await dueOf(stay))['status']).toBe('requested');
  });

  test('whose correction was wrong stands no more than that: the stay owes its letter, and a new one is signed', async () => {
    const { patient, stay, id } = await signedOne();
    const corrected = await create(
      discharge(patient, stay, {
        ...signature,
        status: 'amended',
        relatesTo: [{ code: 'replaces', targetReference: { reference: `Composition/${id}` } }],
      }),
    );
    await patch(
      `Composition/${corrected}`,
      add('/status', 'entered-in-error'),
      add('/extension/-', { url: `${ours}/letter-wrong`, valueString: 'Forkert' }),
    );
    expect((await dueOf(stay))['status']).toBe('requested');
    await create(discharge(patient, stay, signature));
    expect((await dueOf(stay))['status']).toBe('completed');
  });

  test('that has left is not taken back by itself: its way stays, and it must be called back', async () => {
    const { id } = await signedOne();
    const [task] = await ways(id);
    await patch(
      `Task/${String(task?.['id'])}`,
      add('/businessStatus', { coding: [{ system: `${ours}/letter-step`, code: 'sent' }] }),
    );
    const wrongOne = {
      ...(await read(`Composition/${id}`)),
      status: 'entered-in-error',
      extension: [
        { url: receiverUrl, valueReference: { display: 'Lægerne Torvet' } },
        { url: `${ours}/letter-wrong`, valueString: 'Forkert' },
      ],
    };
    const said = await send('POST', '$check', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: wrongOne, request: { method: 'PUT', url: `Composition/${id}` } }],
    });
    expect(said.text).toContain('recall-needed');
    expect((await send('PUT', `Composition/${id}`, wrongOne)).status).toBe(200);
    expect((await ways(id)).map((way) => way?.['status'])).toEqual(['requested']);
  });
});

describe('a referral', () => {
  const referred = async () => {
    const patient = await newPatient();
    const id = await create(
      letter(patient, 'referral', [section('question', 'Udredning af dyspnø')], {
        ...signature,
        category: [{ coding: [{ system: 'http://hl7.org/fhir/request-priority', code: 'urgent' }] }],
        extension: [
          {
            url: receiverUrl,
            valueReference: { reference: 'Organization/kardiologi', display: 'Kardiologisk' },
          },
        ],
      }),
    );
    const [task] = await ways(id);
    return {
      id,
      task: `Task/${String(task?.['id'])}`,
      request: referenceIn(task?.['basedOn']),
    };
  };

  test('makes the request by which its receiver may open the record', async () => {
    const { request, id } = await referred();
    expect(await read(request)).toMatchObject({
      status: 'active',
      priority: 'urgent',
      category: [{ text: 'henvisning' }],
      performer: [{ reference: 'Organization/kardiologi' }],
      reasonCode: [{ text: 'Udredning af dyspnø' }],
      supportingInfo: [{ reference: `Composition/${id}` }],
    });
  });

  test('is accepted once, by who may; not a letter of another kind', async () => {
    const { task } = await referred();
    const accept = [
      add('/status', 'accepted'),
      add('/businessStatus', { coding: [{ system: `${ours}/letter-step`, code: 'accepted' }] }),
    ];
    const json = { 'content-type': 'application/json-patch+json' };
    expect(details(await as('secretary').send('PATCH', task, accept, json))).toEqual(['role']);
    expect((await as('doctor').send('PATCH', task, accept, json)).status).toBe(200);
    expect(
      details(await patch(task, add('/status', 'rejected'), add('/statusReason', { text: 'nej' }))),
    ).toEqual(['step-back']);
    const patient = await newPatient();
    const other = await create(discharge(patient, await newStay(patient), signature));
    const [way] = await ways(other);
    expect(details(await as('doctor').send('PATCH', `Task/${String(way?.['id'])}`, accept, json))).toEqual([
      'no-referral',
    ]);
  });

  test('is sent on with a reason: the next receiver may open the record too', async () => {
    const { task, request } = await referred();
    const next = { reference: 'Organization/lunge', display: 'Lungemedicinsk' };
    expect(details(await patch(task, add('/owner', next)))).toEqual(['no-reason']);
    expect(
      (await patch(task, add('/owner', next), add('/statusReason', { text: 'Rette sted' }))).status,
    ).toBe(200);
    expect((await read(request))['performer']).toHaveLength(2);
  });

  test('is rejected with a reason, which its sender reads', async () => {
    const { task, request } = await referred();
    expect(details(await patch(task, add('/status', 'rejected')))).toEqual(['no-reason']);
    expect(
      (await patch(task, add('/status', 'rejected'), add('/statusReason', { text: 'Mangler EKG' }))).status,
    ).toBe(200);
    expect((await read(request))['status']).toBe('completed');
  });
});

test('a signed letter is a document that passes our own validation', async () => {
  const patient = await newPatient();
  const stay = await newStay(patient);
  const condition = await create({
    resourceType: 'Condition',
    subject: { reference: patient },
    code: { text: 'Pneumoni' },
  });
  await send('PUT', 'Practitioner/anne', { resourceType: 'Practitioner', id: 'anne' });
  const id = await create(
    letter(
      patient,
      'discharge-letter',
      [section('diagnoses', 'DJ189 Pneumoni', [`Condition/${condition}`]), ...whole.slice(1)],
      { ...signature, encounter: { reference: stay } },
    ),
  );
  const document = await send('GET', `Composition/${id}/$document`);
  expect([document.status, document.json['type']]).toEqual([200, 'document']);
  const types = (document.json.entry ?? []).map(({ resource }) => resource?.['resourceType']);
  expect(types[0]).toBe('Composition');
  expect(types.map(String).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'Composition',
    'Condition',
    'Encounter',
    'Patient',
    'Practitioner',
  ]);
  const verdict = await send('POST', 'Bundle/$validate', document.json);
  expect(details(verdict)).toEqual([]);
  expect(verdict.json.issue?.filter(({ severity }) => severity === 'error' || severity === 'fatal')).toEqual(
    [],
  );
});
