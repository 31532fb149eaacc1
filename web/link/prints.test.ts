import { expect, test } from 'vitest';
import { printedAt } from './prints.ts';

test.each([
  ['/patient/p1', { view: 'overview', patient: 'p1' }],
  ['/patient/p1/', { view: 'overview', patient: 'p1' }],
  ['/patient/p1/medication', { view: 'medication', patient: 'p1' }],
  ['/ward/b12', { view: 'board', ward: 'b12' }],
  ['/ward/b12/round', { view: 'round', ward: 'b12' }],
  ['/search', { view: 'search' }],
  ['/', { view: 'home' }],
])('what is printed at %s is %j', (path, printed) => {
  expect(printedAt(path)).toEqual(printed);
});
