import { createIntl } from 'react-intl';
import { expect, test } from 'vitest';
import birthDanish from './texts/birth/da.json';
import birthEnglish from './texts/birth/en.json';
import firstDanish from './texts/da.json';
import firstEnglish from './texts/en.json';
import careDanish from './texts/care/da.json';
import careEnglish from './texts/care/en.json';
import fmkDanish from './texts/fmk/da.json';
import fmkEnglish from './texts/fmk/en.json';
import medicineDanish from './texts/medicine/da.json';
import medicineEnglish from './texts/medicine/en.json';
import surgeryDanish from './texts/surgery/da.json';
import surgeryEnglish from './texts/surgery/en.json';

// A text that is missing shows a key to a nurse; one that nobody uses is translated for nothing.

const sources = import.meta.glob<string>(['./**/*.ts', './**/*.tsx', '!./**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
// Those of the first load, and those that come with their page.
const danish = {
  ...firstDanish,
  ...birthDanish,
  ...careDanish,
  ...fmkDanish,
  ...medicineDanish,
  ...surgeryDanish,
};
const english = {
  ...firstEnglish,
  ...birthEnglish,
  ...careEnglish,
  ...fmkEnglish,
  ...medicineEnglish,
  ...surgeryEnglish,
};
const code = Object.values(sources).join('\n');
const keys = Object.keys(danish);
// A place to fill in; what stands in braces after one, other and =0 is a branch of a plural.
const placeName = /(?<!one |other |=0 )\{(\w+)/g;

test('the test sees the sources and the texts', () => {
  expect(Object.keys(sources).length).toBeGreaterThan(60);
  expect(keys.length).toBeGreaterThan(200);
});

test('both languages have the same texts, in the same order', () => {
  expect(Object.keys(english)).toEqual(keys);
});

test('no text is empty', () => {
  expect(
    [...Object.entries(danish), ...Object.entries(english)].filter(([, text]) => text.trim() === ''),
  ).toEqual([]);
});

test('every text is used', () => {
  expect(keys.filter((key) => !code.includes(`'${key}'`))).toEqual([]);
});

test('every text that is asked for exists', () => {
  const asked = [...code.matchAll(/\bsay\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  expect(asked.length).toBeGreaterThan(150);
  expect(asked.filter((key) => !keys.includes(key))).toEqual([]);
});

test('a key is a literal: no key is put together, or the two tests above would not see it', () => {
  expect([...code.matchAll(/\bsay\(\s*`/g)]).toEqual([]);
});

test('both languages say the same things: the same places to fill in', () => {
  const places = (text: string) =>
    [...new Set([...text.matchAll(placeName)].map((match) => match[1]))].sort();
  const different = Object.entries(danish).filter(
    ([key, text]) =>
      places(text).join() !==
      places(Object.entries(english).find(([other]) => other === key)?.[1] ?? '').join(),
  );
  expect(different.map(([key]) => key)).toEqual([]);
});

test('every text can be formatted', () => {
  for (const [language, texts] of [
    ['da', danish],
    ['en', english],
  ] as const) {
    const failures: string[] = [];
    const intl = createIntl({
      locale: language,
      messages: texts,
      onError: (error) => failures.push(error.message),
    });
    for (const [key, text] of Object.entries(texts)) {
      const values = Object.fromEntries([...text.matchAll(placeName)].map((match) => [match[1], 2]));
      intl.formatMessage({ id: key }, values);
    }
    expect(failures).toEqual([]);
  }
});
