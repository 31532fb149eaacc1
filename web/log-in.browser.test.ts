// Ways to log in, through the real screens.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePkce } from '../test/oauth-client.ts';
import { startDemo } from '../test/demo.ts';
import type { Program } from '../test/program.ts';
import { startRegionLogIn, type RegionLogIn } from '../test/region-log-in.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import {
  axeFaults,
  type Clinic,
  doctor,
  logIn,
  nurse,
  startClinic,
  switchByPassword,
} from './test/browser.ts';
import { openFirst, patientOf, rows } from './test/steps.ts';

const folder = temporaryFolder();
let region: RegionLogIn;
let program: Program;
let clinic: Clinic;
const pins = { [doctor.user]: '2580', [nurse.user]: '1379' } as const;

beforeAll(async () => {
  region = await startRegionLogIn();
  writeFileSync(join(folder.path, 'secret'), region.secret);
  program = await startDemo({
    env: {
      HOLDFAST_OPENID_ISSUER: region.issuer,
      HOLDFAST_OPENID_SECRET_FILE: join(folder.path, 'secret'),
    },
  });
  // Browsers let no page use passkeys at an address of digits.
  const url = program.url.replace('127.0.0.1', 'localhost');
  region.sendBackTo(`${url}/openid`);
  clinic = await startClinic({ url, stop: () => program.stop() }, process.env['CHROMIUM']);
});
afterAll(async () => {
  await clinic.close();
  region.stop();
  folder.remove();
});

/** Both have a PIN and have logged in here with their passwords; the doctor did so last and is at the screen. */
async function sharedScreen(): Promise<Page> {
  const page = await clinic.visit({ as: nurse });
  for (const { user, password } of [nurse, doctor]) {
    if (user === doctor.user) await switchByPassword(page, doctor);
    const answer = await page
      .context()
      .request.post('/session/own/pin', { data: { password, pin: pins[user] } });
    expect(answer.status()).toBe(204);
  }
  await page.reload();
  await rows(page).first().waitFor();
  return page;
}

async function lock(page: Page) {
  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Lås skærmen' }).click();
  await page.locator('.lock [name=pin]').waitFor();
}

test('two people take turns at a screen by PIN: from the lock to the other’s chart in six keys and three seconds', async () => {
  const page = await sharedScreen();
  await openFirst(page);
  const doctors = page.url();
  await lock(page);
  await page.getByRole('button', { name: /^Mette Krogh/ }).click();
  await page.keyboard.type(pins[nurse.user]);
  await page.keyboard.press('Enter');
  await page.locator('.who', { hasText: 'Mette Krogh' }).waitFor();
  // Not the doctor's patient: her own ward.
  await rows(page).nth(3).waitFor();
  expect(page.url()).toMatch(/\/ward\//);
  await rows(page).nth(3).locator('.name-cell a').click();
  await page.locator('.overview .row').first().waitFor();
  const nurses = page.url();
  expect(patientOf(page)).not.toBe(new URL(doctors).pathname.split('/')[2]);
  const tookMs: number[] = [];
  for (const [name, user, url] of [
    ['Anne Lund', doctor.user, doctors],
    ['Mette Krogh', nurse.user, nurses],
  ] as const) {
    await lock(page);
    const startedMs = performance.now();
    // One press and five keys.
    await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await page.keyboard.type(pins[user]);
    await page.keyboard.press('Enter');
    await page.locator('.who', { hasText: name }).waitFor();
    await page.locator('.overview .row').first().waitFor();
    tookMs.push(Math.round(performance.now() - startedMs));
    expect(page.url()).toBe(url);
  }
  expect(Math.max(...tookMs), `took ${tookMs.join(' and ')} ms`).toBeLessThan(3_000);
  await page.context().close();
}, 180_000);

test('the one who comes back by PIN finds the draft as it was', async () => {
  const page = await sharedScreen();
  const patient = await openFirst(page);
  await page.goto(`/patient/${patient}/notes?write=true`);
  await page.locator('.note-editor textarea, textarea').first().fill('Halvt skrevet');
  const at = page.url();
  await lock(page);
  await page.getByRole('button', { name: /^Mette Krogh/ }).click();
  await page.keyboard.type(pins[nurse.user]);
  await page.keyboard.press('Enter');
  await page.locator('.who', { hasText: 'Mette Krogh' }).waitFor();
  expect(await page.content()).not.toContain('Halvt skrevet');
  await lock(page);
  await page.getByRole('button', { name: /^Anne Lund/ }).click();
  await page.keyboard.type(pins[doctor.user]);
  await page.keyboard.press('Enter');
  await page.locator('textarea').first().waitFor();
  expect(page.url()).toBe(at);
  expect(await page.locator('textarea').first().inputValue()).toBe('Halvt skrevet');
  await page.context().close();
});

test('a wrong PIN says so; after five the password is asked for, and opens', async () => {
  const page = await sharedScreen();
  await lock(page);
  for (let n = 0; n < 4; n++) {
    await page.locator('[name=pin]').fill('0001');
    await page.keyboard.press('Enter');
    await page.getByText('PIN-koden er forkert.').waitFor();
  }
  await page.locator('[name=pin]').fill('0001');
  await page.keyboard.press('Enter');
  await page.locator('[name=password]').fill(doctor.password);
  await page.keyboard.press('Enter');
  await page.locator('.lock').waitFor({ state: 'detached' });
  await page.context().close();
});

test('a badge before the reader names its person wherever the cursor stands; the PIN lets them in', async () => {
  const page = await sharedScreen();
  const number = '0412345678';
  await switchByPassword(page, nurse);
  const { request } = page.context();
  await request.post('/session/own/badge', { data: { password: nurse.password, number } });
  await switchByPassword(page, doctor);
  await lock(page);
  // The cursor stands in the doctor's PIN.
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Mette Krogh' }).waitFor();
  expect(await page.locator('[name=pin]').inputValue()).toBe('');
  await page.keyboard.type(pins[nurse.user]);
  await page.keyboard.press('Enter');
  await page.locator('.who', { hasText: 'Mette Krogh' }).waitFor();
  await lock(page);
  await page.keyboard.type('0499999999');
  await page.keyboard.press('Enter');
  await page.getByText('Kortet er ikke knyttet til nogen.').waitFor();
  await page.context().close();
});

test('at a screen where nobody was, nobody is offered; after a log-out the one who left is not either', async () => {
  const page = await clinic.visit();
  await page.locator('[name=user]').waitFor();
  expect(await page.locator('.person').count()).toBe(0);
  await logIn(page, nurse);
  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Log ud' }).click();
  await page.locator('.log-in [name=user]').waitFor();
  expect(await page.locator('.person').count()).toBe(0);
  await page.context().close();
});

test('another tab of the same browser goes on as whoever is at the screen', async () => {
  const page = await sharedScreen();
  const second = await page.context().newPage();
  await second.goto('/');
  await second.locator('.who', { hasText: 'Anne Lund' }).waitFor();
  await switchByPassword(page, nurse);
  await second.locator('.who', { hasText: 'Mette Krogh' }).waitFor();
  await page.context().close();
});

/** A device beside this browser that recognises its person without asking. */
async function withDevice(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: async () =>
      (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
  };
}

async function openMyLogIn(page: Page) {
  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Mit log-in' }).click();
  await page.locator('.own').waitFor();
}

test('a passkey is made after the password, logs in without a user name, and is removed', async () => {
  const page = await clinic.visit({ as: nurse });
  const device = await withDevice(page);
  await openMyLogIn(page);
  await page.locator('[name=own-passkey]').fill('Min telefon');
  const add = page.locator('section', { hasText: 'Adgangsnøgler' }).getByRole('button', { name: 'Tilføj' });
  expect(await add.getAttribute('title')).toBe('Skriv først din adgangskode øverst.');
  await page.locator('[name=own-password]').fill('forkert');
  await add.click();
  await page.getByText('Brugernavn eller adgangskode er forkert.').waitFor();
  expect(await device.credentials()).toBe(0);
  await page.locator('[name=own-password]').fill(nurse.password);
  await add.click();
  await page.getByText('Min telefon · tilføjet').waitFor();
  expect(await device.credentials()).toBe(1);
  await page.keyboard.press('Escape');

  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Log ud' }).click();
  await page.getByRole('button', { name: 'Brug adgangsnøgle' }).click();
  await page.locator('.who', { hasText: 'Mette Krogh' }).waitFor();

  await openMyLogIn(page);
  await page.locator('li', { hasText: 'Min telefon' }).getByRole('button', { name: 'Fjern' }).click();
  await page.getByText('Min telefon · tilføjet').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Log ud' }).click();
  await page.getByRole('button', { name: 'Brug adgangsnøgle' }).click();
  await page.getByText('Adgangsnøglen åbner ikke her. Brug din adgangskode.').waitFor();
  await page.context().close();
});

test('a PIN and a badge are made in “my log-in”, which says where one is logged in', async () => {
  const page = await clinic.visit({ as: doctor });
  await openMyLogIn(page);
  await page.locator('[name=own-password]').fill(doctor.password);
  await page.locator('[name=own-pin]').fill('1234');
  await page.keyboard.press('Enter');
  await page.getByText('Den PIN-kode er for let at gætte. Vælg en anden.').waitFor();
  await page.locator('[name=own-pin]').fill('2580');
  await page.keyboard.press('Enter');
  await page.getByText('Du har en PIN-kode.').waitFor();
  await page.locator('[name=own-badge]').focus();
  await page.keyboard.type('0487654321');
  await page.keyboard.press('Enter');
  await page.getByText('Du har et kort.').waitFor();
  await page.getByText('denne skærm').waitFor();
  await page.getByRole('button', { name: 'Log ud alle andre steder' }).click();
  await page
    .locator('.own section', { hasText: 'Her er du logget ind' })
    .locator('li')
    .nth(1)
    .waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await lock(page);
  await page.keyboard.type('2580');
  await page.keyboard.press('Enter');
  await page.locator('.lock').waitFor({ state: 'detached' });
  await page.context().close();
});

test('an app asks: the log-in comes first, the patient is chosen, and the app gets a code for them', async () => {
  const redirect = 'http://localhost:9/done';
  const { code, stderr } = await program.command(
    'client',
    'add',
    'growth',
    '--name',
    'Vækstkurven',
    '--kind',
    'public',
    '--scope',
    'openid launch launch/patient patient/*.rs',
    '--redirect',
    redirect,
    '--launch',
    'http://localhost:9/launch',
  );
  expect([code, stderr]).toEqual([0, '']);
  const page = await clinic.visit();
  const pkce = makePkce();
  const ask = async (more: Readonly<Record<string, string>> = {}) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'growth',
      redirect_uri: redirect,
      scope: 'openid launch/patient patient/Observation.rs patient/Patient.rs',
      state: 's1',
      code_challenge: pkce.challenge,
      code_challenge_method: 'S256',
      ...more,
    });
    await page.goto(`/oauth/authorize?${query.toString()}`);
  };
  // The app has a page of its own in a real life; here it is enough to see where the browser is sent.
  const sentTo = new Promise<URL>((resolve) => {
    void page.route('http://localhost:9/**', async (route) => {
      resolve(new URL(route.request().url()));
      await route.fulfill({ body: 'done' });
    });
  });
  await ask();
  await page.locator('[name=user]').fill(doctor.user);
  await page.locator('[name=password]').fill(doctor.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Vækstkurven beder om adgang' }).waitFor();
  await page.getByText('målinger og prøvesvar, patientens stamdata').waitFor();
  const allow = page.getByRole('button', { name: 'Giv adgang' });
  expect(await allow.getAttribute('title')).toBe('Vælg først patienten.');
  expect(await axeFaults(page)).toEqual([]);
  await page.locator('.finder-input').fill('Testesen');
  await page.locator('.finder-list li').first().click();
  await page.getByText(/Testesen, Åse · \d{6}-\d{4}/).waitFor();
  await allow.click();
  const back = await sentTo;
  expect([back.searchParams.get('state'), back.searchParams.get('error')]).toEqual(['s1', null]);
  const tokens = await page.context().request.post('/oauth/token', {
    form: {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirect,
      client_id: 'growth',
      code_verifier: pkce.verifier,
    },
  });
  const { access_token: token, patient } = (await tokens.json()) as { access_token: string; patient: string };
  const read = await fetch(`${program.url}/fhir/Patient/${patient}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(JSON.stringify(await read.json())).toContain('Testesen');

  // Started from the chart it knows the patient, whom nobody chooses again.
  const own = await page.context().newPage();
  await own.goto(`/patient/${patient}`);
  const opened = page.context().waitForEvent('page');
  await page.context().route('http://localhost:9/launch**', (route) => route.fulfill({ body: 'launched' }));
  await own.getByRole('button', { name: 'Programmer' }).click();
  await own.getByRole('menuitem', { name: 'Vækstkurven' }).click();
  const tab = await opened;
  await tab.waitForURL('http://localhost:9/launch**');
  const word = new URL(tab.url()).searchParams.get('launch') ?? '';
  await ask({ scope: 'openid launch patient/Patient.rs', launch: word });
  await page.getByText(/Testesen, Åse · \d{6}-\d{4}/).waitFor();
  expect(await page.locator('.finder-input').count()).toBe(0);
  const done = page.waitForRequest('http://localhost:9/done**');
  await page.getByRole('button', { name: 'Giv adgang' }).click();
  await done;

  // It stands under "my log-in", and is taken back there.
  await own.goto('/');
  await own.locator('.frame').waitFor();
  await openMyLogIn(own);
  const given = own.locator('.own li', { hasText: 'Vækstkurven' }).filter({ hasText: 'én patient' });
  await given.nth(1).waitFor();
  expect(await axeFaults(own)).toEqual([]);
  for (const left of [1, 0]) {
    await given.first().getByRole('button', { name: 'Tag adgangen tilbage' }).click();
    await given.nth(left).waitFor({ state: 'detached' });
  }
  await own.getByText('Her står de programmer, du giver adgang.').waitFor();
  await page.context().close();
});

test('who says no sends the app away without a code', async () => {
  const page = await clinic.visit({ as: doctor });
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'growth',
    redirect_uri: 'http://localhost:9/done',
    scope: 'openid',
    code_challenge: makePkce().challenge,
    code_challenge_method: 'S256',
  });
  const sentTo = new Promise<URL>((resolve) => {
    void page.route('http://localhost:9/**', async (route) => {
      resolve(new URL(route.request().url()));
      await route.fulfill({ body: 'done' });
    });
  });
  await page.goto(`/oauth/authorize?${query.toString()}`);
  await page.getByRole('button', { name: 'Afvis' }).click();
  expect((await sentTo).searchParams.get('error')).toBe('access_denied');
  await page.context().close();
});

test('the region’s own log-in leads back to where one was going; who has no user here is told so', async () => {
  const page = await clinic.visit();
  await page.goto('/wards');
  await page.getByRole('button', { name: `Log ind via ${new URL(region.issuer).host}` }).click();
  await page.locator('.who', { hasText: 'Anne Lund' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/wards');
  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Log ud' }).click();
  region.who = 'stranger';
  await page.getByRole('button', { name: /^Log ind via/ }).click();
  await page.getByText('Du er logget ind det andet sted, men har ingen bruger her.').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  region.who = 'anne.lund';
  await page.getByRole('link', { name: 'Til log-in' }).click();
  await page.locator('[name=user]').waitFor();
  await page.context().close();
});

test('what is shown on the way in is fit for everyone (WCAG 2.2 A and AA)', async () => {
  const page = await sharedScreen();
  await openMyLogIn(page);
  expect(await axeFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Skift bruger' }).click();
  await page.getByRole('button', { name: /^Mette Krogh/ }).waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await lock(page);
  expect(await axeFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Log Anne Lund ud' }).click();
  await page.locator('.log-in .person').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.context().close();
});
