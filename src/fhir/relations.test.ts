import { describe, expect, test } from 'vitest';
import type { Json } from './json.ts';
import { guarded, open, relationsOf } from './relations.ts';

const to = (reference: string) => ({ reference });
const at = (text: string) => Date.parse(text);
const related = (type: string, tree: Json) =>
  Object.fromEntries(relationsOf(type, tree, 'p').map(({ actor, ended }) => [actor, ended]));
const bed = { physicalType: { coding: [{ code: 'bd' }] }, location: to('Location/b12-03'), status: 'active' };

describe('a stay', () => {
  const stay = {
    status: 'in-progress',
    serviceProvider: to('Organization/b12-afd'),
    participant: [
      { individual: to('Practitioner/anne') },
      { individual: to('Practitioner/bo'), period: { end: '2026-01-02T10:00:00Z' } },
    ],
    location: [
      { location: to('Location/amo'), status: 'completed', period: { end: '2026-01-01T10:00:00Z' } },
      { location: to('Location/b12'), status: 'active' },
      bed,
    ],
  };

  test('relates its wards, its department and who is named in it, and no bed', () => {
    expect(related('Encounter', stay)).toEqual({
      'Practitioner/anne': open,
      'Practitioner/bo': at('2026-01-02T10:00:00Z'),
      'Organization/b12-afd': open,
      'Location/amo': at('2026-01-01T10:00:00Z'),
      'Location/b12': open,
    });
  });

  test('that has ended ends for all of them, for who left before when they left', () => {
    expect(
      related('Encounter', { ...stay, status: 'finished', period: { end: '2026-01-05T10:00:00Z' } }),
    ).toEqual({
      'Practitioner/anne': at('2026-01-05T10:00:00Z'),
      'Practitioner/bo': at('2026-01-02T10:00:00Z'),
      'Organization/b12-afd': at('2026-01-05T10:00:00Z'),
      'Location/amo': at('2026-01-01T10:00:00Z'),
      'Location/b12': at('2026-01-05T10:00:00Z'),
    });
  });

  test('that has ended and does not say when ended when that was written', () => {
    expect(related('Encounter', { status: 'finished', serviceProvider: to('Organization/x') })).toEqual({
      'Organization/x': undefined,
    });
  });

  test.each(['cancelled', 'entered-in-error'])(
    'that is %s makes nobody a part of the treatment',
    (status) => {
      expect(related('Encounter', { ...stay, status })).toEqual({});
    },
  );

  test('to come relates already', () => {
    const location = [{ location: to('Location/b12'), status: 'planned' }];
    expect(related('Encounter', { status: 'planned', location })).toEqual({ 'Location/b12': open });
  });

  test('that was twice at a ward ends there with the later time', () => {
    const left = (end: string) => ({ location: to('Location/b12'), status: 'completed', period: { end } });
    const location = [left('2026-01-03T10:00:00Z'), left('2026-01-01T10:00:00Z')];
    expect(related('Encounter', { status: 'in-progress', location })).toEqual({
      'Location/b12': at('2026-01-03T10:00:00Z'),
    });
  });
});

test('a request relates who made it, who is to answer it, and whoever answers its category', () => {
  const request = {
    status: 'active',
    requester: to('Practitioner/anne'),
    performer: [to('Organization/kba')],
    category: [{ text: 'Laboratorium', coding: [{ code: '108252007' }] }],
  };
  expect(related('ServiceRequest', request)).toEqual({
    'Practitioner/anne': open,
    'Organization/kba': open,
    'category/laboratorium': open,
    'category/108252007': open,
  });
  expect(Object.values(related('ServiceRequest', { ...request, status: 'completed' }))).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});

test('a task relates who has it, who gave it and who may take it', () => {
  const restriction = { recipient: [to('Organization/b12-afd')] };
  expect(related('Task', { status: 'requested', owner: to('Practitioner/bo'), restriction })).toEqual({
    'Practitioner/bo': open,
    'Organization/b12-afd': open,
  });
});

test('an appointment relates each of its patients with each other who takes part', () => {
  const participant = ['Patient/a', 'Patient/b', 'Practitioner/anne', 'Location/amb'].map((one) => ({
    actor: to(one),
  }));
  const found = relationsOf(
    'Appointment',
    { status: 'booked', end: '2026-02-01T10:00:00Z', participant },
    undefined,
  );
  expect(found.map(({ patient, actor, ended }) => [patient, actor, ended])).toEqual(
    ['a', 'b'].flatMap((patient) =>
      ['Practitioner/anne', 'Location/amb'].map((actor) => [patient, actor, at('2026-02-01T10:00:00Z')]),
    ),
  );
});

test('a team, an episode and a general practitioner relate while they last', () => {
  const participant = [{ member: to('Practitioner/anne') }, { member: to('Patient/p') }];
  expect(related('CareTeam', { status: 'active', participant })).toEqual({ 'Practitioner/anne': open });
  expect(related('EpisodeOfCare', { status: 'active', careManager: to('Practitioner/bo') })).toEqual({
    'Practitioner/bo': open,
  });
  expect(related('Patient', { generalPractitioner: [to('Organization/praksis')] })).toEqual({
    'Organization/praksis': open,
  });
});

test('the flag of a protected person says so while it is active, and no other flag does', () => {
  const flag = (code: string, status = 'active') => ({
    status,
    category: [{ coding: [{ system: 'https://holdfast.dk/fhir/flag-category', code }] }],
  });
  expect(related('Flag', flag('protected'))).toEqual({ [guarded]: open });
  expect(related('Flag', flag('isolation'))).toEqual({});
  expect(related('Flag', flag('protected', 'entered-in-error'))).toEqual({});
  expect(related('Flag', flag('protected', 'inactive'))).toEqual({ [guarded]: undefined });
});

test('what belongs to no patient, and types that are about no treatment, relate nobody', () => {
  expect(
    relationsOf('Encounter', { status: 'planned', serviceProvider: to('Organization/x') }, undefined),
  ).toEqual([]);
  expect(related('Observation', { status: 'final', performer: [to('Practitioner/anne')] })).toEqual({});
});
