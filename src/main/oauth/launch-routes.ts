/**
 * Programs that are started from the clinic for the patient on the screen (SMART App Launch 2.2, "EHR launch"). The program
 * is given a word that stands for who started it and for whom; it hands that word back when it asks for access, and
 * nobody chooses a patient again. The word is good once, for five minutes, for that program and that person.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '#base/refusal.ts';
import { readClient, readClients } from '#identity/client.ts';
import { createOauthState } from '#identity/oauth-state.ts';
import type { Person } from '#identity/person.ts';
import type { Sql } from '#store/sql.ts';
import { fieldsOf } from '../body-fields.ts';
import { personOf } from '../own-log-in-routes.ts';
import type { Oauth } from './oauth.ts';

const launchS = 300;
export const patientPattern = /^[A-Za-z0-9.-]{1,64}$/;

export function mountLaunch(app: FastifyInstance, oauth: Oauth, sql: Sql): void {
  app.get('/session/apps', async (request) => {
    personOf(request);
    const clients = await readClients(sql);
    return clients.filter(({ launchUri }) => launchUri !== undefined).map(({ id, name }) => ({ id, name }));
  });

  app.post('/session/apps/launch', async (request) => {
    const { user } = personOf(request);
    const { app: id, patient } = fieldsOf(request.body, { app: 64, patient: 64 });
    const client = await readClient(sql, id);
    if (client?.launchUri === undefined) throw new Refusal('unknown', 'there is no such program to start');
    if (!patientPattern.test(patient)) throw new Refusal('invalid', 'expected the id of a patient');
    const word = randomBytes(32).toString('base64url');
    await launches(sql).upsert(word, { accountId: user, clientId: id, patient }, launchS);
    const to = new URL(client.launchUri);
    to.searchParams.set('iss', `${oauth.issuer}/fhir`);
    to.searchParams.set('launch', word);
    return { to: to.href };
  });
}

/** The patient that a word stands for, when this person started this program with it; undefined: it is over, or another's. */
export async function patientOfLaunch(
  sql: Sql,
  word: string,
  person: Person,
  clientId: string,
): Promise<string | undefined> {
  const launch = await launches(sql).find(word);
  const patient = launch?.['patient'];
  const isTheirs =
    launch?.['accountId'] === person.user &&
    launch['consumed'] === undefined &&
    launch['clientId'] === clientId;
  return isTheirs && typeof patient === 'string' ? patient : undefined;
}

/** @throws Refusal `unknown` when somebody was first. */
export function useLaunch(sql: Sql, word: string): Promise<void> {
  return launches(sql).consume(word);
}

function launches(sql: Sql) {
  return createOauthState(sql, 'Launch', () => new Refusal('unknown', 'this was started already'));
}
