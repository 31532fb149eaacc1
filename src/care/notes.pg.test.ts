// Notes, as any client of the API meets the rules.
import { beforeAll, describe, expect, test } from 'vitest';
import {
  askToCountersign,
  countersigned,
  enteredInError,
  noteFrom,
  type NewNote,
  type Person,
} from '#fhir/notes/note.ts';
import type { DocumentReference } from '@medplum/fhirtypes';
import { findRole } from '#identity/role.ts';
import { testClient, useClient, type Client, type Reply } from '#rest/testing.ts';
import { nothingShown } from '#store/access.ts';
import { testDatabase } from '../../test/database.ts';

const { create, send, store, find } = useClient(testDatabase);
const people = ['anne', 'bo', 'mette'] as const;
const person = (name: string): Person => ({ reference: `Practitioner/${name}`, name });
const as = (name: string, role = 'doctor'): Client =>
  testClient(store(), {}, async () => {
    const found = findRole(role);
    if (!found) throw new Error(`no ${role}`);
    return {
      author: `Practitioner/${name}`,
      person: { user: name, role: found },
      sees: { shown: nothingShown() },
    };
  });
beforeAll(async () => {
  for (const name of people)
    await send('PUT', `Practitioner/${name}`, { resourceType: 'Practitioner', id: name });
});

const at = '2026-01-15T14:05:00+01:00';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const newPatient = () => create({ resourceType: 'Patient' });
const noteOf = (patient: string, more: Partial<NewNote> = {}): NewNote => ({
  patient,
  kind: 'Stuegang',
  at,
  author: person('anne'),
  data: base64('Har det bedre.'),
  ...more,
});
const written = (patient: string, more: Partial<NewNote> = {}) => noteFrom(noteOf(patient, more));
const details = ({ status, json }: Reply) => [
  status,
  ...(
    (json.issue ?? []) as unknown as { severity: string; details?: { coding: { code: string }[] } }[]
  ).flatMap(({ details: said }) => said?.coding[0]?.code ?? []),
];
async function read(id: string, type = 'DocumentReference'): Promise<DocumentReference> {
  return (await send('GET', `${type}/${id}`)).json as unknown as DocumentReference;
}
const stateOf = async (id: string) => {
  const { status, docStatus } = await read(id);
  return [status, docStatus];
};
const transaction = (...entry: readonly object[]) => ({ resourceType: 'Bundle', type: 'transaction', entry });
const posted = (resource: { readonly resourceType: string }, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  resource,
  request: { method: 'POST', url: resource.resourceType },
});
const idIn = ({ json }: Reply, entry = 0) => json.entry?.[entry]?.response?.location?.split('/').at(-3) ?? '';
const urn = 'urn:uuid:7f3c1c1e-0d0b-4d53-8d5e-3d1f3d1f3d1f';
const asked = (patient: string, colleague = 'bo', more: Partial<NewNote> = {}) => {
  const note = noteOf(patient, { isPreliminary: true, ...more });
  return transaction(posted(noteFrom(note), urn), posted(askToCountersign(urn, note, person(colleague))));
};
const waiting = (colleague: string) =>
  find(
    `Task?owner=Practitioner/${colleague}&status=requested&code=https://holdfast.dk/fhir/task-kind|countersign`,
  );

describe('a signed note', () => {
  test('is never changed or deleted, by a person or by a program', async () => {
    const id = await create(written(await newPatient()));
    const stored = await read(id);
    const otherText = {
      ...stored,
      content: [{ attachment: { contentType: 'text/plain', data: base64('x') } }],
    };
    for (const client of [as('anne'), as('lab', 'integration'), { send }]) {
      for (const changed of [
        otherText,
        { ...stored, type: { text: 'Tilsyn' } },
        { ...stored, date: '2026-01-16T14:05:00+01:00' },
        { ...stored, author: [{ reference: 'Practitioner/bo' }] },
        { ...stored, status: 'superseded' },
        { ...stored, docStatus: 'preliminary' },
        { ...stored, authenticator: { reference: 'Practitioner/bo' } },
      ])
        expect(details(await client.send('PUT', `DocumentReference/${id}`, changed))).toEqual([
          422,
          'note-signed',
        ]);
      expect(details(await client.send('DELETE', `DocumentReference/${id}`))).toEqual([422, 'note-kept']);
    }
    expect((await read(id)).meta?.versionId).toBe('1');
  });

  test('is signed by who wrote it, and by nobody for another', async () => {
    const patient = await newPatient();
    expect(details(await as('bo').send('POST', 'DocumentReference', written(patient)))).toEqual([
      422,
      'other-person',
    ]);
    const confirmed = { ...written(patient), authenticator: { reference: 'Practitioner/bo' } };
    expect(details(await as('anne').send('POST', 'DocumentReference', confirmed))).toEqual([
      422,
      'countersign-later',
    ]);
  });

  test('keeps the answers that it was made from, which are the same patient’s', async () => {
    const [patient, other] = [await newPatient(), await newPatient()];
    const answers = (of: string) => ({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      subject: { reference: `Patient/${of}` },
      item: [{ linkId: 'plan', answer: [{ valueString: 'Hjem' }] }],
    });
    const reply = await as('anne').send(
      'POST',
      '',
      transaction(posted(written(patient, { answers: { reference: urn } })), posted(answers(patient), urn)),
    );
    expect(reply.status).toBe(200);
    const [note, response] = [idIn(reply), idIn(reply, 1)];
    const changed = { ...answers(patient), id: response, item: [] as object[] };
    expect(
      details(await send('PUT', `QuestionnaireResponse/${response}`, { ...changed, item: undefined })),
    ).toEqual([422, 'note-signed']);
    expect(details(await send('DELETE', `QuestionnaireResponse/${response}`))).toEqual([422, 'note-signed']);
    const foreign = transaction(
      posted(written(patient, { answers: { reference: urn } })),
      posted(answers(other), urn),
    );
    expect(details(await as('anne').send('POST', '', foreign))).toEqual([422, 'other-patient']);
    await send('PUT', `DocumentReference/${note}`, enteredInError(await read(note), 'Forkert patient'));
    expect((await read(response, 'QuestionnaireResponse')).status).toBe('entered-in-error');
  });

  test('answers what its template demands, as the region has it stored now, and is refused with the names of what is missing', async () => {
    const patient = await newPatient();
    const url = 'https://holdfast.dk/fhir/Questionnaire/note-fald';
    const coded = (code: string, system: string, value: string) => ({
      code: { system: 'http://terminology.hl7.org/CodeSystem/usage-context-type', code },
      valueCodeableConcept: { coding: [{ system, code: value }] },
    });
    const template = {
      resourceType: 'Questionnaire',
      url,
      title: 'Fald',
      status: 'active',
      useContext: [coded('workflow', 'https://holdfast.dk/fhir/questionnaire-use', 'note')],
      item: [
        { linkId: 'hvad', text: 'Hvad skete', type: 'text', required: true },
        {
          linkId: 'hoved',
          text: 'Hovedet',
          type: 'group',
          item: [{ linkId: 'slag', text: 'Slag mod hovedet', type: 'boolean', required: true }],
        },
        { linkId: 'vidne', text: 'Vidne', type: 'string' },
      ],
    };
    await create(template);
    const signed = (item: readonly object[], more: Partial<NewNote> = {}) => {
      const answers = {
        resourceType: 'QuestionnaireResponse',
        status: 'completed',
        questionnaire: `${url}|1`,
        subject: { reference: `Patient/${patient}` },
        item,
      };
      const note = written(patient, { kind: 'Fald', answers: { reference: urn }, ...more });
      return transaction(posted(note), posted(answers, urn));
    };
    const what = { linkId: 'hvad', answer: [{ valueString: 'Faldt på vej til toilettet' }] };
    const head = { linkId: 'hoved', item: [{ linkId: 'slag', answer: [{ valueBoolean: false }] }] };
    for (const client of [as('anne'), as('lab', 'integration')]) {
      const refused = await client.send('POST', '', signed([what]));
      expect(details(refused)).toEqual([422, 'answers-missing']);
      expect(JSON.stringify(refused.json)).toContain('Slag mod hovedet');
    }
    const blank = { linkId: 'hvad', answer: [{ valueString: ' ' }] };
    expect(details(await as('anne').send('POST', '', signed([blank, head])))).toEqual([
      422,
      'answers-missing',
    ]);
    expect((await as('anne').send('POST', '', signed([what, head]))).status).toBe(200);
    // A note that claims no template is words alone.
    expect((await as('anne').send('POST', 'DocumentReference', written(patient))).status).toBe(201);
  });

  test('says which note a text was taken from, and it is the same patient’s', async () => {
    const [patient, other] = [await newPatient(), await newPatient()];
    const [own, foreign] = [await create(written(patient)), await create(written(other))];
    const carrying = (note: string) => written(patient, { carried: [{ note, section: 'Plan' }] });
    expect((await send('POST', 'DocumentReference', carrying(own))).status).toBe(201);
    expect(details(await send('POST', 'DocumentReference', carrying(foreign)))).toEqual([
      422,
      'other-patient',
    ]);
  });
});

describe('a correction', () => {
  test('replaces in the same act; the old one stays readable and is not replaced a second time', async () => {
    const patient = await newPatient();
    const old = await create(written(patient));
    const fresh = await as('anne').create(written(patient, { replaces: old, data: base64('Rettet') }));
    expect([await stateOf(old), await stateOf(fresh)]).toEqual([
      ['superseded', 'final'],
      ['current', 'final'],
    ]);
    expect((await read(old)).content[0]?.attachment.data).toBe(base64('Har det bedre.'));
    expect(
      details(await as('anne').send('POST', 'DocumentReference', written(patient, { replaces: old }))),
    ).toEqual([409, 'note-superseded']);
  });

  test('is its author’s to write, of a note of the same patient', async () => {
    const [patient, other] = [await newPatient(), await newPatient()];
    const old = await create(written(patient));
    const by = (author: string, of: string) => written(of, { replaces: old, author: person(author) });
    expect(details(await as('bo').send('POST', 'DocumentReference', by('bo', patient)))).toEqual([
      422,
      'not-author',
    ]);
    expect(details(await as('anne').send('POST', 'DocumentReference', by('anne', other)))).toEqual([
      422,
      'other-patient',
    ]);
  });

  test('of two at the same moment one is stored, and the other is told', async () => {
    for (let round = 0; round < 6; round++) {
      const patient = await newPatient();
      const old = await create(written(patient));
      const replies = await Promise.all(
        ['a', 'b'].map((text) =>
          as('anne').send(
            'POST',
            'DocumentReference',
            written(patient, { replaces: old, data: base64(text) }),
          ),
        ),
      );
      expect(replies.map((reply) => details(reply).join()).sort()).toEqual(['201', '409,note-superseded']);
      expect(await find(`DocumentReference?patient=${patient}&status=current`)).toHaveLength(1);
    }
  });

  test('that was entered in error gives the note it replaced back', async () => {
    const patient = await newPatient();
    const old = await create(written(patient));
    const fresh = await create(written(patient, { replaces: old }));
    await send(
      'PUT',
      `DocumentReference/${fresh}`,
      enteredInError(await read(fresh), 'Forkert notat rettet'),
    );
    expect(await stateOf(old)).toEqual(['current', 'final']);
  });
});

describe('an addendum', () => {
  test('is anybody’s who writes notes, to the newest of a note', async () => {
    const patient = await newPatient();
    const old = await create(written(patient));
    const addendum = (appends: string) =>
      written(patient, { appends, kind: 'Sygeplejenotat', author: person('mette') });
    const added = await as('mette', 'nurse').create(addendum(old));
    expect(details(await as('mette', 'nurse').send('POST', 'DocumentReference', addendum(added)))).toEqual([
      422,
      'addendum-of-addendum',
    ]);
    await create(written(patient, { replaces: old }));
    expect(details(await as('mette', 'nurse').send('POST', 'DocumentReference', addendum(old)))).toEqual([
      409,
      'note-superseded',
    ]);
    // It is itself corrected where it stands.
    await as('mette', 'nurse').create(
      written(patient, { appends: old, replaces: added, author: person('mette') }),
    );
    expect(await stateOf(added)).toEqual(['superseded', 'final']);
  });

  test('and a correction at the same moment are both kept, or the addendum is told to look again', async () => {
    for (let round = 0; round < 6; round++) {
      const patient = await newPatient();
      const old = await create(written(patient));
      const [correction, addendum] = await Promise.all([
        as('anne').send('POST', 'DocumentReference', written(patient, { replaces: old })),
        as('bo').send('POST', 'DocumentReference', written(patient, { appends: old, author: person('bo') })),
      ]);
      expect(correction.status).toBe(201);
      expect([[201], [409, 'note-superseded']]).toContainEqual(details(addendum));
      expect((await stateOf(old))[0]).toBe('superseded');
    }
  });
});

describe('to countersign', () => {
  test('is asked of a named colleague; the note and what asked end together', async () => {
    const patient = await newPatient();
    const reply = await as('anne').send('POST', '', asked(patient));
    expect(reply.status).toBe(200);
    const note = idIn(reply);
    const [task] = await waiting('bo');
    expect(task).toBe(idIn(reply, 1));
    const stored = await read(note);
    const signed = (name: string) => countersigned(stored, person(name), at);
    const put = (client: Client, body: object) => client.send('PUT', `DocumentReference/${note}`, body);
    expect(details(await put(as('anne'), signed('anne')))).toEqual([422, 'own-note']);
    expect(details(await put(as('anne'), signed('bo')))).toEqual([422, 'other-person']);
    expect(details(await put(as('mette', 'nurse'), signed('mette')))).toEqual([422, 'not-asked']);
    const done = { ...(await read(task ?? '', 'Task')), status: 'completed' };
    expect(details(await as('bo').send('PUT', `Task/${task}`, done))).toEqual([422, 'note-waits']);
    expect((await put(as('bo'), signed('bo'))).status).toBe(200);
    expect(await waiting('bo')).toEqual([]);
    expect(await read(task ?? '', 'Task')).toMatchObject({
      status: 'completed',
      owner: { reference: 'Practitioner/bo' },
    });
    expect((await read(note)).authenticator?.reference).toBe('Practitioner/bo');
  });

  test('another doctor may as well; a preliminary note without anybody asked is refused', async () => {
    const patient = await newPatient();
    const note = idIn(
      await as('mette', 'nurse').send('POST', '', asked(patient, 'anne', { author: person('mette') })),
    );
    const signed = countersigned(await read(note), person('bo'), at);
    expect((await as('bo').send('PUT', `DocumentReference/${note}`, signed)).status).toBe(200);
    const alone = written(patient, { isPreliminary: true });
    expect(details(await as('anne').send('POST', 'DocumentReference', alone))).toEqual([
      422,
      'no-countersigner',
    ]);
    expect(details(await as('anne').send('POST', '', asked(patient, 'anne')))).toContain('no-countersigner');
  });

  test('and to correct at the same moment never overwrite each other', async () => {
    for (let round = 0; round < 6; round++) {
      const patient = await newPatient();
      const note = idIn(await as('anne').send('POST', '', asked(patient)));
      const signed = countersigned(await read(note), person('bo'), at);
      const [correction, countersigning] = await Promise.all([
        as('anne').send('POST', 'DocumentReference', written(patient, { replaces: note })),
        as('bo').send('PUT', `DocumentReference/${note}`, signed, { 'if-match': 'W/"1"' }),
      ]);
      expect(correction.status).toBe(201);
      expect([200, 412, 422]).toContain(countersigning.status);
      const now = await read(note);
      expect(now.status).toBe('superseded');
      // Countersigned is what the answer said, and nothing else.
      expect(now.docStatus).toBe(countersigning.status === 200 ? 'final' : 'preliminary');
      expect(await find(`Task?patient=${patient}&status=requested`)).toEqual([]);
    }
  });
});

describe('entered in error', () => {
  test('is for its author to say, with a reason; addenda stay, and nobody adds any more', async () => {
    const patient = await newPatient();
    const note = idIn(await as('anne').send('POST', '', asked(patient)));
    const addendum = await as('bo').create(written(patient, { appends: note, author: person('bo') }));
    const stored = await read(note);
    const marked = enteredInError(stored, 'Skrevet på nabopatienten');
    const put = (client: Client, body: object) => client.send('PUT', `DocumentReference/${note}`, body);
    expect(details(await put(as('bo'), marked))).toEqual([422, 'not-author']);
    expect(details(await put(as('anne'), { ...stored, status: 'entered-in-error' }))).toEqual([
      422,
      'no-reason',
    ]);
    expect((await put(as('anne'), marked)).status).toBe(200);
    expect(await waiting('bo')).toEqual([]);
    expect((await stateOf(addendum))[0]).toBe('current');
    expect(
      details(
        await as('bo').send(
          'POST',
          'DocumentReference',
          written(patient, { appends: note, author: person('bo') }),
        ),
      ),
    ).toEqual([409, 'note-wrong']);
    // Nothing makes it right again.
    expect(details(await put(as('anne'), stored))).toContain('note-signed');
  });
});
