/** `Patient/[id]/$everything` (http://hl7.org/fhir/R4/patient-operation-everything.html). */
import { Refusal } from '#base/refusal.ts';
import { bundleText, referencesIn, type BundleEntry } from '#fhir/bundle.ts';
import { isResourceType, patientCompartment } from '#fhir/definitions/tables.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { readNewest, readSeveral } from '#store/reader.ts';
import { readCompartment, type Hit } from '#store/search/search.ts';
import { answerJson } from './answer.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { countOf, idOf, sinceOf, unusedOf } from './target.ts';

/**
 * The patient's compartment, and on each page also what its resources point at outside of it: staff, organisations,
 * places, drugs. Parameters: `_count`, `_type`, `_since`; pages by the `next` link.
 */
export async function everything(service: Service, request: FhirRequest): Promise<Answer> {
  const id = idOf(request);
  const { sql } = service.store;
  const { sees } = request.caller;
  const parameters = new Map(request.query);
  const newest = await readNewest(sql, sees, 'Patient', id);
  if (!newest) throw new Refusal('unknown', `there is no Patient/${id}`);
  if (newest.body === undefined) throw new Refusal('gone', `Patient/${id} was deleted`);
  const unused = unusedOf(request, ['_count', '_type', '_since', '_after']);
  // A page of everything is as long as it may be, unless the caller says otherwise; a page of none would have no next.
  const count = parameters.has('_count')
    ? Math.max(1, countOf(request, service.limits))
    : service.limits.pageMax;
  const types = typesOf(parameters.get('_type'));
  const since = sinceOf(request);
  const after = afterOf(parameters.get('_after'));
  const rows = await readCompartment(sql, sees, id, {
    count: count + 1,
    ...(types ? { types } : {}),
    ...(since === undefined ? {} : { since }),
    ...(after ? { after } : {}),
  });
  const page = rows.slice(0, count);
  const beyond = await readSeveral(sql, sees, referredTo(page, types));
  const hits = [...page, ...beyond.filter((hit): hit is Hit => hit.body !== undefined)];
  const address = `${request.base}/Patient/${id}/$everything`;
  const link = (extra: Record<string, string>) => {
    const all = new URLSearchParams({ ...Object.fromEntries(parameters), ...extra }).toString();
    return all === '' ? address : `${address}?${all}`;
  };
  const last = page.at(-1);
  const next =
    rows.length > count && last ? [['next', link({ _after: `${last.type}/${last.id}` })] as const] : [];
  const entries: BundleEntry[] = hits.map((hit) => ({
    fullUrl: `${request.base}/${hit.type}/${hit.id}`,
    resource: hit.body,
    more: { search: { mode: 'match' } },
  }));
  if (unused.length > 0)
    entries.push({
      resource: JSON.stringify(operationOutcome(unused)),
      more: { search: { mode: 'outcome' } },
    });
  return answerJson(bundleText({ type: 'searchset', links: [['self', link({})], ...next] }, entries));
}

function typesOf(text: string | undefined): string[] | undefined {
  const types = text?.split(',');
  const wrong = types?.find((type) => !isResourceType(type));
  if (wrong !== undefined)
    throw new Refusal('invalid', [
      { code: 'value', at: '_type', text: `'${wrong.slice(0, 60)}' is no resource type of FHIR R4` },
    ]);
  return types;
}

function afterOf(text: string | undefined): [string, string] | undefined {
  if (text === undefined) return undefined;
  const [, type, id] = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/.exec(text) ?? [];
  if (type === undefined || id === undefined)
    throw new Refusal('invalid', [
      { code: 'value', at: '_after', text: 'is not from a link of this server; begin at the first page' },
    ]);
  return [type === 'Patient' ? ' ' : type, id];
}

function referredTo(
  hits: readonly Hit[],
  types: readonly string[] | undefined,
): { type: string; id: string }[] {
  const targets = new Map<string, { type: string; id: string }>();
  for (const hit of hits) {
    for (const reference of referencesIn(hit.body)) {
      const [type = '', id = ''] = reference.split('/');
      const outside = isResourceType(type) && !Object.hasOwn(patientCompartment, type) && type !== 'Patient';
      if (outside && /^[A-Za-z0-9.-]{1,64}$/.test(id) && (!types || types.includes(type)))
        targets.set(`${type}/${id}`, { type, id });
    }
  }
  return [...targets.values()];
}
