// The medication card beside the ward, in a real browser against the real program and a stand-in of FMK, with presses counted.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '#fhir/json.ts';
import type { DrugMedication } from '#fhir/medication-card/card.ts';
import { contentOf } from '#fhir/medication-card/shape.ts';
import { changedSince } from '#sim/fmk/changed-since.ts';
import { startFmkPeer, type FmkPeer, type Mood } from '#sim/fmk/peer.ts';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { axeFaults, cutTexts, doctor, startClinic, type Clinic } from './test/browser.ts';

let peer: FmkPeer;
let program: Program;
let clinic: Clinic;
let page: Page;
let token = '';
let patient = '';
let cpr = '';
let mood: Mood = 'answer';
/** What makes changedSince put a drug on the card that the ward does not know. */
const oneMore = 2;

type Known = Json & {
  readonly id: string;
  readonly resourceType: string;
  readonly subject?: { readonly reference: string };
  readonly identifier?: readonly { readonly value: string }[];
};

beforeAll(async () => {
  peer = await startFmkPeer({
    mood: () => mood,
    seed: async (personIdentifier) => ({
      personIdentifier,
      version: 1,
      drugMedications: changedSince(
        (await home()).map((request): DrugMedication => ({
          ...contentOf(request),
          identifier: request.identifier?.[0]?.value ?? '',
          version: 1,
          status: 'active',
          begin: '2026-01-05T08:00:00Z',
          by: 'Lægehuset',
        })),
        oneMore,
      ),
    }),
  });
  program = await startDemo({ env: { HOLDFAST_FMK_URL: peer.url } });
  clinic = await startClinic(program, process.env['CHROMIUM']);
  token = await program.tokenOf('integration');
  const stays = await ask('Encounter?location=Location/herlev-b12&status=in-progress&_count=100');
  for (const stay of stays) {
    patient = stay.subject?.reference.replace('Patient/', '') ?? '';
    if ((await home()).length >= 2) break;
  }
  cpr = (await ask(`Patient?_id=${patient}`))[0]?.identifier?.[0]?.value ?? '';
  page = await clinic.visit({ as: doctor });
}, 110_000);
afterAll(async () => {
  await clinic.close();
  await peer.close();
});

async function ask(url: string): Promise<readonly Known[]> {
  const answer = await fetch(`${program.url}/fhir/${url}`, { headers: { authorization: `Bearer ${token}` } });
  const bundle = (await answer.json()) as { entry?: { resource: Known }[] };
  return (bundle.entry ?? []).map(({ resource }) => resource);
}
const home = () => ask(`MedicationRequest?patient=${patient}&category=community&status=active&_count=50`);
const statusOnCard = async (name: string) =>
  (await peer.cardOf(cpr))?.drugMedications.find(({ drug }) => drug.name === name)?.status;
const openList = async () => {
  await page.goto(`/patient/${patient}/medication`);
  await page.getByRole('heading', { name: 'Medicin nu' }).waitFor();
};
const faults = async () => [...(await axeFaults(page)), ...(await cutTexts(page))];

test('differences are one press away; a drug of the card is on the ward by one more and the signature', async () => {
  await openList();
  await page.getByText(/^FMK pr\. /).waitFor();
  // 1: the differences. Nothing is chosen there.
  await page.getByRole('button', { name: /^FMK-forskelle \d+$/ }).click();
  const row = page.getByRole('row', { name: /calcium med vitamin D.*Mangler på afdelingen/ });
  await row.waitFor();
  expect(await page.locator('.card-differences [aria-pressed=true]').count()).toBe(0);
  expect(await faults()).toEqual([]);
  // 2: take it. 3: sign. Pausing on the card is one press more.
  await row.getByRole('button', { name: 'Tag' }).click();
  await row.getByRole('checkbox', { name: /Pausér på FMK/ }).check();
  const sign = page.getByRole('button', { name: /^Godkend \d valg/ });
  await expect.poll(() => sign.getAttribute('aria-disabled')).toBeNull();
  await page.keyboard.press('Control+Enter');
  await page.getByText('bekræftet på FMK').waitFor();
  expect(await statusOnCard('UNIKALK')).toBe('paused');
  await openList();
  await page.locator('.drugs tr', { hasText: 'calcium med vitamin D' }).waitFor();
});

test('when FMK is away the copy and its time are shown, and so is what waits; it is brought when FMK is back', async () => {
  mood = 'break';
  await openList();
  await page.getByRole('button', { name: 'Hent FMK' }).click();
  await page.getByText(/FMK kunne ikke hentes – kopi pr\. /).waitFor();
  await page.getByRole('button', { name: 'Beslut udskrivningsmedicin' }).click();
  await page.getByRole('heading', { name: 'Udskrivningsmedicin' }).waitFor();
  expect(await faults()).toEqual([]);
  const sign = page.getByRole('button', { name: /^Godkend \d+ linje/ });
  expect(await sign.getAttribute('aria-disabled')).toBe('true');
  for (const quick of [/^Fortsæt \d+ ens$/, /^\d+ kun under indlæggelsen$/]) {
    const button = page.getByRole('button', { name: quick });
    if ((await button.count()) > 0) await button.click();
  }
  for (;;) {
    const open = page.locator('.card-differences tbody tr:not(:has([aria-pressed=true]))');
    if ((await open.count()) === 0) break;
    const row = open.first();
    const isCalcium = (await row.innerText()).includes('calcium');
    const choice = row.getByRole('button', { name: isCalcium ? 'Seponér' : 'Fortsæt' });
    const name = (await row.locator('b').first().innerText()).trim();
    await choice.click();
    const chosen = page.locator('.card-differences tbody tr', { hasText: name }).first();
    if (isCalcium) await chosen.getByRole('button', { name: 'Ikke længere behov' }).click();
  }
  await expect.poll(() => sign.getAttribute('aria-disabled')).toBeNull();
  await page.keyboard.press('Control+Enter');
  await page.getByText(/ændring venter på FMK|ændringer venter på FMK/).waitFor();
  await page.getByText('klar til FMK').first().waitFor();
  expect(await faults()).toEqual([]);
  // On every page, and one press from whose they are.
  await page
    .locator('.frame-state')
    .getByText(/^⇧ FMK: \d+ venter, ældste \d+ min$/)
    .click();
  await page.locator('.row', { hasText: 'klar til FMK' }).first().waitFor();
  expect(await faults()).toEqual([]);
  await openList();
  mood = 'answer';
  await page.getByText('bekræftet på FMK').first().waitFor();
  await page.getByText(/venter på FMK/).waitFor({ state: 'detached' });
  expect(await statusOnCard('UNIKALK')).toBe('withdrawn');
});

test('a choice about a line that has changed on the card since does not count, and says so', async () => {
  await openList();
  await page.getByRole('button', { name: 'Beslut igen' }).click();
  const row = page.locator('.card-differences tbody tr', {
    has: page.getByRole('button', { name: 'Fortsæt' }),
  });
  await row.first().getByRole('button', { name: 'Fortsæt' }).click();
  await row.first().locator('[aria-pressed=true]').waitFor();
  await peer.change(cpr, (lines) =>
    lines.map((line) => ({ ...line, version: line.version + 1, by: 'Vagtlægen' })),
  );
  await page.getByRole('button', { name: 'Hent FMK' }).click();
  await row.getByText('ændret, siden du valgte: vælg igen').first().waitFor();
  expect(await page.locator('.card-differences [aria-pressed=true]').count()).toBe(0);
  expect(await faults()).toEqual([]);
});
