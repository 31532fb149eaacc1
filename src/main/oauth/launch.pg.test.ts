// Programs that are started from the clinic, and what people see and take back of what they agreed to.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendForm } from '../../../test/oauth-client.ts';
import { appRedirect, personWithApp } from '../../../test/person-with-app.ts';
import { startProgram, type Program } from '../../../test/program.ts';
import { until } from '../../../test/until.ts';
import { visitor, type Visitor } from '../../../test/visitor.ts';

let program: Program;
let url = '';
let issuer = '';
let password = '';

beforeAll(async () => {
  program = await startProgram();
  url = program.url;
  issuer = url.replace('127.0.0.1', 'localhost');
  const added = await program.command('user', 'add', 'anne', '--name', 'Anne Lund', '--role', 'doctor');
  [, password = ''] = added.stdout.trim().split('  ');
  const writer = visitor(url, await program.token('anne'));
  for (const id of ['karen', 'bo']) {
    await writer.send('PUT', `/fhir/Patient/${id}`, { resourceType: 'Patient', id });
    const subject = { reference: `Patient/${id}` };
    const value = {
      resourceType: 'Observation',
      id: `${id}-o`,
      status: 'final',
      code: { text: 'x' },
      subject,
    };
    expect((await writer.send('PUT', `/fhir/Observation/${id}-o`, value)).status).toBe(201);
  }
  const scopes = 'openid fhirUser launch launch/patient offline_access patient/*.rs';
  const growth = ['growth', '--name', 'The growth app', '--kind', 'public', '--scope', scopes];
  const places = ['--redirect', appRedirect, '--launch', 'https://app.example/launch?skin=dark'];
  expect((await program.command('client', 'add', ...growth, ...places)).stderr).toBe('');
});
afterAll(async () => {
  await program.stop();
});

const { authorize, loggedIn, consent, exchangeCode, launched } = personWithApp(() => ({
  url,
  issuer,
  password,
}));
const reads = async (token: string) => (await visitor(url, token).send('GET', '/fhir/Patient/karen')).status;

test('an app is started from the clinic for the patient on the screen, who is not chosen again', async () => {
  const person = await loggedIn();
  expect((await person.send('GET', '/session/apps')).text).toBe('[{"id":"growth","name":"The growth app"}]');
  const start = async (who: Visitor, app = 'growth') => {
    const { status, json } = await who.send('POST', '/session/apps/launch', { app, patient: 'karen' });
    return status === 200 ? new URL(String(json?.['to'])) : status;
  };
  expect(await start(person, 'nightly')).toBe(404);
  const to = await start(person);
  if (typeof to === 'number') throw new Error(`${to}`);
  expect(`${to.origin}${to.pathname}`).toBe('https://app.example/launch');
  expect([to.searchParams.get('skin'), to.searchParams.get('iss')]).toEqual(['dark', `${issuer}/fhir`]);
  const launch = to.searchParams.get('launch') ?? '';
  const asked = { launch, scope: 'openid launch patient/Observation.rs' };

  // Another person who hands in the same word has started nothing.
  const stranger = visitor(url);
  await stranger.logIn('admin', program.adminPassword ?? '');
  const theirs = await authorize(stranger, asked);
  expect((await stranger.send('GET', `${theirs.to}/asked`)).status).toBe(404);

  const { verifier, to: place } = await authorize(person, asked);
  const question = await person.send('GET', `${place}/asked`);
  expect(question.json).toMatchObject({ patient: 'karen', scopes: expect.arrayContaining(['launch']) });
  // Whatever the page says: the patient is who was on the screen.
  const { query } = await consent(person, place, { answer: 'allow', patient: 'bo' });
  const { json } = await exchangeCode(query.get('code'), verifier);
  expect(json).toMatchObject({ patient: 'karen', need_patient_banner: true });
  const app = visitor(url, String(json?.['access_token']));
  expect((await app.send('GET', '/fhir/Observation/karen-o')).status).toBe(200);
  expect((await app.send('GET', '/fhir/Observation/bo-o')).status).toBe(403);

  // The word is good once.
  const again = await authorize(person, asked);
  expect((await person.send('GET', `${again.to}/asked`)).status).toBe(404);
  expect((await consent(person, again.to, { answer: 'allow', patient: 'karen' })).status).toBe(404);
});

test('a person sees what they agreed to, and takes it back; another’s is not theirs to end', async () => {
  const person = await loggedIn();
  const own = async () =>
    (await person.send('GET', '/session/own')).json?.['programs'] as { id: string; name: string }[];
  const before = (await own()).map(({ id }) => id);
  const { access, refresh } = await launched();
  const newest = (await own()).find(({ id }) => !before.includes(id));
  expect(newest).toMatchObject({ name: 'The growth app', patient: 'karen', ageS: expect.any(Number) });
  expect(newest).toMatchObject({ scopes: expect.arrayContaining(['openid', 'patient/Observation.rs']) });
  const stranger = visitor(url);
  await stranger.logIn('admin', program.adminPassword ?? '');
  expect((await stranger.send('GET', '/session/own')).json).toMatchObject({ programs: [] });
  expect((await stranger.send('DELETE', `/session/own/programs/${newest?.id}`)).status).toBe(404);
  expect(await reads(access)).toBe(200);

  expect((await person.send('DELETE', `/session/own/programs/${newest?.id}`)).status).toBe(204);
  expect((await own()).map(({ id }) => id)).not.toContain(newest?.id);
  await until('its token is over', async () => ((await reads(access)) === 401 ? true : undefined));
  const again = { grant_type: 'refresh_token', refresh_token: refresh, client_id: 'growth' };
  expect((await sendForm(visitor(url), '/oauth/token', again)).status).toBe(400);
});
