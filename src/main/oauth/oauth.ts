/** The authorization server in this process: made anew when its keys are, since they are a part of it. */
import type { Provider } from 'oidc-provider';
import { Refusal } from '#base/refusal.ts';
import type { AccessTokens } from '#identity/access-token.ts';
import { createProvider, type ProviderParts } from './provider.ts';

export interface Oauth {
  /** The public address, without a slash at the end. */
  readonly issuer: string;
  /** @throws Refusal `unavailable` while the keys cannot be read. */
  provider(): Promise<Provider>;
}

export function createOauth(
  parts: Omit<ProviderParts, 'issuer' | 'keys' | 'tokens'> & {
    readonly issuer: () => string;
    readonly tokens: AccessTokens;
  },
): Oauth {
  let made: { readonly of: string; readonly provider: Provider } | undefined;
  return {
    get issuer() {
      return parts.issuer();
    },
    async provider() {
      if (parts.tokens.keys().length === 0) await parts.tokens.look();
      const keys = parts.tokens.keys();
      if (keys.length === 0) throw new Refusal('unavailable', 'there are no keys to sign with just now');
      const issuer = parts.issuer();
      const of = [issuer, ...keys.map(({ kid }) => kid)].join(' ');
      if (made?.of !== of) made = { of, provider: createProvider({ ...parts, issuer, keys }) };
      return made.provider;
    },
  };
}
