/** What of the record the medication card needs, and how it is written: under the rules for all, as a program of ours. */
import { createHash } from 'node:crypto';
import { cardListCode } from '#fhir/medication-card/codes.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { listOf } from '#fhir/medication/order.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { seesEverything } from '#store/access.ts';
import { readAll } from '#store/reader.ts';
import { firstMatches } from '#store/search/search.ts';
import type { Sql } from '#store/sql.ts';

export interface Written {
  readonly resource: Json & { readonly resourceType: string; readonly id: string };
  /** The version that was read; undefined: there must be none yet. */
  readonly ifMatch: number | undefined;
}
/** Writes all or nothing; answers with the HTTP status. */
export type Write = (written: readonly Written[]) => Promise<number>;

const cprSystem = 'urn:oid:1.2.208.176.1.2';
/** National replacement numbers are known to FMK, too. */
const replacementSystem = 'urn:oid:1.2.208.176.1.6.1.1';
const foundMax = 1000;

export async function readOne(sql: Sql, name: string): Promise<Json | undefined> {
  const [type = '', id = ''] = name.split('/');
  const [row] = await readAll(sql, [{ type, id }]);
  return treeOf(row?.body);
}

export async function findAll(
  sql: Sql,
  type: string,
  criteria: readonly (readonly [string, string])[],
): Promise<readonly Json[]> {
  const query = parseSearch(type, [...criteria], {
    strict: true,
    pageDefault: 1,
    pageMax: foundMax,
    base: '',
  });
  const rows = await firstMatches(sql, seesEverything, query, foundMax);
  return rows.map(({ body }) => treeOf(body)).filter((tree) => tree !== undefined);
}

/** The number by which FMK knows the patient; undefined: it does not. */
export function personIdentifierOf(patient: Json | undefined): string | undefined {
  const numbers = listOf(patient?.['identifier']).filter(({ use }) => use !== 'old');
  const found =
    numbers.find(({ system }) => system === cprSystem) ??
    numbers.find(({ system }) => system === replacementSystem);
  return typeof found?.['value'] === 'string' ? found['value'] : undefined;
}

export function versionOf(resource: Json | undefined): number | undefined {
  const meta = resource?.['meta'];
  const version = isObject(meta) ? Number(meta['versionId']) : Number.NaN;
  return Number.isInteger(version) ? version : undefined;
}

/** One List for each patient, one copy for each line: the same ids whoever fetches. */
export const listIdOf = (patient: string): string => `fmk-${digest(patient)}`;
export const copyIdOf = (patient: string, line: string): string => `fmk-${digest(`${patient} ${line}`)}`;
export const listCode = { coding: [cardListCode], text: 'Fælles Medicinkort' };

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40);

function treeOf(body: string | undefined): Json | undefined {
  const tree: unknown = body === undefined ? undefined : JSON.parse(body);
  return isObject(tree) ? tree : undefined;
}
