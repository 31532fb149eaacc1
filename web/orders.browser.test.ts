// Orders, samples and results in a real browser against the real program: few presses, nothing seen that was not on the screen,
// nothing said that the server has not.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { axeFaults, cutTexts, doctor, nurse, startClinic, type Clinic } from './test/browser.ts';
import { patientOf, rows } from './test/steps.ts';

const small = { width: 1280, height: 800 } as const;
const kind = (code: string) => `https://holdfast.dk/fhir/task-kind|${code}`;

let program: Program;
let clinic: Clinic;
/** Everything is seen with it: what the laboratory's program would write. */
let token = '';

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
  token = await program.tokenOf('integration');
});
afterAll(() => clinic.close());

type Known = {
  readonly resourceType: string;
  readonly id: string;
  readonly status?: string;
  readonly meta?: { readonly versionId?: string };
  readonly basedOn?: readonly { readonly reference?: string }[];
  readonly accessionIdentifier?: { readonly value?: string };
  readonly description?: string;
};

async function fhir(
  method: string,
  path: string,
  resource?: object,
): Promise<Known & { entry?: { resource: Known }[] }> {
  const answer = await fetch(`${program.url}/fhir/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
    ...(resource === undefined ? {} : { body: JSON.stringify(resource) }),
  });
  expect([method, path, answer.status < 300]).toEqual([method, path, true]);
  return (await answer.json()) as Known & { entry?: { resource: Known }[] };
}
const ask = async (url: string) => ((await fhir('GET', url)).entry ?? []).map(({ resource }) => resource);

/** Counts the keys and clicks of a hand. */
function hand(page: Page) {
  let count = 0;
  return {
    count: () => count,
    press: (key: string) => (count++, page.keyboard.press(key)),
    click: (name: string) => (count++, page.getByRole('button', { name }).first().click()),
  };
}

async function openChart(page: Page, row: number): Promise<string> {
  await rows(page).nth(row).locator('.name-cell a').click();
  await page.locator('.overview .row').first().waitFor();
  return patientOf(page);
}

const value = (patient: string, name: string, number: number, mark: 'N' | 'H' | 'HH', more: object = {}) => {
  const at = new Date().toISOString();
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' },
        ],
      },
      { text: 'Elektrolytter' },
    ],
    code: { text: name },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: at,
    issued: at,
    valueQuantity: { value: number, unit: 'mmol/L' },
    interpretation: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: mark },
        ],
      },
    ],
    ...more,
  };
};
const basket = (page: Page) => page.locator('.basket-line');
const stored = (page: Page) => page.locator('.basket-done');

describe('ordering', () => {
  test('a usual set is F2, one digit and the signature; the order stands there with its steps', async () => {
    const page = await clinic.visit({ as: doctor, size: small });
    const patient = await openChart(page, 0);
    const { press, count } = hand(page);
    await press('F2');
    await page.locator('.order-search').waitFor();
    await press('1');
    await basket(page).nth(8).waitFor();
    await page.locator('.basket-sign', { hasText: '12-1' }).waitFor();
    await press('Control+Enter');
    await stored(page).getByText('9 bestillinger gemt på serveren').waitFor();
    expect(count()).toBe(3);
    const orders = await ask(
      `ServiceRequest?patient=${patient}&requester=Practitioner/staff-anne-lund&status=active&_sort=-_lastUpdated&_count=9`,
    );
    const [way] = await ask(`Task?patient=${patient}&code=${kind('order')}&_sort=-_lastUpdated&_count=1`);
    expect(way?.basedOn?.map(({ reference }) => reference).sort()).toEqual(
      orders.map(({ id }) => `ServiceRequest/${id}`).sort(),
    );
    const row = page.locator('.orders-main tr', { hasText: 'P-Kalium' }).first();
    expect(await row.innerText()).toMatch(/Oprettet.*Sendt.*Modtaget.*Prøve taget.*Svar/s);

    // The same again: when, by whom, how far, and not a second time unless one insists.
    await page.keyboard.type('kalium');
    await page.keyboard.press('Enter');
    await page.locator('.basket-double', { hasText: /Bestilt .* af AL, oprettet/ }).waitFor();
    await page.getByRole('button', { name: 'Brug den' }).click();
    await page.getByText('Kurven er tom.').first().waitFor();

    // Cancelling: one press asks, the reason and Enter do it.
    await row.getByRole('button', { name: 'Annullér' }).click();
    await page.keyboard.press('3');
    await page.keyboard.press('Enter');
    await page.locator('tr.ended', { hasText: 'P-Kalium' }).getByText('Bestilt to gange').waitFor();
    await page.context().close();
  });

  test('what is missing is shown in its place and the first one has the focus; a basket outlives a reload', async () => {
    const page = await clinic.visit({ as: doctor, size: small });
    await openChart(page, 2);
    await page.keyboard.press('F2');
    await page.locator('.order-search input').waitFor();
    for (const words of ['rtg thorax', 'biopsi']) {
      await page.keyboard.type(words);
      await page.keyboard.press('Enter');
    }
    await basket(page).nth(1).waitFor();
    expect(await page.locator('.basket-gap').count()).toBe(0);
    await page.keyboard.press('Control+Enter');
    await page.getByText('3 felter mangler.').waitFor();
    await page.reload();
    await basket(page).nth(1).waitFor();
    await page.locator('.basket-sign b', { hasText: /./ }).waitFor();
    await page.locator('.order-search input').focus();
    for (const words of ['Tumor?', 'Ve. mamma', 'Pneumoni?']) {
      await page.keyboard.press('Control+Enter');
      await page.locator('.basket-asked .input:focus').waitFor();
      await page.keyboard.type(words);
    }
    // The line is cut as it is sent, and comes back: it is not said to be stored before it is, and it is stored once.
    let cut = true;
    await page.route('**/fhir', (route) => {
      const isAct = route.request().postData()?.includes('"transaction"') === true;
      return isAct && cut ? route.abort() : route.continue();
    });
    await page.keyboard.press('Control+Enter');
    await page.getByText('det er uvist, om det er gemt').waitFor();
    expect(await stored(page).count()).toBe(0);
    cut = false;
    await stored(page).waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    const made = await ask(
      `ServiceRequest?patient=${patientOf(page)}&code=https://holdfast.dk/fhir/orderable|histology`,
    );
    expect(made).toHaveLength(1);
    await page.context().close();
  });
});

describe('taking samples', () => {
  test('one press takes what is due, numbers and prints it, and the order says so', async () => {
    const page = await clinic.visit({ as: nurse, size: small });
    await page.addInitScript(() => {
      window.print = () => document.body.setAttribute('data-printed', 'yes');
    });
    const patient = await openChart(page, 1);
    await page.goto(`/patient/${patient}/orders`);
    await page.locator('.order-search input').waitFor();
    await page.keyboard.press('6');
    await basket(page).nth(4).waitFor();
    await page.locator('.basket-sign', { hasText: '12-3' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await stored(page).waitFor();
    await page.getByRole('link', { name: 'Prøver' }).click();
    const row = page.locator('.collection tr', { hasText: 'P-Bilirubin' });
    await row.click();
    await page.locator('.take', { hasText: 'Li-heparin' }).waitFor();
    await page.getByRole('button', { name: 'Taget – print 2 etiketter' }).click();
    await page.locator('body[data-printed]').waitFor();
    expect(await page.locator('.label .barcode svg').count()).toBe(2);
    await row.waitFor({ state: 'detached' });
    const numbers = (await ask(`Specimen?patient=${patient}`)).map((one) => one.accessionIdentifier?.value);
    expect(numbers).toEqual([expect.stringMatching(/^\d{12}$/), expect.stringMatching(/^\d{12}$/)]);
    await page.goto(`/patient/${patient}/orders`);
    const order = page.locator('.orders-main tr', { hasText: 'P-Bilirubin' });
    await order.locator('.at', { hasText: 'Prøve taget' }).waitFor();
    await page.context().close();
  });
});

describe('the inbox', () => {
  const item = (page: Page, words: string) => page.locator('.inbox tr[tabindex]', { hasText: words });
  const reviewsOf = (name: string) => ask(`Task?based-on=${name}&code=${kind('result-review')}`);

  test('a normal result is one key; corrected it comes back with what it was, and was not seen before', async () => {
    const page = await clinic.visit({ as: doctor, size: small });
    const patient = await openChart(page, 0);
    const { id } = await fhir('POST', 'Observation', value(patient, 'P-Prøveanalyse', 4.1, 'N'));
    await page.goto('/inbox?scope=team');
    await item(page, 'P-Prøveanalyse').click();
    await page.locator('.inbox-detail', { hasText: '4,1' }).waitFor();
    const { press, count } = hand(page);
    await press('k');
    await item(page, 'P-Prøveanalyse').waitFor({ state: 'detached' });
    expect(count()).toBe(1);
    expect((await reviewsOf(`Observation/${id}`)).flatMap(({ basedOn }) => basedOn)).toEqual([
      { reference: `Observation/${id}/_history/1` },
    ]);

    await fhir('PUT', `Observation/${id}`, {
      ...value(patient, 'P-Prøveanalyse', 6.9, 'HH'),
      id,
      status: 'corrected',
    });
    const back = item(page, 'P-Prøveanalyse');
    await back.waitFor();
    // The oldest critical one stands first.
    await page
      .locator('.inbox tr[tabindex]')
      .first()
      .filter({ hasText: 'P-Prøveanalyse' })
      .filter({ hasText: 'kritisk' })
      .waitFor();
    await back.click();
    await page.locator('.inbox-detail', { hasText: 'rettet' }).waitFor();
    await page.locator('.inbox-detail', { hasText: /4,1/ }).waitFor();

    // Seen with a task: both or none.
    await page.keyboard.press('Shift+K');
    await page.keyboard.press('2');
    await page.keyboard.press('Enter');
    await back.waitFor({ state: 'detached' });
    const tasks = await ask(`Task?patient=${patient}&status=requested&code:missing=true`);
    expect(tasks.map(({ description }) => description)).toContain('Drøftes med bagvagt');
    await page.context().close();
  });

  test('only what stood on the screen can be called seen', async () => {
    const page = await clinic.visit({ as: doctor, size: small });
    const patient = await openChart(page, 3);
    const at = new Date().toISOString();
    await fhir('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: Array.from({ length: 45 }, (_, n) => ({
        resource: value(patient, `P-Lang ${String(n).padStart(2, '0')}`, n, 'N', { effectiveDateTime: at }),
        request: { method: 'POST', url: 'Observation' },
      })),
    });
    await page.goto('/inbox?scope=team');
    await item(page, 'P-Lang 00').click();
    await page.locator('.inbox-values tr', { hasText: 'P-Lang 44' }).waitFor({ state: 'attached' });
    await page.keyboard.press('k');
    await page.getByText(/svar har ikke stået på skærmen endnu/).waitFor();
    expect(await ask(`Task?patient=${patient}&code=${kind('result-review')}&_lastUpdated=ge${at}`)).toEqual(
      [],
    );
    const left = () =>
      page.evaluate(() => document.querySelector('.inbox-detail .abn-words')?.textContent ?? 'nothing');
    // Each press brings what is missing there; when all of it was, it is seen.
    for (let presses = 0; presses < 10 && (await left()) !== 'nothing'; presses++) {
      const before = await left();
      await page.keyboard.press('k');
      await expect.poll(left).not.toBe(before);
    }
    await page.keyboard.press('k');
    await item(page, 'P-Lang 00').waitFor({ state: 'detached' });
    const [review] = await ask(`Task?patient=${patient}&code=${kind('result-review')}&_lastUpdated=ge${at}`);
    expect(review?.basedOn).toHaveLength(45);
    await page.context().close();
  });

  test('who is away hands over to a colleague, by no password, and takes it back', async () => {
    const page = await clinic.visit({ as: doctor, size: small });
    await rows(page).first().waitFor();
    await page.goto('/inbox');
    await page.getByRole('button', { name: 'Overdrag indbakken' }).click();
    await page.locator('.hand-over select').selectOption({ label: 'Mette Krogh, sygeplejerske' });
    await page.getByRole('button', { name: 'Overdrag', exact: true }).click();
    await page.getByText(/er din stedfortræder/).waitFor();
    const other = await clinic.visit({ as: nurse, size: small });
    await rows(other).first().waitFor();
    await other.goto('/inbox?scope=absent');
    await other.getByRole('button', { name: /Stedfortræder [1-9]/ }).waitFor();
    await other.context().close();
    await page.getByRole('button', { name: 'Tag indbakken tilbage' }).click();
    await page.getByText(/er din stedfortræder/).waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('a role that does not answer for results is told so, and may read them', async () => {
    const page = await clinic.visit({ as: { user: 'lise.bang', password: 'holdfast' }, size: small });
    await rows(page).first().waitFor();
    await page.goto('/inbox?scope=team');
    await page.locator('.inbox tr[tabindex]').first().waitFor();
    const button = page.getByRole('button', { name: /Set og videre/ });
    expect(await button.getAttribute('title')).toBe('Din rolle kvitterer ikke for svar.');
    await page.context().close();
  });
});

describe('every new page', () => {
  test.each([
    ['da', 'light'],
    ['en', 'dark'],
  ] as const)('in %s and %s holds what axe asks and cuts no text', async (language, theme) => {
    const faults: string[] = [];
    const page = await clinic.visit({ as: doctor, size: small, settings: { language, theme } });
    const look = async (name: string) => {
      faults.push(...(await axeFaults(page)).map((fault) => `${name}: ${fault}`));
      faults.push(...(await cutTexts(page)).map((text) => `${name} cuts ${text}`));
    };
    const patient = await openChart(page, 4);
    await page.keyboard.press('F2');
    await page.locator('.order-search input').waitFor();
    await page.keyboard.type('ct');
    await page.locator('.order-found li').first().waitFor();
    await look('search');
    await page.keyboard.press('Enter');
    await page.keyboard.press('4');
    await page.keyboard.press('Control+Enter');
    await look('basket');
    await page.locator('.order-do .button').first().click();
    await page.locator('.cancel-order input').waitFor();
    await look('cancel');
    await page.goto('/ward/herlev-b12/collection');
    await page.locator('[data-ready=collection] .segments button').nth(1).click();
    await page.locator('.take').waitFor();
    await look('collection');
    await page.goto('/inbox?scope=team');
    await page.locator('.inbox-detail [data-version]').first().waitFor();
    await page.locator('.bar .button').last().click();
    await page.locator('.hand-over-form').waitFor();
    await look('inbox');
    await page.goto(`/patient/${patient}/results`);
    await page.locator('.results-table').waitFor();
    await look('results');
    await page.context().close();
    expect(faults).toEqual([]);
  });
});
