/** The other programs that may ask for access, each registered by hand: nobody registers themselves. */
import type { Sql } from '#store/sql.ts';

export const clientKinds = ['public', 'confidential', 'backend'] as const;
export type ClientKind = (typeof clientKinds)[number];

export interface Client {
  readonly id: string;
  readonly name: string;
  readonly kind: ClientKind;
  readonly redirectUris: readonly string[];
  /** Where it is started from the clinic; undefined: it starts by itself. */
  readonly launchUri: string | undefined;
  /** The public keys it proves itself with; none for a public one. */
  readonly jwks: { readonly keys: readonly object[] } | undefined;
  /** The most it may ask for, with blanks between. */
  readonly scopes: string;
}

/** False when there is one of this id already, which is left as it is. */
export async function addClient(sql: Sql, client: Client): Promise<boolean> {
  const { count } = await sql`
    insert into oauth_client (id, name, kind, redirect_uris, launch_uri, jwks, scopes)
    values (${client.id}, ${client.name}, ${client.kind}, ${JSON.stringify(client.redirectUris)},
      ${client.launchUri ?? null}, ${client.jwks ? JSON.stringify(client.jwks) : null}, ${client.scopes})
    on conflict (id) do nothing`;
  return count === 1;
}

export async function readClient(sql: Sql, id: string): Promise<Client | undefined> {
  const [client] = await readClients(sql, id);
  return client;
}

/** Those that are not disabled. */
export async function readClients(sql: Sql, id?: string): Promise<Client[]> {
  const rows = await sql<
    {
      id: string;
      name: string;
      kind: ClientKind;
      redirectUris: string;
      launchUri: string | null;
      jwks: string | null;
      scopes: string;
    }[]
  >`
    select id, name, kind, redirect_uris as "redirectUris", launch_uri as "launchUri", jwks, scopes from oauth_client
    where not disabled and (${id ?? null}::text is null or id = ${id ?? null}) order by id`;
  return rows.map(({ redirectUris, launchUri, jwks, ...row }) => ({
    ...row,
    launchUri: launchUri ?? undefined,
    redirectUris: JSON.parse(redirectUris) as string[],
    jwks: jwks === null ? undefined : (JSON.parse(jwks) as { keys: object[] }),
  }));
}

/** It gets no more tokens, and those it has are over within a minute. False when there is none of this id. */
export async function disableClient(sql: Sql, id: string): Promise<boolean> {
  const { count } = await sql`update oauth_client set disabled = true where id = ${id} and not disabled`;
  return count === 1;
}
