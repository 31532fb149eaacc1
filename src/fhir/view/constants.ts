/** The constants of a view, and which variables a path uses. */
import { Refusal } from '#base/refusal.ts';
import { isObject } from '../json.ts';
import type { Collection } from '../path/compile.ts';
import { parseExpression } from '../path/parse.ts';

const constantsMax = 100;

/** `[{name, value[x]}]` by name. @throws Refusal `invalid`. */
export function readConstants(list: unknown): Record<string, Collection> {
  if (list === undefined) return {};
  if (!Array.isArray(list) || list.length > constantsMax)
    return refuse('ViewDefinition.constant', `expected a list of at most ${constantsMax}`);
  return Object.fromEntries(
    list.map((one: unknown, n) => {
      const at = `ViewDefinition.constant[${n}]`;
      const name = isObject(one) ? one['name'] : undefined;
      if (!isObject(one) || typeof name !== 'string' || !/^[A-Za-z][A-Za-z0-9_]{0,254}$/.test(name))
        return refuse(`${at}.name`, 'expected a name: a letter, then letters, digits and _');
      const [value, other] = Object.entries(one).filter(([key]) => /^value[A-Z]/.test(key));
      if (!value || other || typeof value[1] === 'object')
        return refuse(at, 'expected one value[x] of a simple type');
      return [name, [{ value: value[1], type: typeOf(value[0].slice(5)), shadow: undefined }]] as const;
    }),
  );
}

function refuse(at: string, text: string): never {
  throw new Refusal('invalid', [{ code: 'value', at, text }]);
}

/** `DateTime` → `dateTime`; they are compared as what they stand for in resources. */
function typeOf(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Known to FHIRPath itself. */
const own = /^(?:resource|rootResource|context|ucum|sct|loinc|vs-.*|ext-.*)$/;

/** The names of the variables that an expression uses and does not know itself. @throws PathError. */
export function variablesIn(expression: string): string[] {
  const names = new Set<string>();
  const look = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(look);
    else if (isObject(node)) {
      if (node['kind'] === 'variable') names.add(String(node['name']));
      Object.values(node).forEach(look);
    }
  };
  look(parseExpression(expression));
  return [...names].filter((name) => !own.test(name));
}
