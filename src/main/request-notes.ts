/**
 * What the audit is told of requests: each one under `/fhir` when its answer is known, and those for a session and for the
 * feed. Refusals by rights are durable before they are answered; what a stranger is refused is counted by address.
 */
import type { FastifyRequest } from 'fastify';
import { createStrangers, type Strangers } from '#identity/audit/strangers.ts';
import type { Audit } from '#identity/audit/audit.ts';
import type { Asker, AuditLine, AuditShown } from '#identity/audit/line.ts';
import type { Session } from '#identity/session.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import { interactionOf } from '#rest/routes.ts';
import type { Answer, FhirRequest } from '#rest/service.ts';
import { nothingShown } from '#store/access.ts';
import { isId } from '#rest/target.ts';

export interface RequestNotes {
  /** A request that was answered by the FHIR API. Returns the answer, which notes a stream when it has ended. */
  answered(request: FastifyRequest, asked: FhirRequest, answer: Answer): Promise<Answer>;
  /** A request that was refused before it came to anyone. */
  refused(request: FastifyRequest, status: number): Promise<void>;
  /** What is no request of FHIR, e.g. a log-in; durable on return. */
  now(request: FastifyRequest, line: Pick<AuditLine, 'what' | 'status'> & Partial<AuditLine>): Promise<void>;
  stop(): void;
}

/** Who is behind a request, as far as its session says. */
export function askerOf(request: Pick<FastifyRequest, 'session' | 'ip'>): Asker {
  const { session, ip } = request;
  return session ? { who: session.person, session: session.kind, from: ip } : { from: ip };
}

export function createRequestNotes(audit: Audit): RequestNotes {
  const strangers = createStrangers((line) => audit.note(line));
  const note = (line: AuditLine) => {
    // Of one who is known and may not: written before it is said. The rest may share a page.
    if (isByRights(line.status) || line.what === '$break-glass') return audit.noteNow(line);
    audit.note(line);
    return undefined;
  };
  return {
    async answered(request, asked, answer) {
      const line = (): AuditLine => ({
        ...(asked.caller.asker ?? askerOf(request)),
        ...reasonOf(asked),
        what: answer.told?.what ?? interactionOf(asked),
        asked: askedText(request, asked, answer),
        status: answer.status,
        shown: shownOf(asked, answer),
      });
      // Open to everyone, and tells nothing of anyone.
      if (asked.path[0] === 'metadata') return answer;
      if (answer.stream) return { ...answer, stream: noting(answer.stream, () => audit.note(line())) };
      const durable = note(line());
      if (durable) await durable;
      return answer;
    },
    async refused(request, status) {
      const line = { ...askerOf(request), what: 'refused', asked: addressOf(request), status };
      await refusedLine(strangers, note, { ...line, what: interactionOfAddress(request) }, request.session);
    },
    async now(request, line) {
      await audit.noteNow({ asked: addressOf(request), ...askerOf(request), ...line });
    },
    stop: () => strangers.stop(),
  };
}

/** Why the record of a patient who was shown is open, where a reason opened it. */
function reasonOf({ caller: { sees } }: FhirRequest): Pick<AuditLine, 'why'> {
  if (!sees.access || sees.access.reasons.size === 0 || !sees.shown) return {};
  const reasons = [...sees.shown.patients].flatMap((patient) => sees.access?.reasons.get(patient) ?? []);
  return reasons.length === 0 ? {} : { why: [...new Set(reasons)].join(' · ') };
}

async function refusedLine(
  strangers: Strangers,
  note: (line: AuditLine) => Promise<unknown> | undefined,
  line: AuditLine,
  session: Session | undefined,
): Promise<void> {
  if (session) await note(line);
  else strangers.refused(line);
}

function isByRights(status: number): boolean {
  return status === 401 || status === 403;
}

function addressOf({ method, url }: FastifyRequest): string {
  return `${method} ${url}`;
}

/** What it would have been, had it been let in. */
function interactionOfAddress({ method, url }: FastifyRequest): string {
  const [, first, ...path] = (url.split('?', 1)[0] ?? '').split('/');
  return first === 'fhir' ? interactionOf({ method, path: path.filter((part) => part !== '') }) : 'refused';
}

/** A search by POST says in its body what is searched for, a Bundle in its entries. */
function askedText(request: FastifyRequest, { path, body }: FhirRequest, { told }: Answer): string {
  const address = addressOf(request);
  if (told?.asked) return [address, ...told.asked].join('\n');
  if (path.at(-1) !== '_search' || body === undefined) return address;
  return `${address}\n${typeof body === 'string' ? body : Buffer.from(body.subarray(0, 1000)).toString('utf8')}`;
}

/** What was given out, or, where nothing was, what was asked for by name. */
function shownOf({ path, caller: { sees } }: FhirRequest, { told }: Answer): AuditShown {
  const shown = sees.shown ?? nothingShown();
  const [type = '', id = ''] = path;
  const isNamed = id !== '' && isResourceType(type) && isId(id);
  if (isNamed && type === 'Patient') shown.patients.add(id);
  const wrote = told?.wrote ?? [];
  const names = wrote.length > 0 ? wrote : isNamed && shown.rids.length === 0 ? [`${type}/${id}`] : [];
  return { names, rids: shown.rids, patients: shown.patients };
}

async function* noting(stream: AsyncIterable<string>, ended: () => void): AsyncGenerator<string> {
  try {
    yield* stream;
  } finally {
    ended();
  }
}
