/**
 * Which routes are for some only, and what a program was not granted. What of the record is seen and written is judged
 * where it is read and planned (store/access.ts, write/may-write.ts).
 */
import { Refusal } from '#base/refusal.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import { permits, type Interaction } from '#identity/scope.ts';
import type { Meaning } from './routes.ts';
import type { FhirRequest } from './service.ts';

/** The letter of a scope that a route needs; undefined: what it writes or shows is judged by itself. */
export function letterOf({ interactions = [], operation, apart }: Meaning): Interaction | undefined {
  if (interactions.some((one) => one.startsWith('search-type'))) return 's';
  // What is kept apart from the record no plan of a write judges.
  if (apart && interactions.includes('create')) return 'c';
  const isRead = interactions.some((one) => /^(v?read|history-(type|instance))$/.test(one));
  return isRead || operation ? 'r' : undefined;
}

/**
 * What another program was not granted. Whole systems and Bundles are judged by what of them is seen and written.
 * @throws Refusal `forbidden`
 */
export function refuseBeyondGrant(
  letter: Interaction | undefined,
  { path, caller: { grant } }: FhirRequest,
): void {
  if (!grant) return;
  const [compartment = '', , member] = path;
  const type = member !== undefined && isResourceType(member) ? member : compartment;
  if (letter !== undefined && isResourceType(type) && !permits(grant, type, letter))
    throw new Refusal('forbidden', `no scope of this program lets it do that with ${type}`, {
      detail: 'scope',
    });
  if (/^\$(break-glass|review-glass|reindex|import)$/.test(path.at(-1) ?? ''))
    throw new Refusal('forbidden', 'a program that acts for someone does not do this', { detail: 'scope' });
}

/** @throws Refusal `forbidden` */
export function refuseOthers(only: Meaning['only'], { caller: { person } }: FhirRequest): void {
  if (only === undefined || !person || person.role.opens === 'everything') return;
  if (only === 'keepers' && person.role.name === 'administrator') return;
  throw new Refusal(
    'forbidden',
    only === 'programs'
      ? 'this is for programs that are let see whole records, of everybody'
      : 'this is for administrators and programs',
    { detail: 'role' },
  );
}
