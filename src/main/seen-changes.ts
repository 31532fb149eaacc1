/** Which changes of the feed one browser is told of: those of what its person may see. */
import type { Accesses } from '#identity/access.ts';
import type { Person } from '#identity/person.ts';
import {
  onlySeen,
  readDepths,
  readOpenPatients,
  rememberedDepth,
  sharedPaths,
  type Access,
} from '#store/access.ts';
import { relationTypes } from '#fhir/relations.ts';
import type { FeedChange } from '#store/feed.ts';
import { readAll } from '#store/reader.ts';
import type { Sql } from '#store/sql.ts';

export interface SeenChanges {
  /** Reads anew whose records are open; called now and then. */
  refresh(): Promise<void>;
  of(changes: readonly FeedChange[]): Promise<readonly FeedChange[]>;
}

export async function createSeenChanges(sql: Sql, accesses: Accesses, person: Person): Promise<SeenChanges> {
  let access: Access | undefined;
  let [stay, chart] = [new Set<string>(), new Set<string>()];
  const refresh = async () => {
    access = await accesses.of(person);
    if (!access) return;
    const open = await readOpenPatients(sql, access);
    [stay, chart] = [new Set(open.stay), new Set(open.chart)];
  };
  await refresh();

  const isSeen = async (own: Access, change: FeedChange): Promise<boolean> => {
    const { type, id, patient } = change;
    const sight = own.sights.get(type);
    if (sight === undefined) return false;
    if (sight === 'all') return true;
    if (patient === null) {
      if (sharedPaths(type).length === 0) return false;
      return (await onlySeen(sql, { access: own }, await readAll(sql, [{ type, id }]))).length > 0;
    }
    if ((sight === 'chart' ? chart : stay).has(patient)) return true;
    // Of the names of others nobody has to hear.
    return sight !== 'name' && rememberedDepth(own, patient, sight) !== undefined;
  };
  // Whoever has just been admitted is on nobody's list yet: asked once for each act.
  const meetNew = async (own: Access, changes: readonly FeedChange[]): Promise<void> => {
    const fresh = changes.flatMap(({ type, patient }) =>
      patient !== null && relationTypes.has(type) && own.sights.has(type) && !stay.has(patient)
        ? [patient]
        : [],
    );
    if (fresh.length === 0) return;
    for (const [patient, depth] of await readDepths(sql, own, fresh)) {
      if (depth === 'chart' || depth === 'stay') stay.add(patient);
      if (depth === 'chart') chart.add(patient);
    }
  };
  return {
    refresh,
    async of(changes) {
      const own = access;
      if (!own) return changes;
      await meetNew(own, changes);
      const seen: FeedChange[] = [];
      for (const change of changes) if (await isSeen(own, change)) seen.push(change);
      return seen;
    },
  };
}
