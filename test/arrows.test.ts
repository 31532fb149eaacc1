// Imports go to a smaller number only, and folders of one number never import each other.
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { sources } from './sources.ts';

const layers = [
  ['base'],
  ['fhir', 'sync'],
  ['store'],
  ['identity', 'care'],
  ['rest', 'exchange', 'ward', 'operate'],
  ['main'],
];
const numbers: ReadonlyMap<string, number> = new Map(
  layers.flatMap((folders, number) => folders.map((folder) => [folder, number] as const)),
);
const webOrder: Readonly<Record<string, number>> = { parts: 0, link: 1, clinic: 2, portal: 2 };
/** What a browser may use of base: nothing here touches Node. */
const baseForBrowsers = ['assert', 'clock', 'id', 'refusal'].map((name) => `src/base/${name}.ts`);
const importsMin = 50;
const importOf = /(?:^(?:import|export)\b[^;'"=(]*?\bfrom\s+|^import\s+|\bimport\()['"]([#.][^'"]+)['"]/gm;

const arrows = sources(/\.tsx?$/)
  .filter(({ path }) => /^(src|web|sim)\//.test(path) && !/\.test\.tsx?$/.test(path))
  .flatMap(({ path, text }) =>
    [...text.matchAll(importOf)].map((match) => ({
      from: path,
      to: placeOf(match[1] ?? '', path),
      // Types are gone before anything runs.
      erased: /^(?:import|export) type\b/.test(match[0]),
    })),
  );

function placeOf(specifier: string, from: string): string {
  if (specifier.startsWith('.')) return join(dirname(from), specifier);
  return specifier.replace(/^#sim\//, 'sim/').replace(/^#/, 'src/');
}

function whyNot(from: string, to: string): string | undefined {
  const [fromTop = '', fromFolder = ''] = from.split('/');
  const [toTop = '', toFolder = ''] = to.split('/');
  if (fromTop === toTop && fromFolder === toFolder) return undefined;
  if (fromTop === 'src' && toTop === 'src') {
    const [low, high] = [numbers.get(toFolder), numbers.get(fromFolder)];
    return low !== undefined && high !== undefined && low < high
      ? undefined
      : 'goes to a smaller number only';
  }
  // A demo is put together in main.
  if (fromTop === 'src' && toTop === 'sim')
    return fromFolder === 'main' ? undefined : 'only main knows the simulated world';
  if (fromTop === 'sim' && toTop === 'src')
    return /^(fhir|base)$/.test(toFolder) ? undefined : 'the simulated world sees fhir and base alone';
  if (fromTop === 'web' && toTop === 'web') {
    if (from.split('/').length === 2 || fromFolder === 'test') return undefined;
    const [low, high] = [webOrder[toFolder], webOrder[fromFolder]];
    return toFolder === 'texts' || (low !== undefined && high !== undefined && low < high)
      ? undefined
      : 'parts → link → clinic | portal';
  }
  if (fromTop === 'web' && toTop === 'src') {
    return /^(fhir|sync)$/.test(toFolder) || baseForBrowsers.includes(to)
      ? undefined
      : 'a browser uses fhir, sync and a few files of base';
  }
  return fromTop === 'sim' && toTop === 'sim' ? undefined : 'no arrow goes there';
}

test('imports follow the arrows', () => {
  expect(arrows.length).toBeGreaterThan(importsMin);
  const wrong = arrows.flatMap(({ from, to }) =>
    whyNot(from, to) ? [`${from} imports ${to}: ${whyNot(from, to)}`] : [],
  );
  expect(wrong).toEqual([]);
});

// Half a megabyte that no screen asks: one import of a small helper beside them once brought them all to every browser.
test('no screen brings the tables of definitions to the browser', () => {
  const reached = new Set(['web/main.tsx']);
  for (const file of reached) {
    for (const { from, to, erased } of arrows) if (from === file && !erased) reached.add(to);
  }
  expect(reached.size).toBeGreaterThan(importsMin);
  expect([...reached].filter((path) => path.startsWith('src/fhir/definitions/'))).toEqual([]);
});

test('the test of the arrows sees a wrong one', () => {
  expect(whyNot('src/fhir/parse.ts', 'src/store/reader.ts')).toBeDefined();
  expect(whyNot('src/sync/message.ts', 'src/fhir/date.ts')).toBeDefined();
  expect(whyNot('web/parts/panel.tsx', 'web/clinic/routes.tsx')).toBeDefined();
  expect(whyNot('web/link/fhir.ts', 'src/store/reader.ts')).toBeDefined();
  expect(whyNot('web/link/fhir.ts', 'src/base/config.ts')).toBeDefined();
  expect(whyNot('sim/population/chart.ts', 'src/rest/answer.ts')).toBeDefined();
  expect(whyNot('src/rest/answer.ts', 'src/fhir/outcome.ts')).toBeUndefined();
});
