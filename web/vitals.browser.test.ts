// Vital signs in a real browser against the real program: a full set by keyboard, counted; what is wrong leaves in two steps;
// nothing that is typed is lost; the doctor's plan.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProgram, type Program } from '../test/program.ts';
import { axeFaults, cutTexts, doctor, logIn, nurse, startClinic, type Clinic } from './test/browser.ts';
import { patientOf, rows } from './test/steps.ts';

let program: Program;
let clinic: Clinic;
let token = '';
/** Who lies in the ward, by bed. */
let patients: readonly string[] = [];
/** A nurse at work; a fresh profile where a test is about logging in. */
let nurses: Page;

beforeAll(async () => {
  program = await startProgram({ demo: 'on' });
  clinic = await startClinic(program, process.env['CHROMIUM']);
  token = await program.tokenOf('integration');
  const stays = await ask('Encounter?location=Location/herlev-b12&status=in-progress&_count=100');
  const bedOf = (stay: Stored) => stay.location?.map(({ location }) => location.reference).join() ?? '';
  patients = [...stays]
    .sort((a, b) => bedOf(a).localeCompare(bedOf(b), 'da'))
    .map(({ subject }) => subject?.reference.replace('Patient/', '') ?? '');
  nurses = await clinic.visit({ as: nurse, size: { width: 1280, height: 800 } });
});
afterAll(() => clinic.close());

type Stored = {
  readonly id: string;
  readonly status: string;
  readonly valueInteger?: number;
  readonly effectiveDateTime?: string;
  readonly derivedFrom?: readonly unknown[];
  readonly note?: readonly { readonly text: string }[];
  readonly subject?: { readonly reference: string };
  readonly location?: readonly { readonly location: { readonly reference: string } }[];
};
async function ask(url: string): Promise<readonly Stored[]> {
  const answer = await fetch(`${program.url}/fhir/${url}`, { headers: { authorization: `Bearer ${token}` } });
  const bundle = (await answer.json()) as { entry?: { resource: Stored }[] };
  return (bundle.entry ?? []).map(({ resource }) => resource);
}
const scoresOf = (patient: string) =>
  ask(`Observation?patient=${patient}&code=http://snomed.info/sct|1104051000000101&_sort=-date&_count=5`);

/** Counts what the hands do from now on. */
function counted(page: Page) {
  let presses = 0;
  return {
    press: (key: string) => ((presses += 1), page.keyboard.press(key)),
    type: (text: string) => page.keyboard.type(text),
    count: () => presses,
  };
}
const values = ['24', '93', '2', '10565', '112', 'a', '388'] as const;
const entry = (page: Page) => page.locator('.entry');
const field = (page: Page, name: string) => entry(page).getByLabel(name, { exact: false }).first();
const openVitals = async (page: Page, bed: number, search = '') => {
  const patient = patients[bed] ?? '';
  await page.goto(`/patient/${patient}/vitals${search}`);
  await page.locator('.chart-table').waitFor();
  return patient;
};

async function changeUser(page: Page, to: typeof nurse | typeof doctor) {
  await page.context().request.delete('/session');
  await page.goto('/');
  await logIn(page, to);
}

describe('a full set', () => {
  test('is one press from the board, seven values and one press: the score beside it, what to do said at once', async () => {
    const page = nurses;
    await page.goto('/ward/herlev-b12');
    await rows(page).first().waitFor();
    await rows(page).first().focus();
    const hands = counted(page);
    await hands.press('v');
    await entry(page).waitFor();
    const patient = patientOf(page);
    await page.locator('.entry-field .faint', { hasText: 'sidst' }).first().waitFor();
    for (const value of values.slice(0, -1)) {
      await hands.type(value);
      await hands.press('Enter');
    }
    await entry(page).getByText('mangler temperatur').waitFor();
    expect(await entry(page).locator('.entry-score').innerText()).toMatch(
      /Ufuldstændig: 9 point indtil nu, ingen EWS/,
    );
    await hands.type('388');
    await entry(page)
      .locator('.entry-score', { hasText: /NEWS2\s*10/ })
      .waitFor();
    const points = await entry(page).locator('.points .tag').allInnerTexts();
    expect(points.map((text) => text.split(/\s/)[0])).toEqual(['+2', '+2', '+2', '+1', '+2', '+0', '+1']);
    await hands.press('Control+Enter');
    await page.locator('.after-save').waitFor();
    // 1 to open, 6 between the seven values, 1 to sign.
    expect(hands.count()).toBe(8);
    expect(await page.getByRole('alert').innerText()).toMatch(
      /Gemt på serveren.*EWS\s*10\s*Ring straks til bagvagt og akutteam/s,
    );
    const [newest] = await scoresOf(patient);
    expect([newest?.valueInteger, newest?.derivedFrom?.length]).toEqual([10, 7]);
    // It is on the chart and in the banner by itself.
    await page.locator('.banner', { hasText: /EWS.*10/s }).waitFor();
    expect(await page.locator('.chart-score td').first().innerText()).toContain('10');
    expect(await axeFaults(page)).toEqual([]);
    expect(await cutTexts(page)).toEqual([]);
  });

  test('is kept while it is typed: after a reload, and when the user comes back after another, whose it is not', async () => {
    const page = await clinic.visit({ as: nurse });
    const patient = await openVitals(page, 2, '?entry=open');
    await field(page, 'Respiration').fill('18');
    await field(page, 'Puls').fill('77');
    await page.reload();
    await page.locator('.chart-table').waitFor();
    expect([await field(page, 'Respiration').inputValue(), await field(page, 'Puls').inputValue()]).toEqual([
      '18',
      '77',
    ]);
    await changeUser(page, doctor);
    await page.goto(`/patient/${patient}/vitals?entry=open`);
    await page.locator('.chart-table').waitFor();
    expect(await field(page, 'Respiration').inputValue()).toBe('');
    await changeUser(page, nurse);
    await page.goto(`/patient/${patient}/vitals?entry=open`);
    await page.locator('.chart-table').waitFor();
    expect(await field(page, 'Respiration').inputValue()).toBe('18');
    await page.context().close();
  });

  test('whose answer never came is stored once, and its fields are empty after a reload', async () => {
    const page = nurses;
    const patient = await openVitals(page, 3, '?entry=open');
    await page.locator('.entry-field .faint', { hasText: 'sidst' }).first().waitFor();
    const before = (await scoresOf(patient))[0]?.id;
    // The act reaches the server; its answer does not reach us.
    await page.route('**/fhir', async (route) => {
      if (route.request().headers()['idempotency-key'] === undefined) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await field(page, 'Respiration').focus();
    for (const value of ['16', '97', '0', '12080', '70', 'a', '37']) {
      await page.keyboard.type(value);
      await page.keyboard.press('Enter');
    }
    await page.keyboard.press('Control+Enter');
    await entry(page).getByText('ukendt, om det er gemt').waitFor();
    expect(await page.locator('.after-save').count()).toBe(0);
    await page.unroute('**/fhir');
    await page.reload();
    await page.locator('.chart-table').waitFor();
    await entry(page).getByText('NEWS2 beregnes, når alle syv er målt.').waitFor();
    expect(await field(page, 'Respiration').inputValue()).toBe('');
    const [newest, second] = await scoresOf(patient);
    expect([newest?.valueInteger, second?.id]).toEqual([0, before]);
  });

  test('says in place what cannot be, and cannot be signed until it is mended', async () => {
    const page = nurses;
    await openVitals(page, 4, '?entry=open');
    await field(page, 'SpO₂').fill('101');
    await field(page, 'Puls').fill('25');
    await entry(page).getByText('Umulig værdi: fra 0 til 100').waitFor();
    await entry(page).getByText('Usædvanlig værdi: rigtig?').waitFor();
    const save = entry(page).getByRole('button', { name: /Gem/ });
    expect(await save.getAttribute('title')).toBe('Ret de markerede felter først.');
    expect(await axeFaults(page)).toEqual([]);
  });
});

describe('a wrong entry', () => {
  test('leaves chart, score and board in two steps with a reason, and stands struck through in the history', async () => {
    const page = nurses;
    const patient = await openVitals(page, 0);
    const [wrong, right] = await scoresOf(patient);
    await page.locator('.chart-table thead button').first().click();
    await page.getByRole('button', { name: 'Markér som fejlindtastet' }).click();
    const sure = page.getByRole('button', { name: /Ja, markér som fejlindtastet/ });
    expect(await sure.getAttribute('title')).toBe('Skriv hvorfor det er forkert.');
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel('Hvorfor er det forkert?').fill('Målt på nabopatienten');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Vis fejlindtastede (1)' }).waitFor();
    const [now] = (await scoresOf(patient)).filter(({ status }) => status !== 'entered-in-error');
    expect(now?.id).toBe(right?.id);
    const answer = await ask(`Observation?_id=${wrong?.id}`);
    expect(answer[0]).toMatchObject({
      status: 'entered-in-error',
      note: [{ text: 'Målt på nabopatienten' }],
    });
    await page.locator('.banner', { hasText: new RegExp(`EWS.*${right?.valueInteger}`, 's') }).waitFor();
    await page.getByRole('button', { name: 'Vis fejlindtastede (1)' }).click();
    const struck = page.locator('.chart-table thead .struck');
    await struck.first().waitFor();
    expect(await page.locator('.chart-table tbody .struck').count()).toBeGreaterThan(5);
    await struck.first().click();
    await page.locator('.set-detail', { hasText: 'Målt på nabopatienten' }).waitFor();
    await page.goto('/');
    await rows(page).first().waitFor();
    await rows(page)
      .first()
      .locator('.col-ews', { hasText: String(right?.valueInteger) })
      .waitFor();
  });
});

describe('the doctor’s plan', () => {
  test('is a doctor’s to write; the score that counts it says justeret everywhere', async () => {
    const page = nurses;
    const patient = await openVitals(page, 1);
    const adjust = page.getByRole('button', { name: /^Justér/ });
    expect(await adjust.getAttribute('title')).toBe('Kun læger justerer EWS.');
    const asDoctor = await clinic.visit({ as: doctor });
    await asDoctor.goto(`/patient/${patient}/vitals`);
    await asDoctor.locator('.chart-table').waitFor();
    await asDoctor.getByRole('button', { name: /^Justér/ }).click();
    await asDoctor.getByLabel('Systolisk blodtryk fra').fill('85');
    await asDoctor.getByLabel('Begrundelse').fill('Vanligt lavt blodtryk');
    expect(await axeFaults(asDoctor)).toEqual([]);
    await asDoctor.getByRole('button', { name: /Underskriv/ }).click();
    await asDoctor.getByText('Systolisk blodtryk fra 85 accepteres').waitFor();
    // The nurse is told by the feed, and measures by the plan.
    await page.getByText('Systolisk blodtryk fra 85 accepteres').waitFor();
    await page.getByRole('button', { name: 'Mål vitale værdier' }).click();
    await page.locator('.entry-field .faint', { hasText: 'sidst' }).first().waitFor();
    for (const value of ['16', '97', '0', '8860', '70', 'a', '37']) {
      await page.keyboard.type(value);
      await page.keyboard.press('Enter');
    }
    await entry(page)
      .locator('.entry-score', { hasText: /NEWS2\s*0\s*justeret/ })
      .waitFor();
    await page.keyboard.press('Control+Enter');
    await page.locator('.after-save', { hasText: 'justeret' }).waitFor();
    await page.locator('.banner', { hasText: 'justeret' }).waitFor();
    await page.locator('.chart-score td', { hasText: 'justeret' }).first().waitFor();
    // The doctor's board has it by the feed, and its cell opens the chart with Enter.
    await asDoctor.goto('/');
    const cell = rows(asDoctor).nth(1).locator('.col-ews', { hasText: 'justeret' });
    await cell.waitFor();
    await rows(asDoctor).nth(1).focus();
    await asDoctor.keyboard.press('ArrowRight');
    await asDoctor.keyboard.press('Enter');
    await asDoctor.locator('.chart-table').waitFor();
    expect(patientOf(asDoctor)).toBe(patient);
    await asDoctor.getByRole('button', { name: 'Afslut justering' }).click();
    await asDoctor.getByText('Ingen justering. Skemaet gælder.').waitFor();
    const [plan] = await ask(`CarePlan?patient=${patient}&_sort=-date&_count=1`);
    expect(plan?.status).toBe('revoked');
    await asDoctor.context().close();
  });
});

describe('where no table fits', () => {
  test('a child is measured and not scored, and the board and the page say why', async () => {
    const page = await clinic.visit({ as: nurse, settings: { language: 'en' } });
    const [stay] = await ask('Encounter?location=Location/herlev-b12&status=in-progress&_count=1');
    const id = stay?.subject?.reference.replace('Patient/', '') ?? '';
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' };
    const url = `${program.url}/fhir/Patient/${id}`;
    const stored = (await (await fetch(url, { headers })).json()) as object;
    const body = JSON.stringify({ ...stored, birthDate: '2016-03-01' });
    expect((await fetch(url, { method: 'PUT', headers, body })).status).toBe(200);
    await page.goto(`/patient/${id}/vitals?entry=open`);
    await entry(page).getByText('EWS not scored: NEWS2 is not for children under 16').waitFor();
    expect(await page.locator('.chart-svg rect').count()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
    expect(await cutTexts(page)).toEqual([]);
    await page.context().close();
  });
});
