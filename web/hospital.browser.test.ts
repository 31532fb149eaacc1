// A nurse and a doctor in real browsers, beside scripted clinicians who work on the same ward by the API. Afterwards the record is as it must be.
import type { Encounter } from '@medplum/fhirtypes';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decimalOf } from '#fhir/dose/decimal.ts';
import { writeDose } from '#fhir/dose/dose.ts';
import { admit } from '#fhir/stay.ts';
import { recordOf, type Entry, type HospitalRecord } from '#sim/hospital/api.ts';
import { faultsOf } from '#sim/hospital/checks.ts';
import type { Moment } from '#sim/hospital/clinician.ts';
import { runShift } from '#sim/hospital/shift.ts';
import { expectedRefusals } from '#sim/hospital/tally.ts';
import { answerTest, takeSample } from '#sim/hospital/treatment.ts';
import { loginOf, personOf, resourcesOf, wardOf } from '#sim/hospital/ward.ts';
import { danishClock, danishInstant, hourMs } from '#sim/population/danish-time.ts';
import { randomFrom } from '#sim/population/random.ts';
import { startDemo } from '../test/demo.ts';
import { startProgram, type Program } from '../test/program.ts';
import { startClinic, type Clinic } from './test/browser.ts';
import { rows } from './test/steps.ts';

const name = 'skaerm';
const random = randomFrom(name);
const ward = wardOf(name, random, 8, 12);
/** Whom the two at the screens look after. */
const own = ward.people.slice(0, 2).map(({ id }) => `Patient/${id ?? ''}`);

let program: Program;
let clinic: Clinic;
let record: HospitalRecord;
let stays: readonly Encounter[] = [];

beforeAll(async () => {
  program = await startProgram();
  clinic = await startClinic(program, process.env['CHROMIUM']);
  const token = await program.tokenOf('integration');
  record = recordOf(async (method, address, body, headers) => {
    const url = address.startsWith('http') ? address : `${program.url}/fhir/${address}`.replace(/\/$/, '');
    const answer = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: await answer.json() };
  });
  await act(
    resourcesOf(ward).map((resource) => ({
      method: 'PUT',
      url: `${resource.resourceType}/${resource.id}`,
      resource,
    })),
  );
  const at = danishInstant(Date.now() - hourMs);
  await act(
    own.map((patient, n) => ({
      method: 'POST',
      url: 'Encounter',
      resource: admit(
        {
          patient: { reference: patient as `Patient/${string}` },
          department: { reference: `Organization/${name}-afd` },
          ward: { reference: `Location/${name}` },
          bed: { reference: `Location/${name}-${n + 1}` },
        },
        at,
      ),
    })),
  );
  stays = await record.find('Encounter', `location=Location/${name}&status=in-progress&_sort=date`);
  await act(
    stays.slice(0, 2).map((stay) => ({ method: 'POST', url: 'MedicationRequest', resource: dueNow(stay) })),
  );
});
afterAll(() => clinic.close());

async function act(entries: readonly Entry[]): Promise<void> {
  const outcome = await record.act(random.uuid(), entries);
  if ('refused' in outcome) throw new Error(outcome.refused);
}

function dueNow({ id = '', subject }: Encounter) {
  const amount = decimalOf(40);
  const dosage = writeDose({
    route: 'p.o.',
    text: '',
    steps: [
      {
        amount: amount && { value: amount, unit: 'mg' },
        upTo: undefined,
        rate: undefined,
        when: { kind: 'clock', times: [danishClock(Date.now())], everyDays: 1, weekdays: [] },
        most: undefined,
        from: Date.now() - hourMs,
        until: undefined,
      },
    ],
  });
  return {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'inpatient' },
        ],
      },
    ],
    medicationCodeableConcept: {
      coding: [{ system: 'http://www.whocc.no/atc', code: 'C09AA05', display: 'ramipril' }],
      text: 'ramipril tablet 40 mg',
    },
    subject: subject ?? {},
    encounter: { reference: `Encounter/${id}` },
    authoredOn: danishInstant(Date.now() - hourMs),
    dosageInstruction: dosage,
  } as unknown as Entry['resource'];
}

/** Somebody of the ward logs in at a screen of their own. */
async function atScreen(role: 'nurse' | 'doctor'): Promise<Page> {
  const login = loginOf(name, role);
  const who = ['--name', login, '--role', role, '--practitioner', login, '--ward', name];
  const { stdout, stderr } = await program.command('user', 'add', login, ...who);
  const password = / {2}(\S+)$/m.exec(stdout)?.[1];
  if (password === undefined) throw new Error(`no password for ${login}: ${stderr}`);
  return clinic.visit({ as: { user: login, password }, size: { width: 1280, height: 800 } });
}

const patientRow = (page: Page, n: 0 | 1) =>
  rows(page)
    .filter({ has: page.locator(`.name-cell a[href*="/${own[n]?.replace('Patient', 'patient')}"]`) })
    .first();

/** Board, a full set, and the dose that is due. */
async function nurseWorks(page: Page): Promise<void> {
  await patientRow(page, 0).focus();
  await page.keyboard.press('v');
  await page.locator('.entry-field .faint', { hasText: 'ikke målt før' }).first().waitFor();
  for (const value of ['18', '97', '0', '12580', '78', 'a', '371']) {
    await page.keyboard.type(value);
    await page.keyboard.press('Enter');
  }
  await page.keyboard.press('Control+Enter');
  await page.locator('.after-save', { hasText: 'Gemt på serveren' }).waitFor();
  await page.goto(`/${own[0]?.replace('Patient', 'patient')}/medication?view=grid`);
  await page.locator('button.dose.due, button.dose.late').first().press('Enter');
  await page.locator('button:focus', { hasText: 'Giv 40 mg' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('button.dose.given').first().waitFor();
}

/** Board, chart, a set of orders; when it is answered, the result is seen. */
async function doctorWorks(page: Page): Promise<void> {
  await patientRow(page, 1).locator('.name-cell a').click();
  await page.locator('.overview').waitFor();
  await page.keyboard.press('F2');
  await page.locator('.order-search').waitFor();
  await page.keyboard.press('1');
  await page.locator('.basket-line').first().waitFor();
  await page.locator('.basket-sign', { hasText: /\S/ }).waitFor();
  await page.keyboard.press('Control+Enter');
  await page.locator('.basket-done').waitFor();
  await answerAll();
  await page.goto('/inbox');
  await page.locator('.inbox tr[tabindex]').first().click();
  await page.locator('.inbox-detail').waitFor();
  await page.keyboard.press('k');
  await expect
    .poll(
      () => record.find('Task', `patient=${own[1]}&code=https://holdfast.dk/fhir/task-kind|result-review`),
      {
        timeout: 15_000,
      },
    )
    .not.toEqual([]);
}

/** The ward takes the sample, and the laboratory answers all that it is for. */
async function answerAll(): Promise<void> {
  const stay = stays.find(({ subject }) => subject?.reference === own[1]);
  if (stay === undefined) throw new Error('nobody lies there');
  const moment: Moment = {
    ward,
    others: [],
    self: personOf(ward, 'nurse'),
    record,
    random,
    own: random.fork('samples'),
    now: Date.now(),
  };
  await act((await takeSample(moment, stay)) ?? []);
  for (;;) {
    const answer = await answerTest(moment, stay);
    if (answer === undefined) return;
    await act(answer);
  }
}

test('two at screens and five by the API work side by side, and the record is as it must be', async () => {
  const [nurse, doctor] = [await atScreen('nurse'), await atScreen('doctor')];
  const [tally] = await Promise.all([
    runShift({
      wards: [ward],
      recordOf: () => record,
      random: randomFrom('screens'),
      onDuty: () => ({ nurse: 2, secretary: 1, doctor: 1, laboratory: 1 }),
      // Until now, by the clock: what they write is in nobody's future.
      begins: Date.now() - 2 * hourMs,
      minutes: 2 * 60,
      atOnce: true,
      spared: new Set(own),
    }),
    nurseWorks(nurse),
    doctorWorks(doctor),
  ]);
  expect(await faultsOf(record, [ward], Date.now())).toEqual([]);
  expect([...tally.refused.keys()].filter((code) => !expectedRefusals.includes(code))).toEqual([]);
  // Two hours before now, whatever the hour: in the evening there is half as much to do as in the morning.
  expect(tally.stored.length).toBeGreaterThan(5);
  // What was done at the screens is theirs.
  const [dose] = await record.find('MedicationAdministration', `subject=${own[0]}`);
  expect(dose?.performer?.[0]?.actor.reference).toBe(`Practitioner/${loginOf(name, 'nurse')}`);
  const [seen] = await record.find(
    'Task',
    `patient=${own[1]}&code=https://holdfast.dk/fhir/task-kind|result-review`,
  );
  expect(seen?.owner?.reference).toBe(`Practitioner/${loginOf(name, 'doctor')}`);
  const { stdout } = await program.command('verify');
  expect(stdout).toContain('the record equals the journal');
});

test('a demo with a pace has colleagues who act by themselves, and who stop with it', async () => {
  const demo = await startDemo({ env: { HOLDFAST_DEMO_PACE: '1' } });
  const token = await demo.tokenOf('integration');
  const since = new Date(Date.now() - 30_000).toISOString();
  const nurses = 'Practitioner/staff-sofie-juhl,Practitioner/staff-maria-dam';
  const deeds = [
    `Observation?performer=${nurses}`,
    `MedicationAdministration?performer=${nurses}`,
    `Specimen?collector=${nurses}`,
    'ServiceRequest?requester=Practitioner/staff-peter-bruun',
  ];
  const done = async () => {
    const totals = await Promise.all(
      deeds.map(async (deed) => {
        const url = `${demo.url}/fhir/${deed}&_lastUpdated=gt${since}&_summary=count`;
        const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
        return ((await answer.json()) as { total: number }).total;
      }),
    );
    return Math.max(...totals);
  };
  await expect.poll(done, { timeout: 60_000 }).toBeGreaterThan(0);
  const { code } = await demo.stop();
  expect(code).toBe(0);
});
