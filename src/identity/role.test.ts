import { expect, test } from 'vitest';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import { accessAsMarkdown } from './access-table.ts';
import { findRole, groups, mayChangeElements, mayWriteType, roleNames } from './role.ts';

test('the roles are those of a hospital, and programs', () => {
  expect([...roleNames].sort()).toEqual([
    'administrator',
    'doctor',
    'imaging',
    'integration',
    'laboratory',
    'midwife',
    'nurse',
    'patient',
    'pharmacist',
    'porter',
    'proxy',
    'secretary',
    'service-desk',
    'therapist',
  ]);
  expect(findRole('wizard')).toBeUndefined();
});

test('each role names groups and types that there are, and writes nothing that it does not read', () => {
  for (const name of roleNames) {
    const role = findRole(name);
    const known = (one: string) =>
      one === '*' || one in groups || resourceTypes.includes(one.split('.')[0] ?? '');
    expect([
      name,
      [...(role?.table.reads ?? []), ...(role?.table.writes ?? [])].filter((one) => !known(one)),
    ]).toEqual([name, []]);
    const unread = [...(role?.writes ?? [])].filter((type) => !role?.sights.has(type));
    expect([name, unread]).toEqual([name, []]);
  }
});

test('who treats nobody sees and writes nothing of patients', () => {
  for (const name of ['service-desk', 'administrator']) {
    const role = findRole(name);
    expect([...(role?.sights.values() ?? [])].every((sight) => sight === 'all')).toBe(true);
    expect(role?.sights.has('Patient')).toBe(false);
    expect(role && mayWriteType(role, 'Observation')).toBe(false);
  }
});

test('an element is changed by who may change it, and nothing beside it', () => {
  const nurse = findRole('nurse');
  const doctor = findRole('doctor');
  if (!nurse || !doctor) throw new Error('there are nurses and doctors');
  expect(mayWriteType(nurse, 'Location')).toBe(false);
  expect(mayChangeElements(nurse, 'Location', ['operationalStatus'])).toBe(true);
  expect(mayChangeElements(nurse, 'Location', ['operationalStatus', 'name'])).toBe(false);
  expect(mayChangeElements(doctor, 'Location', ['operationalStatus'])).toBe(false);
});

test('docs/access.md is the table', async () => {
  await expect(accessAsMarkdown()).toMatchFileSnapshot('../../docs/access.md');
});
