/** The load driver that drives any FHIR server, run against our program: seeds its own patients and checks each answer. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  /** The driver's people are drawn from it: two runs on one program would else register the same numbers twice. */
  readonly seed?: string;
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
  { concurrency, only, seconds, patients = 50, seed, beside }: LoadOptions,
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
    seed,
    vs: beside,
    json: result,
  };
  const args = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  const child = spawn(process.execPath, [driverOfStaysThatEnded(folder), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the load driver ended with code ${code}`);
  const { results }: { results: (Figure & { server: string })[] } = JSON.parse(readFileSync(result, 'utf8'));
  return {
    ours: results.filter(({ server }) => server === 'A'),
    others: results.filter(({ server }) => server === 'B'),
  };
}

/**
 * The driver admits the same few patients again and again, which is refused (`admitted-already`). Its transaction is measured
 * with a stay that has ended, and is the same in all else.
 */
function driverOfStaysThatEnded({ path }: TemporaryFolder): string {
  const data = readFileSync(join(dirname(driver), 'fhir-data.mjs'), 'utf8');
  const ended = data.replace("encounter(rnd, patientId, 'in-progress')", 'encounter(rnd, patientId)');
  if (ended === data) throw new Error('the driver makes its admissions in another way than this knows');
  writeFileSync(join(path, 'fhir-data.mjs'), ended);
  copyFileSync(driver, join(path, 'fhir-load.mjs'));
  return join(path, 'fhir-load.mjs');
}
