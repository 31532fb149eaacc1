/**
 * Makes `profiles-danish.ndjson.gz` and `terminology-danish.ndjson.gz` from the published packages of HL7 Denmark and MedCom
 * (danish.md says which, and under what licence): `node src/fhir/definitions/build-danish.ts FOLDER`, where FOLDER holds a
 * folder for each package, those of an earlier version in `older`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { compile } from '../path/compile.ts';
import { isObject, type Json } from '../json.ts';
import { profileTable } from '../profile/table.ts';
import { terminologyLines } from './build-terminology.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('say which folder holds the packages');

function resourcesIn(path: string): Json[] {
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name): unknown => JSON.parse(readFileSync(join(path, name), 'utf8')))
    .filter(isObject);
}
const packages = readdirSync(folder).filter((name) => name !== 'older');
const older = readdirSync(join(folder, 'older'));
// The newest of each comes first: it is what a canonical without a version means.
const all = [
  ...packages.map((name) => ({ name, resources: resourcesIn(join(folder, name)) })),
  ...older.map((name) => ({ name, resources: resourcesIn(join(folder, 'older', name)) })),
];
const profiles = all.flatMap(({ name, resources }) =>
  resources.flatMap((resource) => profileTable(resource, name) ?? []),
);
for (const { elements } of profiles) {
  for (const { invariants = [] } of elements) for (const { expression } of invariants) compile(expression);
}
const terminology = [...all].reverse().flatMap(({ resources }) => resources);
const write = (file: string, text: string) =>
  writeFileSync(join(import.meta.dirname, file), gzipSync(text, { level: 9 }));
write('profiles-danish.ndjson.gz', `${profiles.map((profile) => JSON.stringify(profile)).join('\n')}\n`);
write('terminology-danish.ndjson.gz', terminologyLines(terminology));
