// One database server for a test run, with one migrated database that every test file copies (database.ts). It is the
// embedded server in a temporary folder, or the PostgreSQL that HOLDFAST_DATABASE_URL names.
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '#main/postgres/start.ts';
import { migrate } from '#store/migrate.ts';
import { connect, type ConnectOptions } from '#store/sql.ts';
import { inDatabase, type TestServer } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly server: TestServer;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { to, stop } = await startServer();
  const template = `holdfast_template_${process.pid}_${project.name}`;
  const admin = connect(to, { max: 1, name: 'test set-up' });
  const teardown = async (): Promise<void> => {
    await admin`drop database if exists ${admin(template)} with (force)`;
    await admin.end();
    await stop();
  };
  try {
    await admin`create database ${admin(template)}`;
    const sql = connect(inDatabase(to, template), { max: 1, name: 'test set-up' });
    // A database can only be copied while nobody is connected to it.
    try {
      await migrate(sql);
    } finally {
      await sql.end();
    }
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide('server', { to, template });
  return teardown;
}

async function startServer(): Promise<{
  readonly to: ConnectOptions | string;
  readonly stop: () => Promise<void>;
}> {
  const url = process.env['HOLDFAST_DATABASE_URL'];
  if (url) return { to: url, stop: async () => {} };
  const folder = temporaryFolder();
  // These databases live for one test; what must survive a kill is tested with servers of its own.
  const server = await startPostgres({ folder: join(folder.path, 'postgres'), settings: { fsync: 'off' } });
  return {
    to: server.connect,
    stop: async () => {
      await server.stop();
      folder.remove();
    },
  };
}
