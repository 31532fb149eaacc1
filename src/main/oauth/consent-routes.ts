/**
 * The consent screen speaks to this: what a program asks for, and what the person at the screen says to it. Two things
 * must be there: the person's own session, and the cookie of the request, which only the browser that began it has.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { InteractionResults } from 'oidc-provider';
import { Refusal } from '#base/refusal.ts';
import { readClient } from '#identity/client.ts';
import { keepPatient } from '#identity/oauth-state.ts';
import type { Person } from '#identity/person.ts';
import { isClinical, scopesWithin } from '#identity/scope.ts';
import type { Sql } from '#store/sql.ts';
import { fieldsOf } from '../body-fields.ts';
import { patientOfLaunch, patientPattern, useLaunch } from './launch-routes.ts';
import type { Oauth } from './oauth.ts';

export function mountConsent(app: FastifyInstance, oauth: Oauth, sql: Sql): void {
  app.get('/grant/:uid/asked', async (request, reply) => {
    const { client, scopes, needsPatient, launched } = await asked(oauth, sql, request, reply);
    reply.header('cache-control', 'no-store');
    return {
      client: { id: client.id, name: client.name },
      scopes,
      needsPatient,
      ...(launched && { patient: launched.patient }),
    };
  });

  app.post('/grant/:uid/answer', async (request, reply) => {
    const { answer, patient: chosen } = fieldsOf(request.body, { answer: 5, patient: 64 });
    const { provider, client, scopes, needsPatient, launched } = await asked(oauth, sql, request, reply);
    const person = ownPersonOf(request);
    const finish = (result: InteractionResults) =>
      provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false });
    if (answer !== 'allow')
      return { to: await finish({ error: 'access_denied', error_description: 'the person said no' }) };
    const patient = launched?.patient ?? chosen;
    if (needsPatient && !patientPattern.test(patient))
      throw new Refusal('invalid', 'expected the id of the patient it is for', { code: 'required' });
    if (launched) await useLaunch(sql, launched.word);
    const grant = new provider.Grant({ accountId: person.user, clientId: client.id });
    grant.addOIDCScope(scopes.filter((scope) => !isClinical(scope)).join(' '));
    grant.addResourceScope(`${oauth.issuer}/fhir`, scopes.filter(isClinical).join(' '));
    const grantId = await grant.save();
    if (needsPatient || launched) await keepPatient(sql, grantId, patient);
    return {
      to: await finish({ login: { accountId: person.user, remember: false }, consent: { grantId } }),
    };
  });
}

async function asked(oauth: Oauth, sql: Sql, request: FastifyRequest, reply: FastifyReply) {
  const person = ownPersonOf(request);
  const provider = await oauth.provider();
  const details = await provider.interactionDetails(request.raw, reply.raw).catch((cause: unknown) => {
    throw new Refusal('unknown', 'no program asks for anything here, any more', { cause });
  });
  const { uid } = request.params as { readonly uid: string };
  const client = details.uid === uid ? await readClient(sql, textOf(details.params['client_id'])) : undefined;
  if (!client) throw new Refusal('unknown', 'no program asks for anything here, any more');
  const scopes = scopesWithin(textOf(details.params['scope']), client.scopes);
  const needsPatient = scopes.some((scope) => scope === 'launch/patient' || scope.startsWith('patient/'));
  const word = textOf(details.params['launch']);
  if (word === '') return { provider, client, scopes, needsPatient };
  const patient = await patientOfLaunch(sql, word, person, client.id);
  if (patient === undefined) throw new Refusal('unknown', 'this was not started here by you, or it is over');
  return { provider, client, scopes, needsPatient, launched: { word, patient } };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The person who is at the screen themselves: no program agrees for them. */
function ownPersonOf({ session }: FastifyRequest): Person {
  if (!session || session.kind !== 'browser')
    throw new Refusal('forbidden', 'only a person at a screen agrees');
  return session.person;
}
