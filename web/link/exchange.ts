import { rawJson } from '#fhir/json-text.ts';
import { faultOf, LinkFault } from './fault.ts';

// One request and its answer. Everything the clinic asks of the server goes through here, so that a session that has ended
// or is locked is noticed wherever it shows first.

// The server answers an open chart in well under a second; longer than this and the line is gone without saying so.
const answerWithinMs = 20_000;

let onSessionFault: (fault: LinkFault) => void = () => undefined;

export function setSessionFaultListener(listener: (fault: LinkFault) => void): void {
  onSessionFault = listener;
}

type Ask = {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
};

/** The answer's JSON; undefined for an answer without content. Throws a LinkFault for all else. */
export async function exchange(path: string, ask: Ask = {}): Promise<unknown> {
  const limit = AbortSignal.timeout(answerWithinMs);
  const signal = ask.signal === undefined ? limit : AbortSignal.any([ask.signal, limit]);
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method: ask.method ?? 'GET',
      credentials: 'same-origin',
      headers: { accept: 'application/fhir+json, application/json', ...ask.headers },
      ...(ask.body !== undefined && { body: ask.body }),
      signal,
    });
    text = await response.text();
  } catch (error) {
    if (ask.signal?.aborted === true) throw error;
    throw new LinkFault('unreachable', undefined, undefined, error);
  }
  const body = readBody(text, response.ok);
  if (response.ok) return body;
  const fault = faultOf(response.status, body, response.headers.get('retry-after'));
  // A wrong password is answered the same way; it says nothing about the session that is open.
  if ((fault.kind === 'locked' || fault.kind === 'login') && !path.startsWith('/session'))
    onSessionFault(fault);
  throw fault;
}

function readBody(text: string, ok: boolean): unknown {
  if (text === '') return undefined;
  try {
    return parseKeepingSpelling(text);
  } catch (error) {
    // An error page of something between us and the server is no answer of the server's.
    if (ok) throw new LinkFault('unreachable', undefined, undefined, error);
    return undefined;
  }
}

// A decimal whose spelling a number would lose: 1.00, 2.50, 1e3, more digits than a double holds. Inside a JSON string the
// quotes around a key are escaped, so that this cannot match there.
const spelledValue = /"value"\s*:\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,}])/g;

/** JSON with the spelling of decimals kept beside them as `$value`: what was answered as 1.00 is shown as 1,00. */
export function parseKeepingSpelling(text: string): unknown {
  return JSON.parse(
    text.replace(spelledValue, (whole, spelled: string) =>
      String(Number(spelled)) === spelled ? whole : `"value":${spelled},"$value":"${spelled}"`,
    ),
  );
}

/** JSON in which a decimal that was read as 1.00 (see `parseKeepingSpelling`) is 1.00 again. */
export function writeKeepingSpelling(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && '$value' in each && 'value' in each
      ? { ...each, value: rawJson(String(each.$value)), $value: undefined }
      : each,
  );
}
