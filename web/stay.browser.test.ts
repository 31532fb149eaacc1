// Admission, move, leave, discharge, death and birth, in a real browser against the real program.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { axeFaults, cutTexts, doctor, nurse, startClinic, type Clinic } from './test/browser.ts';
import { patientOf, rows } from './test/steps.ts';

let program: Program;
let clinic: Clinic;
let token = '';
/** The screen of the nurses, as they leave it to each other. */
let page: Page;
const small = { width: 1280, height: 800 } as const;

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
  token = await program.tokenOf('integration');
  page = await clinic.visit({ as: nurse, size: small });
});
beforeEach(async () => {
  await page.goto('/ward/herlev-b12');
  await rows(page).first().waitFor();
});
afterAll(() => clinic.close());

type Tree = { readonly [name: string]: unknown };
async function read(url: string): Promise<Tree> {
  const answer = await fetch(`${program.url}/fhir/${url}`, { headers: { authorization: `Bearer ${token}` } });
  return (await answer.json()) as Tree;
}
const found = async (url: string) =>
  ((await read(url))['entry'] as { resource: Tree }[] | undefined)?.map(({ resource }) => resource) ?? [];
const row = (page: Page, name: string) => rows(page).filter({ hasText: name });
const undo = (page: Page) => page.locator('.undo-strip button');
const dialog = (page: Page) => page.locator('.stay-dialog');
/** The row of somebody, chosen. */
async function choose(page: Page, name: string): Promise<string> {
  await row(page, name).first().locator('td').first().click();
  await expect.poll(() => patientOf(page)).not.toBe('');
  return patientOf(page);
}
const choice = (page: Page, name: string) => dialog(page).locator('.segments button', { hasText: name });

describe('moving', () => {
  test('takes three presses from the board: the row, what, the bed', async () => {
    await choose(page, 'Holm'); // 1
    await page.locator('.strip button', { hasText: 'Flyt' }).click(); // 2
    const free = dialog(page).locator('.bed:not(.off)').first();
    const bed = await free.locator('b').innerText();
    await free.click(); // 3
    await expect.poll(() => row(page, 'Holm').locator('td').first().innerText()).toBe(bed);
    // The bed that was left waits to be cleaned, and a press says that it is.
    await undo(page).waitFor();
    const left = page.locator('.board tbody tr', { hasText: '12-4' });
    await left.locator('button').click();
    await expect.poll(() => left.locator('td').nth(1).innerText()).toBe('— ledig');
  });

  test('is taken back by one press', async () => {
    await choose(page, 'Kjær');
    const before = await row(page, 'Kjær').locator('td').first().innerText();
    await row(page, 'Kjær').press('p');
    await dialog(page).locator('.bed:not(.off)').first().click();
    await undo(page).click();
    await expect.poll(() => row(page, 'Kjær').locator('td').first().innerText()).toBe(before);
  });

  test('two who place in the same bed: the second is told, and nobody is overwritten', async () => {
    const [one, other] = [page, await clinic.visit({ as: doctor })];
    await choose(one, 'Dahl');
    await choose(other, 'Friis');
    await row(one, 'Dahl').press('p');
    await row(other, 'Friis').press('p');
    const bed = await dialog(one).locator('.bed:not(.off) b').first().innerText();
    const target = dialog(other).locator('.bed', { hasText: bed }).first();
    await target.waitFor();
    await Promise.all([dialog(one).locator('.bed', { hasText: bed }).first().click(), target.click()]);
    const lying = async () =>
      (await found(`Encounter?location.name=${bed}&status=in-progress&location=Location/herlev-b12`)).length;
    await expect.poll(lying).toBe(1);
    const told = await Promise.any([
      one.locator('.act-note .error').innerText({ timeout: 10_000 }),
      other.locator('.act-note .error').innerText({ timeout: 10_000 }),
    ]);
    expect(told).toContain('optaget');
  });

  test('who is expected is received into the reserved bed, and their stay elsewhere ends', async () => {
    const patient = await choose(page, 'Berggren');
    await row(page, 'Berggren').press('p');
    await dialog(page).locator('.bed:not(.off)').first().click();
    await undo(page).waitFor();
    const stays = await found(`Encounter?patient=${patient}&status=in-progress`);
    expect(stays.map(({ location }) => JSON.stringify(location).includes('herlev-b12'))).toEqual([true]);
  });
});

describe('leave and discharge', () => {
  test('on leave and back, with an appointment for when', async () => {
    const patient = await choose(page, 'Sørensen, Søren');
    await row(page, 'Sørensen, Søren').press('p');
    await choice(page, 'Orlov').click();
    await dialog(page).locator('button', { hasText: 'På orlov nu' }).click();
    await expect.poll(() => row(page, 'Sørensen, Søren').innerText()).toContain('på orlov');
    expect(await found(`Appointment?patient=${patient}&status=booked`)).not.toEqual([]);
    await row(page, 'Sørensen, Søren').press('p');
    await choice(page, 'Orlov').click();
    await dialog(page).locator('button', { hasText: 'Tilbage fra orlov nu' }).click();
    await expect.poll(() => row(page, 'Sørensen, Søren').innerText()).not.toContain('på orlov');
  });

  test('a time that is none is told, and nothing is sent', async () => {
    await choose(page, 'Bach');
    await row(page, 'Bach').press('p');
    await choice(page, 'Udskriv').click();
    await dialog(page).locator('.moment-field input').first().fill('11/27/2026');
    expect(await dialog(page).locator('.moment-field .error').innerText()).toContain('27.11.2026');
    expect(await dialog(page).locator('.button.primary').getAttribute('aria-disabled')).toBe('true');
  });

  test('who is discharged leaves the board, and the bed waits to be cleaned', async () => {
    const patient = await choose(page, 'Østergaard');
    await row(page, 'Østergaard').press('p');
    await choice(page, 'Udskriv').click();
    await dialog(page).locator('input').first().fill('Plejehjem');
    await dialog(page).locator('.moment-field input').nth(1).fill('0001');
    await dialog(page).locator('button', { hasText: 'Udskriv nu' }).click();
    await expect.poll(() => row(page, 'Østergaard').count()).toBe(0);
    const [stay] = await found(`Encounter?patient=${patient}&_sort=-date&_count=1`);
    expect([stay?.['status'], JSON.stringify(stay)]).toEqual([
      'finished',
      expect.stringContaining('Plejehjem'),
    ]);
  });

  test('a death is recorded in two steps, with the person', async () => {
    const patient = await choose(page, 'Al-Hassan');
    await row(page, 'Al-Hassan').press('p');
    await choice(page, 'Udskriv').click();
    await dialog(page).locator('button', { hasText: 'død …' }).click();
    await dialog(page).locator('button', { hasText: 'Registrér død' }).click();
    await expect.poll(() => row(page, 'Al-Hassan').count()).toBe(0);
    expect((await read(`Patient/${patient}`))['deceasedDateTime']).toBeDefined();
    await page.goto(`/patient/${patient}`);
    await expect.poll(() => page.locator('.tabs .button').getAttribute('title')).toContain('død');
  });
});

describe('newcomers', () => {
  test('a child that is born has a record, a number, a mother and a stay in hers', async () => {
    const patient = await choose(page, 'Nguyen');
    await row(page, 'Nguyen').press('p');
    await choice(page, 'Fødsel').click();
    await choice(page, 'Pige').click();
    await dialog(page).locator('.field.short input').fill('3450');
    await dialog(page).locator('button', { hasText: 'Registrér fødslen' }).click();
    await expect.poll(() => row(page, 'Nguyen, Pige').count()).toBe(1);
    const [mother] = await found(`Encounter?patient=${patient}&status=in-progress`);
    const [child] = await found(`Encounter?part-of=Encounter/${String(mother?.['id'])}&_count=1`);
    expect(child?.['status']).toBe('in-progress');
  });

  test('somebody unknown is taken in at once, and is found by what they look like', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('ukendt');
    await page.locator('[role=option]', { hasText: 'Indlæg ukendt patient' }).click();
    await dialog(page).locator('.field.short input').fill('40');
    await dialog(page).locator('.field input').nth(1).fill('Rød jakke');
    await dialog(page).locator('.bed', { hasText: 'Uden seng' }).click();
    await expect.poll(() => page.locator('.banner').innerText()).toContain('Rød jakke');
  });

  test('the unknown is known: the two records become one, and two again when that was wrong', async () => {
    const [stranger] = await found('Patient?name=Rød&_count=1');
    const known = await choose(page, 'Vestergaard');
    await page.goto(`/patient/${String(stranger?.['id'])}`);
    // Nobody lies in two places: the stay of the unknown ends first.
    await page.locator('.tabs button').click();
    await choice(page, 'Udskriv').click();
    await dialog(page).locator('button', { hasText: 'Udskriv nu' }).click();
    await undo(page).waitFor();
    await page.goto(`/patient/${known}/diagnoses`);
    await page.locator('button', { hasText: 'Saml med en anden' }).click();
    await dialog(page).locator('input').fill('rød jakke');
    await dialog(page).locator('[role=option]').first().click();
    await expect.poll(() => dialog(page).innerText()).toContain('flyttes');
    expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
    await dialog(page).locator('button', { hasText: 'Saml journalerne' }).click();
    await expect.poll(() => dialog(page).count()).toBe(0);
    await page.goto(`/patient/${String(stranger?.['id'])}`);
    const strip = page.locator('.open-strip.soon');
    await strip.locator('button', { hasText: 'Skil dem ad' }).click();
    await strip.locator('button', { hasText: 'Skil ad' }).click();
    await expect.poll(() => strip.count()).toBe(0);
    expect((await read(`Patient/${known}`))['link']).toBeUndefined();
  });
});

describe('CAVE', () => {
  const openCave = async (name: string) => {
    const patient = await choose(page, name);
    await page.goto(`/patient/${patient}/diagnoses`);
    await page.locator('button', { hasText: 'Tilføj CAVE' }).waitFor();
  };
  const banner = () => page.locator('.banner').innerText();

  test('that nobody asked about is answered by one press', async () => {
    await openCave('Kjær');
    expect(await banner()).toContain('ikke spurgt');
    await page.locator('button', { hasText: 'Spurgt: ingen kendte' }).click();
    await expect.poll(banner).toContain('Ingen kendte');
  });

  test('tells which running drug it speaks against, is saved all the same, and leaves in two steps when it was wrong', async () => {
    await openCave('Kjær');
    await page.locator('button', { hasText: 'Tilføj CAVE' }).click();
    await page.locator('.cave-form input').first().fill('Penicillin');
    await page.locator('.cave-form input').nth(1).fill('Udslæt');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.cave-form').innerText()).toContain('pivmecillinam');
    expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
    await page.locator('.cave-form button', { hasText: 'Gem alligevel' }).click();
    await expect.poll(banner).toContain('Penicillin');
    await page.locator('.cave-row button', { hasText: 'Fejl' }).click();
    await page.locator('.wrong-entry input').fill('Forkert patient');
    await page.locator('.wrong-entry button', { hasText: 'Ja, markér' }).click();
    await expect.poll(banner).not.toContain('Penicillin');
  });
});

test.each(['da', 'en'] as const)('nothing is wrong or cut short in the dialog: %s', async (language) => {
  const own = await clinic.visit({ as: nurse, size: small, settings: { language } });
  await choose(own, 'Vestergaard');
  await row(own, 'Vestergaard').press('p');
  for (let at = 0; at < 4; at++) {
    await dialog(own).locator('.segments').first().locator('button').nth(at).click();
    expect([at, await axeFaults(own), await cutTexts(own)]).toEqual([at, [], []]);
  }
});

test('who may not move patients sees why', async () => {
  const own = await clinic.visit({ as: doctor });
  await rows(own).first().waitFor();
  // A doctor moves patients and cleans no beds.
  const clean = own.locator('.board .col-flow button').first();
  expect(await clean.getAttribute('title')).toContain('rolle');
});
