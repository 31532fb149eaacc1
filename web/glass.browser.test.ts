// Records that are not open, in a real browser against the real program: why not, what opens them, and that nothing looks
// empty or free that is not.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { axeFaults, cutTexts, doctor, post, startClinic, type Clinic } from './test/browser.ts';
import { rows } from './test/steps.ts';

// Anne Lund works in Herlev; one of the patients of this ward in Bispebjerg is protected.
const otherWard = '/ward/bispebjerg-m2';
const ownNurse = { user: 'zeynep.bruun', password: 'holdfast' } as const;
const serviceDesk = { user: 'nadia.riis', password: 'holdfast' } as const;
const small = { width: 1280, height: 800 } as const;

let program: Program;
let clinic: Clinic;
/** Everything is seen with it: what the tests need to know beforehand, and what other programs write. */
let token = '';
/** Patients of the other ward, in the order of their beds, the protected one apart. */
let strangers: readonly Stranger[] = [];
let guarded: Stranger;
type Stranger = { readonly id: string; readonly cpr: string; readonly family: string };

beforeAll(async () => {
  program = await startDemo();
  clinic = await startClinic(program, process.env['CHROMIUM']);
  token = await program.tokenOf('integration');
  const stays = await ask(
    'Encounter?location=Location/bispebjerg-m2&status=in-progress&_include=Encounter:subject&_count=100',
  );
  const flags = await ask('Flag?_count=1000&status=active');
  const protectedIds = flags.filter(isProtection).map(({ subject }) => subject?.reference);
  const all = stays
    .filter(({ resourceType }) => resourceType === 'Patient')
    .map(({ id = '', identifier, name }) => ({
      id,
      cpr: identifier?.[0]?.value ?? '',
      family: name?.[0]?.family ?? '',
    }));
  strangers = all.filter(({ id }) => !protectedIds.includes(`Patient/${id}`));
  const found = all.find(({ id }) => protectedIds.includes(`Patient/${id}`));
  if (found === undefined) throw new Error('the demo region has no protected patient in this ward');
  guarded = found;
});
afterAll(() => clinic.close());

type Known = {
  readonly resourceType: string;
  readonly id?: string;
  readonly identifier?: { value?: string }[];
  readonly name?: { family?: string }[];
  readonly subject?: { reference?: string };
  readonly category?: { coding?: { code?: string }[] }[];
};
const isProtection = ({ category }: Known) =>
  category?.some(({ coding }) => coding?.some(({ code }) => code === 'protected')) === true;

async function ask(url: string): Promise<readonly Known[]> {
  const answer = await fetch(`${program.url}/fhir/${url}`, { headers: { authorization: `Bearer ${token}` } });
  const bundle = (await answer.json()) as { entry?: { resource: Known }[] };
  return (bundle.entry ?? []).map(({ resource }) => resource);
}

async function writeAsProgram(type: string, resource: object): Promise<void> {
  const answer = await fetch(`${program.url}/fhir/${type}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  });
  expect(answer.status).toBe(201);
}

/** Somebody of this role who can log in; `user add` prints the password. */
async function hire(user: string, role: string, ...more: readonly string[]) {
  const { stdout } = await program.command(
    'user',
    'add',
    user,
    '--name',
    `Kim ${role}`,
    '--role',
    role,
    ...more,
  );
  return { user, password: stdout.trim().split(/\s+/)[1] ?? '' };
}

function stranger(index: number): Stranger {
  const one = strangers[index];
  if (one === undefined) throw new Error(`the ward has no patient ${index}`);
  return one;
}

const field = (page: Page) => page.locator('.asking input');
const opened = (page: Page) => page.locator('.overview .row').first().waitFor();

describe('a record that is not open', () => {
  test('says why not and shows nothing of it, and a ready reason opens it in two keys', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    const { id, family } = stranger(0);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`));
    await page.goto(`/patient/${id}`);
    await page.getByRole('heading', { name: `${family} i behandling` }).waitFor();
    expect(await page.locator('.banner h1').innerText()).toContain(family.toUpperCase());
    await page.getByText('Den åbner med det samme i 4 timer.').waitFor();
    await page.getByText('Begrundelsen bliver gennemset bagefter, og patienten kan se den.').waitFor();
    expect(await page.locator('.panel').count()).toBe(0);
    expect(await page.locator('.banner').innerText()).not.toMatch(/CAVE ikke spurgt|Ikke indlagt/);
    expect(asked.filter((each) => /Observation|MedicationRequest|AllergyIntolerance/.test(each))).toEqual([]);
    expect(await field(page).evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await opened(page);
    const strip = page.getByRole('region', { name: 'Åbnet med begrundelse' });
    expect(await strip.innerText()).toMatch(
      /Åbnet med begrundelse: Akut behandling\s*lukker om (4 t 0|3 t 59) min/,
    );
    await page.context().close();
  });

  test('a click fills the reason, which can be gone on with; a word is no reason', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    await page.goto(`/patient/${stranger(1).id}`);
    await field(page).fill('vil');
    await page.keyboard.press('Enter');
    await page.locator('.asking .error', { hasText: 'Skriv mindst 5 tegn' }).waitFor();
    await page.getByRole('button', { name: 'Tilsyn eller konference' }).click();
    await page.keyboard.type(' om hofte');
    await page.getByRole('button', { name: 'Åbn journalen' }).click();
    await opened(page);
    await page.getByText('Åbnet med begrundelse: Tilsyn eller konference om hofte').waitFor();
    await page.context().close();
  });

  test('a page behind it opens where one was going', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    await page.goto(`/patient/${stranger(2).id}/medication`);
    await field(page).waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await page.locator('.drugs').waitFor();
    await page.context().close();
  });

  test('the time runs out: the page asks again, the reason stands there, and the draft of a note is not lost', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    const { id } = stranger(3);
    await page.goto(`/patient/${id}/notes?write=true`);
    await field(page).fill('Ringet op af vagtlægen');
    await page.keyboard.press('Enter');
    await page.locator('.editor textarea').first().fill('Patienten er set, plan følger.');
    // What the server would say four hours later.
    let closed = true;
    await page.route(`**/fhir/Patient/${id}/$access`, (route) =>
      closed
        ? route.fulfill({
            json: {
              resourceType: 'Parameters',
              parameter: [
                { name: 'depth', valueCode: 'name' },
                { name: 'mayBreakGlass', valueBoolean: true },
                { name: 'hours', valueInteger: 4 },
              ],
            },
          })
        : route.continue(),
    );
    const connected = page.locator('.frame-state .chip', { hasText: '✓' });
    await connected.waitFor();
    await writeAsProgram('Flag', {
      resourceType: 'Flag',
      status: 'inactive',
      code: { text: 'prøve' },
      subject: { reference: `Patient/${id}` },
    });
    await page.getByText('Tiden er gået, og journalen er lukket igen.').waitFor();
    await page.getByText('Din kladde er gemt på denne computer').waitFor();
    expect(await page.locator('.notes').count()).toBe(0);
    expect(await page.locator('.banner').innerText()).toContain('ikke åben for dig');
    expect(await field(page).inputValue()).toBe('Ringet op af vagtlægen');
    closed = false;
    await page.keyboard.press('Enter');
    await page.locator('.editor textarea').first().waitFor();
    expect(await page.locator('.editor textarea').first().inputValue()).toBe(
      'Patienten er set, plan følger.',
    );
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
  });

  test('when the patient is expected on one’s own ward, the question goes away by itself', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    const { id } = stranger(4);
    await page.goto(`/patient/${id}`);
    await field(page).waitFor();
    await page.locator('.frame-state .chip', { hasText: '✓' }).waitFor();
    await writeAsProgram('Encounter', {
      resourceType: 'Encounter',
      status: 'planned',
      class: { code: 'IMP' },
      subject: { reference: `Patient/${id}` },
      location: [{ location: { reference: 'Location/herlev-b12' }, status: 'planned' }],
    });
    await opened(page);
    expect(await page.locator('.open-strip').count()).toBe(0);
    await page.context().close();
  });

  test('a patient there is none of is not one whose record is closed', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    await page.goto('/patient/nobody-at-all');
    await page.getByRole('heading', { name: 'Patienten findes ikke' }).waitFor();
    expect(await page.locator('.asking').count()).toBe(0);
    await page.context().close();
  });

  test('a server that cannot say how far a record is open shows nothing of it, and says so', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    await page.route('**/$access', (route) => route.fulfill({ status: 500, body: '' }));
    await page.goto(`/patient/${stranger(5).id}`);
    await page.getByText('Serveren kunne ikke svare på, om journalen er åben for dig.').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('button', { name: 'Prøv igen' }).click();
    await field(page).waitFor();
    await page.context().close();
  });
});

describe('protected persons', () => {
  test('of one on one’s own ward the board says that a reason is asked for, and not that nobody asked for allergies', async () => {
    const page = await clinic.visit({ as: ownNurse, size: small });
    const row = page
      .locator('.board tbody tr', { hasText: guarded.family })
      .filter({ hasText: 'kræver begrundelse' });
    await row.waitFor();
    expect(await row.innerText()).not.toContain('ikke spurgt');
    await row.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'kræver en begrundelse' }).waitFor();
    await page.locator('.banner', { hasText: 'M2 Ortopædkirurgi' }).waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await opened(page);
    await page.getByText('Har patienten i behandling eller pleje i dag').waitFor();
    await page.context().close();
  });

  test('elsewhere they are found by number and reason alone, with the keyboard', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    await page.goto(`/patient/${guarded.id}`);
    await page.getByRole('heading', { name: 'Personen er beskyttet' }).waitFor();
    expect(await page.content()).not.toContain(guarded.family);
    await page.keyboard.press('Control+k');
    await page.locator('.finder-input').fill(guarded.cpr);
    await page.locator('.finder-list li', { hasText: 'Beskyttet person?' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.by-number input').waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await opened(page);
    expect(await page.locator('.banner h1').innerText()).toContain(guarded.family.toUpperCase());
    await page.context().close();
  });

  test('a number that is nobody’s says so', async () => {
    const page = await clinic.visit({ as: doctor });
    await page.keyboard.press('Control+k');
    await page.locator('.finder-input').fill('010190-0000');
    await page.locator('.finder-list li', { hasText: 'Beskyttet person?' }).click();
    await page.locator('.by-number input').fill('Bevidstløs i modtagelsen');
    await page.keyboard.press('Enter');
    await page.getByText('Ingen har nummeret 010190-0000.').waitFor();
    await page.context().close();
  });
});

describe('another ward', () => {
  test('its taken beds are taken, its numbers say no nought, and a line says whom one sees', async () => {
    const own = await clinic.visit({ as: ownNurse });
    await rows(own).first().waitFor();
    const summary = await own.locator('.bar .muted').filter({ hasText: 'senge' }).innerText();
    const taken = /^(\d+ af \d+ senge)/.exec(summary)?.[1] ?? 'none';
    expect(await own.getByText('optaget').count()).toBe(0);
    await own.context().close();

    const other = await clinic.visit({ as: { user: 'karen.toft', password: 'holdfast' } });
    await other.goto(otherWard);
    await other.getByText(/^Du ser kun de patienter, du har med at gøre: 0 af de \d+ indlagte/).waitFor();
    expect(await other.locator('.bar').innerText()).toContain(`${taken} · – på vej ind · – udskrives i dag`);
    const beds = Number(/^\d+/.exec(taken)?.[0]);
    // What is in the page and cannot be seen would be a bed that is not there.
    const seen = async (text: string) => {
      const places = await other.getByText(text, { exact: false }).all();
      const boxes = await Promise.all(places.map((place) => place.boundingBox()));
      return boxes.filter((box) => box !== null && box.width > 40).length;
    };
    const unseen = () => seen('optaget · ikke åben for dig');
    expect(await unseen()).toBe(beds);
    expect(await other.getByText('Ingen blandt dem, du ser').count()).toBeGreaterThan(3);
    await other.goto(`${otherWard}?view=plan`);
    await other.locator('.tile').first().waitFor();
    expect(await unseen()).toBe(beds);
    expect((await other.locator('.tile.taken').first().boundingBox())?.width).toBeGreaterThan(100);
    await other.goto(`${otherWard}?view=big`);
    await other.locator('.big td').first().waitFor();
    expect(await other.locator('.big td').getByText('optaget', { exact: true }).count()).toBe(beds);
    await other.context().close();
  });
});

describe('roles', () => {
  test('the service desk begins with what it can do, and is told why the rest is not for it', async () => {
    const page = await clinic.visit({ as: serviceDesk });
    await page.getByRole('heading', { name: 'Hej Nadia Riis' }).waitFor();
    expect(await page.locator('.rail-item.off', { hasText: 'Afdeling' }).getAttribute('title')).toBe(
      'Din rolle åbner ingen patientjournaler.',
    );
    await page.keyboard.press('F4');
    for (const path of [otherWard, `/patient/${stranger(0).id}`, '/search', '/wards', '/review']) {
      await page.goto(path);
      await page.getByRole('heading', { name: 'Hej Nadia Riis' }).waitFor();
    }
    await page.keyboard.press('Control+k');
    await page.getByText('Din rolle finder ikke patienter.').waitFor();
    expect(await page.locator('.finder-list li').allInnerTexts()).toEqual([
      '→ Drift',
      '→ Lås skærmen',
      '→ Log ud',
    ]);
    await page.context().close();
  });

  test('a laboratory without a ward begins with the search', async () => {
    const page = await clinic.visit({ as: { user: 'hanne.vang', password: 'holdfast' } });
    await page.locator('.search-page .finder-input').waitFor();
    await page.context().close();
  });

  test('what a porter does not read is told, and is neither empty nor failed', async () => {
    const porter = await hire('kim.porter', 'porter', '--ward', 'herlev-b12');
    const page = await clinic.visit({ as: porter });
    await rows(page).first().waitFor();
    await page.getByText('Din rolle læser ikke alt, der hører til her.').waitFor();
    expect(await page.locator('.board th.col-cave').count()).toBe(0);
    await rows(page).first().locator('.name-cell a').click();
    const medication = page.getByRole('region', { name: 'Medicin nu' });
    await page.keyboard.press('F4');
    await page.locator('tr.selected').waitFor();
    const beside = page.locator('aside.side');
    await beside.getByText('Din rolle læser ikke denne del af journalen.').first().waitFor();
    expect(await beside.innerText()).not.toMatch(/Intet nyt|Ingen registreret|ikke spurgt/);
    await page.goBack();
    await medication.getByText('Din rolle læser ikke denne del af journalen.').waitFor();
    expect(await medication.innerText()).not.toMatch(/Intet registreret|kunne ikke hentes|\d/);
    expect(await page.locator('.tabs .off').allInnerTexts()).toHaveLength(7);
    await page.goto(`/patient/${stranger(6).id}`);
    await page.getByText('Din rolle (portør) åbner ikke journaler med en begrundelse.').waitFor();
    expect(await page.locator('.asking input').count()).toBe(0);
    await page.context().close();
  });
});

describe('the review', () => {
  test('goes to zero with two keys for each, and what is done can be shown again', async () => {
    const before = await clinic.visit({ as: doctor });
    for (const [index, reason] of ['Tilsyn ved hofte', 'Set i modtagelsen', 'Ringet op'].entries())
      await post(before.context(), `Patient/${stranger(7 + index).id}/$break-glass`, {
        resourceType: 'Parameters',
        parameter: [{ name: 'reason', valueString: reason }],
      });
    await before.context().close();
    const page = await clinic.visit({ as: await hire('kim.admin', 'administrator'), size: small });
    await page
      .getByRole('link', { name: /^Gennemsyn/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    const waiting = page.locator('.review tbody tr[tabindex]');
    await waiting.first().waitFor();
    const text = await page.locator('.review tbody').innerText();
    expect(text).toContain('Anne Lund anne.lund');
    expect(text).toContain('Tilsyn ved hofte');
    expect(text).toContain(`Patient/${stranger(7).id}`);
    expect(text).toContain('lukker om');
    expect(text).not.toContain(stranger(7).family);
    const count = await waiting.count();
    // From the log-in the list is reached with Tab alone.
    const isOnRow = () => page.evaluate(() => document.activeElement?.tagName === 'TR');
    for (let steps = 0; steps < 40 && !(await isOnRow()); steps++) await page.keyboard.press('Tab');
    for (let left = count; left > 0; left--) {
      await expect.poll(isOnRow).toBe(true);
      if (left === 1) {
        // A finding of one's own.
        await page.keyboard.press('Enter');
        await page.keyboard.type('talt med afdelingen');
      } else await page.keyboard.press(left % 2 === 0 ? '1' : '2');
      await page.keyboard.press('Enter');
      await expect.poll(() => waiting.count()).toBe(left - 1);
    }
    await page.getByText('Alt er gennemset.').waitFor();
    await page.getByRole('button', { name: 'Vis også gennemsete' }).click();
    await page.getByText('talt med afdelingen').waitFor();
    expect(await page.locator('.review tbody tr').count()).toBe(count);
    await page.context().close();
  });

  test('is not for clinicians: the entry is there, and says so', async () => {
    const page = await clinic.visit({ as: doctor });
    await rows(page).first().waitFor();
    expect(await page.locator('.rail-item.off', { hasText: 'syn' }).getAttribute('title')).toBe(
      'Kun administratorer gennemser åbnede journaler.',
    );
    await page.goto('/review');
    await page.getByText('Kun administratorer gennemser åbnede journaler.').last().waitFor();
    await page.context().close();
  });
});

describe.each(['da', 'en'] as const)('in %s, at 1280 × 800, in both themes', (language) => {
  test.each(['light', 'dark'] as const)('nothing is wrong or cut short: %s', async (theme) => {
    const faults: string[] = [];
    const look = async (page: Page, name: string) => {
      faults.push(...(await cutTexts(page)).map((text) => `${name}: cut short: ${text}`));
      faults.push(...(await axeFaults(page)).map((fault) => `${name}: ${fault}`));
    };
    const page = await clinic.visit({ as: doctor, size: small, settings: { language, theme } });
    await rows(page).first().waitFor();
    await page.goto(`/patient/${stranger(10).id}`);
    await page.locator('.asking').waitFor();
    await look(page, 'asking');
    await page.goto(`/patient/${stranger(0).id}`);
    await page.locator('.open-strip').waitFor();
    await look(page, 'opened');
    for (const view of ['', '?view=plan', '?view=big']) {
      await page.goto(`/ward/hvidovre-360${view}`);
      await page.getByText(language === 'da' ? /^Du ser kun/ : /^You see only/).waitFor();
      await look(page, `another ward ${view}`);
    }
    await page.keyboard.press('Control+k');
    await page.locator('.finder-input').fill('010190-0000');
    await page.locator('.finder-list li').first().click();
    await page.locator('.by-number').waitFor();
    await look(page, 'by number');
    await page.context().close();
    const desk = await clinic.visit({ as: serviceDesk, size: small, settings: { language, theme } });
    await desk.locator('.duties').waitFor();
    await look(desk, 'duties');
    await desk.context().close();
    expect(faults).toEqual([]);
  });
});
