/**
 * `Prefer: respond-async` (http://hl7.org/fhir/R4/async.html): whatever reads may be asked so. The request is kept in
 * the database and answered later, here or by another program; its address tells how far it is, and then the answer: a
 * Bundle of type batch-response with one entry, since R4 leaves the form of it to the server. A kind of work of its own,
 * such as an export, is one more line in `kinds` and keeps the answer it likes.
 */
import { Refusal } from '#base/refusal.ts';
import { uuidv7 } from '#base/id.ts';
import { bundleText } from '#fhir/bundle.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import {
  addDeferred,
  claimDeferred,
  dropDeferred,
  finishDeferred,
  forgetDeferred,
  readDeferred,
  renewDeferred,
  type DeferredAnswer,
  type DeferredRequest,
} from '#store/deferred-requests.ts';
import { answerIssues, answerJson, answerRefusal, fhirJson } from '../answer.ts';
import { answerEntry } from '../bundle/entry-answer.ts';
import { makeExport } from '../export/work.ts';
import { makeImport } from '../import/work.ts';
import {
  keptCaller,
  type Answer,
  type Caller,
  type FhirRequest,
  type KeptCaller,
  type Service,
} from '../service.ts';

/** Answers a request at once; handed in by routes.ts, which knows all of them. */
export type AnswerNow = (service: Service, request: FhirRequest) => Promise<Answer>;
/** Does one kind of work; `tell` says how far it is, and is false when nobody wants it any more. */
type Work = (
  service: Service,
  deferred: DeferredRequest,
  now: AnswerNow,
  tell: (progress: string) => Promise<boolean>,
) => Promise<DeferredAnswer>;

const kinds: Readonly<Record<string, Work>> = {
  request: answerKept,
  export: (service, deferred, _now, tell) => makeExport(service, deferred, tell),
  import: (service, deferred, _now, tell) => makeImport(service, deferred, tell),
};

/** A program that works on it says so this often; well within the time after which another takes over. */
const renewMs = 10_000;
/** What has ended that many programs is given up: it may be what ended them. */
const attemptsMax = 3;
const bodyCharactersMax = 1024 * 1024;

export function prefersLater(request: FhirRequest): boolean {
  const prefer = request.headers['prefer'];
  return prefer !== undefined && /(?:^|[,;\s])respond-async(?:$|[,;\s])/.test(prefer);
}

/** 202 with the address that tells of it. */
export async function answerLater(service: Service, request: FhirRequest, now: AnswerNow): Promise<Answer> {
  const accepted = await answerAccepted(service, request, 'request', keptOf(request));
  wakeDeferred(service, now);
  return accepted;
}

/** The same for work of a kind of its own; it is begun by whoever looks next (`wakeDeferred`). */
export async function answerAccepted(
  service: Service,
  { caller: { author }, base }: FhirRequest,
  kind: string,
  request: object,
): Promise<Answer> {
  const id = uuidv7();
  const kept = await addDeferred(service.store.sql, { id, author, kind, request });
  if (!kept)
    throw new Refusal(
      'slowed',
      'too many of your requests wait for an answer; fetch or cancel one of them first',
      {
        headers: { 'retry-after': '10' },
      },
    );
  const issue = {
    severity: 'information',
    code: 'informational',
    text: 'accepted; the answer will be at the address in Content-Location',
  } as const;
  return answerJson(JSON.stringify(operationOutcome([issue])), 202, {
    'content-location': `${base}/_async/${id}`,
  });
}

/** Looks for requests that nobody works on: after each that is made, and now and then for those another program left. */
export function wakeDeferred(service: Service, now: AnswerNow): void {
  service.deferred.wake(() => workOnce(service, now));
}

/** `GET [base]/_async/[id]`: 202 and how far it is, or the answer. */
export async function deferredState(service: Service, request: FhirRequest): Promise<Answer> {
  const id = idIn(request);
  const found = await readDeferred(service.store.sql, id, request.caller.author);
  if (!found) throw unknown();
  if (!found.answer)
    return { status: 202, headers: { 'x-progress': found.progress.slice(0, 99), 'retry-after': '1' } };
  const { status, headers, body } = found.answer;
  const expires = found.keptUntil === undefined ? {} : { expires: new Date(found.keptUntil).toUTCString() };
  return { status, headers: { ...headers, ...expires }, body };
}

/** `DELETE [base]/_async/[id]`: it is not wanted any more. A statement under way ends by itself, and its answer goes nowhere. */
export async function cancelDeferred(service: Service, request: FhirRequest): Promise<Answer> {
  if (!(await dropDeferred(service.store.sql, idIn(request), request.caller.author))) throw unknown();
  return answerIssues(202, [{ severity: 'information', code: 'informational', text: 'forgotten' }]);
}

const unknown = () =>
  new Refusal('unknown', 'there is no such request of yours; it may have been fetched too late');

export function idIn(request: FhirRequest): string {
  const id = request.path[1] ?? '';
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw unknown();
  return id;
}

// ---------------------------------------------------------------- working

async function workOnce(service: Service, now: AnswerNow): Promise<boolean> {
  const { sql } = service.store;
  const { runner } = service.deferred;
  await forgetDeferred(sql);
  const claimed = await claimDeferred(sql, runner, Object.keys(kinds));
  if (!claimed) return false;
  let progress = 'running';
  const renew = () => renewDeferred(sql, claimed.id, runner, progress);
  const timer = setInterval(() => void renew().catch(() => {}), renewMs);
  timer.unref();
  try {
    const work = kinds[claimed.kind];
    const answer =
      claimed.attempts > attemptsMax || !work
        ? failed('given up: the server ended each time it worked on this')
        : await byCaller(service, claimed, (again) =>
            work(service, again, now, (told) => {
              progress = told;
              return renew();
            }),
          );
    await finishDeferred(sql, claimed.id, answer);
  } finally {
    clearInterval(timer);
  }
  return true;
}

/** Works by the rights that whoever asked has now, and notes what they were given. */
async function byCaller(
  service: Service,
  claimed: DeferredRequest,
  work: (again: DeferredRequest) => Promise<DeferredAnswer>,
): Promise<DeferredAnswer> {
  // What `keptOf` and those who ask for other kinds wrote.
  const kept = claimed.request as KeptRequest;
  try {
    const caller = await service.recall(kept.caller);
    const answer = await work({ ...claimed, request: { ...kept, caller } });
    note(service, claimed.kind, kept, caller, answer.status);
    return answer;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, headers, body } = answerRefusal(error);
    return { status, headers, body: body ?? '' };
  }
}
type KeptRequest = Pick<Kept, 'caller'> & Partial<Kept> & { readonly url?: string };

/** What was given out when nobody waited for it; that it was asked for, and fetched, are lines of their own. */
function note(
  service: Service,
  kind: string,
  { method, path = [], query = [], url }: KeptRequest,
  { asker, sees }: Caller,
  status: number,
): void {
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value]));
  service.audit.note({
    ...(asker ?? { from: '' }),
    what: kind === 'request' ? 'deferred' : `$${kind}`,
    asked: url ?? `${method} /fhir/${path.join('/')}${search.size === 0 ? '' : `?${search.toString()}`}`,
    status,
    ...(sees.shown ? { shown: sees.shown } : {}),
  });
}

function failed(text: string): DeferredAnswer {
  const answer = answerIssues(500, [{ code: 'exception', text }]);
  return { status: answer.status, headers: answer.headers, body: answer.body ?? '' };
}

interface Kept {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly caller: KeptCaller;
  readonly base: string;
}

function keptOf({ method, path, query, headers, body, caller, base }: FhirRequest): Kept {
  if ((body?.length ?? 0) > bodyCharactersMax)
    throw new Refusal('tooMuch', 'the body is too large for a request that is answered later');
  const kept = ['content-type', 'prefer', 'if-none-match', 'if-modified-since'].flatMap((name) =>
    headers[name] === undefined ? [] : [[name, headers[name]] as const],
  );
  return {
    method,
    path,
    query,
    headers: Object.fromEntries(kept),
    ...(body === undefined || body.length === 0 ? {} : { body: Buffer.from(body).toString('utf8') }),
    caller: keptCaller(caller),
    base,
  };
}

async function answerKept(
  service: Service,
  { request: kept }: DeferredRequest,
  now: AnswerNow,
): Promise<DeferredAnswer> {
  // What `keptOf` wrote, with its caller again.
  const request = kept as Kept & { readonly caller: Caller };
  const answer = await now(service, request);
  return {
    status: 200,
    headers: { 'content-type': fhirJson },
    body: bundleText({ type: 'batch-response' }, [answerEntry(request, answer)]),
  };
}
