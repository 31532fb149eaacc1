import { LinkFault } from '../../link/fault.ts';
import type { Say, TextKey } from '../../parts/text.tsx';

const texts: Readonly<Record<string, TextKey>> = {
  'wrong-pin': 'pin.wrong',
  'password-needed': 'pin.passwordNeeded',
  'unknown-badge': 'badge.unknown',
  'badge-taken': 'badge.taken',
  'badge-form': 'badge.form',
  'pin-form': 'pin.form',
  'pin-easy': 'pin.easy',
  'openid-away': 'openid.away',
  'openid-failed': 'openid.failed',
  'openid-unknown': 'openid.unknown',
  'wrong-passkey': 'passkey.wrong',
  'passkeys-full': 'passkey.full',
};

/** Why a log-in did not succeed, for who tried it. */
export function problemText(error: unknown, say: Say): string {
  // The browser's own word for "given up, or nothing there"; it does not tell which, lest a page learn it.
  if (error instanceof Error && error.name === 'NotAllowedError') return say('passkey.none');
  if (error instanceof Error && error.name === 'InvalidStateError') return say('passkey.known');
  if (!(error instanceof LinkFault)) return say('logIn.failed');
  const text = texts[error.detail ?? ''];
  if (text !== undefined) return say(text);
  if (error.kind === 'login' || error.kind === 'locked') return say('logIn.wrong');
  if (error.kind === 'slowed') return say('logIn.slowed', { seconds: error.retryAfterSeconds ?? 60 });
  if (error.kind === 'unreachable') return say('logIn.unreachable');
  return error.said ?? say('logIn.failed');
}
