/**
 * JSON as text. What a client writes is stored and sent as the text it wrote: a decimal keeps its spelling (`1.00`), a
 * string its escapes. So a resource has two faces: the tree, made by `JSON.parse` for looking at, and the text, which
 * this file cuts and joins without ever writing a number anew.
 */

/** Where one member of an object, or element of an array, stands: `[start, end)` of its value in the text. */
export interface Span {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** How many members the objects in it have together. */
  readonly members: number;
  /** What is inside, when it was asked for and is an object or array. */
  readonly parts?: readonly Span[];
}
export interface Scan {
  readonly depth: number;
  /** How many members all objects have together: more than the parsed tree has when a name is written twice. */
  readonly members: number;
  /** Line breaks or tabs between tokens: it is laid out for people, and may be twice as long as it need be. */
  readonly indented: boolean;
}

const [quote, backslash, colon, comma] = [34, 92, 58, 44];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];

/** The position after the string that starts at `at`. O(length); native `indexOf` does nearly all of it. */
function endOfString(text: string, at: number): number {
  for (let from = at + 1; ;) {
    const end = text.indexOf('"', from);
    if (end < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return end + 1;
    from = end + 1;
  }
}

/** One pass over JSON text, before it is parsed: what limits and strictness need to know of it. */
export function scan(text: string): Scan {
  let [depth, deepest, members] = [0, 0, 0];
  let indented = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at) - 1;
    else if (code === openBrace || code === openBracket) deepest = Math.max(deepest, ++depth);
    else if (code === closeBrace || code === closeBracket) depth--;
    else if (code === colon) members++;
    else if (code < 32) indented = true;
  }
  return { depth: deepest, members, indented };
}

/**
 * The members of the object, or elements of the array, whose valid JSON text starts at `from`; with `depth`, theirs too,
 * so many levels down. One pass, O(length).
 */
export function parts(text: string, from = 0, depth = 1): Span[] {
  return partsOf(text, skipBlanks(text, from), depth).parts;
}

function partsOf(
  text: string,
  from: number,
  depth: number,
): { readonly parts: Span[]; readonly end: number; readonly members: number } {
  const found: Span[] = [];
  const inObject = text.charCodeAt(from) === openBrace;
  let members = 0;
  let at = skipBlanks(text, from + 1);
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === closeBrace || code === closeBracket) return { parts: found, end: at + 1, members };
    let key = '';
    if (inObject) {
      const keyEnd = endOfString(text, at);
      key = keyOf(text, at, keyEnd);
      at = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
    } else key = String(found.length);
    const first = text.charCodeAt(at);
    if (depth > 1 && (first === openBrace || first === openBracket)) {
      const inner = partsOf(text, at, depth - 1);
      found.push({ key, start: at, end: inner.end, members: inner.members, parts: inner.parts });
      at = inner.end;
      members += inner.members;
    } else {
      const end = endOfValue(text, at);
      found.push({ key, start: at, end, members: membersPassed });
      at = end;
      members += membersPassed;
    }
    if (inObject) members++;
    at = skipBlanks(text, at);
    if (text.charCodeAt(at) === comma) at = skipBlanks(text, at + 1);
  }
  return { parts: found, end: at, members };
}

/** A name as it is meant: nearly none has an escape. */
function keyOf(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes('\\') ? String(JSON.parse(text.slice(start, end))) : raw;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 32) at++;
  return at;
}

/** How many object members the last `endOfValue` went past: it looks at each letter anyway. */
let membersPassed = 0;

function endOfValue(text: string, from: number): number {
  membersPassed = 0;
  const first = text.charCodeAt(from);
  if (first === quote) return endOfString(text, from);
  if (first !== openBrace && first !== openBracket) {
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === comma || code === closeBrace || code === closeBracket || code <= 32) break;
    }
    return at;
  }
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at) - 1;
    else if (code === openBrace || code === openBracket) depth++;
    else if (code === colon) membersPassed++;
    else if ((code === closeBrace || code === closeBracket) && --depth === 0) return at + 1;
  }
  return text.length;
}

/**
 * Valid JSON without blanks between its tokens. Over bytes, 2 ns each: a regular expression would need a stack as deep as
 * the longest string is long.
 */
export function compact(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let to = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (!inString && (byte === 32 || byte === 10 || byte === 13 || byte === 9)) continue;
    bytes[to++] = byte;
    if (byte === quote) inString = !inString;
    else if (byte === backslash && at + 1 < bytes.length) bytes[to++] = bytes[++at] ?? 0;
  }
  return new TextDecoder().decode(bytes.subarray(0, to));
}

/** Valid JSON laid out for people: two blanks for each level, every value as it was written. */
export function indent(written: string): string {
  const text = compact(written);
  const out: string[] = [];
  let depth = 0;
  const newLine = () => out.push(`\n${'  '.repeat(depth)}`);
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at) - 1;
    else if (code === openBrace || code === openBracket) {
      out.push(text.slice(from, at + 1));
      from = at + 1;
      const next = text.charCodeAt(from);
      if (next === closeBrace || next === closeBracket) continue;
      depth++;
      newLine();
    } else if (code === closeBrace || code === closeBracket) {
      out.push(text.slice(from, at));
      const before = text.charCodeAt(at - 1);
      if (before !== openBrace && before !== openBracket) {
        depth--;
        newLine();
      }
      from = at;
    } else if (code === comma) {
      out.push(text.slice(from, at + 1));
      from = at + 1;
      newLine();
    } else if (code === colon) {
      out.push(text.slice(from, at + 1), ' ');
      from = at + 1;
    }
  }
  out.push(text.slice(from));
  return out.join('');
}

/** A tree whose decimals remember their spelling, for the few operations that must rebuild a resource from its tree. */
export function parseLossless(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? rawJson(context.source)
      : value,
  );
}

/** A number in a tree made by `parseLossless` that JavaScript would spell in another way. */
export function isRawNumber(value: unknown): value is { readonly rawJSON: string } {
  return raw.isRawJSON(value);
}

// ES2025's JSON.rawJSON, in Node since 22; TypeScript's libraries do not know it yet.
interface RawJson {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
}
const raw = JSON as unknown as RawJson;
/** A number that is written with this spelling. */
export const rawJson = (text: string): unknown => raw.rawJSON(text);

export interface Stamp {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** An instant in UTC. */
  readonly lastUpdated: string;
}

/**
 * The text of a resource as it is stored: type, id and meta first, with the server's version and time, then every other
 * member as it was written. `tree` is what the text was parsed to: when the three members stand at the beginning, as
 * nearly always, the rest of the text is not even looked at.
 */
export function stampText(text: string, stamp: Stamp, tree: { readonly [name: string]: unknown }): string {
  let left = stampedNames.filter((name) => tree[name] !== undefined).length;
  let meta = '';
  let rest = '';
  let at = skipBlanks(text, skipBlanks(text, 0) + 1);
  let keptFrom = at;
  while (left > 0 && at < text.length) {
    const keyEnd = endOfString(text, at);
    const start = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
    const end = endOfValue(text, start);
    let next = skipBlanks(text, end);
    if (text.charCodeAt(next) === comma) next = skipBlanks(text, next + 1);
    const key = keyOf(text, at, keyEnd);
    if (stampedNames.includes(key)) {
      left--;
      rest += text.slice(keptFrom, at);
      keptFrom = next;
      if (key === 'meta') {
        for (const member of parts(text, start)) {
          if (member.key !== 'versionId' && member.key !== 'lastUpdated') {
            meta += `,${JSON.stringify(member.key)}:${text.slice(member.start, member.end)}`;
          }
        }
      }
    }
    at = next;
  }
  rest += text.slice(keptFrom, text.lastIndexOf('}')).trimEnd();
  // The comma before a member that was the last one.
  const kept = rest.endsWith(',') ? rest.slice(0, -1) : rest;
  return `{"resourceType":"${stamp.type}","id":"${stamp.id}","meta":{"versionId":"${stamp.version}","lastUpdated":"${stamp.lastUpdated}"${meta}}${kept === '' ? '' : `,${kept}`}}`;
}

const stampedNames: readonly string[] = ['resourceType', 'id', 'meta'];
