import type { DiagnosticReport, Observation, Task } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absencesOf, hasComeTo, inboxItems, isOf, ownHandOver, type InboxFacts } from './inbox-items.ts';

const none: InboxFacts = {
  observations: [],
  reports: [],
  reviews: [],
  escalations: [],
  orders: [],
  patients: [],
  stays: [],
};
const value = (id: string, taken: string, mark = 'N', more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  id,
  meta: { versionId: '1', lastUpdated: '2026-01-15T06:00:00Z' },
  status: 'final',
  category: [{ coding: [{ code: 'laboratory' }] }],
  code: { text: 'P-Kalium' },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: taken,
  issued: taken,
  valueQuantity: { value: 4, unit: 'mmol/L' },
  interpretation: [{ coding: [{ code: mark }] }],
  ...more,
});
const review = (...names: readonly string[]): Task => ({
  resourceType: 'Task',
  status: 'completed',
  intent: 'order',
  basedOn: names.map((reference) => ({ reference: reference as `Observation/${string}` })),
});

describe('the inbox', () => {
  test('holds what no review names by its version, put together by sample, with the value before', () => {
    const items = inboxItems({
      ...none,
      observations: [value('new', '2026-01-15T06:00:00Z', 'H'), value('old', '2026-01-14T06:00:00Z')],
      reviews: [review('Observation/old/_history/1')],
    });
    expect(items.map(({ results, abnormal }) => [results.map(({ version }) => version), abnormal])).toEqual([
      [['Observation/new/_history/1'], 1],
    ]);
    expect(items[0]?.results[0]?.previous?.id).toBe('old');
  });

  test('has a corrected result again, from when it was corrected', () => {
    const corrected = value('x', '2026-01-14T06:00:00Z', 'HH', {
      status: 'corrected',
      meta: { versionId: '2', lastUpdated: '2026-01-15T09:00:00Z' },
    });
    const [item] = inboxItems({
      ...none,
      observations: [corrected],
      reviews: [review('Observation/x/_history/1')],
    });
    expect([item?.critical, item?.since]).toEqual([1, Date.parse('2026-01-15T09:00:00Z')]);
  });

  test('begins with the oldest critical one, and goes on with the oldest', () => {
    const at = (hour: number) => `2026-01-15T0${hour}:00:00Z`;
    const items = inboxItems({
      ...none,
      observations: [
        value('a', at(1)),
        value('b', at(4), 'HH'),
        value('c', at(3), 'LL'),
        value('d', at(2), 'H'),
      ],
    });
    expect(items.map(({ results }) => results[0]?.result.id)).toEqual(['c', 'b', 'a', 'd']);
  });

  test('keeps the rows of a resistance table with their report', () => {
    const report: DiagnosticReport = {
      resourceType: 'DiagnosticReport',
      id: 'r',
      meta: { versionId: '1' },
      status: 'final',
      code: { text: 'Bloddyrkning' },
      subject: { reference: 'Patient/p1' },
      result: [{ reference: 'Observation/s1' }, { reference: 'Observation/s2' }],
    };
    const rows = [value('s1', '2026-01-15T06:00:00Z'), value('s2', '2026-01-15T06:00:00Z')];
    const items = inboxItems({
      ...none,
      observations: [...rows, value('k', '2026-01-15T06:00:00Z')],
      reports: [report],
    });
    expect(items.map(({ results }) => results.length).toSorted((a, b) => a - b)).toEqual([1, 3]);
  });

  test('nothing that is unseen is left out, and nothing that was seen is in it, whatever was seen', () => {
    const versioned = fc.record({
      id: fc.integer({ min: 1, max: 30 }),
      version: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(versioned, { selector: ({ id }) => id }),
        fc.array(versioned),
        (results, seen) => {
          const items = inboxItems({
            ...none,
            observations: results.map(({ id, version }) =>
              value(String(id), `2026-01-1${id % 9}T06:00:00Z`, 'N', {
                meta: { versionId: String(version) },
              }),
            ),
            reviews: seen.map(({ id, version }) => review(`Observation/${id}/_history/${version}`)),
          });
          const names = seen.map(({ id, version }) => `Observation/${id}/_history/${version}`);
          const wanted = results
            .map(({ id, version }) => `Observation/${id}/_history/${version}`)
            .filter((name) => !names.includes(name));
          const shown = items.flatMap((item) => item.results.map(({ version }) => version));
          expect(shown.toSorted()).toEqual(wanted.toSorted());
        },
      ),
    );
  });

  test('is whose who ordered or is responsible; what has come to the team is everybody’s on the ward', () => {
    const facts: InboxFacts = {
      ...none,
      observations: [
        value('x', '2026-01-15T06:00:00Z', 'HH', { basedOn: [{ reference: 'ServiceRequest/s' }] }),
      ],
      orders: [
        {
          resourceType: 'ServiceRequest',
          id: 's',
          status: 'active',
          intent: 'order',
          subject: { reference: 'Patient/p1' },
          requester: { reference: 'Practitioner/anne' },
        },
      ],
      stays: [
        {
          resourceType: 'Encounter',
          status: 'in-progress',
          class: { code: 'IMP' },
          subject: { reference: 'Patient/p1' },
          participant: [
            { type: [{ coding: [{ code: 'PPRF' }] }], individual: { reference: 'Practitioner/mette' } },
          ],
          location: [{ location: { reference: 'Location/b12' }, status: 'active' }],
        },
      ],
      escalations: [
        {
          resourceType: 'Task',
          status: 'requested',
          intent: 'order',
          focus: { reference: 'Observation/x/_history/1' },
          businessStatus: { coding: [{ code: 'team' }] },
        },
      ],
    };
    const [item] = inboxItems(facts);
    if (item === undefined) throw new Error('nothing in the inbox');
    expect(['anne', 'mette', 'ib'].map((who) => isOf(item, `Practitioner/${who}`))).toEqual([
      true,
      true,
      false,
    ]);
    expect([
      item.level,
      hasComeTo(item, { ward: 'b12', organization: undefined }),
      hasComeTo(item, { ward: 'c3', organization: undefined }),
    ]).toEqual(['team', true, false]);
  });

  test('a stand-in has it from the first to the last moment, and the absent one sees to whom it went', () => {
    const role = {
      resourceType: 'PractitionerRole' as const,
      active: true,
      practitioner: { reference: 'Practitioner/mette' as const },
      extension: [
        {
          url: 'https://holdfast.dk/fhir/stands-in-for',
          valueReference: { reference: 'Practitioner/anne' as const },
        },
      ],
      period: { start: '2026-01-15T00:00:00Z', end: '2026-01-16T00:00:00Z' },
    };
    const at = (text: string) => Date.parse(text);
    const standsIn = (text: string) => absencesOf([role], 'Practitioner/mette', at(text)).length;
    expect([
      standsIn('2026-01-14T23:00:00Z'),
      standsIn('2026-01-15T12:00:00Z'),
      standsIn('2026-01-16T01:00:00Z'),
    ]).toEqual([0, 1, 0]);
    expect(
      absencesOf([{ ...role, active: false }], 'Practitioner/mette', at('2026-01-15T12:00:00Z')),
    ).toEqual([]);
    expect(ownHandOver([role], 'Practitioner/anne', at('2026-01-14T12:00:00Z'))?.to).toBe(
      'Practitioner/mette',
    );
  });
});
