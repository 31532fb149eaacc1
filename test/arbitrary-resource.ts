// Resources that the definitions of R4 allow, and some that they nearly allow, for fast-check. What only invariants
// forbid may be in them, so "valid" here means: structure, types, cardinality and codes are right.
import fc from 'fast-check';
import { codes, resourceTypes, structures, type ElementTable } from '#fhir/definitions/tables.ts';

type Tree = Record<string, unknown>;

const depthMax = 4;
const manyMax = 3;
/** Parts of a resource are drawn from one stream of numbers: shrinking then makes them smaller as a whole. */
interface Draw {
  /** A whole number from 0 to `below` - 1. */
  readonly pick: (below: number) => number;
}

/** A resource of this type, or of any type. */
export function arbitraryResource(type?: string): fc.Arbitrary<Tree & { resourceType: string }> {
  return fc.infiniteStream(fc.nat({ max: 0xffff })).map((stream) => {
    const numbers = stream[Symbol.iterator]();
    const draw: Draw = { pick: (below) => Number(numbers.next().value) % below };
    const chosen =
      type ??
      one(
        draw,
        resourceTypes.filter((name) => !['Bundle', 'Parameters'].includes(name)),
      );
    return { resourceType: chosen, ...members(draw, chosen, 0) };
  });
}

/** A resource with one thing in it that a careless or hostile program might have written. */
export function nearlyValidResource(): fc.Arbitrary<unknown> {
  return fc
    .tuple(arbitraryResource(), fc.nat(), fc.nat({ max: spoilers.length - 1 }), fc.nat())
    .map(([tree, where, how, what]) => {
      const places = placesOf(tree);
      const place = places[where % places.length];
      if (place) spoilers[how]?.(place, what);
      return tree;
    });
}

function one<T>(draw: Draw, list: readonly T[]): T {
  const found = list[draw.pick(list.length)];
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
}

function members(draw: Draw, type: string, depth: number): Tree {
  const tree: Tree = {};
  const elements = Object.entries(structures[type]?.elements ?? {});
  const chosen = new Set<string>();
  // The types of a choice stand beside each other: one of them, not always the first.
  const order = elements.length === 0 ? [] : rotated(elements, draw.pick(elements.length));
  for (const [key, element] of order) {
    if (key === 'contained' || key === 'extension' || key === 'modifierExtension' || key === 'text') continue;
    if (key === 'id' || key === 'meta' || key === 'implicitRules' || key === 'language') continue;
    const name = element.choice ?? key;
    if (chosen.has(name)) continue;
    const wanted = element.min > 0 || (depth < depthMax && draw.pick(depth === 0 ? 4 : 8) === 0);
    if (!wanted || (element.min === 0 && isDeep(element, depth))) continue;
    chosen.add(name);
    const count = element.many ? 1 + draw.pick(manyMax) : 1;
    const values = Array.from({ length: count }, () => valueOf(draw, element, depth + 1));
    tree[key] = element.many ? values : values[0];
  }
  if (Object.keys(tree).length === 0 && depth > 0) tree['id'] = `e${draw.pick(1000)}`;
  return tree;
}

function rotated<T>(list: readonly T[], by: number): T[] {
  return [...list.slice(by), ...list.slice(0, by)];
}
function isDeep(element: ElementTable, depth: number): boolean {
  return depth >= depthMax && structures[element.type]?.kind !== 'primitive';
}

/** Some codes of the value sets that a rule says. */
const ruled: typeof codes = {
  'http://hl7.org/fhir/ValueSet/mimetypes': [
    { system: 'urn:ietf:bcp:13', codes: ['text/plain', 'image/png'] },
  ],
  'http://hl7.org/fhir/ValueSet/currencies': [{ system: 'urn:iso:std:iso:4217', codes: ['DKK', 'EUR'] }],
};

function valueOf(draw: Draw, element: ElementTable, depth: number): unknown {
  const { type } = element;
  const allowed = element.codes === undefined ? undefined : (ruled[element.codes] ?? codes[element.codes]);
  const { system, codes: listed = [] } = allowed ? one(draw, allowed) : {};
  if (allowed && type === 'code') return one(draw, listed);
  if (structures[type]?.kind === 'primitive') return primitive(draw, type);
  if (type === 'Reference') {
    const target = one(draw, element.targets ?? resourceTypes);
    return draw.pick(4) === 0 ? { display: 'En anden' } : { reference: `${target}/${one(draw, ids)}` };
  }
  if (type === 'Resource') return { resourceType: 'Basic', code: { text: 'x' } };
  if (type === 'Narrative')
    return { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' };
  if (type === 'Extension') return { url: 'http://test/x', valueBoolean: true };
  if (allowed && (type === 'CodeableConcept' || type === 'Coding'))
    return type === 'Coding'
      ? { system, code: one(draw, listed) }
      : { coding: [{ system, code: one(draw, listed) }], text: 'x' };
  return members(draw, type, depth);
}

const ids = ['a', 'p-1', '00000000-0000-4000-8000-000000000000', 'A.b-c'];
const texts = [
  'x',
  'Åse Øst',
  'æ',
  '"quoted"',
  "it's",
  'a\\b',
  'line\nbreak',
  '😀',
  '%_',
  ' blank',
  '\u00e9\u0301',
];

function primitive(draw: Draw, type: string): unknown {
  switch (type) {
    case 'boolean':
      return draw.pick(2) === 0;
    case 'decimal':
      return one(draw, [0, 1, -1, 0.1, 98.6, 1e-7, 123456.789, -273.15]);
    case 'integer':
      return one(draw, [0, 1, -1, 2147483647, -2147483648]);
    case 'unsignedInt':
      return one(draw, [0, 1, 2147483647]);
    case 'positiveInt':
      return one(draw, [1, 2, 2147483647]);
    case 'date':
      return one(draw, ['2026', '2026-01', '2026-01-31', '1900-02-28', '2024-02-29']);
    case 'dateTime':
      return one(draw, ['2026', '2026-01-31', '2026-01-31T23:59:59Z', '2026-03-29T02:30:00.123+01:00']);
    case 'instant':
      return one(draw, ['2026-01-31T23:59:59Z', '2026-10-25T02:30:00.123456+02:00']);
    case 'time':
      return one(draw, ['00:00:00', '23:59:59.999']);
    case 'code':
      return one(draw, ['a', 'final', 'a-b', 'x y']);
    case 'id':
      return one(draw, ids);
    case 'oid':
      return 'urn:oid:1.2.208.176.1.2';
    case 'uuid':
      return 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520';
    case 'uri':
    case 'url':
    case 'canonical':
      return one(draw, ['http://test/a', 'urn:oid:1.2.3', 'http://test/a|1.0']);
    case 'base64Binary':
      return one(draw, ['AAAA', 'aGVq', 'aGVqIGhlag==']);
    case 'xhtml':
      return '<div xmlns="http://www.w3.org/1999/xhtml">x</div>';
    default:
      return one(draw, texts);
  }
}

/** Where something can be spoiled: an object and the name of a member, or a list and an index. */
interface Place {
  readonly holder: Tree | unknown[];
  readonly key: string;
}
function placesOf(node: unknown): Place[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]): Place[] => [
    { holder: node as Tree, key },
    ...placesOf(value),
  ]);
}
function put({ holder, key }: Place, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
const strange: readonly unknown[] = [
  null,
  '',
  ' ',
  0,
  -1,
  1e308,
  true,
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  'x'.repeat(5000),
  '\u0000',
  '\u001e\u001f',
  '\ud800',
  "'; drop table record; --",
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '2026-02-30',
  '2026-01-01T10:00:00',
  '__proto__',
  'Patient/../x',
  'http://[',
  '{{constructor}}',
];
/** A copy each time: what is spoiled once may be spoiled again. */
const strangeOne = (what: number): unknown => structuredClone(strange[what % strange.length]);
const spoilers: readonly ((place: Place, what: number) => void)[] = [
  (place, what) => put(place, strangeOne(what)),
  (place) => {
    if (!Array.isArray(place.holder)) delete place.holder[place.key];
  },
  ({ holder, key }, what) => put({ holder, key: `${key}x` }, strangeOne(what)),
  ({ holder }, what) =>
    put(
      { holder, key: ['__proto__', 'constructor', 'toString', '_x', 'value[x]', ''][what % 6] ?? '' },
      { a: 1 },
    ),
  ({ holder, key }) => put({ holder, key: `_${key}` }, { extension: [] }),
  (place) => put(place, [(place.holder as Tree)[place.key]]),
  (place) => put(place, { resourceType: 'Patient', contained: [{ resourceType: 'Patient', contained: [] }] }),
];
