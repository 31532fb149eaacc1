/** From bytes that anyone may have sent to a resource that is safe to look at: limits first, then JSON, then its type. */
import { Refusal, type Issue } from '#base/refusal.ts';
import { isResourceType } from './definitions/tables.ts';
import { isObject, type Json } from './json.ts';
import { compact, scan } from './json-text.ts';

export interface Parsed {
  readonly type: string;
  readonly tree: Json;
  /** The same resource as text: without indentation, numbers and strings as they were written. */
  readonly text: string;
  /** How many object members the text has; a tree that has fewer was written with a name twice. */
  readonly members: number;
}
export interface ParseLimits {
  readonly depthMax: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws Refusal `invalid`: not UTF-8, not JSON, nested too deep, not an object with a known `resourceType`. */
export function parseResource(input: Uint8Array | string, limits: ParseLimits): Parsed {
  const { tree, text, members } = parseJson(input, limits);
  if (!isObject(tree))
    throw new Refusal('invalid', 'expected a FHIR resource: a JSON object with a resourceType');
  const type = tree['resourceType'];
  if (typeof type !== 'string' || !isResourceType(type)) {
    throw new Refusal('invalid', [
      {
        code: 'structure',
        at: 'resourceType',
        text: `expected the name of an R4 resource type, found ${show(type)}`,
      },
    ]);
  }
  return { type, tree, text, members };
}

/** @throws Refusal `invalid` when the input is not JSON within the limits. */
export function parseJson(
  input: Uint8Array | string,
  limits: ParseLimits,
): { tree: unknown; text: string; members: number } {
  const raw = typeof input === 'string' ? input : decode(input);
  const seen = scan(raw);
  if (seen.depth > limits.depthMax) {
    throw new Refusal('invalid', `nested ${seen.depth} levels deep, at most ${limits.depthMax} are taken`, {
      code: 'too-costly',
    });
  }
  let tree: unknown;
  try {
    tree = JSON.parse(raw);
  } catch (cause) {
    // V8's message may quote what it found, which may be a patient's: only the position is passed on.
    const position = /position (\d+)/.exec(String(cause))?.[1];
    throw new Refusal('invalid', `not valid JSON${position ? ` at character ${position}` : ''}`, {
      cause,
      code: 'structure',
    });
  }
  return { tree, text: seen.indented ? compact(raw) : raw, members: seen.members };
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Refusal('invalid', 'the body is not valid UTF-8', { cause, code: 'structure' });
  }
}

/** What was found, short enough for a message; never a text that a person wrote. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return value === null ? 'null' : 'an object';
  if (typeof value === 'string')
    return value.length > 40 || /\s/.test(value) ? `a text of ${value.length} characters` : `'${value}'`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}

/** @throws Refusal `unprocessable` when there are issues of severity error. */
export function refuseIssues(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new Refusal('unprocessable', issues);
}
