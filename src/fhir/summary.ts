/** `_summary` and `_elements` (http://hl7.org/fhir/R4/search.html#summary): parts of a resource, cut from its text. */
import { Refusal } from '#base/refusal.ts';
import { modifiers, structures } from './definitions/tables.ts';
import { parts } from './json-text.ts';
import type { Summary } from './search-query.ts';

export interface Shape {
  readonly summary: Summary;
  readonly elements?: readonly string[];
}

/** The shape that a read asks for. */
export function parseSummary(query: readonly (readonly [string, string])[]): Shape {
  const value = (name: string) => query.find(([one]) => one === name)?.[1];
  const summary = value('_summary') ?? 'false';
  if (
    summary !== 'true' &&
    summary !== 'text' &&
    summary !== 'data' &&
    summary !== 'count' &&
    summary !== 'false'
  ) {
    throw new Refusal('invalid', [
      { code: 'value', at: '_summary', text: 'expected one of true, text, data, count, false' },
    ]);
  }
  const elements = value('_elements')
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return { summary, ...(elements ? { elements } : {}) };
}

/** The text of a resource in that shape; the very text when the whole is asked for. What is cut is tagged SUBSETTED. */
export function shaped(type: string, text: string, { summary, elements }: Shape): string {
  const keeps = keeper(type, summary, elements);
  if (!keeps) return text;
  const kept = parts(text).flatMap(({ key, start, end }) => {
    if (key === 'meta') return [`"meta":${subsetted(text.slice(start, end))}`];
    return key === 'resourceType' || key === 'id' || keeps(key.replace(/^_/, ''))
      ? [`${JSON.stringify(key)}:${text.slice(start, end)}`]
      : [];
  });
  return `{${kept.join(',')}}`;
}

function keeper(
  type: string,
  summary: Summary,
  elements: readonly string[] | undefined,
): ((member: string) => boolean) | undefined {
  const table = structures[type]?.elements ?? {};
  // An answer without its modifiers (entered-in-error, do not perform) would say the opposite of what is stored.
  const turning = modifiers[type] ?? [];
  const required = (member: string) =>
    (table[member]?.min ?? 0) > 0 || turning.includes(table[member]?.choice ?? member);
  if (elements && elements.length > 0) {
    const wanted = new Set(elements.flatMap((name) => elementOf(type, name) ?? []));
    return (member) => wanted.has(member) || wanted.has(table[member]?.choice ?? '') || required(member);
  }
  if (summary === 'true') return (member) => table[member]?.summary === true || required(member);
  if (summary === 'text') return (member) => member === 'text' || required(member);
  if (summary === 'data') return (member) => member !== 'text';
  return undefined;
}

/** `Patient.name`, `name` and `name.family` all mean the element name; another type's element means nothing here. */
function elementOf(type: string, name: string): string | undefined {
  const steps = name.split('.');
  if (!/^[A-Z]/.test(steps[0] ?? '')) return steps[0];
  return steps[0] === type ? steps[1] : undefined;
}

const tag = '{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}';

function subsetted(meta: string): string {
  const tags = parts(meta).find(({ key }) => key === 'tag');
  return tags
    ? `${meta.slice(0, tags.end - 1)},${tag}${meta.slice(tags.end - 1)}`
    : `${meta.slice(0, -1)},"tag":[${tag}]}`;
}
