/**
 * "My log-in": a person's own PIN, badge and screens, and the programs that act for them. Whatever adds a way in asks for the password once more, so that
 * nobody makes one for themselves at a screen that another has left; whatever takes one away does not.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '#base/refusal.ts';
import { badgePattern, hasBadge, removeBadge, setBadge } from '#identity/badge.ts';
import { readConsentsOf, revokeGrant } from '#identity/oauth-state.ts';
import type { Person } from '#identity/person.ts';
import { readPasskeys } from '#identity/passkey.ts';
import { hasPin, removePin, setPin, whyNotPin } from '#identity/pin.ts';
import { forgetElsewhere, readScreensOf, rememberHere, agentOf } from '#identity/screen.ts';
import { fieldsOf } from './body-fields.ts';
import { checkedPassword, screenOf, type EnterParts } from './enter.ts';

export function mountOwnLogIn(app: FastifyInstance, parts: EnterParts): void {
  const { config, service } = parts;
  const { sql } = service.store;

  app.get('/session/own', async (request, reply) => {
    const { user } = personOf(request);
    const here = screenOf(request);
    const screens = await readScreensOf(sql, user, config.sessionHoursMax);
    reply.header('cache-control', 'no-store');
    return {
      pin: await hasPin(sql, user),
      badge: await hasBadge(sql, user),
      passkeys: await readPasskeys(sql, user),
      programs: await readConsentsOf(sql, user),
      screens: screens.map(({ screen, ...told }) => ({ ...told, here: here?.equals(screen) ?? false })),
    };
  });

  app.post('/session/own/pin', async (request, reply) => {
    const { password, pin } = fieldsOf(request.body, { password: 1000, pin: 8 });
    const { user } = await proven(parts, request, password);
    const why = whyNotPin(pin);
    if (why === 'form') throw new Refusal('invalid', 'a PIN is four to eight digits', { detail: 'pin-form' });
    if (why === 'easy')
      throw new Refusal('invalid', 'this PIN is among the first that anyone would try', {
        detail: 'pin-easy',
      });
    await setPin(sql, user, pin);
    const screen = screenOf(request);
    if (screen) await rememberHere(sql, screen, user, agentOf(request.headers['user-agent']));
    return reply.status(204).send();
  });
  app.delete('/session/own/pin', async (request, reply) => {
    await removePin(sql, personOf(request).user);
    return reply.status(204).send();
  });

  app.post('/session/own/badge', async (request, reply) => {
    const { password, number } = fieldsOf(request.body, { password: 1000, number: 32 });
    const { user } = await proven(parts, request, password);
    if (!badgePattern.test(number))
      throw new Refusal('invalid', 'a badge’s number is 9 to 32 letters and digits', {
        detail: 'badge-form',
      });
    if (!(await setBadge(sql, user, number)))
      throw new Refusal('conflict', 'this badge is another person’s', { detail: 'badge-taken' });
    return reply.status(204).send();
  });
  app.delete('/session/own/badge', async (request, reply) => {
    await removeBadge(sql, personOf(request).user);
    return reply.status(204).send();
  });

  /** A program acts for one no more: its access tokens are over within a minute. */
  app.delete('/session/own/programs/:id', async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    const own = await readConsentsOf(sql, personOf(request).user);
    if (!own.some((consent) => consent.id === id))
      throw new Refusal('unknown', 'you have agreed to no program by this id');
    await revokeGrant(sql, id);
    return reply.status(204).send();
  });

  /** Logged out at all screens but this. */
  app.delete('/session/own/screens', async (request, reply) => {
    await forgetElsewhere(sql, screenOf(request), personOf(request).user);
    return reply.status(204).send();
  });
}

export function personOf({ session }: FastifyRequest): Person {
  if (!session) throw new Refusal('unauthenticated', 'log in first');
  return session.person;
}

/** The person of this session, whose password was typed once more. */
export function proven(parts: EnterParts, request: FastifyRequest, password: string): Promise<Person> {
  return checkedPassword(parts, request, personOf(request).user, password);
}
