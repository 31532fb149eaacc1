/** Passkeys over HTTP: log in with one without a user name, make one after the password, list and remove one's own. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '#base/config.ts';
import { Refusal } from '#base/refusal.ts';
import { isObject } from '#fhir/json.ts';
import { parseJson } from '#fhir/parse.ts';
import {
  addPasskey,
  askNewPasskey,
  askPasskey,
  checkPasskey,
  passkeysMax,
  readPasskeys,
  removePasskey,
  type Site,
} from '#identity/passkey.ts';
import { fieldsOf } from './body-fields.ts';
import { enter, noteRefused, type EnterParts } from './enter.ts';
import { personOf, proven } from './own-log-in-routes.ts';

const nameCharactersMax = 60;

export function mountPasskeys(app: FastifyInstance, parts: EnterParts): void {
  const { config, service, loginGuard } = parts;
  const { sql } = service.store;

  app.post('/session/passkey/challenge', async (request) => askPasskey(sql, siteOf(request, config)));

  app.post('/session/passkey', async (request, reply) => {
    const { answer } = bodyOf(request);
    const id = isObject(answer) ? String(answer['id']).slice(0, 100) : '';
    const person = await loginGuard.attempt(`passkey ${id}`, request.ip, () =>
      checkPasskey(sql, siteOf(request, config), answer),
    );
    if (person) return enter(parts, request, reply, person, 'anew');
    await noteRefused(parts, request, 'a passkey that is nobody’s here, or a challenge that was not ours');
    throw new Refusal('unauthenticated', 'this passkey opens nothing here', { detail: 'wrong-passkey' });
  });

  app.post('/session/own/passkeys/challenge', async (request) => {
    const { password } = fieldsOf(request.body, { password: 1000 });
    const person = await proven(parts, request, password);
    if ((await readPasskeys(sql, person.user)).length >= passkeysMax)
      throw new Refusal('conflict', `a person has ${passkeysMax} passkeys at most`, {
        detail: 'passkeys-full',
      });
    return askNewPasskey(sql, siteOf(request, config), person);
  });

  app.post('/session/own/passkeys', async (request, reply) => {
    const { name, answer } = bodyOf(request);
    const person = personOf(request);
    const called = typeof name === 'string' ? name.trim().slice(0, nameCharactersMax) : '';
    if (!(await addPasskey(sql, siteOf(request, config), { person, name: called, answer })))
      throw new Refusal('invalid', 'this is no answer to a challenge of ours', { detail: 'wrong-passkey' });
    return reply.status(204).send();
  });

  app.delete('/session/own/passkeys/:id', async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    await removePasskey(sql, personOf(request).user, id);
    return reply.status(204).send();
  });
}

/** The address people use: a key that was made for another is none here. */
function siteOf(request: FastifyRequest, config: Config): Site {
  const origin = config.publicUrl ?? `${request.protocol}://${request.host}`;
  return { origin, rpId: new URL(origin).hostname };
}

function bodyOf({ body }: FastifyRequest): Readonly<Record<string, unknown>> {
  const { tree } = parseJson(body instanceof Uint8Array ? body : '', { depthMax: 8 });
  return isObject(tree) ? tree : {};
}
