// `npm run drill -- NAME …` and `npm run bench -- NAME …`: runs one file of the folder, or all of them, each by itself.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, main, root } from './install.mjs';

await main(async () => {
  const [folder = '', name, ...args] = process.argv.slice(2);
  const node = await ensureInstalled();
  const names = readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -3));
  if (name !== undefined && !names.includes(name)) {
    process.stderr.write(`There is no '${name}' in ${folder}: ${names.join(', ')}.\n`);
    process.exit(2);
  }
  const failed = (name === undefined ? names : [name]).filter((one) => {
    process.stdout.write(`== ${folder}/${one}\n`);
    const { status } = spawnSync(node, [join(root, folder, `${one}.ts`), ...args], {
      cwd: root,
      stdio: 'inherit',
    });
    return status !== 0;
  });
  if (failed.length > 0) process.stderr.write(`failed: ${failed.join(', ')}\n`);
  process.exit(failed.length === 0 ? 0 : 1);
});
