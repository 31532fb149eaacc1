/** `holdfast import FILE|FOLDER…` */
import { parseArgs } from 'node:util';
import type { Config } from '#base/config.ts';
import { findFiles } from '#exchange/import/files.ts';
import { importFiles } from '#exchange/import/import.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import { importGrowth, keepMemoryLow } from './memory.ts';
import { openNoted } from './open.ts';
import { progressBar } from './progress.ts';
import { StartError } from './start-error.ts';

/** Exit code 0: all taken; 1: something was refused and told; 2: nothing could be done. */
export async function importCommand(config: Config, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'assign-cpr': { type: 'boolean', default: false }, skip: { type: 'string', default: '' } },
  });
  if (positionals.length === 0)
    throw new StartError('Name the files or folders to import: holdfast import FILE|FOLDER…');
  const skip = values.skip
    .split(',')
    .map((type) => type.trim())
    .filter((type) => type !== '');
  const wrong = skip.find((type) => !isResourceType(type));
  if (wrong !== undefined) throw new StartError(`--skip: '${wrong}' is no resource type of FHIR R4.`);
  const files = await findFiles(positionals).catch((cause: unknown) => {
    throw new StartError(`Cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
    });
  });
  if (files.length === 0) throw new StartError('No .json or .ndjson files (.gz or not) are there to import.');
  keepMemoryLow(importGrowth);
  const opened = await openNoted(config, ['import', ...args]);
  const bar = progressBar('Importing');
  try {
    const result = await importFiles(opened.store, files, {
      skip,
      assignCpr: values['assign-cpr'],
      onFault: (fault) => console.error(fault),
      onProgress: ({ bytesRead, bytesTotal, resources, tookMs }) => {
        const rate = Math.round((resources * 1000) / tookMs);
        const left =
          bytesRead === 0 ? undefined : Math.ceil(((bytesTotal - bytesRead) / bytesRead) * (tookMs / 1000));
        bar.show(
          bytesRead,
          bytesTotal,
          `${resources} resources, ${rate}/s${left === undefined ? '' : `, ${left} s left`}`,
        );
      },
    });
    bar.end();
    await opened.store.sql`analyze`;
    const rate = Math.round((result.written * 1000) / result.tookMs);
    console.log(
      `${result.written} resources written (${rate}/s), ${result.unchanged} were there already, ${result.faults} faults.`,
    );
    for (const [type, count] of result.skipped) console.log(`${count} ${type} left out by --skip.`);
    if (result.faults > 0) process.exitCode = 1;
  } finally {
    await opened.close();
  }
}
