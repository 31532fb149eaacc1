import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret, withoutPassword } from './secret.ts';

test('a secret prints as [secret] on every way out', () => {
  const secret = new Secret('hunter2');
  const printed = [
    String(secret),
    ['', secret].join(''),
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect(secret, { showHidden: true }),
  ];
  for (const text of printed) {
    expect(text).toContain('[secret]');
    expect(text).not.toContain('hunter2');
  }
  expect(secret.reveal()).toBe('hunter2');
});

test('the address of a database is shown without its password', () => {
  expect(withoutPassword('postgres://me:hun:ter2@there:5432/db?x=1')).toBe(
    'postgres://me:[secret]@there:5432/db?x=1',
  );
  expect(withoutPassword('postgres://there/db?password=hunter2&x=1')).toBe(
    'postgres://there/db?password=[secret]&x=1',
  );
  expect(withoutPassword('postgres://me@there/db')).toBe('postgres://me@there/db');
});
