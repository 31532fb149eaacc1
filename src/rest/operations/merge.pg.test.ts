// Two records of one person become one, and two again.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verify } from '#store/verify.ts';
import { testDatabase } from '../../../test/database.ts';
import { useClient, type Reply } from '../testing.ts';

const client = useClient(testDatabase);
const { send, create, find } = client;
const cpr = 'urn:oid:1.2.208.176.1.2';
const replacement = 'urn:oid:1.2.208.176.1.6.1.3';
const newPerson = (value: string, system = cpr, more: object = {}) =>
  create({ resourceType: 'Patient', identifier: [{ system, value }], ...more });
let given = 1000;
const newCpr = () => `010190${given++}`;
const newReplacement = () => `0101906${letters(given++)}0`;
const letters = (n: number) => String.fromCharCode(65 + (Math.floor(n / 26) % 26), 65 + (n % 26));
const to = (id: string) => ({ reference: `Patient/${id}` });
const written = (id: string) => [
  {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'K' },
    subject: to(id),
    valueQuantity: { value: 4.1 },
  },
  { resourceType: 'Condition', code: { text: 'Pneumoni' }, subject: to(id) },
  {
    resourceType: 'AllergyIntolerance',
    clinicalStatus: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' },
      ],
    },
    code: { text: 'Penicillin' },
    patient: to(id),
  },
  { resourceType: 'Appointment', status: 'proposed', participant: [{ actor: to(id), status: 'accepted' }] },
  { resourceType: 'Group', type: 'person', actual: true, member: [{ entity: to(id) }] },
  { resourceType: 'List', status: 'current', mode: 'working', entry: [{ item: to(id) }] },
];
const merge = (target: string, source: string, more: object[] = []) =>
  send('POST', `Patient/${target}/$merge`, {
    resourceType: 'Parameters',
    parameter: [{ name: 'source', valueReference: to(source) }, ...more],
  });
const unmerge = (source: string) => send('POST', `Patient/${source}/$unmerge`);
const told = ({ json }: Reply, name: string) =>
  (json['parameter'] as { name: string; [value: string]: unknown }[])
    .filter((one) => one.name === name)
    .map(({ name: _name, ...value }) => Object.values(value)[0])[0];
const detailOf = ({ json }: Reply) =>
  (json.issue as unknown as { details?: { coding: { code: string }[] } }[])[0]?.details?.coding[0]?.code;
const text = async (address: string) => {
  const { meta: _meta, ...rest } = (await send('GET', address)).json;
  return JSON.stringify(rest);
};

test('everything that pointed at the one points at the other, and both say so', async () => {
  const [value, number] = [newCpr(), newReplacement()];
  const [target, source] = [await newPerson(value), await newPerson(number, replacement)];
  const made = await Promise.all(
    written(source).map(async (one) => `${one.resourceType}/${await create(one)}`),
  );
  const before = await merge(target, source, [{ name: 'preview', valueBoolean: true }]);
  expect([told(before, 'moves'), told(before, 'Observation')]).toEqual([made.length, 1]);
  const done = await merge(target, source);
  expect([done.status, told(done, 'moved')]).toEqual([200, made.length]);
  for (const address of made) expect(await text(address)).not.toContain(source);
  expect(await find(`Observation?patient=${target}`)).toHaveLength(1);
  expect(await find(`Group?member=Patient/${target}`)).toHaveLength(1);
  const [into, old] = [
    (await send('GET', `Patient/${target}`)).json,
    (await send('GET', `Patient/${source}`)).json,
  ];
  expect(old).toMatchObject({ active: false, link: [{ type: 'replaced-by', other: to(target) }] });
  expect(into).toMatchObject({ link: [{ type: 'replaces', other: to(source) }] });
  // Who looks for the number of then finds the record of now.
  expect(await find(`Patient?identifier=${replacement}|${number}&active:not=false`)).toEqual([target]);
  expect((await verified()).differences).toEqual([]);
});

test('one act: the history of each resource tells who moved it, and a merge is one entry of the journal', async () => {
  const [target, source] = [await newPerson(newCpr()), await newPerson(newReplacement(), replacement)];
  const id = await create({ resourceType: 'Condition', code: { text: 'x' }, subject: to(source) });
  const act = told(await merge(target, source), 'act');
  const acts = await client.store().sql<{ id: string }[]>`
    select distinct a.id from act a join version v on v.act = a.seq
    where v.version = 2 and v.id in (${id}, ${target}, ${source})`;
  expect(acts).toEqual([{ id: act }]);
});

describe('taken apart', () => {
  test('each has what it had, whatever it was', async () => {
    const owner = fc.constantFrom('target', 'source');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(owner, fc.nat(5)), { maxLength: 8 }), async (made) => {
        const ids = {
          target: await newPerson(newCpr()),
          source: await newPerson(newReplacement(), replacement),
        };
        const addresses = await Promise.all(
          made.map(async ([whose, n]) => {
            const resource = written(ids[whose])[n] ?? { resourceType: 'Basic' };
            return `${resource.resourceType}/${await create(resource)}`;
          }),
        );
        const all = [...addresses, `Patient/${ids.target}`, `Patient/${ids.source}`];
        const before = await Promise.all(all.map(text));
        expect((await merge(ids.target, ids.source)).status).toBe(200);
        expect((await unmerge(ids.source)).status).toBe(200);
        expect(await Promise.all(all.map(text))).toEqual(before);
      }),
      { numRuns: 10 },
    );
    expect((await verified()).differences).toEqual([]);
  });

  test('what was changed meanwhile keeps the change; what was written meanwhile is for a person to decide', async () => {
    const [target, source] = [await newPerson(newCpr()), await newPerson(newReplacement(), replacement)];
    const id = await create({ resourceType: 'Condition', code: { text: 'før' }, subject: to(source) });
    await merge(target, source);
    await send('PUT', `Condition/${id}`, {
      resourceType: 'Condition',
      id,
      code: { text: 'efter' },
      subject: to(target),
    });
    const news = await create({ resourceType: 'Condition', code: { text: 'nyt' }, subject: to(target) });
    const reply = await unmerge(source);
    expect([told(reply, 'returned'), told(reply, 'toDecide')]).toEqual([1, 1]);
    expect(await text(`Condition/${id}`)).toContain('efter');
    expect(await text(`Condition/${id}`)).toContain(`Patient/${source}`);
    expect(await text(`Condition/${news}`)).toContain(`Patient/${target}`);
    expect(await find(`Task?patient=${target}&status=requested`)).toHaveLength(1);
  });

  test('twice, or what was never merged, is refused', async () => {
    const [target, source] = [await newPerson(newCpr()), await newPerson(newReplacement(), replacement)];
    expect(detailOf(await unmerge(source))).toBe('not-merged');
    await merge(target, source);
    expect(detailOf(await merge(target, source))).toBe('merged-already');
    await unmerge(source);
    expect(detailOf(await unmerge(source))).toBe('not-merged');
    // And it can be done again.
    expect((await merge(target, source)).status).toBe(200);
  });
});

test('who hears no answer asks again under the same key, and is told what was done', async () => {
  const [target, source] = [await newPerson(newCpr()), await newPerson(newReplacement(), replacement)];
  await create({ resourceType: 'Condition', code: { text: 'x' }, subject: to(source) });
  const body = { resourceType: 'Parameters', parameter: [{ name: 'source', valueReference: to(source) }] };
  const ask = (key: string) => send('POST', `Patient/${target}/$merge`, body, { 'idempotency-key': key });
  const [first, again] = [await ask('merge-1'), await ask('merge-1')];
  expect([first.status, again.status, told(again, 'moved')]).toEqual([200, 200, 1]);
  expect(again.text).toBe(first.text);
  expect(detailOf(await ask('merge-2'))).toBe('merged-already');
});

test('of many who merge the same two at the same moment one does', async () => {
  const [target, source] = [await newPerson(newCpr()), await newPerson(newReplacement(), replacement)];
  const id = await create({ resourceType: 'Condition', code: { text: 'x' }, subject: to(source) });
  await Promise.all(Array.from({ length: 5 }, () => merge(target, source)));
  const { json } = await send('GET', `Patient/${source}`);
  expect(json['link']).toHaveLength(1);
  expect((await send('GET', `Patient/${target}`)).json['link']).toHaveLength(1);
  expect((await send('GET', `Condition/${id}`)).json.meta.versionId).toBe('2');
});

test('two people, and one who lies in two places, are refused', async () => {
  const [one, other] = [await newPerson(newCpr()), await newPerson(newCpr())];
  expect(detailOf(await merge(one, other))).toBe('two-people');
  const unknown = await newPerson(newReplacement(), replacement);
  const stay = (id: string) => ({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: to(id),
  });
  await create(stay(one));
  await create(stay(unknown));
  const refused = await merge(one, unknown);
  expect([refused.status, detailOf(refused)]).toEqual([409, 'both-admitted']);
  expect((await merge(one, one)).status).toBe(400);
  expect((await send('POST', `Patient/${one}/$merge`, { resourceType: 'Parameters' })).status).toBe(400);
  expect((await merge(one, 'nobody')).status).toBe(404);
});

const verified = () => verify(client.store().sql);
