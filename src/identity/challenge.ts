/** Challenges for passkeys and for log-ins elsewhere: kept here until they are answered, taken away by the first answer, and soon too old. */
import { Refusal } from '#base/refusal.ts';
import type { Sql } from '#store/sql.ts';

/** Long enough to find a phone in a coat. Counted in steps of a quarter of a minute (session-clock.ts). */
const challengeS = 120;
/** Long enough for a log-in elsewhere, with a phone and a forgotten password. */
export const elsewhereS = 600;
/** They are given to strangers too: the table must not grow as fast as anyone asks. */
const openMax = 10_000;

/** `user`: whose passkey is being made; null for a log-in. @throws Refusal `slowed` when too many are unanswered. */
export async function keepChallenge(sql: Sql, challenge: string, user: string | null): Promise<void> {
  const { count } = await sql`
    insert into challenge (challenge, "user", made_s)
    select ${challenge}, ${user}, seconds from session_clock where (select count(*) from challenge) < ${openMax}`;
  if (count !== 1)
    throw new Refusal('slowed', 'too many people log in just now; try again in 10 s', {
      headers: { 'retry-after': '10' },
    });
}

/** True once for each challenge that was given for this purpose and is not too old. */
export async function takeChallenge(
  sql: Sql,
  challenge: string,
  user: string | null,
  lifeS = challengeS,
): Promise<boolean> {
  const [row] = await sql<{ fits: boolean }[]>`
    delete from challenge using session_clock c where challenge = ${challenge}
    returning "user" is not distinct from ${user} and c.seconds - made_s <= ${lifeS} as fits`;
  return row?.fits ?? false;
}

export async function tidyChallenges(sql: Sql): Promise<void> {
  await sql`delete from challenge using session_clock c where c.seconds - made_s > ${elsewhereS}`;
}
