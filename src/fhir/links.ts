/**
 * Links from one entry of a transaction to another that are no references (http://hl7.org/fhir/R4/http.html#trules):
 * elements of type uri, url, oid and uuid, and `<a href>` and `<img src>` in narratives. Elements of type canonical are
 * left alone, as the standard says. References are turned by `replaceReferences` before this.
 */
import { structures } from './definitions/tables.ts';
import { parts } from './json-text.ts';

export type ReplaceLink = (link: string) => string | undefined;
type Edit = readonly [start: number, end: number, text: string];

const linkTypes = new Set(['uri', 'url', 'oid', 'uuid']);
// What may be a link, in a string or within a narrative in one; most texts have none that anyone knows, and are left at that.
const candidate = /["'=\\](urn:[^"'\\\s<>]+|https?:[^"'\\\s<>]+)/g;
const attribute = /\b(href|src)(\s*=\s*)("[^"]*"|'[^']*')/g;

/** The text of a resource of this type with its links replaced where `replace` gives another. */
export function replaceLinks(text: string, type: string, replace: ReplaceLink): string {
  let some = false;
  for (const [, link = ''] of text.matchAll(candidate)) some ||= replace(link) !== undefined;
  if (!some) return text;
  const edits: Edit[] = [];
  findInObject(text, 0, type, replace, edits);
  let [out, from] = ['', 0];
  for (const [start, end, other] of edits) {
    out += text.slice(from, start) + other;
    from = end;
  }
  return out + text.slice(from);
}

function findInObject(text: string, at: number, type: string, replace: ReplaceLink, edits: Edit[]): void {
  const members = parts(text, at);
  const isResource = structures[type]?.kind === 'resource';
  const named = isResource ? members.find(({ key }) => key === 'resourceType') : undefined;
  const own: unknown = named && JSON.parse(text.slice(named.start, named.end));
  const elements = structures[typeof own === 'string' ? own : type]?.elements ?? {};
  for (const { key, start, end } of members) {
    const bare = key.startsWith('_') ? key.slice(1) : key;
    if (!Object.hasOwn(elements, bare)) continue;
    const valueType = key === bare ? (elements[bare]?.type ?? '') : 'Element';
    const values = text[start] === '[' ? parts(text, start) : [{ start, end }];
    for (const value of values) {
      if (text[value.start] === '{') findInObject(text, value.start, valueType, replace, edits);
      else if (text[value.start] === '"') findInString(text, value, valueType, replace, edits);
    }
  }
}

function findInString(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  type: string,
  replace: ReplaceLink,
  edits: Edit[],
): void {
  if (type !== 'xhtml' && !linkTypes.has(type)) return;
  const value = String(JSON.parse(text.slice(start, end)));
  const other = type === 'xhtml' ? inNarrative(value, replace) : replace(value);
  if (other !== undefined && other !== value) edits.push([start, end, JSON.stringify(other)]);
}

function inNarrative(div: string, replace: ReplaceLink): string {
  return div.replace(attribute, (whole, name: string, equals: string, quoted: string) => {
    const other = replace(quoted.slice(1, -1).replaceAll('&amp;', '&'));
    return other === undefined ? whole : `${name}${equals}"${other.replaceAll('&', '&amp;')}"`;
  });
}
