/**
 * Two records of one person, and the same two after they were merged (http://hl7.org/fhir/R4/patient.html#merge): the one
 * that goes on has the numbers of both, the other is out of use and says which one took its place. Texts in, texts out, so
 * that nothing else of them changes its spelling.
 */
import { parseLossless } from './json-text.ts';
import { isObject, type Json } from './json.ts';

/** The record that goes on. @param old The one whose numbers it gets, as numbers that were. */
export function asTarget(target: string, old: Json, oldId: string): string {
  const tree = read(target);
  const own = list(tree['identifier']);
  const gained = list(old['identifier']).filter((number) => !own.some((one) => isSame(one, number)));
  return JSON.stringify({
    ...tree,
    identifier: [...own, ...gained.map((number) => ({ ...number, use: 'old' }))],
    link: [...list(tree['link']), linkTo(oldId, 'replaces')],
  });
}

/** The record whose place is taken. */
export function asSource(source: string, targetId: string): string {
  const tree = read(source);
  return JSON.stringify({
    ...tree,
    active: false,
    link: [...list(tree['link']), linkTo(targetId, 'replaced-by')],
  });
}

/** The target as it goes on without the other. @param before The other as it was before the merge. */
export function targetAgain(target: string, before: Json, oldId: string): string {
  const tree = read(target);
  const gained = list(before['identifier']);
  const identifier = list(tree['identifier']).filter(
    (one) => one['use'] !== 'old' || !gained.some((number) => isSame(one, number)),
  );
  return JSON.stringify(withLists(tree, { identifier, link: withoutLink(tree, oldId, 'replaces') }));
}

/** The source as it is in use again. @param before As it was before the merge. */
export function sourceAgain(source: string, before: Json, targetId: string): string {
  const { active: _merged, ...tree } = read(source);
  const was = before['active'] === undefined ? {} : { active: before['active'] };
  return JSON.stringify(withLists({ ...tree, ...was }, { link: withoutLink(tree, targetId, 'replaced-by') }));
}

/** The id of the record that took this one's place. */
export function replacedBy(tree: Json): string | undefined {
  const link = list(tree['link']).find(({ type }) => type === 'replaced-by');
  const reference = isObject(link?.['other']) ? link['other']['reference'] : undefined;
  return typeof reference === 'string' ? /^Patient\/([^/]+)$/.exec(reference)?.[1] : undefined;
}

function linkTo(id: string, type: string): Json {
  return { other: { reference: `Patient/${id}` }, type };
}

function withoutLink(tree: Json, id: string, type: string): Json[] {
  return list(tree['link']).filter(
    (link) =>
      link['type'] !== type || !isObject(link['other']) || link['other']['reference'] !== `Patient/${id}`,
  );
}

/** Lists that became empty are no elements any more. */
function withLists(tree: Json, lists: Readonly<Record<string, readonly Json[]>>): Json {
  const rest = Object.fromEntries(Object.entries(tree).filter(([name]) => !(name in lists)));
  return { ...rest, ...Object.fromEntries(Object.entries(lists).filter(([, some]) => some.length > 0)) };
}

function isSame(one: Json, other: Json): boolean {
  return one['system'] === other['system'] && one['value'] === other['value'];
}

function read(text: string): Json {
  const tree = parseLossless(text);
  return isObject(tree) ? tree : {};
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
