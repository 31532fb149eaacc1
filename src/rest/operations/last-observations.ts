/**
 * `Observation/$lastn` (http://hl7.org/fhir/R4/observation-operation-lastn.html): of each kind of observation the newest.
 * Two are of a kind when they share a code, also by way of a third that has both; those without a code, the same text.
 */
import { Refusal } from '#base/refusal.ts';
import { bundleText } from '#fhir/bundle.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { fold } from '#fhir/search-forms.ts';
import { answerJson } from '../answer.ts';
import { readParameters } from '../parameters.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { codingsOf, observationsOf, type FoundObservation } from './observations.ts';

const lastMax = 1000;

export async function lastObservations(service: Service, request: FhirRequest): Promise<Answer> {
  await service.store.parameters.refresh();
  const given = givenIn(service, request);
  const max = given.find(([name]) => name === 'max')?.[1] ?? '1';
  if (!/^[1-9]\d{0,3}$/.test(max) || Number(max) > lastMax)
    refuse('max', `expected a whole number from 1 to ${lastMax}`);
  const criteria = given.filter(([name]) => !['max', '_format', '_pretty'].includes(name));
  const has = (...names: readonly string[]) =>
    criteria.some(([name]) => names.includes(name.split(/[:.]/)[0] ?? ''));
  if (!has('patient', 'subject')) refuse('patient', 'expected the patient, as patient or subject');
  if (!has('code', 'category')) refuse('code', 'expected a code or a category');
  const own = criteria.find(([name]) =>
    ['_sort', '_count', '_cursor', '_include', '_revinclude', '_summary'].includes(name.split(':')[0] ?? ''),
  );
  if (own) refuse(own[0], 'has no place here: all are looked at, and the newest of each kind are given');
  const all = await observationsOf(service, request, criteria);
  // Whoever asks by status gets what was asked for; nobody wants a mistake for the newest value.
  const valid = has('status') ? all : all.filter(({ tree }) => tree['status'] !== 'entered-in-error');
  const entries = newestOfEach(valid, Number(max)).map(({ hit }) => ({
    fullUrl: `${request.base}/Observation/${hit.id}`,
    resource: hit.body,
    more: { search: { mode: 'match' } },
  }));
  const self = `${request.base}/Observation/$lastn?${new URLSearchParams(given).toString()}`;
  return answerJson(
    bundleText({ type: 'searchset', total: entries.length, links: [['self', self]] }, entries),
  );
}

function refuse(at: string, text: string): never {
  throw new Refusal('invalid', [{ code: 'value', at, text }]);
}

function givenIn(service: Service, request: FhirRequest): [string, string][] {
  const given = request.query
    .filter(([, value]) => value !== '')
    .map(([name, value]): [string, string] => [name, value]);
  if (request.method !== 'POST' || request.body === undefined || request.body.length === 0) return given;
  const list = readParameters(request, service.limits).tree['parameter'];
  for (const one of Array.isArray(list) ? list.filter(isObject) : []) {
    const value = Object.entries(one).find(([key]) => key.startsWith('value'))?.[1];
    const text = isObject(value) ? value['reference'] : value;
    if (typeof text !== 'string' && typeof text !== 'number')
      return refuse(String(one['name']).slice(0, 60), 'expected a simple value');
    given.push([String(one['name']), String(text)]);
  }
  return given;
}

/** The first `max` of each kind, kinds in the order of their newest. */
function newestOfEach(observations: readonly FoundObservation[], max: number): FoundObservation[] {
  const kinds = kindsOf(observations.map(({ tree }) => keysOf(tree)));
  const byKind = Map.groupBy(observations, (_, n) => kinds[n]);
  return [...byKind.values()].flatMap((list) => list.slice(0, max));
}

function keysOf(tree: Json): string[] {
  const code = tree['code'];
  const codings = codingsOf(code).map((one) => `${one.system}|${one.code}`);
  if (codings.length > 0) return codings;
  return [isObject(code) && typeof code['text'] === 'string' ? `text ${fold(code['text'])}` : 'nothing'];
}

/** For each list of keys the name of its kind: lists that share a key, also through others, have one. */
function kindsOf(lists: readonly (readonly string[])[]): string[] {
  const above = new Map<string, string>();
  const top = (key: string): string => {
    let at = key;
    for (let next = above.get(at); next !== undefined; next = above.get(at)) at = next;
    // Shortened, so that the way up stays short for whoever asks next.
    if (at !== key) above.set(key, at);
    return at;
  };
  for (const [first = '', ...others] of lists) {
    for (const other of others) {
      const [one, two] = [top(first), top(other)];
      if (one !== two) above.set(two, one);
    }
  }
  return lists.map(([first = '']) => top(first));
}
