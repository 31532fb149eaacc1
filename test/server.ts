import type { ConnectOptions } from '#store/sql.ts';

/** What the set-up hands to the test files. */
export interface TestServer {
  readonly to: ConnectOptions | string;
  readonly template: string;
}

/** The same server, another database. */
export function inDatabase(to: ConnectOptions | string, database: string): ConnectOptions | string {
  if (typeof to !== 'string') return { ...to, database };
  const url = new URL(to);
  url.pathname = `/${database}`;
  return url.href;
}
