import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connect, type ConnectOptions } from '#store/sql.ts';
import { inDatabase } from './server.ts';

export interface TestDatabase {
  /** For `connect` of #store/sql.ts. */
  readonly to: ConnectOptions | string;
  readonly drop: () => Promise<void>;
}

/** A database of your own with the newest schema and nothing in it. `drop` it in afterAll; open connections are cut. */
export async function testDatabase(): Promise<TestDatabase> {
  const { to, template } = inject('server');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withAdmin(async (sql) => sql`create database ${sql(name)} template ${sql(template)}`);
  return {
    to: inDatabase(to, name),
    drop: () => withAdmin(async (sql) => sql`drop database if exists ${sql(name)} with (force)`),
  };

  async function withAdmin(work: (sql: ReturnType<typeof connect>) => Promise<unknown>): Promise<void> {
    const sql = connect(to, { max: 1, name: 'test' });
    try {
      await work(sql);
    } finally {
      await sql.end();
    }
  }
}
