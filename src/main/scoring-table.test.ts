import { expect, test } from 'vitest';
import { refuseIncompleteTable } from './scoring-table.ts';
import { StartError } from './start-error.ts';

test('a table that nothing can be scored by keeps the program from starting, and says what is missing and what to set', () => {
  expect(() => refuseIncompleteTable({ earlyWarning: 'news2' })).not.toThrow();
  for (const earlyWarning of ['toks', 'capital-region-ews'] as const) {
    expect(() => refuseIncompleteTable({ earlyWarning })).toThrow(StartError);
    expect(() => refuseIncompleteTable({ earlyWarning })).toThrow(/public source.*Choose one of: news2\./);
  }
});
