/** `holdfast verify` */
import type { Config } from '#base/config.ts';
import { gatherMs } from '#identity/audit/audit.ts';
import { verifyAudit } from '#identity/audit/verify.ts';
import type { Sql } from '#store/sql.ts';
import { verify } from '#store/verify.ts';
import { openBeside } from './open.ts';
import { progressBar } from './progress.ts';
import { createLog } from './log.ts';

/** Exit code 0: the record equals the journal, and the audit is as it was written; 1: not so, and what differs is listed. */
export async function verifyCommand(config: Config): Promise<void> {
  const opened = await openBeside(config, createLog({ ...config, log: 'warn' }));
  try {
    const isRight = await tellRecord(opened.store.sql);
    const isAuditRight = await tellAudit(opened.store.sql);
    if (!isRight || !isAuditRight) process.exitCode = 1;
  } finally {
    await opened.close();
  }
}

async function tellRecord(sql: Sql): Promise<boolean> {
  const bar = progressBar('Verifying the record');
  const { acts, versions, records, differences } = await verify(sql, {
    onProgress: (done, total) => bar.show(done, total),
  });
  bar.end();
  for (const { what, problem } of differences) console.log(`${what}: ${problem}`);
  console.log(
    `${acts} acts, ${versions} versions, ${records} resources: ${differences.length === 0 ? 'the record equals the journal' : `${differences.length} differences`}.`,
  );
  return differences.length === 0;
}

async function tellAudit(sql: Sql): Promise<boolean> {
  const bar = progressBar('Verifying the audit');
  const { chains, pages, lines, differences, unended } = await verifyAudit(sql, {
    onProgress: (done, total) => bar.show(done, total),
  });
  bar.end();
  for (const { what, problem } of differences) console.log(`${what}: ${problem}`);
  for (const { program, lastAt } of unended)
    console.log(
      `The audit of program ${program} has no closing page after ${new Date(lastAt).toISOString()}: it runs, or it was killed; then lines of its last ${gatherMs} ms of reads may be missing.`,
    );
  console.log(
    `${lines} lines on ${pages} pages of ${chains} chains: ${differences.length === 0 ? 'the audit is as it was written' : `${differences.length} differences in the audit`}.`,
  );
  return differences.length === 0;
}
