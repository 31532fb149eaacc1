/** What a Reference may point at (http://hl7.org/fhir/R4/references.html). */
import { structures } from './definitions/tables.ts';
import { isObject, type Json } from './json.ts';

const typed =
  /^(?:https?:\/\/[^\s]+\/)?([A-Z][A-Za-z]+)(?:\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?|\?\S*)$/;

/** Ids of contained resources, each with its type. */
export function containedById(tree: Json): ReadonlyMap<string, string> {
  const list: readonly unknown[] = Array.isArray(tree['contained']) ? tree['contained'] : [];
  return new Map(
    list.flatMap((one) => (isObject(one) ? [[String(one['id']), String(one['resourceType'])]] : [])),
  );
}

/**
 * @param targets the types it may point at; undefined when any
 * @param contained those of the resource it stands in
 */
export function whyNotTarget(
  reference: Json,
  targets: readonly string[] | undefined,
  contained: () => ReadonlyMap<string, string>,
): string | undefined {
  const literal = reference['reference'];
  if (typeof literal !== 'string') return undefined;
  const pointed = literal.startsWith('#') ? contained().get(literal.slice(1)) : typed.exec(literal)?.[1];
  if (pointed === undefined || structures[pointed]?.kind !== 'resource') return undefined;
  const said = reference['type'];
  if (typeof said === 'string' && said !== pointed && !said.endsWith(`/${pointed}`)) {
    return `points at a ${pointed}; its type says otherwise`;
  }
  return targets && !targets.includes(pointed)
    ? `points at a ${pointed}; expected ${targets.join(', ')}`
    : undefined;
}
