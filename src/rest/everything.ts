/**
 * `Patient/[id]/$everything` and `Encounter/[id]/$everything`
 * (http://hl7.org/fhir/R4/patient-operation-everything.html, http://hl7.org/fhir/R4/encounter-operation-everything.html).
 */
import { Refusal } from '#base/refusal.ts';
import { bundleText, referencesIn, type BundleEntry } from '#fhir/bundle.ts';
import { compartmentTypes } from '#fhir/compartment.ts';
import { timeSpan, beginningOfTime, endOfTime, type TimeSpan } from '#fhir/date.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { readSeveral } from '#store/reader.ts';
import { readCompartment } from '#store/search/compartment.ts';
import type { Hit } from '#store/search/search.ts';
import { answerJson } from './answer.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { countOf, idOf, sinceOf, unusedOf } from './target.ts';

/**
 * The compartment of a patient or encounter, and on each page also what its resources point at outside of it: staff,
 * organisations, places, drugs. Parameters: `_count`, `_type`, `_since`, for a patient `start` and `end`; pages by the
 * `next` link.
 */
export async function everything(service: Service, request: FhirRequest): Promise<Answer> {
  const [type = ''] = request.path;
  const id = idOf(request);
  const { sql, planned, gather } = service.store;
  const { sees } = request.caller;
  const parameters = new Map(request.query);
  const newest = await gather(sees, type, id);
  if (!newest) throw new Refusal('unknown', `there is no ${type}/${id}`);
  if (newest.body === undefined) throw new Refusal('gone', `${type}/${id} was deleted`);
  const dated = type === 'Patient' ? ['start', 'end'] : [];
  const unused = unusedOf(request, ['_count', '_type', '_since', '_after', ...dated]);
  // A page of everything is as long as it may be, unless the caller says otherwise; a page of none would have no next.
  const count = parameters.has('_count')
    ? Math.max(1, countOf(request, service.limits))
    : service.limits.pageMax;
  const types = typesOf(parameters.get('_type'));
  const since = sinceOf(request);
  const during = type === 'Patient' ? duringOf(parameters) : undefined;
  const after = afterOf(type, parameters.get('_after'));
  const rows = await readCompartment(planned, sees, type, id, {
    count: count + 1,
    ...(types ? { types } : {}),
    ...(since === undefined ? {} : { since }),
    ...(during ? { during } : {}),
    ...(after ? { after } : {}),
  });
  const page = rows.slice(0, count);
  const beyond = await readSeveral(sql, sees, referredTo(type, page, types));
  const hits = [...page, ...beyond.filter((hit): hit is Hit => hit.body !== undefined)];
  const address = `${request.base}/${type}/${id}/$everything`;
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

/** `start` and `end`: dates of care. What lies partly within them is within. */
function duringOf(parameters: ReadonlyMap<string, string>): TimeSpan | undefined {
  const [start, end] = [parameters.get('start'), parameters.get('end')];
  if (!start && !end) return undefined;
  const spanOf = (name: string, text: string | undefined) => {
    if (!text) return undefined;
    const span = timeSpan(text);
    if (!span)
      throw new Refusal('invalid', [
        { code: 'value', at: name, text: `expected a date such as 2026-01-15, found '${text.slice(0, 40)}'` },
      ]);
    return span;
  };
  return {
    low: spanOf('start', start)?.low ?? beginningOfTime,
    high: spanOf('end', end)?.high ?? endOfTime,
  };
}

function afterOf(own: string, text: string | undefined): [string, string] | undefined {
  if (text === undefined) return undefined;
  const [, type, id] = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/.exec(text) ?? [];
  if (type === undefined || id === undefined)
    throw new Refusal('invalid', [
      { code: 'value', at: '_after', text: 'is not from a link of this server; begin at the first page' },
    ]);
  return [type === own ? ' ' : type, id];
}

function referredTo(
  compartment: string,
  hits: readonly Hit[],
  types: readonly string[] | undefined,
): { type: string; id: string }[] {
  const targets = new Map<string, { type: string; id: string }>();
  const within = new Set(compartmentTypes(compartment));
  for (const hit of hits) {
    for (const reference of referencesIn(hit.body)) {
      const [type = '', id = ''] = reference.split('/');
      const outside = isResourceType(type) && !within.has(type);
      if (outside && /^[A-Za-z0-9.-]{1,64}$/.test(id) && (!types || types.includes(type)))
        targets.set(`${type}/${id}`, { type, id });
    }
  }
  return [...targets.values()];
}
