/** From a log-in to who asks in the API: the person, their role, and what they may see. */
import { Refusal } from '#base/refusal.ts';
import { grantedAccess, type Accesses } from '#identity/access.ts';
import { readPerson, type Person } from '#identity/person.ts';
import { readClient } from '#identity/client.ts';
import { findRole } from '#identity/role.ts';
import type { Caller, KeptCaller } from '#rest/service.ts';
import { nothingShown } from '#store/access.ts';
import type { Asker } from '#identity/audit/line.ts';
import { grantOf, type Grant } from '#identity/scope.ts';
import type { Sql } from '#store/sql.ts';

export interface Callers {
  /** `grant`: what another program may do for them. */
  of(person: Person, asker: Asker, grant?: Grant): Promise<Caller>;
  /** Who asked a while ago, with today's rights. @throws Refusal `unauthenticated` when they may not log in any more. */
  recall(kept: KeptCaller): Promise<Caller>;
}

export function createCallers(sql: Sql, accesses: Accesses): Callers {
  const of: Callers['of'] = async (person, asker, grant) => {
    const role = findRole(person.role);
    if (!role)
      throw new Refusal(
        'forbidden',
        `the role '${person.role}' is not known here: an administrator mends it`,
        {
          detail: 'role',
        },
      );
    const access = await accesses.of(person);
    return {
      author: authorOf(person),
      person: { user: person.user, role },
      sees: { access: grant ? grantedAccess(access, grant, person.user) : access, shown: nothingShown() },
      asker,
      ...(grant ? { grant } : {}),
    };
  };
  return {
    of,
    async recall({ user, asker, grant }) {
      const person =
        user === undefined ? undefined : ((await readPerson(sql, user)) ?? (await programOf(sql, user)));
      if (!person) throw new Refusal('unauthenticated', 'who asked for this may not log in any more');
      return of(person, asker ?? { who: person, from: '' }, grant && grantOf(grant));
    },
  };
}

/** A program that acts for itself is its own person. */
async function programOf(sql: Sql, id: string): Promise<Person | undefined> {
  const client = await readClient(sql, id);
  return client?.kind === 'backend'
    ? { user: client.id, name: client.name, role: 'integration', practitioner: null, ward: null }
    : undefined;
}

function authorOf({ practitioner, role, user }: Person): string {
  return practitioner ?? (role === 'integration' ? `client/${user}` : `person/${user}`);
}
