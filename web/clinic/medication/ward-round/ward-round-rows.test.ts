import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { plannedTimeUrl } from '#fhir/dose/dose.ts';
import type { Stay } from '../../record/stay.ts';
import {
  inOrder,
  isDone,
  nextOf,
  roundRows,
  rowOfBand,
  settledOf,
  type Known,
  type RoundFacts,
} from './ward-round-rows.ts';

// 08:05 in Denmark.
const now = Date.parse('2026-11-27T07:05:00Z');

function stay(patient: string, bed: string, status: Stay['status'] = 'here'): Stay {
  return {
    source: { resourceType: 'Encounter', status: 'in-progress', class: {} },
    id: `stay-${patient}`,
    patient,
    status,
    start: now,
    end: undefined,
    ward: undefined,
    bed: { id: bed, name: bed },
    doctor: undefined,
    nurse: undefined,
    reason: undefined,
    origin: undefined,
    dischargeTo: undefined,
    conditions: [],
  };
}
function order(patient: string, times: readonly string[], category = 'inpatient'): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    id: `${patient}-${times.join('-')}`,
    status: 'active',
    intent: 'order',
    category: [{ coding: [{ code: category }] }],
    medicationCodeableConcept: { text: 'furosemid' },
    subject: { reference: `Patient/${patient}` },
    authoredOn: '2026-11-27T05:00:00Z',
    dosageInstruction: [
      {
        timing: {
          repeat: {
            frequency: times.length,
            period: 1,
            periodUnit: 'd',
            timeOfDay: times.map((time) => `${time}:00`),
          },
        },
        doseAndRate: [{ doseQuantity: { value: 40, unit: 'mg' } }],
      },
    ],
  };
}
const answer = (of: MedicationRequest, planned: string): MedicationAdministration => ({
  resourceType: 'MedicationAdministration',
  status: 'completed',
  medicationCodeableConcept: { text: 'furosemid' },
  subject: of.subject,
  request: { reference: `MedicationRequest/${of.id}` },
  effectiveDateTime: '2026-11-27T07:03:00Z',
  extension: [{ url: plannedTimeUrl, valueDateTime: planned }],
});
const rowsOf = (facts: Partial<RoundFacts>, known: Readonly<Record<string, Known>> = {}) =>
  roundRows(
    {
      stays: [],
      patients: [],
      requests: [],
      answers: [],
      knownOf: (patient) => known[patient] ?? 'yes',
      ...facts,
    },
    now,
    now,
  );
const ward = [stay('c', '12-10'), stay('a', '12-2'), stay('b', '12-3')];

test('patients stand by bed, each with what is overdue, due and soon, and home medicine is not given', () => {
  const rows = rowsOf({
    stays: ward,
    requests: [order('a', ['07:00', '08:00', '09:00', '14:00']), order('b', ['08:00'], 'community')],
  });
  expect(rows.map(({ bed }) => bed)).toEqual(['12-2', '12-3', '12-10']);
  expect(rows[0]).toMatchObject({ late: 1, due: 1, soon: 1, answered: 0 });
  expect(rows[1]).toMatchObject({ late: 0, due: 0, soon: 0 });
});

test('who has got what was due is done, with the time of the next, and an expected patient is no row', () => {
  const one = order('a', ['08:00', '14:00']);
  const [row, ...more] = rowsOf({
    stays: [stay('a', '12-2'), stay('z', '12-4', 'planned')],
    requests: [one],
    answers: [answer(one, '2026-11-27T08:00:00+01:00')],
  });
  expect(more).toEqual([]);
  expect(row).toMatchObject({ answered: 1, next: Date.parse('2026-11-27T14:00:00+01:00') });
  expect(row !== undefined && isDone(row)).toBe(true);
});

test.each(['waits', 'failed', 'closed'] as const)(
  'a patient of whom it is %s is never told to be done',
  (known) => {
    expect(rowsOf({ stays: [stay('a', '12-2')] }, { a: known }).map(isDone)).toEqual([false]);
  },
);

test('the next is the next by bed who needs something, and round to the first; of nobody left there is none', () => {
  const facts = { stays: ward, requests: [order('a', ['08:00']), order('c', ['08:00'])] };
  const rows = rowsOf(facts);
  expect(nextOf(rows, undefined)?.patient).toBe('a');
  expect(nextOf(rows, 'a')?.patient).toBe('c');
  expect(nextOf(rows, 'c')?.patient).toBe('a');
  expect(nextOf(rows, 'b', -1)?.patient).toBe('a');
  expect(nextOf(rows, 'b')?.patient).toBe('c');
  expect(nextOf(rowsOf({ stays: ward }), 'a')).toBeUndefined();
  expect(nextOf(rowsOf(facts, { c: 'closed' }), 'a')).toBeUndefined();
  expect(nextOf(rowsOf({ stays: ward }, { b: 'failed' }), 'a')?.patient).toBe('b');
});

test('those who are done stand last when the list is put in order, and stay where they are until then', () => {
  const one = order('a', ['08:00']);
  const before = rowsOf({ stays: ward, requests: [one, order('c', ['08:00'])] });
  const settled = settledOf(before);
  expect(inOrder(before, settled).map(({ patient }) => patient)).toEqual(['a', 'c', 'b']);
  const after = rowsOf({
    stays: ward,
    requests: [one, order('c', ['08:00'])],
    answers: [answer(one, '2026-11-27T08:00:00+01:00')],
  });
  expect(inOrder(after, settled).map(({ patient }) => patient)).toEqual(['a', 'c', 'b']);
  expect(inOrder(after, settledOf(after)).map(({ patient }) => patient)).toEqual(['c', 'a', 'b']);
});

test('a wristband finds its patient on the ward, with or without its hyphen, and nobody else', () => {
  const patients = [
    { resourceType: 'Patient' as const, id: 'a', identifier: [{ value: '2512489996' }] },
    { resourceType: 'Patient' as const, id: 'b', identifier: [{ value: '0101010101' }] },
  ];
  const rows = rowsOf({ stays: ward, patients });
  expect(rowOfBand(rows, '251248-9996', patients)?.patient).toBe('a');
  expect(rowOfBand(rows, '0202020202', patients)).toBeUndefined();
});
