/** Log-in, log-out, lock and unlock, and what was printed: what the log-in page and the lock screen speak to. */
import type { FastifyInstance } from 'fastify';
import { Refusal } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseJson } from '#fhir/parse.ts';
import { badgePattern, readBadge } from '#identity/badge.ts';
import { checkPin } from '#identity/pin.ts';
import { forgetHere, readKnownHere } from '#identity/screen.ts';
import { isId } from '#rest/target.ts';
import { fieldsOf } from './body-fields.ts';
import {
  checkedPassword,
  enter,
  forgetSession,
  noteRefused,
  screenOf,
  secretOf,
  told,
  type EnterParts,
} from './enter.ts';

export function mountSession(app: FastifyInstance, parts: EnterParts): void {
  const { sessions, config, service, loginGuard, notes } = parts;
  const { sql } = service.store;

  app.post('/session', async (request, reply) => {
    const { user, password } = fieldsOf(request.body, { user: 64, password: 1000 });
    const person = await checkedPassword(parts, request, user.trim().toLowerCase(), password);
    return enter(parts, request, reply, person, 'anew');
  });

  app.get('/session', async (request) => {
    const { session } = request;
    if (!session) throw new Refusal('unauthenticated', 'log in first');
    return told(parts, session.person, session.locked);
  });

  // Whoever logs out is known here no more; whoever locks, or gives way to another, may come back with a PIN.
  app.delete('/session', async (request, reply) => {
    const secret = secretOf(request);
    const screen = screenOf(request);
    if (secret) await sessions.close(secret.text);
    await notes.now(request, { what: 'logout', status: 204 });
    if (secret?.from === 'cookie' && screen && request.session)
      await forgetHere(sql, screen, request.session.person.user);
    forgetSession(reply, request);
    return reply.status(204).send();
  });

  app.post('/session/lock', async (request, reply) => {
    const secret = secretOf(request);
    if (secret) await sessions.lock(secret.text, true);
    await notes.now(request, { what: 'lock', status: 204 });
    return reply.status(204).send();
  });

  app.post('/session/unlock', async (request) => {
    const { session } = request;
    const secret = secretOf(request);
    if (!session || !secret) throw new Refusal('unauthenticated', 'log in first');
    const { password } = fieldsOf(request.body, { password: 1000 });
    const person = await checkedPassword(parts, request, session.person.user, password);
    await notes.now(request, { what: 'unlock', status: 200 });
    await sessions.lock(secret.text, false);
    return told(parts, person, false);
  });

  /** Who may come back with a PIN, or with a password without typing their name. */
  app.get('/session/screen', async (request, reply) => {
    const screen = screenOf(request);
    reply.header('cache-control', 'no-store');
    return {
      // Where else one may log in.
      openid: config.openidIssuer === undefined ? null : new URL(config.openidIssuer).host,
      people: screen ? await readKnownHere(sql, screen, config.sessionHoursMax) : [],
    };
  });

  app.post('/session/pin', async (request, reply) => {
    const { user, pin } = fieldsOf(request.body, { user: 64, pin: 8 });
    const screen = screenOf(request);
    const hoursMax = config.sessionHoursMax;
    // Beside the five tries, guesses at PINs wait as guesses at passwords do, without holding up the password.
    const found =
      screen &&
      (await loginGuard.attempt(`pin ${user}`, request.ip, () =>
        checkPin(sql, { screen, user, pin, hoursMax }),
      ));
    if (found) return enter(parts, request, reply, found.person, { knownS: found.knownS });
    await noteRefused(parts, request, 'user and PIN do not fit at this screen', user);
    const known = screen ? await readKnownHere(sql, screen, hoursMax) : [];
    const mayTry = known.some((one) => one.user === user && one.pin);
    throw new Refusal('unauthenticated', mayTry ? 'the PIN is wrong' : 'the password is needed', {
      detail: mayTry ? 'wrong-pin' : 'password-needed',
    });
  });

  /** Whom a badge names, and whether a PIN is enough for them here. */
  app.post('/session/badge', async (request) => {
    const { number } = fieldsOf(request.body, { number: 32 });
    const { ip } = request;
    const named = badgePattern.test(number)
      ? // Nobody may try out numbers to learn whom they name.
        await loginGuard.attempt(`badge ${ip}`, ip, () => readBadge(sql, number))
      : undefined;
    if (!named) {
      await noteRefused(parts, request, 'no badge of this number');
      throw new Refusal('unauthenticated', 'nobody has a badge of this number', { detail: 'unknown-badge' });
    }
    const screen = screenOf(request);
    const known = screen ? await readKnownHere(sql, screen, config.sessionHoursMax) : [];
    return { ...named, pin: known.some((one) => one.user === named.user && one.pin) };
  });

  // A page that is printed is out of our hands: the audit says what it was.
  app.post('/session/print', async (request, reply) => {
    const { view, names, patients } = printed(request.body);
    await notes.now(request, { what: 'print', status: 204, view, shown: { names, patients } });
    return reply.status(204).send();
  });
}

/** @throws Refusal `invalid`. */
function printed(body: unknown): { view: string; names: string[]; patients: string[] } {
  const { tree } = parseJson(body instanceof Uint8Array ? body : '', { depthMax: 4 });
  const { view, patient, ward }: Json = isObject(tree) ? tree : {};
  const ids = [patient, ward].filter((one) => one !== undefined);
  if (typeof view !== 'string' || !/^[\w/.-]{1,100}$/.test(view) || !ids.every(isTextId))
    throw new Refusal('invalid', 'expected {"view": "…"}, with the id of a patient or a ward', {
      code: 'required',
    });
  return {
    view,
    names: isTextId(ward) ? [`Location/${ward}`] : [],
    patients: isTextId(patient) ? [patient] : [],
  };
}

function isTextId(one: unknown): one is string {
  return typeof one === 'string' && isId(one);
}
