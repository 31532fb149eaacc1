/**
 * Decimals as they were written (`1.50`): FHIRPath works with numbers, and the spelling is looked up in the text of the
 * resource. Where a resource spells one number in two ways, the first is taken: they are the same number.
 */
import { isRawNumber, parseLossless } from '../json-text.ts';

let last: { readonly text: string; readonly spellings: ReadonlyMap<number, unknown> } | undefined;
/** A zero at the end of a fraction, or an exponent: what JavaScript would write in another way. */
const isSpelled = /\.\d*0[^\d]|\d[eE]|\d{16}/;

/** The number, or what `JSON.stringify` writes as the resource does. */
export function decimalIn(text: string, value: number): unknown {
  if (last?.text !== text) last = { text, spellings: isSpelled.test(text) ? spellingsIn(text) : new Map() };
  return last.spellings.get(value) ?? value;
}

function spellingsIn(text: string): ReadonlyMap<number, unknown> {
  const found = new Map<number, unknown>();
  const look = (node: unknown): void => {
    if (isRawNumber(node)) {
      const value = Number(node.rawJSON);
      if (!found.has(value)) found.set(value, node);
    } else if (typeof node === 'object' && node !== null) Object.values(node).forEach(look);
  };
  look(parseLossless(text));
  return found;
}
