// The shared medication card with the real program against a stand-in of FMK: copies, changes, faults, and a `kill -9` between sending and answering.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DrugMedication, MedicineCard } from '#fhir/medication-card/card.ts';
import {
  afterGroupSystem,
  afterUrl,
  cardReasonSystem,
  inputsOf,
  stepConcept,
  stepOf,
  type CardTaskInput,
} from '#fhir/medication-card/codes.ts';
import {
  communityCategory,
  dischargeCategory,
  drugMedicationSystem,
  fhirOf,
  lineVersionOf,
} from '#fhir/medication-card/shape.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { listOf } from '#fhir/medication/order.ts';
import { startFmkPeer, type FmkPeer, type Mood } from '#sim/fmk/peer.ts';
import { startProgram, type Program } from '../../test/program.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { until } from '../../test/until.ts';
import { visitor, type Visitor } from '../../test/visitor.ts';

const folder = temporaryFolder();
const dataFolder = `${folder.path}/data`;
let peer: FmkPeer;
let program: Program;
let writer: Visitor;
let token = '';
let mood: (operation: string, person: string) => Mood | Promise<Mood> = () => 'answer';

const drug = (quantity: string): DrugMedication => ({
  identifier: 'line-1',
  version: 1,
  status: 'active',
  begin: '2026-01-05T08:00:00Z',
  by: 'Lægehuset',
  drug: { atcCode: 'C03CA01', atcText: 'furosemid', name: 'FURIX', form: 'tabl.', strength: '40 mg' },
  route: 'p.o.',
  indication: 'Væskeophobning',
  dosage: {
    text: '',
    structure: { unit: 'mg', iterationDays: 1, doses: [{ time: '08:00', quantity }] },
  },
});
const seeded = (personIdentifier: string): MedicineCard => ({
  personIdentifier,
  version: 1,
  drugMedications: [
    drug('40'),
    {
      ...drug('20'),
      identifier: 'line-2',
      drug: { atcCode: 'C07AB02', atcText: 'metoprolol', name: '', form: 'tabl.', strength: '20 mg' },
    },
  ],
});

async function start(): Promise<void> {
  program = await startProgram({ dataFolder, env: { HOLDFAST_FMK_URL: peer.url } });
  token = token === '' ? await program.tokenOf('integration') : token;
  writer = visitor(program.url, token);
}
beforeAll(async () => {
  peer = await startFmkPeer({
    seed: (person) => Promise.resolve(person.startsWith('99') ? undefined : seeded(person)),
    mood: (operation, person) => mood(operation, person),
  });
  await start();
});
afterAll(async () => {
  await program.stop();
  await peer.close();
  folder.remove();
});

let people = 0;
/** A patient in the ward, whose card was fetched. */
async function newPatient(): Promise<{ id: string; cpr: string; stay: string }> {
  mood = () => 'answer';
  const cpr = `010170${String(1000 + ++people)}`;
  const patient = await writer.send('POST', '/fhir/Patient', {
    resourceType: 'Patient',
    identifier: [{ system: 'urn:oid:1.2.208.176.1.2', value: cpr }],
    birthDate: '1970-01-01',
  });
  const id = String(patient.json?.['id']);
  const stay = await writer.send('POST', '/fhir/Encounter', {
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: `Patient/${id}` },
    period: { start: '2026-01-10T08:00:00Z' },
  });
  expect(stay.status).toBe(201);
  expect(await fetchCard(id)).toMatchObject(['fetched', expect.stringMatching(/^20/)]);
  return { id, cpr, stay: String(stay.json?.['id']) };
}
async function fetchCard(id: string, olderThanMinutes = 0): Promise<[unknown, unknown]> {
  const { json } = await writer.send(
    'POST',
    `/fhir/Patient/${id}/$fetch-medication-card?olderThanMinutes=${olderThanMinutes}`,
  );
  const [outcome, fetched] = listOf(json?.['parameter']);
  return [outcome?.['valueCode'], fetched?.['valueDateTime']];
}
async function copies(id: string): Promise<readonly Json[]> {
  const { json } = await writer.send('GET', `/fhir/MedicationRequest?patient=${id}&category=community`);
  return listOf(json?.['entry']).map(({ resource }) => (isObject(resource) ? resource : {}));
}
const copyOf = async (id: string, line: string) =>
  (await copies(id)).find((one) => listOf(one['identifier']).some(({ value }) => value === line)) ?? {};

/** What is decided for the time after the stay, and the Task that brings it to the card. */
async function change(
  { id, stay }: { id: string; stay: string },
  dose: string,
  input: Partial<CardTaskInput> = {},
): Promise<string> {
  const { identifier: _own, ...content } = drug(dose);
  const reply = await writer.send('POST', '/fhir', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:4a6c1d7e-9d3c-4d61-9c55-0f0f4f0f4f11',
        resource: {
          resourceType: 'MedicationRequest',
          extension: [{ url: afterUrl, valueCode: 'change' }],
          groupIdentifier: { system: afterGroupSystem, value: `${stay}-${dose}-${input.sequence ?? 1}` },
          status: 'active',
          statusReason: { text: 'Bedre effekt' },
          intent: 'plan',
          category: [communityCategory, dischargeCategory],
          ...fhirOf(content),
          subject: { reference: `Patient/${id}` },
          encounter: { reference: `Encounter/${stay}` },
        },
        request: { method: 'POST', url: 'MedicationRequest' },
      },
      {
        resource: taskOf(id, 'urn:uuid:4a6c1d7e-9d3c-4d61-9c55-0f0f4f0f4f11', input),
        request: { method: 'POST', url: 'Task' },
      },
    ],
  });
  expect(reply.status, JSON.stringify(reply.json)).toBe(200);
  const response = listOf(reply.json?.['entry'])[1]?.['response'];
  return /Task\/([^/]+)/.exec(String(isObject(response) ? response['location'] : ''))?.[1] ?? '';
}
function taskOf(patient: string, focus: string, input: Partial<CardTaskInput> = {}): object {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: taskKindSystem, code: 'fmk' }] },
    businessStatus: stepConcept('ready'),
    focus: { reference: focus },
    for: { reference: `Patient/${patient}` },
    authoredOn: new Date().toISOString(),
    requester: { reference: 'Practitioner/some-integration', display: 'Anne Lund' },
    input: inputsOf({
      operation: 'UpdateDrugMedication',
      line: 'line-1',
      lineVersion: 1,
      sequence: 1,
      ...input,
    }),
  };
}
const stepReached = (id: string, step: string) =>
  until(`the change is ${step}`, async () => {
    const { json } = await writer.send('GET', `/fhir/Task/${id}`);
    return stepOf(json) === step ? json : undefined;
  });
const quantityOf = async (cpr: string, line = 'line-1') => {
  const card = await peer.cardOf(cpr);
  const found = card?.drugMedications.find(({ identifier }) => identifier === line);
  return [card?.version, found?.dosage.structure?.doses[0]?.quantity];
};
const changesFor = (cpr: string) => peer.changes.filter((body) => body.includes(cpr));

describe('the copy', () => {
  test('is fetched once in a while and when asked, and stays with its time when FMK is away', async () => {
    const { id, cpr } = await newPatient();
    expect((await copies(id)).map(({ status }) => status)).toEqual(['active', 'active']);
    const asked = peer.asked();
    expect((await fetchCard(id, 15))[0]).toBe('kept');
    expect(peer.asked()).toBe(asked);
    await peer.change(cpr, (lines) =>
      lines.slice(0, 1).map((line) => ({ ...line, status: 'paused', reason: 'x', version: 2 })),
    );
    const [, before] = await fetchCard(id);
    expect((await copyOf(id, 'line-1'))['status']).toBe('on-hold');
    expect((await copyOf(id, 'line-2'))['status']).toBe('stopped');
    mood = () => 'break';
    expect(await fetchCard(id)).toEqual(['away', before]);
    expect(lineVersionOf(await copyOf(id, 'line-1'))).toBe(2);
    const audit = await writer.send('GET', `/fhir/AuditEvent?patient=${id}&_count=50`);
    expect(JSON.stringify(audit.json)).toContain('fetch-medication-card');
  });

  test('is written by nobody but its program', async () => {
    const { id } = await newPatient();
    const copy = await copyOf(id, 'line-1');
    const reply = await writer.send('PUT', `/fhir/MedicationRequest/${String(copy['id'])}`, {
      ...copy,
      status: 'stopped',
    });
    expect([reply.status, JSON.stringify(reply.json)]).toEqual([422, expect.stringContaining('card-copy')]);
    expect(JSON.stringify(copy['identifier'])).toContain(drugMedicationSystem);
  });
});

describe('a change', () => {
  test('reaches the card, is read back, and the copy follows', async () => {
    const patient = await newPatient();
    await stepReached(await change(patient, '80'), 'confirmed');
    expect(await quantityOf(patient.cpr)).toEqual([2, '80']);
    expect(lineVersionOf(await copyOf(patient.id, 'line-1'))).toBe(2);
  });

  test('whose answer is lost has one effect, by the same bytes', async () => {
    const patient = await newPatient();
    let lost = false;
    mood = (operation) => {
      if (operation !== 'UpdateDrugMedication' || lost) return 'answer';
      lost = true;
      return 'do and break';
    };
    await stepReached(await change(patient, '80'), 'confirmed');
    expect(await quantityOf(patient.cpr)).toEqual([2, '80']);
    const [first, second] = changesFor(patient.cpr);
    expect(second).toBe(first);
  });

  test('of one whose card cannot be read holds back nobody else', async () => {
    const [before, mixedUp, after] = [await newPatient(), await newPatient(), await newPatient()];
    // All three wait, so that one stands behind it whatever the order.
    mood = () => 'break';
    const others = [await change(before, '80')];
    const stuck = await change(mixedUp, '80');
    others.push(await change(after, '80'));
    mood = (_operation, person) => (person === mixedUp.cpr ? 'mix up' : 'answer');
    for (const other of others) await stepReached(other, 'confirmed');
    mood = () => 'answer';
    await stepReached(stuck, 'confirmed');
  });

  test('is not made on a line that has moved on since it was looked at', async () => {
    const patient = await newPatient();
    await peer.change(patient.cpr, (lines) => lines.map((line) => ({ ...line, version: line.version + 1 })));
    const task = await stepReached(await change(patient, '80'), 'rejected');
    expect(JSON.stringify(task['statusReason'])).toContain(`"${cardReasonSystem}","code":"line-moved-on"`);
    expect(changesFor(patient.cpr)).toEqual([]);
  });

  test('is made anew when another line moved the card between', async () => {
    const patient = await newPatient();
    let moved = false;
    mood = async (operation): Promise<Mood> => {
      if (operation === 'UpdateDrugMedication' && !moved) {
        moved = true;
        await peer.change(patient.cpr, (lines) =>
          lines.map((line) =>
            line.identifier === 'line-2' ? { ...line, version: 2, status: 'paused' } : line,
          ),
        );
      }
      return 'answer';
    };
    await stepReached(await change(patient, '80'), 'confirmed');
    expect(await quantityOf(patient.cpr)).toEqual([3, '80']);
  });

  test('that FMK says it did and did not holds the others back, and says so', async () => {
    const patient = await newPatient();
    mood = (operation) => (operation === 'UpdateDrugMedication' ? 'pretend' : 'answer');
    const first = await change(patient, '80');
    await stepReached(first, 'differs');
    mood = () => 'answer';
    const copy = await copyOf(patient.id, 'line-2');
    const second = await writer.send(
      'POST',
      '/fhir/Task',
      taskOf(patient.id, `MedicationRequest/${String(copy['id'])}`, {
        operation: 'PauseDrugMedication',
        line: 'line-2',
        reason: 'indlagt',
        sequence: 2,
      }),
    );
    const behind = String(second.json?.['id']);
    // Another patient's change passes meanwhile: this one was looked at, and waits.
    await stepReached(await change(await newPatient(), '80'), 'confirmed');
    expect(stepOf((await writer.send('GET', `/fhir/Task/${behind}`)).json)).toBe('ready');
    const { json } = await writer.send('GET', `/fhir/Task/${first}`);
    const ended = await writer.send('PUT', `/fhir/Task/${first}`, { ...json, status: 'cancelled' });
    expect(ended.status).toBe(200);
    await stepReached(behind, 'confirmed');
  });

  test('without a reason, of another patient, or said to be sent already is refused', async () => {
    const [patient, other] = [await newPatient(), await newPatient()];
    const mine = `MedicationRequest/${String((await copyOf(patient.id, 'line-1'))['id'])}`;
    const theirs = `MedicationRequest/${String((await copyOf(other.id, 'line-1'))['id'])}`;
    const refused = async (task: object) =>
      JSON.stringify((await writer.send('POST', '/fhir/Task', task)).json);
    expect(await refused(taskOf(patient.id, theirs))).toContain('other-patient');
    expect(await refused(taskOf(patient.id, mine, { operation: 'PauseDrugMedication' }))).toContain(
      'no-reason',
    );
    expect(await refused({ ...taskOf(patient.id, mine), status: 'completed' })).toContain('not-ready');
  });
});

test('the medicine after a stay stands once, with a reason for what is stopped', async () => {
  const patient = await newPatient();
  await stepReached(await change(patient, '80'), 'confirmed');
  const { json } = await writer.send(
    'GET',
    `/fhir/MedicationRequest?encounter=${patient.stay}&category=discharge`,
  );
  const signed = listOf(json?.['entry']).map(({ resource }) => (isObject(resource) ? resource : {}))[0] ?? {};
  const { id: _id, meta: _meta, ...content } = signed;
  const said = async (resource: object) => {
    const reply = await writer.send('POST', '/fhir/MedicationRequest', resource);
    return [reply.status, /"code":"([a-z-]+)"}\]/.exec(reply.text)?.[1]];
  };
  const group = (value: string) => ({ groupIdentifier: { system: afterGroupSystem, value } });
  expect(await said({ ...content, ...group('of another') })).toEqual([409, 'after-signed']);
  const stop = { status: 'stopped', extension: [{ url: afterUrl, valueCode: 'stop' }] };
  expect((await said({ ...content, ...stop, statusReason: undefined }))[1]).toBe('no-reason');
  const changed = await writer.send('PUT', `/fhir/MedicationRequest/${String(signed['id'])}`, {
    ...signed,
    dosageInstruction: [{ text: 'noget andet' }],
  });
  expect([changed.status, changed.text]).toEqual([422, expect.stringContaining('after-kept')]);
});

test('a kill between sending and answering leaves one effect on the card', async () => {
  const patient = await newPatient();
  const reached = new Promise<void>((resolve) => {
    mood = (operation) => {
      if (operation !== 'UpdateDrugMedication') return 'answer';
      resolve();
      return 'do and never answer';
    };
  });
  const task = await change(patient, '80');
  await reached;
  await until('the card has it', async () => (await quantityOf(patient.cpr))[1] === '80' || undefined);
  await program.kill();
  mood = () => 'answer';
  await start();
  await stepReached(task, 'confirmed');
  expect(await quantityOf(patient.cpr)).toEqual([2, '80']);
  const sent = changesFor(patient.cpr);
  expect(sent.length).toBe(2);
  expect(sent[1]).toBe(sent[0]);
});
