import { expect, test } from 'vitest';
import { scopeWords } from './scope-words.ts';

test('reading and writing are told apart, in both spellings', () => {
  const words = scopeWords([
    'patient/Observation.rs',
    'patient/Condition.read',
    'patient/Observation.cu',
    'patient/Thing.write',
  ]);
  expect(words.reads).toEqual([{ text: 'grant.conditions' }, { text: 'grant.observations' }]);
  expect(words.writes).toEqual([{ text: 'grant.observations' }, { name: 'Thing' }]);
});

test('everything swallows its parts', () => {
  expect(scopeWords(['user/*.rs', 'user/Observation.rs'])).toMatchObject({
    reads: [{ text: 'grant.all' }],
    writes: [],
    everyone: true,
  });
});

test('whose data, who one is and for how long are said', () => {
  expect(
    scopeWords(['openid', 'offline_access', 'launch/patient', 'patient/*.rs', 'user/*.rs']),
  ).toMatchObject({
    everyone: false,
    whoYouAre: true,
    offline: true,
  });
  expect(scopeWords(['launch/patient'])).toEqual({
    reads: [],
    writes: [],
    everyone: false,
    whoYouAre: false,
    offline: false,
  });
});
