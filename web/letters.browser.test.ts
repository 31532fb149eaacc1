// Letters in a real browser against the real program: owed by the discharge, built from the record, signed, corrected; two at one
// draft; and a referral that comes in.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { axeFaults, cutTexts, doctor, nurse, startClinic, type Clinic } from './test/browser.ts';
import { patientOf, rows } from './test/steps.ts';

let program: Program;
let clinic: Clinic;
let token = '';
let page: Page;
let nursesPage: Page;
const small = { width: 1280, height: 800 } as const;

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
  token = await program.tokenOf('integration');
  [page, nursesPage] = await Promise.all([
    clinic.visit({ as: doctor, size: small }),
    clinic.visit({ as: nurse, size: small, settings: { language: 'en' } }),
  ]);
});
afterAll(() => clinic.close());

type Tree = { readonly [name: string]: unknown };
async function send(method: string, url: string, body?: object): Promise<Tree> {
  const answer = await fetch(`${program.url}/fhir/${url}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Tree;
}
const found = async (url: string) =>
  ((await send('GET', url))['entry'] as { resource: Tree }[] | undefined)?.map(({ resource }) => resource) ??
  [];

const editor = (of: Page) => of.locator('.letter-editor');
const section = (of: Page, name: string): Locator => editor(of).locator(`textarea[aria-label="${name}"]`);
const button = (of: Page, name: string): Locator => of.locator('button', { hasText: name });
const editorIsOpen = (of: Page) => editor(of).locator('.letter-sections').waitFor();

describe('a discharge letter', () => {
  let patient = '';

  test('is owed by the discharge, built and signed in five presses from the board', async () => {
    await page.goto('/ward/herlev-b12');
    const row = rows(page).filter({ hasText: 'Dahl' }).first();
    await row.locator('td').first().click(); // 1: the row
    await expect.poll(() => patientOf(page)).not.toBe('');
    patient = patientOf(page);
    await row.press('p'); // 2
    await page.locator('.stay-dialog .segments button', { hasText: 'Udskriv' }).click(); // 3
    await button(page, 'Udskriv og skriv epikrise').click(); // 4
    await editorIsOpen(page);
    const [owed] = await found(`Task?patient=${patient}&code=https://holdfast.dk/fhir/task-kind|letter-due`);
    expect(owed?.['status']).toBe('requested');
    expect(await section(page, 'Diagnoser').inputValue()).toContain('Aktionsdiagnose: D');
    expect(await section(page, 'Forløb').inputValue()).toContain('Udskrevet');
    expect(await section(page, 'Medicin').inputValue()).toMatch(/Fortsætter uændret:|Nyt:/);
    expect(await editor(page).locator('.letter-sources').first().innerText()).toContain('Diagnose');
    expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
    await page.keyboard.press('Control+Enter'); // 5
    await expect
      .poll(() => page.locator('.letter .letter-tags').innerText())
      .toContain('klar til afsendelse');
    expect(await page.locator('.letter').innerText()).toContain('Underskrevet af Anne Lund');
    // Nothing has sent it, and nothing says so.
    expect((await page.locator('.letters').innerText()).replaceAll('afsendelse', '')).not.toContain('sendt');
    const [ended] = await found(`Task?patient=${patient}&code=https://holdfast.dk/fhir/task-kind|letter-due`);
    expect(ended?.['status']).toBe('completed');
    expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
  });

  test('is corrected by a new version, and the first one is replaced and is not sent', async () => {
    await button(page, 'Ret: skriv en ny udgave').click();
    await section(page, 'Til egen læge').fill('Kontrol af kalium om en uge.');
    // It goes to several in one document; whoever was added by mistake is removed before it is signed.
    const add = () => button(page, '+ Modtager').click();
    const also = page.getByLabel('Også til');
    await add();
    await also.fill('Herlev Kommune, hjemmesygeplejen');
    await add();
    await also.nth(1).fill('Forkert Klinik');
    await add();
    await also.nth(2).fill('Plejehjemmet Solbo');
    await page.locator('.letter-other button', { hasText: 'Forkert Klinik' }).click();
    await expect.poll(() => also.count()).toBe(2);
    expect(await also.nth(1).inputValue()).toBe('Plejehjemmet Solbo');
    expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => page.locator('.letter').innerText()).toContain('Kontrol af kalium');
    for (const name of ['Herlev Kommune, hjemmesygeplejen', 'Plejehjemmet Solbo'])
      expect(await page.locator('.letter').innerText()).toContain(name);
    const [written] = await found(`Composition?patient=${patient}&status=amended`);
    const ways = await found(`Task?focus=Composition/${String(written?.['id'])}`);
    expect(ways).toHaveLength(3);
    await expect
      .poll(() => page.locator('.letter-list').innerText())
      .toContain('Erstattet af en rettet udgave');
  });

  test('that was wrong leaves in two steps with a reason, and is owed again', async () => {
    await button(page, 'Fejlskrevet …').click();
    await page.locator('.letter-wrong input').fill('Forkert forløb');
    await button(page, 'Brevet er fejlskrevet').click();
    await expect.poll(() => page.locator('.letter').innerText()).toContain('Fejlskrevet: Forkert forløb');
    await page.goto('/ward/herlev-b12/letters');
    // The first version stands no more than the second: both are out of the way.
    await expect.poll(() => page.locator('.ward-letters').innerText()).toContain('over fristen');
    expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
  });
});

describe('a draft', () => {
  test('tells that a fact has changed since, and does not swap it', async () => {
    await page.goto('/ward/herlev-b12');
    await rows(page).filter({ hasText: 'Holm' }).first().locator('.name-cell a').click();
    await expect.poll(() => patientOf(page)).not.toBe('');
    const patient = patientOf(page);
    await page.locator('.tabs a', { hasText: 'Breve' }).click();
    await page.locator('.bar button', { hasText: 'Epikrise' }).click();
    await editorIsOpen(page);
    const before = await section(page, 'Diagnoser').inputValue();
    await send('POST', 'Condition', {
      resourceType: 'Condition',
      subject: { reference: `Patient/${patient}` },
      code: { text: 'Hypokaliæmi' },
      category: [{ coding: [{ code: 'problem-list-item' }] }],
    });
    const note = editor(page).locator('.letter-changed');
    await note.waitFor();
    expect(await note.innerText()).toContain('Diagnoser er ændret i journalen');
    expect(await section(page, 'Diagnoser').inputValue()).toBe(before);
    // It is not signed before somebody decided.
    expect(
      await editor(page).locator('.button.primary', { hasText: 'Underskriv' }).getAttribute('title'),
    ).toContain('hent det igen');
    await button(page, 'Hent igen: brug det nye').click();
    expect(await section(page, 'Diagnoser').inputValue()).toContain('Hypokaliæmi');
  });

  test('lies on the device over a reload; stored, a colleague goes on with it, and of two the second sees what changed', async () => {
    await section(page, 'Forløb').fill('Lægens tekst');
    await page.reload();
    await editorIsOpen(page);
    expect(await section(page, 'Forløb').inputValue()).toBe('Lægens tekst');
    await button(page, 'Gem som fælles kladde').click();
    await page.locator('.letter-list', { hasText: 'fælles kladde' }).waitFor();
    const address = `/patient/${patientOf(page)}/letters`;
    await nursesPage.goto(address);
    await nursesPage.locator('.letter-list button', { hasText: 'shared draft' }).click();
    await editorIsOpen(nursesPage);
    await page.locator('.letter-list button', { hasText: 'fælles kladde' }).click();
    await editorIsOpen(page);
    await section(page, 'Forløb').fill('Lægens nye tekst');
    await section(nursesPage, 'To the general practitioner').fill('Sygeplejerskens ord');
    await button(nursesPage, 'Save as shared draft').click();
    const theirs = page.locator('.letter-theirs');
    await theirs.waitFor();
    expect(await theirs.innerText()).toContain('Mette Krogh');
    expect(await theirs.innerText()).toContain('Sygeplejerskens ord');
    await theirs.locator('button', { hasText: 'Brug kollegaens afsnit' }).last().click();
    await theirs.locator('button', { hasText: /^Fortsæt med min tekst$/ }).click();
    await button(page, 'Gem som fælles kladde').click();
    await expect.poll(() => editor(page).count()).toBe(0);
    const [stored] = await found(`Composition?patient=${patientOf(page)}&status=preliminary`);
    expect(JSON.stringify(stored)).toContain('Lægens nye tekst');
    expect(JSON.stringify(stored)).toContain('Sygeplejerskens ord');
    // A nurse signs no discharge letter, and sees why.
    await nursesPage.goto(`${address}?write=discharge-letter`);
    await editorIsOpen(nursesPage);
    expect(await button(nursesPage, 'Sign').last().getAttribute('title')).toContain('role');
    expect([await axeFaults(nursesPage), await cutTexts(nursesPage)]).toEqual([[], []]);
  });
});

describe('a referral', () => {
  test('goes to a department, whose people see it, and accept it by one press', async () => {
    const address = `/patient/${patientOf(page)}/letters?write=referral`;
    await page.goto(address);
    await editorIsOpen(page);
    await section(page, 'Henvisningsårsag og spørgsmål').fill('Vurdering af hjertesvigt');
    const to = editor(page).locator('.letter-head input').first();
    const department = await page
      .locator('datalist option')
      .filter({ hasText: /Medicinske Sygdomme, Herlev/ })
      .innerText();
    await to.fill(department);
    await section(page, 'Henvisningsårsag og spørgsmål').press('Control+Enter');
    await expect
      .poll(() => page.locator('.letter .letter-tags').innerText())
      .toContain('klar til afsendelse');
    await page.goto('/ward/herlev-b12/letters');
    const mine = page.locator('.incoming li', { hasText: 'Vurdering af hjertesvigt' });
    await mine.locator('button', { hasText: 'Modtag' }).click();
    await expect.poll(() => mine.count()).toBe(0);
  });

  test('opens the record to who it is sent to, and is rejected with a reason', async () => {
    // Somebody of the emergency department, whom this ward has nothing to do with but for the referral.
    await nursesPage.goto('/ward/herlev-b12/letters');
    const first = nursesPage.locator('.incoming li').first();
    await first.waitFor();
    const [link] = await first.locator('a').all();
    const address = await link?.getAttribute('href');
    const before = await nursesPage.locator('.incoming li').count();
    expect([await axeFaults(nursesPage), await cutTexts(nursesPage)]).toEqual([[], []]);
    await first.locator('button', { hasText: 'Reject …' }).click();
    await first.locator('.letter-wrong input').fill('Mangler EKG');
    await button(nursesPage, 'Reject the referral').click();
    await expect.poll(() => nursesPage.locator('.incoming li').count()).toBe(before - 1);
    await nursesPage.goto(address ?? '');
    await nursesPage.locator('.letter').waitFor();
    expect(await nursesPage.locator('.letter').innerText()).toContain('rejected – Mangler EKG');
  });
});
