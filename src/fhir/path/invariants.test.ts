/** Our FHIRPath and the library `fhirpath` say the same of every invariant of R4, for the specification's own examples. */
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { expect, test } from 'vitest';
import { r4Examples } from '../../../test/r4-examples.ts';
import { invariants, type InvariantTable } from '../definitions/tables.ts';
import { isObject } from '../json.ts';
import { compile, environmentOf, itemOf, valuesOf, type Item, type Path } from './compile.ts';

/** Enough of each expression on other data; all of all takes the library half a minute. */
const timesMax = 40;

interface Both {
  readonly ours: Path;
  readonly theirs: (item: Item, root: unknown) => unknown;
  times: number;
}
const known = new Map<InvariantTable, Both>();

function bothOf(table: InvariantTable, base: string): Both {
  let both = known.get(table);
  if (!both) {
    // Theirs takes `as` for one item only, as FHIRPath has it now, and writes what is traced to the console.
    const expression = table.expression
      .replaceAll('descendants().as(', 'descendants().ofType(')
      .replace(/\.trace\([^)]*\)/g, '')
      // R4 means FHIR's boolean.
      .replace('is Boolean', 'is boolean');
    const compiled = fhirpath.compile({ base, expression: `(${expression})` }, r4);
    const theirs = (item: Item, root: unknown): unknown =>
      compiled(item.value, { resource: root, rootResource: root });
    known.set(table, (both = { ours: compile(table.expression), theirs, times: 0 }));
  }
  return both;
}

test('both agree on every invariant of every type', () => {
  const everything = compile('descendants()');
  const different: string[] = [];
  for (const { file, text } of r4Examples()) {
    if (text.length > 50_000) continue;
    const tree: unknown = JSON.parse(text);
    if (!isObject(tree) || tree['resourceType'] === 'Bundle') continue;
    const root = itemOf(tree);
    // A contained resource is a resource of its own, with its own %resource.
    const all = [root, ...everything(root)].filter(({ value }) => isObject(value));
    for (const item of all) {
      if (item !== root && isObject(item.value) && item.value['resourceType'] !== undefined) continue;
      const asked = [
        ...(invariants.types[item.type] ?? []),
        ...(item === root && tree['contained'] ? (invariants.types['DomainResource'] ?? []) : []),
      ];
      for (const table of asked) {
        // The library asks a server for what is referred to, and reads patterns more strictly.
        if (/resolve\(\)|\\\\'/.test(table.expression)) continue;
        const both = bothOf(table, item.type);
        if (both.times++ >= timesMax) continue;
        const [one, other] = [valuesOf(both.ours(item, environmentOf(root))), both.theirs(item, tree)];
        if (JSON.stringify(one) !== JSON.stringify(other)) {
          different.push(
            `${file} ${item.type} ${table.key}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`,
          );
        }
      }
    }
  }
  expect(different).toEqual([]);
  expect(known.size).toBeGreaterThan(150);
});
