/**
 * A refusal is an expected "no": one of a closed list of kinds, thrown anywhere, turned into an answer at the edge of
 * the program only. A bug is not a refusal (see assert.ts), and wrong data found by a pure function is a list of issues
 * that its caller may turn into one.
 */

/** FHIR's issue types that Holdfast uses (http://hl7.org/fhir/R4/valueset-issue-type.html). */
export type IssueCode =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'code-invalid'
  | 'security'
  | 'login'
  | 'unknown'
  | 'expired'
  | 'forbidden'
  | 'suppressed'
  | 'processing'
  | 'not-supported'
  | 'duplicate'
  | 'multiple-matches'
  | 'not-found'
  | 'deleted'
  | 'too-long'
  | 'too-costly'
  | 'business-rule'
  | 'conflict'
  | 'transient'
  | 'timeout'
  | 'exception'
  | 'no-store'
  | 'throttled'
  | 'informational';

/** One thing that is wrong: where (a FHIRPath), what was found and what was expected. Never a patient's name. */
export interface Issue {
  readonly severity?: 'error' | 'warning' | 'information';
  readonly code: IssueCode;
  readonly text: string;
  readonly at?: string;
  /** A code of our own for programs, e.g. `locked`. */
  readonly detail?: string;
}

export const statusOf = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  unknown: 404,
  notAllowed: 405,
  notAcceptable: 406,
  conflict: 409,
  gone: 410,
  stale: 412,
  tooMuch: 413,
  mediaType: 415,
  unprocessable: 422,
  slowed: 429,
  unavailable: 503,
  outcomeUnknown: 504,
  full: 507,
} as const satisfies Record<string, number>;
export type RefusalKind = keyof typeof statusOf;

const issueCodeOf: Record<RefusalKind, IssueCode> = {
  invalid: 'invalid',
  unauthenticated: 'login',
  forbidden: 'forbidden',
  unknown: 'not-found',
  notAllowed: 'not-supported',
  notAcceptable: 'not-supported',
  conflict: 'conflict',
  gone: 'deleted',
  stale: 'conflict',
  tooMuch: 'too-costly',
  mediaType: 'not-supported',
  unprocessable: 'processing',
  slowed: 'throttled',
  unavailable: 'transient',
  outcomeUnknown: 'timeout',
  full: 'no-store',
};

export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly issues: readonly Issue[];
  /** Headers that belong to the answer, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: RefusalKind,
    problem: string | readonly Issue[],
    more: { cause?: unknown; headers?: Record<string, string>; code?: IssueCode; detail?: string } = {},
  ) {
    const issues =
      typeof problem === 'string'
        ? [
            {
              code: more.code ?? issueCodeOf[kind],
              text: problem,
              ...(more.detail ? { detail: more.detail } : {}),
            },
          ]
        : problem;
    super(issues.map((issue) => (issue.at ? `${issue.at}: ${issue.text}` : issue.text)).join('; '), {
      cause: more.cause,
    });
    this.name = 'Refusal';
    this.kind = kind;
    this.issues = issues;
    this.headers = more.headers ?? {};
  }
}
