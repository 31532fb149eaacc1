/** Who asks, as the FHIR API is told of it. */
import type { Person } from '#identity/person.ts';
import type { Session } from '#identity/session.ts';
import type { Caller } from '#rest/service.ts';
import { seesEverything } from '#store/reader.ts';

export function callerOf(session: Session | undefined): Caller {
  return {
    author: session ? authorOf(session.person) : 'nobody',
    sees: seesEverything,
    ...(session?.grant ? { grant: session.grant } : {}),
  };
}

function authorOf({ practitioner, role, user }: Person): string {
  return practitioner ?? (role === 'integration' ? `client/${user}` : `person/${user}`);
}
