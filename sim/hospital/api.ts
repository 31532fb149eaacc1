// How the clinicians of the simulated hospital reach the record: the FHIR API, by whatever carries it (a socket, or a
// call in the same process). They know nothing that they have not read there.
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { assert } from '#base/assert.ts';

export interface Reply {
  readonly status: number;
  readonly json: unknown;
}

export type Send = (
  method: string,
  address: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Reply>;

/** What became of an act: stored as these versions, `Type/id/_history/n`, or refused with a code. */
export type Outcome = { readonly stored: readonly string[] } | { readonly refused: string };

export interface Entry {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly resource: Resource;
  /** By which other entries of the act refer to it. */
  readonly fullUrl?: string;
  /** The version that the clinician was looking at. */
  readonly version?: string | undefined;
}

export interface HospitalRecord {
  /** All matches, over all pages. @throws when the search is not answered with 200 */
  find<Type extends Resource['resourceType']>(
    type: Type,
    criteria: string,
  ): Promise<Extract<Resource, { resourceType: Type }>[]>;
  /** The first match in the order that was asked for; undefined: there is none. */
  newest<Type extends Resource['resourceType']>(
    type: Type,
    criteria: string,
  ): Promise<Extract<Resource, { resourceType: Type }> | undefined>;
  /** A version, `Type/id/_history/n`; undefined: it is not there. */
  read(name: string): Promise<Resource | undefined>;
  /** One act. The same id again gives the same answer. */
  act(id: string, entries: readonly Entry[]): Promise<Outcome>;
}

const pageSize = 500;

export function recordOf(send: Send): HospitalRecord {
  return {
    async find(type, criteria) {
      const found: Resource[] = [];
      let next: string | undefined = `${type}?${criteria}&_count=${pageSize}`;
      while (next !== undefined) {
        const { status, json }: Reply = await send('GET', next);
        assert(status === 200, `a search of ${type} was answered ${status}: ${JSON.stringify(json)}`);
        const { entry = [], link = [] } = json as Bundle;
        found.push(...entry.flatMap(({ resource }) => resource ?? []));
        next = link.find(({ relation }) => relation === 'next')?.url;
      }
      return found.filter(
        (resource): resource is Extract<Resource, { resourceType: typeof type }> =>
          resource.resourceType === type,
      );
    },
    async newest(type, criteria) {
      const { status, json } = await send('GET', `${type}?${criteria}&_count=1`);
      assert(status === 200, `a search of ${type} was answered ${status}: ${JSON.stringify(json)}`);
      const resource = (json as Bundle).entry?.[0]?.resource;
      return resource?.resourceType === type
        ? (resource as Extract<Resource, { resourceType: typeof type }>)
        : undefined;
    },
    async read(name) {
      const { status, json } = await send('GET', name);
      return status === 200 ? (json as Resource) : undefined;
    },
    async act(id, entries) {
      const bundle = {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: entries.map(({ method, url, resource, version, fullUrl }) => ({
          ...(fullUrl === undefined ? {} : { fullUrl }),
          resource,
          request: { method, url, ...(version === undefined ? {} : { ifMatch: `W/"${version}"` }) },
        })),
      };
      const { status, json } = await send('POST', '', bundle, { 'idempotency-key': id });
      if (status === 200)
        return {
          stored: ((json as Bundle).entry ?? []).flatMap(({ response }) =>
            response?.location === undefined
              ? []
              : [response.location.replace(/^.*\/(?=[A-Z][A-Za-z]+\/[^/]+\/_history)/, '')],
          ),
        };
      assert(
        status === 409 || status === 412 || status === 422,
        `an act was answered ${status}: ${JSON.stringify(json).slice(0, 500)}`,
      );
      return { refused: detailOf(json) };
    },
  };
}

function detailOf(json: unknown): string {
  const { issue } = json as { issue?: { code: string; details?: { coding?: { code?: string }[] } }[] };
  return issue?.[0]?.details?.coding?.[0]?.code ?? issue?.[0]?.code ?? 'unknown';
}
