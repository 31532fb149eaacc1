import type { OperationOutcome } from '@medplum/fhirtypes';

// Why a request brought no answer that can be used. `unreachable` and `unknown` differ: after a read both mean "try
// again", after a write the second may have happened.

export type FaultKind =
  | 'login'
  | 'locked'
  | 'slowed'
  | 'refused'
  | 'missing'
  | 'diskFull'
  | 'unknown'
  | 'server'
  | 'unreachable';

export class LinkFault extends Error {
  readonly kind: FaultKind;
  /** What the server says, for a person to read. */
  readonly said: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The server's own code for what is wrong, such as `password-needed`, `closed` or `role`. */
  readonly detail: string | undefined;

  constructor(kind: FaultKind, said?: string, retryAfterSeconds?: number, cause?: unknown, detail?: string) {
    super(said ?? kind, { cause });
    this.kind = kind;
    this.said = said;
    this.retryAfterSeconds = retryAfterSeconds;
    this.detail = detail;
  }
}

export function faultOf(status: number, body: unknown, retryAfter: string | null): LinkFault {
  const issue = outcomeOf(body)?.issue?.[0];
  const said = issue?.details?.text ?? issue?.diagnostics;
  const detail = issue?.details?.coding?.[0]?.code;
  return new LinkFault(kindOf(status, detail === 'locked'), said, seconds(retryAfter), undefined, detail);
}

export function isFault(error: unknown, ...kinds: readonly FaultKind[]): error is LinkFault {
  return error instanceof LinkFault && kinds.includes(error.kind);
}

/** The record is not open to the user, or their role does not read such things at all. */
export function isRefusedBy(error: unknown, detail: 'closed' | 'role'): boolean {
  return error instanceof LinkFault && error.detail === detail;
}

function kindOf(status: number, locked: boolean): FaultKind {
  if (status === 401) return locked ? 'locked' : 'login';
  if (status === 429) return 'slowed';
  if (status === 404 || status === 410) return 'missing';
  if (status === 507) return 'diskFull';
  if (status === 504) return 'unknown';
  return status >= 500 ? 'server' : 'refused';
}

function outcomeOf(body: unknown): OperationOutcome | undefined {
  if (typeof body !== 'object' || body === null || !('resourceType' in body)) return undefined;
  return body.resourceType === 'OperationOutcome' ? (body as OperationOutcome) : undefined;
}

function seconds(text: string | null): number | undefined {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}
