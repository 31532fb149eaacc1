// What a letter says of the record: each line from a fact, nothing left out in silence, and no word that changes with the hour.
import type { Encounter, MedicationRequest, Observation, Resource } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { letterKindOf } from '#fhir/letters/kinds.ts';
import { stayOf } from '../record/stay.ts';
import { buildLines, nothingText, textOfLines } from './build-letter.ts';
import type { Facts } from './letter-line.ts';
import { builtField, differing, emptyFields, keptField, lackOf, stateOfField } from './letter-fields.ts';

const patient = { reference: 'Patient/p' } as const;
const place = (name: string, start: string, end?: string) => ({
  location: { display: name },
  status: end === undefined ? ('active' as const) : ('completed' as const),
  physicalType: { coding: [{ code: 'wa' }] },
  period: { start, ...(end === undefined ? {} : { end }) },
});
const encounter: Encounter = {
  resourceType: 'Encounter',
  id: 'e',
  status: 'finished',
  class: { code: 'IMP' },
  subject: patient,
  period: { start: '2026-01-13T08:00:00+01:00', end: '2026-01-15T11:00:00+01:00' },
  reasonCode: [{ text: 'Pneumoni' }],
  location: [
    place('B12 Medicinsk', '2026-01-14T09:00:00+01:00', '2026-01-15T11:00:00+01:00'),
    place('Akutafdelingen', '2026-01-13T08:00:00+01:00', '2026-01-14T09:00:00+01:00'),
  ],
  hospitalization: { dischargeDisposition: { text: 'Plejehjem' } },
};
const stay = stayOf(encounter);
const facts = (parts: Facts['parts'], cut: Facts['cut'] = []): Facts => ({
  stay,
  parts: { stays: [encounter], ...parts },
  cut,
});
const texts = (fill: Parameters<typeof buildLines>[0], parts: Facts['parts']) =>
  buildLines(fill, facts(parts)).map(({ text }) => text);

function lab(id: string, at: string, value: number, code?: 'H' | 'L'): Observation {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'P-Kalium', coding: [{ code: 'NPU03230' }] },
    subject: patient,
    effectiveDateTime: at,
    valueQuantity: { value, unit: 'mmol/L' },
    referenceRange: [{ low: { value: 3.5 }, high: { value: 4.6 } }],
    ...(code === undefined ? {} : { interpretation: [{ coding: [{ code }] }] }),
  };
}

function drug(
  id: string,
  name: string,
  atc: string,
  more: Partial<MedicationRequest> = {},
): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    id,
    status: 'active',
    intent: 'order',
    subject: patient,
    authoredOn: '2026-01-14T10:00:00+01:00',
    category: [{ coding: [{ code: 'inpatient' }] }],
    medicationCodeableConcept: {
      coding: [{ system: 'http://www.whocc.no/atc', code: atc, display: name }],
      text: name,
    },
    dosageInstruction: [{ text: '1 tablet dagligt' }],
    ...more,
  };
}
const home = { category: [{ coding: [{ code: 'community' }] }] };

describe('the course', () => {
  test('tells admission, moves and where to, in the order of time', () => {
    expect(texts('course', { notes: [] })).toEqual([
      'Indlagt 13. jan. 2026 08:00 på Akutafdelingen: Pneumoni.',
      'Flyttet til B12 Medicinsk 14. jan. 2026 09:00.',
      'Udskrevet 15. jan. 2026 11:00 til plejehjem.',
    ]);
  });

  test('says of a stay that ended by death when, and not that anybody was sent home', () => {
    const died: Encounter = {
      ...encounter,
      hospitalization: { dischargeDisposition: { coding: [{ code: 'exp' }], text: 'Død' } },
    };
    const lines = buildLines('course', {
      ...facts({ notes: [] }),
      stay: stayOf(died),
      parts: { stays: [died], notes: [] },
    });
    expect(lines.map(({ text }) => text).at(-1)).toBe('Død 15. jan. 2026 11:00.');
    expect(lines.some(({ text }) => text.includes('Udskrevet'))).toBe(false);
  });
});

describe('results', () => {
  test('are those that were abnormal in the stay: the newest, and the most extreme', () => {
    const labs = [
      lab('3', '2026-01-15T06:00:00+01:00', 4.1),
      lab('2', '2026-01-14T06:00:00+01:00', 5.9, 'H'),
      lab('before', '2025-11-01T06:00:00+01:00', 7.2, 'H'),
    ];
    expect(texts('results', { labs })).toEqual([
      'P-Kalium 4,1 mmol/L (15. jan. 2026; mest afvigende 5,9 mmol/L ▲, 14. jan. 2026; ref. 3,5–4,6)',
    ]);
    expect(texts('results', { labs: [lab('3', '2026-01-15T06:00:00+01:00', 4.1)] })).toEqual([]);
  });

  test('that were not all fetched say so', () => {
    const labs = [lab('2', '2026-01-14T06:00:00+01:00', 5.9, 'H')];
    expect(buildLines('results', facts({ labs }, ['labs'])).at(-1)?.text).toContain('Kun de nyeste');
  });
});

describe('medication', () => {
  test('is told in groups: changed, new, stopped with its reason, paused, continued, and what was given only here', () => {
    const medication: readonly Resource[] = [
      drug('a', 'ramipril', 'C09AA05', home),
      drug('b', 'furosemid', 'C03CA01', { ...home }),
      drug('c', 'furosemid', 'C03CA01', { dosageInstruction: [{ text: '2 tabletter dagligt' }] }),
      drug('d', 'amoxicillin', 'J01CA04'),
      drug('e', 'ibuprofen', 'M01AE01', {
        ...home,
        status: 'stopped',
        statusReason: { text: 'Nyrepåvirkning' },
      }),
      drug('f', 'metformin', 'A10BA02', { ...home, status: 'on-hold' }),
      drug('g', 'dalteparin', 'B01AB04', { status: 'completed' }),
      drug('x', 'morfin', 'N02AA01', { status: 'entered-in-error' }),
    ];
    expect(texts('medication', { medication })).toEqual([
      'Ændret:',
      '- furosemid, 2 tabletter dagligt (før: 1 tablet dagligt)',
      'Nyt:',
      '- amoxicillin, 1 tablet dagligt',
      'Seponeret:',
      '- ibuprofen – nyrepåvirkning',
      'Pauseret:',
      '- metformin',
      'Fortsætter uændret:',
      '- ramipril, 1 tablet dagligt',
      'Kun under indlæggelsen:',
      '- dalteparin',
    ]);
  });

  test('signed at discharge is told as it was signed, whatever the orders beside it say', () => {
    const plan = (choice: string, more: Partial<MedicationRequest> = {}): Partial<MedicationRequest> => ({
      category: [{ coding: [{ code: 'community' }] }, { coding: [{ code: 'discharge' }] }],
      encounter: { reference: 'Encounter/e' },
      extension: [{ url: 'https://holdfast.dk/fhir/after', valueCode: choice }],
      ...more,
    });
    const stop = (why: string) => plan('stop', { status: 'stopped', statusReason: { text: why } });
    const medication: readonly Resource[] = [
      drug('a', 'ramipril', 'C09AA05', home),
      drug('b', 'ramipril', 'C09AA05'),
      drug('c', 'paracetamol', 'N02BE01'),
      drug('d', 'dalteparin', 'B01AB04'),
      drug('old', 'ramipril', 'C09AA05', plan('continue', { status: 'cancelled' })),
      drug('p', 'ramipril', 'C09AA05', {
        ...stop('Lavt blodtryk'),
        priorPrescription: { reference: 'MedicationRequest/a' },
      }),
      drug('q', 'paracetamol', 'N02BE01', plan('new')),
      drug('r', 'dalteparin', 'B01AB04', stop('Kun under indlæggelsen')),
    ];
    const lines = buildLines('medication', facts({ medication }));
    expect(lines.flatMap(({ from }) => from ?? [])).toEqual([
      'MedicationRequest/q',
      'MedicationRequest/p',
      'MedicationRequest/r',
    ]);
    expect(lines.map(({ text }) => text).filter((text) => text.endsWith(':'))).toEqual([
      'Nyt:',
      'Seponeret:',
      'Kun under indlæggelsen:',
    ]);
    expect(textOfLines(lines)).toContain('lavt blodtryk');
  });

  test('names every order that holds, once', () => {
    const medication = [drug('a', 'ramipril', 'C09AA05', home), drug('b', 'ramipril', 'C09AA05')];
    const lines = buildLines('medication', facts({ medication }));
    expect(lines.filter(({ from }) => from !== undefined).map(({ from }) => from)).toEqual([
      'MedicationRequest/b',
    ]);
  });
});

test('nothing recorded is said, and “not asked” is another thing than “none known”', () => {
  expect(textOfLines(buildLines('medication', facts({ medication: [] })))).toBe(nothingText);
  expect(texts('cave', { cave: [] })).toEqual(['Ikke oplyst: der er ikke spurgt om CAVE.']);
});

describe('the fields of a letter', () => {
  const kind = letterKindOf('discharge-letter');
  if (kind === undefined) throw new Error('no kind');
  const field = builtField([{ text: 'DJ189 Pneumoni', from: 'Condition/c' }], 0);
  const newer = builtField([{ text: 'DI509 Hjertesvigt', from: 'Condition/d' }], 1000);

  test('know whether they are word for word, edited, or behind the record', () => {
    expect(stateOfField(field, field)).toBe('built');
    expect(stateOfField({ ...field, text: 'Andet' }, field)).toBe('edited');
    expect(stateOfField(field, newer)).toBe('changed');
    // Fetched again at another time, the same fact is no change; and what cannot be fetched tells of none.
    expect(stateOfField(field, builtField([{ text: 'DJ189 Pneumoni' }], 9000))).toBe('built');
    expect(stateOfField(field, undefined)).toBe('built');
    expect(stateOfField(keptField(field, newer), newer)).toBe('edited');
    expect(stateOfField({ text: 'Frit', entries: [] }, undefined)).toBe('free');
  });

  test('say what is lacking before they can be signed, and that a fact has changed last of all', () => {
    const sections = { diagnoses: field, course: field, medication: field };
    const whole = emptyFields(kind, sections, { display: 'Lægerne' });
    expect(lackOf(kind, whole, sections)).toBeUndefined();
    expect(lackOf(kind, { ...whole, sections: { diagnoses: field } }, {})).toMatchObject({ id: 'course' });
    expect(lackOf(kind, { ...whole, receiver: undefined }, {})).toBe('receiver');
    expect(lackOf(kind, whole, { ...sections, course: newer })).toBe('changed');
    expect(differing(whole, { ...whole, sections: { ...sections, course: newer } })).toEqual(['course']);
  });
});
