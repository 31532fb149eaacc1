// The checks that need no test runner: types, lint, format, dead code. Each is one command that passes or fails.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const folders = ['src', 'sim', 'web', 'scripts', 'test', 'bench', 'drills'];

export function runChecks(node) {
  return checks().map(({ name, program, args }) => {
    const startedMs = performance.now();
    const { status, stdout, stderr } = spawnSync(node, [join(root, program), ...args], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    const passed = status === 0;
    process.stdout.write(
      `${passed ? 'passed' : 'FAILED'}  ${name}  ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`,
    );
    if (!passed) process.stdout.write(`${stdout}${stderr}\n`);
    return { name, passed };
  });
}

function checks() {
  const present = folders.filter((folder) => hasSources(folder));
  const tsc = 'node_modules/typescript/bin/tsc';
  return [
    { name: 'types', program: tsc, args: ['-p', 'tsconfig.json'] },
    ...(hasSources('web', /\.tsx$/)
      ? [
          { name: 'types of the web app', program: tsc, args: ['-p', 'tsconfig.web.json'] },
          // Node files that drive a browser: both worlds' types.
          { name: 'types of the browser tests', program: tsc, args: ['-p', 'tsconfig.browser.json'] },
        ]
      : []),
    {
      name: 'lint',
      program: 'node_modules/oxlint/bin/oxlint',
      args: ['--type-aware', ...present, 'vitest.config.ts'],
    },
    {
      name: 'format',
      program: 'node_modules/oxfmt/bin/oxfmt',
      args: ['--check', ...present, 'vitest.config.ts'],
    },
    { name: 'dead code', program: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
  ];
}

function hasSources(folder, name = /\.(tsx?|mjs)$/) {
  const place = join(root, folder);
  return (
    existsSync(place) &&
    readdirSync(place, { recursive: true, encoding: 'utf8' }).some((file) => name.test(file))
  );
}
