// The ward's medicine round and what stands around giving medicine, in a real browser against the real program, with presses counted.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import { axeFaults, cutTexts, doctor, nurse, post, startClinic, type Clinic } from './test/browser.ts';
import { openFirst, rows } from './test/steps.ts';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await startClinic(await startDemo(), process.env['CHROMIUM']);
});
afterAll(() => clinic.close());

/** An order of which one dose is due at this minute. */
function dueNow(patient: string, generic: string, printed: string) {
  const now = new Date();
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Copenhagen',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(now);
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
      coding: [
        { system: 'http://www.whocc.no/atc', code: 'N05CH01', display: generic },
        { system: 'https://holdfast.dk/fhir/demo-package', code: printed },
      ],
      text: `${generic}, PRØVEVARE, tabl., 2 mg`,
    },
    subject: { reference: `Patient/${patient}` },
    authoredOn: new Date(now.getTime() - 120_000).toISOString(),
    dosageInstruction: [
      {
        timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', timeOfDay: [`${clock}:00`] } },
        route: { text: 'p.o.' },
        doseAndRate: [{ doseQuantity: { value: 2, unit: 'mg' } }],
      },
    ],
  };
}

describe('the round of a ward', () => {
  let page: Page;
  const list = () => page.locator('.ward-round-list > li');
  const names = () => list().evaluateAll((all) => all.map((one) => one.getAttribute('data-patient') ?? ''));
  const scan = async (code: string) => {
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
  };
  /** The two first patients of the round, each with their number as it is on the wristband. */
  let first = { id: '', cpr: '' };
  let second = { id: '', cpr: '' };
  beforeAll(async () => {
    page = await clinic.visit({ as: nurse, size: { width: 1280, height: 800 } });
    await rows(page).first().waitFor();
  });
  afterAll(() => page.context().close());

  test('is one press from the board; a patient is opened by the wristband and made sure of by it', async () => {
    await page.getByRole('link', { name: /runde/i }).click();
    await list().first().waitFor();
    await page.getByRole('button', { name: /^Begynd/ }).waitFor();
    expect([...(await axeFaults(page)), ...(await cutTexts(page))]).toEqual([]);
    const known = await list().evaluateAll((all) =>
      all.map((one) => ({
        id: one.getAttribute('data-patient') ?? '',
        cpr: /\d{6}-\d{4}/.exec(one.textContent ?? '')?.[0] ?? '',
      })),
    );
    [first, second] = known.slice(0, 2) as [typeof first, typeof second];
    for (const { id } of [first, second])
      await post(page.context(), 'MedicationRequest', dueNow(id, 'melatonin', 'P77'));
    await list().first().locator('.ward-round-doses', { hasText: 'melatonin' }).waitFor();
    await page.getByLabel('Scan armbånd').focus();
    await scan('0202020202');
    await page.getByText('Armbåndet er ikke en patients på denne afdeling').waitFor();
    await scan(first.cpr);
    await page.locator('.ward-round-patient .round-dose', { hasText: 'melatonin' }).waitFor();
    await page.getByText('Armbåndet er patientens').waitFor();
    expect(page.url()).toContain(first.id);
    expect([...(await axeFaults(page)), ...(await cutTexts(page))]).toEqual([]);
  });

  test('a dose is given as in the patient’s own round, nothing in the list moves, and the next wristband goes on', async () => {
    const before = await names();
    await scan('P77');
    const row = page.locator('.round-dose', { hasText: 'melatonin' });
    // A package that is scanned and not given holds the round at its patient.
    await scan(second.cpr);
    await page.getByText('STOP: armbåndet er en anden patients').waitFor();
    await scan(first.cpr);
    await row.getByRole('button', { name: /^Giv 2 mg/ }).click();
    await row.getByRole('button', { name: 'Se dosis' }).waitFor();
    await list().first().locator('.answered', { hasText: 'melatonin' }).waitFor();
    expect(await names()).toEqual(before);
    await page.getByLabel('Scan armbånd eller pakning').focus();
    await scan(second.cpr);
    await expect.poll(() => page.url()).toContain(second.id);
    await page.getByText('Armbåndet er patientens').waitFor();
  });

  test('one press goes on to the next who needs something, who is not sure yet, and back', async () => {
    const next = await page.getByRole('button', { name: /^Næste/ }).textContent();
    await page.keyboard.press('PageDown');
    await page.getByText('Armbånd ikke scannet').waitFor();
    const chosen = await page.locator('.ward-round-list .chosen .ward-round-who').textContent();
    expect(next).toContain(chosen?.slice(0, 8));
    await page.keyboard.press('PageUp');
    await expect.poll(() => page.url()).toContain(second.id);
    // The keyboard alone: from row to row, and Enter opens.
    await list().nth(2).locator('.ward-round-who').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(async () => page.url()).toContain((await names())[3] ?? '?');
  });

  test('a label is printed for each prepared dose, without the patient’s number in its bars, and the round knows it again', async () => {
    await post(page.context(), 'MedicationRequest', dueNow(second.id, 'zopiclon', 'P78'));
    await page.goto(`${page.url().replace(/\?.*/, '')}?patient=${second.id}`);
    await page.locator('.round-dose', { hasText: 'zopiclon' }).waitFor();
    await page.evaluate(() => {
      window.print = () => undefined;
    });
    await page.getByRole('button', { name: /^Print \d+ etiket/ }).click();
    const label = page.locator('.dose-labels .label', { hasText: 'zopiclon' });
    await label.waitFor({ state: 'attached' });
    const words = (await label.textContent()) ?? '';
    expect(words).toContain(second.cpr);
    for (const part of ['PRØVEVARE, tabl., 2 mg', 'p.o.']) expect(words).toContain(part);
    const code = (await label.locator('svg').getAttribute('aria-label')) ?? '';
    expect(code).not.toContain(second.cpr.replace('-', ''));
    await page.getByLabel('Scan armbånd eller pakning').focus();
    await scan(code);
    await page.getByText('Etiketten på dosis scannet').waitFor();
    // The label is no wristband: nothing is given by it alone as scanned.
    await page.getByText('Armbånd ikke scannet').waitFor();
  });

  test('when the medicine cannot be fetched each patient says so, and nobody is told to need nothing', async () => {
    await page.route('**/fhir**', (route) => {
      const asked = `${route.request().url()} ${route.request().postData() ?? ''}`;
      return asked.includes('MedicationRequest?patient=') ? route.abort() : route.continue();
    });
    await page.goto(page.url().replace(/\?.*/, ''));
    await list().first().waitFor();
    await expect
      .poll(() => page.locator('.ward-round-counts', { hasText: 'Kunne ikke hentes' }).count(), {
        timeout: 10_000,
      })
      .toBe(await list().count());
    expect(await page.getByText('Færdige, eller intet nu').count()).toBe(0);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
});

describe('overridden alerts', () => {
  test('the pharmacist sees them by kind and drug with their reasons, and is told whose they are and what is not known', async () => {
    const page = await clinic.visit({ as: { user: 'iben.kofoed', password: 'holdfast' } });
    await rows(page).first().waitFor();
    const found = await page
      .context()
      .request.get('/fhir/DetectedIssue?code=https://holdfast.dk/fhir/alert|&_summary=count');
    const { total } = (await found.json()) as { total: number };
    expect(total).toBeGreaterThan(0);
    await page.locator('.who').click();
    await page.getByRole('menuitem', { name: 'Tilsidesatte advarsler' }).click();
    await page.locator('.overrides tbody tr').first().waitFor();
    await page.getByText(`${total} tilsidesat`).waitFor();
    await page.getByText('Tallene er af de patienter, hvis journaler er åbne for dig').waitFor();
    await page.getByText('Hvor ofte en advarsel er vist og fulgt, skrives ikke').waitFor();
    await page.locator('.overrides tbody button').first().press('Enter');
    await page.locator('.override-one').first().waitFor();
    expect(await page.locator('.override-one').first().textContent()).toContain('B12 Medicinsk');
    expect([...(await axeFaults(page)), ...(await cutTexts(page))]).toEqual([]);
    await page.getByRole('button', { name: '7 dage' }).click();
    await page.locator('.overrides tbody tr').first().waitFor();
    // Nobody else has it in the way.
    const other = await clinic.visit({ as: nurse });
    await other.locator('.who').click();
    expect(await other.getByRole('menuitem', { name: 'Tilsidesatte advarsler' }).count()).toBe(0);
    await other.context().close();
    await page.context().close();
  });
});

describe('a discharge', () => {
  test('tells that the medicine is not decided, with the way there, where what is decided is checked before it is signed', async () => {
    const page = await clinic.visit({ as: doctor, size: { width: 1280, height: 800 } });
    await openFirst(page);
    await page.getByRole('button', { name: /Flyt, orlov, udskriv/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Udskriv', exact: true }).click();
    await dialog.getByText(/lægemidler er ikke afgjort/).waitFor();
    // Warned, never barred.
    expect(await dialog.getByRole('button', { name: 'Udskriv nu' }).getAttribute('aria-disabled')).toBeNull();
    expect([...(await axeFaults(page)), ...(await cutTexts(page))]).toEqual([]);
    await dialog.getByRole('link', { name: 'Til udskrivningsmedicin' }).click();
    const plan = page.locator('.card-differences');
    await plan.locator('tbody tr').first().waitFor();
    // A line that the card brings meanwhile is chosen anew.
    await page.getByText(/^FMK pr\. /).waitFor();
    for (const name of [/^Fortsæt \d/, /kun under indlæggelsen$/])
      if ((await plan.getByRole('button', { name }).count()) > 0)
        await plan.getByRole('button', { name }).click();
    const open = plan.locator('tbody tr:not(:has([aria-pressed=true]))');
    for (let left = await open.count(); left > 0; left = await open.count())
      await open.first().getByRole('button', { name: 'Fortsæt', exact: true }).click();
    await plan.locator('.check-state', { hasText: 'Kontrolleret' }).waitFor();
    await plan.locator('.alert').first().waitFor();
    expect([...(await axeFaults(page)), ...(await cutTexts(page))]).toEqual([]);
    await page.context().close();
  });
});
