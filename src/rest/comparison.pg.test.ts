/** Prefixes of dates and numbers, compared with an evaluation that follows the words of http://hl7.org/fhir/R4/search.html#prefix. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { timeSpan, type TimeSpan } from '#fhir/date.ts';
import { testDatabase } from '../../test/database.ts';
import { useClient } from './testing.ts';

const { send, find } = useClient(testDatabase);

const two = (n: number) => String(n).padStart(2, '0');
/** Dates of each precision around the change to summer time, so that many meet. */
const date = fc
  .tuple(
    fc.constantFrom(2025, 2026),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 27, max: 31 }),
    fc.integer({ min: 0, max: 3 }),
    fc.nat(5),
  )
  .filter(([year, month, day]) => day <= new Date(Date.UTC(year, month, 0)).getUTCDate())
  .map(([year, month, day, hour, precision]) => {
    const whole = `${year}-${two(month)}-${two(day)}T${two(hour)}:00:00`;
    return precision === 0
      ? whole.slice(0, 4)
      : precision === 1
        ? whole.slice(0, 7)
        : precision === 2
          ? whole.slice(0, 10)
          : precision === 3
            ? `${whole}Z`
            : precision === 4
              ? `${whole}.500+02:00`
              : `${whole}+01:00`;
  });
/** Tenths and hundredths, as whole numbers of hundredths and as they are spelled. */
const number = fc.tuple(fc.integer({ min: -30, max: 30 }), fc.constantFrom(0, 1, 2)).map(([n, places]) => ({
  hundredths: n * 10 ** (2 - places),
  text: (n / 10 ** places).toFixed(places),
  places,
}));
const prefixes = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'] as const;

const dates = fc.sample(
  fc.oneof(
    date.map((one) => ({ effectiveDateTime: one })),
    fc.oneof(
      date.map((start): { effectivePeriod: { start: string; end?: string } } => ({
        effectivePeriod: { start },
      })),
      fc.tuple(date, date).map((both) => {
        const [start = '', end = ''] = both.toSorted(
          (a, b) => (timeSpan(a)?.low ?? 0) - (timeSpan(b)?.low ?? 0),
        );
        return { effectivePeriod: { start, end } };
      }),
    ),
  ),
  { numRuns: 120, seed: 11 },
);
const numbers = fc.sample(number, { numRuns: 120, seed: 12 });

beforeAll(async () => {
  await Promise.all(
    dates.map((when, n) => {
      const { text } = numbers[n] ?? { text: '0' };
      const body = JSON.stringify({
        resourceType: 'Observation',
        id: `o${n}`,
        status: 'final',
        code: { text: 'x' },
        ...when,
        issued: undefined,
      });
      return send('PUT', `Observation/o${n}`, `${body.slice(0, -1)},"valueQuantity":{"value":${text}}}`);
    }),
  );
});

function spanOf(when: (typeof dates)[number]): TimeSpan {
  if ('effectiveDateTime' in when) return timeSpan(when.effectiveDateTime) ?? { low: NaN, high: NaN };
  const { start, end } = when.effectivePeriod;
  return {
    low: timeSpan(start)?.low ?? NaN,
    high: end === undefined ? Infinity : (timeSpan(end)?.high ?? NaN),
  };
}

function holds(prefix: (typeof prefixes)[number], value: TimeSpan, searched: TimeSpan): boolean {
  const contained = searched.low <= value.low && value.high <= searched.high;
  switch (prefix) {
    case '':
    case 'eq':
      return contained;
    case 'ne':
      return !contained;
    case 'gt':
      return value.high > searched.high;
    case 'lt':
      return value.low < searched.low;
    case 'ge':
      return value.high > searched.high || contained;
    case 'le':
      return value.low < searched.low || contained;
    case 'sa':
      return value.low >= searched.high;
    case 'eb':
      return value.high <= searched.low;
  }
}

test('dates', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...prefixes), date, async (prefix, text) => {
      const searched = timeSpan(text) ?? { low: NaN, high: NaN };
      const expected = dates.flatMap((when, n) => {
        const span = spanOf(when);
        return span.low < span.high && holds(prefix, span, searched) ? [`o${n}`] : [];
      });
      const found = await find(`Observation?_count=1000&date=${prefix}${encodeURIComponent(text)}`);
      // A period that ends before it begins is nowhere and everywhere: only the others are compared.
      const sane = found.filter((id) => {
        const span = spanOf(dates[Number(id.slice(1))] ?? { effectiveDateTime: '' });
        return span.low < span.high;
      });
      expect(sane.sort()).toEqual(expected.sort());
    }),
    { numRuns: 150 },
  );
});

test('numbers, in exact decimals', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...prefixes), number, async (prefix, { hundredths, text, places }) => {
      // Doubled, so that half of a hundredth is whole.
      const half = 10 ** (2 - places);
      const expected = numbers.flatMap((one, n) => {
        const [value, low, high] = [one.hundredths * 2, hundredths * 2 - half, hundredths * 2 + half];
        const equal = value >= low && value < high;
        const by = {
          '': equal,
          eq: equal,
          ne: !equal,
          gt: value > hundredths * 2,
          sa: value > hundredths * 2,
          lt: value < hundredths * 2,
          eb: value < hundredths * 2,
          ge: value >= hundredths * 2,
          le: value <= hundredths * 2,
        };
        return by[prefix] ? [`o${n}`] : [];
      });
      expect((await find(`Observation?_count=1000&value-quantity=${prefix}${text}`)).sort()).toEqual(
        expected.sort(),
      );
    }),
    { numRuns: 150 },
  );
});
