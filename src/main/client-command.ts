/** `holdfast client add|remove|list`: which other programs may ask for access. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Config } from '#base/config.ts';
import { isObject } from '#fhir/json.ts';
import { addClient, clientKinds, disableClient, readClients, type Client } from '#identity/client.ts';
import { scopesIn, whyNotScope } from '#identity/scope.ts';
import { plainScopes } from './oauth/provider.ts';
import { openNoted } from './open.ts';
import { StartError } from './start-error.ts';

const usage = `Usage: holdfast client add ID --name "NAME" --kind ${clientKinds.join('|')} --scope "SCOPES" [--redirect URL …] [--launch URL] [--jwks FILE]
       holdfast client remove ID
       holdfast client list`;

export async function clientCommand(config: Config, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      kind: { type: 'string' },
      scope: { type: 'string' },
      redirect: { type: 'string', multiple: true },
      launch: { type: 'string' },
      jwks: { type: 'string' },
    },
  });
  const [verb, id = ''] = positionals;
  const client = verb === 'add' ? await readAsked(id, values) : undefined;
  if (!client && verb !== 'list' && !(verb === 'remove' && id !== '')) throw new StartError(usage);
  const { store, close } = await openNoted(config, ['client', ...args]);
  try {
    if (client) {
      if (!(await addClient(store.sql, client)))
        throw new StartError(`There is a client '${id}' already, or there was: ids are not used again.`);
      console.log(`${id}  ${client.kind}`);
    } else if (verb === 'remove') {
      if (!(await disableClient(store.sql, id))) throw new StartError(`There is no client '${id}'.`);
    } else {
      for (const one of await readClients(store.sql))
        console.log([one.id, one.kind, one.name, one.scopes, ...one.redirectUris].join('  '));
    }
  } finally {
    await close();
  }
}

async function readAsked(
  id: string,
  asked: {
    readonly name?: string | undefined;
    readonly kind?: string | undefined;
    readonly scope?: string | undefined;
    readonly redirect?: readonly string[] | undefined;
    readonly launch?: string | undefined;
    readonly jwks?: string | undefined;
  },
): Promise<Client> {
  const kind = clientKinds.find((one) => one === asked.kind);
  const { name, scope = '', redirect = [] } = asked;
  if (kind === undefined || name === undefined) throw new StartError(usage);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id))
    throw new StartError('A client’s id is 1 to 64 of letters, digits, dot, hyphen and underscore.');
  const wrong = scopesIn(scope).flatMap((one) => whyNotClientScope(kind, one) ?? []);
  if (scopesIn(scope).length === 0) wrong.push('there is no --scope: say the most it may ask for');
  const jwks = asked.jwks === undefined ? undefined : await readJwks(asked.jwks);
  if ((kind === 'public') !== (jwks === undefined))
    wrong.push(kind === 'public' ? 'a public client has no --jwks' : `a ${kind} client needs --jwks FILE`);
  if ((kind === 'backend') !== (redirect.length === 0))
    wrong.push(kind === 'backend' ? 'a backend has no --redirect' : `a ${kind} client needs --redirect URL`);
  for (const one of redirect)
    if (!mayRedirectTo(one))
      wrong.push(
        `'${one}' is not an https address, an address of the same machine or one of an app (dk.region.app:/done)`,
      );
  const { launch } = asked;
  if (launch !== undefined && (kind === 'backend' || !/^https?:/.test(launch) || !mayRedirectTo(launch)))
    wrong.push(`--launch '${launch}' is not an https address, or the program acts for no person`);
  if (wrong.length > 0) throw new StartError(['This client cannot be:', ...wrong].join('\n  - '));
  return {
    id,
    name,
    kind,
    redirectUris: redirect,
    launchUri: launch,
    jwks,
    scopes: scopesIn(scope).join(' '),
  };
}

function whyNotClientScope(kind: Client['kind'], scope: string): string | undefined {
  const isPlain = plainScopes.some((one) => one === scope);
  if (isPlain) return kind === 'backend' ? `'${scope}' is for programs that act for a person` : undefined;
  const isOwn = scope.startsWith('system/');
  if (!/^(patient|user|system)\//.test(scope)) return `'${scope}' is not known`;
  if (isOwn !== (kind === 'backend'))
    return `'${scope}' is not for a ${kind} client: ${kind === 'backend' ? 'it takes system/…' : 'it takes patient/… and user/…'}`;
  return whyNotScope(scope);
}

/** Without TLS a code could be read on its way, except on the machine itself (RFC 8252, 7.3). */
function mayRedirectTo(address: string): boolean {
  if (!URL.canParse(address) || address.includes('#')) return false;
  const { protocol, hostname } = new URL(address);
  if (protocol === 'http:') return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:$/.test(protocol);
}

async function readJwks(file: string): Promise<{ keys: object[] }> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StartError(`The keys cannot be read from ${file}.`, { cause });
  });
  try {
    const jwks: unknown = JSON.parse(text);
    const keys = isObject(jwks) ? jwks['keys'] : undefined;
    if (
      Array.isArray(keys) &&
      keys.length > 0 &&
      keys.every((key) => isObject(key) && !('d' in key) && key['kty'] !== 'oct')
    )
      return { keys };
  } catch {
    // Told below, as for any other text.
  }
  throw new StartError(
    `${file} is not a list of public keys: {"keys": [{"kty": "EC", …}]}, without private parts.`,
  );
}
