/**
 * Critical results escalate until a person has them: to who ordered, then to the team, then to the ward's duty list. A program
 * follows the feed from where the last one stopped, so none is missed while no program ran, and gives each critical result a Task
 * (docs/how/clinical-shapes.md). Its age is counted in the seconds that programs saw pass (identity/session-clock): no clock that
 * jumps hurries or holds an escalation. Seeing the result ends the Task (review.ts).
 */
import { isObject, type Json } from '#fhir/json.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { escalationSystem, overdueKind } from '#fhir/overdue.ts';
import { moveWatched, readWatched } from '#store/critical-watch.ts';
import { feedEnd, readCursor, readFeed, type FeedAct } from '#store/feed.ts';
import { readAll } from '#store/reader.ts';
import type { Sql } from '#store/sql.ts';
import { callOverdue, dueSecondsOf, noticeDeadlines } from './overdue.ts';
import { listOf, statusOf, targetOf, targetsOf, textOf } from './read-json.ts';
import { escalationId, seenOf, versionOf } from './review.ts';
import {
  levelConcept,
  levels,
  matches,
  read,
  type EscalationLevel,
  type EscalationLimits,
  type WatchOptions,
} from './watched.ts';

export type { EscalationLimits } from './watched.ts';

const noticedUrl = 'https://holdfast.dk/fhir/noticed-seconds';

/** Who has it, so many seconds after it was noticed. */
export function levelAfter(
  seconds: number,
  { toTeamSeconds, toDutySeconds }: EscalationLimits,
): EscalationLevel {
  if (seconds >= toDutySeconds) return 'duty';
  return seconds >= toTeamSeconds ? 'team' : 'orderer';
}

/** HL7's codes of v3-ObservationInterpretation that mean: somebody must know now. */
const critical = new Set(['HH', 'LL', 'AA', 'HU', 'LU']);
const standing = new Set(['preliminary', 'final', 'amended', 'corrected']);

/** As the laboratory says, not as we reckon. Vital signs have their own alarm, the early-warning score. */
function isCriticalResult(result: Json | undefined): boolean {
  return (
    standing.has(statusOf(result)) &&
    listOf(result?.['category']).some(({ coding }) =>
      listOf(coding).some(({ code }) => code === 'laboratory'),
    ) &&
    listOf(result?.['interpretation']).some(({ coding }) =>
      listOf(coding).some(({ code }) => critical.has(textOf(code) ?? '')),
    )
  );
}

export interface CriticalWatch {
  /** What was there before the first look of all is history; what comes after this is not missed. */
  begin(): Promise<void>;
  /** Notices what came and escalates what waits. @throws when it could not be done: the next look does it. */
  look(): Promise<void>;
}

const actsAtOnce = 500;
/** Acts of these are history (`holdfast import`, the demo region). */
const historians = new Set(['import', 'demo']);
const triesMax = 5;

export function createCriticalWatch(options: WatchOptions): CriticalWatch {
  const { sql } = options;
  const begin = async () => {
    if ((await readWatched(sql)) === undefined) await moveWatched(sql, undefined, await feedEnd(sql));
  };
  return {
    begin,
    async look() {
      await begin();
      let cursor = await readWatched(sql);
      while (cursor !== undefined) {
        const acts = await readFeed(sql, cursor, actsAtOnce);
        const last = acts.at(-1);
        if (last === undefined) break;
        for (const name of await resultsIn(sql, acts)) await notice(name, options);
        await noticeDeadlines(present(acts), options);
        const next = readCursor(last.cursor);
        if (next === undefined) break;
        await moveWatched(sql, cursor, next);
        cursor = next;
      }
      await callOverdue(options);
      await escalate(options);
    },
  };
}

/** The results of these acts that are critical now or may have been. All are read at once, and most told by their text. */
async function resultsIn(sql: Sql, acts: readonly FeedAct[]): Promise<readonly string[]> {
  const ids = new Set(
    present(acts).flatMap(({ changes }) =>
      changes.filter(({ type }) => type === 'Observation').map(({ id }) => id),
    ),
  );
  const rows = await readAll(
    sql,
    [...ids].map((id) => ({ type: 'Observation', id })),
  );
  return rows
    .filter(({ version, body }) => version > 1 || mayBeCritical.test(body ?? ''))
    .map(({ id }) => `Observation/${id}`);
}
/** Acts of these times: an import and the demo region write history. */
const present = (acts: readonly FeedAct[]) => acts.filter(({ author }) => !historians.has(author));
const mayBeCritical = /"(HH|LL|AA|HU|LU)"/;

/** What the newest version of a result asks of its Task. Done again it changes nothing. */
async function notice(name: string, options: WatchOptions): Promise<void> {
  const { sql, seconds, write } = options;
  for (let tries = 0; tries < triesMax; tries++) {
    const [result, task] = await Promise.all([read(sql, name), read(sql, `Task/${escalationId(name)}`)]);
    const isOpen = statusOf(task) === 'requested';
    const wanted = isCriticalResult(result)
      ? seenOf(task?.['focus'])?.version === versionOf(result)
        ? undefined
        : await escalationOf(sql, name, result ?? {}, isOpen ? task : undefined, seconds())
      : isOpen && task
        ? { ...task, status: 'cancelled', statusReason: { text: 'ikke kritisk i den nyeste version' } }
        : undefined;
    if (wanted === undefined) return;
    const status = await write({ ...wanted, id: escalationId(name) }, task && versionOf(task));
    // 409: a person has seen this version meanwhile.
    if (status < 300 || status === 409) return;
    if (status !== 412) throw new Error(`the Task of a critical result was answered ${status}`);
  }
  throw new Error('the Task of a critical result was changed by others at each try');
}

async function escalationOf(
  sql: Sql,
  name: string,
  result: Json,
  open: Json | undefined,
  nowSeconds: number,
): Promise<Json> {
  const { orderer, encounter } = await whoOrdered(sql, result);
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: 'stat',
    code: { coding: [{ system: taskKindSystem, code: 'critical-result' }], text: 'Kritisk svar' },
    // A corrected one that is still critical does not begin anew: somebody has waited for it all the time.
    extension: open?.['extension'] ?? [{ url: noticedUrl, valueInteger: nowSeconds }],
    businessStatus: open?.['businessStatus'] ?? levelConcept('orderer'),
    focus: { reference: `${name}/_history/${versionOf(result)}` },
    for: result['subject'],
    ...(encounter === undefined ? {} : { encounter }),
    authoredOn: new Date().toISOString(),
    ...(open?.['owner'] === undefined
      ? orderer === undefined
        ? {}
        : { owner: orderer }
      : { owner: open['owner'] }),
  };
}

/** Who ordered it, else the doctor of the stay. */
async function whoOrdered(sql: Sql, result: Json): Promise<{ orderer: unknown; encounter: unknown }> {
  const [orderName] = targetsOf(result['basedOn'], 'ServiceRequest');
  const order = orderName === undefined ? undefined : await read(sql, orderName);
  const encounter = result['encounter'] ?? order?.['encounter'];
  if (targetOf(order?.['requester'])?.startsWith('Practitioner') === true)
    return { orderer: order?.['requester'], encounter };
  const stayName = targetOf(encounter);
  const stay = stayName === undefined ? undefined : await read(sql, stayName);
  const doctor = listOf(stay?.['participant']).find(({ type }) =>
    listOf(type).some(({ coding }) => listOf(coding).some(({ code }) => code === 'ATND')),
  );
  return { orderer: doctor?.['individual'], encounter };
}

/** Each Task that waits stands where its age says; it never goes back. */
async function escalate({ sql, seconds, limits, write }: WatchOptions): Promise<void> {
  const waiting = await matches(sql, 'Task', [
    ['code', `${taskKindSystem}|critical-result,${taskKindSystem}|${overdueKind}`],
    ['status', 'requested'],
    // Who has come to the end of the way does not hold up the others.
    ['business-status:not', `${escalationSystem}|duty`],
  ]);
  for (const task of waiting) {
    const id = textOf(task['id']);
    if (id === undefined) continue;
    const at = levelOf(task);
    const level = levelAfter(seconds() - (dueSecondsOf(task) ?? noticedAt(task)), limits);
    if (levels.indexOf(level) <= levels.indexOf(at)) continue;
    const status = await write(
      { ...task, id, businessStatus: levelConcept(level), ...(await ownerAt(sql, task)) },
      versionOf(task),
    );
    // 412: another program was first, or a person; the next look tells.
    if (status >= 300 && status !== 412) throw new Error(`an escalation was answered ${status}`);
  }
}

/** The team: the ward where the patient lies; of who lies on none, that of who ordered. Its people see the record by it. */
async function ownerAt(sql: Sql, task: Json): Promise<{ owner?: unknown }> {
  const name = targetOf(task['encounter']);
  const stay = name === undefined ? undefined : await read(sql, name);
  const owner = stay?.['serviceProvider'] ?? (await teamOf(sql, targetOf(task['owner'])));
  return owner === undefined ? {} : { owner };
}

async function teamOf(sql: Sql, orderer: string | undefined): Promise<unknown> {
  if (orderer?.startsWith('Practitioner/') !== true) return undefined;
  const roles = await matches(sql, 'PractitionerRole', [['practitioner', orderer]]);
  return roles.find((role) => role['active'] !== false && isObject(role['organization']))?.['organization'];
}

function levelOf(task: Json): EscalationLevel {
  const said = isObject(task['businessStatus']) ? listOf(task['businessStatus']['coding']) : [];
  return levels.find((level) => said.some(({ code }) => code === level)) ?? 'orderer';
}

/** One that does not say when it was noticed has waited long enough. */
function noticedAt(task: Json): number {
  const said = listOf(task['extension']).find(({ url }) => url === noticedUrl)?.['valueInteger'];
  return typeof said === 'number' ? said : Number.NEGATIVE_INFINITY;
}
