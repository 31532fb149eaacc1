import { startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { exchange } from './exchange.ts';
import type { Session } from './session.ts';

// The browser's part of a passkey: it asks a device, and hands its answer on.

type Asked = Parameters<typeof startRegistration>[0]['optionsJSON'];
type AskedToLogIn = Parameters<typeof startAuthentication>[0]['optionsJSON'];

/** Browsers let pages ask for passkeys only over https, or on the machine itself. */
export const passkeysWork = (): boolean =>
  globalThis.isSecureContext && 'PublicKeyCredential' in globalThis && !/^[\d.]+$/.test(location.hostname);

export async function askPasskeyOf(path: string, body: object): Promise<Asked> {
  return (await exchange(path, post(body))) as Asked;
}

export const makePasskey = (asked: Asked) => startRegistration({ optionsJSON: asked });

/** Without a user name: the device knows whose key it is. */
export async function proveByPasskey(): Promise<Session> {
  const asked = (await exchange('/session/passkey/challenge', post({}))) as AskedToLogIn;
  const answer = await startAuthentication({ optionsJSON: asked });
  return (await exchange('/session/passkey', post({ answer }))) as Session;
}

function post(body: object) {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  } as const;
}
