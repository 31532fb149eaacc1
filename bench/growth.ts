/**
 * How does the cost of a request grow with what is stored?
 *
 *   npm run bench -- growth [sizes, e.g. 10000,100000,1000000] [seconds]
 *
 * Fills one database step by step through the import, with the load driver's own charts (122 resources each), and
 * measures at each size. Bar: reading, an open chart and searches by patient cost at most 1.5 times what they did at the
 * first size, at any size. Ten million resources take half an hour and 30 GB: name them to measure them.
 */
import { createWriteStream, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { once } from 'node:events';
import { connectToRunning } from '#main/postgres/running.ts';
import { connect } from '#store/sql.ts';
import { startProgram } from '../test/program.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { drive, driver, needDriver, type Figure } from './load.ts';

const [sizesText = '10000,100000,1000000', secondsText = '5'] = process.argv.slice(2);
const sizes = sizesText.split(',').map(Number);
const seconds = Number(secondsText);
/** What may grow by half and no more; the others are told. */
const bar = 1.5;
const barred = ['read-patient', 'search-labs', 'batch-open-chart', 'patient-everything'];
const told = ['search-patient', 'create-observation', 'transaction-admission'];

needDriver();
const { seededChart, CHART_SIZE: chartSize }: ChartSource = await import(
  pathToFileURL(join(dirname(driver), 'fhir-data.mjs')).href
);
interface ChartSource {
  readonly seededChart: (seed: string, n: number) => { readonly bundle: object };
  readonly CHART_SIZE: number;
}

const folder = temporaryFolder();
const program = await startProgram();
let failed = 0;
try {
  const first = new Map<string, number>();
  let charts = 0;
  for (const size of sizes) {
    const wanted = Math.ceil(size / chartSize);
    const begun = performance.now();
    await importCharts(charts, wanted);
    const took = (performance.now() - begun) / 1000;
    const added = (wanted - charts) * chartSize;
    charts = wanted;
    const { rows, bytes } = await sizeOfRecord();
    console.log(
      `${rows} resources (${(bytes / rows).toFixed(0)} bytes each on disk); ${added} came in at ${(added / took).toFixed(0)}/s`,
    );
    const { ours } = await drive(program, folder, { concurrency: [8], only: [...barred, ...told], seconds });
    for (const figure of ours) print(figure, first);
  }
} finally {
  await program.stop();
  folder.remove();
}
process.exitCode = failed === 0 ? 0 : 1;

function print({ workload, cpuMsPerRequest, p50, p95, errors }: Figure, first: Map<string, number>): void {
  const before = first.get(workload) ?? cpuMsPerRequest;
  first.set(workload, before);
  const growth = cpuMsPerRequest / before;
  const judged = barred.includes(workload);
  const good = errors === 0 && (!judged || growth <= bar);
  if (!good) failed++;
  console.log(
    `  ${workload.padEnd(22)} cpu ${cpuMsPerRequest.toFixed(3)} ms  p50 ${p50.toFixed(2)}  p95 ${p95.toFixed(2)}  ${growth.toFixed(2)} times the first${judged ? `; bar ${bar}: ${good ? 'passed' : 'FAILED'}` : ''}${errors > 0 ? `, ${errors} errors` : ''}`,
  );
}

async function importCharts(from: number, to: number): Promise<void> {
  const file = join(folder.path, 'charts.ndjson');
  const out = createWriteStream(file);
  for (let n = from; n < to; n++) {
    // Other seeds than the driver's own, which it makes itself.
    const line = `${JSON.stringify(seededChart('growth', n).bundle)}\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  const { code, stderr } = await program.command('import', file);
  rmSync(file);
  if (code !== 0) throw new Error(`the import failed: ${stderr.slice(-1000)}`);
}

async function sizeOfRecord(): Promise<{ rows: number; bytes: number }> {
  const to = connectToRunning(join(program.dataFolder, 'postgres'));
  if (!to) throw new Error('the database is not running');
  const sql = connect(to, { max: 1 });
  const [row] = await sql<{ rows: number; bytes: number }[]>`
    select (select count(*) from record) as rows, (select sum(pg_total_relation_size(c.oid)) from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r')::bigint as bytes`;
  await sql.end();
  return row ?? { rows: 0, bytes: 0 };
}
