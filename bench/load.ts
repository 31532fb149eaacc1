/** The load driver that drives any FHIR server, run against our program: seeds its own patients and checks each answer. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../test/program.ts';
import type { TemporaryFolder } from '../test/temporary-folder.ts';

export const driver =
  process.env['FHIR_LOAD'] ?? join(import.meta.dirname, '../../shared/bench/fhir-load.mjs');

/** One workload at one number of workers. */
export interface Figure {
  readonly workload: string;
  readonly concurrency: number;
  readonly rps: number;
  readonly resourcesPerSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly errors: number;
  readonly firstError?: string;
  /** Our program and its database together. */
  readonly cpuMsPerRequest: number;
  readonly rssMB: number;
}
export interface LoadOptions {
  readonly concurrency: readonly number[];
  readonly only?: readonly string[];
  readonly seconds: number;
  readonly patients?: number;
  /** Another server, measured in turn with ours: its figures are in `others`. */
  readonly beside?: string;
}

/** Ends the benchmark with one sentence when there is no driver. */
export function needDriver(): void {
  if (existsSync(driver)) return;
  console.log(`There is no load driver at ${driver}: set FHIR_LOAD to the path of fhir-load.mjs.`);
  process.exit(2);
}

export async function drive(
  program: Program,
  folder: TemporaryFolder,
  { concurrency, only, seconds, patients = 50, beside }: LoadOptions,
): Promise<{ readonly ours: readonly Figure[]; readonly others: readonly Figure[] }> {
  const tokenFile = join(folder.path, 'token');
  const result = join(folder.path, 'load.json');
  writeFileSync(tokenFile, await program.tokenOf('doctor'));
  const options: Record<string, string | undefined> = {
    base: `${program.url}/fhir`,
    'token-file': tokenFile,
    pids: String(program.pid),
    concurrency: concurrency.join(),
    seconds: String(seconds),
    warmup: '2',
    patients: String(patients),
    only: only?.join(),
    vs: beside,
    json: result,
  };
  const args = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  const child = spawn(process.execPath, [driver, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the load driver ended with code ${code}`);
  const { results }: { results: (Figure & { server: string })[] } = JSON.parse(readFileSync(result, 'utf8'));
  return {
    ours: results.filter(({ server }) => server === 'A'),
    others: results.filter(({ server }) => server === 'B'),
  };
}
