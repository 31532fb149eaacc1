import { expect, test } from 'vitest';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import { accessAsMarkdown } from './access-table.ts';
import { findRole, groups, mayWriteType, roleNames } from './role.ts';

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
    const known = (one: string) => one === '*' || one in groups || resourceTypes.includes(one);
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

test('docs/access.md is the table', async () => {
  await expect(accessAsMarkdown()).toMatchFileSnapshot('../../docs/access.md');
});
