// Being on a department's programme opens the record to those who work there, and to nobody else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeOperation } from '#fhir/surgery/place.ts';
import { askOperation } from '#fhir/surgery/request.ts';
import { createAccesses } from '#identity/access.ts';
import { addPerson } from '#identity/person.ts';
import { testClient, type Client } from '#rest/testing.ts';
import { openStore, type Store } from '#store/store.ts';
import { testDatabase } from '../../test/database.ts';
import { createCallers } from './callers.ts';

let [store, database]: [Store?, Awaited<ReturnType<typeof testDatabase>>?] = [];
let program: Client;
let nurse: Client;
const department = { reference: 'Location/op' };
const at = Date.now();

beforeAll(async () => {
  database = await testDatabase();
  store = openStore(database.to, { poolSize: 4, node: 'region', reindexSettleMs: 0 });
  const accesses = createAccesses(store.sql, { relationDays: 90 });
  const callers = createCallers(store.sql, accesses);
  program = testClient(store);
  for (const id of ['op', 'op-1', 'other', 'other-1'])
    await program.send('PUT', `Location/${id}`, { resourceType: 'Location', id });
  const person = {
    user: 'rikke',
    name: 'Rikke Munk',
    role: 'nurse',
    practitioner: null,
    ward: 'Location/op',
  };
  await addPerson(store.sql, person, '');
  nurse = testClient(store, { recall: (kept) => callers.recall(kept) }, () =>
    callers.of(person, { who: person, from: 'test' }),
  );
});
afterAll(async () => {
  await store?.close();
  await database?.drop();
});

/** A patient with an operation at this department, and with a place there unless it is only asked for. */
async function patientAt(place: string, status?: 'booked' | 'cancelled'): Promise<string> {
  const patient = await program.create({ resourceType: 'Patient' });
  await program.create({ resourceType: 'Condition', subject: { reference: `Patient/${patient}` } });
  const own = { reference: `Location/${place}` };
  const asked = askOperation(
    {
      patient,
      department: own,
      procedure: { code: 'KJEA01', words: 'Appendektomi' },
      urgency: 'B',
      wanted: at,
      minutes: 60,
      anaesthesia: 'general',
      requester: { display: 'Anne Lund' },
    },
    at,
  );
  // Asked for of nobody yet: only the place relates.
  const { locationReference: _none, ...rest } = asked;
  const id = await program.create(status === undefined ? asked : rest);
  if (status === undefined) return patient;
  const to = { room: { reference: `Location/${place}-1` }, department: own, start: at, end: at + 3_600_000 };
  const placed = placeOperation({ id, patient: `Patient/${patient}`, words: 'Appendektomi' }, to);
  const reason = {
    cancelationReason: {
      coding: [{ system: 'https://holdfast.dk/fhir/operation-cancelled', code: 'no-bed' }],
    },
  };
  await program.create({ ...placed, status, ...(status === 'cancelled' ? reason : {}) });
  return patient;
}
const sees = async (patient: string) => (await nurse.send('GET', `Condition?patient=${patient}`)).status;

test('who has a place there, or is asked for there, is open; whose place was cancelled or is elsewhere is not', async () => {
  expect(await sees(await patientAt('op', 'booked'))).toBe(200);
  expect(await sees(await patientAt('op'))).toBe(200);
  expect(await sees(await patientAt('op', 'cancelled'))).toBe(403);
  expect(await sees(await patientAt('other', 'booked'))).toBe(403);
});

test('the programme shows those who work there their own, and of others nothing', async () => {
  const own = await patientAt('op', 'booked');
  const other = await patientAt('other', 'booked');
  const programme = async (place: string) =>
    (await nurse.send('GET', `Appointment?location=Location/${place}&_include=Appointment:patient`)).text;
  expect(await programme(department.reference.slice(9))).toContain(own);
  expect(await programme('other')).not.toContain(other);
});
