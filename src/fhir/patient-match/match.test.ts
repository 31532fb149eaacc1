import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cprSystem } from '../cpr.ts';
import { isOneSlip, likenessOfDates, mistakenDates, slipsOf } from './likeness.ts';
import { judge } from './match.ts';

const cpr = (value: string) => [{ system: cprSystem, value }];
const person = {
  resourceType: 'Patient',
  identifier: cpr('0302501234'),
  name: [{ family: 'Møller', given: ['Åse', 'Maria'] }],
  birthDate: '1950-02-03',
  gender: 'female',
  telecom: [{ system: 'phone', value: '+45 20 30 40 50' }],
  address: [{ line: ['Nygade 1, 2. tv'], postalCode: '9000' }],
};
const gradeOf = (asked: object, found: object = {}) =>
  judge({ ...person, ...asked }, { ...person, ...found }).grade;
const without = (...names: (keyof typeof person)[]) =>
  Object.fromEntries(names.map((name) => [name, undefined]));

describe('two patients', () => {
  test('are certainly one when number, birth date and name are the same, however they are written', () => {
    expect(judge(person, person)).toMatchObject({ grade: 'certain', score: 1 });
    expect(gradeOf({ identifier: cpr('030250-1234'), name: [{ family: 'MØLLER', given: ['åse'] }] })).toBe(
      'certain',
    );
    expect(gradeOf(without('gender', 'telecom', 'address'))).toBe('certain');
  });

  test('are never certainly one without a number, or when anything speaks against it', () => {
    expect(gradeOf(without('identifier'))).toBe('probable');
    expect(gradeOf(without('identifier', 'telecom', 'address'))).toBe('possible');
    expect(gradeOf(without('birthDate'))).toBe('probable');
    expect(gradeOf(without('name'))).toBe('probable');
    expect(gradeOf({ birthDate: '1981-12-24' })).toBe('possible');
    expect(gradeOf({ name: [{ family: 'Jensen', given: ['Poul'] }] })).toBe('possible');
    expect(gradeOf({ gender: 'male' })).toBe('possible');
    expect(gradeOf({}, { active: false })).toBe('probable');
  });

  test('with different numbers are never more than possibly one', () => {
    expect(gradeOf({ identifier: cpr('2412811233') })).toBe('possible');
    expect(gradeOf({ identifier: cpr('2412811233'), birthDate: '1981-12-24' })).toBe('certainly-not');
    expect(gradeOf({ identifier: cpr('2412811233'), name: [{ family: 'Lund' }] })).toBe('certainly-not');
  });

  test('are probably one when two digits of the number are swapped, and the rest is the same', () => {
    expect(judge({ ...person, identifier: cpr('0302502134') }, person)).toMatchObject({
      grade: 'probable',
      facts: { identifier: 'near', birthDate: 'same', name: 'same' },
    });
    expect(gradeOf({ ...without('identifier'), birthDate: '1950-03-02' })).toBe('possible');
  });

  test('a number of another system says nothing, and the same one of any system counts', () => {
    const other = [{ system: 'urn:other', value: '7' }];
    expect(judge({ ...person, identifier: other }, person).facts.identifier).toBeUndefined();
    expect(gradeOf({ identifier: other }, { identifier: other })).toBe('certain');
  });

  test.each([
    ['a slip', { family: 'Moller', given: ['Åse'] }, 'near'],
    ['family and given exchanged', { family: 'Åse', given: ['Møller'] }, 'near'],
    ['one of two family names', { family: 'Møller Lund', given: ['Åse'] }, 'near'],
    ['the second given name first', { family: 'Møller', given: ['Maria'] }, 'near'],
    ['no given name', { family: 'Møller' }, 'near'],
    ['without Danish letters', { family: 'Moeller', given: ['Aase'] }, 'same'],
    ['another', { family: 'Jensen', given: ['Åse'] }, 'different'],
  ])('names: %s', (_, name, likeness) => {
    expect(judge({ ...person, name: [name] }, person).facts.name).toBe(likeness);
  });

  test('get the same judgement whichever is asked, and a score from 0 to 1', () => {
    const some = fc.record(
      {
        identifier: fc.constantFrom(cpr('0302501234'), cpr('0302502134'), cpr('1')),
        name: fc.constantFrom(
          [{ family: 'A', given: ['B'] }],
          [{ family: 'B', given: ['A'] }],
          [{ given: ['B'] }],
        ),
        birthDate: fc.constantFrom('1950-02-03', '1950-03-02', '1950', '2000-01-01'),
        gender: fc.constantFrom('male', 'female', 'unknown'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(some, some, (one, other) => {
        const [there, back] = [judge(one, other), judge(other, one)];
        expect(there).toEqual(back);
        expect(there.score >= 0 && there.score <= 1).toBe(true);
        if (there.grade === 'certain')
          expect(there.facts).toMatchObject({ identifier: 'same', birthDate: 'same', name: 'same' });
      }),
    );
  });
});

test('slips are one wrong character or two swapped', () => {
  expect([isOneSlip('1234', '1324'), isOneSlip('1234', '1235'), isOneSlip('1234', '124')]).toEqual([
    true,
    true,
    true,
  ]);
  expect([isOneSlip('1234', '1234'), isOneSlip('1234', '4321'), isOneSlip('1234', '12')]).toEqual([
    false,
    false,
    false,
  ]);
  expect(slipsOf('12')).toContain('21');
  expect(slipsOf('0302501234').every((one) => isOneSlip(one, '0302501234'))).toBe(true);
  expect(mistakenDates('1950-02-03')).toContain('1950-03-02');
  expect(mistakenDates('1950-02-30').every((one) => !Number.isNaN(Date.parse(one)))).toBe(true);
  expect([likenessOfDates('1950', '1950-02-03'), likenessOfDates('1950-02-03', '1981-12-24')]).toEqual([
    'near',
    'different',
  ]);
});
