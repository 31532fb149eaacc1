import { exchange } from './exchange.ts';
import type { Session } from './session.ts';

// Log-in at another place: away with the browser, and back to `/openid` with an answer that is handed on.

const placeName = 'holdfast.openid';

/** Where the browser is to go. It comes back to `/openid`, and from there to where it is now. */
export async function beginElsewhere(): Promise<string> {
  const { to } = (await exchange('/session/openid/begin', post({}))) as { readonly to: string };
  sessionStorage.setItem(placeName, `${location.pathname}${location.search}`);
  return to;
}

// The answer is good once, and a component may be mounted twice.
let answering: Promise<Session> | undefined;

/** Hands on what stands behind `/openid`. */
export function proveElsewhere(search: string): Promise<Session> {
  answering ??= exchange('/session/openid', post({ search })).then((session) => session as Session);
  return answering;
}

/** Where the browser was before it went away. */
export function placeBefore(): string {
  const place = sessionStorage.getItem(placeName) ?? '/';
  return place.startsWith('/') && !place.startsWith('//') ? place : '/';
}

function post(body: object) {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  } as const;
}
