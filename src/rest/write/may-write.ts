/**
 * May this person write that? Their role must write the type, and the patient's record must be open to them as for
 * reading it; before and after, so that nothing is moved from one patient to another unseen. Two acts open a record by
 * themselves: registering a patient, and taking one in at one's own unit.
 */
import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '#base/refusal.ts';
import type { Proposed } from '#care/guard.ts';
import { patientPath } from '#fhir/search-values.ts';
import { mayChangeElements, mayWriteType, type Role } from '#identity/role.ts';
import { permits } from '#identity/scope.ts';
import { closed, isOpenFor, readDepths, type Access } from '#store/access.ts';
import type { Change } from '#store/act.ts';
import { rowEnd } from '#store/index-rows.ts';
import type { Sql } from '#store/sql.ts';
import type { Caller } from '../service.ts';

export interface Intended {
  readonly change: Change;
  /** Ids of the patients it belongs to, or names: as it was and as it will be. */
  readonly patients: readonly string[];
  readonly proposed: Pick<Proposed, 'before' | 'after'>;
}

/** @throws Refusal `forbidden`, for the first that may not be. */
export async function refuseForbidden(
  sql: Sql,
  { person, grant, sees: { access } }: Caller,
  intended: readonly Intended[],
): Promise<void> {
  if (!person) return;
  for (const { change, proposed } of intended) {
    if (!mayWriteType(person.role, change.type) && !mayChange(person.role, change.type, proposed))
      throw new Refusal('forbidden', `your role does not write ${change.type}`, { detail: 'role' });
    if (grant && !permits(grant, change.type, letterOf(change)))
      throw new Refusal('forbidden', `no scope of this program lets it write ${change.type} so`, {
        detail: 'scope',
      });
  }
  if (!access) return;
  const ofPatients = intended.filter(({ change }) => access.sights.get(change.type) !== 'all');
  for (const { change, patients } of ofPatients) if (patients.length === 0) throw withoutPatient(change.type);
  const fresh = person.role.admits ? openedBy(access, ofPatients) : new Set<string>();
  const asked = ofPatients.flatMap(({ patients }) => patients.filter((one) => !fresh.has(one)));
  if (asked.length === 0) return;
  const depths = await readDepths(sql, access, asked);
  for (const { change, patients } of ofPatients) {
    for (const patient of patients) {
      const depth = depths.get(patient) ?? 'none';
      // Who a person is, many may read, and only those change who have to do with them.
      const isOpen =
        change.type === 'Patient'
          ? depth === 'stay' || depth === 'chart'
          : isOpenFor(access, change.type, depth);
      if (!fresh.has(patient) && !isOpen) throw closed(patient);
    }
  }
}

/** Of what is there, and nothing but elements that the role may change. */
function mayChange(role: Role, type: string, { before, after }: Intended['proposed']): boolean {
  if (!role.changes.has(type) || !before || !after) return false;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => name !== 'meta' && !isDeepStrictEqual(before[name], after[name]));
  return mayChangeElements(role, type, changed);
}

function letterOf({ version, body }: Change): 'c' | 'u' | 'd' {
  return body === undefined ? 'd' : version === 1 ? 'c' : 'u';
}

/** Patients that these changes register, or take in at a unit of the writer's. */
function openedBy(access: Access, intended: readonly Intended[]): ReadonlySet<string> {
  const opened = new Set<string>();
  for (const { change } of intended) {
    if (change.type === 'Patient' && change.version === 1) opened.add(change.id);
    if (change.type !== 'Encounter' || !change.index) continue;
    const { relations, patient } = change.index;
    const actors = relations.columns[0]?.split(rowEnd) ?? [];
    if (patient !== undefined && actors.some((actor) => access.actors.includes(actor) && isUnit(actor)))
      opened.add(patient);
  }
  return opened;
}

/** To name oneself in a stay elsewhere takes nobody in. */
function isUnit(actor: string): boolean {
  return /^(Location|Organization|HealthcareService)\//.test(actor);
}

function withoutPatient(type: string): Refusal {
  const path = patientPath(type);
  return new Refusal(
    'forbidden',
    path === undefined
      ? `a ${type} that names no patient is written by programs alone`
      : `a ${type} that belongs to no patient is written by programs alone: say whose it is in ${path}`,
    { detail: 'no-patient' },
  );
}
