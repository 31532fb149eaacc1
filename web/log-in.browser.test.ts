// Ways to log in, through the real screens.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProgram, type Program } from '../test/program.ts';
import { doctor, logIn, nurse, startClinic, type Clinic } from './test/browser.ts';
import { openFirst, patientOf, rows } from './test/steps.ts';

let program: Program;
let clinic: Clinic;
const pins = { [doctor.user]: '2580', [nurse.user]: '1379' } as const;

beforeAll(async () => {
  program = await startProgram({ demo: 'on' });
  clinic = await startClinic(program, process.env['CHROMIUM']);
});
afterAll(() => clinic.close());

/** Both have a PIN and have logged in here with their passwords; the doctor did so last and is at the screen. */
async function sharedScreen(): Promise<Page> {
  const page = await clinic.visit({ as: nurse });
  for (const { user, password } of [nurse, doctor]) {
    if (user === doctor.user) await switchByPassword(page, doctor);
    const answer = await page
      .context()
      .request.post('/session/own/pin', { data: { password, pin: pins[user] } });
    expect(answer.status()).toBe(204);
  }
  await page.reload();
  await rows(page).first().waitFor();
  return page;
}

async function switchByPassword(page: Page, { user, password }: typeof doctor | typeof nurse) {
  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Skift bruger' }).click();
  await page.getByRole('dialog').locator('[name=user]').fill(user);
  await page.getByRole('dialog').locator('[name=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('.who', { hasText: user === doctor.user ? 'Anne Lund' : 'Mette Krogh' }).waitFor();
}

async function lock(page: Page) {
  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Lås skærmen' }).click();
  await page.locator('.lock [name=pin]').waitFor();
}

test('two people take turns at a screen by PIN: from the lock to the other’s chart in six keys and three seconds', async () => {
  const page = await sharedScreen();
  await openFirst(page);
  const doctors = page.url();
  await lock(page);
  await page.getByRole('button', { name: /^Mette Krogh/ }).click();
  await page.keyboard.type(pins[nurse.user]);
  await page.keyboard.press('Enter');
  await page.locator('.who', { hasText: 'Mette Krogh' }).waitFor();
  // Not the doctor's patient: her own ward.
  await rows(page).nth(3).waitFor();
  expect(page.url()).toMatch(/\/ward\//);
  await rows(page).nth(3).locator('.name-cell a').click();
  await page.locator('.overview .row').first().waitFor();
  const nurses = page.url();
  expect(patientOf(page)).not.toBe(new URL(doctors).pathname.split('/')[2]);
  const tookMs: number[] = [];
  for (const [name, user, url] of [
    ['Anne Lund', doctor.user, doctors],
    ['Mette Krogh', nurse.user, nurses],
  ] as const) {
    await lock(page);
    const startedMs = performance.now();
    // One press and five keys.
    await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await page.keyboard.type(pins[user]);
    await page.keyboard.press('Enter');
    await page.locator('.who', { hasText: name }).waitFor();
    await page.locator('.overview .row').first().waitFor();
    tookMs.push(Math.round(performance.now() - startedMs));
    expect(page.url()).toBe(url);
  }
  console.info(`from the lock to the other's chart: ${tookMs.join(' and ')} ms`);
  expect(Math.max(...tookMs)).toBeLessThan(3_000);
  await page.context().close();
}, 180_000);

test('the one who comes back by PIN finds the draft as it was', async () => {
  const page = await sharedScreen();
  const patient = await openFirst(page);
  await page.goto(`/patient/${patient}/notes?write=true`);
  await page.locator('.note-editor textarea, textarea').first().fill('Halvt skrevet');
  const at = page.url();
  await lock(page);
  await page.getByRole('button', { name: /^Mette Krogh/ }).click();
  await page.keyboard.type(pins[nurse.user]);
  await page.keyboard.press('Enter');
  await page.locator('.who', { hasText: 'Mette Krogh' }).waitFor();
  expect(await page.content()).not.toContain('Halvt skrevet');
  await lock(page);
  await page.getByRole('button', { name: /^Anne Lund/ }).click();
  await page.keyboard.type(pins[doctor.user]);
  await page.keyboard.press('Enter');
  await page.locator('textarea').first().waitFor();
  expect(page.url()).toBe(at);
  expect(await page.locator('textarea').first().inputValue()).toBe('Halvt skrevet');
  await page.context().close();
});

test('a wrong PIN says so; after five the password is asked for, and opens', async () => {
  const page = await sharedScreen();
  await lock(page);
  for (let n = 0; n < 4; n++) {
    await page.locator('[name=pin]').fill('0001');
    await page.keyboard.press('Enter');
    await page.getByText('PIN-koden er forkert.').waitFor();
  }
  await page.locator('[name=pin]').fill('0001');
  await page.keyboard.press('Enter');
  await page.locator('[name=password]').fill(doctor.password);
  await page.keyboard.press('Enter');
  await page.locator('.lock').waitFor({ state: 'detached' });
  await page.context().close();
});

test('a badge before the reader names its person wherever the cursor stands; the PIN lets them in', async () => {
  const page = await sharedScreen();
  const number = '0412345678';
  await switchByPassword(page, nurse);
  const { request } = page.context();
  await request.post('/session/own/badge', { data: { password: nurse.password, number } });
  await switchByPassword(page, doctor);
  await lock(page);
  // The cursor stands in the doctor's PIN.
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Mette Krogh' }).waitFor();
  expect(await page.locator('[name=pin]').inputValue()).toBe('');
  await page.keyboard.type(pins[nurse.user]);
  await page.keyboard.press('Enter');
  await page.locator('.who', { hasText: 'Mette Krogh' }).waitFor();
  await lock(page);
  await page.keyboard.type('0499999999');
  await page.keyboard.press('Enter');
  await page.getByText('Kortet er ikke knyttet til nogen.').waitFor();
  await page.context().close();
});

test('at a screen where nobody was, nobody is offered; after a log-out the one who left is not either', async () => {
  const page = await clinic.visit();
  await page.locator('[name=user]').waitFor();
  expect(await page.locator('.person').count()).toBe(0);
  await logIn(page, nurse);
  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Log ud' }).click();
  await page.locator('.log-in [name=user]').waitFor();
  expect(await page.locator('.person').count()).toBe(0);
  await page.context().close();
});

test('another tab of the same browser goes on as whoever is at the screen', async () => {
  const page = await sharedScreen();
  const second = await page.context().newPage();
  await second.goto('/');
  await second.locator('.who', { hasText: 'Anne Lund' }).waitFor();
  await switchByPassword(page, nurse);
  await second.locator('.who', { hasText: 'Mette Krogh' }).waitFor();
  await page.context().close();
});
