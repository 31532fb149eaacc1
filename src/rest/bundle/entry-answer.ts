/** The answer to one request as an entry of a batch-response or transaction-response. */
import { STATUS_CODES } from 'node:http';
import type { BundleEntry } from '#fhir/bundle.ts';
import { preferred } from '../answer.ts';
import type { Answer, FhirRequest } from '../service.ts';

export function answerEntry(request: FhirRequest, { status, headers, body }: Answer): BundleEntry {
  const wantsOutcome = isWrite(request) && preferred(request, 'return') === 'OperationOutcome';
  const outcome: unknown =
    (status >= 400 || wantsOutcome) && body !== undefined ? JSON.parse(body) : undefined;
  const hasResource = body !== undefined && outcome === undefined && request.method !== 'HEAD';
  return {
    ...(hasResource ? { resource: body } : {}),
    more: {
      response: {
        status: statusText(status),
        ...(headers['location'] ? { location: headers['location'] } : {}),
        ...(headers['etag'] ? { etag: headers['etag'] } : {}),
        ...(headers['last-modified']
          ? { lastModified: new Date(headers['last-modified']).toISOString() }
          : {}),
        ...(outcome === undefined ? {} : { outcome }),
      },
    },
  };
}

/** An operation by POST answers with what was asked for, whatever is preferred of writes. */
function isWrite({ method, path }: FhirRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && !path.some((part) => part.startsWith('$'));
}

export function statusText(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
