// `npm run check`: what can be said about the sources without running them, in less than half a minute.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runChecks } from './checks.mjs';
import { ensureInstalled, main, root } from './install.mjs';

await main(async () => {
  const node = await ensureInstalled({ dev: true });
  const checks = runChecks(node);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--project', 'unit', 'test/arrows.test.ts', 'test/tidy.test.ts'];
  const { status } = spawnSync(node, [vitest, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0 || checks.some(({ passed }) => !passed)) process.exitCode = 1;
});
