/** How to reach the embedded database, as the `postgres` driver takes it. */
export interface Connect {
  /** The folder of a Unix socket, or 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}
