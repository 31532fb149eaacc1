/**
 * SMART apps are pages of other sites that come with a token of their own. A browser lets them speak to `/fhir` when the
 * answers say so (https://fetch.spec.whatwg.org/#http-cors-protocol), which SMART App Launch 2.2 asks of servers ("Considerations
 * for Cross-Origin Resource Sharing"). Cookies are never believed there: `*` tells browsers to send none, and who comes with
 * one all the same is refused by `server.ts`.
 */
import type { FastifyInstance } from 'fastify';

/** What an app may read of an answer beside its body. */
const shown = ['Content-Location', 'ETag', 'Last-Modified', 'Location', 'Retry-After', 'X-Progress'];
const sent = [
  'Accept',
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-Modified-Since',
  'If-None-Exist',
  'If-None-Match',
  'Prefer',
];
const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** How long a browser remembers it; two hours is the most that Chromium takes. */
const rememberedS = 7200;

export function letForeignPagesIn(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.origin === undefined || !request.routeOptions.url?.startsWith('/fhir')) return;
    reply.headers({ 'access-control-allow-origin': '*', 'access-control-expose-headers': shown.join(', ') });
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined)
      return;
    await reply
      .status(204)
      .headers({
        'access-control-allow-methods': methods,
        'access-control-allow-headers': sent.join(', '),
        'access-control-max-age': String(rememberedS),
      })
      .send();
  });
}
