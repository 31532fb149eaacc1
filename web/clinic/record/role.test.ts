import { expect, test } from 'vitest';
import table from '../../../src/identity/roles.json';
import { rightsByRole, type ChartPage } from './role.ts';

type Row = {
  readonly finds: boolean;
  readonly glass: boolean;
  readonly admits: boolean;
  readonly reviews?: boolean;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
};
const groups: Readonly<Record<string, readonly string[]>> = table.groups;
const rows: Readonly<Record<string, Row>> = table.roles;
const typeOf: Readonly<Record<ChartPage, string>> = {
  vitals: 'Observation',
  medication: 'MedicationRequest',
  results: 'Observation',
  notes: 'DocumentReference',
  letters: 'Composition',
  diagnoses: 'Condition',
  orders: 'ServiceRequest',
};
// Who answers for a result is a rule of src/care/review.ts.
const reviewers = ['doctor', 'nurse', 'midwife', 'integration'];

test('the pages know every role of the server', () => {
  expect(Object.keys(rightsByRole).sort()).toEqual(Object.keys(rows).sort());
});

test.each(Object.entries(rows))('of %s the pages say what the server says', (role, row) => {
  const writes = (type: string) =>
    row.writes.some((name) => name === '*' || name === type || groups[name]?.includes(type) === true);
  const read = new Set(
    row.reads.flatMap((name) => (name === '*' ? Object.values(typeOf) : (groups[name] ?? [name]))),
  );
  const unread = Object.entries(typeOf).flatMap(([page, type]) => (read.has(type) ? [] : [page]));
  expect(rightsByRole[role]).toEqual({
    finds: row.finds,
    givesReasons: row.glass,
    admits: row.admits,
    tendsBeds: row.writes.some((name) => name === '*' || name === 'Location.operationalStatus'),
    recordsCave: writes('AllergyIntolerance'),
    medicates: row.writes.some((name) => name === '*' || name === 'medication'),
    reviews: row.reviews === true,
    measures: row.writes.some((name) => name === '*' || (groups[name] ?? [name]).includes('Observation')),
    // The server asks for the role of a doctor in the record (care/adjusted-plan.ts).
    adjusts: role === 'doctor',
    // Who finds nobody sees no chart, whatever of it they could read.
    unread: row.finds ? unread : [],
    orders: writes('ServiceRequest') && writes('Task'),
    samples: writes('Specimen') && writes('Task'),
    seesResults: reviewers.includes(role),
    writesNotes: writes('DocumentReference') && writes('QuestionnaireResponse') && writes('Task'),
    diagnoses: writes('Condition'),
  });
});
