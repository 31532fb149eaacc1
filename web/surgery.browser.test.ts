// The operating board, in a real browser against the real program.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { axeFaults, cutTexts, doctor, startClinic, type Clinic } from './test/browser.ts';
import { openFirst } from './test/steps.ts';

let program: Program;
let clinic: Clinic;
let token = '';
let page: Page;
const small = { width: 1280, height: 800 } as const;
const nurse = { user: 'rikke.munk', password: 'holdfast' } as const;

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
  token = await program.tokenOf('integration');
  page = await clinic.visit({ as: nurse, size: small });
});
beforeEach(async () => {
  await page.goto('/surgery?department=herlev-op');
  await page.locator('[data-ready=surgery]').waitFor();
  await page.locator('.waiting').first().waitFor();
});
afterAll(() => clinic.close());

type Tree = { readonly [name: string]: unknown };
async function found(url: string): Promise<Tree[]> {
  const answer = await fetch(`${program.url}/fhir/${url}`, { headers: { authorization: `Bearer ${token}` } });
  const { entry = [] } = (await answer.json()) as { entry?: { resource: Tree }[] };
  return entry.map(({ resource }) => resource);
}
const waiting = (on: Page, name?: string) =>
  name === undefined ? on.locator('.waiting') : on.locator('.waiting', { hasText: name });
const block = (on: Page, name: string) => on.locator('.block', { hasText: name });
const dialog = (on: Page) => on.locator('.operation-dialog');
const undo = (on: Page) => on.locator('.undo-strip button');
const nameOf = (on: Page, at: number) => waiting(on).nth(at).locator('b').first().innerText();
/** The last room is kept for what is urgent, the first may be in use: the second is free of both. */
const slot = (on: Page, room = 2) => on.locator('.room').nth(room).locator('.room-slot');

test('who works there begins at their own board', async () => {
  await page.goto('/');
  await expect.poll(() => page.url()).toContain('/surgery?department=herlev-op');
});

describe('the board', () => {
  test('tells for each class what is left of its time, in words and by a sign', async () => {
    const first = await waiting(page).first().innerText();
    expect(first).toMatch(/^B\s*!.*over fristen/s);
    expect(await page.locator('.waiting', { hasText: 'tilbage' }).count()).toBeGreaterThan(0);
    expect(await page.locator('.now-line').count()).toBeGreaterThan(0);
    // Whose time has run out calls somebody, until it has its place.
    const calls = page.locator('.overdue-calls');
    await expect
      .poll(() => calls.innerText())
      .toMatch(/Overskredne frister.*frist overskredet.*(går til|frist (i går )?\d)/s);
    expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
  });

  test('an urgent operation has its room in two presses, a colleague sees it, and it is taken back by one', async () => {
    const name = await nameOf(page, 0);
    const other = await clinic.visit({ as: { user: 'jens.holst', password: 'holdfast' }, size: small });
    await other.goto('/surgery?department=herlev-op');
    await waiting(other, name).waitFor();
    await waiting(page).first().click(); // 1
    await slot(page).click(); // 2
    await block(page, name).waitFor();
    await block(other, name).waitFor({ timeout: 3000 });
    expect(await waiting(other, name).count()).toBe(0);
    await undo(page).click();
    await waiting(page, name).waitFor();
    await other.context().close();
  });

  test('two who place the same at once: one does, the other is told', async () => {
    const other = await clinic.visit({ as: { user: 'jens.holst', password: 'holdfast' }, size: small });
    await other.goto('/surgery?department=herlev-op');
    await waiting(other).first().click();
    await waiting(page).first().click();
    const name = await nameOf(page, 0);
    await Promise.all([slot(page, 2).click(), slot(other, 3).click()]);
    await block(page, name).waitFor();
    await expect.poll(() => block(other, name).count()).toBe(1);
    const told = await Promise.any(
      [page, other].map((one) => one.locator('.act-note .error').innerText({ timeout: 10_000 })),
    );
    expect(told).toContain('fået en tid imens');
    await other.context().close();
  });

  test('each step is one press or one letter, a wrong one leaves with a reason, and moving says why', async () => {
    // The room for what is urgent has somebody under the knife, whatever the hour.
    const urgentRoom = page.locator('.room').nth(4);
    const going = urgentRoom.locator('.block.on');
    await going.locator('.block-step').click();
    await expect.poll(() => going.innerText()).toContain('Kniv slut');
    await going.locator('.block-open').press('n');
    await expect.poll(() => going.innerText()).toContain('Check-out udført');
    await going.locator('.block-open').press('Enter');
    await dialog(page).locator('button', { hasText: 'forkert' }).click();
    await dialog(page).locator('button', { hasText: 'Sket senere' }).click();
    await dialog(page).locator('button', { hasText: 'Markér som forkert' }).click();
    await expect.poll(() => dialog(page).locator('s').innerText()).toContain('Check-out');
    await page.keyboard.press('Escape');
    await expect.poll(() => going.innerText()).toContain('Kniv slut');

    const planned = urgentRoom.locator('.block:not(.on):not(.done)').first();
    const name = await planned.locator('b').nth(1).innerText();
    await planned.locator('.block-open').press('f');
    await dialog(page).locator('select').selectOption({ label: 'OP 4' });
    await dialog(page).locator('button', { hasText: 'Ledig tid før' }).click();
    await expect.poll(() => page.locator('.room').nth(3).innerText()).toContain(name);
    await block(page, name).locator('.block-open').press('a');
    await dialog(page).locator('button', { hasText: 'Mangler seng' }).click();
    await waiting(page, name).waitFor();
    expect(await waiting(page, name).innerText()).toContain('Mangler seng');
    await undo(page).click();
    await block(page, name).waitFor();
  });

  test('the team of an operation is chosen in its dialog, stands on the board, and is taken back by one press', async () => {
    const operation = page.locator('.block:not(.done) .block-open').last();
    const id = await operation.getAttribute('data-block');
    const own = page.locator(`[data-block="${id ?? ''}"]`);
    const before = await own.innerText();
    await own.press('h'); // 1
    const scrub = dialog(page).getByLabel('Operationssygeplejerske');
    await expect.poll(() => scrub.locator('option').count()).toBeGreaterThan(5);
    const held = await scrub.inputValue();
    const [label = ''] = (await scrub.locator('option').allInnerTexts()).filter(
      (text) => text.endsWith('sygeplejerske') && !text.startsWith('Rikke'),
    );
    await scrub.selectOption({ label }); // 2
    expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
    await dialog(page).locator('.button.primary', { hasText: 'Sæt holdet' }).click(); // 3
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => own.innerText()).not.toBe(before);
    const team = async () =>
      JSON.stringify(await found(`Appointment?based-on=ServiceRequest/${id ?? ''}&status=booked,arrived`));
    expect(await team()).toContain(label.split(',')[0]);
    await undo(page).click();
    await expect.poll(() => own.innerText()).toBe(before);
    if (held !== '') expect(await team()).toContain(held);
    expect(await team()).not.toContain('place-moved');
  });

  test('is walked with the arrows', async () => {
    await page.locator('.block-open[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    const at = () =>
      page.evaluate(() => document.activeElement?.closest('.room')?.getAttribute('aria-label'));
    expect(await at()).not.toBe('OP 1');
    // What is taken in hand by Enter is placed by Enter.
    await waiting(page).first().press('Enter');
    await page.keyboard.press('ArrowRight');
    await expect.poll(at).toBe('OP 2');
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('room-slot');
  });

  test('on the wall has no names and no numbers', async () => {
    await page.goto('/surgery?department=herlev-op&view=wall');
    await page.locator('.surgery-wall tbody tr').first().waitFor();
    const wall = page.locator('.surgery-wall');
    expect(await wall.innerText()).not.toMatch(/\d{6}-\d{4}/);
    // First names or the bed alone, as the place of the screen asks, and so again after a reload, on every wall of this screen.
    const words = () => wall.locator('tbody').innerText();
    const initials = await words();
    await wall.locator('button', { hasText: 'Fornavn' }).click();
    await expect.poll(words).not.toBe(initials);
    await wall.locator('button', { hasText: 'Kun seng' }).click();
    await page.reload();
    await wall.locator('button[aria-pressed=true]', { hasText: 'Kun seng' }).waitFor();
    await expect.poll(async () => (await words()).length).toBeLessThan(initials.length);
    await wall.locator('button', { hasText: 'Initialer' }).click();
    await expect.poll(words).toBe(initials);
    expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
  });
});

test('all elective operations of a day are looked through and cancelled in one act, and those who call share the list', async () => {
  await page.locator('.bar .segments').nth(1).locator('button').nth(1).click();
  await page.locator('.bar .segments').first().locator('button', { hasText: 'Aflys planlagte' }).click();
  const rows = page.locator('.cancel-table tbody tr');
  await rows.first().waitFor();
  // Only class C is decided one by one; in the evening one that was placed in an earlier test may stand on this day.
  for (const unticked of await rows
    .filter({ has: page.locator('input[type=checkbox]:not(:checked)') })
    .all()) {
    expect(await unticked.locator('.tag').allInnerTexts()).toContain('C');
    await unticked.locator('input[type=checkbox]').click();
  }
  await rows.first().locator('input[type=checkbox]').click();
  await rows.first().locator('td input:not([type=checkbox])').fill('Kræft, kan ikke vente');
  const kept = await rows.first().locator('b').innerText();
  // A colleague moves one meanwhile: it is decided about anew.
  const moved = await rows.nth(1).locator('b').innerText();
  const other = await clinic.visit({ as: { user: 'jens.holst', password: 'holdfast' }, size: small });
  await other.goto(page.url().replace('view=cancel', 'view=board'));
  await block(other, moved).locator('.block-open').press('f');
  await dialog(other).locator('.moment-field input').nth(1).fill('18:00');
  await dialog(other).locator('button', { hasText: 'Udstyr' }).click();
  const again = rows.filter({ hasText: moved });
  await expect.poll(() => again.innerText()).toContain('ændret');
  await page.locator('.cancel-sign input').first().fill('Vicedirektør Ida Holm');
  await page.locator('.cancel-sign button', { hasText: 'Strømsvigt' }).click();
  const sign = page.locator('.cancel-sign .button.primary');
  expect(await sign.getAttribute('aria-disabled')).toBe('true');
  await again.locator('input[type=checkbox]').click();
  const count = await rows.locator('input[type=checkbox]:checked').count();
  expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
  await sign.click();
  const calls = page.locator('.calls-table tbody tr');
  await expect.poll(() => calls.count()).toBe(count);
  expect(await page.locator('.calls-table').innerText()).not.toContain(kept);
  expect(await calls.first().innerText()).toMatch(/00 \d\d/);
  await other.goto('/surgery?department=herlev-op&view=calls');
  const name = await calls.first().locator('b').innerText();
  await calls.first().locator('button', { hasText: 'Ringet' }).click();
  await expect
    .poll(() => other.locator('.calls-table tr', { hasText: name }).innerText())
    .toContain('Rikke Munk');
  expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
  // They wait again.
  await page.goto('/surgery?department=herlev-op');
  await waiting(page, name).waitFor();
  await other.context().close();
});

test('a doctor asks for an operation in five presses from the record, and it waits on the board', async () => {
  const own = await clinic.visit({ as: doctor, size: small });
  const patient = await openFirst(own);
  await own.goto(`/patient/${patient}/orders`);
  await own.locator('button', { hasText: 'Bestil operation' }).click(); // 1
  const form = dialog(own);
  await form.locator('button', { hasText: 'lyskebrok' }).click(); // 2
  await form.locator('button', { hasText: 'venstre' }).click(); // 3
  await form.locator('button', { hasText: 'B – inden' }).click(); // 4
  // Closed before it is signed, it is there again.
  await own.keyboard.press('Escape');
  await own.locator('button', { hasText: 'Bestil operation' }).click();
  expect(await form.locator('button[aria-pressed=true]').allInnerTexts()).toContainEqual('venstre');
  expect([await axeFaults(own), await cutTexts(own)]).toEqual([[], []]);
  await form.locator('.button.primary').click(); // 5
  await expect.poll(() => form.count()).toBe(0);
  const [request] = await found(`ServiceRequest?patient=${patient}&status=active&priority=asap`);
  expect(JSON.stringify(request)).toContain('venstre');
  await expect.poll(() => page.locator('.waiting', { hasText: 'venstre' }).count()).toBeGreaterThan(0);
});

test('nothing is wrong or cut short, in the longer language too', async () => {
  const own = await clinic.visit({ as: nurse, size: small, settings: { language: 'en' } });
  await own.goto('/surgery?department=herlev-op');
  await own.locator('.block-open').first().waitFor();
  expect([await axeFaults(own), await cutTexts(own)]).toEqual([[], []]);
  await own.locator('.block-open').first().press('Enter');
  await dialog(own).waitFor();
  for (let at = 0; at < 3; at++) {
    await dialog(own).locator('.segments button').nth(at).click();
    expect([at, await cutTexts(own)]).toEqual([at, []]);
  }
  expect(await axeFaults(own)).toEqual([]);
});
