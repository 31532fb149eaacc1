// Searches of one patient that share a statement are answered as if each had been asked by itself, from the same index.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '#fhir/json.ts';
import { parseSearch, type SearchQuery } from '#fhir/search-query.ts';
import { actOf, changeTo, observation, patient, put, remove } from '../../../test/acts.ts';
import { testDatabase } from '../../../test/database.ts';
import { chartOf, resourcesOfEach } from '../../../test/search-shapes.ts';
import { until } from '../../../test/until.ts';
import { seesEverything, seesNothing } from '../access.ts';
import { errorCode, type Sql } from '../sql.ts';
import { openStore } from '../store.ts';
import { writeActs } from '../writer.ts';
import { createGatherPages, type GatherPages } from './gather-pages.ts';
import { searchEntries, type EntriesPage } from './search.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 6, node: 'region' });
const charts = 300;
const codes = ['a', 'b', 'c'];
const dates = ['2026-01-01', '2026-01-02', '2026-01-02T10:00:00Z', '2025', undefined];

beforeAll(async () => {
  const made = ['q0', 'q1', 'q2'].flatMap((id, p) => [
    patient(id),
    ...Array.from({ length: 15 + 10 * p }, (_, n) => {
      const coding = [{ system: 'urn:s', code: codes[n % 3] }, ...(n % 4 === 0 ? [{ code: 'b' }] : [])];
      const more: Json = {
        status: n % 5 === 0 ? 'amended' : 'final',
        code: { coding, text: `Prøve "${n}" \\ 値` },
        effectiveDateTime: dates[n % dates.length],
      };
      // As it is stored: what is undefined is not there.
      return JSON.parse(JSON.stringify(observation(`${id}-${(n * 7) % 40}`, id, n, more)));
    }),
  ]);
  await put(store, ...made);
  await put(
    store,
    ...Array.from({ length: 400 }, (_, n) =>
      observation(`long-${n}`, 'long', n, {
        effectiveDateTime: new Date(Date.UTC(2026, 0, 1, n)).toISOString(),
      }),
    ),
  );
  await remove(store, { type: 'Observation', id: 'q1-0' }, { type: 'Observation', id: 'q1-14' });
  for (let from = 0; from < charts; from += 50) {
    const acts = Array.from({ length: 50 }, (_, n) =>
      actOf(chartOf(from + n).map((resource) => changeTo(resource))),
    );
    await writeActs(store.sql, store, acts);
  }
  await store.sql`analyze`;
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

function queryOf(address: string): SearchQuery {
  const [type = '', query = ''] = address.split('?');
  return parseSearch(type, [...new URLSearchParams(query)], {
    strict: true,
    pageDefault: 20,
    pageMax: 1000,
    base: 'http://test/fhir',
  });
}

const counted = { base: 'http://test/fhir', isCounted: true };
const ask = (gather: GatherPages, address: string, asked = counted) =>
  gather(seesEverything, queryOf(address), asked);
const alone = (address: string, asked = counted) =>
  searchEntries(store.planned, seesEverything, queryOf(address), asked);

type Statement = (run: () => Promise<unknown>) => Promise<unknown>;
/** The store's connections, with what is made of the statements that serve several. */
function watched(shared: Statement): Sql {
  return new Proxy(store.planned, {
    apply: (target, _self, args: [TemplateStringsArray, ...unknown[]]) =>
      shared(() => Reflect.apply(target, undefined, args) as Promise<unknown>),
  });
}

describe('searches of a patient that come together', () => {
  const one = fc.constantFrom;
  const code = one(...codes, 'urn:s|a', 'urn:s|c', 'nothing').map((value) => `code=${value}`);
  const filter = fc.oneof(
    { weight: 4, arbitrary: code },
    { weight: 2, arbitrary: one('status=final', 'status=amended', 'code=a,b', 'status=final,amended') },
    // These are asked by themselves.
    one('code:not=a', 'date=ge2026-01-02', 'status:missing=false', '_lastUpdated=gt2020', 'patient=q1'),
  );
  const order = fc.oneof(
    { weight: 4, arbitrary: one('', '_sort=-date') },
    one('_sort=date', '_sort=-date,_id', '_sort=code'),
  );
  const address = fc
    .tuple(
      one('q0', 'q1', 'q2', 'nobody', 'p7'),
      fc.array(filter, { maxLength: 3 }),
      order,
      fc.oneof(
        one('', '_count=200'),
        fc.integer({ min: 1, max: 45 }).map((count) => `_count=${count}`),
      ),
    )
    .map(([id, filters, sort, count]) =>
      ['Observation?patient=' + id, ...filters, sort, count].filter((part) => part !== '').join('&'),
    );
  const asked = fc.record({ base: one('http://test/fhir', 'https://"x"\\y/fhir'), isCounted: fc.boolean() });

  test('are answered as each would be by itself, page after page', async () => {
    let [statements, further] = [0, 0];
    const gather = createGatherPages(
      watched((run) => {
        statements++;
        return run();
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(address, asked), { minLength: 2, maxLength: 20 }),
        async (searches) => {
          const found = await Promise.all(searches.map(([text, how]) => ask(gather, text, how)));
          const expected = await Promise.all(searches.map(([text, how]) => alone(text, how)));
          // How many there are is told by a page that has all.
          const known = (page: EntriesPage) => ({
            ...page,
            total: page.next === undefined ? page.count : page.total,
          });
          expect(found.map(known)).toEqual(expected.map(known));
          const next = found.findIndex((page) => page.next !== undefined);
          if (next < 0) return;
          further++;
          const address = `${searches[next]?.[0]}&_cursor=${found[next]?.next}`;
          const beyond = await alone(address);
          expect(await ask(gather, address)).toEqual(beyond);
          expect(beyond.count).toBeGreaterThan(0);
        },
      ),
      { numRuns: 150 },
    );
    expect(statements).toBeGreaterThan(50);
    expect(statements).toBeLessThan(300);
    expect(further).toBeGreaterThan(50);
  });

  test('go in few statements', async () => {
    let statements = 0;
    const gather = createGatherPages(
      watched((run) => {
        statements++;
        return run();
      }),
    );
    const found = await Promise.all(
      Array.from({ length: 100 }, (_, n) => ask(gather, `Observation?patient=p${n}&_sort=-date`)),
    );
    found.forEach(({ entries }, n) => expect(entries).toContain(`"http://test/fhir/Observation/p${n}-o23"`));
    expect(statements).toBe(2);
  });

  test('share a statement with those who see other things, who are refused before it', async () => {
    let statements = 0;
    const gather = createGatherPages(
      watched((run) => {
        statements++;
        return run();
      }),
    );
    const answers = await Promise.allSettled(
      [seesEverything, seesNothing, seesEverything, seesNothing].map((sees) =>
        gather(sees, queryOf('Condition?patient=p1'), counted),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(statements).toBe(1);
  });

  test('share no fault: who cannot be answered learns so alone', async () => {
    const bad = {
      ...queryOf('Condition?patient=p1'),
      filters: [{ by: 'patient' as const, ids: ['a\u0000b'] }],
    };
    const good = ['Condition?patient=p1', 'Observation?patient=p2&_sort=-date'];
    const [failed, ...found] = await Promise.allSettled([
      store.gatherPages(seesEverything, bad, counted),
      ...good.map((address) => ask(store.gatherPages, address)),
    ]);
    expect(failed).toMatchObject({ status: 'rejected' });
    expect(failed?.status === 'rejected' && errorCode(failed.reason)).toBe('22021');
    expect(found.map((end) => end.status === 'fulfilled' && end.value.count)).toEqual([1, 20]);
  });

  test('fail together when the connection is lost, and nobody who comes later does', async () => {
    let broken = true;
    const gather = createGatherPages(
      watched((run) =>
        broken ? Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' })) : run(),
      ),
    );
    const ends = await Promise.allSettled([1, 2].map((n) => ask(gather, `Condition?patient=p${n}`)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    const later = await Promise.all([1, 2].map((n) => ask(gather, `Condition?patient=p${n}`)));
    expect(later.map(({ count }) => count)).toEqual([1, 1]);
  });

  test('are not held up by a statement that takes long', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let holding = false;
    const gather = createGatherPages(
      watched(async (run) => {
        if (!holding) {
          holding = true;
          await held;
        }
        return run();
      }),
    );
    const stuck = [1, 2].map((n) => ask(gather, `Condition?patient=p${n}`));
    await until('the first statement is under way', () => holding || undefined);
    const later = await Promise.all([3, 4].map((n) => ask(gather, `Condition?patient=p${n}`)));
    expect(later.map(({ count }) => count)).toEqual([1, 1]);
    release();
    expect((await Promise.all(stuck)).map(({ count }) => count)).toEqual([1, 1]);
  });
});

test.each([
  ['by time: what the page holds, however long the chart', 'long&_sort=-date&_count=5', 5],
  ['by id: the patient’s of that type', 'p11&_count=5', 24],
  ['by tokens: the patient’s of that type', 'p12&code=code-1,code-2&status=final&_count=5', 24],
])('a statement for several touches, %s', async (_, asked, lookedAt) => {
  expect(charts * resourcesOfEach).toBeGreaterThan(8000);
  const query = queryOf(`Observation?patient=${asked}`);
  const several = 4;
  const work = await store.transactions.run(async (tx) => {
    // As on the connections that it goes to.
    await tx`set local plan_cache_mode = force_generic_plan`;
    const gather = createGatherPages(tx as unknown as Sql);
    const counters = async () => {
      const [row] = await tx<{ whole: number; touched: number }[]>`
        select sum(seq_scan)::integer as whole, sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer as touched
        from pg_stat_xact_user_tables where relname in ('record', 'version')`;
      return row ?? { whole: 0, touched: 0 };
    };
    const before = await counters();
    const how = { ...counted, isCounted: false };
    const pages = await Promise.all(
      Array.from({ length: several }, () => gather(seesEverything, query, how)),
    );
    expect(pages.map(({ count }) => count)).toEqual(pages.map(() => 5));
    const after = await counters();
    return { whole: after.whole - before.whole, touched: after.touched - before.touched };
  });
  expect(work.whole).toBe(0);
  // Of the journal the page and one more; by time the last of it is known by the first with another time.
  expect(work.touched).toBeLessThanOrEqual(several * (lookedAt + 2 + 6));
});
