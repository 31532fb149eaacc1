// Every screen in both languages and both sizes: nothing that WCAG 2.2 A and AA forbid, and as fast as promised.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { axeFaults, cutTexts, doctor, post, startClinic, type Clinic } from './test/browser.ts';
import { openFirst } from './test/steps.ts';

let program: Program;
let clinic: Clinic;
let patient = '';
let ward = '';
/** A patient of another ward. */
let stranger = '';
let admin = { user: 'admin', password: '' };

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
  const page = await clinic.visit({ as: doctor });
  await page.locator('.name-cell a').first().waitFor();
  ward = new URL(page.url()).pathname;
  patient = (await page.locator('.name-cell a').first().getAttribute('href')) ?? '';
  admin = { user: 'admin', password: program.adminPassword ?? '' };
  const others = await strangers();
  stranger = `/patient/${others[0]}`;
  await post(page.context(), `Patient/${others[1]}/$break-glass`, {
    resourceType: 'Parameters',
    parameter: [{ name: 'reason', valueString: 'Set i modtagelsen' }],
  });
  await page.context().close();
});
afterAll(() => clinic.close());

async function strangers(): Promise<readonly string[]> {
  const answer = await fetch(
    `${program.url}/fhir/Encounter?location=Location/hvidovre-360&status=in-progress&_elements=subject`,
    { headers: { authorization: `Bearer ${await program.tokenOf('integration')}` } },
  );
  const { entry = [] } = (await answer.json()) as {
    entry?: { resource: { subject: { reference: string } } }[];
  };
  return entry.map(({ resource }) => resource.subject.reference.replace('Patient/', ''));
}

type Screen = {
  readonly name: string;
  readonly path: () => string;
  readonly ready: string;
  readonly act?: (page: Page) => Promise<void>;
};

const screens: readonly Screen[] = [
  { name: 'board', path: () => ward, ready: '.board td .tag' },
  {
    name: 'board with a chosen row',
    path: () => `${ward}?patient=${patient.split('/')[2]}`,
    ready: '.board td .tag',
  },
  { name: 'plan', path: () => `${ward}?view=plan`, ready: '.tile' },
  { name: 'big screen', path: () => `${ward}?view=big`, ready: '.big td' },
  { name: 'wards', path: () => '/wards', ready: '.ward-card' },
  { name: 'search', path: () => '/search?q=an', ready: '.finder-list li' },
  { name: 'overview', path: () => patient, ready: '.overview .row' },
  { name: 'medication', path: () => `${patient}/medication`, ready: '.drugs' },
  { name: 'medication chart', path: () => `${patient}/medication?view=grid`, ready: '.emar' },
  { name: 'results', path: () => `${patient}/results`, ready: '.results-table' },
  {
    name: 'trend',
    path: () => `${patient}/results`,
    ready: '.results-table',
    act: (page) => page.locator('.row-open').first().click(),
  },
  { name: 'notes', path: () => `${patient}/notes?write=true`, ready: '.note-list button' },
  { name: 'diagnoses', path: () => `${patient}/diagnoses`, ready: '.diagnoses td' },
  { name: 'course', path: () => `${patient}/course`, ready: '.course-row' },
  { name: 'menu', path: () => ward, ready: '.board td .tag', act: (page) => page.locator('.who').click() },
  {
    name: 'find box',
    path: () => ward,
    ready: '.board td .tag',
    act: (page) => page.keyboard.press('Control+k'),
  },
  { name: 'status', path: () => '/status', ready: 'dl' },
  { name: 'another ward', path: () => '/ward/bispebjerg-m2', ready: '.board tbody tr' },
  { name: 'plan of another ward', path: () => '/ward/bispebjerg-m2?view=plan', ready: '.tile' },
  { name: 'record that is not open', path: () => stranger, ready: '.asking' },
  {
    name: 'protected person by number',
    path: () => '/search?q=0101900000',
    ready: '.finder-list li',
    act: async (page) => {
      await page.locator('.finder-list li').first().click();
      await page.locator('.by-number').waitFor();
    },
  },
];

/** Of those who open no records. */
const deskScreens: readonly Screen[] = [
  { name: 'duties', path: () => '/', ready: '.duties' },
  { name: 'review', path: () => '/review', ready: '.review tbody tr' },
];

async function faultsOf(page: Page, list: readonly Screen[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const screen of list) {
    await page.goto(screen.path());
    await page.locator(screen.ready).first().waitFor();
    await screen.act?.(page);
    faults.push(...(await cutTexts(page)).map((text) => `${screen.name}: cut short: ${text}`));
    faults.push(...(await axeFaults(page)).map((fault) => `${screen.name}: ${fault}`));
    // What does not fit is reached inside its panel; the page itself never scrolls sideways.
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (wide > 0) faults.push(`${screen.name}: ${wide} px too wide`);
  }
  return faults;
}

const looks = [
  { language: 'da', theme: 'light', size: { width: 1920, height: 1080 } },
  { language: 'da', theme: 'dark', size: { width: 1280, height: 800 } },
  { language: 'en', theme: 'dark', size: { width: 1280, height: 800 } },
] as const;

for (const { language, theme, size } of looks) {
  describe(`${language}, ${theme}, ${size.width} × ${size.height}`, () => {
    test('log-in', async () => {
      const page = await clinic.visit({ size, settings: { language, theme } });
      await page.locator('.status-line').waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await page.context().close();
    });

    test('every screen', async () => {
      const page = await clinic.visit({ as: doctor, size, settings: { language, theme } });
      expect(await faultsOf(page, screens)).toEqual([]);
      await page.context().close();
    });

    test('every screen of those who open no records', async () => {
      const page = await clinic.visit({ as: admin, size, settings: { language, theme } });
      expect(await faultsOf(page, deskScreens)).toEqual([]);
      await page.context().close();
    });

    test('the locked screen', async () => {
      const page = await clinic.visit({ as: doctor, size, settings: { language, theme } });
      await page.locator('.board td .tag').first().waitFor();
      await page.locator('.who').click();
      await page
        .getByRole('menuitem', { name: language === 'da' ? 'Lås skærmen' : 'Lock the screen' })
        .click();
      await page.locator('.lock').waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await page.context().close();
    });
  });
}

test('the rows have three densities', async () => {
  const heights: number[] = [];
  for (const density of ['tight', 'normal', 'touch'] as const) {
    const page = await clinic.visit({
      as: doctor,
      size: { width: 1280, height: 800 },
      settings: { density },
    });
    await page.locator('.board td .tag').first().waitFor();
    // Of a row whose words stand on one line: which one that is depends on the hour.
    const rowHeights = await page
      .locator('.board tbody tr[tabindex]')
      .evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
    heights.push(Math.round(Math.min(...rowHeights)));
    await page.context().close();
  }
  expect(heights).toEqual([26, 32, 44]);
});

test('with gloves, what is pressed or written in is 44 px high on every page of a patient and a ward', async () => {
  const page = await clinic.visit({
    as: doctor,
    size: { width: 1280, height: 800 },
    settings: { density: 'touch' },
  });
  const patient = await openFirst(page);
  const chart = [
    '',
    '/vitals',
    '/medication?view=grid',
    '/medication?view=list',
    '/results',
    '/orders',
    '/notes',
  ];
  const pages = [...chart, '/letters', '/diagnoses', '/course'].map((one) => `/patient/${patient}${one}`);
  for (const path of [...pages, '/ward/herlev-b12', '/ward/herlev-b12/letters', '/inbox']) {
    await page.goto(path);
    await page.locator('.frame-main button').first().waitFor();
    await expect.poll(() => page.locator('.loading').count()).toBe(0);
    expect([path, await tooSmall(page)]).toEqual([path, []]);
  }
  await page.context().close();
});

/** A button in a row of segments shares its two pixels of border with the others. */
function tooSmall(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, select, input:not([type=checkbox])')]
      .filter((element) => element.checkVisibility() && element.closest('.unseen, .skip') === null)
      .filter((element) => element.getBoundingClientRect().height < 41.5)
      .map((element) => `${element.className} ${element.innerText.slice(0, 20)}`),
  );
}

test('the first load is within its budget', () => {
  const folder = join(import.meta.dirname, '../dist/web');
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const first = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? '');
  const kB = (file: string) => gzipSync(readFileSync(join(folder, file))).length / 1000;
  const total = first.reduce((sum, file) => sum + kB(file), 0);
  expect(first.length).toBeGreaterThan(0);
  expect(total).toBeGreaterThan(50);
  expect(total).toBeLessThan(300);
  // The curves come when somebody asks for one.
  expect(
    readdirSync(join(folder, 'assets')).some(
      (file) => file.startsWith('trend-chart') && file.endsWith('.js'),
    ),
  ).toBe(true);
});
