/** Where other programs speak to the authorization server, and where they learn that it is there. */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '#base/refusal.ts';
import type { Oauth } from './oauth.ts';
import { oauthPaths, plainScopes } from './provider.ts';

/** Anyone may read where to ask; nothing here is about anybody. */
const forEveryone = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };

export function mountOauth(
  app: FastifyInstance,
  oauth: Oauth,
  headers: Readonly<Record<string, string>>,
): void {
  app.get('/fhir/.well-known/smart-configuration', async (_request, reply) =>
    reply.headers(forEveryone).type('application/json').send(smartConfiguration(oauth.issuer)),
  );
  void app.register(async (scope) => {
    // The library reads bodies itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    const serve = async (request: FastifyRequest, reply: Parameters<typeof handOver>[2]) => {
      const provider = await oauth.provider();
      speakPublicly(request, oauth.issuer);
      await handOver(provider.callback(), request, reply, headers);
    };
    scope.get('/.well-known/openid-configuration', serve);
    scope.get('/.well-known/oauth-authorization-server', serve);
    scope.get(oauthPaths.authorize, async (request, reply) => {
      request.raw.url = asAsked(request.url);
      return serve(request, reply);
    });
    scope.all('/oauth/*', async (request, reply) => {
      if (request.url.split('?')[0] === oauthPaths.authorize)
        throw new Refusal('notAllowed', 'ask with GET', { headers: { allow: 'GET' } });
      return serve(request, reply);
    });
  });
}

/** Whatever name the server was called by, its addresses are those of the public one. */
function speakPublicly(request: FastifyRequest, issuer: string): void {
  const { protocol, host } = new URL(issuer);
  Object.assign(request.raw.headers, {
    host,
    'x-forwarded-host': host,
    'x-forwarded-proto': protocol.replace(':', ''),
  });
}

async function handOver(
  answer: (request: FastifyRequest['raw'], response: ServerResponse) => unknown,
  request: FastifyRequest,
  reply: { hijack(): unknown; readonly raw: ServerResponse },
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  reply.hijack();
  for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value);
  // The library would remember who agreed before in this browser. Here only our own session tells who is there.
  const kept = (request.raw.headers.cookie ?? '')
    .split(/;\s*/)
    .filter((cookie) => !/^_session(\.|=)/.test(cookie));
  request.raw.headers.cookie = kept.join('; ');
  await answer(request.raw, reply.raw);
}

/** SMART calls the server asked for `aud`, where OAuth's own word is `resource`; and everyone is asked for consent. */
function asAsked(url: string): string {
  const [path = '', search = ''] = url.split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const aud = query.get('aud');
  if (aud !== null && !query.has('resource')) query.set('resource', aud.replace(/\/$/, ''));
  query.delete('aud');
  if (query.get('prompt') === null) query.set('prompt', 'consent');
  return `${path}?${query.toString()}`;
}

/** https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html#using-well-known */
function smartConfiguration(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}${oauthPaths.keys}`,
    authorization_endpoint: `${issuer}${oauthPaths.authorize}`,
    token_endpoint: `${issuer}${oauthPaths.token}`,
    revocation_endpoint: `${issuer}${oauthPaths.revoke}`,
    introspection_endpoint: `${issuer}${oauthPaths.introspect}`,
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['ES384', 'RS384', 'ES256'],
    scopes_supported: [...plainScopes, 'patient/*.cruds', 'user/*.cruds', 'system/*.cruds'],
    capabilities: [
      'launch-ehr',
      'launch-standalone',
      'context-banner',
      'context-ehr-patient',
      'context-standalone-patient',
      'client-public',
      'client-confidential-asymmetric',
      'sso-openid-connect',
      'permission-offline',
      'permission-patient',
      'permission-user',
      'permission-v1',
      'permission-v2',
    ],
  };
}
