import type { Location } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import type { Stay } from '../record/stay.ts';
import { boardRows, countWard, quietPatients, type BoardFacts } from './board-rows.ts';

const now = Date.parse('2026-11-27T04:00:00Z');

function bed(name: string, status: string): Location {
  return {
    resourceType: 'Location',
    id: `bed-${name}`,
    name,
    status: 'active',
    operationalStatus: { code: status },
  };
}

function stay(patient: string, bedName: string, more: Partial<Stay> = {}): Stay {
  return {
    source: { resourceType: 'Encounter', status: 'in-progress', class: {} },
    id: `stay-${patient}`,
    patient,
    status: 'here',
    start: now,
    end: undefined,
    ward: undefined,
    bed: { id: `bed-${bedName}`, name: bedName },
    doctor: undefined,
    nurse: undefined,
    reason: undefined,
    origin: undefined,
    dischargeTo: undefined,
    conditions: [],
    ...more,
  };
}

const nothing: BoardFacts = {
  stays: [],
  patients: [],
  conditions: [],
  beds: [],
  ews: [],
  labs: [],
  reports: [],
  reviews: [],
  cave: [],
  flags: [],
  medication: [],
  given: [],
  tasks: [],
  appointments: [],
  depthOf: () => 'chart',
};
const rowsOf = (facts: Partial<BoardFacts>) => boardRows({ ...nothing, ...facts }, now);

test('a bed that is taken by nobody one sees is not free', () => {
  const { beds } = rowsOf({
    beds: [bed('1-1', 'O'), bed('1-2', 'U'), bed('1-3', 'K'), bed('1-4', 'O')],
    stays: [stay('a', '1-4')],
  });
  expect(beds.map(({ kind }) => kind)).toEqual(['unseen', 'free', 'cleaning', 'patient']);
});

test('of a ward whose patients one does not all see neither who comes nor who leaves is counted', () => {
  const ward = rowsOf({ beds: [bed('1-1', 'O'), bed('1-2', 'O')], stays: [stay('a', '1-2', { end: now })] });
  expect(countWard(ward, now, false)).toMatchObject({ seen: 1, occupied: 2, isWhole: false });
  expect(countWard(ward, now, false)).toMatchObject({ expected: undefined, leaving: undefined });
});

test('another ward in which nobody is seen may expect somebody; one’s own that is empty expects nobody', () => {
  const empty = rowsOf({ beds: [bed('1-1', 'U')] });
  expect(countWard(empty, now, false).expected).toBeUndefined();
  expect(countWard(empty, now, true).expected).toBe(0);
});

test('of whom nothing is seen it is not said that they were not asked for allergies, until their record is known to be open', () => {
  const facts = { beds: [bed('1-1', 'O')], stays: [stay('a', '1-1')] };
  const rowAt = (depthOf: BoardFacts['depthOf']) => rowsOf({ ...facts, depthOf }).beds[0];
  expect(rowAt(() => undefined)).toMatchObject({ asks: false, cave: undefined });
  expect(rowAt(() => 'stay')).toMatchObject({ asks: true, cave: undefined });
  expect(rowAt(() => 'chart')).toMatchObject({ asks: false, cave: { kind: 'unasked' } });
});

test('whoever has a flag or a task is not quiet', () => {
  const task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: { reference: 'Patient/a' },
  } as const;
  expect(quietPatients({ ...nothing, stays: [stay('a', '1-1'), stay('b', '1-2')], tasks: [task] })).toEqual([
    'b',
  ]);
});
