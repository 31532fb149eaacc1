// What a clinician relies on in an open chart, done in a real browser against the real program.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { danishDate } from '#sim/population/danish-time.ts';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { doctor, post, startClinic, type Clinic } from './test/browser.ts';
import { answered, openFirst, potassium, rows } from './test/steps.ts';

let program: Program;
let clinic: Clinic;

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
});
afterAll(() => clinic.close());

describe('the chart', () => {
  test('a new value comes to the open chart, as it was spelled', async () => {
    const page = await clinic.visit({ as: doctor });
    const patient = await openFirst(page);
    await page.locator('.frame-state .chip', { hasText: '✓' }).waitFor();
    const answer = await page.context().request.post('/fhir/Observation', {
      data: JSON.stringify(potassium(patient, 7.25, 1)).replace('7.25', '7.250'),
      headers: { 'content-type': 'application/fhir+json' },
    });
    expect(answer.status()).toBe(201);
    await page.getByText('7,250').first().waitFor();
    await page.context().close();
  });

  test('what could not be fetched looks unlike what is not recorded, and can be fetched again', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    await page.route('**/fhir/DocumentReference?*', (route) => route.abort());
    await page.route('**/fhir', async (route) => {
      const batch = route.request().postDataJSON() as { entry?: { request: { url: string } }[] } | null;
      const answer = await route.fetch();
      const body = (await answer.json()) as { entry: object[] };
      const failed = body.entry.map((entry, index) =>
        batch?.entry?.[index]?.request.url.startsWith('DocumentReference') === true
          ? { response: { status: '503' } }
          : entry,
      );
      await route.fulfill({ response: answer, json: { ...body, entry: failed } });
    });
    await openFirst(page);
    const panel = page.getByRole('region', { name: 'Seneste notater' });
    await panel.getByText('Kunne ikke hentes').waitFor();
    expect(await panel.innerText()).not.toContain('Ingen registreret');
    expect(await page.getByRole('region', { name: 'Medicin nu' }).innerText()).not.toContain(
      'Kunne ikke hentes',
    );
    await page.unrouteAll();
    await panel.getByRole('button', { name: 'Prøv igen' }).click();
    await panel.locator('article').first().waitFor();
    await page.context().close();
  });

  test('a slow chart of one patient never fills the page of another', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).nth(3).waitFor();
    const links = page.locator('.name-cell a');
    const [slow = '', quick = ''] = await Promise.all([
      links.nth(0).getAttribute('href'),
      links.nth(3).getAttribute('href'),
    ]).then((found) => found.map((each) => each ?? ''));
    const slowName = (await links.nth(0).innerText()).split(',')[0] ?? '';
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/fhir', async (route) => {
      if (
        route
          .request()
          .postData()
          ?.includes(slow.split('/')[2] ?? '') === true
      )
        await held;
      await route.continue();
    });
    await page.goto(slow);
    await page.locator('.banner').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Escape');
    await page.evaluate((href) => {
      history.pushState({}, '', href);
      dispatchEvent(new PopStateEvent('popstate'));
    }, quick);
    await page.locator('.banner h1').waitFor();
    const quickName = (await page.locator('.banner h1').innerText()).toUpperCase();
    release();
    await page.locator('.overview .row').first().waitFor();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    expect((await page.locator('.banner h1').innerText()).toUpperCase()).toBe(quickName);
    expect((await page.locator('.frame-main').innerText()).toUpperCase()).not.toContain(
      slowName.toUpperCase(),
    );
    await page.context().close();
  });

  test('at 200 % zoom of a small screen the banner stays while the work scrolls', async () => {
    const page = await clinic.visit({ as: doctor, size: { width: 640, height: 400 } });
    await rows(page).first().waitFor();
    await page.goto((await page.locator('.name-cell a').first().getAttribute('href')) ?? '/');
    await page.locator('.overview .row').first().waitFor();
    await page.mouse.move(400, 350);
    await page.mouse.wheel(0, 3_000);
    await expect
      .poll(() =>
        page
          .locator('.work')
          .first()
          .evaluate((element) =>
            Math.max(element.scrollTop, ...[...element.querySelectorAll('*')].map((each) => each.scrollTop)),
          ),
      )
      .toBeGreaterThan(0);
    const box = await page.locator('.banner h1').boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 999) + (box?.height ?? 0)).toBeLessThan(200);
    await page.context().close();
  });

  test('every list can be printed, with who and when on the sheet', async () => {
    const page = await clinic.visit({ as: doctor });
    const patient = await openFirst(page);
    await page.goto(`/patient/${patient}/medication`);
    await page.locator('.drugs').waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.sheet-head').first().innerText()).toMatch(
      /\d{6}-\d{4}.*(CAVE|Ingen kendte).*journal pr\. /s,
    );
    expect(await page.locator('.frame-rail').isVisible()).toBe(false);
    expect(await page.locator('.drugs').isVisible()).toBe(true);
    const told = page.waitForRequest((request) => request.url().endsWith('/session/print'));
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    expect(JSON.parse((await told).postData() ?? '')).toEqual({ view: 'medication', patient });
    await page.context().close();
  });
});

describe('results', () => {
  test('cells are walked with the arrow keys, and Enter draws the curve with its table', async () => {
    const page = await clinic.visit({ as: doctor });
    const patient = await openFirst(page);
    await page.keyboard.press('F9');
    await page.locator('.results-table td[tabindex="0"]').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('.results-table td:focus').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.locator('.trend table tbody tr').first().waitFor();
    expect(page.url()).toContain(`/patient/${patient}/results`);
    await page.context().close();
  });
});

test('a corrected value shows what it was before', async () => {
  const page = await clinic.visit({ as: doctor });
  const patient = await openFirst(page);
  const wrong = { ...answered(patient, 9.1, 'HH'), code: { text: 'P-Prøvestof' } };
  const id = await post(page.context(), 'Observation', wrong);
  const answer = await page.context().request.put(`/fhir/Observation/${id}`, {
    data: { ...wrong, id, status: 'corrected', valueQuantity: { value: 4.1, unit: 'mmol/L' } },
    headers: { 'content-type': 'application/fhir+json', 'if-match': 'W/"1"' },
  });
  expect(answer.status()).toBe(200);
  await page.goto(`/patient/${patient}/results`);
  await page.locator('.row-open', { hasText: 'P-Prøvestof' }).click();
  await page.locator('.trend').getByText('rettet fra 9,1 mmol/L').waitFor();
  await page.context().close();
});

test('the banners of a newborn and of its mother lead to one another', async () => {
  const page = await clinic.visit({ as: doctor });
  const cpr = 'urn:oid:1.2.208.176.1.2';
  // Born two days ago by the calendar of the ward, which is a day ahead of UTC's late in the evening.
  const born = danishDate(Date.now() - 2 * 86_400_000);
  const mother = await post(page.context(), 'Patient', {
    resourceType: 'Patient',
    identifier: [{ system: cpr, value: '0707929996' }],
    name: [{ use: 'official', family: 'Prøvesen', given: ['Moa'] }],
    gender: 'female',
    birthDate: '1992-07-07',
  });
  const child = await post(page.context(), 'Patient', {
    resourceType: 'Patient',
    name: [{ use: 'official', family: 'Prøvesen', given: ['Nyfødt'] }],
    gender: 'male',
    birthDate: born,
  });
  await post(page.context(), 'RelatedPerson', {
    resourceType: 'RelatedPerson',
    patient: { reference: `Patient/${child}` },
    relationship: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH' }], text: 'Mor' },
    ],
    identifier: [{ system: cpr, value: '0707929996' }],
    name: [{ use: 'official', family: 'Prøvesen', given: ['Moa'] }],
  });
  await page.goto(`/patient/${child}`);
  await page.locator('.banner', { hasText: 'Mor' }).waitFor();
  expect(await page.locator('.banner h1').innerText()).toMatch(/PRØVESEN, Nyfødt.*2 døgn/s);
  expect(await page.locator('.banner').innerText()).toContain('070792-9996');
  await page.locator('.banner').getByRole('link', { name: 'Prøvesen, Moa' }).click();
  await page.waitForURL(`**/patient/${mother}`);
  await page
    .locator('.banner')
    .getByRole('link', { name: /Prøvesen, Nyfødt/ })
    .click();
  await page.waitForURL(`**/patient/${child}`);
  await page.context().close();
});

describe('a note', () => {
  async function openEditor(page: Page): Promise<string> {
    const patient = await openFirst(page);
    await page.goto(`/patient/${patient}/notes?write=true`);
    await page.locator('.editor textarea').first().waitFor();
    return patient;
  }

  test('a draft outlives a lock and a reload', async () => {
    const page = await clinic.visit({ as: doctor });
    await openEditor(page);
    await page.locator('.editor textarea').first().fill('Kladde, der ikke må gå tabt.');
    await page.locator('.who').click();
    await page.getByRole('menuitem', { name: 'Lås skærmen' }).click();
    await page.locator('.lock').waitFor();
    expect(await page.locator('.banner').isVisible()).toBe(false);
    await page.locator('.lock [name=password]').fill('forkert');
    await page.keyboard.press('Enter');
    await page.getByText('Brugernavn eller adgangskode er forkert.').waitFor();
    await page.locator('.lock [name=password]').fill(doctor.password);
    await page.keyboard.press('Enter');
    await page.locator('.lock').waitFor({ state: 'detached' });
    expect(await page.locator('.editor textarea').first().inputValue()).toBe('Kladde, der ikke må gå tabt.');
    await page.reload();
    await page.locator('.editor textarea').first().waitFor();
    expect(await page.locator('.editor textarea').first().inputValue()).toBe('Kladde, der ikke må gå tabt.');
    await page.context().close();
  });

  test('the screen locks by itself when nobody touches it, and the draft is there afterwards', async () => {
    const page = await clinic.visit({ as: doctor });
    // The server's own limit is minutes; this screen is told three seconds.
    await page.route('**/session', async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const answer = await route.fetch();
      return route.fulfill({
        response: answer,
        json: { ...((await answer.json()) as object), lockAfterMinutes: 0.05 },
      });
    });
    await openEditor(page);
    await page.locator('.editor textarea').first().fill('Skrevet, før skærmen låste sig selv.');
    const touchedMs = performance.now();
    await page.keyboard.press('Shift');
    await page.locator('.lock').waitFor({ timeout: 15_000 });
    expect(performance.now() - touchedMs).toBeGreaterThan(1_500);
    expect(await page.locator('.banner').isVisible()).toBe(false);
    // It is locked at the server too: nothing is told to whoever asks in this session.
    expect((await page.context().request.get('/fhir/Patient?_count=1')).status()).toBe(401);
    await page.locator('.lock [name=password]').fill(doctor.password);
    await page.keyboard.press('Enter');
    await page.locator('.lock').waitFor({ state: 'detached' });
    expect(await page.locator('.editor textarea').first().inputValue()).toBe(
      'Skrevet, før skærmen låste sig selv.',
    );
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
  });

  test('a reload of a locked page stays locked', async () => {
    const page = await clinic.visit({ as: doctor });
    await openFirst(page);
    await page.locator('.who').click();
    await page.getByRole('menuitem', { name: 'Lås skærmen' }).click();
    await page.locator('.lock').waitFor();
    await page.reload();
    await page.locator('.lock').waitFor();
    expect(await page.locator('.banner').count()).toBe(0);
    await page.locator('.lock [name=password]').fill(doctor.password);
    await page.keyboard.press('Enter');
    await page.locator('.overview .row').first().waitFor();
    await page.context().close();
  });

  test('without an answer it is repeated with the same id until one is known, and stored once', async () => {
    const page = await clinic.visit({ as: doctor });
    const patient = await openEditor(page);
    const text = `Stuegang ${Date.now()}`;
    const keys: string[] = [];
    await page.route('**/fhir/DocumentReference', async (route) => {
      keys.push(route.request().headers()['idempotency-key'] ?? '');
      // The first arrives and its answer is lost; the second never arrives.
      if (keys.length === 1) await route.fetch();
      if (keys.length <= 2) await route.abort();
      else await route.continue();
    });
    await page.locator('.editor textarea').first().fill(text);
    await page.keyboard.press('Control+Enter');
    await page.getByText(/Uvist, om det er gemt/).waitFor();
    expect(await page.locator('.editor .tick').count()).toBe(0);
    expect(await page.locator('.frame-state').innerText()).toContain('1 ikke sendt');
    await page.locator('.note-list button', { hasText: text }).waitFor({ timeout: 30_000 });
    await page.locator('.frame-state .unsent').waitFor({ state: 'detached', timeout: 30_000 });
    expect(keys.length).toBeGreaterThanOrEqual(3);
    expect(new Set(keys).size).toBe(1);
    const found = (await (
      await page.context().request.get(`/fhir/DocumentReference?patient=${patient}&_count=200`)
    ).json()) as { entry: { resource: { content: { attachment: { data?: string } }[] } }[] };
    const texts = found.entry.map((entry) =>
      Buffer.from(entry.resource.content[0]?.attachment.data ?? '', 'base64').toString(),
    );
    expect(texts.filter((each) => each === text)).toHaveLength(1);
    await page.context().close();
  });
});
