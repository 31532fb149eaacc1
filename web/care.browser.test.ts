// Fluids, treatment level, tasks and porters, in a real browser against the real program.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import {
  axeFaults,
  cutTexts,
  doctor,
  nurse,
  startClinic,
  switchByPassword,
  type Clinic,
} from './test/browser.ts';
import { openFirst, patientOf, rows } from './test/steps.ts';

let clinic: Clinic;
let page: Page;
let patient = '';
const porter = { user: 'per.holm', password: 'holdfast' } as const;

beforeAll(async () => {
  clinic = await startClinic(await startDemo(), process.env['CHROMIUM']);
  page = await clinic.visit({ as: doctor, size: { width: 1280, height: 800 } });
  patient = await openFirst(page);
});
afterAll(() => clinic.close());

async function open(path: string, ready: string, on = page) {
  await on.goto(path);
  await on.locator(`[data-ready=${ready}]`).waitFor();
  await on.locator('.loading').first().waitFor({ state: 'detached' });
}

test('an amount is entered by one press, the number and Enter, and a wrong one leaves the sums in two steps', async () => {
  await open(`/patient/${patient}/fluids`, 'fluids');
  await page.locator('.fluid-table').waitFor();
  const drain = page.locator('tr.now td.out').nth(1);
  const sum = () => page.locator('tfoot td').nth(7).innerText();
  const title = await drain.locator('button').getAttribute('aria-label');
  expect(title).toContain('ikke målt');
  await drain.locator('button').click(); // 1
  await page.keyboard.type('120,5');
  await page.keyboard.press('Enter');
  await expect.poll(() => drain.innerText()).toBe('120,5');
  await expect.poll(sum).toBe('120,5');

  // The cell is in hand again: a digit begins another, and what is unusual is asked about once.
  await page.keyboard.type('3000');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.fluid-said').innerText()).toContain('usædvanligt meget');
  await page.keyboard.press('Escape');

  await page.locator('.fluid-detail button', { hasText: 'Forkert' }).click(); // 1
  await page.keyboard.type('Anden patient');
  await page.locator('.fluid-detail button', { hasText: 'Markér som forkert' }).click(); // 2
  await expect.poll(sum).toContain('–');
  expect(await page.locator('.fluid-detail').innerText()).toContain('Anden patient');
  expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
});

test('the sums of the fluid day stand on the overview with since when, and lead to their chart by one press', async () => {
  const balance = await page.locator('.fluid-head').innerText();
  await open(`/patient/${patient}`, 'overview');
  const line = page.locator('.fluid-line');
  await expect.poll(() => line.innerText()).toMatch(/^Væske siden \d\d:\d\d Ind .+ · Ud .+ · Balance .+/);
  const words = await line.innerText();
  for (const [sum] of balance.matchAll(/[+−-]?[\d.,]+ ml/g)) expect(words).toContain(sum);
  expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
  await line.click(); // 1
  await page.locator('[data-ready=fluids]').waitFor();
});

test('a treatment level is decided by three presses and a reason, and stands in the banner', async () => {
  await open(`/patient/${patient}/care`, 'care');
  const form = page.locator('.level-form');
  await form.locator('button', { hasText: 'Ingen intensiv terapi' }).first().click(); // 1
  await form.locator('button', { hasText: 'patienten og pårørende' }).click(); // 2
  await form.locator('input').fill('Svær KOL, patientens ønske');
  await form.locator('button', { hasText: 'Beslut' }).click(); // 3
  await expect.poll(() => page.locator('.banner').innerText()).toContain('Ingen intensiv terapi');
  expect(await page.locator('.level-panel details').innerText()).toContain('Tidligere (1)');
});

test('a task is made, and done by one press from the list of the ward', async () => {
  await page.locator('.task-new input').fill('Ring til hjemmeplejen');
  await page.keyboard.press('Enter');
  await page.locator('.task-row', { hasText: 'Ring til hjemmeplejen' }).waitFor();
  expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
  await open('/ward/herlev-b12/tasks', 'tasks');
  const row = page.locator('.task-row', { hasText: 'Ring til hjemmeplejen' });
  await row.press('t');
  await expect.poll(() => row.innerText()).toContain('Mig');
  await row.locator('button', { hasText: 'Udført' }).first().click(); // 1
  await row.waitFor({ state: 'detached' });
  expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
});

test('a porter is ordered by two presses, and takes, goes and delivers by one each, with the names and places alone', async () => {
  await open(`/patient/${patient}/care`, 'care');
  const form = page.locator('.transport-form');
  await form.locator('button', { hasText: 'Dialyse' }).click(); // 1
  await form.locator('button[type=submit]').click(); // 2
  await expect.poll(() => page.locator('.transport-panel').innerText()).toContain('Bestilt');

  const phone = await clinic.visit({ as: porter, size: { width: 390, height: 800 } });
  await phone.locator('[data-ready=transport]').waitFor();
  const row = phone.locator('.transport-row', { hasText: 'Dialyse' });
  await row.waitFor();
  expect(await phone.locator('.transport-rows').innerText()).not.toMatch(/\d{6}-\d{4}/);
  for (const [press, then] of [
    ['Tag', 'Taget'],
    ['Kør', 'Undervejs'],
  ] as const) {
    await row.locator('button.primary', { hasText: press }).click();
    await expect.poll(() => row.innerText()).toContain(then);
  }
  expect([await axeFaults(phone), await cutTexts(phone)]).toEqual([[], []]);
  await row.locator('button.primary', { hasText: 'Aflever' }).click();
  await row.waitFor({ state: 'detached' });
  await expect.poll(() => page.locator('.transport-panel').innerText()).toContain('Afleveret');
  await phone.context().close();
});

test('a porter is ordered from the board by three presses, also without a mouse, and taken back by one', async () => {
  await page.goto('/ward/herlev-b12');
  await rows(page).first().waitFor();
  await rows(page).first().locator('td').first().click(); // 1
  await page.locator('.strip button', { hasText: 'Portør' }).click(); // 2
  const dialog = page.locator('.transport-form');
  const placed = dialog.locator('button', { hasText: 'Røntgen' });
  await placed.waitFor();
  await expect.poll(() => dialog.innerText()).toContain('Ét tryk bestiller');
  expect(await axeFaults(page)).toEqual([]);
  await placed.click(); // 3
  await dialog.waitFor({ state: 'detached' });
  const undo = page.locator('.undo-strip');
  await expect.poll(() => undo.innerText()).toContain('portør til Røntgen er bestilt');
  await undo.locator('button').click();

  await rows(page).nth(1).focus();
  await page.keyboard.press('t'); // 1
  await expect.poll(() => placed.isEnabled()).toBe(true);
  await expect.poll(() => page.evaluate(() => document.activeElement?.className ?? '')).toContain('button');
  await page.keyboard.press('Enter'); // 2
  await dialog.waitFor({ state: 'detached' });

  const orders = (status: string) =>
    page.context().request.get(`/fhir/Task?code=transport&status=${status}&_summary=count`);
  await expect
    .poll(async () => ((await (await orders('cancelled')).json()) as { total: number }).total)
    .toBe(1);
});

test('what is written in the forms of care outlives a reload, is of one patient and one user, and is there when that user is back', async () => {
  await open(`/patient/${patient}/care`, 'care');
  const level = page.locator('.level-form');
  await level.locator('button', { hasText: 'Lindrende' }).click();
  await level.locator('input').fill('Døende, aftalt med familien');
  await page.locator('.task-new input').fill('Bestil kost');
  await page.locator('.transport-form').getByLabel('Et andet sted').fill('Kapellet');
  await page.getByLabel('Nyt problemområde').selectOption({ index: 1 });
  await page.locator('.plan-form').getByLabel('Mål').fill('Smertefri');
  const written = () =>
    Promise.all([
      level.locator('input').inputValue(),
      page.locator('.task-new input').inputValue(),
      page.locator('.transport-form').getByLabel('Et andet sted').inputValue(),
      page.locator('.plan-form').getByLabel('Mål').inputValue(),
    ]);
  const all = ['Døende, aftalt med familien', 'Bestil kost', 'Kapellet', 'Smertefri'];
  expect(await written()).toEqual(all);
  await page.reload();
  await page.locator('[data-ready=care]').waitFor();
  await expect.poll(written).toEqual(all);
  expect(await level.locator('[aria-pressed=true]').allInnerTexts()).toEqual(['Lindrende behandling']);

  // Nothing of it is anybody else's: not the next patient's, and not the next user's.
  const isNothing = async () => {
    await expect.poll(() => page.locator('.task-new input').inputValue()).toBe('');
    expect(await page.locator('.transport-form').getByLabel('Et andet sted').inputValue()).toBe('');
    expect(await page.locator('.level-form input, .plan-form').count()).toBe(0);
  };
  await page.goto('/ward/herlev-b12');
  await rows(page).nth(2).waitFor();
  await rows(page).nth(2).locator('.name-cell a').click();
  await page.locator('.overview .row').first().waitFor();
  expect(patientOf(page)).not.toBe(patient);
  await open(`/patient/${patientOf(page)}/care`, 'care');
  await isNothing();
  await open(`/patient/${patient}/care`, 'care');
  await expect.poll(written).toEqual(all);
  await switchByPassword(page, nurse);
  await open(`/patient/${patient}/care`, 'care');
  await isNothing();
  await switchByPassword(page, doctor);
  await open(`/patient/${patient}/care`, 'care');
  await expect.poll(written).toEqual(all);

  // Signed, it is gone from the device, and only it.
  await page.locator('.task-new button[type=submit]').click();
  await page.locator('.task-row', { hasText: 'Bestil kost' }).waitFor();
  await expect.poll(written).toEqual(all.with(1, ''));
});

test('a handover is made of the record', async () => {
  await open(`/patient/${patient}/handover`, 'handover');
  const isbar = page.locator('.isbar');
  await expect.poll(() => isbar.innerText()).toContain('Behandlingsniveau: Ingen intensiv terapi');
  expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
});
