/** Who may read the audit. */
import { Refusal } from '#base/refusal.ts';
import type { Caller } from '../service.ts';

function mayReadAudit({ person }: Caller): boolean {
  return !person || person.role.reviews || person.role.opens === 'everything';
}

/** @throws Refusal `forbidden`. */
export function refuseOthers(caller: Caller): void {
  if (!mayReadAudit(caller)) throw new Refusal('forbidden', 'the audit is read by those who look after it');
}
