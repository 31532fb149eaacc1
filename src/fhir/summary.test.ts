import { expect, test } from 'vitest';
import { parseSummary, shaped } from './summary.ts';

const tag = '{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}';
const meta = '"meta":{"versionId":"1","lastUpdated":"2026-01-15T13:05:00.000Z"';
const text = `{"resourceType":"Observation","id":"o",${meta}},"text":{"status":"generated","div":"<div>x</div>"},"status":"final","code":{"text":"Weight"},"valueQuantity":{"value":70.00},"note":[{"text":"a\\/b"}],"_status":{"id":"s"}}`;

test('the whole is the very text', () =>
  expect(shaped('Observation', text, { summary: 'false' })).toBe(text));

test('_elements keeps what is named, what is required, and says that it is not all', () => {
  expect(shaped('Observation', text, { summary: 'false', elements: ['note'] })).toBe(
    `{"resourceType":"Observation","id":"o",${meta},"tag":[${tag}]},"status":"final","code":{"text":"Weight"},"note":[{"text":"a\\/b"}],"_status":{"id":"s"}}`,
  );
});

test('_elements knows a choice by its name, and a name with its type in front', () => {
  for (const name of ['value', 'valueQuantity', 'Observation.value', 'Observation.valueQuantity.unit']) {
    expect(shaped('Observation', text, { summary: 'false', elements: [name] })).toContain(
      '"valueQuantity":{"value":70.00}',
    );
  }
});

test('what turns the meaning around is always there', () => {
  const condition =
    '{"resourceType":"Condition","meta":{"versionId":"1"},"verificationStatus":{"text":"entered-in-error"},"code":{"text":"x"},"note":[{"text":"y"}],"modifierExtension":[{"url":"u"}],"subject":{}}';
  for (const shape of [{ summary: 'false', elements: ['code'] }, { summary: 'text' }] as const) {
    const keys = Object.keys(JSON.parse(shaped('Condition', condition, shape)));
    expect(keys).toEqual(expect.arrayContaining(['verificationStatus', 'modifierExtension', 'subject']));
    expect(keys).not.toContain('note');
  }
  const patient =
    '{"resourceType":"Patient","meta":{"versionId":"1"},"deceasedBoolean":true,"gender":"male"}';
  expect(shaped('Patient', patient, { summary: 'false', elements: ['gender'] })).toContain(
    '"deceasedBoolean":true',
  );
});

test('_summary=true keeps what the definitions mark, text keeps the narrative, data all but it', () => {
  const keys = (summary: 'true' | 'text' | 'data') =>
    Object.keys(JSON.parse(shaped('Observation', text, { summary })));
  expect(keys('true')).toEqual(['resourceType', 'id', 'meta', 'status', 'code', 'valueQuantity', '_status']);
  expect(keys('text')).toEqual(['resourceType', 'id', 'meta', 'text', 'status', 'code', '_status']);
  expect(keys('data')).toEqual([
    'resourceType',
    'id',
    'meta',
    'status',
    'code',
    'valueQuantity',
    'note',
    '_status',
  ]);
});

test('a tag that is there stays beside ours', () => {
  const tagged = text
    .replace('00Z"}', '00Z","tag":[{"code":"x"}]}')
    .replace('.000Z"}', '.000Z","tag":[{"code":"x"}]}');
  expect(
    JSON.parse(shaped('Observation', tagged, { summary: 'data' })).meta.tag.map(
      (one: { code: string }) => one.code,
    ),
  ).toEqual(['x', 'SUBSETTED']);
});

test('a summary of no kind is refused by name', () => {
  expect(() => parseSummary([['_summary', 'short']])).toThrow(
    '_summary: expected one of true, text, data, count, false',
  );
  expect(parseSummary([['_elements', 'name, birthDate,']])).toEqual({
    summary: 'false',
    elements: ['name', 'birthDate'],
  });
});
