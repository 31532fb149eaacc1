// The audit against a real database: what is noted is written, whatever happens to the database, and what is changed is found.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect, type Sql } from '#store/sql.ts';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { until } from '../../../test/until.ts';
import { createAudit, type Audit, type AuditOptions } from './audit.ts';
import type { AuditLine } from './line.ts';
import { readPages } from './page.ts';
import { createStrangers } from './strangers.ts';
import { verifyAudit } from './verify.ts';
import { findLine, walkLines, type FoundLine } from './walk.ts';

let database: TestDatabase;
/** Someone with the database's password; nobody cuts it. */
let hand: Sql;
const quiet: AuditOptions['events'] = { auditDelayed: () => {}, auditLinesLost: () => {} };

beforeAll(async () => {
  database = await testDatabase();
  hand = connect(database.to, { max: 1, name: 'hand' });
  await hand`alter table audit_page disable trigger audit_page_append_only`;
});
beforeEach(async () => {
  await hand`truncate audit_page`;
});
afterAll(async () => {
  await hand.end();
  await database.drop();
});

const anne = {
  user: 'anne.lund',
  name: 'Anne Lund',
  role: 'doctor',
  practitioner: 'Practitioner/anne-lund',
  ward: null,
} as const;
const reading = (patient: string, more: Partial<AuditLine> = {}): AuditLine => ({
  who: anne,
  session: 'browser',
  from: '127.0.0.1',
  what: 'read',
  asked: `GET /fhir/Patient/${patient}`,
  status: 200,
  shown: { rids: [1], patients: new Set([patient]) },
  ...more,
});
const newAudit = (more: Partial<AuditOptions> = {}) =>
  createAudit(() => connect(database.to, { max: 1 }), { events: quiet, ...more });

async function all(order: 'falling' | 'rising' = 'rising'): Promise<FoundLine[]> {
  return (await Array.fromAsync(walkLines(hand, {}, order, undefined))).flat();
}
const whats = async () => (await all()).map(({ line }) => line.what);
const problems = async () =>
  (await verifyAudit(hand)).differences.map(({ what, problem }) => `${what}: ${problem}`);

describe('a program that runs', () => {
  test('begins a chain, writes what is noted in order, and closes it', async () => {
    const audit = newAudit();
    audit.note(reading('1'));
    audit.note(reading('2'));
    await audit.close();
    expect(await whats()).toEqual(['start', 'read', 'read', 'stop']);
    expect(await verifyAudit(hand)).toMatchObject({
      chains: 1,
      pages: 2,
      lines: 4,
      differences: [],
      unended: [],
    });
  });

  test('that noted nothing and was not told to begin leaves nothing', async () => {
    await newAudit().close();
    expect(await all()).toEqual([]);
  });

  test('has written within a moment what was noted, without being closed', async () => {
    const audit = newAudit();
    audit.note(reading('1'));
    await until('the line', async () => ((await whats()).includes('read') ? true : undefined));
    await audit.close();
  });

  test('has written on return what must not be lost, with all that waited', async () => {
    const audit = newAudit();
    audit.note(reading('1'));
    const { id } = await audit.noteNow(reading('1', { what: 'print', view: 'medication' }));
    expect(await whats()).toEqual(['start', 'read', 'print']);
    expect((await findLine(hand, id))?.line).toMatchObject({
      what: 'print',
      view: 'medication',
      status: 200,
    });
    await audit.close();
  });

  test('writes all that is noted while it is being closed, and notes nothing afterwards', async () => {
    const audit = newAudit();
    const last = audit.noteNow(reading('1'));
    const closing = audit.close();
    await Promise.all([last, closing]);
    audit.note(reading('2'));
    await expect(audit.noteNow(reading('3'))).rejects.toThrow('cannot be noted');
    expect(await whats()).toEqual(['start', 'read', 'stop']);
  });

  test('keeps whatever text comes', async () => {
    const strange = 'a\nb\0c"\\\ud800👩';
    const audit = newAudit();
    const { id } = await audit.noteNow(
      reading('1', { asked: `GET /${strange}`, tried: strange, why: strange, from: strange }),
    );
    await audit.close();
    expect((await findLine(hand, id))?.line).toMatchObject({
      asked: `GET /${strange}`,
      tried: strange,
      why: strange,
    });
    expect(await problems()).toEqual([]);
  });

  test('cuts a long address, and tells of very much in several lines', async () => {
    const audit = newAudit();
    const rids = Array.from({ length: 2500 }, (_, n) => n);
    audit.note(reading('1', { asked: 'x'.repeat(5000), shown: { rids, patients: ['1'] } }));
    await audit.close();
    const lines = (await all()).filter(({ line }) => line.what === 'read');
    expect(lines.flatMap(({ line }) => line.rids)).toEqual(rids);
    expect(lines.map(({ line }) => line.asked?.length)).toEqual([1000, 1000, 1000]);
  });

  test('begins a new page when it is full, and when time jumps', async () => {
    let wallMs = 1_800_000_000_000;
    const audit = newAudit({ clock: { wallMs: () => wallMs, monotonicMs: () => 0 } });
    for (let n = 0; n < 600; n++) audit.note(reading(String(n)));
    wallMs -= 3_600_000;
    audit.note(reading('early'));
    await audit.close();
    const pages = await readPages(hand, {}, 'falling', undefined, 100);
    expect(pages.map(({ lines }) => lines.split('\n').length).sort((a, b) => a - b)).toEqual([
      1, 2, 100, 500,
    ]);
    for (const { firstAt, lastAt } of pages) expect(lastAt - firstAt).toBeLessThan(60_000);
  });
});

describe('while the database is away', () => {
  /** Nobody comes in, and who is in is sent out, until it is over. */
  async function away(work: () => Promise<void>): Promise<void> {
    const name = (await hand<{ name: string }[]>`select current_database() as name`)[0]?.name ?? '';
    const { admin, end } = await adminOf(database);
    try {
      await admin.unsafe(`alter database ${name} allow_connections false`);
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and application_name <> 'hand'`;
      await work();
    } finally {
      await admin.unsafe(`alter database ${name} allow_connections true`);
      await end();
    }
  }

  test('nothing that was noted is lost, and the chain is whole', async () => {
    const delayed: Error[] = [];
    const audit = newAudit({ events: { ...quiet, auditDelayed: ({ error }) => delayed.push(error) } });
    for (let n = 0; n < 20; n++) {
      audit.note(reading(String(n)));
      // Cut in the middle of a statement as well as between two.
      if (n % 3 === 0)
        await hand`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
      if (n % 2 === 0) await audit.noteNow(reading(`${n} now`)).catch(() => {});
    }
    await away(async () => {
      audit.note(reading('away'));
      await until('someone is told', () => (delayed.length > 0 ? true : undefined));
    });
    await audit.close();
    const asked = (await all()).map(({ line }) => line.asked);
    for (let n = 0; n < 20; n++)
      expect(asked.filter((one) => one === `GET /fhir/Patient/${n}`)).toHaveLength(1);
    expect(asked).toContain('GET /fhir/Patient/away');
    expect(await verifyAudit(hand)).toMatchObject({ chains: 1, differences: [], unended: [] });
  });

  test('more than can wait is counted, and told in the log and in a line', async () => {
    const lost: number[] = [];
    const audit = newAudit({
      charactersWaitingMax: 2000,
      events: { ...quiet, auditLinesLost: ({ lines }) => lost.push(lines) },
    });
    await audit.noteNow(reading('first'));
    await away(async () => {
      for (let n = 0; n < 50; n++) audit.note(reading(String(n)));
      await expect(audit.noteNow(reading('x'))).rejects.toMatchObject({ kind: 'unavailable' });
    });
    await until('the loss is told', async () => ((await whats()).includes('lost') ? true : undefined));
    await audit.close();
    const lines = (await all()).map(({ line }) => line);
    const kept = lines.filter(({ what }) => what === 'read').length;
    expect(lines.find(({ what }) => what === 'lost')?.times).toBe(52 - kept);
    expect(lost).toEqual([52 - kept]);
    expect(await problems()).toEqual([]);
  });

  test('closing in a hurry gives up', async () => {
    const audit = newAudit();
    await audit.noteNow(reading('1'));
    await away(async () => {
      audit.note(reading('2'));
      await audit.close(AbortSignal.abort());
    });
    const { unended, differences } = await verifyAudit(hand);
    expect([unended.map(({ program }) => program), differences]).toEqual([[audit.program], []]);
  });
});

describe('what was changed is found', () => {
  /** Three chains, one after the other, each of several pages. */
  async function someLog(): Promise<Audit[]> {
    const audits: Audit[] = [];
    for (let chain = 0; chain < 3; chain++) {
      const audit = newAudit();
      for (let page = 0; page < 3; page++) {
        audit.note(reading(`${chain}-${page}-a`));
        await audit.noteNow(reading(`${chain}-${page}-b`));
      }
      await audit.close();
      audits.push(audit);
    }
    return audits;
  }
  type PageRow = { program: string; number: number; lines: string };
  const pages = () => hand<PageRow[]>`select program, number, lines from audit_page order by program, number`;
  /** The log as it was, before each harm. */
  async function harmed(harm: (rows: readonly PageRow[]) => Promise<unknown>): Promise<readonly string[]> {
    await hand`drop table if exists audit_saved`;
    await hand`create table audit_saved as select * from audit_page`;
    await harm(await pages());
    const found = await problems();
    await hand`truncate audit_page`;
    await hand`insert into audit_page select * from audit_saved`;
    expect(await problems()).toEqual([]);
    return found;
  }
  const some = fc.nat();
  const pick = <T>(list: readonly T[], n: number): T => {
    const one = list[n % list.length];
    if (one === undefined) throw new Error('there is nothing to pick from');
    return one;
  };
  const runs = { numRuns: 40 };

  test('a letter, a line, a page, two pages in each other’s place, a time, a key, a digest', async () => {
    await someLog();
    const letter = fc.asyncProperty(
      some,
      some,
      fc.constantFrom('x', '0', 'Æ', ' ', '\n'),
      async (n, at, other) => {
        const found = await harmed(async (rows) => {
          const { program, number, lines } = pick(rows, n);
          const place = at % lines.length;
          const changed = `${lines.slice(0, place)}${lines[place] === other ? 'y' : other}${lines.slice(place + 1)}`;
          await hand`update audit_page set lines = ${changed} where program = ${program} and number = ${number}`;
        });
        expect(found.length).toBeGreaterThan(0);
      },
    );
    const line = fc.asyncProperty(some, some, async (n, at) => {
      const found = await harmed(async (rows) => {
        const { program, number, lines } = pick(
          rows.filter((row) => row.lines.includes('\n')),
          n,
        );
        const texts = lines.split('\n');
        texts.splice(at % texts.length, 1);
        await hand`update audit_page set lines = ${texts.join('\n')} where program = ${program} and number = ${number}`;
      });
      expect(found.join()).toContain('does not match its digest');
    });
    const column = fc.asyncProperty(
      some,
      fc.constantFrom('first_at', 'last_at', 'keys', 'digest'),
      async (n, name) => {
        const found = await harmed(async (rows) => {
          const { program, number } = pick(rows, n);
          const value = {
            first_at: 'first_at - 1',
            last_at: 'last_at + 1',
            keys: "keys || '{1}'",
            digest: 'sha256(digest)',
          };
          await hand.unsafe(
            `update audit_page set ${name} = ${value[name]} where program = '${program}' and number = ${number}`,
          );
        });
        expect(found.join()).toContain('digest');
      },
    );
    await fc.assert(letter, runs);
    await fc.assert(line, runs);
    await fc.assert(column, runs);
  });

  test('and keeps nobody from reading the rest, or from beginning a chain', async () => {
    await someLog();
    await fc.assert(
      fc.asyncProperty(some, some, fc.constantFrom('x', '"', '}', '9', '-'), async (n, at, other) => {
        await harmed(async (rows) => {
          const { program, number, lines } = pick(rows, n);
          const place = at % lines.length;
          const changed = `${lines.slice(0, place)}${other}${lines.slice(place + 1)}x`;
          await hand`update audit_page set lines = ${changed} where program = ${program} and number = ${number}`;
          expect((await all()).length).toBeGreaterThanOrEqual(3 * 8 - 3);
          const audit = newAudit();
          await audit.noteNow(reading('after'));
          await audit.close();
        });
      }),
      { numRuns: 25 },
    );
  });

  test('a page that was taken away, or that stands where another stood', async () => {
    const [, , last] = await someLog();
    const removed = fc.asyncProperty(some, async (n) => {
      let place = '';
      const found = await harmed(async (rows) => {
        // The last page of the last chain has not been seen by anyone yet: see the test below.
        const candidates = rows.filter(
          ({ program, lines }) => program !== last?.program || !lines.includes('"stop"'),
        );
        const { program, number } = pick(candidates, n);
        place = `${program}/`;
        await hand`delete from audit_page where program = ${program} and number = ${number}`;
      });
      expect(found.join()).toContain(place);
      expect(found.join()).toMatch(/missing|is gone/);
    });
    const swapped = fc.asyncProperty(some, some, async (n, m) => {
      const found = await harmed(async (rows) => {
        const [one, other] = [pick(rows, n), pick(rows, n + 1 + (m % (rows.length - 1)))];
        await hand`update audit_page set number = 1000 where program = ${one.program} and number = ${one.number}`;
        await hand`update audit_page set program = ${one.program}, number = ${one.number} where program = ${other.program} and number = ${other.number}`;
        await hand`update audit_page set program = ${other.program}, number = ${other.number} where program = ${one.program} and number = 1000`;
      });
      expect(found.length).toBeGreaterThan(0);
    });
    await fc.assert(removed, runs);
    await fc.assert(swapped, runs);
  });

  test('a chain that was taken away, by the chain that saw it', async () => {
    const [first, second] = await someLog();
    for (const gone of [first, second]) {
      const found = await harmed(() => hand`delete from audit_page where program = ${gone?.program ?? ''}`);
      expect(found).toEqual([expect.stringMatching(`^audit page ${gone?.program}/\\d+: is gone`)]);
    }
  });

  test('the end of a chain, when another has begun meanwhile; a program that was killed is told and is no difference', async () => {
    const killed = newAudit();
    await killed.noteNow(reading('1'));
    await killed.noteNow(reading('2'));
    const before = await verifyAudit(hand);
    expect([before.differences, before.unended.map(({ program }) => program)]).toEqual([
      [],
      [killed.program],
    ]);
    const next = newAudit();
    await next.noteNow(reading('3'));
    const found = await harmed(
      () => hand`delete from audit_page where program = ${killed.program} and number = 3`,
    );
    expect(found).toEqual([expect.stringContaining(`${killed.program}/3: is gone`)]);
    await next.close();
  });

  test('each end is named once, however many chains there are', async () => {
    await someLog();
    const ties = (await all()).flatMap(({ line }) => line.chains ?? []);
    expect(ties).toHaveLength(2);
    expect(new Set(ties.map(({ program }) => program)).size).toBe(2);
  });

  test('and the table refuses it, from everyone who does not take the trigger away', async () => {
    await someLog();
    await hand`alter table audit_page enable trigger audit_page_append_only`;
    try {
      for (const statement of [
        'update audit_page set number = 9',
        'delete from audit_page',
        'truncate audit_page',
      ])
        await expect(hand.unsafe(statement)).rejects.toThrow('the audit is never changed');
    } finally {
      await hand`alter table audit_page disable trigger audit_page_append_only`;
    }
  });
});

describe('lines by time', () => {
  test('come in one order from programs that write at the same time, each once, both ways, from any place', async () => {
    let wallMs = 1_800_000_000_000;
    const clock = { wallMs: () => wallMs, monotonicMs: () => 0 };
    const audits = [newAudit({ clock }), newAudit({ clock }), newAudit({ clock })];
    for (let n = 0; n < 400; n++) {
      audits[n % 3]?.note(reading(String(n)));
      wallMs += (n * 7919) % 500;
      if (n % 29 === 0) await audits[(n * 7) % 3]?.noteNow(reading(`${n} now`));
      // A clock that is set back.
      if (n === 200) wallMs -= 90_000;
    }
    for (const audit of audits) await audit.close();
    const rising = await all('rising');
    expect(rising).toHaveLength(400 + 14 + 6);
    expect(rising.map(({ atMs }) => atMs)).toEqual(rising.map(({ atMs }) => atMs).sort((a, b) => a - b));
    expect(await all('falling')).toEqual(rising.toReversed());
    for (const place of [0, 1, 57, 300, 418]) {
      const after = (await Array.fromAsync(walkLines(hand, {}, 'rising', rising[place]))).flat();
      expect(after).toEqual(rising.slice(place + 1));
      const before = (await Array.fromAsync(walkLines(hand, {}, 'falling', rising[place]))).flat();
      expect(before).toEqual(rising.slice(0, place).toReversed());
    }
    const [low, high] = [rising[100]?.atMs ?? 0, rising[300]?.atMs ?? 0];
    const within = (await Array.fromAsync(walkLines(hand, { low, high }, 'rising', undefined))).flat();
    expect(within).toEqual(rising.filter(({ atMs }) => atMs >= low && atMs < high));
  });
});

test('strangers are one line at first, and one for all that follow within a second', async () => {
  const noted: AuditLine[] = [];
  const strangers = createStrangers((line) => noted.push(line));
  const refused = (from: string) =>
    strangers.refused({ from, what: 'read', asked: 'GET /fhir/Patient/1', status: 401 });
  for (let n = 0; n < 100; n++) refused('10.0.0.1');
  refused('10.0.0.2');
  for (let n = 0; n < 5000; n++) refused(`10.1.${n >> 8}.${n & 255}`);
  const first = noted.length;
  strangers.stop();
  expect(noted.filter(({ from }) => from === '10.0.0.1').map(({ times }) => times)).toEqual([undefined, 99]);
  expect(noted.filter(({ from }) => from === '10.0.0.2').map(({ times }) => times)).toEqual([undefined]);
  expect(first).toBeLessThanOrEqual(1001);
  expect(
    noted.find(({ from, times }) => from === 'other addresses' && times !== undefined)?.times,
  ).toBeGreaterThan(3900);
});

async function adminOf({ to }: TestDatabase): Promise<{ admin: Sql; end: () => Promise<void> }> {
  const place =
    typeof to === 'string'
      ? Object.assign(new URL(to), { pathname: '/postgres' }).href
      : { ...to, database: 'postgres' };
  const admin = connect(place, { max: 1, name: 'admin' });
  return { admin, end: () => admin.end() };
}
