/**
 * One notification over HTTP. No redirect is followed; the name is resolved here and the connection goes to the address
 * that was judged, so that a name cannot mean one machine when it is checked and another when it is called.
 */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { mayLeadTo, readEndpoint } from '#fhir/subscription/endpoint.ts';

export interface Message {
  readonly method: 'POST' | 'PUT';
  readonly address: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly timeoutMs: number;
}
export interface RestHooks {
  /** Undefined when it was taken (2xx); else why not, in words that hold nothing of a patient. */
  send(message: Message): Promise<string | undefined>;
  stop(): void;
}

/** Of an answer nothing is used but its status; one that is longer ends with its connection. */
const answerBytesMax = 64 * 1024;
/** Connections that wait for the next notification. */
const idleConnectionsMax = 64;

export function createRestHooks(hosts: readonly string[]): RestHooks {
  const kept = { keepAlive: true, maxFreeSockets: idleConnectionsMax, timeout: 60_000 };
  const [http, https] = [new HttpAgent(kept), new HttpsAgent(kept)];
  const lookup: LookupFunction = (name, options, answer) => {
    resolve(
      name,
      { ...options, all: true },
      (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
        const good = error ? [] : found.filter(({ address }) => mayLeadTo(name, address, hosts));
        const [first] = good;
        if (error) answer(error, '');
        else if (!first)
          answer(Object.assign(new Error('not an allowed address'), { code: 'NOT_ALLOWED' }), '');
        else if (options.all) answer(null, good);
        else answer(null, first.address, first.family);
      },
    );
  };
  return {
    send: ({ method, address, headers, body, timeoutMs }) =>
      new Promise((done) => {
        const endpoint = readEndpoint(address, hosts);
        if ('fault' in endpoint) return done(`the endpoint ${endpoint.fault}`);
        const secure = endpoint.url.protocol === 'https:';
        const request = (secure ? requestHttps : requestHttp)(endpoint.url, {
          method,
          agent: secure ? https : http,
          lookup,
          headers: {
            ...Object.fromEntries(headers),
            ...(body === '' ? {} : { 'content-type': 'application/fhir+json; charset=utf-8' }),
            'content-length': Buffer.byteLength(body),
          },
        });
        const timer = setTimeout(() => {
          done(`no answer within ${timeoutMs} ms`);
          request.destroy();
        }, timeoutMs);
        const end = (reason: string | undefined) => {
          clearTimeout(timer);
          done(reason);
        };
        request.on('error', (error: NodeJS.ErrnoException) => end(reasonOf(error)));
        request.on('response', (response) => {
          const status = response.statusCode ?? 0;
          drain(response);
          end(
            status >= 200 && status < 300
              ? undefined
              : status >= 300 && status < 400
                ? `answered ${status}, and redirects are not followed`
                : `answered ${status}`,
          );
        });
        request.end(body);
      }),
    stop() {
      http.destroy();
      https.destroy();
    },
  };
}

function drain(response: IncomingMessage): void {
  let bytes = 0;
  const timer = setTimeout(() => response.destroy(), 5000);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > answerBytesMax) response.destroy();
  });
  response.on('close', () => clearTimeout(timer));
  // What breaks after the status has said all that counts.
  response.on('error', () => {});
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'NOT_ALLOWED') return 'the name of the endpoint leads to an address that is not allowed';
  return `the endpoint was not reached (${error.code ?? 'no connection'})`;
}
