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
  /** All that the server found; the first is what `said` and `detail` tell. */
  readonly issues: readonly FoundIssue[];

  constructor(
    kind: FaultKind,
    said?: string,
    retryAfterSeconds?: number,
    cause?: unknown,
    issues: readonly FoundIssue[] = [],
  ) {
    super(said ?? kind, { cause });
    this.kind = kind;
    this.said = said;
    this.retryAfterSeconds = retryAfterSeconds;
    this.detail = issues[0]?.detail;
    this.issues = issues;
  }
}

export type FoundIssue = {
  readonly severity: 'error' | 'warning' | 'information';
  /** The server's own code, such as `bed-taken`, by which a screen finds its words. */
  readonly detail: string | undefined;
  /** Where: `Bundle.entry[0].resource.location`. */
  readonly at: string | undefined;
  readonly said: string;
};

export function faultOf(status: number, body: unknown, retryAfter: string | null): LinkFault {
  const issues = issuesOf(body);
  const [first] = issues;
  return new LinkFault(
    kindOf(status, first?.detail === 'locked'),
    first?.said,
    seconds(retryAfter),
    undefined,
    issues,
  );
}

/** The issues of an OperationOutcome; none of anything else. */
export function issuesOf(body: unknown): readonly FoundIssue[] {
  return (outcomeOf(body)?.issue ?? []).map(({ severity, details, diagnostics, expression }) => ({
    severity: severity === 'fatal' ? 'error' : severity,
    detail: details?.coding?.[0]?.code,
    at: expression?.[0],
    said: details?.text ?? diagnostics ?? '',
  }));
}

/** A fault of one of these kinds; of any, when none is named. */
export function isFault(error: unknown, ...kinds: readonly FaultKind[]): error is LinkFault {
  return error instanceof LinkFault && (kinds.length === 0 || kinds.includes(error.kind));
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
