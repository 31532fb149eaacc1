import type { Bundle, Resource } from '@medplum/fhirtypes';
import { exchange } from './exchange.ts';
import { faultOf, LinkFault } from './fault.ts';

// Reading FHIR. Requests that are made in the same moment travel as one batch, so that a chart opens in one round trip
// while each of its panels has a request, a failure and a retry of its own.

// More entries than any screen asks for at once; a server may refuse longer batches.
const batchEntriesMax = 30;
// A patient with more than this many of one kind is shown in part, and the panel says so.
const pagesMax = 8;

/** What a search found: the matches in their order, what came along, and whether it is everything. */
export type Found = {
  readonly resources: readonly Resource[];
  readonly included: readonly Resource[];
  readonly total: number | undefined;
  readonly complete: boolean;
};

type Waiting = {
  readonly url: string;
  readonly resolve: (body: Resource) => void;
  readonly reject: (error: unknown) => void;
};

let waiting: Waiting[] = [];

/** One page of a search, joined with whatever else is asked for now: for what is wanted newest first and no further. */
export async function find(url: string): Promise<Found> {
  return foundIn(await together(url));
}

/** A search whose answer has several pages, all of them up to a limit: a list of people or of what must be given to them
 *  is whole, or says that it is not. */
export async function findAll(url: string): Promise<Found> {
  let page = await together(url);
  let found = foundIn(page);
  for (let pages = 1; pages < pagesMax; pages++) {
    const next = nextPage(page);
    if (next === undefined) break;
    page = (await exchange(next)) as Resource;
    const more = foundIn(page);
    const resources = [...found.resources, ...more.resources];
    const total = found.total ?? more.total;
    found = {
      resources,
      included: [...found.included, ...more.included],
      total,
      complete: nextPage(page) === undefined && (total === undefined || resources.length >= total),
    };
  }
  return found;
}

/** A search that an answer to a later key press may overtake: alone, and stopped by the signal. */
export async function findAlone(url: string, signal: AbortSignal): Promise<Found> {
  return foundIn((await exchange(`/fhir/${url}`, { signal })) as Resource);
}

function together(url: string): Promise<Resource> {
  return new Promise((resolve, reject) => {
    if (waiting.length === 0) setTimeout(send, 0);
    waiting.push({ url, resolve, reject });
  });
}

function send(): void {
  const all = waiting;
  waiting = [];
  for (let at = 0; at < all.length; at += batchEntriesMax)
    void sendBatch(all.slice(at, at + batchEntriesMax));
}

async function sendBatch(asked: readonly Waiting[]): Promise<void> {
  try {
    const [only] = asked;
    if (only !== undefined && asked.length === 1) {
      only.resolve((await exchange(`/fhir/${only.url}`)) as Resource);
      return;
    }
    const batch = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: asked.map(({ url }) => ({ request: { method: 'GET', url } })),
    };
    const answer = (await exchange('/fhir', {
      method: 'POST',
      body: JSON.stringify(batch),
      headers: { 'content-type': 'application/fhir+json' },
    })) as Bundle;
    for (const [index, each] of asked.entries()) {
      const entry = answer.entry?.[index];
      const status = Number.parseInt(entry?.response?.status ?? '0', 10);
      if (status >= 200 && status < 300 && entry?.resource !== undefined) each.resolve(entry.resource);
      else
        each.reject(
          status === 0
            ? new LinkFault('server')
            : faultOf(status, entry?.response?.outcome ?? entry?.resource, null),
        );
    }
  } catch (error) {
    for (const each of asked) each.reject(error);
  }
}

function foundIn(body: Resource): Found {
  if (body.resourceType !== 'Bundle') return { resources: [body], included: [], total: 1, complete: true };
  const entries = body.entry ?? [];
  const matches = entries.filter(
    (entry) => entry.search?.mode !== 'include' && entry.search?.mode !== 'outcome',
  );
  const resources = matches.flatMap((entry) => entry.resource ?? []);
  const complete =
    nextPage(body) === undefined && (body.total === undefined || resources.length >= body.total);
  return {
    resources,
    included: entries.flatMap((entry) =>
      entry.search?.mode === 'include' && entry.resource !== undefined ? [entry.resource] : [],
    ),
    total: body.total,
    complete,
  };
}

/** The path of the next page on this very server; a link elsewhere is not followed. */
function nextPage(body: Resource): string | undefined {
  if (body.resourceType !== 'Bundle') return undefined;
  const link = body.link?.find((each) => each.relation === 'next')?.url;
  if (link === undefined) return undefined;
  const url = new URL(link, `${location.origin}/fhir/`);
  return `${url.pathname.startsWith('/fhir') ? '' : '/fhir/'}${url.pathname}${url.search}`;
}
