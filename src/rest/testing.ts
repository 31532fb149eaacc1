/** For the tests beside it: a service on a database of their own, and requests as a client would send them. */
import { afterAll, beforeAll } from 'vitest';
import { assert } from '#base/assert.ts';
import { guards } from '#care/guards.ts';
import { nothingShown } from '#store/access.ts';
import { createAudit } from '#identity/audit/audit.ts';
import { errorCode, type ConnectOptions } from '#store/sql.ts';
import { openStore, type Store } from '#store/store.ts';
import { createDeferredWorker } from './deferred/worker.ts';
import { createLargeBodies } from './large-body/large-bodies.ts';
import { dispatch } from './routes.ts';
import type { Answer, Caller, FhirRequest, Service } from './service.ts';

/** An answer with its body read: `json` is the tree of `body`. */
export interface Reply extends Answer {
  readonly text: string;
  readonly json: Tree;
  /** `diagnostics` of each issue, of an OperationOutcome. */
  readonly issues: readonly string[];
}
/** A resource, with the members of Bundles and of every resource that tests look at. */
export interface Tree {
  readonly id: string;
  readonly meta: { readonly versionId: string; readonly lastUpdated: string };
  readonly total?: number;
  readonly entry?: readonly TreeEntry[];
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly issue?: readonly {
    readonly diagnostics: string;
    readonly severity: string;
    readonly code: string;
  }[];
  readonly [name: string]: unknown;
}
export interface TreeEntry {
  readonly fullUrl?: string;
  readonly resource?: Tree;
  readonly search?: { readonly mode: string };
  readonly request?: { readonly method: string; readonly url: string };
  readonly response?: {
    readonly status: string;
    readonly location?: string;
    readonly etag?: string;
    readonly lastModified?: string;
    readonly outcome?: Tree;
  };
}

export interface Client {
  readonly service: Service;
  readonly send: (
    method: string,
    address: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Reply>;
  /** Creates and returns the id. */
  readonly create: (resource: object) => Promise<string>;
  /** Ids of the matches, in order. */
  readonly find: (address: string) => Promise<string[]>;
}

type Database = { readonly to: ConnectOptions | string; drop(): Promise<void> };

/** A client for all tests of a file, on a database that `make` makes before them. */
export function useClient(
  make: () => Promise<Database>,
  over: Parameters<typeof testClient>[1] = {},
): Client & { readonly store: () => Store } {
  let [database, store, client]: [Database?, Store?, Client?] = [];
  beforeAll(async () => {
    database = await make();
    store = openStore(database.to, { poolSize: 10, node: 'test', reindexSettleMs: 0 });
    client = testClient(store, over);
  });
  afterAll(async () => {
    await client?.service.deferred.stop();
    await client?.service.largeBodies.stop();
    await client?.service.audit.close();
    await store?.close();
    await database?.drop();
  });
  const there = <T>(one: T | undefined): T => {
    assert(one !== undefined, 'the client is used within tests');
    return one;
  };
  return {
    get service() {
      return there(client).service;
    },
    store: () => there(store),
    send: (...request) => there(client).send(...request),
    create: (resource) => there(client).create(resource),
    find: (address) => there(client).find(address),
  };
}

export const base = 'https://holdfast.test/fhir';

export function testClient(
  store: Store,
  over: Partial<Omit<Service, 'limits'>> & { readonly limits?: Partial<Service['limits']> } = {},
  callerOf: () => Promise<Caller> = async () => ({
    author: 'Practitioner/anne',
    sees: { shown: nothingShown() },
  }),
): Client {
  const service: Service = {
    version: '0.0.0',
    diskIsFull: () => false,
    deferred: createDeferredWorker(),
    largeBodies: createLargeBodies(),
    events: {
      requestFailed: ({ error }) => {
        throw error;
      },
      writeOutcomeUnknown: () => {},
    },
    audit: createAudit(store.openAudit, {
      events: {
        auditDelayed: ({ error }) => {
          // What is wrong in a statement is ours. That a database is away is no fault: tests drop theirs under open clients.
          if (/^(22|23|42)/.test(errorCode(error) ?? '')) throw error;
        },
        auditLinesLost: () => {},
      },
    }),
    guards,
    store,
    recall: async ({ author }) => ({ author, sees: { shown: nothingShown() } }),
    ...over,
    limits: {
      depthMax: 64,
      entriesMax: 500,
      pageMax: 1000,
      pageDefault: 50,
      writeDeadlineMs: 10_000,
      glassHours: 4,
      deletedAtOnceMax: 1,
      subscriptionHosts: ['localhost', '127.0.0.1', '[::1]'],
      ...over.limits,
    },
  };
  const send: Client['send'] = async (method, address, body, headers = {}) => {
    const [path = '', query = ''] = address.replace(`${base}/`, '').split(/\?(.*)/s);
    const request: FhirRequest = {
      method,
      path: path
        .split('/')
        .filter((part) => part !== '')
        .map(decodeURIComponent),
      query: [...new URLSearchParams(query)],
      // One id for all: a repeat is answered alike in everything.
      headers: { 'x-request-id': 'test', ...headers },
      body:
        body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      caller: await callerOf(),
      base,
    };
    const answer = await dispatch(service, request);
    const text = answer.stream ? (await Array.fromAsync(answer.stream)).join('') : (answer.body ?? '');
    const isJson = /\/(fhir\+)?json/.test(answer.headers['content-type'] ?? '');
    const json: Tree = isJson && text !== '' ? JSON.parse(text) : {};
    const issues = (json.issue ?? []).map(({ diagnostics }) => diagnostics);
    return { ...answer, text, json, issues };
  };
  return {
    service,
    send,
    async create(resource) {
      const type = 'resourceType' in resource ? String(resource.resourceType) : '';
      const reply = await send('POST', type, resource);
      if (reply.status !== 201) throw new Error(`${reply.status}: ${reply.issues.join('; ')}`);
      return reply.json.id;
    },
    async find(address) {
      const reply = await send('GET', address);
      if (reply.status !== 200) throw new Error(`${reply.status}: ${reply.issues.join('; ')}`);
      return (reply.json.entry ?? []).flatMap(({ search, resource }) =>
        search?.mode === 'match' && resource ? [resource.id] : [],
      );
    },
  };
}
