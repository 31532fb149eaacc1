// A handover, of a record with nothing in it and of one with something.
import { expect, test } from 'vitest';
import { isbar, type IsbarFacts } from './isbar.ts';

const now = Date.parse('2026-01-15T12:00:00+01:00');
const say = (key: string, values?: object) =>
  values === undefined ? key : `${key} ${Object.values(values).join(' ')}`;
const none: IsbarFacts = {
  person: undefined,
  stay: undefined,
  cave: undefined,
  flags: [],
  ews: undefined,
  diagnoses: [],
  fluids: { byKind: {}, infused: undefined, in: undefined, out: undefined, balance: undefined },
  rows: [],
};
const told = (facts: Partial<IsbarFacts>) =>
  Object.fromEntries(
    isbar({ ...none, ...facts }, now, 'da', say).map(({ letter, lines }) => [letter, lines.join('\n')]),
  );

test('what nobody wrote is said to be missing', () => {
  const { S, B, A, R } = told({});
  expect(S).toContain('isbar.noEws');
  expect(B).toContain('isbar.noDiagnoses\nCAVE: cave.unasked\nlevel.title: level.none');
  expect(A).toContain('fluid.in fluid.unmeasured, fluid.out fluid.unmeasured');
  expect(R).toBe('task.none');
});

test('tells of what is due in the next twelve hours and is not over', () => {
  const row = (words: string, hours: number, state: 'open' | 'done' = 'open') => ({
    id: words,
    patient: '1',
    words,
    due: now + hours * 3_600_000,
    state,
    owner: { display: 'Plejen' },
    reason: undefined,
    task: undefined,
    plan: undefined,
  });
  const { R } = told({ rows: [row('Vendes', 2), row('Vægt', 20), row('Bad', 1, 'done')] });
  expect(R).toBe('14:00 Vendes (Plejen)');
});
