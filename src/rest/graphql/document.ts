/** A GraphQL query as it was written, with its variables filled in: which fields are asked of which type. */
import {
  Kind,
  parse,
  type DocumentNode,
  type FieldNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { Refusal } from '#base/refusal.ts';

export interface Question {
  readonly root: SelectionSetNode;
  readonly fragments: ReadonlyMap<string, Fragment>;
  readonly variables: Readonly<Record<string, unknown>>;
}
interface Fragment {
  readonly type: string;
  readonly selection: SelectionSetNode;
}
export interface Field {
  /** In the answer. */
  readonly key: string;
  readonly name: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly flatten: boolean;
  readonly first: boolean;
  readonly singleton: boolean;
  /** The FHIRPath whose value is added to the key. */
  readonly slice: string | undefined;
  readonly selections: readonly SelectionSetNode[];
}

const queryLettersMax = 20_000;
const tokensMax = 4000;
/** How deep selections may nest. */
export const depthMax = 20;

/** @throws Refusal `invalid` for what is no query, or one that changes something. */
export function readQuestion(
  text: string,
  given: Readonly<Record<string, unknown>>,
  operationName: string | undefined,
): Question {
  if (text.length > queryLettersMax)
    throw new Refusal(
      'tooMuch',
      `the query has ${text.length} letters; at most ${queryLettersMax} are taken`,
    );
  const document = parsed(text);
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const operation =
    operationName === undefined
      ? operations[0]
      : operations.find(({ name }) => name?.value === operationName);
  if (!operation || (operationName === undefined && operations.length > 1))
    return wrong('expected one query, or the operationName of one of several');
  if (operation.operation !== 'query')
    wrong(`a ${operation.operation} is not taken: queries only read`, 'not-supported');
  const fragments = document.definitions.flatMap((one) =>
    one.kind === Kind.FRAGMENT_DEFINITION
      ? [[one.name.value, { type: one.typeCondition.name.value, selection: one.selectionSet }] as const]
      : [],
  );
  const variables = Object.fromEntries(
    (operation.variableDefinitions ?? []).map(({ variable, type, defaultValue }) => {
      const name = variable.name.value;
      const value = Object.hasOwn(given, name) ? given[name] : defaultValue && valueOf(defaultValue, {});
      if ((value === undefined || value === null) && type.kind === Kind.NON_NULL_TYPE)
        wrong(`the variable $${name} has no value`);
      return [name, value ?? null];
    }),
  );
  return { root: operation.selectionSet, fragments: new Map(fragments), variables };
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: tokensMax, noLocation: true });
  } catch (cause) {
    // The library tells what it found in the query, which the asker wrote.
    const reason = cause instanceof Error ? cause.message.slice(0, 200) : 'not understood';
    throw new Refusal('invalid', `this is no GraphQL: ${reason}`, { cause, code: 'structure' });
  }
}

export function wrong(text: string, code: 'value' | 'not-supported' = 'value'): never {
  throw new Refusal('invalid', text, { code });
}

/** A value of an argument, which a variable may have made anything. */
export function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : wrong('expected a text, a number or true or false');
}

function valueOf(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return Object.hasOwn(variables, node.name.value)
        ? variables[node.name.value]
        : wrong(`the variable $${node.name.value} is not defined`);
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.STRING:
    case Kind.ENUM:
      return node.value;
    case Kind.BOOLEAN:
      return String(node.value);
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((one) => valueOf(one, variables));
    case Kind.OBJECT:
      return wrong('an object is no value of a search or a filter');
  }
}

/**
 * The fields that are asked of one type, those of fragments for it included; a field that is there several times is one.
 * @param isOf Whether the thing in hand is of the type a fragment names.
 */
export function fieldsOf(
  question: Question,
  selections: readonly SelectionSetNode[],
  isOf: (type: string) => boolean,
): Field[] {
  const found = new Map<string, Field>();
  // A fragment is taken once, so that fragments of fragments cannot multiply.
  const taken = new Set<string>();
  const visit = (set: SelectionSetNode, within: readonly string[]): void => {
    for (const one of set.selections) {
      if (!isIncluded(question, one.directives ?? [])) continue;
      if (one.kind === Kind.FIELD) {
        const field = readField(question, one);
        const before = found.get(field.key);
        if (
          before &&
          (before.name !== field.name || JSON.stringify(before.given) !== JSON.stringify(field.given))
        )
          wrong(`${field.key} is asked in two ways: give one of them another name`);
        found.set(
          field.key,
          before ? { ...before, selections: [...before.selections, ...field.selections] } : field,
        );
      } else if (one.kind === Kind.INLINE_FRAGMENT) {
        if (!one.typeCondition || isOf(one.typeCondition.name.value)) visit(one.selectionSet, within);
      } else {
        const name = one.name.value;
        const fragment = question.fragments.get(name) ?? wrong(`the fragment ${name} is not defined`);
        if (within.includes(name)) wrong(`the fragment ${name} contains itself`);
        if (taken.has(name)) continue;
        taken.add(name);
        if (isOf(fragment.type)) visit(fragment.selection, [...within, name]);
      }
      if (found.size > fieldsMax) wrong(`more than ${fieldsMax} fields are asked of one element`);
    }
  };
  for (const set of selections) visit(set, []);
  return [...found.values()];
}
const fieldsMax = 500;

type Directives = NonNullable<FieldNode['directives']>;

function argumentOf(
  { variables }: Question,
  directives: Directives,
  name: string,
  argument: string,
): unknown {
  const directive = directives.find((one) => one.name.value === name);
  const node = directive?.arguments?.find((one) => one.name.value === argument)?.value;
  return directive ? (node ? valueOf(node, variables) : wrong(`@${name} needs ${argument}`)) : undefined;
}

function isIncluded(question: Question, directives: Directives): boolean {
  const skip = argumentOf(question, directives, 'skip', 'if');
  const include = argumentOf(question, directives, 'include', 'if');
  return (
    (skip === undefined || textIn(skip) !== 'true') && (include === undefined || textIn(include) === 'true')
  );
}

const directivesKnown = ['skip', 'include', 'flatten', 'first', 'singleton', 'slice'];

function readField(question: Question, node: FieldNode): Field {
  const directives = node.directives ?? [];
  const strange = directives.find((one) => !directivesKnown.includes(one.name.value));
  if (strange)
    wrong(`@${strange.name.value} is not known; @${directivesKnown.join(', @')} are`, 'not-supported');
  const has = (name: string) => directives.some((one) => one.name.value === name);
  const slice = has('slice')
    ? (directives.find((one) => one.name.value === 'slice')?.arguments ?? []).map((one) =>
        valueOf(one.value, question.variables),
      )[0]
    : undefined;
  if (has('slice') && typeof slice !== 'string') wrong('@slice needs a FHIRPath');
  const given = (node.arguments ?? []).map(
    ({ name, value }) => [name.value, valueOf(value, question.variables)] as const,
  );
  return {
    key: node.alias?.value ?? node.name.value,
    name: node.name.value,
    given: Object.fromEntries(given),
    flatten: has('flatten'),
    first: has('first'),
    singleton: has('singleton'),
    slice: typeof slice === 'string' ? slice : undefined,
    selections: node.selectionSet ? [node.selectionSet] : [],
  };
}
