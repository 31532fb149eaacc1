#!/usr/bin/env node
// The command `holdfast`: installs and builds what is missing, then hands over to the program itself. Runs on Node 20 or
// newer; the program runs on the Node it brings along.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureWeb } from './build-web.mjs';
import { ensureInstalled, main, root } from './install.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  const node = await ensureInstalled();
  if (args[0] === 'start') ensureWeb(node);
  handOver(node, [join(root, 'src/main/holdfast.ts'), ...args]);
});

function handOver(node, args) {
  // The channel tells the program when we are gone, so that a kill of this process alone does not leave it behind.
  const child = spawn(node, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      // glibc keeps heaps for each thread, and V8 has several: with two of them the program takes a tenth less memory.
      MALLOC_ARENA_MAX: '2',
      // What is left of the sources without their types: without it each process and thread loads the stripper, 30 MB and
      // 0.2 s. Where the folder cannot be written, Node does without.
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/holdfast'),
      ...process.env,
    },
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'])
    process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
