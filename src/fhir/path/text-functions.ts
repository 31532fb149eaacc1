/** Functions of texts (http://hl7.org/fhirpath/N1/#string-manipulation). */
import { RE2JS } from 're2js';
import { onText, plain } from './function-rule.ts';
import type { FunctionRule } from './functions.ts';
import { boolean, integer, nothing, text, type Collection } from './item.ts';
import { made, single, textOfValue } from './operators.ts';
import { PathError } from './path-error.ts';

/** The longest text that a pattern is looked for in, in characters. */
const searchedMax = 1_048_576;

const parameter = (value: string | number | undefined): string => (typeof value === 'string' ? value : '');

/**
 * Patterns come with expressions, and expressions from outside. RE2 answers in time that grows with the text alone;
 * look-around and back references, which it lacks, are not FHIRPath's to promise.
 */
const patterns = new Map<string, RE2JS>();
const patternsMax = 1000;
function patternOf(source: string): RE2JS {
  let pattern = patterns.get(source);
  if (!pattern) {
    try {
      pattern = RE2JS.compile(source, RE2JS.DOTALL);
    } catch (cause) {
      throw new PathError('a regular expression that is not understood', { cause });
    }
    if (patterns.size >= patternsMax) patterns.clear();
    patterns.set(source, pattern);
  }
  return pattern;
}

function matcher(pattern: string | number, value: string): ReturnType<RE2JS['matcher']> {
  if (value.length > searchedMax) {
    throw new PathError(`a pattern is looked for in at most ${searchedMax} characters`);
  }
  return patternOf(parameter(pattern)).matcher(value);
}

export const textFunctions: Readonly<Record<string, FunctionRule>> = {
  startsWith: onText(1, 1, (value, [start]) =>
    start === undefined ? nothing : boolean(value.startsWith(parameter(start))),
  ),
  endsWith: onText(1, 1, (value, [end]) =>
    end === undefined ? nothing : boolean(value.endsWith(parameter(end))),
  ),
  contains: onText(1, 1, (value, [part]) =>
    part === undefined ? nothing : boolean(value.includes(parameter(part))),
  ),
  indexOf: onText(1, 1, (value, [part]) =>
    part === undefined ? nothing : integer(value.indexOf(parameter(part))),
  ),
  lastIndexOf: onText(1, 1, (value, [part]) =>
    part === undefined ? nothing : integer(value.lastIndexOf(parameter(part))),
  ),
  substring: onText(1, 2, (value, [start, length]) => {
    if (typeof start !== 'number' || start < 0 || start >= value.length) return nothing;
    return text(value.slice(start, typeof length === 'number' ? start + Math.max(0, length) : undefined));
  }),
  matches: onText(1, 1, (value, [pattern]) =>
    pattern === undefined ? nothing : boolean(matcher(pattern, value).find()),
  ),
  matchesFull: onText(1, 1, (value, [pattern]) =>
    pattern === undefined ? nothing : boolean(matcher(pattern, value).matches()),
  ),
  replaceMatches: onText(2, 2, (value, [pattern, by]) =>
    pattern === undefined || by === undefined
      ? nothing
      : made(matcher(pattern, value).replaceAll(parameter(by))),
  ),
  replace: onText(2, 2, (value, [part, by]) =>
    part === undefined || by === undefined
      ? nothing
      : made(value.replaceAll(parameter(part), () => parameter(by))),
  ),
  length: onText(0, 0, (value) => integer(value.length)),
  upper: onText(0, 0, (value) => text(value.toUpperCase())),
  lower: onText(0, 0, (value) => text(value.toLowerCase())),
  trim: onText(0, 0, (value) => text(value.trim())),
  toChars: onText(0, 0, (value) => Array.from(value).flatMap((one) => text(one))),
  split: onText(1, 1, (value, [by]) => value.split(parameter(by)).flatMap((one) => text(one))),
  join: plain(0, 1, (items, [between]) => {
    const by = single(between ?? nothing, 'join()')?.value;
    return items.length === 0
      ? nothing
      : made(items.map(({ value }) => textOfValue(value)).join(typeof by === 'string' ? by : ''));
  }),
  encode: onText(1, 1, (value, [kind]) =>
    coded(kind, (encoding) => {
      const text = Buffer.from(value, 'utf8').toString(encoding);
      return encoding === 'base64url' ? text.padEnd(Math.ceil(text.length / 4) * 4, '=') : text;
    }),
  ),
  decode: onText(1, 1, (value, [kind]) =>
    coded(kind, (encoding) => Buffer.from(value, encoding).toString('utf8')),
  ),
  escape: onText(1, 1, (value, [kind]) => {
    if (kind === 'html') return text(value.replace(/[<>&"']/g, (one) => entities[one] ?? one));
    return kind === 'json' ? text(JSON.stringify(value).slice(1, -1)) : nothing;
  }),
  unescape: onText(1, 1, (value, [kind]) => {
    if (kind === 'html')
      return text(value.replace(/&(?:lt|gt|amp|quot|#39);/g, (one) => characters[one] ?? one));
    return kind === 'json' ? text(value.replace(/\\(["\\/])/g, '$1')) : nothing;
  }),
};
const entities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
};
const characters: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(entities).map(([one, name]) => [name, one]),
);

function coded(
  kind: string | number | undefined,
  work: (encoding: 'base64' | 'base64url' | 'hex') => string,
): Collection {
  if (kind === 'base64' || kind === 'hex') return made(work(kind));
  return kind === 'urlbase64' ? made(work('base64url')) : nothing;
}
