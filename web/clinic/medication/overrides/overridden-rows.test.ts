import type { Resource } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { groupOverridden, overriddenRows } from './overridden-rows.ts';

const issue = (id: string, code: string, more: object = {}) => ({
  resourceType: 'DetectedIssue' as const,
  id,
  status: 'final' as const,
  code: { coding: [{ system: 'https://holdfast.dk/fhir/alert', code }] },
  patient: { reference: 'Patient/p' },
  identifiedDateTime: '2026-11-20T10:00:00+01:00',
  author: { reference: 'Practitioner/anne' },
  mitigation: [{ action: { text: 'Gavnen er større' } }],
  ...more,
});
const order = (id: string, issues: readonly string[]) => ({
  resourceType: 'MedicationRequest' as const,
  id,
  status: 'active' as const,
  intent: 'order' as const,
  subject: { reference: 'Patient/p' },
  medicationCodeableConcept: {
    coding: [{ system: 'http://www.whocc.no/atc', code: 'N02AA01', display: 'morfin' }],
    text: 'morfin, MORFIN "DAK", tabl., 10 mg',
  },
  encounter: { reference: 'Encounter/e' },
  detectedIssue: issues.map((one) => ({ reference: `DetectedIssue/${one}` })),
});
const stay = {
  resourceType: 'Encounter' as const,
  id: 'e',
  status: 'in-progress' as const,
  class: {},
  location: [
    {
      location: { reference: 'Location/now' },
      physicalType: { coding: [{ code: 'wa' }] },
      period: { start: '2026-11-22T10:00:00+01:00' },
    },
    {
      location: { reference: 'Location/before' },
      physicalType: { coding: [{ code: 'wa' }] },
      period: { start: '2026-11-18T10:00:00+01:00', end: '2026-11-22T10:00:00+01:00' },
    },
  ],
};

test('an override is told with its drug, its reason, and the ward where the patient lay then', () => {
  const found: Resource[] = [issue('1', 'duplicate-high-risk'), order('o', ['1']), stay];
  expect(overriddenRows(found)).toMatchObject([
    { kind: 'duplicate-high-risk', drug: 'morfin', reason: 'Gavnen er større', ward: 'before' },
  ]);
});

test('an override of a dose is told by the dose; without a reason, or wrong, it is none', () => {
  const dose = {
    resourceType: 'MedicationAdministration' as const,
    id: 'd',
    status: 'completed' as const,
    subject: { reference: 'Patient/p' },
    medicationCodeableConcept: { text: 'paracetamol, PINEX, tabl., 500 mg' },
    context: { reference: 'Encounter/e' },
  };
  const found: Resource[] = [
    issue('1', 'needed-interval', { implicated: [{ reference: 'MedicationAdministration/d' }] }),
    issue('2', 'cave', { mitigation: [] }),
    issue('3', 'cave', { status: 'entered-in-error' }),
    dose,
    stay,
  ];
  expect(overriddenRows(found)).toMatchObject([
    { kind: 'needed-interval', drug: 'paracetamol', ward: 'before' },
  ]);
});

test('those of one kind and drug are counted together, and marked when several people did it often', () => {
  const many = ['1', '2', '3', '4'].map((id) =>
    issue(id, id === '4' ? 'cave' : 'duplicate-high-risk', {
      author: { reference: `Practitioner/${id === '2' ? 'peter' : 'anne'}` },
      ...(id === '3' ? { mitigation: [{ action: { text: 'Tålt før' } }] } : {}),
    }),
  );
  const groups = groupOverridden(overriddenRows([...many, order('o', ['1', '2', '3', '4']), stay]));
  expect(groups).toMatchObject([
    {
      kind: 'duplicate-high-risk',
      drug: 'morfin',
      people: 2,
      isRepeated: true,
      reasons: [
        ['Gavnen er større', 2],
        ['Tålt før', 1],
      ],
    },
    { kind: 'cave', isRepeated: false },
  ]);
});
