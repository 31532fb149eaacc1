import type { Encounter, ServiceRequest, Task } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { stayOf } from '../record/stay.ts';
import { collectionRows, isDue, samplesOf } from './collection-rows.ts';

const now = Date.parse('2026-01-15T06:00:00Z');
const stay = stayOf({
  resourceType: 'Encounter',
  id: 'e1',
  status: 'in-progress',
  class: { code: 'IMP' },
  subject: { reference: 'Patient/p1' },
  location: [
    { location: { reference: 'Location/b12' }, status: 'active', physicalType: { coding: [{ code: 'wa' }] } },
    {
      location: { reference: 'Location/b12-1', display: '12-1' },
      status: 'active',
      physicalType: { coding: [{ code: 'bd' }] },
    },
  ],
} as Encounter);
const order = (id: string, item: string, more: Partial<ServiceRequest> = {}): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  id,
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/p1' },
  code: { coding: [{ system: 'https://holdfast.dk/fhir/orderable', code: item }], text: item },
  occurrenceDateTime: '2026-01-15T06:00:00Z',
  priority: 'routine',
  ...more,
});
const way = (...ids: readonly string[]): Task => ({
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  for: { reference: 'Patient/p1' },
  basedOn: ids.map((id) => ({ reference: `ServiceRequest/${id}` as const })),
});
const rowsOf = (...orders: readonly ServiceRequest[]) =>
  collectionRows([way(...orders.map(({ id }) => id ?? ''))], orders, [stay], []);

test('one needle: analyses of one container share the tube, other containers are other tubes', () => {
  const [row, ...rest] = rowsOf(
    order('1', 'potassium'),
    order('2', 'sodium'),
    order('3', 'haemoglobin'),
    order('4', 'bloodCulture'),
  );
  expect(rest).toEqual([]);
  expect(row?.tubes.map(({ container, orders }) => [container, orders.length])).toEqual([
    ['Li-heparin, grøn', 2],
    ['EDTA, lilla', 1],
    ['Bloddyrkningsflasker, 2 sæt', 1],
  ]);
});

test('what is taken, answered or cancelled, or needs no sample, is not on the list', () => {
  expect(
    rowsOf(
      order('1', 'potassium', { specimen: [{ reference: 'Specimen/1' }] }),
      order('2', 'sodium', { status: 'completed' }),
      order('3', 'crp', { status: 'revoked' }),
      order('4', 'chestXray'),
    ),
  ).toEqual([]);
});

test('it is to be taken now when its time has come, or when nobody can wait', () => {
  const [later] = rowsOf(order('1', 'crp', { occurrenceDateTime: '2026-01-15T09:00:00Z' }));
  const [urgent] = rowsOf(
    order('1', 'crp', { occurrenceDateTime: '2026-01-15T09:00:00Z', priority: 'stat' }),
  );
  expect([later, urgent].map((row) => row !== undefined && isDue(row, now))).toEqual([false, true]);
  expect(later !== undefined && isDue(later, now + 3 * 3_600_000)).toBe(true);
});

test('each tube becomes a sample with a number of its own, for its orders', () => {
  const [row] = rowsOf(order('1', 'potassium'), order('2', 'haemoglobin'));
  if (row === undefined) throw new Error('no row');
  let count = 0;
  const samples = samplesOf(row, row.tubes, {
    at: now,
    by: { display: 'Mette' },
    makeNumber: () => String(count++),
  });
  expect(
    samples.map(({ accessionIdentifier, request }) => [accessionIdentifier?.value, request?.[0]?.reference]),
  ).toEqual([
    ['0', 'ServiceRequest/1'],
    ['1', 'ServiceRequest/2'],
  ]);
});
