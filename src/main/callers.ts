/** From a log-in to who asks in the API: the person, their role, and what they may see. */
import { Refusal } from '#base/refusal.ts';
import type { Accesses } from '#identity/access.ts';
import { readPerson, type Person } from '#identity/person.ts';
import { findRole } from '#identity/role.ts';
import type { Caller, KeptCaller } from '#rest/service.ts';
import { nothingShown } from '#store/access.ts';
import type { Asker } from '#identity/audit/line.ts';
import type { Sql } from '#store/sql.ts';

export interface Callers {
  of(person: Person, asker: Asker): Promise<Caller>;
  /** Who asked a while ago, with today's rights. @throws Refusal `unauthenticated` when they may not log in any more. */
  recall(kept: KeptCaller): Promise<Caller>;
}

export function createCallers(sql: Sql, accesses: Accesses): Callers {
  const of: Callers['of'] = async (person, asker) => {
    const role = findRole(person.role);
    if (!role)
      throw new Refusal(
        'forbidden',
        `the role '${person.role}' is not known here: an administrator mends it`,
        {
          detail: 'role',
        },
      );
    return {
      author: person.practitioner ?? `person/${person.user}`,
      person: { user: person.user, role },
      sees: { access: await accesses.of(person), shown: nothingShown() },
      asker,
    };
  };
  return {
    of,
    async recall({ user, asker }) {
      const person = user === undefined ? undefined : await readPerson(sql, user);
      if (!person) throw new Refusal('unauthenticated', 'who asked for this may not log in any more');
      return of(person, asker ?? { who: person, from: '' });
    },
  };
}
