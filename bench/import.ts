/**
 * How fast is the import beside plain multi-row INSERTs of the same texts, in one run on one machine?
 *
 *   node bench/import.ts ../shared/synthea [rounds]
 *
 * The plain side does what nothing could do with less: the very texts, already cut, into a table with a key and no other
 * index, 1,000 rows a statement, one commit each. Bar: the import reaches at least 25 % of its rows a second.
 */
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFiles, readDocuments } from '#exchange/import/files.ts';
import { importFiles } from '#exchange/import/import.ts';
import { parts } from '#fhir/json-text.ts';
import { importGrowth, keepMemoryLow } from '#main/memory.ts';
import { startPostgres } from '#main/postgres/start.ts';
import { migrate } from '#store/migrate.ts';
import { connect } from '#store/sql.ts';
import { openStore } from '#store/store.ts';

const [folder = '../shared/synthea', rounds = '1'] = process.argv.slice(2);
const rowsAStatement = 1000;
const bar = 0.25;

interface Row {
  readonly type: string;
  readonly id: string;
  readonly body: string;
}

async function readRows(): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (const file of await findFiles([folder])) {
    for await (const { text = '{}' } of readDocuments(file, () => {})) {
      const entries = parts(text).find(({ key }) => key === 'entry');
      for (const entry of entries ? parts(text, entries.start) : []) {
        const resource = parts(text, entry.start).find(({ key }) => key === 'resource');
        if (!resource) continue;
        const body = text.slice(resource.start, resource.end);
        const { resourceType, id }: { resourceType: string; id: string } = JSON.parse(body);
        rows.set(`${resourceType}/${id}`, { type: resourceType, id, body });
      }
    }
  }
  return [...rows.values()];
}

// As `holdfast import` does.
keepMemoryLow(importGrowth);
const work = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
chmodSync(work, 0o711);
const postgres = await startPostgres({ folder: join(work, 'postgres') });
try {
  const rows = await readRows();
  const ratios: number[] = [];
  for (let round = 1; round <= Number(rounds); round++) {
    const plain = await plainInserts(rows);
    const imported = await realImport(round);
    ratios.push(imported / plain);
    console.log(
      `round ${round}: plain ${Math.round(plain)} rows/s, import ${Math.round(imported)} rows/s, ratio ${(imported / plain).toFixed(3)}`,
    );
  }
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 0;
  console.log(
    `${rows.length} resources, ${Math.round(rows.reduce((sum, { body }) => sum + body.length, 0) / rows.length)} bytes each; median ratio ${median.toFixed(3)}, bar ${bar}: ${median >= bar ? 'passed' : 'FAILED'}`,
  );
  process.exitCode = median >= bar ? 0 : 1;
} finally {
  await postgres.stop();
  rmSync(work, { recursive: true, force: true });
}

async function plainInserts(rows: readonly Row[]): Promise<number> {
  const sql = connect(postgres.connect, { max: 1 });
  await sql`drop table if exists plain`;
  await sql`create table plain (type text, id text, body text, primary key (type, id))`;
  const begun = performance.now();
  for (let at = 0; at < rows.length; at += rowsAStatement) {
    await sql`insert into plain ${sql(rows.slice(at, at + rowsAStatement), 'type', 'id', 'body')}`;
  }
  const rate = (rows.length * 1000) / (performance.now() - begun);
  await sql.end();
  return rate;
}

async function realImport(round: number): Promise<number> {
  const admin = connect(postgres.connect, { max: 1 });
  const database = `round_${round}`;
  await admin`create database ${admin(database)}`;
  await admin.end();
  const to = { ...postgres.connect, database };
  const store = openStore(to, { poolSize: 10, node: 'bench' });
  await migrate(store.sql);
  const { written, tookMs } = await importFiles(store, await findFiles([folder]), {
    skip: [],
    assignCpr: false,
  });
  await store.close();
  return (written * 1000) / tookMs;
}
