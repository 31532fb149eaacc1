/**
 * The authorization server: OAuth 2.1, OpenID Connect and SMART App Launch 2, by oidc-provider (decisions/0012). Here is
 * what we ask of it: which ways there are, how long things last, what stands in a token, and whom we know.
 */
import { createHash } from 'node:crypto';
import {
  errors,
  interactionPolicy,
  Provider,
  type ClientMetadata,
  type Configuration,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { accessTokenS, type AccessTokens } from '#identity/access-token.ts';
import { readClient, type Client } from '#identity/client.ts';
import { createOauthState, readPatient, revokeGrant, revokeToken } from '#identity/oauth-state.ts';
import { readPerson } from '#identity/person.ts';
import { isClinical, scopesIn, scopesWithin, whyNotScope } from '#identity/scope.ts';
import type { SigningKey } from '#identity/signing-key.ts';
import type { Sql } from '#store/sql.ts';

export interface ProviderParts {
  readonly sql: Sql;
  /** The public address, without a slash at the end. */
  readonly issuer: string;
  readonly keys: readonly SigningKey[];
  readonly tokens: Pick<AccessTokens, 'claimsOf'>;
  readonly seconds: () => number;
  readonly onFault: (error: Error) => void;
}

export const oauthPaths = {
  authorize: '/oauth/authorize',
  token: '/oauth/token',
  revoke: '/oauth/revoke',
  introspect: '/oauth/introspect',
  keys: '/oauth/keys',
} as const;

/** Scopes that are about no data. */
export const plainScopes = [
  'openid',
  'profile',
  'fhirUser',
  'offline_access',
  'launch',
  'launch/patient',
] as const;
/** ES384 and RS384 are what SMART asks of everyone. */
const assertionAlgorithms = ['ES256', 'ES384', 'EdDSA', 'RS256', 'RS384', 'PS256', 'PS384'] as const;

const codeS = 90;
const interactionS = 3600;
const idTokenS = 3600;
const consentS = 90 * 86_400;
/** A client's assertion is believed whatever its clock says, once: oauth-state.ts remembers it for longer than keys are kept. */
const clockToleranceS = 10 * 365 * 86_400;

export function createProvider(parts: ProviderParts): Provider {
  const { sql, issuer, keys, seconds } = parts;
  const audience = `${issuer}/fhir`;
  const refuseReuse = () => new errors.InvalidGrant('this was used already');
  const configuration: Configuration = {
    adapter: (kind: string) => {
      const state = createOauthState(sql, kind, refuseReuse);
      if (kind !== 'Client') return state;
      return {
        ...state,
        find: async (id: string) => {
          const client = await readClient(sql, id);
          return client && metadataOf(client);
        },
      };
    },
    jwks: { keys: keys.map(({ jwk }) => jwk) as never },
    // They sign what is no secret by itself, and are renewed with the keys.
    cookies: {
      keys: keys.map(({ jwk }) => createHash('sha256').update(`cookies ${jwk.d}`).digest('base64url')),
      short: { httpOnly: true, sameSite: 'lax', path: '/' },
      long: { httpOnly: true, sameSite: 'lax', path: '/oauth' },
    },
    routes: {
      authorization: oauthPaths.authorize,
      token: oauthPaths.token,
      revocation: oauthPaths.revoke,
      introspection: oauthPaths.introspect,
      jwks: oauthPaths.keys,
    },
    scopes: [...plainScopes],
    // The word of a launch from the clinic.
    extraParams: ['launch'],
    claims: { openid: ['sub'], profile: ['name'], fhirUser: ['fhirUser'] },
    // An id token carries what it says: there is no other place to ask.
    conformIdTokenClaims: false,
    clockTolerance: clockToleranceS,
    pkce: { required: () => true },
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'private_key_jwt'],
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'],
      clientAuthSigningAlgValues: [...assertionAlgorithms],
    },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => audience,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (ctx, resource, client) => {
          if (resource !== audience) throw new errors.InvalidTarget(`expected aud to be ${audience}`);
          return {
            audience,
            scope: grantable(ctx, textOf(client['holdfastScopes'])),
            accessTokenTTL: accessTokenS,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
    ttl: {
      AccessToken: accessTokenS,
      ClientCredentials: accessTokenS,
      AuthorizationCode: codeS,
      IdToken: idTokenS,
      Interaction: interactionS,
      Session: interactionS,
      Grant: consentS,
      RefreshToken: consentS,
    },
    extraClientMetadata: { properties: ['holdfastScopes'] },
    extraTokenClaims: async (_ctx, token) => {
      const at = seconds();
      if (token.kind !== 'AccessToken') return { at };
      const { accountId, grantId } = token;
      const person = await readPerson(sql, accountId);
      const patient = await readPatient(sql, grantId);
      return {
        at,
        grant: grantId,
        ...(patient === undefined ? {} : { patient }),
        ...(person && {
          role: person.role,
          name: person.name,
          ...(person.practitioner === null ? {} : { practitioner: person.practitioner }),
          ...(person.ward === null ? {} : { ward: person.ward }),
        }),
      };
    },
    findAccount: async (_ctx, user) => {
      const person = await readPerson(sql, user);
      return (
        person && {
          accountId: user,
          claims: async () => ({
            sub: user,
            name: person.name,
            ...(person.practitioner === null ? {} : { fhirUser: `${audience}/${person.practitioner}` }),
          }),
        }
      );
    },
    issueRefreshToken: async (_ctx, _client, source) => source.scopes.has('offline_access'),
    // A public client's refresh token is good once: a stolen one that is used ends the consent for both.
    rotateRefreshToken: (ctx) => ctx.oidc.client?.clientAuthMethod === 'none',
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => URL.canParse(uri) && new URL(uri).origin === origin),
    interactions: { url: (_ctx, { uid }) => `/grant/${uid}`, policy: alwaysAsk() },
    renderError: (ctx, out) => {
      ctx.type = 'text/plain; charset=utf-8';
      ctx.body = `${out.error}: ${out.error_description ?? 'the request was not understood'}\n`;
    },
  };
  const provider = new Provider(issuer, configuration);
  // routes.ts tells it the public address as a proxy would.
  provider.proxy = true;
  provider.on('server_error', (_ctx, error) => parts.onFault(error));
  provider.use(async (any, next) => {
    await next();
    // Outside of its own addresses the library adds nothing.
    const ctx = any as unknown as Partial<KoaContextWithOIDC> & KoaContextWithOIDC;
    const route = ctx.oidc?.route;
    if (route === 'token') await addLaunch(ctx);
    if (route === 'revocation' || route === 'introspection') await answerSigned(ctx, parts);
  });
  return provider;
}

/**
 * Whoever is logged in here is told by our own session, which another page does not carry: each request asks anew who is
 * there and whether they agree.
 */
function alwaysAsk() {
  const { Check, base } = interactionPolicy;
  const policy = base();
  policy
    .get('login')
    ?.checks.add(
      new Check(
        'asked_each_time',
        'the person is asked each time',
        (ctx) => ctx.oidc.result?.login === undefined,
      ),
    );
  return policy;
}

function metadataOf(client: Client): ClientMetadata {
  const isBackend = client.kind === 'backend';
  const isNative = client.redirectUris.some((uri) => !uri.startsWith('https:'));
  const plain = scopesIn(client.scopes).filter((scope) => !isClinical(scope));
  return {
    client_id: client.id,
    client_name: client.name,
    application_type: isNative ? 'native' : 'web',
    redirect_uris: [...client.redirectUris],
    grant_types: isBackend ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    response_types: isBackend ? [] : ['code'],
    token_endpoint_auth_method: client.kind === 'public' ? 'none' : 'private_key_jwt',
    // Without any, the library would let it have all that are about no data; this one is no more than a wish.
    scope: plain.join(' ') || 'launch/patient',
    holdfastScopes: client.scopes,
    ...(client.jwks ? { jwks: client.jwks as never } : {}),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Of what is asked now, or was asked when the code or refresh token was made, what this client may have. */
function grantable(ctx: KoaContextWithOIDC, allowed: string): string {
  const { params, entities } = ctx.oidc;
  const asked = [params?.['scope'], entities.AuthorizationCode?.scope, entities.RefreshToken?.scope].flatMap(
    (text) => (typeof text === 'string' ? scopesIn(text) : []),
  );
  for (const scope of asked) {
    const why = whyNotScope(scope);
    if (why !== undefined) throw new errors.InvalidScope(why, scope);
  }
  return scopesWithin(asked.join(' '), allowed).filter(isClinical).join(' ');
}

/** SMART tells the patient beside the token, and all scopes that were granted. */
async function addLaunch(ctx: KoaContextWithOIDC): Promise<void> {
  const { entities } = ctx.oidc;
  const token = entities.AccessToken;
  const { body } = ctx;
  if (!token || typeof body !== 'object' || body === null || !('access_token' in body)) return;
  const extra = token.extra ?? {};
  const source = entities.RefreshToken ?? entities.AuthorizationCode;
  const plain = entities.Grant?.getOIDCScopeFiltered(source?.scopes ?? new Set()) ?? '';
  ctx.body = {
    ...body,
    scope: [plain, token.scope ?? ''].filter((text) => text !== '').join(' '),
    ...(typeof extra['patient'] === 'string' ? { patient: extra['patient'], need_patient_banner: true } : {}),
  };
}

/**
 * The library revokes and tells of what it keeps, and it keeps no signed token. It has seen that the client is who it says
 * and then refuses; what it refuses is answered here.
 */
async function answerSigned(ctx: KoaContextWithOIDC, parts: ProviderParts): Promise<void> {
  const { client, params, route } = ctx.oidc;
  const text = params?.['token'];
  const refused = (ctx.body as { readonly error?: unknown } | undefined)?.error;
  if (!client || typeof text !== 'string' || refused !== 'unsupported_token_type') return;
  const claims = await parts.tokens.claimsOf(text);
  const mine = claims?.clientId === client.clientId;
  ctx.status = 200;
  if (route === 'revocation') {
    // Another's token is not told of, and left alone.
    if (claims && mine)
      await (claims.grant === undefined
        ? revokeToken(parts.sql, claims.jti)
        : revokeGrant(parts.sql, claims.grant));
    ctx.body = '';
    return;
  }
  ctx.body =
    claims && (mine || client.grantTypeAllowed('client_credentials'))
      ? {
          active: true,
          client_id: claims.clientId,
          sub: claims.sub,
          scope: claims.scope,
          token_type: 'Bearer',
          exp: Math.floor(Date.now() / 1000) + accessTokenS - (parts.seconds() - claims.at),
          ...(claims.patient === undefined ? {} : { patient: claims.patient }),
        }
      : { active: false };
}
