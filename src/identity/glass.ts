/**
 * Breaking the glass: a record that is not open is opened with a reason, at once and for some hours. Nobody is asked
 * first; each time goes to the list of those who review, and to the patient's own log. Hours are counted as a session's
 * are: in seconds that programs saw pass, so that no clock closes a record in the middle of an operation.
 */
import type { Sql } from '#store/sql.ts';
import { uuidv7 } from '#base/id.ts';

export interface BrokenGlass {
  readonly id: string;
  readonly user: string;
  /** The person's name. */
  readonly name: string;
  readonly role: string;
  /** The patient's id. */
  readonly patient: string;
  readonly reason: string;
  /** ms since 1970. */
  readonly at: number;
  /** Until it closes by itself; 0: it is closed. */
  readonly leftS: number;
  readonly reviewedBy: string | null;
  readonly finding: string | null;
}

/** Opens a record. Again, while it is open, gives it its full time anew, and is kept as a reason of its own. */
export async function breakGlass(
  sql: Sql,
  { user, patient, reason, hours }: { user: string; patient: string; reason: string; hours: number },
): Promise<{ readonly id: string; readonly leftS: number }> {
  const id = uuidv7();
  const leftS = Math.round(hours * 3600);
  await sql`
    with closed as (update glass set left_s = 0 where "user" = ${user} and patient = ${patient} and left_s > 0)
    insert into glass (id, "user", patient, reason, left_s) values (${id}, ${user}, ${patient}, ${reason}, ${leftS})`;
  return { id, leftS };
}

/** The reason by which a person has this record open now. */
export async function readReason(
  sql: Sql,
  user: string,
  patient: string,
): Promise<{ readonly reason: string; readonly leftS: number } | undefined> {
  const [row] = await sql<{ reason: string; leftS: number }[]>`
    select reason, left_s as "leftS" from glass where "user" = ${user} and patient = ${patient} and left_s > 0`;
  return row;
}

/** Those that nobody has reviewed, or all, the newest first. */
export async function readBroken(
  sql: Sql,
  { reviewed, patient, count }: { reviewed: boolean; patient?: string | undefined; count: number },
): Promise<BrokenGlass[]> {
  return sql<BrokenGlass[]>`
    select g.id, g."user", p.name, p.role, g.patient, g.reason, (extract(epoch from g.broken_at) * 1000)::bigint as at,
      g.left_s as "leftS", g.reviewed_by as "reviewedBy", g.finding
    from glass g join person p using ("user")
    where ${reviewed ? sql`true` : sql`g.reviewed_at is null`}
      ${patient === undefined ? sql`` : sql`and g.patient = ${patient}`}
    order by g.broken_at desc limit ${count}`;
}

/** False when there is none of this id that is not reviewed yet, or when it is the reviewer's own. */
export async function reviewGlass(
  sql: Sql,
  { id, reviewer, finding }: { id: string; reviewer: string; finding: string },
): Promise<boolean> {
  const { count } = await sql`
    update glass set reviewed_by = ${reviewer}, reviewed_at = clock_timestamp(), finding = ${finding}
    where id = ${id} and reviewed_at is null and "user" <> ${reviewer}`;
  return count === 1;
}
