/** Where profiles are found: those of HL7 Denmark and MedCom are built in (../definitions/danish.md). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { profileOf, type Profile } from './rules.ts';
import type { ProfileTable } from './table.ts';

/** @param beside the package of the profile that refers to it; undefined for a claim. Undefined when it is not known. */
export type FindProfile = (canonical: string, beside?: string) => Profile | undefined;

/** Packages that are built on earlier versions of others than the newest (their README). */
const builtOnOlder: ReadonlySet<string> = new Set([
  'medcom-hospitalnotification-3.0.2',
  'medcom-acknowledgement-2.0.3',
  'dk-core-2.0.0',
  'medcom-core-2.0.0',
  'medcom-messaging-2.1.0',
]);

let loaded: ReadonlyMap<string, readonly ProfileTable[]> | undefined;
function builtInTables(): ReadonlyMap<string, readonly ProfileTable[]> {
  if (!loaded) {
    const text = gunzipSync(readFileSync(join(import.meta.dirname, '../definitions/profiles-danish.ndjson.gz')));
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

export const findBuiltIn: FindProfile = (canonical, beside) => {
  const [url = '', version] = canonical.split('|');
  const versions = builtInTables().get(url);
  if (!versions) return undefined;
  const table =
    version === undefined
      ? beside !== undefined && builtOnOlder.has(beside)
        ? versions.at(-1)
        : versions[0]
      : versions.find((one) => one.version === version);
  return table && profileOf(table);
};

/** Those of a record in front of those built in. */
export function withProfiles(tables: readonly ProfileTable[], behind: FindProfile): FindProfile {
  return (canonical, beside) => {
    const [url, version] = canonical.split('|');
    const own = tables.find((table) => table.url === url && (version === undefined || table.version === version));
    return own ? profileOf(own) : behind(canonical, beside);
  };
}
