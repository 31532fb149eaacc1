/** The demo region of the first start: its people, places and patients, written as acts like every other write. */
import { diagnosisCodes, population, type DemoLogin } from '#sim/population/population.ts';
import { parseResource } from '#fhir/parse.ts';
import { sksSystem } from '#fhir/diagnoses/diagnosis.ts';
import { addPerson, hashPassword, type Person } from '#identity/person.ts';
import { readyActs } from '#exchange/import/prepare.ts';
import { createWriteQueue } from '#exchange/import/write-queue.ts';
import { inBulk } from '#store/bulk.ts';
import { loadCodeSystem } from '#store/concepts.ts';
import type { Store } from '#store/store.ts';

/** The password of every demo login. Printed at each start: the demo region is invented from end to end. */
export const demoPassword = 'holdfast';

export interface DemoResult {
  readonly resources: number;
  readonly patients: number;
}

/** Writes the demo region. What an interrupted start had written is known again and left alone. */
export async function loadDemo(
  store: Store,
  seed: number,
  onProgress: (done: number, total: number) => void,
): Promise<DemoResult> {
  // An interrupted start must go on with the population it began, so the moment it was made for is kept.
  const now = await rememberedNow(store, seed);
  const demo = population({ seed, now });
  const people = addDemoPeople(store, demo.logins);
  const queue = createWriteQueue(store, 'demo');
  let [done, patients] = [0, 0];
  await inBulk(store.sql, async () => {
    for (const bundle of demo.bundles) {
      const resources = (bundle.entry ?? []).map(({ resource }) => {
        const { type, tree, text } = parseResource(JSON.stringify(resource), { depthMax: 64 });
        if (type === 'Patient') patients++;
        return { type, tree, text, id: String(tree['id']) };
      });
      const content = `${seed} ${now.toISOString()} ${done}`;
      for (const act of readyActs(true, resources, content, 'demo')) await queue.add(act);
      onProgress(++done, demo.bundleCount);
    }
    await queue.flush();
  });
  await people;
  await loadCodeSystem(store, { url: sksSystem, version: 'demo', name: 'SKS, udvalgte' }, diagnosisCodes);
  await store.sql`update demo_region set complete = true`;
  return { resources: queue.written().resources, patients };
}

/** Whether the demo region is wanted here: the journal is empty, or a first start was interrupted. */
export async function needsDemo(store: Store): Promise<boolean> {
  const [state] = await store.sql<{ begun: boolean; complete: boolean; empty: boolean }[]>`
    select exists (select from demo_region) as begun, exists (select from demo_region where complete) as complete, not exists (select from act) as empty`;
  return state !== undefined && !state.complete && (state.begun || state.empty);
}

async function rememberedNow(store: Store, seed: number): Promise<Date> {
  const now = new Date();
  now.setUTCSeconds(0, 0);
  await store.sql`insert into demo_region (seed, made_for) values (${seed}, ${now.toISOString()}) on conflict (one) do nothing`;
  const [row] = await store.sql<{ at: string }[]>`select made_for as at from demo_region`;
  return new Date(row?.at ?? now);
}

async function addDemoPeople(store: Store, logins: readonly DemoLogin[]): Promise<void> {
  for (const { user, name, role, practitioner, ward } of logins) {
    const person: Person = {
      user,
      name,
      role,
      practitioner: `Practitioner/${practitioner}`,
      ward: ward === undefined ? null : `Location/${ward}`,
    };
    await addPerson(store.sql, person, await hashPassword(demoPassword));
  }
}
