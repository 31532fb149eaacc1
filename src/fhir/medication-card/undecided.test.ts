import { expect, test } from 'vitest';
import { undecidedAfter } from './undecided.ts';

const request = (id: string, atc: string, category: string, more: object = {}) => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  category: [{ coding: [{ code: category }] }],
  medicationCodeableConcept: { coding: [{ system: 'http://www.whocc.no/atc', code: atc, display: atc }] },
  ...more,
});
const onCard = (id: string, atc: string, more: object = {}) =>
  request(id, atc, 'community', {
    identifier: [{ system: 'https://holdfast.dk/fhir/fmk-drug-medication', value: id }],
    ...more,
  });

test('lines of the card and orders of the ward that hold are to be decided, the same substance once', () => {
  const requests = [
    onCard('a', 'C03CA01'),
    request('b', 'C03CA01', 'inpatient'),
    onCard('c', 'N02AA01', { status: 'on-hold' }),
    onCard('d', 'N02BE01', { status: 'stopped' }),
    request('e', 'J01CF01', 'inpatient', { status: 'completed' }),
    // What the patient says of home, without a line on the card, is nothing that the card can be told.
    request('f', 'B01AF02', 'community'),
  ];
  expect(undecidedAfter(requests, []).map(({ atc }) => atc)).toEqual(['C03CA01', 'N02AA01']);
});

test('what was signed is decided, also when it was stopped', () => {
  const standing = [request('x', 'C03CA01', 'community', { status: 'stopped' })];
  const requests = [onCard('a', 'C03CA01'), request('b', 'N02BE01', 'inpatient')];
  expect(undecidedAfter(requests, standing).map(({ atc }) => atc)).toEqual(['N02BE01']);
});
