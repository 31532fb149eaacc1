/** The answer to one request as an entry of a batch-response or transaction-response. */
import { STATUS_CODES } from 'node:http';
import type { BundleEntry } from '#fhir/bundle.ts';
import { answerIssues, preferred } from '../answer.ts';
import type { Answer, FhirRequest } from '../service.ts';

export function answerEntry(request: FhirRequest, answer: Answer): BundleEntry {
  const { status, headers, body } = answer.stream ? notHeld : answer;
  const wantsOutcome = isWrite(request) && preferred(request, 'return') === 'OperationOutcome';
  const outcome: unknown =
    (status >= 400 || wantsOutcome) && body !== undefined ? JSON.parse(body) : undefined;
  // What is answered later is told where.
  const location = headers['location'] ?? headers['content-location'];
  const hasResource = body !== undefined && outcome === undefined && request.method !== 'HEAD';
  return {
    ...(hasResource ? { resource: body } : {}),
    more: {
      response: {
        status: statusText(status),
        ...(location ? { location } : {}),
        ...(headers['etag'] ? { etag: headers['etag'] } : {}),
        ...(headers['last-modified']
          ? { lastModified: new Date(headers['last-modified']).toISOString() }
          : {}),
        ...(outcome === undefined ? {} : { outcome }),
      },
    },
  };
}

/** A Bundle holds resources, and files have no end that it could hold. */
const notHeld = answerIssues(406, [
  {
    code: 'not-supported',
    text: 'is answered with a file, which a Bundle cannot hold; ask for it by itself',
  },
]);

/** An operation by POST answers with what was asked for, whatever is preferred of writes. */
function isWrite({ method, path }: FhirRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && !path.some((part) => part.startsWith('$'));
}

export function statusText(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
