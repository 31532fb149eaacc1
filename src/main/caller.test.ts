import { expect, test } from 'vitest';
import type { Person } from '#identity/person.ts';
import { parseScopes } from '#identity/scope.ts';
import { callerOf } from './caller.ts';

const anne: Person = {
  user: 'anne',
  name: 'Anne Lund',
  role: 'doctor',
  practitioner: 'Practitioner/anne',
  ward: null,
};
const session = (person: Person) => ({ person, kind: 'browser', locked: false }) as const;

test('what is written is signed by the practitioner, else by the person, else by the program that acts for itself', () => {
  expect(callerOf(session(anne)).author).toBe('Practitioner/anne');
  expect(callerOf(session({ ...anne, practitioner: null })).author).toBe('person/anne');
  const nightly: Person = { ...anne, user: 'nightly', practitioner: null, role: 'integration' };
  expect(callerOf(session(nightly)).author).toBe('client/nightly');
  expect(callerOf(undefined).author).toBe('nobody');
});

test('a program that acts for a person signs as the person, and what it may do is handed on', () => {
  const grant = { ...parseScopes('patient/*.rs'), patient: 'karen' };
  expect(callerOf({ person: anne, kind: 'app', locked: false, grant })).toMatchObject({
    author: 'Practitioner/anne',
    grant,
  });
  expect(callerOf(session(anne)).grant).toBeUndefined();
});
