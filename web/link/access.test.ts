import { expect, test } from 'vitest';
import { relationTypes } from '#fhir/relations.ts';
import { isOpenFor, relatingTypes } from './access.ts';

test('what makes relations at the server is what makes the page ask again', () => {
  expect([...relatingTypes]).toEqual([...relationTypes]);
});

test('a record that is open this far is open for less, and not for more', () => {
  expect(isOpenFor('stay', 'name')).toBe(true);
  expect(isOpenFor('stay', 'stay')).toBe(true);
  expect(isOpenFor('stay', 'chart')).toBe(false);
  expect(isOpenFor('none', 'name')).toBe(false);
});
