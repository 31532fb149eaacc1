/** One of several processes that serve: see workers.ts. It has no settings of its own and is told everything. */
import { assert } from '#base/assert.ts';
import { systemClock } from '#base/clock.ts';
import { createShutdown } from '#base/shutdown.ts';
import { openStore } from '#store/store.ts';
import { createLog } from './log.ts';
import { keepMemoryLow } from './memory.ts';
import { serve } from './serve.ts';
import { askGuard, isGuardAnswer } from './shared-guard.ts';
import type { Order, Report } from './workers.ts';

assert(process.send !== undefined, 'worker.ts is run by workers.ts');
const say = (report: Report) => void process.send?.(report);
const { guard, hear } = askGuard(say);
let end: (reason: string) => void = () => process.exit();

process.on('message', (order: Order) => {
  if (isGuardAnswer(order)) hear(order);
  else if (order.kind === 'stop') end('told to');
  else void run(order);
});
// The first process decides when to end; a terminal sends its signals to all of them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// The first process is gone, and the database with it.
process.on('disconnect', () => end('the first process is gone'));

async function run({ config, connect }: Order & { readonly kind: 'serve' }): Promise<void> {
  keepMemoryLow();
  const events = createLog(config);
  const shutdown = createShutdown({ events, clock: systemClock });
  end = (reason) => void shutdown.stop(reason).finally(() => process.exit());
  const store = openStore(connect, { poolSize: config.poolSize, node: 'region' });
  shutdown.register('database', (hurry) => store.close(hurry));
  try {
    const url = await serve({ config, events, shutdown, store, loginGuard: guard });
    say({ kind: 'listening', url });
  } catch (error) {
    say({ kind: 'failed', sentence: error instanceof Error ? error.message : String(error) });
  }
}
