// A record in which each resource carries a mark of whose it is, and one person of each role who asks: for tests that
// nobody is shown what they must not see. All who ask work at one ward; patients `p0` to `p39`, those whose number ends with
// 3 are that ward's, and p13 and p14 are protected.
import { isObject } from '#fhir/json.ts';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import { patientPath } from '#fhir/search-values.ts';
import { createAccesses, type Accesses } from '#identity/access.ts';
import { addPerson } from '#identity/person.ts';
import { findRole, groups, roleNames } from '#identity/role.ts';
import { createCallers, type Callers } from '#main/callers.ts';
import { testClient, type Client } from '#rest/testing.ts';
import { openStore, type Store } from '#store/store.ts';
import { writeActs } from '#store/writer.ts';
import { actOf, changeTo, type TestResource } from './acts.ts';
import { testDatabase } from './database.ts';
import { chartOf, commonResources } from './search-shapes.ts';

export const patients = 40;
export const [ours, theirs, guarded, theirsGuarded] = [3, 4, 13, 14];
const isOurs = (n: number) => n % 10 === ours;
const isGuarded = (n: number) => n === guarded || n === theirsGuarded;

export interface MarkedRecord {
  readonly store: Store;
  readonly accesses: Accesses;
  readonly callers: Callers;
  /** Who has this role asks. */
  as(role: string): Client;
  close(): Promise<void>;
}

export async function openMarkedRecord(): Promise<MarkedRecord> {
  const database = await testDatabase();
  const store = openStore(database.to, { poolSize: 6, node: 'region', reindexSettleMs: 0 });
  const accesses = createAccesses(store.sql, { relationDays: 90 });
  const callers = createCallers(store.sql, accesses);
  const write = async (resources: readonly TestResource[]) => {
    const changes = resources.map((one) => changeTo(one));
    await writeActs(store.sql, store, [actOf(changes, { author: 'import' })]);
  };
  await write(commonResources());
  for (let n = 0; n < patients; n++) {
    const more = [ours, theirs, guarded, theirsGuarded].includes(n) ? oneOfEach(n) : [];
    const flag = isGuarded(n) ? [protectedFlag(n)] : [];
    await write([...chartOf(n), ...more, ...flag].map((one) => marked(n, one)));
  }
  const clients = new Map<string, Client>();
  for (const role of roleNames) {
    await write([
      {
        resourceType: 'PractitionerRole',
        id: `role-${role}`,
        practitioner: { reference: `Practitioner/${role}` },
        organization: { reference: `Organization/ward-${ours}` },
      },
    ]);
    const person = { user: role, name: role, role, practitioner: `Practitioner/${role}`, ward: null };
    await addPerson(store.sql, person, '');
    await store.sql`update person set own = array['p3'] where "user" = ${role} and role in ('patient', 'proxy')`;
    clients.set(
      role,
      testClient(store, { recall: (kept) => callers.recall(kept) }, () =>
        callers.of(person, { who: person, from: 'test' }),
      ),
    );
  }
  return {
    store,
    accesses,
    callers,
    as(role) {
      const client = clients.get(role);
      if (!client) throw new Error(`nobody is ${role}`);
      return client;
    },
    async close() {
      await store.close();
      await database.drop();
    },
  };
}

function marked(n: number, resource: TestResource): TestResource {
  const meta = isObject(resource['meta']) ? resource['meta'] : {};
  return {
    ...resource,
    meta: { ...meta, tag: [{ system: 'urn:mark', code: `mark-${n}-${resource.resourceType}` }] },
  };
}

/** One of each type that belongs to a patient or names one. */
function oneOfEach(n: number): TestResource[] {
  const reference = `Patient/p${n}`;
  const own = resourceTypes.flatMap((type): TestResource[] => {
    const step = patientPath(type)?.split('.')[1];
    const isKept = type === 'Patient' || type === 'AuditEvent' || step === undefined;
    return isKept ? [] : [{ resourceType: type, id: `p${n}-${type}`, [step]: { reference } }];
  });
  return [
    ...own,
    {
      resourceType: 'Appointment',
      id: `p${n}-Appointment`,
      status: 'booked',
      participant: [{ actor: { reference } }],
    },
    { resourceType: 'Account', id: `p${n}-Account`, status: 'active', subject: [{ reference }] },
    { resourceType: 'Provenance', id: `p${n}-Provenance`, target: [{ reference }] },
    { resourceType: 'Group', id: `p${n}-Group`, member: [{ entity: { reference } }] },
    { resourceType: 'Person', id: `p${n}-Person`, link: [{ target: { reference } }] },
    {
      resourceType: 'Communication',
      id: `p${n}-unowned`,
      status: 'completed',
      payload: [{ contentString: 'x' }],
    },
  ];
}

const protectedFlag = (n: number): TestResource => ({
  resourceType: 'Flag',
  id: `p${n}-protected`,
  status: 'active',
  category: [{ coding: [{ system: 'https://holdfast.dk/fhir/flag-category', code: 'protected' }] }],
  subject: { reference: `Patient/p${n}` },
});

const aboutNobody = new Set([...(groups['places'] ?? []), ...(groups['knowledge'] ?? [])]);

/** Whether a role may see what a mark stands for. */
export function maySee(roleName: string, n: number, type: string): boolean {
  const role = findRole(roleName);
  if (!role) return false;
  if (role.opens === 'everything') return true;
  const reads = role.table.reads.flatMap((name) => groups[name] ?? [name]);
  if (!reads.includes(type)) return false;
  if (aboutNobody.has(type)) return true;
  if (type === 'Group' || type === 'Person') return false;
  if (role.opens === 'own') return n === ours;
  if (role.opens === 'nothing') return false;
  if (type === 'Patient') return isOurs(n) || !isGuarded(n);
  return isOurs(n) && (!isGuarded(n) || (groups['stays'] ?? []).includes(type));
}
