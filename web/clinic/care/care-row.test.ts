// What is to be done, of Tasks and of plans.
import type { CarePlan, Task } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { areas, nursingPlan } from '#fhir/care-plan/care-plan.ts';
import { careChange, careRows } from './care-row.ts';

const now = Date.parse('2026-01-15T12:10:00+01:00');
const plan = {
  id: 'p',
  ...nursingPlan({
    patient: 'Patient/1',
    encounter: undefined,
    area: areas[3]!,
    goal: 'Ingen tryksår',
    actions: [{ words: 'Vendes', schedule: { kind: 'every', hours: 4 } }],
    at: Date.parse('2026-01-15T08:00:00+01:00'),
    author: {},
  }),
} as unknown as CarePlan;

test('what a plan asks for is a row until it is a Task, and then it is that Task', () => {
  const rows = careRows([], [plan], now);
  expect(rows.map(({ due }) => (due - now) / 60_000)).toEqual([-250, -10, 230, 470, 710, 950]);
  const change = careChange(rows[1]!, { status: 'completed', owner: { reference: 'Practitioner/1' } }, now);
  const after = careRows([change.resource as Task], [plan], now);
  expect(after).toHaveLength(rows.length);
  expect(after.at(-1)).toMatchObject({ state: 'done', words: 'Vendes', patient: '1' });
});
