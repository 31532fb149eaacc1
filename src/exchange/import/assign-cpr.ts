/** Gives imported people a Danish test identity: an invented CPR number that fits their birth date and sex. */
import { createHash } from 'node:crypto';
import { cprSystem, inventedCpr } from '#fhir/cpr.ts';
import { isObject } from '#fhir/json.ts';
import { parts } from '#fhir/json-text.ts';
import type { ImportedResource } from './documents.ts';

// More than there are invented numbers for one day and sex.
const triesMax = 5000;

/**
 * A patient with a CPR number first among the identifiers; everything else is returned as it is. The same id gets the
 * same number each time, unless it is taken by another, as `isTaken` tells.
 */
export async function assignCpr(
  resource: ImportedResource,
  isTaken: (cpr: string, patientId: string) => Promise<boolean>,
): Promise<ImportedResource> {
  if (resource.type !== 'Patient') return resource;
  const { identifier, birthDate, gender } = resource.tree;
  const identifiers: readonly unknown[] = Array.isArray(identifier) ? identifier : [];
  if (identifiers.some((one) => isObject(one) && one['system'] === cprSystem)) return resource;
  let serial = createHash('sha256').update(resource.id).digest().readUInt32BE(0) % 100_000;
  const date = typeof birthDate === 'string' && birthDate.length === 10 ? birthDate : '1900-01-01';
  let value = inventedCpr(date, gender === 'male', serial);
  for (let tried = 1; await isTaken(value, resource.id); tried++) {
    if (tried >= triesMax) throw new Error(`no invented CPR number is free for ${date}`);
    value = inventedCpr(date, gender === 'male', ++serial);
  }
  const added = { use: 'official', system: cprSystem, value };
  const span = parts(resource.text).find(({ key }) => key === 'identifier');
  const text = span
    ? `${resource.text.slice(0, span.start + 1)}${JSON.stringify(added)}${identifiers.length > 0 ? ',' : ''}${resource.text.slice(span.start + 1)}`
    : `{"identifier":[${JSON.stringify(added)}],${resource.text.slice(1)}`;
  return { ...resource, text, tree: { ...resource.tree, identifier: [added, ...identifiers] } };
}
