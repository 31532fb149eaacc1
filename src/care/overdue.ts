/**
 * Deadlines that run out call somebody: an acute operation that has no place when the time of its class is over, and a birth that has not
 * been looked at as often as its partogram asks. The program that follows the feed (critical-results.ts) keeps a Task for each, a draft
 * until its time is over, then asked for, and escalating as a critical result does. What is left is reckoned once, when it is noticed, and
 * counted in the seconds that programs saw pass from then on: no clock that jumps hurries or holds a call. Only doing it ends the Task.
 */
import { isObject, type Json } from '#fhir/json.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { lateFrom } from '#fhir/partogram/course.ts';
import { isLabour, labourCategory, labourFactOf, partogramSystem } from '#fhir/partogram/observe.ts';
import { partogramTable } from '#fhir/partogram/table.ts';
import {
  dueUrl,
  operationTerm,
  overdueId,
  overdueKind,
  overdueOperation,
  overdueTask,
} from '#fhir/overdue.ts';
import type { Reference } from '@medplum/fhirtypes';
import { instantOf } from '#fhir/place-time.ts';
import { urgencies } from '#fhir/surgery/codes.ts';
import { isLive, readPlace } from '#fhir/surgery/place.ts';
import { isOperation, readOperation } from '#fhir/surgery/request.ts';
import type { FeedAct } from '#store/feed.ts';
import { readAll } from '#store/reader.ts';
import type { Sql } from '#store/sql.ts';
import type { Proposal, Proposed, Ruling } from './guard.ts';
import { kindOf } from './orders.ts';
import { listOf, statusOf, targetOf } from './read-json.ts';
import { versionOf } from './review.ts';
import { matches, read, treeOf, type WatchOptions } from './watched.ts';

const triesMax = 5;
const standing = new Set(['registered', 'preliminary', 'final', 'amended', 'corrected']);

/** The count of seconds at which a deadline runs out; undefined: the Task has none. */
export function dueSecondsOf(task: Json): number | undefined {
  const said = listOf(task['extension']).find(({ url }) => url === dueUrl)?.['valueInteger'];
  return typeof said === 'number' ? said : undefined;
}

/** The guard of a Task, when a deadline is kept by it: only the program writes it, and only what was due ends it. */
export function judgeOverdue({ before, after }: Proposed, { role }: Proposal): Promise<Ruling> | undefined {
  if (kindOf(before) !== overdueKind && kindOf(after) !== overdueKind) return undefined;
  if (role === undefined) return Promise.resolve({ issues: [] });
  const text = 'is kept by the program, and ends when what was due is done';
  return Promise.resolve({
    issues: [{ code: 'business-rule', at: 'status', detail: 'kept-by-program', text }],
  });
}

/** What a deadline is about, as the record is now; undefined `due`: there is none any more. */
interface Deadline {
  readonly words: string;
  readonly patient: Reference;
  readonly encounter: Reference | undefined;
  readonly owner: Reference | undefined;
  /** Another one of these begins the time anew: the class of an operation, the last look of a birth. */
  readonly term: string;
  readonly due: { readonly at: number; readonly mostSeconds: number } | undefined;
}

/** The operations and births that these acts are about. */
export async function noticeDeadlines(acts: readonly FeedAct[], options: WatchOptions): Promise<void> {
  for (const name of await subjectsIn(options.sql, acts)) await notice(name, options);
}

async function subjectsIn(sql: Sql, acts: readonly FeedAct[]): Promise<ReadonlySet<string>> {
  const types = new Set(['ServiceRequest', 'Appointment', 'Observation', 'Encounter']);
  const places = new Map(
    acts
      .flatMap(({ changes }) => changes.filter(({ type }) => types.has(type)))
      .map(({ type, id }) => [`${type}/${id}`, { type, id }] as const),
  );
  const subjects = new Set<string>();
  for (const { type, id, body } of await readAll(sql, [...places.values()])) {
    // Most of what is written is none of these, which its text tells.
    if (type === 'Observation' && body?.includes(partogramSystem) !== true) continue;
    if (type === 'Encounter') {
      if ((await read(sql, `Task/${overdueId(`Encounter/${id}`)}`)) !== undefined)
        subjects.add(`Encounter/${id}`);
      continue;
    }
    const tree = treeOf(body);
    const name =
      type === 'ServiceRequest'
        ? isOperation(tree?.['category'])
          ? `ServiceRequest/${id}`
          : undefined
        : type === 'Appointment'
          ? readPlace(tree)?.request
          : isLabour(tree)
            ? targetOf(tree?.['encounter'])
            : undefined;
    if (name !== undefined) subjects.add(name);
  }
  return subjects;
}

/** What an operation or a birth asks of its Task now. Done again it changes nothing. */
async function notice(name: string, options: WatchOptions): Promise<void> {
  const { sql, seconds, write, now = Date.now } = options;
  const id = overdueId(name);
  for (let tries = 0; tries < triesMax; tries++) {
    const [deadline, task] = await Promise.all([
      name.startsWith('ServiceRequest/') ? ofOperation(sql, name) : ofBirth(sql, name),
      read(sql, `Task/${id}`),
    ]);
    if (deadline === undefined) return;
    const isOpen = statusOf(task) === 'draft' || statusOf(task) === 'requested';
    const { due, term } = deadline;
    if (due === undefined && !isOpen) return;
    const isSameTerm = task !== undefined && termOf(task) === term;
    if (due !== undefined && isOpen && isSameTerm) return;
    const left = due === undefined ? 0 : Math.round((due.at - now()) / 1000);
    const dueSeconds =
      (isSameTerm ? dueSecondsOf(task) : undefined) ??
      seconds() + Math.min(Math.max(left, 0), due?.mostSeconds ?? 0);
    const wanted =
      due === undefined
        ? { ...task, id, status: 'completed', statusReason: { text: 'det, der var frist for, er gjort' } }
        : (overdueTask(
            { ...deadline, name, dueSeconds, dueAt: due.at, at: now() },
            'draft',
          ) as unknown as Json & { readonly id: string });
    const status = await write(wanted, task && versionOf(task));
    if (status < 300) return;
    if (status !== 412) throw new Error(`the Task of a deadline was answered ${status}`);
  }
  throw new Error('the Task of a deadline was changed by others at each try');
}

const termOf = (task: Json) => listOf(task['identifier']).find(({ system }) => system === dueUrl)?.['value'];

/** Each whose time is over is asked for. */
export async function callOverdue({ sql, seconds, write }: WatchOptions): Promise<void> {
  const kept = await matches(sql, 'Task', [
    ['code', `${taskKindSystem}|${overdueKind}`],
    ['status', 'draft'],
  ]);
  for (const task of kept) {
    const due = dueSecondsOf(task);
    if (due === undefined || due > seconds()) continue;
    const status = await write({ ...task, id: String(task['id']), status: 'requested' }, versionOf(task));
    // 412: another program was first, or it was done; the next look tells.
    if (status >= 300 && status !== 412) throw new Error(`a call was answered ${status}`);
  }
}

/** An acute operation waits for a place until the time of its class is over. */
async function ofOperation(sql: Sql, name: string): Promise<Deadline | undefined> {
  const request = await read(sql, name);
  const operation = readOperation(request);
  if (request === undefined || operation === undefined) return undefined;
  const minutes = urgencies.find((one) => one.class === operation.urgency)?.minutes;
  const places = await matches(sql, 'Appointment', [['based-on', name]]);
  const isPlaced = places.map(readPlace).some((place) => place?.request === name && place && isLive(place));
  const isWaiting = operation.status === 'active' && !isPlaced && minutes !== undefined;
  return {
    words: overdueOperation(operation.words),
    patient: referenceIn(request['subject']) ?? {},
    encounter: referenceIn(request['encounter']),
    owner:
      targetOf(request['requester'])?.startsWith('Practitioner') === true
        ? referenceIn(request['requester'])
        : undefined,
    term: operationTerm(operation.urgency),
    due:
      isWaiting && operation.deadline !== undefined
        ? { at: operation.deadline, mostSeconds: minutes * 60 }
        : undefined,
  };
}

/** A birth is looked at until the child is born or the stay is over. */
async function ofBirth(sql: Sql, name: string): Promise<Deadline | undefined> {
  const stay = await read(sql, name);
  if (stay === undefined) return undefined;
  const seen = (
    await matches(sql, 'Observation', [
      ['encounter', name],
      ['category', `${partogramSystem}|${labourCategory}`],
    ])
  ).filter((one) => standing.has(statusOf(one)));
  const looks = seen.flatMap((one) => {
    const fact = labourFactOf(one);
    const at = instantOf(one['effectiveDateTime']);
    return 'unread' in fact || at === undefined ? [] : [{ at, kind: fact.kind }];
  });
  const isOver =
    looks.some(({ kind }) => kind === 'birth') || !['in-progress', 'onleave'].includes(statusOf(stay));
  const late = isOver ? undefined : lateFrom(looks, partogramTable);
  return {
    words:
      late?.kind === 'dilatation'
        ? 'Fødsel: vaginal undersøgelse er ikke gjort til tiden'
        : 'Fødsel: hjertelyd er ikke hørt til tiden',
    patient: referenceIn(stay['subject']) ?? {},
    encounter: { reference: name },
    owner: responsible(stay),
    term: late === undefined ? 'over' : `${late.kind} ${late.at}`,
    due: late === undefined ? undefined : { at: late.at, mostSeconds: late.minutes * 60 },
  };
}

/** The midwife of the stay, else its doctor. */
function responsible(stay: Json): Reference | undefined {
  const people = listOf(stay['participant']);
  const one = (code: string) =>
    people.find(({ type }) =>
      listOf(type).some(({ coding }) => listOf(coding).some((it) => it['code'] === code)),
    );
  const found = one('PPRF') ?? one('ATND');
  return referenceIn(found?.['individual']);
}

const referenceIn = (value: unknown): Reference | undefined => (isObject(value) ? value : undefined);
