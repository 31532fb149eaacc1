import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSearchInput, searchUrl } from './search-input.ts';

const today = '2026-01-15';
const read = (typed: string) => readSearchInput(typed, today);

test('a CPR number is one with and without hyphen, whatever its check digit', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^\d{6}$/),
      fc.stringMatching(/^\d{4}$/),
      fc.constantFrom('', '-', ' '),
      (date, rest, between) => {
        expect(read(`${date}${between}${rest}`)).toEqual({ kind: 'cpr', digits: date + rest });
      },
    ),
  );
});

test('a birth date in any of the ways people write one', () => {
  for (const typed of [
    '251248',
    '25-12-48',
    '25.12.1948',
    '25121948',
    '1948-12-25',
    '25/12-1948'.replace('/', '-'),
  ]) {
    expect(read(typed)).toMatchObject({ kind: 'birthDate' });
    expect(read(typed)).toHaveProperty('dates', ['1948-12-25']);
  }
});

test('two digits of a year mean both centuries when both are in the past', () => {
  expect(read('010120')).toEqual({ kind: 'birthDate', dates: ['2020-01-01', '1920-01-01'] });
});

test('a day that does not exist is no birth date', () => {
  expect(read('310248')).toEqual({ kind: 'nothing' });
  expect(read('311348')).toEqual({ kind: 'nothing' });
});

test('beds and names', () => {
  expect(read('12-1')).toEqual({ kind: 'bed', name: '12-1' });
  expect(read('B12-2')).toEqual({ kind: 'bed', name: 'B12-2' });
  expect(read('  Åse   Testesen ')).toEqual({ kind: 'name', words: 'Åse Testesen' });
  expect(read('t')).toEqual({ kind: 'nothing' });
  expect(read('')).toEqual({ kind: 'nothing' });
});

test('each word of a name is a condition of its own, and nothing typed escapes into the address', () => {
  expect(searchUrl(read('Testesen, Åse'), 10)).toBe(
    'Patient?name=Testesen&name=%C3%85se&_count=10&_total=accurate',
  );
  fc.assert(
    fc.property(fc.string(), (typed) => {
      const url = searchUrl(read(typed), 10);
      if (url === undefined) return;
      const asked = new URLSearchParams(url.slice(url.indexOf('?')));
      expect(asked.get('_count')).toBe('10');
      expect(
        [...asked.keys()].every((key) =>
          ['name', 'identifier', 'birthdate', '_count', '_total'].includes(key),
        ),
      ).toBe(true);
    }),
  );
});
