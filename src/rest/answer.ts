/** The answers of the API: a stored version, a Bundle, an OperationOutcome. */
import { statusOf, type Issue, type Refusal } from '#base/refusal.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import type { StoredVersion } from '#store/act.ts';
import type { Answer, FhirRequest } from './service.ts';

export const fhirJson = 'application/fhir+json; charset=utf-8';

export function etagOf(version: number): string {
  return `W/"${version}"`;
}

export function versionHeaders(version: Pick<StoredVersion, 'version' | 'updated'>): Record<string, string> {
  return { etag: etagOf(version.version), 'last-modified': new Date(version.updated).toUTCString() };
}

/** A version that is there: its stored text goes out untouched. */
export function answerVersion(
  version: StoredVersion & { readonly body: string },
  status = 200,
  headers: Record<string, string> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': fhirJson, ...versionHeaders(version), ...headers },
    body: version.body,
  };
}

export function answerJson(body: string, status = 200, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': fhirJson, ...headers }, body };
}

export function answerRefusal(refusal: Refusal): Answer {
  return answerIssues(statusOf[refusal.kind], refusal.issues, refusal.headers);
}
export function answerIssues(
  status: number,
  issues: readonly Issue[],
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': fhirJson, ...headers },
    body: JSON.stringify(operationOutcome(issues)),
  };
}

/** One setting of the Prefer header (RFC 7240), e.g. `return` → `minimal`. */
export function preferred(request: FhirRequest, name: 'return' | 'handling'): string | undefined {
  return new RegExp(`(?:^|[,;\\s])${name}\\s*=\\s*"?([A-Za-z]+)`).exec(request.headers['prefer'] ?? '')?.[1];
}
