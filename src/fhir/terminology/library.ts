/**
 * Where terminology is found. What R4, dk-core and MedCom define is built in and read from its file when first asked for;
 * what a record holds is put in front of it by whoever can read a record.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CodeSystemTable, ConceptMapTable, TerminologyTable, ValueSetTable } from './tables.ts';

export interface Library {
  readonly codeSystem: (url: string) => CodeSystemTable | undefined;
  readonly valueSet: (url: string) => ValueSetTable | undefined;
  readonly conceptMaps: () => readonly ConceptMapTable[];
}

const files = ['terminology-r4.ndjson.gz', 'terminology-danish.ndjson.gz'];

let loaded: ReadonlyMap<string, TerminologyTable> | undefined;
function builtInTables(): ReadonlyMap<string, TerminologyTable> {
  loaded ??= new Map(
    files.flatMap((file) => {
      const text = gunzipSync(readFileSync(join(import.meta.dirname, '../definitions', file))).toString(
        'utf8',
      );
      return text
        .trimEnd()
        .split('\n')
        .map((line): [string, TerminologyTable] => {
          const table = JSON.parse(line) as TerminologyTable;
          return [`${table.kind} ${table.url}`, table];
        });
    }),
  );
  return loaded;
}

/** A canonical without its version: of each, one version is known here. */
export function bareUrl(canonical: string): string {
  const bar = canonical.indexOf('|');
  return bar < 0 ? canonical : canonical.slice(0, bar);
}

function found<Kind extends TerminologyTable['kind']>(
  kind: Kind,
  url: string,
): Extract<TerminologyTable, { kind: Kind }> | undefined {
  const table = builtInTables().get(`${kind} ${bareUrl(url)}`);
  return table?.kind === kind ? (table as Extract<TerminologyTable, { kind: Kind }>) : undefined;
}

export const builtIn: Library = {
  codeSystem: (url) => found('CodeSystem', url),
  valueSet: (url) => found('ValueSet', url),
  conceptMaps: () => [...builtInTables().values()].filter((table) => table.kind === 'ConceptMap'),
};

/** A library with some tables in front of another. */
export function withTables(tables: readonly TerminologyTable[], behind: Library): Library {
  const own = new Map(tables.map((table) => [`${table.kind} ${table.url}`, table]));
  return {
    codeSystem: (url) => {
      const table = own.get(`CodeSystem ${bareUrl(url)}`);
      return table?.kind === 'CodeSystem' ? table : behind.codeSystem(url);
    },
    valueSet: (url) => {
      const table = own.get(`ValueSet ${bareUrl(url)}`);
      return table?.kind === 'ValueSet' ? table : behind.valueSet(url);
    },
    conceptMaps: () => [...tables.filter((table) => table.kind === 'ConceptMap'), ...behind.conceptMaps()],
  };
}
