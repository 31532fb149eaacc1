/**
 * ViewDefinitions of SQL on FHIR 2 (https://sql-on-fhir.org/ig/latest): a table is made of resources, a few rows of each.
 * The definition is read once, becoming closures, and then asked of one resource after another.
 */
import { Refusal } from '#base/refusal.ts';
import { isResourceType } from '../definitions/tables.ts';
import { isObject, type Json } from '../json.ts';
import { compile, environmentOf, itemOf, PathError, type Collection, type Path } from '../path/compile.ts';
import { decimalIn } from './spelling.ts';
import { readConstants, variablesIn } from './constants.ts';

export interface Column {
  readonly name: string;
  readonly collection: boolean;
}
/** A value as it is written in JSON; of a decimal the spelling in the resource. */
export type Cell = unknown;
export interface View {
  readonly resource: string;
  readonly columns: readonly Column[];
  /** The rows of one resource, given its text. @throws Refusal `unprocessable` when the view does not fit it. */
  rows(text: string): Cell[][];
}

const columnsMax = 500;
const selectsMax = 200;
const pathLettersMax = 2000;
/** Rows of one resource: what multiplies lists by lists would else have no end. */
const rowsMax = 10_000;
const repeatedMax = 10_000;
/** Elements that paths may look at in one resource: some tens of milliseconds. */
const stepsMax = 200_000;

/** @throws Refusal `invalid`, naming the element of the definition. */
export function readView(definition: unknown): View {
  if (!isObject(definition)) return refuse('ViewDefinition', 'expected an object');
  const type = definition['resourceType'];
  if (type !== undefined && type !== 'ViewDefinition') refuse('resourceType', 'expected ViewDefinition');
  const resource = definition['resource'];
  if (typeof resource !== 'string' || !isResourceType(resource))
    return refuse('ViewDefinition.resource', 'expected the name of an R4 resource type');
  const constants = readConstants(definition['constant']);
  const reading: Reading = { names: new Set(['rowIndex', ...Object.keys(constants)]), selects: 0 };
  const selects = listOf(definition['select'], 'ViewDefinition.select');
  if (selects.length === 0) refuse('ViewDefinition.select', 'expected at least one');
  const parts = selects.map((one, n) => readSelect(reading, one, `ViewDefinition.select[${n}]`));
  const columns = parts.flatMap((part) => part.columns);
  refuseColumns(columns);
  const conditions = listOf(definition['where'], 'ViewDefinition.where').map((one, n) => {
    const at = `ViewDefinition.where[${n}].path`;
    return { path: readPath(reading, isObject(one) ? one['path'] : undefined, at), at };
  });
  return {
    resource,
    columns,
    rows(text) {
      const tree: unknown = JSON.parse(text);
      if (!isObject(tree)) return [];
      const item = itemOf(tree);
      const environment = environmentOf(item, {
        variables: constants,
        budget: { steps: stepsMax },
      });
      const place: Place = { focus: [item], rowIndex: 0, environment, text };
      return fitting(() =>
        conditions.every(({ path, at }) => isTrue(ask(path, place), at)) ? multiplied(parts, place) : [],
      );
    },
  };
}

interface Reading {
  /** Of the variables that paths may use. */
  readonly names: ReadonlySet<string>;
  selects: number;
}
/** Where in a resource a part of the view stands. */
interface Place {
  readonly focus: Collection;
  readonly rowIndex: number;
  readonly environment: ReturnType<typeof environmentOf>;
  readonly text: string;
}
interface Part {
  readonly columns: readonly Column[];
  rows(place: Place): Cell[][];
}

function refuse(at: string, text: string): never {
  throw new Refusal('invalid', [{ code: 'value', at, text }]);
}

function listOf(value: unknown, at: string): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : refuse(at, 'expected a list');
}

function refuseColumns(columns: readonly Column[]): void {
  if (columns.length === 0) refuse('ViewDefinition.select', 'has no columns');
  if (columns.length > columnsMax)
    refuse('ViewDefinition.select', `has ${columns.length} columns; at most ${columnsMax} are taken`);
  const twice = columns.find(({ name }, n) => columns.findIndex((one) => one.name === name) !== n);
  if (twice) refuse('ViewDefinition.select', `has the column ${twice.name} twice`);
}

function readPath({ names }: Reading, text: unknown, at: string): Path {
  if (typeof text !== 'string' || text.trim() === '') return refuse(at, 'expected a FHIRPath');
  if (text.length > pathLettersMax)
    refuse(at, `has ${text.length} letters; at most ${pathLettersMax} are taken`);
  try {
    const unknown = variablesIn(text).find((name) => !names.has(name));
    if (unknown !== undefined) refuse(at, `the constant %${unknown} is not defined`);
    return compile(text);
  } catch (error) {
    if (error instanceof PathError) return refuse(at, error.message);
    throw error;
  }
}

function ask(path: Path, { focus, rowIndex, environment }: Place): Collection {
  const index: Collection = [{ value: rowIndex, type: 'System.Integer', shadow: undefined }];
  return path(focus, { ...environment, variables: { ...environment.variables, rowIndex: index } });
}

/** What a path finds wrong with a resource is the view's fault: it is told without a word of the resource. */
function fitting<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PathError)
      throw new Refusal('unprocessable', `the view does not fit: ${error.message}`);
    throw error;
  }
}

function unfit(at: string, text: string): never {
  throw new Refusal('unprocessable', [{ code: 'processing', at, text }]);
}

function isTrue(found: Collection, at: string): boolean {
  const [only] = found;
  if (found.length > 1 || (only && typeof only.value !== 'boolean'))
    unfit(
      at,
      'expected true, false or nothing of each resource; a path to what may be there ends in exists()',
    );
  return only?.value === true;
}

// ---------------------------------------------------------------- select

function readSelect(reading: Reading, select: unknown, at: string): Part {
  if (++reading.selects > selectsMax) refuse('ViewDefinition.select', `at most ${selectsMax} are taken`);
  if (!isObject(select)) return refuse(at, 'expected an object');
  const parts: Part[] = [];
  const columns = listOf(select['column'], `${at}.column`);
  if (columns.length > 0)
    parts.push(joined(columns.map((one, n) => readColumn(reading, one, `${at}.column[${n}]`))));
  listOf(select['select'], `${at}.select`).forEach((one, n) =>
    parts.push(readSelect(reading, one, `${at}.select[${n}]`)),
  );
  const union = listOf(select['unionAll'], `${at}.unionAll`);
  if (union.length > 0)
    parts.push(
      unionOf(
        union.map((one, n) => readSelect(reading, one, `${at}.unionAll[${n}]`)),
        at,
      ),
    );
  const places = readPlaces(reading, select, at);
  const inner: Part = {
    columns: parts.flatMap((part) => part.columns),
    rows: (place) => multiplied(parts, place),
  };
  if (inner.columns.length === 0) refuse(at, 'has no columns');
  return places
    ? { columns: inner.columns, rows: (place) => limited(places(place).flatMap((one) => inner.rows(one))) }
    : inner;
}

/** Where the columns of a select stand, when it goes through a list. */
function readPlaces(reading: Reading, select: Json, at: string): ((place: Place) => Place[]) | undefined {
  const kinds = ['forEach', 'forEachOrNull', 'repeat'].filter((name) => select[name] !== undefined);
  const [kind, other] = kinds;
  if (kind === undefined) return undefined;
  if (other !== undefined) refuse(at, `has ${kind} and ${other}; expected one of them`);
  const numbered = (place: Place, items: Collection) =>
    items.map((item, rowIndex): Place => ({ ...place, focus: [item], rowIndex }));
  if (kind === 'repeat') {
    const paths = listOf(select['repeat'], `${at}.repeat`).map((one, n) =>
      readPath(reading, one, `${at}.repeat[${n}]`),
    );
    if (paths.length === 0) refuse(`${at}.repeat`, 'expected at least one path');
    return (place) => numbered(place, repeated(paths, place));
  }
  const path = readPath(reading, select[kind], `${at}.${kind}`);
  return (place) => {
    const items = ask(path, place);
    return items.length === 0 && kind === 'forEachOrNull'
      ? [{ ...place, focus: [], rowIndex: 0 }]
      : numbered(place, items);
  };
}

/** What the paths lead to, and what they lead to from there, each before what is below it. */
function repeated(paths: readonly Path[], start: Place): Collection {
  const found: Collection[number][] = [];
  const follow = (place: Place, depth: number) => {
    for (const path of paths) {
      for (const item of ask(path, place)) {
        // `$this` would lead to itself without end.
        if (found.push(item) > repeatedMax || depth > repeatedDepthMax)
          throw new PathError('repeat leads to more than may be gone through');
        follow({ ...place, focus: [item] }, depth + 1);
      }
    }
  };
  follow(start, 0);
  return found;
}
const repeatedDepthMax = 100;

function readColumn(reading: Reading, column: unknown, at: string): Part {
  if (!isObject(column)) return refuse(at, 'expected an object');
  const { name, collection } = column;
  if (typeof name !== 'string' || !/^[A-Za-z][A-Za-z0-9_]{0,254}$/.test(name))
    return refuse(`${at}.name`, 'expected a name for a database: a letter, then letters, digits and _');
  const path = readPath(reading, column['path'], `${at}.path`);
  const isMany = collection === true;
  return {
    columns: [{ name, collection: isMany }],
    rows: (place) => {
      const found = ask(path, place).filter(({ value }) => value !== undefined);
      const cells = found.map(({ value, type }) => {
        if (typeof value === 'object') unfit(`${at}.path`, 'leads to an element that is no simple value');
        return typeof value === 'number' && type === 'decimal' ? decimalIn(place.text, value) : value;
      });
      if (isMany) return [[cells]];
      if (cells.length > 1)
        unfit(`${at}.path`, 'leads to several values; a column of many says collection: true');
      return [[cells[0] ?? null]];
    },
  };
}

/** Columns beside each other: one row. */
function joined(parts: readonly Part[]): Part {
  return {
    columns: parts.flatMap(({ columns }) => columns),
    rows: (place) => [parts.flatMap((part) => part.rows(place)[0] ?? [])],
  };
}

function unionOf(parts: readonly Part[], at: string): Part {
  const [first] = parts;
  const namesOf = (part: Part | undefined) => (part?.columns ?? []).map(({ name }) => name).join();
  if (parts.some((part) => namesOf(part) !== namesOf(first)))
    refuse(`${at}.unionAll`, 'expected the same columns in the same order in each');
  return {
    columns: first?.columns ?? [],
    rows: (place) => limited(parts.flatMap((part) => part.rows(place))),
  };
}

/** Each row of one part with each of the next. */
function multiplied(parts: readonly Part[], place: Place): Cell[][] {
  let all: Cell[][] = [[]];
  for (const part of parts) {
    const rows = part.rows(place);
    if (all.length * rows.length > rowsMax) tooMany();
    all = all.flatMap((left) => rows.map((right) => [...left, ...right]));
    if (all.length === 0) return all;
  }
  return all;
}

function limited(rows: Cell[][]): Cell[][] {
  return rows.length > rowsMax ? tooMany() : rows;
}
function tooMany(): never {
  throw new Refusal('unprocessable', `the view makes more than ${rowsMax} rows of one resource`, {
    code: 'too-costly',
  });
}
