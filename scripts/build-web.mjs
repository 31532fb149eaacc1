// Builds the web app when it is not there, or when its sources are no longer those it was built from.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Trouble, root, say } from './install.mjs';

// The folders that a screen may import, and the packages.
const sources = ['web', 'src/base', 'src/fhir', 'src/sync', 'package-lock.json', 'tsconfig.web.json'];
const page = join(root, 'dist/web/index.html');
const stamp = join(root, 'dist/web.sources');

export function ensureWeb(node) {
  const config = join(root, 'web/vite.config.ts');
  if (!existsSync(config)) {
    say('There is no web app to build yet; only the interfaces for programs are served.');
    return;
  }
  const digest = digestOfSources();
  if (existsSync(page) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  say('Building the web app.');
  const startedMs = performance.now();
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const { status } = spawnSync(node, [vite, 'build', '--config', config, '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0 && existsSync(page)) {
    say('The web app could not be built, and its earlier build is served; the reason is above.');
    return;
  }
  if (status !== 0) {
    throw new Trouble(
      'The web app could not be built; the reason is above: mend it, or go back to the last commit that `npm run check` accepts.',
    );
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, digest);
  say(`Web app built in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`);
}

function digestOfSources() {
  const hash = createHash('sha256');
  for (const file of sources
    .flatMap((source) => filesIn(join(root, source)))
    .toSorted((a, b) => (a < b ? -1 : 1))) {
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesIn(place) {
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
