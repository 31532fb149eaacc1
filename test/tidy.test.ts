// The part of CONTRIBUTING.md that a machine can hold.
import { expect, test } from 'vitest';
import { sources } from './sources.ts';

const code = sources(/\.(tsx?|mjs)$/);
const all = sources(/\.(tsx?|mjs|css|html|sql|md|json)$/);

/** A file past this holds two ideas. Tables and generated definitions are data. */
const linesMax = 500;
const data = /(^|\/)(definitions|tables|texts|data)\//;
const casts = /\bas any\b(?! \w)|<any>|@ts-(ignore|nocheck|expect-error)/;
// Written in pieces, so that this file does not hold them.
const leftovers = new RegExp(['TO', 'DO|FIX', 'ME|XX', 'X'].join('').replace(/(\w+)/g, '\\b$1\\b'));
const folders = /(^|\/)(utils?|helpers?|common|misc)(\/|\.tsx?$)/;
const strangers = new RegExp(
  ['local', 'host:(?!8080\\b)\\d{4}', '|/wo', 'rk/', '|/ro', 'ot/\\w', '|/ho', 'me/\\w'].join(''),
);

function offenders(rule: RegExp, files = code): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        rule.test(line) ? [`${path}:${index + 1} ${line.trim().slice(0, 100)}`] : [],
      ),
  );
}

test('the tidy test sees the sources', () => {
  expect(code.length).toBeGreaterThan(40);
  expect(all.length).toBeGreaterThan(code.length);
});

test('no file is longer than can be held in mind', () => {
  const long = code.filter(({ path, text }) => !data.test(path) && text.split('\n').length > linesMax);
  expect(long.map(({ path, text }) => `${path}: ${text.split('\n').length} lines`)).toEqual([]);
});

test('nothing is left for later in a comment', () => {
  expect(offenders(leftovers)).toEqual([]);
});

test('the compiler is not talked out of its opinion', () => {
  expect(
    offenders(
      casts,
      code.filter(({ path }) => path !== 'test/tidy.test.ts'),
    ),
  ).toEqual([]);
});

/** Stylesheets of pages are loaded as pages are opened, and stay: whichever came last would win. */
test('a class of a page is the class of one page', () => {
  const pages = all.filter(({ path }) => /^web\/clinic\/.*\.css$/.test(path));
  expect(pages.length).toBeGreaterThan(10);
  const owners = new Map<string, Set<string>>();
  for (const { path, text } of pages)
    for (const [, selectors = ''] of text.replace(/\/\*.*?\*\//gs, '').matchAll(/([^{}]+)\{/g))
      for (const selector of selectors.split(',').map((one) => one.trim()))
        if (/^\.[\w-]+$/.test(selector)) owners.set(selector, (owners.get(selector) ?? new Set()).add(path));
  const shared = [...owners].filter(([, paths]) => paths.size > 1);
  expect(shared.map(([selector, paths]) => `${selector}: ${[...paths].join(', ')}`)).toEqual([]);
});

test('folders and files carry words of the domain', () => {
  expect(code.map(({ path }) => path).filter((path) => folders.test(path))).toEqual([]);
});

test('no place of one machine is written down', () => {
  expect(
    offenders(
      strangers,
      all.filter(({ path }) => path !== 'package-lock.json'),
    ),
  ).toEqual([]);
});
