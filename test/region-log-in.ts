// A region's own log-in, as far as this program can tell: an OpenID provider where whoever comes is somebody already.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface RegionLogIn {
  readonly issuer: string;
  readonly secret: string;
  /** Who is there; may be changed. */
  who: string;
  /** Before anybody comes: where they are sent back to. */
  sendBackTo(address: string): void;
  stop(): void;
}

export async function startRegionLogIn(): Promise<RegionLogIn> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const region: RegionLogIn = {
    issuer: `http://127.0.0.1:${port}`,
    secret: 'a secret between the two',
    who: 'anne.lund',
    sendBackTo(address) {
      const provider = createRegionProvider(region, address);
      const answer = provider.callback();
      server.on('request', (request, response) => {
        if (request.url?.startsWith('/agree/') !== true) return void answer(request, response);
        void agree(provider, region.who, request, response);
      });
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  return region;
}

type Requests = Parameters<Provider['interactionFinished']>;

async function agree(
  provider: Provider,
  who: string,
  request: Requests[0],
  response: Requests[1],
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: who, clientId: String(params['client_id']) });
  grant.addOIDCScope('openid profile');
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, {
    login: { accountId: who, remember: false },
    consent: { grantId },
  });
}

function createRegionProvider({ issuer, secret }: RegionLogIn, back: string): Provider {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new Provider(issuer, {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'region', use: 'sig' }] as never },
    cookies: { keys: ['test'] },
    clients: [
      {
        client_id: 'holdfast',
        client_secret: secret,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [back],
        application_type: 'native',
      },
    ],
    claims: { profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/agree/${uid}` },
    findAccount: (_ctx, user) => ({
      accountId: user,
      claims: () => ({ sub: user, preferred_username: user }),
    }),
  });
}
