// `npm test`: installs what is missing, then all checks and all tests. The last line says how many passed, failed and
// were skipped; a check counts as one. `npm test -- NAME` runs only the tests whose path holds NAME, and
// `npm test -- --database` only those that need a database and no browser.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureWeb } from './build-web.mjs';
import { runChecks } from './checks.mjs';
import { findChromium } from './chromium.mjs';
import { ensureInstalled, main, root } from './install.mjs';

await main(async () => {
  const node = await ensureInstalled({ dev: true });
  const args = process.argv.slice(2);
  const names = args.filter((arg) => arg !== '--database');
  const checks = args.length > 0 ? [] : runChecks(node);
  // The tests of the program and of the browser look at what `npm start` would serve.
  ensureWeb(node);
  const tests = runTests(
    node,
    names,
    args.includes('--database') ? ['database'] : ['unit', 'database', 'browser'],
  );
  const passed = checks.filter((check) => check.passed).length + tests.passed;
  const failed = checks.filter((check) => !check.passed).length + tests.failed;
  if (failed > 0 || tests.passed === 0) process.exitCode = 1;
  // Again at the end: a long log is often cut to its last lines.
  for (const name of [
    ...checks.filter((check) => !check.passed).map((check) => check.name),
    ...tests.failures,
  ])
    process.stdout.write(`failed: ${name}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed, ${tests.skipped} skipped\n`);
});

function runTests(node, names, kinds) {
  const browserFiles = browserTests(kinds).filter(
    (file) => names.length === 0 || names.some((name) => file.includes(name)),
  );
  const chromium = browserFiles.length > 0 ? findChromium() : undefined;
  const withoutBrowser = browserFiles.length > 0 && chromium === undefined;
  if (withoutBrowser) {
    process.stdout.write(
      `${browserFiles.length} files of browser tests are not run, because there is no Chromium: install it, or set CHROMIUM to its path.\n`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'));
  const report = join(folder, 'report.json');
  const projects = kinds
    .filter((kind) => kind !== 'browser' || chromium !== undefined)
    .flatMap((kind) => ['--project', kind]);
  const args = [
    'run',
    ...projects,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...names,
  ];
  const { status } = spawnSync(node, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(chromium === undefined ? {} : { CHROMIUM: chromium }) },
  });
  const counts = readReport(report);
  rmSync(folder, { recursive: true, force: true });
  return {
    passed: counts.passed,
    // A runner that fails beside its tests, in a set-up or an unhandled rejection, must not look like success.
    failed: status !== 0 && counts.failed === 0 ? 1 : counts.failed,
    skipped: counts.skipped + (withoutBrowser ? browserFiles.length : 0),
    failures: counts.failures,
  };
}

function readReport(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: ['the runner: it left no report'] };
  }
  // A file that cannot be loaded has no tests in the report, only its own failure.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresOf),
  };
}

/** A line for each: file, test, and the first line of what it said. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((one) => one.status === 'failed');
  if (failed.length === 0 && status === 'failed') return [`${file}: ${firstLine(message)}`];
  return failed.map((one) => `${file} > ${one.fullName}: ${firstLine(one.failureMessages[0])}`);
}

function firstLine(text = '') {
  return text.split('\n', 1)[0].slice(0, 300);
}

function browserTests(kinds) {
  if (!kinds.includes('browser')) return [];
  return ['src', 'web', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.browser.test.ts'))
      .map((file) => join(folder, file)),
  );
}
