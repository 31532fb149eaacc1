// What a clinician relies on, done in a real browser against the real program.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProgram, type Program } from '../test/program.ts';
import { doctor, logIn, nurse, post, startClinic, type Clinic } from './test/browser.ts';

let program: Program;
let clinic: Clinic;

beforeAll(async () => {
  program = await startProgram({ demo: 'on' });
  clinic = await startClinic(program, process.env['CHROMIUM']);
});
afterAll(() => clinic.close());

const rows = (page: Page) => page.locator('.board tbody tr[tabindex]');
const patientOf = (page: Page) => /patient(?:\/|=)([^/?&]+)/.exec(page.url())?.[1] ?? '';

async function openFirst(page: Page): Promise<string> {
  await rows(page).first().waitFor();
  await rows(page).first().locator('.name-cell a').click();
  await page.locator('.overview .row').first().waitFor();
  return patientOf(page);
}

function potassium(patient: string, value: number, minutesAgo = 5) {
  const at = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' },
        ],
      },
      { text: 'Elektrolytter' },
    ],
    code: { coding: [{ system: 'urn:oid:1.2.208.176.2.1', code: 'NPU03230' }], text: 'P-Kalium' },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: at,
    issued: at,
    valueQuantity: { value, unit: 'mmol/L' },
    referenceRange: [{ low: { value: 3.5 }, high: { value: 4.6 } }],
    interpretation: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: 'HH' },
        ],
      },
    ],
  };
}

describe('logging in', () => {
  test('a wrong password says so, and the right one leads to the own ward', async () => {
    const page = await clinic.visit();
    await page.locator('[name=user]').fill(doctor.user);
    await page.locator('[name=password]').fill('forkert');
    await page.keyboard.press('Enter');
    await page.getByText('Brugernavn eller adgangskode er forkert.').waitFor();
    await logIn(page, doctor);
    await rows(page).first().waitFor();
    expect(page.url()).toMatch(/\/ward\//);
    await page.context().close();
  });

  test('a link to a patient leads there after the log-in', async () => {
    const first = await clinic.visit({ as: doctor });
    const patient = await openFirst(first);
    await first.context().close();
    const page = await clinic.visit();
    await page.goto(`/patient/${patient}/notes`);
    await logIn(page, nurse);
    await page.locator('.note-list button').first().waitFor();
    expect(patientOf(page)).toBe(patient);
    await page.context().close();
  });

  test('another user at the same screen takes over in one step', async () => {
    const page = await clinic.visit({ as: doctor });
    await page.locator('.who').click();
    await page.getByRole('menuitem', { name: 'Skift bruger' }).click();
    const startedMs = performance.now();
    await page.getByRole('dialog').locator('[name=user]').fill(nurse.user);
    await page.getByRole('dialog').locator('[name=password]').fill(nurse.password);
    await page.keyboard.press('Enter');
    await page.locator('.who', { hasText: 'Mette Krogh' }).waitFor();
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    await page.context().close();
  });

  test('after log-out nothing of the patient is left on the page', async () => {
    const page = await clinic.visit({ as: doctor });
    await openFirst(page);
    const name = (await page.locator('.banner h1').innerText()).split(',')[0] ?? '';
    await page.locator('.who').click();
    await page.getByRole('menuitem', { name: 'Log ud' }).click();
    await page.locator('.log-in').waitFor();
    expect(await page.content()).not.toContain(name);
    await page.context().close();
  });
});

describe('the board', () => {
  test('rows are walked with the arrow keys, opened with Enter, and found again with Alt+←', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    await rows(page).first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const name = await page.locator('tr:focus .name-cell a').innerText();
    await page.keyboard.press('Enter');
    await page.locator('.banner h1').waitFor();
    expect((await page.locator('.banner h1').innerText()).toLowerCase()).toContain(name.toLowerCase());
    // Alt+← is the browser's own; headless it has no keys.
    await page.goBack();
    await page.locator('tr.selected').waitFor();
    expect(await page.locator('tr.selected .name-cell a').innerText()).toBe(name);
    await page.context().close();
  });

  test('a new result appears without reload: the row is marked and does not move', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    await page.locator('.frame-state .chip', { hasText: '✓' }).waitFor();
    await page.locator('.segments button', { hasText: 'EWS' }).click();
    const names = () => page.locator('.name-cell a').allInnerTexts();
    const before = await names();
    await rows(page).nth(1).focus();
    await page.waitForURL(/patient=/);
    const patient = patientOf(page);
    await rows(page).nth(2).focus();
    await post(page.context(), 'Observation', potassium(patient, 6.1));
    await rows(page).nth(1).locator('.changed').waitFor();
    expect(await names()).toEqual(before);
    await page.context().close();
  });

  test('a filter says what it hides, and shows it again', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    const all = await page.locator('.board tbody tr').count();
    await page.locator('.board-filter').selectOption('unwell');
    await page.getByText(/^viser \d+ af \d+ – ryd$/).click();
    expect(await page.locator('.board tbody tr').count()).toBe(all);
    await page.context().close();
  });

  test('the big screen shows neither name nor number', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    const names = await page.locator('.name-cell a').allInnerTexts();
    await page.locator('.segments button', { hasText: 'Storskærm' }).click();
    await page.locator('.big tbody tr').first().waitFor();
    const text = await page.locator('.frame-main').innerText();
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => text.includes(name))).toEqual([]);
    expect(text).not.toMatch(/\d{6}-\d{4}/);
    await page.context().close();
  });
});

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

describe('a note', () => {
  async function openEditor(page: Page): Promise<string> {
    const patient = await openFirst(page);
    await page.goto(`/patient/${patient}/notes?write=true`);
    await page.locator('.editor textarea').waitFor();
    return patient;
  }

  test('a draft outlives a lock and a reload', async () => {
    const page = await clinic.visit({ as: doctor });
    await openEditor(page);
    await page.locator('.editor textarea').fill('Kladde, der ikke må gå tabt.');
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
    expect(await page.locator('.editor textarea').inputValue()).toBe('Kladde, der ikke må gå tabt.');
    await page.reload();
    await page.locator('.editor textarea').waitFor();
    expect(await page.locator('.editor textarea').inputValue()).toBe('Kladde, der ikke må gå tabt.');
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
    await page.locator('.editor textarea').fill(text);
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

describe('search', () => {
  test('finds by name, CPR with and without hyphen, birth date and bed', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    const cells = await rows(page).first().locator('td').allInnerTexts();
    const [bed = '', name = '', cpr = ''] = cells.map((cell) => cell.trim());
    const family = name.split(',')[0] ?? '';
    for (const typed of [`${family}`, cpr, cpr.replace('-', ''), cpr.slice(0, 6), bed]) {
      await page.keyboard.press('Control+k');
      await page.locator('.finder-input').fill(typed);
      await page.locator('.finder-list li', { hasText: family }).first().waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.finder-input').waitFor({ state: 'detached' });
    }
    await page.context().close();
  });

  test('an older answer is never shown over a newer question', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/fhir/Patient?name=je*', async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    await page.keyboard.press('Control+k');
    await page.locator('.finder-input').fill('je');
    await page.waitForRequest('**/fhir/Patient?name=je*');
    await page.locator('.finder-input').fill('sø');
    const people = page.locator('.finder-list li b');
    await people.first().waitFor();
    release();
    await page.waitForLoadState('networkidle');
    const names = await people.allInnerTexts();
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !/(^|\s)sø/i.test(name))).toEqual([]);
    await page.context().close();
  });
});

// The last test: the server is gone after it.
test('when the server is gone the bar says since when, and panels look stale', async () => {
  const page = await clinic.visit({ as: doctor });
  await openFirst(page);
  await page.locator('.frame-state .chip', { hasText: '✓' }).waitFor();
  expect(await page.locator('.panel .asof.stale').count()).toBe(0);
  await program.kill();
  await page.locator('.frame-state.lost').waitFor({ timeout: 40_000 });
  expect(await page.locator('.frame-state .mode').innerText()).toMatch(/^Ingen forbindelse siden \d\d:\d\d/);
  expect(await page.locator('.panel .asof.stale').count()).toBeGreaterThan(5);
  // What was fetched is still there to be read.
  expect(await page.locator('.overview .row').count()).toBeGreaterThan(10);
  await page.context().close();
});
