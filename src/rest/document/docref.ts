/**
 * `DocumentReference/$docref` (http://hl7.org/fhir/us/core/OperationDefinition/docref, and the same of the International
 * Patient Access): the current documents of a patient, of a kind, about care in a span of time.
 */
import { Refusal } from '#base/refusal.ts';
import { bundleText } from '#fhir/bundle.ts';
import { beginningOfTime, endOfTime, timeSpan, type TimeSpan } from '#fhir/date.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { search } from '#store/search/search.ts';
import { answerJson } from '../answer.ts';
import { readParameters } from '../parameters.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';

/** Whoever has more asks for a kind, or a shorter time. */
const documentsMax = 1000;
const known = ['patient', 'start', 'end', 'type', 'on-demand', 'profile', '_format', '_pretty'];

export async function docref(service: Service, request: FhirRequest): Promise<Answer> {
  const given = givenIn(service, request);
  const strange = [...given.keys()].find((name) => !known.includes(name));
  if (strange !== undefined)
    refuse(strange.slice(0, 60), `is not known here; ${known.slice(0, 5).join(', ')} are`);
  if (given.has('profile')) refuse('profile', 'is not taken: documents are found by type');
  const patient = /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/.exec(given.get('patient') ?? '')?.[1];
  if (patient === undefined) return refuse('patient', 'expected the id of one patient');
  const onDemand = given.get('on-demand') ?? 'false';
  if (onDemand !== 'true' && onDemand !== 'false') refuse('on-demand', 'expected true or false');
  const during = duringOf(given);
  const type = given.get('type');
  const self = `${request.base}/DocumentReference/$docref`;
  if (onDemand === 'true') {
    const text = 'no documents are made on demand here; ask for a patient’s $summary';
    const outcome = operationOutcome([{ severity: 'information', code: 'not-supported', text }]);
    return answerJson(
      bundleText({ type: 'searchset', total: 0, links: [['self', self]] }, [
        { resource: JSON.stringify(outcome), more: { search: { mode: 'outcome' } } },
      ]),
    );
  }
  const criteria = [
    ['patient', patient],
    ['status', 'current'],
    ...(type === undefined ? [] : [['type', type]]),
    ['_sort', '-date'],
  ] as [string, string][];
  const options = { strict: true, pageDefault: documentsMax, pageMax: documentsMax, base: request.base };
  const page = await search(
    service.store.sql,
    request.caller.sees,
    parseSearch('DocumentReference', criteria, options),
  );
  if (page.next !== undefined)
    throw new Refusal('tooMuch', `more than ${documentsMax} documents; ask for a type`);
  const hits = page.hits.filter(({ body }) => {
    const tree: unknown = JSON.parse(body);
    return !during || (isObject(tree) && isWithin(tree, during));
  });
  const entries = hits.map(({ id, body }) => ({
    fullUrl: `${request.base}/DocumentReference/${id}`,
    resource: body,
    more: { search: { mode: 'match' } },
  }));
  return answerJson(
    bundleText({ type: 'searchset', total: entries.length, links: [['self', self]] }, entries),
  );
}

function refuse(at: string, text: string): never {
  throw new Refusal('invalid', [{ code: 'value', at, text }]);
}

function givenIn(service: Service, request: FhirRequest): Map<string, string> {
  const given = new Map(request.query.filter(([, value]) => value !== ''));
  if (request.method !== 'POST' || request.body === undefined || request.body.length === 0) return given;
  const list = readParameters(request, service.limits).tree['parameter'];
  for (const one of Array.isArray(list) ? list.filter(isObject) : []) {
    const value = Object.entries(one).find(([key]) => key.startsWith('value'))?.[1];
    given.set(
      String(one['name']),
      textOf(value) ?? refuse(String(one['name']).slice(0, 60), 'expected a simple value'),
    );
  }
  return given;
}

/** A code as a search has it: `system|code`. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (!isObject(value)) return undefined;
  const coding: unknown = Array.isArray(value['coding']) ? value['coding'][0] : value;
  if (!isObject(coding) || typeof coding['code'] !== 'string')
    return typeof value['reference'] === 'string' ? value['reference'] : undefined;
  return typeof coding['system'] === 'string' ? `${coding['system']}|${coding['code']}` : coding['code'];
}

function duringOf(given: ReadonlyMap<string, string>): TimeSpan | undefined {
  const [start, end] = ['start', 'end'].map((name) => {
    const text = given.get(name);
    const span = text === undefined ? undefined : timeSpan(text);
    if (text !== undefined && !span) refuse(name, 'expected a date such as 2026-01-15');
    return span;
  });
  return start || end ? { low: start?.low ?? beginningOfTime, high: end?.high ?? endOfTime } : undefined;
}

/** By the time of the care that a document is about, else by its own; one that says neither is not left out. */
function isWithin(tree: Json, during: TimeSpan): boolean {
  const period = isObject(tree['context']) ? tree['context']['period'] : undefined;
  const spanOf = (text: unknown) => (typeof text === 'string' ? timeSpan(text) : undefined);
  const [start, end, date] = isObject(period)
    ? [spanOf(period['start']), spanOf(period['end']), undefined]
    : [undefined, undefined, spanOf(tree['date'])];
  const low = start?.low ?? date?.low ?? beginningOfTime;
  const high = end?.high ?? date?.high ?? endOfTime;
  return high > during.low && low < during.high;
}
