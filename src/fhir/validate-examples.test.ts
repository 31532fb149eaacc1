import { describe, expect, test } from 'vitest';
import { knownErrata, r4Examples } from '../../test/r4-examples.ts';
import { parseResource } from './parse.ts';
import { validate } from './validate.ts';

const issuesOf = (text: string) =>
  validate(parseResource(text, { depthMax: 64 })).map(({ at, text: why }) => `${at}: ${why}`);

describe('the examples of the specification', () => {
  const examples = r4Examples();
  test('are there', () => expect(examples.length).toBeGreaterThan(2400));
  test('are valid but for what is known to be wrong in them', () => {
    const wrong = examples.flatMap(({ file, text }) => {
      const issues = issuesOf(text);
      return issues.length > 0 ? [[file, issues.join(' ; ')]] : [];
    });
    expect(Object.fromEntries(wrong)).toEqual(knownErrata);
  });
});
