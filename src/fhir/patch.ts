/** JSON Patch (RFC 6902) on a resource. Decimals keep their spelling: the tree is parsed and written without losing it. */
import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '#base/refusal.ts';
import { isRawNumber, parseLossless } from './json-text.ts';
import { parseJson, type ParseLimits } from './parse.ts';

type Container = unknown[] | { [key: string]: unknown };

// A patch that says more than this is a document, not a patch.
const operationsMax = 1000;
// Copies that are copied again double each time.
const copiedCharactersMax = 16 * 1024 * 1024;

/**
 * The resource's text after the patch.
 * @throws Refusal `invalid` when the patch is none; `unprocessable` when it does not fit the resource (a path that is not
 * there, a `test` that fails): then nothing was changed.
 */
export function applyJsonPatch(
  resourceText: string,
  patchText: Uint8Array | string,
  limits: ParseLimits,
): string {
  const operations = parseLossless(parseJson(patchText, limits).text);
  if (!Array.isArray(operations) || operations.length > operationsMax) {
    throw new Refusal('invalid', `a JSON Patch is a list of at most ${operationsMax} operations`);
  }
  let document = parseLossless(resourceText);
  let copied = 0;
  const copy = (value: unknown): unknown => {
    const text = JSON.stringify(value);
    copied += text.length;
    if (copied > copiedCharactersMax)
      throw new Refusal('unprocessable', 'the copies of this patch are too large', { code: 'too-costly' });
    return parseLossless(text);
  };
  operations.forEach((operation: unknown, n) => {
    document = applyOne(document, operation, n, copy);
  });
  return JSON.stringify(document);
}

function applyOne(
  document: unknown,
  operation: unknown,
  n: number,
  copy: (value: unknown) => unknown,
): unknown {
  const bad = (text: string): never => {
    throw new Refusal('invalid', [{ code: 'structure', at: `[${n}]`, text }]);
  };
  const misfit = (text: string): never => {
    throw new Refusal('unprocessable', [{ code: 'processing', at: `[${n}]`, text }]);
  };
  if (!isContainer(operation) || Array.isArray(operation))
    return bad('expected an operation: an object with op and path');
  const { op, path, from } = operation;
  const pointer = (text: unknown, name: string): string[] => {
    if (typeof text !== 'string' || (text !== '' && !text.startsWith('/')))
      return bad(`expected ${name} to be a JSON pointer such as /birthDate`);
    return text
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  };
  const parentOf = (steps: readonly string[]): Container => {
    let at: unknown = document;
    for (const step of steps.slice(0, -1)) at = isContainer(at) ? child(at, step) : undefined;
    return isContainer(at) ? at : misfit(`there is nothing at /${steps.slice(0, -1).join('/')}`);
  };
  const get = (steps: readonly string[]): unknown => {
    if (steps.length === 0) return document;
    const found = child(parentOf(steps), steps.at(-1) ?? '');
    return found === undefined ? misfit(`there is nothing at /${steps.join('/')}`) : found;
  };
  const add = (steps: readonly string[], value: unknown): void => {
    if (steps.length === 0) {
      document = value;
      return;
    }
    const parent = parentOf(steps);
    const key = steps.at(-1) ?? '';
    if (!Array.isArray(parent)) setMember(parent, key, value);
    else if (key === '-') parent.push(value);
    else if (indexPattern.test(key) && Number(key) <= parent.length) parent.splice(Number(key), 0, value);
    else
      misfit(
        `the list at /${steps.slice(0, -1).join('/')} has ${parent.length} elements; '${key}' is beyond its end`,
      );
  };
  const remove = (steps: readonly string[]): unknown => {
    const value = get(steps);
    if (steps.length === 0) return misfit('the whole resource cannot be removed by a patch; delete it');
    const parent = parentOf(steps);
    const key = steps.at(-1) ?? '';
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
    return value;
  };
  // In its place, so that the other members keep theirs.
  const replace = (steps: readonly string[], value: unknown): void => {
    get(steps);
    if (steps.length === 0) document = value;
    else setMember(parentOf(steps), steps.at(-1) ?? '', value);
  };
  const steps = pointer(path, 'path');
  switch (op) {
    case 'add':
    case 'replace':
    case 'test': {
      if (!Object.hasOwn(operation, 'value')) return bad(`'${op}' needs a value`);
      const value = operation['value'];
      if (op === 'test') {
        if (!isDeepStrictEqual(asNumbers(get(steps)), asNumbers(value)))
          misfit(`the test of /${steps.join('/')} failed: the resource is not what the patch was made for`);
      } else {
        if (op === 'replace') replace(steps, value);
        else add(steps, value);
      }
      return document;
    }
    case 'remove':
      remove(steps);
      return document;
    case 'move':
    case 'copy': {
      const source = pointer(from, 'from');
      if (op === 'move' && steps.length > source.length && source.every((step, at) => step === steps[at]))
        misfit('a value cannot be moved into itself');
      add(steps, op === 'move' ? remove(source) : copy(get(source)));
      return document;
    }
    default:
      return bad('expected op to be add, remove, replace, move, copy or test');
  }
}

const indexPattern = /^(?:0|[1-9]\d{0,8})$/;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null && !isRawNumber(value);
}
function child(container: Container, key: string): unknown {
  if (Array.isArray(container)) return indexPattern.test(key) ? container[Number(key)] : undefined;
  return Object.hasOwn(container, key) ? container[key] : undefined;
}
function setMember(container: Container, key: string, value: unknown): void {
  // `__proto__` as a name must become a member like any other.
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}
/** `test` compares numbers as numbers (RFC 6902, 4.6): 1.0 is 1.00. */
function asNumbers(value: unknown): unknown {
  if (isRawNumber(value)) return Number(value.rawJSON);
  return isContainer(value) ? JSON.parse(JSON.stringify(value)) : value;
}
