// Ordering and giving drugs in a real browser against the real program, with presses counted.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { axeFaults, cutTexts, doctor, nurse, startClinic, type Clinic } from './test/browser.ts';

let program: Program;
let clinic: Clinic;
let token = '';
let patient = '';
/** The patient's personal number, as it is on the wristband. */
let cpr = '';

const atc = 'http://www.whocc.no/atc';
const packages = 'https://holdfast.dk/fhir/demo-package';
const minuteMs = 60_000;

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
  token = await program.tokenOf('integration');
  const stays = await ask(
    'Encounter?location=Location/herlev-b12&status=in-progress&_include=Encounter:subject&_count=100',
  );
  const allergies = await ask('AllergyIntolerance?_count=1000');
  const withPenicillin = new Set(
    allergies.filter(({ code }) => code?.text === 'Penicillin').map(({ patient: one }) => one?.reference),
  );
  const found = stays.find(
    ({ resourceType, id }) => resourceType === 'Patient' && withPenicillin.has(`Patient/${id}`),
  );
  if (found?.id === undefined)
    throw new Error('the ward of the demo region has nobody with a penicillin CAVE');
  patient = found.id;
  cpr = found.identifier?.[0]?.value ?? '';
});
afterAll(() => clinic.close());

type Known = {
  readonly resourceType: string;
  readonly id?: string;
  readonly status?: string;
  readonly code?: { text?: string };
  readonly patient?: { reference?: string };
  readonly identifier?: { value?: string }[];
  readonly priorPrescription?: { reference?: string };
  readonly medicationCodeableConcept?: { text?: string };
  readonly performer?: { actor?: { reference?: string } }[];
  readonly extension?: { url: string; valueString?: string }[];
};

async function ask(url: string): Promise<readonly Known[]> {
  const answer = await fetch(`${program.url}/fhir/${url}`, { headers: { authorization: `Bearer ${token}` } });
  const bundle = (await answer.json()) as { entry?: { resource: Known }[] };
  return (bundle.entry ?? []).map(({ resource }) => resource);
}
async function write(type: string, resource: object): Promise<string> {
  const answer = await fetch(`${program.url}/fhir/${type}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  });
  const stored = (await answer.json()) as { id?: string };
  if (stored.id === undefined) throw new Error(`${answer.status} ${JSON.stringify(stored)}`);
  return stored.id;
}

/** An order of which one dose is due at this minute. */
async function dueOrder(
  generic: string,
  code: string,
  amount: number,
  unit: string,
  printed: string,
): Promise<string> {
  const now = new Date();
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Copenhagen',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(now);
  return write('MedicationRequest', {
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
      coding: [
        { system: atc, code, display: generic },
        { system: packages, code: printed },
      ],
      text: `${generic}, PRØVEVARE, tabl., ${amount} ${unit}`,
    },
    subject: { reference: `Patient/${patient}` },
    authoredOn: new Date(now.getTime() - 2 * minuteMs).toISOString(),
    dosageInstruction: [
      {
        timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', timeOfDay: [`${clock}:00`] } },
        route: { text: 'p.o.' },
        doseAndRate: [{ doseQuantity: { value: amount, unit } }],
      },
    ],
  });
}

async function openMedication(page: Page, view: string): Promise<void> {
  await page.goto(`/patient/${patient}/medication?view=${view}`);
  await page.getByRole('heading', { name: 'Medicin nu' }).waitFor();
}
const doseOf = (page: Page, generic: string, state: string) =>
  page.locator('tr', { has: page.locator('th', { hasText: generic }) }).locator(`button.dose.${state}`);
const isFocused = (page: Page, text: string) =>
  expect.poll(() => page.evaluate(() => document.activeElement?.textContent ?? '')).toContain(text);

describe('giving', () => {
  let page: Page;
  beforeAll(async () => {
    // Anne Lund was here too: she is known at this screen.
    page = await clinic.visit({ as: doctor });
    await page.locator('.who').click();
    await page.getByRole('menuitem', { name: 'Skift bruger' }).click();
    await page.getByRole('dialog').locator('[name=user]').fill(nurse.user);
    await page.getByRole('dialog').locator('[name=password]').fill(nurse.password);
    await page.keyboard.press('Enter');
    await page.locator('.who', { hasText: 'Mette Krogh' }).waitFor();
  });
  afterAll(() => page.context().close());

  test('one scheduled drug takes two presses, and is taken back as an error with its reason in two steps', async () => {
    const request = await dueOrder('melatonin', 'N05CH01', 2, 'mg', 'P1');
    await openMedication(page, 'grid');
    // 1: the dose. 2: Enter on the button that gives it.
    await doseOf(page, 'melatonin', 'due').press('Enter');
    await isFocused(page, 'Giv 2 mg');
    await page.keyboard.press('Enter');
    await doseOf(page, 'melatonin', 'given').waitFor();
    expect(
      (await ask(`MedicationAdministration?request=MedicationRequest/${request}`)).map(
        ({ status }) => status,
      ),
    ).toEqual(['completed']);
    await doseOf(page, 'melatonin', 'given').click();
    await page.getByRole('dialog').getByText('Mette Krogh').waitFor();
    await page.getByRole('button', { name: 'Fejlregistreret …' }).click();
    await page.getByRole('button', { name: 'Blev ikke givet' }).click();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Markér som fejlregistreret' }).click();
    await doseOf(page, 'melatonin', 'due').waitFor();
    expect(
      (await ask(`MedicationAdministration?request=MedicationRequest/${request}`)).map(
        ({ status }) => status,
      ),
    ).toEqual(['entered-in-error']);
  });

  test('a dose that another device gave meanwhile is refused, and told by whom', async () => {
    const request = await dueOrder('donepezil', 'N06DA02', 10, 'mg', 'P2');
    await openMedication(page, 'grid');
    await doseOf(page, 'donepezil', 'due').click();
    const [order] = await ask(`MedicationRequest?_id=${request}`);
    const time =
      (order as unknown as { dosageInstruction: { timing: { repeat: { timeOfDay: string[] } } }[] })
        .dosageInstruction[0]?.timing.repeat.timeOfDay[0] ?? '';
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen' }).format(Date.now());
    const offset =
      new Intl.DateTimeFormat('en', { timeZone: 'Europe/Copenhagen', timeZoneName: 'longOffset' })
        .formatToParts(Date.now())
        .find(({ type }) => type === 'timeZoneName')
        ?.value.slice(3) ?? '';
    const planned = `${day}T${time}${offset}`;
    await write('MedicationAdministration', {
      resourceType: 'MedicationAdministration',
      status: 'completed',
      extension: [{ url: 'https://holdfast.dk/fhir/planned-time', valueDateTime: planned }],
      medicationCodeableConcept: { text: 'donepezil' },
      subject: { reference: `Patient/${patient}` },
      request: { reference: `MedicationRequest/${request}` },
      effectiveDateTime: planned,
      performer: [{ actor: { reference: 'Practitioner/another', display: 'Bo Anden' } }],
      dosage: { dose: { value: 10, unit: 'mg' } },
    });
    const give = page.getByRole('button', { name: /^Giv 10 mg/ });
    if (await give.isVisible()) {
      await give.click();
      await page.getByText(/Dosis er allerede givet .* af Bo Anden/).waitFor();
    } else {
      // The dialog had heard of it already, and shows it.
      await page.getByText('Bo Anden').waitFor();
    }
    expect(await ask(`MedicationAdministration?request=MedicationRequest/${request}`)).toHaveLength(1);
  });

  test('in a round another’s wristband stops, the patient’s own and the package are scanned, and one press gives', async () => {
    const request = await dueOrder('amlodipin', 'C08CA01', 5, 'mg', 'P3');
    await openMedication(page, 'round');
    await page.locator('.round-dose', { hasText: 'amlodipin' }).waitFor();
    const scan = async (code: string) => {
      await page.keyboard.type(code);
      await page.keyboard.press('Enter');
    };
    await scan('0101010101');
    await page.getByText('STOP: armbåndet er en anden patients').waitFor();
    await scan(cpr);
    await page.getByText('Armbåndet er patientens').waitFor();
    await scan('UKENDT1');
    await page.getByText('Pakningen UKENDT1 passer ikke til nogen dosis nu').waitFor();
    await scan('P3');
    const row = page.locator('.round-dose', { hasText: 'amlodipin' });
    const button = row.getByRole('button', { name: /^Giv 5 mg/ });
    const height = await button.evaluate((element) => element.getBoundingClientRect().height);
    expect(height).toBeGreaterThanOrEqual(44);
    expect([...(await axeFaults(page)), ...(await cutTexts(page))]).toEqual([]);
    await button.click();
    await row.getByRole('button', { name: 'Se dosis' }).waitFor();
    const [given] = await ask(`MedicationAdministration?request=MedicationRequest/${request}`);
    expect(given?.extension?.find(({ url }) => url.endsWith('confirmed-by'))?.valueString).toBe('scan');
  });

  test('without an answer a dose is told as not sent, never as given, and is stored once when the line is back', async () => {
    const request = await dueOrder('losartan', 'C09CA01', 50, 'mg', 'P6');
    await openMedication(page, 'grid');
    const isDose = (text: string | null) => text?.includes('"MedicationAdministration"') === true;
    await page.route('**/fhir', (route) =>
      isDose(route.request().postData()) ? route.abort() : route.continue(),
    );
    await doseOf(page, 'losartan', 'due').press('Enter');
    await isFocused(page, 'Giv 50 mg');
    await page.keyboard.press('Enter');
    await page.locator('.act-note .local-words').waitFor();
    await page.keyboard.press('Escape');
    await doseOf(page, 'losartan', 'unsent').waitFor();
    expect(await doseOf(page, 'losartan', 'given').count()).toBe(0);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await doseOf(page, 'losartan', 'given').waitFor();
    expect(await ask(`MedicationAdministration?request=MedicationRequest/${request}`)).toHaveLength(1);
  });

  test('a high-risk drug waits for a second person, who is somebody known at this screen', async () => {
    const request = await dueOrder('gentamicin', 'J01GB03', 80, 'mg', 'P4');
    await openMedication(page, 'grid');
    await doseOf(page, 'gentamicin', 'due').click();
    await page.getByText('Risikolægemiddel: to personer').waitFor();
    await page.getByRole('button', { name: /^Giv 80 mg/ }).press('Enter');
    await page.getByText('Vælg den anden person').waitFor();
    await page.getByRole('button', { name: 'Anne Lund', exact: true }).click();
    await page.getByRole('button', { name: /^Giv 80 mg/ }).click();
    await doseOf(page, 'gentamicin', 'given').waitFor();
    const [given] = await ask(`MedicationAdministration?request=MedicationRequest/${request}`);
    expect(new Set(given?.performer?.map(({ actor }) => actor?.reference)).size).toBe(2);
  });
});

describe('ordering', () => {
  test('a common drug is three presses and the signature; an alert against CAVE stops until it is answered', async () => {
    const page = await clinic.visit({ as: doctor, size: { width: 1280, height: 800 } });
    await openMedication(page, 'list');
    // 1: order. 2: the line. 3: sign.
    await page.getByRole('button', { name: 'Ordinér' }).click();
    await page.keyboard.type('ondans');
    await page.locator('.drug-option', { hasText: 'ondansetron' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Kontrolleret mod CAVE').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.locator('.drugs tr', { hasText: 'ondansetron' }).waitFor();
    await page.getByRole('button', { name: 'Ordinér' }).click();
    await page.keyboard.type('diclocil');
    await page.locator('.drug-option', { hasText: 'dicloxacillin' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.alert.stops', { hasText: 'CAVE: Penicillin' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Besvar advarslerne, der stopper ordinationen').first().waitFor();
    expect([...(await axeFaults(page)), ...(await cutTexts(page))]).toEqual([]);
    // A reload loses nothing that is not signed.
    await page.reload();
    await page.locator('.alert.stops', { hasText: 'CAVE: Penicillin' }).waitFor();
    await page.getByRole('button', { name: 'Har tålt det tidligere' }).first().click();
    await page.keyboard.press('Control+Enter');
    await page.locator('.drugs tr', { hasText: 'dicloxacillin' }).waitFor();
    const issues = await ask(`DetectedIssue?patient=Patient/${patient}`);
    expect(issues).toHaveLength(1);
    await page.context().close();
  });

  test('an order is paused with a reason and taken up again', async () => {
    const request = await dueOrder('spironolacton', 'C03DA01', 25, 'mg', 'P7');
    const page = await clinic.visit({ as: doctor });
    await openMedication(page, 'list');
    const sign = async (what: string, reason?: string) => {
      await page.getByRole('button', { name: 'Ret ordinationen af spironolacton' }).click();
      await page.getByRole('dialog').getByRole('button', { name: what, exact: true }).click();
      if (reason !== undefined) await page.getByRole('button', { name: reason }).click();
      await page.keyboard.press('Control+Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    const statusNow = async () => (await ask(`MedicationRequest?_id=${request}`))[0]?.status;
    await sign('Pausér', 'Lavt blodtryk');
    await page
      .locator('.drugs tr', { hasText: 'spironolacton' })
      .getByText('pauseret: Lavt blodtryk')
      .waitFor();
    expect(await statusNow()).toBe('on-hold');
    await sign('Genoptag');
    expect(await statusNow()).toBe('active');
    await page.context().close();
  });

  test('a renewal is two presses and the signature, and what the old order gave stays in the row', async () => {
    const request = await dueOrder('sertralin', 'N06AB06', 50, 'mg', 'P5');
    const page = await clinic.visit({ as: doctor });
    await openMedication(page, 'grid');
    await doseOf(page, 'sertralin', 'due').press('Enter');
    await isFocused(page, 'Giv 50 mg');
    await page.keyboard.press('Enter');
    await doseOf(page, 'sertralin', 'given').waitFor();
    // 1: the order. 2: renew. Then sign.
    await page.getByRole('button', { name: 'Ret ordinationen af sertralin' }).click();
    await page.getByRole('button', { name: 'Forny' }).click();
    await page.getByText('Kontrolleret mod CAVE').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await doseOf(page, 'sertralin', 'given').waitFor();
    const orders = await ask(`MedicationRequest?patient=Patient/${patient}&code=${atc}|N06AB06&_count=50`);
    const renewed = orders.find(
      ({ priorPrescription }) => priorPrescription?.reference === `MedicationRequest/${request}`,
    );
    expect(renewed?.status).toBe('active');
    expect(orders.find(({ id }) => id === request)?.status).toBe('stopped');
    expect([...(await axeFaults(page)), ...(await cutTexts(page))]).toEqual([]);
    await page.context().close();
  });
});
