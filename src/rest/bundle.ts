/** batch and transaction (http://hl7.org/fhir/R4/http.html#transaction). */
import { STATUS_CODES } from 'node:http';
import { actIdOf } from '#base/id.ts';
import { Refusal } from '#base/refusal.ts';
import { bundleText, readBundleEntries, type BundleEntry, type ReadBundleEntry } from '#fhir/bundle.ts';
import { isObject, parseResource } from '#fhir/parse.ts';
import { answerJson, answerRefusal, etagOf, preferred } from './answer.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { refuseOtherThanJson } from './target.ts';
import { readEntry, type WriteEntry } from './write/entry.ts';
import { locationOf, performEntries, writtenVersion } from './write/write.ts';

/** Answers one request; handed in by routes.ts, which knows all of them. */
export type Dispatch = (service: Service, request: FhirRequest) => Promise<Answer>;

/** How many entries of a batch are under way at once: as many as the database can use, and no one else is kept waiting. */
const batchAtOnce = 8;

export async function bundle(service: Service, request: FhirRequest, dispatch: Dispatch): Promise<Answer> {
  const { entriesMax, depthMax } = service.limits;
  refuseOtherThanJson(request);
  if (request.body === undefined || request.body.length === 0)
    throw new Refusal('invalid', 'expected a Bundle in the body', { code: 'required' });
  const parsed = parseResource(request.body, { depthMax: depthMax + 3 });
  if (parsed.type !== 'Bundle')
    throw new Refusal(
      'invalid',
      `expected a Bundle, found ${parsed.type}; a single resource is created at ${parsed.type}`,
    );
  const kind = parsed.tree['type'];
  if (kind !== 'batch' && kind !== 'transaction') {
    throw new Refusal('invalid', [
      { code: 'value', at: 'Bundle.type', text: 'expected batch or transaction' },
    ]);
  }
  const entries = readBundleEntries(parsed);
  if (entries.length > entriesMax)
    throw new Refusal(
      'tooMuch',
      `the Bundle has ${entries.length} entries; at most ${entriesMax} are taken at once`,
    );
  if (kind === 'batch') return batch(service, request, entries, dispatch);
  return transaction(
    service,
    request,
    entries.map((entry, n) => requestOf(request, entry, n)),
    dispatch,
  );
}

interface BundleRequest {
  readonly request: FhirRequest;
  readonly fullUrl?: string;
}
function requestOf(request: FhirRequest, { tree, text }: ReadBundleEntry, n: number): BundleRequest {
  const at = `Bundle.entry[${n}].request`;
  const asked = tree['request'];
  if (!isObject(asked))
    throw new Refusal('invalid', [{ code: 'required', at, text: 'is required in a batch or transaction' }]);
  const { method, url } = asked;
  if (typeof method !== 'string' || !['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) {
    throw new Refusal('invalid', [
      { code: 'value', at: `${at}.method`, text: 'expected GET, HEAD, POST, PUT, PATCH or DELETE' },
    ]);
  }
  if (typeof url !== 'string')
    throw new Refusal('invalid', [{ code: 'required', at: `${at}.url`, text: 'is required' }]);
  const relative = url.startsWith(`${request.base}/`)
    ? url.slice(request.base.length + 1)
    : url.replace(/^\//, '');
  const [path = '', query = ''] = relative.split(/\?(.*)/s);
  const header = (name: string) => (typeof asked[name] === 'string' ? asked[name] : undefined);
  const { fullUrl } = tree;
  return {
    request: {
      ...request,
      method,
      path: path
        .split('/')
        .filter((part) => part !== '')
        .map(decoded),
      query: [...new URLSearchParams(query)],
      body: method === 'PATCH' ? patchOf(text, n) : text,
      headers: {
        ...request.headers,
        'content-type': method === 'PATCH' ? 'application/json-patch+json' : 'application/fhir+json',
        'if-match': header('ifMatch'),
        'if-none-match': header('ifNoneMatch'),
        'if-none-exist': header('ifNoneExist'),
      },
    },
    ...(typeof fullUrl === 'string' ? { fullUrl } : {}),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** In a Bundle a JSON Patch is a Binary with the patch as its data (http.html#patch). */
function patchOf(text: string | undefined, n: number): string {
  const tree: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!isObject(tree) || tree['resourceType'] !== 'Binary' || typeof tree['data'] !== 'string') {
    throw new Refusal('invalid', [
      {
        code: 'structure',
        at: `Bundle.entry[${n}].resource`,
        text: 'expected a Binary that holds the JSON Patch',
      },
    ]);
  }
  return Buffer.from(tree['data'], 'base64').toString('utf8');
}

// ---------------------------------------------------------------- batch

/** Each entry for itself; a refused one does not touch the others. A repeat with the same key finds what was stored. */
async function batch(
  service: Service,
  request: FhirRequest,
  entries: readonly ReadBundleEntry[],
  dispatch: Dispatch,
): Promise<Answer> {
  const key = request.headers['idempotency-key'];
  const answerOne = async (entry: ReadBundleEntry, n: number): Promise<Answer> => {
    try {
      const one = requestOf(request, entry, n).request;
      if (one.path.length === 0) throw new Refusal('invalid', 'a batch cannot hold a batch');
      return await dispatch(service, {
        ...one,
        headers: { ...one.headers, 'idempotency-key': key && actIdOf(key, n) },
      });
    } catch (error) {
      // An entry that is no request: what was dispatched never throws.
      if (error instanceof Refusal) return answerRefusal(error);
      throw error;
    }
  };
  const answers: BundleEntry[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < entries.length; n = next++) {
      const entry = entries[n];
      if (entry) answers[n] = answerEntry(request, await answerOne(entry, n));
    }
  };
  await Promise.all(Array.from({ length: Math.min(batchAtOnce, entries.length) }, worker));
  return answerJson(bundleText({ type: 'batch-response' }, answers));
}

function answerEntry(request: FhirRequest, { status, headers, body }: Answer): BundleEntry {
  const outcome: unknown = status >= 400 && body !== undefined ? JSON.parse(body) : undefined;
  const minimal = preferred(request, 'return') === 'minimal' && status === 201;
  return {
    ...(body !== undefined && outcome === undefined && !minimal ? { resource: body } : {}),
    more: {
      response: {
        status: `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
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

// ---------------------------------------------------------------- transaction

/** All entries or none, as one act. Reads are answered after the writes, from what is then stored. */
async function transaction(
  service: Service,
  request: FhirRequest,
  requests: readonly BundleRequest[],
  dispatch: Dispatch,
): Promise<Answer> {
  const isRead = ({ request: { method } }: BundleRequest) => method === 'GET' || method === 'HEAD';
  const writes: { entry: WriteEntry; n: number }[] = [];
  requests.forEach((one, n) => {
    if (isRead(one)) return;
    const entry = named(n, () => readEntry(one.request, service.limits));
    writes.push({ n, entry: one.fullUrl === undefined ? entry : { ...entry, fullUrl: one.fullUrl } });
  });
  const answers: BundleEntry[] = [];
  if (writes.length > 0) {
    const outcome = await performEntries(
      service,
      request,
      writes.map(({ entry }) => entry),
    );
    for (const [order, { n }] of writes.entries())
      answers[n] = await writtenEntry(service, request, outcome, order);
  }
  for (const [n, one] of requests.entries()) {
    if (isRead(one))
      answers[n] = answerEntry(
        request,
        await dispatch(service, {
          ...one.request,
          headers: { ...one.request.headers, 'idempotency-key': undefined },
        }),
      );
  }
  return answerJson(bundleText({ type: 'transaction-response' }, answers));
}

async function writtenEntry(
  service: Service,
  request: FhirRequest,
  outcome: Awaited<ReturnType<typeof performEntries>>,
  order: number,
): Promise<BundleEntry> {
  const answer = outcome.answers[order];
  const status = `${answer?.status ?? 200} ${STATUS_CODES[answer?.status ?? 200] ?? ''}`;
  if (answer?.type === undefined || answer.status === 204) return { more: { response: { status } } };
  const version = await writtenVersion(service, request, outcome, order);
  return {
    fullUrl: `${request.base}/${version.type}/${version.id}`,
    resource: preferred(request, 'return') === 'minimal' ? undefined : version.body,
    more: {
      response: {
        status,
        location: locationOf(request, version),
        etag: etagOf(version.version),
        lastModified: new Date(version.updated).toISOString(),
      },
    },
  };
}

/** An issue of an entry says which entry. */
function named<T>(n: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const issues = error.issues.map((issue) => ({
      ...issue,
      at: `Bundle.entry[${n}]${issue.at ? `.resource.${issue.at}` : ''}`,
    }));
    throw new Refusal(error.kind, issues, { cause: error, headers: error.headers });
  }
}
