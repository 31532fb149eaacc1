// Diagnoses, as any client of the API meets the rules.
import type { Condition } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  diagnosedInError,
  diagnosisFrom,
  refuted,
  turnedInto,
  type DiagnosisKind,
} from '#fhir/diagnoses/diagnosis.ts';
import { findRole } from '#identity/role.ts';
import { testClient, useClient, type Client, type Reply } from '#rest/testing.ts';
import { nothingShown } from '#store/access.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create, store } = useClient(testDatabase);
const at = '2026-01-15T14:05:00+01:00';
const as = (name: string, roleName = 'doctor'): Client =>
  testClient(store(), {}, async () => {
    const role = findRole(roleName);
    if (!role) throw new Error(`no ${roleName}`);
    return {
      author: `Practitioner/${name}`,
      person: { user: name, role },
      sees: { shown: nothingShown() },
    };
  });
async function newStay() {
  const patient = await create({ resourceType: 'Patient' });
  const stay = await create({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: `Patient/${patient}` },
  });
  return { patient, stay };
}
type Stay = Awaited<ReturnType<typeof newStay>>;
const diagnosis = ({ patient, stay }: Stay, kind: DiagnosisKind, code = 'DJ189') =>
  diagnosisFrom({ code, display: code, kind, isSuspected: false }, { patient, stay, at, by: undefined });
const details = ({ status, json }: Reply) => [
  status,
  ...((json.issue ?? []) as unknown as { details?: { coding: { code: string }[] } }[]).flatMap(
    ({ details: said }) => said?.coding[0]?.code ?? [],
  ),
];
const listedOf = async ({ stay }: Stay) =>
  (
    ((await send('GET', `Encounter/${stay}`)).json['diagnosis'] ?? []) as {
      condition: { reference: string };
      rank: number;
    }[]
  ).map(({ condition, rank }) => [rank, condition.reference.replace('Condition/', '')]);
const read = async (id: string) => (await send('GET', `Condition/${id}`)).json as unknown as Condition;

describe('the action diagnosis', () => {
  test('stands first in the stay, whenever it was recorded, and one that was wrong leaves it', async () => {
    const stay = await newStay();
    const second = await create(diagnosis(stay, 'secondary', 'DI109'));
    const action = await create(diagnosis(stay, 'action'));
    await create(diagnosis(stay, 'lasting', 'DE119'));
    expect(await listedOf(stay)).toEqual([
      [1, action],
      [2, second],
    ]);
    await send('PUT', `Condition/${action}`, diagnosedInError(await read(action), 'Forkert patient', at));
    expect(await listedOf(stay)).toEqual([[1, second]]);
    await send('PUT', `Condition/${second}`, refuted(await read(second)));
    expect(await listedOf(stay)).toEqual([]);
  });

  test('is one: a second is refused, unless the first becomes secondary in the same transaction', async () => {
    const stay = await newStay();
    const first = await create(diagnosis(stay, 'action'));
    expect(details(await send('POST', 'Condition', diagnosis(stay, 'action', 'DI509')))).toEqual([
      409,
      'action-taken',
    ]);
    const both = await send('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { resource: diagnosis(stay, 'action', 'DI509'), request: { method: 'POST', url: 'Condition' } },
        {
          resource: turnedInto(await read(first), 'secondary'),
          request: { method: 'PUT', url: `Condition/${first}` },
        },
      ],
    });
    expect(both.status).toBe(200);
    expect((await listedOf(stay))[1]).toEqual([2, first]);
  });

  test('of several at the same moment is one, and none of the others is lost from the stay', async () => {
    const kinds = fc.array(fc.constantFrom<DiagnosisKind>('action', 'secondary'), {
      minLength: 2,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(kinds, async (some) => {
        const stay = await newStay();
        const replies = await Promise.all(
          some.map((kind, index) => send('POST', 'Condition', diagnosis(stay, kind, `DI1${index}`))),
        );
        const stored = replies.flatMap(({ status, json }, index) =>
          status === 201 ? [{ kind: some[index], id: json.id }] : [],
        );
        const action = stored.filter(({ kind }) => kind === 'action').map(({ id }) => id);
        expect(action).toHaveLength(some.includes('action') ? 1 : 0);
        expect(stored.filter(({ kind }) => kind === 'secondary')).toHaveLength(
          some.filter((kind) => kind === 'secondary').length,
        );
        const listed = await listedOf(stay);
        expect(listed.map(([rank]) => rank)).toEqual(stored.map((_one, index) => index + 1));
        expect(listed.map(([, id]) => String(id)).sort()).toEqual(stored.map(({ id }) => id).sort());
        if (action.length > 0) expect(listed[0]?.[1]).toBe(action[0]);
      }),
      { numRuns: 12 },
    );
  });
});

describe('what was recorded', () => {
  test('is not turned into another diagnosis, nor deleted, by a person', async () => {
    const stay = await newStay();
    const id = await as('anne').create(diagnosis(stay, 'secondary'));
    const stored = await read(id);
    const put = (body: object) => as('anne').send('PUT', `Condition/${id}`, body);
    expect(details(await put({ ...stored, code: { text: 'Noget andet' } }))).toEqual([422, 'diagnosis-kept']);
    expect(details(await as('anne').send('DELETE', `Condition/${id}`))).toEqual([422, 'diagnosis-kept']);
    expect((await put({ ...stored, severity: { text: 'let' } })).status).toBe(200);
  });

  test('is marked as entered in error by who recorded it, with a reason, and stays so', async () => {
    const stay = await newStay();
    const by = { reference: 'Practitioner/anne' } as const;
    await send('PUT', 'Practitioner/anne', { resourceType: 'Practitioner', id: 'anne' });
    const id = await as('anne').create({ ...diagnosis(stay, 'action'), recorder: by });
    const marked = diagnosedInError(await read(id), 'Forkert patient', at);
    const put = (client: Client, body: object) => client.send('PUT', `Condition/${id}`, body);
    expect(details(await put(as('bo'), marked))).toEqual([422, 'not-author']);
    expect(details(await put(as('anne'), { ...marked, note: undefined }))).toEqual([422, 'no-reason']);
    expect((await put(as('anne'), marked)).status).toBe(200);
    expect(details(await put(as('anne'), { ...diagnosis(stay, 'action'), id, recorder: by }))).toContain(
      'diagnosis-kept',
    );
  });
});
