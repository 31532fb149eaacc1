/** FHIRPath's operators (http://hl7.org/fhirpath/N1/#operations), with logic of three values: empty is "not known". */
import { equals, equivalent, isMoment, isQuantity, keyOf, order, quantityOf } from './compare.ts';
import { spend, type Evaluate, type Scope } from './environment.ts';
import { boolean, decimal, integer, no, nothing, text, yes, type Collection, type Item } from './item.ts';
import { addTime } from './moment.ts';
import type { Expression } from './parse.ts';
import { PathError } from './path-error.ts';

type Compile = (tree: Expression) => Evaluate;

/** @param fixedRight whether the right side is the same wherever `$this` stands */
export function binary(
  tree: Extract<Expression, { kind: 'binary' }>,
  compile: Compile,
  fixedRight: boolean,
): Evaluate {
  const [left, right] = [compile(tree.left), compile(tree.right)];
  switch (tree.operator) {
    case 'and':
      return (scope) => {
        const one = condition(left(scope));
        if (one === false) return no;
        const other = condition(right(scope));
        return other === false ? no : one && other ? yes : nothing;
      };
    case 'or':
      return (scope) => {
        const one = condition(left(scope));
        if (one === true) return yes;
        const other = condition(right(scope));
        return other === true ? yes : one === undefined || other === undefined ? nothing : no;
      };
    case 'xor':
      return (scope) => {
        const [one, other] = [condition(left(scope)), condition(right(scope))];
        return one === undefined || other === undefined ? nothing : boolean(one !== other);
      };
    case 'implies':
      return (scope) => {
        const one = condition(left(scope));
        if (one === false) return yes;
        const other = condition(right(scope));
        return other === true ? yes : one === undefined || other === undefined ? nothing : no;
      };
    case '=':
      return (scope) => boolean(equals(left(scope), right(scope)));
    case '!=':
      return (scope) => {
        const same = equals(left(scope), right(scope));
        return boolean(same === undefined ? undefined : !same);
      };
    case '~':
      return (scope) => boolean(equivalent(left(scope), right(scope)));
    case '!~':
      return (scope) => boolean(!equivalent(left(scope), right(scope)));
    case '<':
      return ordered(left, right, (n) => n < 0);
    case '<=':
      return ordered(left, right, (n) => n <= 0);
    case '>':
      return ordered(left, right, (n) => n > 0);
    case '>=':
      return ordered(left, right, (n) => n >= 0);
    case '|':
      return (scope) => {
        const all = [...left(scope), ...right(scope)];
        spend(scope.environment, all.length);
        return distinct(all);
      };
    case 'in':
      return member(left, right, fixedRight);
    case 'contains':
      return member(right, left, false);
    case '&':
      return (scope) => made(textOf(left(scope)) + textOf(right(scope)));
    default:
      return arithmetic(tree.operator, left, right);
  }
}

export function negative(of: Evaluate): Evaluate {
  return (scope) => {
    const item = single(of(scope), '-');
    if (!item) return nothing;
    if (typeof item.value === 'number') return [{ ...item, value: -item.value }];
    const quantity = quantityOf(item);
    if (!quantity) throw new PathError('-: expected a number');
    return [{ value: { ...quantity, value: -quantity.value }, type: 'System.Quantity', shadow: undefined }];
  };
}

/** The longest text that an expression may make, in characters. */
const madeMax = 1_000_000;

/** A text that was made. @throws PathError when it is too long: doubling is quick. */
export function made(result: string): Collection {
  if (result.length > madeMax) throw new PathError(`a text of more than ${madeMax} characters is not made`);
  return text(result);
}

/** The one item of a collection; undefined when it is empty. @throws PathError when there are several. */
export function single(items: Collection, where: string): Item | undefined {
  if (items.length > 1) throw new PathError(`${where}: expected one item at most`);
  return items[0];
}

/** A collection as a condition: one item that is no boolean says that it is there. */
export function condition(items: Collection): boolean | undefined {
  const [item] = items;
  if (!item) return undefined;
  if (items.length > 1) throw new PathError('a condition: expected one item at most');
  return item.value !== false;
}

export function distinct(items: Collection): Collection {
  if (items.length < 2) return items;
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    return seen.has(key) ? false : seen.add(key);
  });
}

/** A primitive as text; an object has none. */
export function textOfValue(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

function textOf(items: Collection): string {
  return textOfValue(single(items, '&')?.value);
}

function ordered(left: Evaluate, right: Evaluate, fits: (order: number) => boolean): Evaluate {
  return (scope) => {
    const [one, other] = [single(left(scope), 'comparison'), single(right(scope), 'comparison')];
    if (!one || !other) return nothing;
    const found = order(one, other);
    return boolean(found === undefined ? undefined : fits(found));
  };
}

function member(of: Evaluate, among: Evaluate, fixed: boolean): Evaluate {
  const key = {};
  const keysIn = (scope: Scope): ReadonlySet<string> => {
    const known = fixed ? scope.environment.sets.get(key) : undefined;
    if (known) return known;
    const keys = new Set(among(scope).map(keyOf));
    if (fixed) scope.environment.sets.set(key, keys);
    return keys;
  };
  return (scope) => {
    const item = single(of(scope), 'in');
    return item ? boolean(keysIn(scope).has(keyOf(item))) : nothing;
  };
}

// ---------------------------------------------------------------- arithmetic

function arithmetic(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  return (scope) => {
    const [one, other] = [single(left(scope), operator), single(right(scope), operator)];
    if (!one || !other) return nothing;
    if (typeof one.value === 'number' && typeof other.value === 'number')
      return numbers(operator, one.value, other.value);
    if (
      operator === '+' &&
      typeof one.value === 'string' &&
      typeof other.value === 'string' &&
      !isMoment(one)
    ) {
      return made(one.value + other.value);
    }
    if (isMoment(one) && isQuantity(other)) return moved(operator, one, other);
    if (isQuantity(one) || isQuantity(other)) return amounts(operator, one, other);
    throw new PathError(`${operator}: these cannot be taken together`);
  };
}

function numbers(operator: string, one: number, other: number): Collection {
  const whole = Number.isInteger(one) && Number.isInteger(other);
  switch (operator) {
    case '+':
      return whole ? integer(one + other) : decimal(one + other);
    case '-':
      return whole ? integer(one - other) : decimal(one - other);
    case '*':
      return whole ? integer(one * other) : decimal(one * other);
    case '/':
      return decimal(one / other);
    case 'div':
      return other === 0 ? nothing : integer(Math.trunc(one / other));
    case 'mod':
      return other === 0 ? nothing : whole ? integer(one % other) : decimal(one % other);
    default:
      throw new PathError(`the operator ${operator} is not known`);
  }
}

function moved(operator: string, date: Item, by: Item): Collection {
  const quantity = quantityOf(by);
  if (!quantity || typeof date.value !== 'string') return nothing;
  const unit = calendarOf[quantity.unit] ?? quantity.unit;
  const found = addTime(date.value, operator === '-' ? -quantity.value : quantity.value, unit);
  return found === undefined ? nothing : [{ ...date, value: found, shadow: undefined }];
}
const calendarOf: Readonly<Record<string, string>> = {
  a: 'year',
  mo: 'month',
  wk: 'week',
  d: 'day',
  h: 'hour',
  min: 'minute',
  s: 'second',
  ms: 'millisecond',
};

function amounts(operator: string, one: Item, other: Item): Collection {
  const [left, right] = [quantityOf(one), quantityOf(other)];
  if (!left || !right) return nothing;
  const same = left.unit === right.unit;
  const unit = operator === '/' && same ? '1' : left.unit === '1' ? right.unit : left.unit;
  if ((operator === '+' || operator === '-') && !same) return nothing;
  if ((operator === '*' || operator === '/') && !same && left.unit !== '1' && right.unit !== '1')
    return nothing;
  const value = numbers(operator, left.value, right.value)[0]?.value;
  return typeof value === 'number'
    ? [{ value: { value, unit }, type: 'System.Quantity', shadow: undefined }]
    : nothing;
}
