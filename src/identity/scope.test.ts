import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import { parseScopes, permits, scopesIn, scopesWithin, whyNotScope, type Interaction } from './scope.ts';

const letters = ['c', 'r', 'u', 'd', 's'] as const satisfies readonly Interaction[];
const level = fc.constantFrom('patient', 'user', 'system');
const type = fc.oneof(fc.constant('*'), fc.constantFrom(...resourceTypes));
const may = fc.subarray([...letters], { minLength: 1 });
const scope = fc
  .record({ level, type, may })
  .map(({ level: l, type: t, may: m }) => `${l}/${t}.${m.join('')}`);

test('version 1 says in words what version 2 says in letters', () => {
  for (const [one, two] of [
    ['patient/Observation.read', 'patient/Observation.rs'],
    ['user/*.write', 'user/*.cud'],
    ['system/*.*', 'system/*.cruds'],
  ] as const)
    expect(parseScopes(one)).toEqual(parseScopes(two));
});

test('a grant permits what its scopes say, and nothing else', () => {
  fc.assert(
    fc.property(
      level,
      type,
      may,
      fc.constantFrom(...resourceTypes),
      fc.constantFrom(...letters),
      (l, t, m, asked, letter) => {
        const grant = parseScopes(`openid ${l}/${t}.${m.join('')} launch/patient`);
        return permits(grant, asked, letter) === ((t === '*' || t === asked) && m.includes(letter));
      },
    ),
  );
});

test('scopes add up, in whatever order they stand', () => {
  fc.assert(
    fc.property(
      fc.array(scope, { maxLength: 6 }),
      fc.constantFrom(...resourceTypes),
      fc.constantFrom(...letters),
      (all, asked, letter) => {
        const together = permits(parseScopes(all.join(' ')), asked, letter);
        expect(permits(parseScopes([...all].reverse().join(' ')), asked, letter)).toBe(together);
        return together === all.some((one) => permits(parseScopes(one), asked, letter));
      },
    ),
  );
});

test('of mixed levels the narrowest is taken', () => {
  expect(parseScopes('system/*.rs user/*.rs patient/*.rs').level).toBe('patient');
  expect(parseScopes('system/*.rs user/*.rs').level).toBe('user');
  expect(parseScopes('system/*.rs').level).toBe('system');
});

test('what cannot be read allows nothing', () => {
  const broken = [
    '',
    'openid profile',
    'patient/Observation',
    'patient/Observation.',
    'patient/Observation.sr',
    'patient/Observation.rr',
    'patient/Observation.x',
    'patient/Thing.rs',
    'Patient/Observation.rs',
    'patient/observation.rs',
    'patient/Observation.rs?category=laboratory',
    'patient/__proto__.rs',
    'patient/Observation.constructor',
  ];
  for (const one of broken) expect([one, parseScopes(one).types.size]).toEqual([one, 0]);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const grant = parseScopes(text);
      return [...grant.types.keys()].every((name) => text.includes(`/${name}.`));
    }),
  );
});

test('a scope that narrows by a query is refused by name', () => {
  expect(whyNotScope('patient/Observation.rs?category=laboratory')).toContain('narrows by a query');
  expect(whyNotScope('patient/Thing.rs')).toContain("'patient/Thing.rs'");
  for (const good of ['openid', 'launch/patient', 'patient/Observation.rs'])
    expect(whyNotScope(good)).toBeUndefined();
});

test('of what is asked, what is allowed is left: never more than both', () => {
  expect(
    scopesWithin('openid patient/Observation.rs patient/Patient.cruds user/Patient.r', 'openid patient/*.rs'),
  ).toEqual(['openid', 'patient/Observation.rs']);
  expect(scopesWithin('patient/Observation.crs', 'patient/*.rs patient/Observation.c')).toEqual([
    'patient/Observation.crs',
  ]);
  expect(scopesWithin('patient/Observation.rs?x=y', 'patient/*.rs patient/Observation.rs?x=y')).toEqual([]);
  fc.assert(
    fc.property(fc.array(scope), fc.array(scope), (asked, allowed) => {
      const left = scopesWithin(asked.join(' '), allowed.join(' '));
      expect(left.every((one) => asked.includes(one))).toBe(true);
      return left.every((one) => {
        const wanted = parseScopes(one);
        const limit = parseScopes(
          allowed.filter((limitScope) => limitScope.startsWith(`${wanted.level}/`)).join(' '),
        );
        return [...wanted.types].every(([name, set]) =>
          [...set].every((letter) => permits(limit, name, letter)),
        );
      });
    }),
  );
  expect(scopesIn('  a b  a ')).toEqual(['a', 'b']);
});
