/** `holdfast verify` */
import type { Config } from '#base/config.ts';
import { verify } from '#store/verify.ts';
import { openBeside } from './open.ts';
import { progressBar } from './progress.ts';
import { createLog } from './log.ts';

/** Exit code 0: the record equals the journal; 1: it does not, and what differs is listed. */
export async function verifyCommand(config: Config): Promise<void> {
  const opened = await openBeside(config, createLog({ ...config, log: 'warn' }));
  const bar = progressBar('Verifying');
  try {
    const { acts, versions, records, differences } = await verify(opened.store.sql, {
      onProgress: (done, total) => bar.show(done, total),
    });
    bar.end();
    for (const { what, problem } of differences) console.log(`${what}: ${problem}`);
    console.log(
      `${acts} acts, ${versions} versions, ${records} resources: ${differences.length === 0 ? 'the record equals the journal' : `${differences.length} differences`}.`,
    );
    if (differences.length > 0) process.exitCode = 1;
  } finally {
    await opened.close();
  }
}
