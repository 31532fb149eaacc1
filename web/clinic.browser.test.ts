// What a clinician relies on, done in a real browser against the real program.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { doctor, logIn, nurse, post, startClinic, type Clinic } from './test/browser.ts';
import { answered, openFirst, patientOf, potassium, rows } from './test/steps.ts';

let program: Program;
let clinic: Clinic;

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
});
afterAll(() => clinic.close());

/** Ten minutes more than an hour ago, in Denmark. */
const anHourAgo = () =>
  new Date(Date.now() - 70 * 60_000).toLocaleTimeString('en-GB', { timeZone: 'Europe/Copenhagen' });

/** Once a day at this time, with a drug name that nobody else has. */
const dailyDose = (patient: string, planned: string, name = 'PRØVEMIN') => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  subject: { reference: `Patient/${patient}` },
  authoredOn: new Date(Date.now() - 3 * 3_600_000).toISOString(),
  category: [{ coding: [{ code: 'inpatient' }] }],
  medicationCodeableConcept: {
    coding: [{ system: 'http://www.whocc.no/atc', code: 'B01AB04', display: 'dalteparin' }],
    text: `dalteparin , ${name}, inj.vsk., 5.000 IE`,
  },
  dosageInstruction: [
    {
      timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', timeOfDay: [planned] } },
      route: { text: 's.c.' },
      doseAndRate: [{ doseQuantity: { value: 5000, unit: 'IE' } }],
    },
  ],
});

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
    // Scores that have not come yet sort nothing: the rows take their places when they are there.
    await page.locator('.board td.col-ews .tag').first().waitFor();
    await expect.poll(() => page.locator('.not-yet').count()).toBe(0);
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

  test('“Svar” counts what nobody has seen: opening a chart is not seeing, acknowledging is', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).nth(4).waitFor();
    const board = page.url();
    const row = rows(page).nth(4);
    const href = (await row.locator('.name-cell a').getAttribute('href')) ?? '';
    const patient = href.split('/')[2] ?? '';
    const counted = async () => {
      const link = row.locator('td.col-results a');
      const label = (await link.count()) === 0 ? '' : ((await link.getAttribute('aria-label')) ?? '');
      return Number(/^(\d+) svar, som ingen har set/.exec(label)?.[1] ?? 0);
    };
    await page.locator('.board td.col-results a').first().waitFor();
    const before = await counted();
    const critical = await post(page.context(), 'Observation', answered(patient, 6.9, 'HH'));
    const normal = await post(page.context(), 'Observation', answered(patient, 4, 'N'));
    await expect.poll(counted).toBe(before + 2);
    expect(await row.locator('td.col-results .tag').innerText()).toMatch(/^●● \d+$/);
    await page.goto(href);
    await page.locator('.overview .row').first().waitFor();
    await page.goto(board);
    await expect.poll(counted).toBe(before + 2);
    const session = (await (await page.context().request.get('/session')).json()) as { practitioner: string };
    await post(page.context(), 'Task', {
      resourceType: 'Task',
      status: 'completed',
      intent: 'order',
      code: { coding: [{ system: 'https://holdfast.dk/fhir/task-kind', code: 'result-review' }] },
      for: { reference: `Patient/${patient}` },
      authoredOn: new Date().toISOString(),
      owner: { reference: session.practitioner },
      basedOn: [critical, normal].map((id) => ({ reference: `Observation/${id}/_history/1` })),
    });
    await expect.poll(counted).toBe(before);
    await page.context().close();
  });

  test('a list that is not whole says so', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    expect(await page.getByText('Listen er ikke hel').count()).toBe(0);
    await page.route('**/fhir', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { entry: { resource?: { total?: number } }[] };
      await route.fulfill({
        response: answer,
        json: {
          ...body,
          entry: body.entry.map((entry) => ({
            ...entry,
            ...(entry.resource !== undefined && { resource: { ...entry.resource, total: 4321 } }),
          })),
        },
      });
    });
    await page.reload();
    await page.getByText(/^Listen er ikke hel: viser \d+ af 4321$/).waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
  });

  test('a dose that is overdue is so on the board, in the list and in the day scheme', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).nth(6).waitFor();
    const row = rows(page).nth(6);
    const href = (await row.locator('.name-cell a').getAttribute('href')) ?? '';
    const planned = anHourAgo();
    await post(page.context(), 'MedicationRequest', dailyDose(href.split('/')[2] ?? '', planned));
    await row.locator('td.col-next .tag.crit-soft', { hasText: 'dalteparin' }).waitFor();
    await page.goto(`${href}/medication`);
    const line = page.locator('.drugs tr', { hasText: 'PRØVEMIN' });
    await line.locator('.tag.crit').waitFor();
    expect(await line.locator('.drug-line').innerText()).toMatch(
      /^dalteparin PRØVEMIN, inj\.vsk\., 5\.000 IE\s+DOSE 5\.000 IE — s\.c\. — × 1 kl\. /,
    );
    await page.getByText('! 1 overskredet').waitFor();
    await page.getByRole('button', { name: 'Skema' }).click();
    const cell = page.locator('.emar tr', { hasText: 'PRØVEMIN' }).locator('.dose.late');
    expect(await cell.innerText()).toContain(planned.slice(0, 5));
    await page.context().close();
  });

  test('what changes after its first answer and before the feed is open is shown too', async () => {
    const page = await clinic.visit();
    let letIn: () => void = () => {};
    const mayOpen = new Promise<void>((done) => (letIn = done));
    await page.route('**/events*', async (route) => {
      await mayOpen;
      await route.continue();
    });
    await logIn(page, doctor);
    const row = rows(page).nth(5);
    await row.locator('td.col-next').waitFor();
    await expect.poll(() => page.locator('.not-yet').count()).toBe(0);
    const href = (await row.locator('.name-cell a').getAttribute('href')) ?? '';
    await post(
      page.context(),
      'MedicationRequest',
      dailyDose(href.split('/')[2] ?? '', anHourAgo(), 'IMENS'),
    );
    letIn();
    await row.locator('td.col-next .tag.crit-soft', { hasText: 'dalteparin' }).waitFor({ timeout: 5000 });
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
