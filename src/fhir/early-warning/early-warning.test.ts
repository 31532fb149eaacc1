import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measuredIn, readingsOf, saysPregnant, yearsAt } from './observe.ts';
import { howPlausible, limits } from './plausible.ts';
import { bandsApart, planInForce, readPlan } from './plan.ts';
import { earlyWarning, nextDue, pointsOn, type Adjustment } from './score.ts';
import { calls, measurements, tableOf, tables, type Counted, type Measured, type Scale } from './table.ts';

const news2 = tableOf('news2')!;
const well = {
  respiration: 16,
  saturation: 97,
  oxygen: 0,
  systolic: 120,
  pulse: 70,
  temperature: 37,
  consciousness: 'A',
} as const satisfies Measured;
const scored = (measured: Measured, adjustment?: Adjustment) => {
  const answer = earlyWarning(news2, measured, {}, adjustment);
  if (answer.kind !== 'score') throw new Error(`expected a score, found ${answer.kind}`);
  return answer;
};
const score = (change: Partial<Measured>, adjustment?: Adjustment) =>
  scored({ ...well, ...change }, adjustment).score;
const adjusted = (change: Partial<Adjustment>): Adjustment => ({
  accepted: {},
  saturationScale: 1,
  from: 0,
  until: Number.MAX_SAFE_INTEGER,
  ...change,
});

const complete = tables.filter((table) => table.complete);
const scales: readonly (readonly [name: string, kind: Counted, scale: Scale])[] = complete.flatMap(
  (table) => [
    ...Object.entries(table.scales).map(
      ([kind, scale]) => [`${table.name} ${kind}`, kind as Counted, scale] as const,
    ),
    ...Object.entries(table.saturationScale2 ?? {}).map(
      ([air, scale]) => [`${table.name} scale 2 ${air}`, 'saturation', scale] as const,
    ),
  ],
);
/** A value of this kind, as finely as it is measured. */
const valueOf = (kind: Counted) =>
  fc
    .integer({ min: limits[kind].least * 10, max: limits[kind].most * 10 })
    .map((tenths) => (kind === 'temperature' || kind === 'oxygen' ? tenths / 10 : Math.round(tenths / 10)));
const anyMeasured: fc.Arbitrary<Measured> = fc.record(
  {
    respiration: valueOf('respiration'),
    saturation: valueOf('saturation'),
    oxygen: valueOf('oxygen'),
    systolic: valueOf('systolic'),
    pulse: valueOf('pulse'),
    temperature: valueOf('temperature'),
    consciousness: fc.constantFrom('A', 'C', 'V', 'P', 'U'),
  },
  { requiredKeys: [] },
);

describe('a table', () => {
  test('says what it is, where it is from, and what of it nobody could read', () => {
    expect(new Set(tables.map(({ id, version }) => `${id} ${version}`)).size).toBe(tables.length);
    for (const table of tables) {
      expect(table.source.length).toBeGreaterThan(40);
      expect(table.complete).toBe(table.missing === undefined);
      // What has no source gives no points, not some of them.
      if (!table.complete) expect([table.scales, table.responses]).toEqual([{}, []]);
    }
    expect(complete.map(({ id }) => id)).toEqual(['news2']);
  });

  test('that is complete has bands for every measurement and an answer to every score', () => {
    for (const table of complete) {
      expect(Object.keys(table.scales).sort()).toEqual(
        measurements.filter((each) => each !== 'consciousness').sort(),
      );
      expect(Object.keys(table.consciousness ?? {})).toEqual(['A', 'C', 'V', 'P', 'U']);
      expect(table.responses[0]?.from).toBe(0);
      for (const [index, { from, minutes, call }] of table.responses.entries()) {
        const next = table.responses[index + 1];
        expect(next === undefined || (next.from > from && next.minutes <= minutes)).toBe(true);
        expect(calls).toContain(call);
      }
    }
  });

  test.each(scales)('%s: every value falls in exactly one band', (_name, kind, { bands }) => {
    const ends = bands.map(({ upTo }) => upTo ?? Number.POSITIVE_INFINITY);
    expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
    expect(ends.at(-1)).toBe(Number.POSITIVE_INFINITY);
    fc.assert(
      fc.property(valueOf(kind), (value) => {
        const within = ends.filter(
          (end, index) => value <= end && value > (ends[index - 1] ?? Number.NEGATIVE_INFINITY),
        );
        return within.length === 1;
      }),
    );
  });

  test.each(scales)('%s: points never fall away from what is normal', (_name, kind, scale) => {
    const normal = scale.bands.findIndex(({ points }) => points === 0);
    expect(normal).toBeGreaterThanOrEqual(0);
    const within = scale.bands[normal]?.upTo ?? limits[kind].most;
    fc.assert(
      fc.property(valueOf(kind), valueOf(kind), (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const [atLow, atHigh] = [pointsOn(scale, low), pointsOn(scale, high)];
        return low >= within ? atLow <= atHigh : high <= within ? atLow >= atHigh : true;
      }),
    );
  });

  test('is read to its own fineness: 38,0 is none, 38,1 is one, and a value in the middle gets the more', () => {
    const { temperature, respiration, oxygen } = news2.scales;
    const at = (value: number) => pointsOn(temperature!, value);
    expect([35, 35.1, 36, 36.1, 38, 38.1, 39, 39.1].map(at)).toEqual([3, 1, 1, 0, 0, 1, 1, 2]);
    expect([38.04, 38.05, 36.05, 36.06].map(at)).toEqual([0, 1, 1, 0]);
    expect([8, 8.4, 8.5, 8.6, 9].map((value) => pointsOn(respiration!, value))).toEqual([3, 3, 3, 1, 1]);
    expect([0, 0.25, 15].map((value) => pointsOn(oxygen!, value))).toEqual([0, 2, 2]);
  });
});

describe('NEWS2', () => {
  test('the corners of the table', () => {
    expect(scored(well)).toMatchObject({ score: 0, single: [], minutes: 720, call: 'routine' });
    const ill: Measured = {
      respiration: 25,
      saturation: 91,
      oxygen: 2,
      systolic: 90,
      pulse: 131,
      temperature: 39.1,
      consciousness: 'C',
    };
    expect(scored(ill)).toMatchObject({
      score: 19,
      single: ['respiration', 'saturation', 'systolic', 'pulse', 'consciousness'],
      call: 'emergency',
      continuous: true,
      minutes: 60,
    });
  });

  test('one measurement with three points alone is answered within the hour', () => {
    expect(scored({ ...well, respiration: 8 })).toMatchObject({
      score: 3,
      single: ['respiration'],
      call: 'single',
      minutes: 60,
    });
    expect(scored({ ...well, pulse: 110, temperature: 38.1 })).toMatchObject({
      score: 2,
      call: 'nurse',
      minutes: 240,
    });
  });

  test('scale 2 is for whom a doctor decided it, and knows whether oxygen is given', () => {
    const scale2 = adjusted({ saturationScale: 2 });
    expect(score({ saturation: 90 }, scale2)).toBe(0);
    expect(score({ saturation: 97 }, scale2)).toBe(0);
    expect(score({ saturation: 97, oxygen: 1 }, scale2)).toBe(5);
    expect(score({ saturation: 90 })).toBe(3);
  });

  test('is not for children or who is pregnant, and nothing is scored by a table without its bands', () => {
    expect(earlyWarning(news2, well, { years: 15 })).toEqual({ kind: 'none', why: 'age' });
    expect(earlyWarning(news2, well, { years: 16 }).kind).toBe('score');
    expect(earlyWarning(news2, well, { years: 30, pregnant: true })).toEqual({
      kind: 'none',
      why: 'pregnancy',
    });
    expect(earlyWarning(tableOf('toks')!, well)).toEqual({ kind: 'none', why: 'table' });
  });

  test('a partial set never gives a score, says what is missing and has the points so far', () => {
    fc.assert(
      fc.property(anyMeasured, (measured) => {
        const answer = earlyWarning(news2, measured);
        const missing = measurements.filter((each) => measured[each] === undefined);
        if (missing.length === 0) return answer.kind === 'score';
        if (answer.kind !== 'incomplete') return false;
        const sum = Object.values(answer.points).reduce((all, each) => all + each, 0);
        return sum === answer.sum && answer.missing.join() === missing.join();
      }),
    );
    expect(earlyWarning(news2, { pulse: 131 })).toMatchObject({ kind: 'incomplete', sum: 3 });
  });

  test('the score is the sum of the points, and never more often measured at a lower score', () => {
    const whole = anyMeasured.map((measured): Measured => ({ ...well, ...measured }));
    fc.assert(
      fc.property(whole, whole, (one, other) => {
        const [a, b] = [scored(one), scored(other)];
        expect(Object.values(a.points).reduce((sum, each) => sum + each, 0)).toBe(a.score);
        if (a.single.length === 0 && b.single.length === 0 && a.score <= b.score)
          expect(a.minutes).toBeGreaterThanOrEqual(b.minutes);
      }),
    );
  });
});

describe('the doctor’s adjusted plan', () => {
  test('an accepted value gives no points, and outside the band the table’s own', () => {
    const low = adjusted({ accepted: { systolic: { low: 85 } } });
    expect([84, 85, 90, 120].map((systolic) => score({ systolic }, low))).toEqual([3, 0, 0, 0]);
    expect(score({ systolic: 230 }, adjusted({ accepted: { systolic: { low: 85, high: 219 } } }))).toBe(3);
  });

  test('never gives more points than the table', () => {
    fc.assert(
      fc.property(anyMeasured, valueOf('pulse'), valueOf('pulse'), (measured, one, other) => {
        const set = { ...well, ...measured };
        const band = { low: Math.min(one, other), high: Math.max(one, other) };
        return scored(set, adjusted({ accepted: { pulse: band } })).score <= scored(set).score;
      }),
    );
  });

  test('its interval counts up to the score it names; above it the table’s comes back', () => {
    const interval = adjusted({ interval: { minutes: 480, scoreMax: 3 } });
    expect(scored({ ...well, oxygen: 2 }, interval).minutes).toBe(480);
    expect(scored({ ...well, oxygen: 2, pulse: 115 }, interval).minutes).toBe(240);
  });

  test('is over at its end: then what the table asks for is due', () => {
    const hour = 3_600_000;
    const answer = { minutes: 480, tableMinutes: 60 };
    expect(nextDue(answer, 0, { until: 24 * hour })).toBe(8 * hour);
    expect(nextDue(answer, 0, { until: 3 * hour })).toBe(3 * hour);
    expect(nextDue(answer, 0, { until: hour / 2 })).toBe(hour);
    expect(nextDue(answer, 0)).toBe(8 * hour);
  });

  const coding = (system: string, code: string) => ({ coding: [{ system, code }] });
  const own = 'https://holdfast.dk/fhir/early-warning';
  const plan = (change: object = {}) => ({
    resourceType: 'CarePlan',
    status: 'active',
    category: [coding(own, 'adjusted-plan')],
    author: { reference: 'Practitioner/anne-lund' },
    period: { start: '2026-01-15T08:00:00+01:00', end: '2026-01-16T08:00:00+01:00' },
    contained: [
      {
        resourceType: 'Goal',
        id: 'accepted',
        target: [
          { measure: coding('http://loinc.org', '8480-6'), detailRange: { low: { value: 85 } } },
          {
            measure: coding('http://snomed.info/sct', '1104051000000101'),
            detailRange: { high: { value: 4 } },
          },
        ],
      },
    ],
    activity: [
      {
        detail: {
          status: 'in-progress',
          code: coding(own, 'interval'),
          scheduledTiming: { repeat: { frequency: 1, period: 8, periodUnit: 'h' } },
          reasonCode: [{ text: 'Vanligt lavt blodtryk' }],
        },
      },
      { detail: { status: 'in-progress', code: coding(own, 'saturation-scale-2') } },
    ],
    ...change,
  });

  test('is read from a CarePlan', () => {
    expect(readPlan(plan())).toEqual({
      faults: [],
      adjustment: {
        accepted: { systolic: { low: 85 } },
        saturationScale: 2,
        interval: { minutes: 480, scoreMax: 4 },
        from: Date.parse('2026-01-15T07:00:00Z'),
        until: Date.parse('2026-01-16T07:00:00Z'),
      },
    });
  });

  test.each([
    ['no end', { period: { start: '2026-01-15' } }, 'period'],
    ['no reason', { activity: [] }, 'activity.detail.reasonCode'],
    ['no author', { author: undefined }, 'author'],
    [
      'a band upside down',
      {
        contained: [
          {
            resourceType: 'Goal',
            target: [
              {
                measure: coding('http://loinc.org', '8867-4'),
                detailRange: { low: { value: 120 }, high: { value: 60 } },
              },
            ],
          },
        ],
      },
      'contained[0].target',
    ],
  ])('with %s it does not count', (_name, change, at) => {
    const { adjustment, faults } = readPlan(plan(change));
    expect(adjustment).toBeUndefined();
    expect(faults.map((fault) => fault.at)).toContain(at);
  });

  test('counts while it is active and not run out; of two the newer', () => {
    const at = (text: string) => Date.parse(text);
    const noon = at('2026-01-15T12:00:00+01:00');
    expect(planInForce([plan()], noon)?.adjustment.saturationScale).toBe(2);
    expect(planInForce([plan()], at('2026-01-16T08:00:00+01:00'))).toBeUndefined();
    expect(planInForce([plan({ status: 'revoked' })], noon)).toBeUndefined();
    const newer = plan({
      id: 'newer',
      period: { start: '2026-01-15T10:00:00+01:00', end: '2026-01-15T20:00:00+01:00' },
    });
    expect(planInForce([newer, plan()], noon)?.plan).toBe(newer);
  });

  test('with a band that does not touch the table’s own would lower points further out: it is told', () => {
    expect(bandsApart(news2, adjusted({ accepted: { pulse: { low: 120, high: 150 } } }))).toEqual(['pulse']);
    expect(
      bandsApart(news2, adjusted({ accepted: { pulse: { high: 150 }, systolic: { low: 80 } } })),
    ).toEqual([]);
  });
});

describe('measurements of any source', () => {
  const observation = (code: string, value: object) => ({
    resourceType: 'Observation',
    code: { coding: [{ system: 'http://loinc.org', code }] },
    ...value,
  });

  test('are read in their units and no others: a pressure in kPa is not 16 mmHg', () => {
    const pressure = (unit: string) =>
      observation('85354-9', {
        component: [
          observation('8480-6', { valueQuantity: { value: 120, code: unit } }),
          observation('8462-4', { valueQuantity: { value: 80, unit } }),
        ],
      });
    expect(measuredIn(readingsOf(pressure('mm[Hg]')).readings)).toEqual({ systolic: 120, diastolic: 80 });
    expect(readingsOf(pressure('kPa')).readings).toEqual([]);
    expect(readingsOf(pressure('kPa')).unread[0]).toEqual({
      at: 'component[0].valueQuantity',
      text: "is in 'kPa'; expected mm[Hg]",
    });
    expect(
      readingsOf(observation('8310-5', { valueQuantity: { value: 98.6, code: '[degF]' } })).readings,
    ).toEqual([]);
    expect(
      readingsOf(observation('8867-4', { valueQuantity: { value: 90, comparator: '<' } })).readings,
    ).toEqual([]);
    expect(readingsOf(observation('67775-7', { valueCodeableConcept: { text: 'V' } })).readings).toEqual([
      { kind: 'consciousness', value: 'V', at: 'valueCodeableConcept' },
    ]);
    expect(
      readingsOf(observation('67775-7', { valueCodeableConcept: { text: 'vågen' } })).unread,
    ).toHaveLength(1);
  });

  test('impossible is what no body has, unusual what is looked at twice', () => {
    expect([388, 9, 46.5, 42.5, 37].map((value) => howPlausible('temperature', value))).toEqual([
      'impossible',
      'impossible',
      'unusual',
      'unusual',
      undefined,
    ]);
    expect(howPlausible('saturation', 101)).toBe('impossible');
    for (const { least, most, low, high } of Object.values(limits)) {
      expect(least).toBeLessThanOrEqual(low);
      expect(low).toBeLessThan(high);
      expect(high).toBeLessThanOrEqual(most);
    }
  });

  test('age is in whole years, and pregnancy is a diagnosis that counts', () => {
    const at = Date.parse('2026-01-15T12:00:00Z');
    expect(['2010-01-15', '2010-01-16', '2010', undefined].map((born) => yearsAt(born, at))).toEqual([
      16,
      15,
      16,
      undefined,
    ]);
    const condition = (code: string, clinical = 'active') => ({
      code: { coding: [{ system: 'urn:oid:1.2.208.176.2.4.12', code }] },
      clinicalStatus: { coding: [{ code: clinical }] },
    });
    expect(['DO149', 'DZ340', 'DJ189', 'DZ361'].map((code) => saysPregnant(condition(code)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(saysPregnant(condition('DO149', 'resolved'))).toBe(false);
  });
});
