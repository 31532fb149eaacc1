/**
 * FHIRPath (http://hl7.org/fhirpath/N1, with FHIR's own functions, http://hl7.org/fhir/R4/fhirpath.html) as closures over
 * the JSON tree: an expression is read once and costs some hundred nanoseconds from then on. What it reads are trees as
 * `JSON.parse` makes them, and the tables of R4 for the types: choices (`value` is `valueQuantity`), primitives with
 * extensions, contained resources.
 */
import { environmentOf, spend, type Environment, type Evaluate } from './environment.ts';
import { callOf } from './functions.ts';
import { addMembers, isOfType, no, nothing, yes, type Collection, type Item } from './item.ts';
import { binary, negative } from './operators.ts';
import { parseExpression, type Expression } from './parse.ts';
import { PathError } from './path-error.ts';

export { environmentOf, type Environment } from './environment.ts';
export { itemOf, type Collection, type Item } from './item.ts';
export { PathError } from './path-error.ts';

/** Evaluates on one item or several; without an environment the item is the resource. @throws PathError. */
export type Path = (focus: Item | Collection, environment?: Environment) => Collection;

/** @throws PathError when the expression is no FHIRPath or has a function that is not known. */
export function compile(expression: string): Path {
  const evaluate = compiled(parseExpression(expression));
  return (focus, given) => {
    const context = isCollection(focus) ? focus : [focus];
    const environment = given ?? environmentOf(context[0]);
    return evaluate({ environment, context, self: context, index: 0, total: nothing });
  };
}

function isCollection(focus: Item | Collection): focus is Collection {
  return Array.isArray(focus);
}

/** The values of a collection, as JSON. */
export function valuesOf(collection: Collection): readonly unknown[] {
  return collection.map(({ value }) => value);
}

/** What a collection says as a condition: undefined when it is empty; anything else than one `false` is true. */
export function truthOf(collection: Collection): boolean | undefined {
  if (collection.length === 0) return undefined;
  return !(collection.length === 1 && collection[0]?.value === false);
}

function compiled(tree: Expression): Evaluate {
  const evaluate = compiledOnce(tree);
  return hasWork(tree) && isFixed(tree) ? remembered(evaluate) : evaluate;
}

function compiledOnce(tree: Expression): Evaluate {
  switch (tree.kind) {
    case 'nothing':
      return () => nothing;
    case 'boolean': {
      const answer = tree.value ? yes : no;
      return () => answer;
    }
    case 'string':
      return constant(tree.text, 'System.String');
    case 'number':
      return constant(Number(tree.text), tree.text.includes('.') ? 'System.Decimal' : 'System.Integer');
    case 'date':
      return constant(
        tree.text.replace(/T$/, ''),
        tree.text.includes('T') ? 'System.DateTime' : 'System.Date',
      );
    case 'time':
      return constant(tree.text.slice(1), 'System.Time');
    case 'quantity':
      return constant({ value: Number(tree.value), unit: tree.unit }, 'System.Quantity');
    case 'this':
      return (scope) => scope.self;
    case 'index':
      return (scope) => [{ value: scope.index, type: 'System.Integer', shadow: undefined }];
    case 'total':
      return (scope) => scope.total;
    case 'variable':
      return variable(tree.name);
    case 'member':
      return member(tree);
    case 'call':
      return callOf(tree, tree.source ? compiled(tree.source) : (scope) => scope.self, compiled);
    case 'at': {
      const [source, index] = [compiled(tree.source), compiled(tree.index)];
      return (scope) => {
        const [all, n] = [source(scope), index(scope)[0]?.value];
        const found = typeof n === 'number' ? all[n] : undefined;
        return found ? [found] : nothing;
      };
    }
    case 'negative':
      return negative(compiled(tree.of));
    case 'binary':
      return binary(tree, compiled, isFixed(tree.right));
    case 'type': {
      const source = compiled(tree.of);
      const { operator, type } = tree;
      return (scope) => {
        const found = source(scope);
        if (operator === 'as') return found.filter((item) => isOfType(item, type));
        const [only] = found;
        if (!only) return nothing;
        if (found.length > 1) throw new PathError('is: expected one item');
        return isOfType(only, type) ? yes : no;
      };
    }
  }
}

function constant(value: unknown, type: string): Evaluate {
  const answer = [{ value, type, shadow: undefined }];
  return () => answer;
}

function member({ source, name }: Extract<Expression, { kind: 'member' }>): Evaluate {
  if (source) {
    const from = compiled(source);
    return (scope) => {
      const items = from(scope);
      if (items.length === 0) return nothing;
      const found: Item[] = [];
      for (const item of items) addMembers(item, name, found);
      spend(scope.environment, items.length + found.length);
      return found;
    };
  }
  // A name at the beginning may be that of the focus's own type: `Patient.name`.
  const mayBeType = /^[A-Z]/.test(name);
  return (scope) => {
    const { self } = scope;
    if (mayBeType && self.length > 0 && self.every((item) => isOfType(item, name))) return self;
    const found: Item[] = [];
    for (const item of self) addMembers(item, name, found);
    spend(scope.environment, self.length + found.length);
    return found;
  };
}

const addresses: Readonly<Record<string, string>> = {
  ucum: 'http://unitsofmeasure.org',
  sct: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
};

function variable(name: string): Evaluate {
  if (name === 'resource') return ({ environment: { resource } }) => (resource ? [resource] : nothing);
  if (name === 'rootResource')
    return ({ environment: { rootResource } }) => (rootResource ? [rootResource] : nothing);
  if (name === 'context') return (scope) => scope.context;
  if (Object.hasOwn(addresses, name)) return constant(addresses[name], 'System.String');
  if (name.startsWith('vs-'))
    return constant(`http://hl7.org/fhir/ValueSet/${name.slice(3)}`, 'System.String');
  if (name.startsWith('ext-'))
    return constant(`http://hl7.org/fhir/StructureDefinition/${name.slice(4)}`, 'System.String');
  return ({ environment: { variables } }) => {
    const found = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (!found) throw new PathError(`%${name} is not defined`);
    return found;
  };
}

// ---------------------------------------------------------------- what depends on the resource alone

/** Whether a part has the same answer wherever `$this` stands, so that one evaluation for a resource is enough. */
function isFixed(tree: Expression): boolean {
  const { kind } = tree;
  if (kind === 'variable') {
    return tree.name === 'resource' || tree.name === 'rootResource' || Object.hasOwn(addresses, tree.name);
  }
  if (kind === 'string' || kind === 'number' || kind === 'boolean') return true;
  if (kind === 'binary') return isFixed(tree.left) && isFixed(tree.right);
  if (kind !== 'member' && kind !== 'call') return false;
  if (tree.source === undefined || !isFixed(tree.source)) return false;
  if (kind === 'member') return true;
  const { name, parameters } = tree;
  return (
    !changing.has(name) &&
    parameters.every((one) => (onEachItem.has(name) ? !mentionsOthers(one) : isFixed(one)))
  );
}
/** Functions whose parameter is asked of each item of their source, or names a type. */
const onEachItem = new Set(['where', 'select', 'all', 'exists', 'repeat', 'as', 'is', 'ofType']);
/** Functions that ask of more than the resource. */
const changing = new Set(['now', 'today', 'timeOfDay', 'memberOf', 'conformsTo', 'resolve']);

/** Whether a parameter depends on more than the item it is asked of and the resource. */
function mentionsOthers(tree: Expression): boolean {
  const { kind } = tree;
  if (kind === 'variable') return !isFixed(tree);
  if (kind === 'index' || kind === 'total') return true;
  if (kind === 'at') return mentionsOthers(tree.source) || mentionsOthers(tree.index);
  if (kind === 'negative' || kind === 'type') return mentionsOthers(tree.of);
  if (kind === 'binary') return mentionsOthers(tree.left) || mentionsOthers(tree.right);
  if (kind !== 'member' && kind !== 'call') return false;
  if (tree.source !== undefined && mentionsOthers(tree.source)) return true;
  return kind === 'call' && (changing.has(tree.name) || tree.parameters.some(mentionsOthers));
}
function hasWork(tree: Expression): boolean {
  return (
    tree.kind === 'member' ||
    tree.kind === 'call' ||
    (tree.kind === 'binary' && (hasWork(tree.left) || hasWork(tree.right)))
  );
}
function remembered(evaluate: Evaluate): Evaluate {
  const key = {};
  return (scope) => {
    const { memory } = scope.environment;
    let answer = memory.get(key);
    if (!answer) memory.set(key, (answer = evaluate(scope)));
    return answer;
  };
}
