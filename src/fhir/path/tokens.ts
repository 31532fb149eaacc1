/** The words of a FHIRPath expression (http://hl7.org/fhirpath/N1/#lexical-elements). */
import { PathError } from './path-error.ts';

export type TokenKind = 'name' | 'string' | 'number' | 'date' | 'time' | 'variable' | 'symbol' | 'end';
export interface Token {
  readonly kind: TokenKind;
  /** What it says: a string without quotes and escapes, a date without `@`, a variable without `%`. */
  readonly text: string;
  /** A name in backticks, which is never a keyword. */
  readonly quoted: boolean;
  /** Position in the expression, in characters. */
  readonly at: number;
}

/** The longest expression that is read, in characters; the longest invariant of R4 has some 500. */
const expressionLengthMax = 20_000;
/** So many words nest no deeper than the stack of the program. */
const wordsMax = 2000;

// Each alternative begins with another character, and none repeats what it holds: reading takes linear time.
const pattern = new RegExp(
  [
    String.raw`(?<blank>\s+|//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)`,
    String.raw`(?<name>[A-Za-z_]\w*)`,
    '`(?<quoted>(?:[^`\\\\]|\\\\.)*)`',
    String.raw`'(?<string>(?:[^'\\]|\\[^])*)'`,
    String.raw`@(?<time>T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)`,
    String.raw`@(?<date>\d{4}(?:-\d\d(?:-\d\d)?)?(?:T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)`,
    String.raw`(?<number>\d+(?:\.\d+)?)`,
    "%(?<variable>[A-Za-z_][\\w-]*|`[^`]*`|'[^']*')",
    String.raw`(?<symbol>\$this|\$index|\$total|<=|>=|!=|!~|[-+*/.,()[\]{}|&=~<>])`,
  ].join('|'),
  'y',
);
const kinds = ['name', 'string', 'time', 'date', 'number', 'symbol'] as const;

/** @throws PathError where no word of FHIRPath begins. */
export function tokens(expression: string): Token[] {
  if (expression.length > expressionLengthMax) {
    throw new PathError(`an expression has at most ${expressionLengthMax} characters`);
  }
  const found: Token[] = [];
  let at = 0;
  while (at < expression.length) {
    pattern.lastIndex = at;
    const groups = pattern.exec(expression)?.groups;
    if (!groups) throw new PathError(`no word of FHIRPath begins at character ${at + 1}`);
    const kind = kinds.find((one) => groups[one] !== undefined);
    if (kind)
      found.push({
        kind,
        text: kind === 'string' ? unescaped(groups[kind] ?? '') : (groups[kind] ?? ''),
        quoted: false,
        at,
      });
    else if (groups['quoted'] !== undefined) {
      found.push({ kind: 'name', text: unescaped(groups['quoted']), quoted: true, at });
    } else if (groups['variable'] !== undefined) {
      found.push({
        kind: 'variable',
        text: groups['variable'].replace(/^[`'](.*)[`']$/s, '$1'),
        quoted: false,
        at,
      });
    }
    at = pattern.lastIndex;
    if (found.length > wordsMax) throw new PathError(`an expression has at most ${wordsMax} words`);
  }
  found.push({ kind: 'end', text: 'the end', quoted: false, at });
  return found;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|([^]))/g,
    (_, hex: string | undefined, one: string | undefined) =>
      hex === undefined ? (escapes[one ?? ''] ?? one ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
