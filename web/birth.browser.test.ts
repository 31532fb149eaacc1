// The partogram in a real browser against the real program: an examination by keyboard, counted; a wrong entry; paper.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { axeFaults, cutTexts, startClinic, type Clinic } from './test/browser.ts';

let program: Program;
let clinic: Clinic;
let token = '';
let page: Page;
let mother = '';

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
  token = await program.tokenOf('integration');
  // Who is giving birth now: examined, and no child yet.
  const stays = await ask<{ id: string; subject: { reference: string } }>(
    'Encounter?location=Location/hvidovre-312&status=in-progress&_count=100',
  );
  for (const { subject } of stays) {
    const seen = await labourOf(subject.reference.replace('Patient/', ''));
    const codes = seen.map(({ code }) => code.coding[0]?.code);
    if (codes.includes('dilatation') && !codes.includes('birth'))
      mother = subject.reference.replace('Patient/', '');
  }
  page = await clinic.visit({
    as: { user: 'karen.toft', password: 'holdfast' },
    size: { width: 1280, height: 800 },
  });
});
afterAll(() => clinic.close());

type Stored = {
  readonly status: string;
  readonly code: { readonly coding: readonly { readonly code: string }[] };
  readonly valueQuantity?: { readonly value: number };
  readonly extension?: readonly { readonly valueCode?: string }[];
};
async function ask<Type>(url: string): Promise<readonly Type[]> {
  const answer = await fetch(`${program.url}/fhir/${url}`, { headers: { authorization: `Bearer ${token}` } });
  const bundle = (await answer.json()) as { entry?: { resource: Type }[] };
  return (bundle.entry ?? []).map(({ resource }) => resource);
}
const labourOf = (patient: string) =>
  ask<Stored>(`Observation?patient=${patient}&category=https://holdfast.dk/fhir/partogram|labour&_count=300`);
const field = (name: string) => page.locator('.entry').getByLabel(name, { exact: false }).first();
const open = async () => {
  await page.goto(`/patient/${mother}/birth`);
  await page.locator('.partogram').waitFor();
};

test('an examination is one press, its values and one press, and the curve goes on', async () => {
  await open();
  expect(await page.locator('.bar').innerText()).toContain('Til venstre for alarmlinjen: 8 cm');
  expect(await page.locator('.partogram .pg-cross').count()).toBe(3);
  expect(await axeFaults(page)).toEqual([]);
  expect(await cutTexts(page)).toEqual([]);
  let presses = 0;
  const press = (key: string) => ((presses += 1), page.keyboard.press(key));
  await page.getByRole('button', { name: 'Undersøg' }).focus();
  await press('Enter');
  for (const value of ['105', '4', '50', '7']) {
    await page.locator('.entry input:focus').waitFor();
    await page.keyboard.type(value);
    await page.keyboard.press('Enter');
  }
  // What cannot be is said in place; what is strange is asked about.
  await page.locator('.entry').getByText('Mindre end sidst (8 cm): målt igen?').waitFor();
  await page.locator('.entry').getByText('uden for grænserne').first().waitFor();
  await field('Orificium').fill('12');
  await page.locator('.entry').getByText('Umulig værdi: fra 0 til 10').waitFor();
  await field('Orificium').fill('9');
  await field('Stand').fill('+1');
  expect(await axeFaults(page)).toEqual([]);
  // It is kept while it is typed.
  await page.reload();
  await page.locator('.partogram').waitFor();
  expect(await field('Orificium').inputValue()).toBe('9');
  await field('Mors puls').focus();
  await press('Control+Enter');
  await page.locator('.after-save', { hasText: 'Gemt på serveren' }).waitFor();
  expect(presses).toBe(2);
  expect(await page.locator('.partogram .pg-cross').count()).toBe(4);
  expect(await page.locator('.look-table tbody tr').first().innerText()).toMatch(/9\s+\+1\s+4\s+50\s+105/);
});

test('two hearts are told apart', async () => {
  await page.goto(`/patient/${mother}/birth?entry=open`);
  await page.getByRole('button', { name: 'To fostre' }).click();
  await field('Hjertelyd A').fill('140');
  await field('Hjertelyd B').fill('128');
  await page.keyboard.press('Control+Enter');
  await page.locator('.after-save').waitFor();
  await page.locator('.partogram .pg-dot.pg-second').waitFor();
  const hearts = (await labourOf(mother)).filter(({ extension }) => extension !== undefined);
  expect(
    hearts
      .map((one) => [one.extension?.[0]?.valueCode, one.valueQuantity?.value])
      .toSorted(([a = ''], [b = '']) => String(a).localeCompare(String(b))),
  ).toEqual([
    ['A', 140],
    ['B', 128],
  ]);
});

test('what was wrong leaves the curve in two steps with a reason, and stands struck through when asked for', async () => {
  await open();
  const row = page.locator('.look-table tbody tr', { hasText: '105' }).first();
  await row.getByRole('button').click();
  await page.getByRole('button', { name: 'Markér som fejlindtastet' }).click();
  await page.getByLabel('Hvorfor er det forkert?').fill('Undersøgt på nabostuen');
  expect(await axeFaults(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Vis fejlindtastede (1)' }).click();
  await page.locator('.look-table tr.struck').waitFor();
  expect(await page.locator('.partogram .pg-cross').count()).toBe(3);
  // What a colleague wrote is not hers to mark.
  await page.locator('.look-table tbody tr', { hasText: 'klart' }).last().getByRole('button').click();
  const mark = page.getByRole('button', { name: 'Markér som fejlindtastet' });
  expect(await mark.getAttribute('title')).toBe('Kun den, der skrev det, kan markere det som forkert.');
});

test('the birth ends it, and it is printed on one page of A4', async () => {
  await open();
  await page.getByRole('button', { name: 'Flyt, orlov, udskriv' }).first().click();
  await page
    .getByRole('button', { name: /Fødsel/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Pige', exact: true }).click();
  await page.getByRole('button', { name: 'Registrér fødslen' }).click();
  await page.locator('.bar', { hasText: 'Født' }).waitFor();
  expect(await page.locator('.partogram .pg-happened.birth').count()).toBe(1);
  const paper = await page.pdf({ format: 'A4' });
  expect(paper.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
});
