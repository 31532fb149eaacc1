/**
 * How fast is the clinic for the one who waits? The real program, the demo region and 400 imported patients, a real
 * Chromium on the same machine.
 *
 *   npm run bench -- clinic [../shared/synthea]
 *
 * Measured in the page, from the act that asks for something to the moment when all of it is drawn: the page says that it
 * shows the new one, no grey bar is left, and the frame after it has begun. Each chart and each board is another one, so
 * that nothing comes from the browser's memory. Bars (p95): chart 400 ms, ward board 500 ms, search 150 ms for each key;
 * first load at most 300 kB of JavaScript, gzipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { startProgram, type Program } from '../test/program.ts';
import { doctor, startClinic } from '../web/test/browser.ts';
import { givenUpMs, goTo, listen, msOf, quantile } from './screen.ts';

const project = join(import.meta.dirname, '..');
const source = process.argv[2] ?? join(project, '../shared/synthea');
const chartsMax = 80;
const typed = ['testesen', 'jensen', 'hansen', 'nielsen', 'kjær', 'møller', 'shields', 'sørensen'];

interface Found {
  readonly id: string;
  readonly subject?: { readonly reference?: string };
  readonly address?: readonly { readonly country?: string; readonly state?: string }[];
  readonly physicalType?: { readonly coding?: readonly { readonly code?: string }[] };
}

const program = await startProgram({ demo: 'on' });
const clinic = await startClinic(program, process.env['CHROMIUM']);
try {
  if (existsSync(source)) {
    const begun = performance.now();
    const imported = await program.command(
      'import',
      '--assign-cpr',
      '--skip',
      'Claim,ExplanationOfBenefit',
      source,
    );
    const took = ((performance.now() - begun) / 1000).toFixed(0);
    console.log(
      `${imported.code === 0 ? 'imported' : 'IMPORT FAILED'} in ${took} s: ${imported.stdout.trim().split('\n')[0] ?? ''}${imported.code === 0 ? '' : imported.stderr}`,
    );
  } else console.log(`${source} is not there: measured without imported patients`);
  const token = await program.tokenOf('integration');
  const places = await find(program, token, 'Location?_count=1000');
  const wards = places
    .filter((place) => place.physicalType?.coding?.some(({ code }) => code === 'wa') === true)
    .map(({ id }) => `/ward/${id}`);
  const stays = await find(program, token, 'Encounter?status=in-progress&_count=300');
  const inBed = unique(stays.flatMap((stay) => stay.subject?.reference ?? []));
  const imported = await find(program, token, 'Patient?address-state=Massachusetts&_count=200');
  const foreign = imported.map(({ id }) => `Patient/${id}`);
  // Charts and boards of all wards are measured, so the doctor has a reason for each.
  await openAll(program, [...inBed, ...foreign]);
  // Half of them from the beds, half from abroad with charts of decades, as far as there are any.
  const half = Math.min(chartsMax / 2, foreign.length);
  const charts = [...inBed.slice(0, chartsMax - half), ...foreign.slice(0, half)].map((one) =>
    one.replace('Patient/', '/patient/'),
  );

  const page = await clinic.visit({ as: doctor });
  await page.locator('.board tbody tr .tag').first().waitFor();
  await page.evaluate(listen);
  const chart = await goTo(page, charts, 'chart');
  const board = await goTo(page, wards, 'board');
  const search = await typeIn(page, typed);
  const rows: readonly (readonly [string, number, number, string])[] = [
    ['chart ready', quantile(chart, 0.95), 400, msOf(chart)],
    ['ward board ready', quantile(board, 0.95), 500, msOf(board)],
    ['search, each key', quantile(search, 0.95), 150, msOf(search)],
    ['first load', scriptsOfFirstLoad(), 300, 'kB of JavaScript, gzipped'],
  ];
  for (const [what, value, bar, unit] of rows)
    console.log(
      `${what.padEnd(18)} ${value.toFixed(0).padStart(5)} ${unit}; bar ${bar}: ${value <= bar ? 'passed' : 'FAILED'}`,
    );
  process.exitCode = rows.every(([, value, bar]) => value <= bar) ? 0 : 1;
} finally {
  await clinic.close();
}

async function find(from: Program, token: string, query: string): Promise<readonly Found[]> {
  const response = await fetch(`${from.url}/fhir/${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const bundle = JSON.parse(await response.text()) as { entry?: { resource: Found }[] };
  return (bundle.entry ?? []).map(({ resource }) => resource);
}

async function openAll(from: Program, patients: readonly string[]): Promise<void> {
  const headers = {
    authorization: `Bearer ${await from.token(doctor.user)}`,
    'content-type': 'application/fhir+json',
  };
  const parameter = [{ name: 'reason', valueString: 'How fast is the clinic' }];
  const body = JSON.stringify({ resourceType: 'Parameters', parameter });
  for (const patient of patients) {
    const { status } = await fetch(`${from.url}/fhir/${patient}/$break-glass`, {
      method: 'POST',
      headers,
      body,
    });
    if (status !== 200) throw new Error(`${patient} was not opened: ${status}`);
  }
}

/** Each letter of each name as a key press of its own, and after it the answer to it. */
async function typeIn(page: Page, names: readonly string[]): Promise<number[]> {
  await page.keyboard.press('Control+k');
  await page.locator('.finder-input').waitFor();
  const taken: number[] = [];
  for (const name of names) {
    // One letter is no question yet: two are the least that is asked.
    for (let letters = 2; letters <= name.length; letters++) {
      const ms = await page.evaluate(([text, most]) => holdfastWatch.type(text, most), [
        name.slice(0, letters),
        givenUpMs,
      ] as const);
      if (ms < 0) console.log(`no answer within ${givenUpMs / 1000} s: ${name.slice(0, letters)}`);
      taken.push(ms < 0 ? givenUpMs : ms);
    }
  }
  return taken;
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}

/** What the page itself asks for: its scripts and what they import at once. */
function scriptsOfFirstLoad(): number {
  const folder = join(project, 'dist/web');
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const files = Array.from(html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g), (match) => match[1] ?? '');
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0) / 1000;
}
