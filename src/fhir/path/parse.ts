/** FHIRPath's grammar (http://hl7.org/fhirpath/N1/grammar.html): an expression becomes a tree. */
import { PathError } from './path-error.ts';
import { tokens, type Token } from './tokens.ts';

export type Expression =
  | { readonly kind: 'string' | 'number' | 'date' | 'time'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'quantity'; readonly value: string; readonly unit: string; readonly calendar: boolean }
  | { readonly kind: 'nothing' | 'this' | 'index' | 'total' }
  | { readonly kind: 'variable'; readonly name: string }
  /** Without a source it is a member of `$this`, or the name of its type. */
  | { readonly kind: 'member'; readonly source?: Expression; readonly name: string }
  | {
      readonly kind: 'call';
      readonly source?: Expression;
      readonly name: string;
      readonly parameters: readonly Expression[];
    }
  | { readonly kind: 'at'; readonly source: Expression; readonly index: Expression }
  | { readonly kind: 'negative'; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'type'; readonly operator: 'is' | 'as'; readonly of: Expression; readonly type: string };

/** How deep parentheses and operators may nest. */
const nestedMax = 100;

/** How tightly an operator binds; a larger number binds first. */
const bindings: Readonly<Record<string, number>> = {
  implies: 1,
  or: 2,
  xor: 2,
  and: 3,
  in: 4,
  contains: 4,
  '=': 5,
  '~': 5,
  '!=': 5,
  '!~': 5,
  is: 6,
  as: 6,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  '|': 8,
  '+': 9,
  '-': 9,
  '&': 9,
  '*': 10,
  '/': 10,
  div: 10,
  mod: 10,
};
const unaryBinding = 11;
const calendar = /^(?:year|month|week|day|hour|minute|second|millisecond)s?$/;

/** @throws PathError naming the character where something else was expected. */
export function parseExpression(expression: string): Expression {
  const reader = new Reader(tokens(expression));
  const tree = reader.expression(0);
  reader.expect('the end');
  return tree;
}

/** Reads from left to right, one word ahead. */
class Reader {
  private readonly words: readonly Token[];
  private position = 0;
  private depth = 0;

  constructor(words: readonly Token[]) {
    this.words = words;
  }

  expression(binding: number): Expression {
    if (++this.depth > nestedMax) throw new PathError(`nested more than ${nestedMax} levels deep`);
    let left = this.unary();
    for (;;) {
      const { text, kind, quoted } = this.next;
      const own = (kind === 'name' && !quoted) || kind === 'symbol' ? bindings[text] : undefined;
      if (own === undefined || !Object.hasOwn(bindings, text) || own <= binding) break;
      this.position++;
      left =
        text === 'is' || text === 'as'
          ? { kind: 'type', operator: text, of: left, type: this.typeName() }
          : { kind: 'binary', operator: text, left, right: this.expression(own) };
    }
    this.depth--;
    return left;
  }

  expect(text: string): void {
    if (!this.is(text) && !(text === 'the end' && this.next.kind === 'end')) {
      throw new PathError(`expected ${text} at character ${this.next.at + 1}`);
    }
    this.position++;
  }

  private unary(): Expression {
    if (this.take('-')) return { kind: 'negative', of: this.expression(unaryBinding) };
    if (this.take('+')) return this.expression(unaryBinding);
    let tree = this.term();
    for (;;) {
      if (this.take('.')) tree = this.invocation(tree);
      else if (this.take('[')) {
        tree = { kind: 'at', source: tree, index: this.expression(0) };
        this.expect(']');
      } else return tree;
    }
  }

  private term(): Expression {
    const token = this.next;
    if (token.kind === 'name') {
      if (!token.quoted && (token.text === 'true' || token.text === 'false')) {
        this.position++;
        return { kind: 'boolean', value: token.text === 'true' };
      }
      return this.invocation();
    }
    this.position++;
    const { kind } = token;
    if (kind === 'number') return this.number(token.text);
    if (kind === 'string' || kind === 'date' || kind === 'time') return { kind, text: token.text };
    if (kind === 'variable') return { kind, name: token.text };
    if (token.text === '$this') return { kind: 'this' };
    if (token.text === '$index') return { kind: 'index' };
    if (token.text === '$total') return { kind: 'total' };
    if (token.text === '{') {
      this.expect('}');
      return { kind: 'nothing' };
    }
    if (token.text === '(') {
      const inner = this.expression(0);
      this.expect(')');
      return inner;
    }
    throw new PathError(`expected a value at character ${token.at + 1}`);
  }

  private number(text: string): Expression {
    const unit = this.next;
    if (unit.kind === 'string') {
      this.position++;
      return { kind: 'quantity', value: text, unit: unit.text, calendar: false };
    }
    if (unit.kind === 'name' && calendar.test(unit.text)) {
      this.position++;
      return { kind: 'quantity', value: text, unit: unit.text.replace(/s$/, ''), calendar: true };
    }
    return { kind: 'number', text };
  }

  /** `name` or `name(parameters)`; also `$this`, `$index` and `$total`, which the grammar takes after a point. */
  private invocation(source?: Expression): Expression {
    const token = this.next;
    if (token.kind !== 'name') throw new PathError(`expected a name at character ${token.at + 1}`);
    this.position++;
    const from = source ? { source } : {};
    if (!this.take('(')) return { kind: 'member', ...from, name: token.text };
    const parameters: Expression[] = [];
    if (!this.take(')')) {
      do parameters.push(this.expression(0));
      while (this.take(','));
      this.expect(')');
    }
    return { kind: 'call', ...from, name: token.text, parameters };
  }

  private typeName(): string {
    const closed = this.take('(');
    const names: string[] = [];
    do {
      if (this.next.kind !== 'name') throw new PathError(`expected a type at character ${this.next.at + 1}`);
      names.push(this.next.text);
      this.position++;
    } while (this.take('.'));
    if (closed) this.expect(')');
    return names.join('.');
  }

  private get next(): Token {
    const token = this.words[this.position] ?? this.words.at(-1);
    if (!token) throw new PathError('an expression without words');
    return token;
  }
  private is(text: string): boolean {
    return this.next.kind === 'symbol' && this.next.text === text;
  }
  private take(text: string): boolean {
    if (!this.is(text)) return false;
    this.position++;
    return true;
  }
}

/** `Patient`, `FHIR.Patient` or `System.String` as the parameter of `is`, `as` and `ofType`. */
export function typeNameOf(parameter: Expression | undefined): string {
  if (parameter?.kind === 'member') {
    return parameter.source ? `${typeNameOf(parameter.source)}.${parameter.name}` : parameter.name;
  }
  if (parameter?.kind === 'string') return parameter.text;
  throw new PathError('expected the name of a type');
}
