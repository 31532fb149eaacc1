// Notes and diagnoses in a real browser against the real program: written, found again, added to, corrected, countersigned, taken
// back. What the hands do is counted.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { axeFaults, cutTexts, doctor, nurse, startClinic, type Clinic } from './test/browser.ts';
import { rows } from './test/steps.ts';

let program: Program;
let clinic: Clinic;
let token = '';
/** Who lies in the ward, by bed. */
let patients: readonly string[] = [];
let page: Page;

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
  token = await program.tokenOf('integration');
  const stays = await ask('Encounter?location=Location/herlev-b12&status=in-progress&_count=100');
  patients = stays.map(({ subject }) => subject?.reference.replace('Patient/', '') ?? '').sort();
  page = await clinic.visit({ as: doctor, size: { width: 1280, height: 800 } });
});
afterAll(() => clinic.close());

type Stored = {
  readonly id: string;
  readonly status: string;
  readonly docStatus?: string;
  readonly [name: string]: unknown;
  readonly subject?: { readonly reference: string };
  readonly content?: readonly { readonly attachment: { readonly data: string } }[];
};
async function ask(url: string): Promise<readonly Stored[]> {
  const answer = await fetch(`${program.url}/fhir/${url}`, { headers: { authorization: `Bearer ${token}` } });
  const bundle = (await answer.json()) as { entry?: { resource: Stored }[] };
  return (bundle.entry ?? []).map(({ resource }) => resource);
}
const newest = async (patient: string): Promise<Stored | undefined> =>
  (await ask(`DocumentReference?patient=${patient}&_sort=-_lastUpdated&_count=1`))[0];
const textOf = (note: Stored | undefined) =>
  Buffer.from(note?.content?.[0]?.attachment.data ?? '', 'base64').toString('utf8');
const editor = (on: Page) => on.locator('.editor');
const free = (on: Page) => editor(on).locator('textarea').first();
const reading = (on: Page) => on.locator('.reading');
const press = (on: Page, name: string | RegExp) => on.getByRole('button', { name }).first().click();
/** The notes of the patient in a bed; what is new there stands in the list when the act is stored. */
async function openNotes(on: Page, bed: number, search = ''): Promise<string> {
  const patient = patients[bed] ?? '';
  await on.goto(`/patient/${patient}/notes${search}`);
  await on.locator('.note-list button').first().waitFor();
  return patient;
}
async function sign(on: Page) {
  await on.keyboard.press('Control+Enter');
  await editor(on).waitFor({ state: 'detached' });
}

describe('to write', () => {
  test('a short note is two presses: one to begin, one to sign', async () => {
    const patient = await openNotes(page, 0);
    let presses = 0;
    await page.getByRole('button', { name: 'Skriv notat' }).click();
    presses += 1;
    await page.keyboard.type('Har det bedre.');
    await page.keyboard.press('Control+Enter');
    presses += 1;
    await page.locator('.note-list button', { hasText: 'Har det bedre.' }).waitFor();
    expect(presses).toBe(2);
    const note = await newest(patient);
    expect([textOf(note), note?.docStatus, note?.['type']]).toEqual([
      'Har det bedre.',
      'final',
      { text: 'Stuegang' },
    ]);
  });

  test('a template keeps its answers as they are beside the text; two templates keep theirs in the draft, after a reload too', async () => {
    const patient = await openNotes(page, 1, '?write=true');
    await free(page).fill('Sov godt.');
    await page.getByLabel('Plan', { exact: true }).fill('Hjem i morgen.');
    const kind = editor(page).getByLabel('Type');
    await kind.selectOption('Tilsyn');
    await page.getByLabel('Forslag', { exact: true }).fill('Øg diuretika.');
    await kind.selectOption('Stuegang');
    await page.reload();
    await free(page).waitFor();
    expect(await page.getByLabel('Plan', { exact: true }).inputValue()).toBe('Hjem i morgen.');
    await page.getByLabel('Medicin gennemgået').selectOption({ label: 'Ja' });
    expect(await axeFaults(page)).toEqual([]);
    expect(await cutTexts(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await sign(page);
    const note = await newest(patient);
    expect(textOf(note)).toBe('Sov godt.\n\nPlan: Hjem i morgen.\n\nMedicin gennemgået: Ja');
    const [answers] = await ask(`QuestionnaireResponse?patient=${patient}`);
    expect(note?.['context']).toMatchObject({
      related: [{ reference: `QuestionnaireResponse/${answers?.id}` }],
    });
    expect(answers).toMatchObject({
      status: 'completed',
      item: [
        { linkId: 'status' },
        { linkId: 'plan' },
        { linkId: 'medicin', answer: [{ valueBoolean: true }] },
      ],
    });
  });

  test('a phrase is listed while its name is typed, and one’s own is kept from what is marked', async () => {
    await openNotes(page, 2, '?write=true');
    await free(page).focus();
    await page.keyboard.type('Obs. .ksm');
    await page.getByRole('option', { name: /\.ksm/ }).waitFor();
    await page.keyboard.press('Enter');
    expect(await free(page).inputValue()).toBe(
      'Obs. Konfereret med vagthavende speciallæge, som er enig i planen.',
    );
    await page.keyboard.press('Control+a');
    await press(page, 'Gem markeret tekst som frase');
    await page.keyboard.type('konf');
    await page.keyboard.press('Enter');
    await editor(page).getByText('Frasen .konf er gemt.').waitFor();
    await free(page).fill('');
    await page.keyboard.type('.kon');
    await page.getByRole('option', { name: /\.konf egen/ }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Tab');
    expect(await free(page).inputValue()).toContain('Obs. Konfereret');

    // Changed, renamed, removed and brought back, from one list.
    await press(page, 'Mine fraser');
    const list = page.locator('.own-phrases');
    await list.getByRole('button', { name: 'Ret' }).click(); // 1
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Konfereret med bagvagt.');
    await list.getByLabel('Kort navn').fill('bag');
    await list.getByRole('button', { name: 'Gem frase' }).click(); // 2
    await expect.poll(() => list.innerText()).toContain('.bag Konfereret med bagvagt.');
    expect(await list.innerText()).not.toContain('.konf');
    await list.getByRole('button', { name: 'Fjern' }).click(); // 1
    await list.getByRole('button', { name: 'Fortryd fjernelsen' }).click();
    await list.getByRole('button', { name: 'Fjern' }).waitFor();
    expect([await axeFaults(page), await cutTexts(page)]).toEqual([[], []]);
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    await free(page).fill('.bag');
    await page.getByRole('option', { name: /\.bag egen/ }).waitFor();
    await page.keyboard.press('Tab');
    expect(await free(page).inputValue()).toBe('Konfereret med bagvagt.');
    await press(page, 'Kassér kladde');
    await press(page, 'Ja, kassér');
  });

  test('facts come with their time, and what is taken from another note says from where', async () => {
    const patient = await openNotes(page, 3);
    await page.locator('.note-list button', { hasText: 'Indlæggelsesnotat' }).click();
    await reading(page).getByRole('button', { name: 'Plan', exact: true }).click();
    await editor(page).waitFor();
    // The plan goes to the plan of the template that a doctor begins with.
    expect(await editor(page).getByLabel('Type').inputValue()).toBe('Stuegang');
    expect(await page.getByLabel('Plan', { exact: true }).inputValue()).toMatch(
      /^\[Fra Indlæggelsesnotat .*\d\d:\d\d, .+\]\n- /,
    );
    await free(page).focus();
    await press(page, '+ Vitale værdier');
    await press(page, '+ Diagnoser');
    await sign(page);
    const note = await newest(patient);
    expect(textOf(note)).toMatch(
      /^Vitale værdier .*\(viser pr\. \d\d:\d\d\): RF .*BT .*\nDiagnoser \(viser pr\. \d\d:\d\d\):\n- .*\n\nPlan:\n\[Fra Indlæggelsesnotat/s,
    );
    const [source] = (await ask(`DocumentReference?patient=${patient}&_count=100`)).filter(
      ({ type }) => (type as { text: string }).text === 'Indlæggelsesnotat',
    );
    expect(note?.['extension']).toMatchObject([
      {
        extension: [
          { valueReference: { reference: `DocumentReference/${source?.id}` } },
          { valueString: 'Plan' },
        ],
      },
    ]);
    await reading(page).getByText('Et afsnit er hentet fra et tidligere notat').waitFor();
  });
});

describe('what becomes of it', () => {
  test('an addendum stands under its note; a correction replaces it and shows what it was', async () => {
    await openNotes(page, 0);
    await page.locator('.note-list button', { hasText: 'Har det bedre.' }).click();
    await reading(page).getByRole('button', { name: 'Tilføjelse' }).click();
    await editor(page).getByText('Tilføjelse til').waitFor();
    await free(page).fill('Ringet til datteren.');
    await sign(page);
    await reading(page).locator('.addendum', { hasText: 'Ringet til datteren.' }).waitFor();
    await reading(page).getByRole('button', { name: 'Ret', exact: true }).first().click();
    await editor(page).getByText('Rettelse af').waitFor();
    expect(await free(page).inputValue()).toBe('Har det bedre.');
    await free(page).fill('Har det meget bedre.');
    await sign(page);
    await reading(page).getByText('Har det meget bedre.').waitFor();
    await reading(page).locator('.addendum', { hasText: 'Ringet til datteren.' }).waitFor();
    expect(await page.locator('.note-list button', { hasText: 'Har det bedre.' }).count()).toBe(0);
    await press(page, 'Vis tidligere udgave');
    await reading(page).locator('.struck', { hasText: 'Har det bedre.' }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  test('a wrong entry leaves in two steps with a reason; it stands struck through when it is asked for', async () => {
    const patient = await openNotes(page, 1);
    await page.locator('.note-list button', { hasText: 'Sov godt.' }).click();
    await reading(page).getByRole('button', { name: 'Fejlindtastet' }).click();
    const sure = page.getByRole('button', { name: /Ja, markér som fejlindtastet/ });
    expect(await sure.getAttribute('title')).toBe('Skriv hvorfor det er forkert.');
    await page.keyboard.type('Skrevet på nabopatienten');
    await sure.click();
    await page.getByRole('button', { name: 'Vis fejlindtastede (1)' }).click();
    await page.locator('.note-list button', { hasText: 'Sov godt.' }).click();
    await reading(page).getByText('Fejlindtastet: Skrevet på nabopatienten').waitFor();
    expect((await ask(`QuestionnaireResponse?patient=${patient}`))[0]?.status).toBe('entered-in-error');
    // Another's is not there to be marked, and says why.
    await page.locator('.note-list button', { hasText: 'Sygeplejenotat' }).first().click();
    expect(
      await reading(page)
        .getByRole('button', { name: /^Fejlindtastet/ })
        .getAttribute('title'),
    ).toMatch(/Kun forfatteren/);
  });

  test('a colleague who was asked finds it in the inbox, and countersigns', async () => {
    const asking = await clinic.visit({ as: nurse, size: { width: 1920, height: 1080 } });
    await rows(asking).first().waitFor();
    const patient = await openNotes(asking, 2, '?write=true');
    expect(await editor(asking).getByLabel('Type').inputValue()).toBe('Sygeplejenotat');
    await asking.getByLabel('Hud og slimhinder').fill('Tryksår grad 1 på sacrum.');
    await asking.getByLabel('Medunderskrift af').selectOption({ label: 'Anne Lund, læge' });
    expect(await axeFaults(asking)).toEqual([]);
    expect(await cutTexts(asking)).toEqual([]);
    await asking.getByLabel('Hud og slimhinder').focus();
    await sign(asking);
    expect(
      await reading(asking)
        .getByRole('button', { name: /^Medunderskriv/ })
        .getAttribute('title'),
    ).toBe('Du har selv skrevet notatet. En anden medunderskriver.');
    await page.goto('/inbox');
    await page.locator('.waiting-notes', { hasText: '1 notat venter på din medunderskrift' }).waitFor();
    await page.locator('.waiting-notes a').click();
    await press(page, 'Medunderskriv');
    await reading(page)
      .getByText(/medunderskrevet af Anne Lund/)
      .waitFor();
    await page.locator('.waiting-notes').waitFor({ state: 'detached' });
    const note = await newest(patient);
    expect([note?.docStatus, textOf(note)]).toEqual([
      'final',
      'Hud og slimhinder: Tryksår grad 1 på sacrum.',
    ]);
    await reading(asking)
      .getByText(/medunderskrevet af Anne Lund/)
      .waitFor();
    await asking.context().close();
  });
});

describe('a diagnosis', () => {
  test('is found by what it is also called and signed in three presses, and becomes why the patient is here', async () => {
    const patient = patients[4] ?? '';
    await page.goto(`/patient/${patient}/diagnoses`);
    const table = page.locator('.diagnoses table');
    await table.locator('tbody tr').first().waitFor();
    const [before] = await ask(
      `Condition?patient=${patient}&category=https://holdfast.dk/fhir/diagnosis-kind|A`,
    );
    let presses = 0;
    await press(page, 'Tilføj diagnose');
    presses += 1;
    await page.getByText(/Kun \d+ koder er indlæst/).waitFor();
    await page.keyboard.type('lungebet');
    await page.locator('.found-diagnoses', { hasText: 'DJ189' }).waitFor();
    await page.keyboard.press('Enter');
    presses += 1;
    await page.getByRole('button', { name: 'Bidiagnose', pressed: true }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    expect(await cutTexts(page)).toEqual([]);
    await page.keyboard.press('Control+Enter');
    presses += 1;
    const row = table.locator('tr', { hasText: 'DJ189' }).first();
    await row.waitFor();
    expect(presses).toBe(3);
    await row.getByRole('button', { name: /^Ret/ }).click();
    await press(page, 'Gør til aktionsdiagnose');
    await row.getByText('Aktionsdiagnose').waitFor();
    const [stay] = await ask(`Encounter?patient=${patient}&status=in-progress`);
    const [now] = await ask(`Condition?patient=${patient}&code=DJ189&_sort=-_lastUpdated&_count=1`);
    expect(
      ((stay?.['diagnosis'] ?? []) as { condition: object }[]).map(({ condition }) => condition).slice(0, 2),
    ).toMatchObject([{ reference: `Condition/${now?.id}` }, { reference: `Condition/${before?.id}` }]);
  });

  test('that was wrong leaves in two steps with a reason; a suspected one has its side and is confirmed', async () => {
    const patient = patients[4] ?? '';
    const table = page.locator('.diagnoses table');
    const row = table.locator('tr', { hasText: 'DJ189' }).first();
    await press(page, 'Fejlindtastet');
    await page.keyboard.type('Forkert patient');
    await press(page, /Ja, markér som fejlindtastet/);
    await row.locator('.struck').waitFor();
    await press(page, 'Tilføj diagnose');
    await page.keyboard.type('dm171');
    await page.locator('.found-diagnoses', { hasText: 'DM171' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Højre' }).click();
    await page.getByLabel('Obs. pro (mistænkt)').check();
    await page.keyboard.press('Control+Enter');
    const knee = table.locator('tr', { hasText: 'DM171' });
    await knee.getByText('højresidig').waitFor();
    await knee.getByText(/obs\. pro/).waitFor();
    const [stored] = await ask(`Condition?patient=${patient}&code=DM171&_sort=-_lastUpdated&_count=1`);
    expect(stored).toMatchObject({ bodySite: [{ coding: [{ code: 'TUL1' }] }] });
    await knee.getByRole('button', { name: /^Ret/ }).click();
    await press(page, 'Bekræft');
    await knee.getByText(/obs\. pro/).waitFor({ state: 'detached' });
  });
});
