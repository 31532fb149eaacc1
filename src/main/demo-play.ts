/**
 * A ward of the demo region at work: colleagues of those who log in give doses, measure, order, take samples and answer, at a calm pace
 * and by the same API, so that a visitor sees a ward on which something happens. Nobody comes, moves or goes. Off unless
 * HOLDFAST_DEMO_PACE says how often.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '#base/config.ts';
import type { Events } from '#base/events.ts';
import type { Shutdown } from '#base/shutdown.ts';
import { addPerson, hashPassword, makePassword, type Person } from '#identity/person.ts';
import { createSessions } from '#identity/session.ts';
import { recordOf, type HospitalRecord } from '#sim/hospital/api.ts';
import { decideCalmly } from '#sim/hospital/clinician.ts';
import type { Role } from '#sim/hospital/rhythm.ts';
import { randomFrom } from '#sim/population/random.ts';
import type { Store } from '#store/store.ts';

const ward = 'herlev-b12';
/** Staff of the demo region who have no login of their own (sim/population/staff.ts), and the laboratory's. */
const players = [
  ['sofie.juhl', 'Sofie Juhl', 'nurse'],
  ['maria.dam', 'Maria Dam', 'nurse'],
  ['peter.bruun', 'Peter Bruun', 'doctor'],
  ['hanne.vang', 'Hanne Vang', 'laboratory'],
] as const satisfies readonly (readonly [user: string, name: string, role: Role])[];

interface PlayOptions {
  readonly url: string;
  readonly store: Store;
  readonly config: Config;
  readonly events: Pick<Events, 'requestFailed'>;
  readonly shutdown: Shutdown;
}

/** Begins, and ends with the program: after the act that is under way. */
export async function playDemo(options: PlayOptions): Promise<void> {
  const { shutdown } = options;
  const records = await recordsOf(options);
  const playing = play(options, records);
  shutdown.register('demo clinicians', () => playing);
}

async function play(
  { config, events, shutdown }: PlayOptions,
  records: readonly HospitalRecord[],
): Promise<void> {
  const random = randomFrom(`play ${config.demoSeed} ${Date.now()}`);
  for (let turn = 0; await isNextTurn(config.demoPaceS, shutdown.begun); turn++) {
    const [user, name, role] = players[turn % players.length] ?? players[0];
    const record = records[turn % players.length];
    if (record === undefined) return;
    try {
      const entries = await decideCalmly(role, {
        ward: { ward: { resourceType: 'Location', id: ward }, beds: [], people: [] },
        others: [],
        self: { reference: practitionerOf(user), display: name },
        record,
        random,
        own: random,
        now: Date.now(),
      });
      // What is refused was done by somebody else first, as on any ward.
      if (entries !== undefined) await record.act(randomUUID(), entries);
    } catch (error) {
      if (shutdown.begun.aborted) return;
      // The next one tries again: a demo does not end because the database was away for a moment.
      events.requestFailed({
        id: randomUUID(),
        route: 'demo clinicians',
        error: error instanceof Error ? error : new Error(String(error)),
      });
    }
  }
}

/** False when the program is told to end. */
async function isNextTurn(paceS: number, ended: AbortSignal): Promise<boolean> {
  await wait(paceS * 1000, undefined, { signal: ended }).catch(() => undefined);
  return !ended.aborted;
}

const practitionerOf = (user: string) => `Practitioner/staff-${user.replace('.', '-')}` as const;

async function recordsOf({ url, store, config }: PlayOptions): Promise<readonly HospitalRecord[]> {
  const sessions = createSessions(store.sql, {
    idleMinutes: config.sessionIdleMinutes,
    hoursMax: config.sessionHoursMax,
  });
  const records: HospitalRecord[] = [];
  for (const [user, name, role] of players) {
    const person: Person = {
      user,
      name,
      role,
      practitioner: practitionerOf(user),
      ward: role === 'laboratory' ? null : `Location/${ward}`,
    };
    // Nobody knows the password: they are played, and log in nowhere.
    await addPerson(store.sql, person, await hashPassword(makePassword()));
    records.push(recordFor(url, await sessions.open(person, 'token')));
  }
  sessions.stop();
  return records;
}

function recordFor(url: string, token: string): HospitalRecord {
  return recordOf(async (method, address, body, headers) => {
    const target = address.startsWith('http') ? address : `${url}/fhir/${address}`.replace(/\/$/, '');
    const answer = await fetch(target, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: await answer.json() };
  });
}
