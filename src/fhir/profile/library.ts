/** Where profiles are found: those of HL7 Denmark and MedCom are built in (../definitions/danish.md). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { profileOf, type Profile } from './rules.ts';
import type { ProfileTable } from './table.ts';

/**
 * Standards are in force in several editions at once, and messages name profiles without a version: where two are known,
 * what is right by one edition of all of them is right.
 */
export type Edition = 'newest' | 'earlier';
/** Undefined when it is not known. */
export type FindProfile = (canonical: string, edition: Edition) => Profile | undefined;

let loaded: ReadonlyMap<string, readonly ProfileTable[]> | undefined;
function builtInTables(): ReadonlyMap<string, readonly ProfileTable[]> {
  if (!loaded) {
    const text = gunzipSync(
      readFileSync(join(import.meta.dirname, '../definitions/profiles-danish.ndjson.gz')),
    );
    const tables = text
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ProfileTable);
    const byUrl = new Map<string, ProfileTable[]>();
    for (const table of tables) byUrl.set(table.url, [...(byUrl.get(table.url) ?? []), table]);
    loaded = byUrl;
  }
  return loaded;
}

export const findBuiltIn: FindProfile = (canonical, edition) => {
  const [url = '', version] = canonical.split('|');
  const versions = builtInTables().get(url);
  const unnamed = edition === 'newest' ? versions?.[0] : versions?.at(-1);
  const table = version === undefined ? unnamed : versions?.find((one) => one.version === version);
  return table && profileOf(table);
};

/** Those of a record in front of those built in. */
export function withProfiles(tables: readonly ProfileTable[], behind: FindProfile): FindProfile {
  return (canonical, edition) => {
    const [url, version] = canonical.split('|');
    const own = tables.find(
      (table) => table.url === url && (version === undefined || table.version === version),
    );
    return own ? profileOf(own) : behind(canonical, edition);
  };
}
