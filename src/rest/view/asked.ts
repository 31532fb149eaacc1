/** What `$viewdefinition-run` is asked for: in the address, in Parameters, or a bare view as the body. */
import { Refusal } from '#base/refusal.ts';
import { timeSpan } from '#fhir/date.ts';
import { parseLossless } from '#fhir/json-text.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseJson } from '#fhir/parse.ts';
import { readView, type View } from '#fhir/view/view.ts';
import type { FhirRequest, Service } from '../service.ts';
import { refuseOtherThanJson } from '../target.ts';
import type { TableForm } from './table.ts';

export interface AskedView {
  readonly view: View;
  readonly form: TableForm;
  readonly limit: number;
  /** Only what is in the compartment of this patient. */
  readonly patient?: string;
  /** Only what was written at or after, ms since 1970. */
  readonly since?: number;
  /** Made of these instead of what is stored. */
  readonly resources?: readonly string[];
}

const rowsMax = 100_000_000;
const mediaTypes: Readonly<Record<string, TableForm['kind']>> = {
  json: 'json',
  'application/json': 'json',
  'application/fhir+json': 'json',
  ndjson: 'ndjson',
  'application/ndjson': 'ndjson',
  'application/x-ndjson': 'ndjson',
  'application/fhir+ndjson': 'ndjson',
  csv: 'csv',
  'text/csv': 'csv',
};
const used = ['_format', 'header', '_limit', '_since', 'patient'];
/** Parameters of the standard that are not taken, and why. */
const notTaken: Readonly<Record<string, string>> = {
  viewReference: 'views are no resources of R4 and are not stored here: send the view as viewResource',
  group: 'is not taken: ask for the patients one by one',
  source: 'is not taken: a view is made of what is stored here',
};

/** @throws Refusal `invalid`, saying what was expected. */
export function readAskedView(service: Service, request: FhirRequest): AskedView {
  refuseOtherThanJson(request);
  if (request.body === undefined || request.body.length === 0)
    return refuse(
      'viewResource',
      'expected a ViewDefinition, in the body or as viewResource of Parameters there',
    );
  const tree = parseLossless(parseJson(request.body, service.limits).text);
  if (!isObject(tree)) return refuse('', 'expected a ViewDefinition or Parameters in the body');
  const inBody =
    tree['resourceType'] === 'Parameters' ? parametersIn(tree) : [['viewResource', tree] as const];
  const given = [...request.query, ...inBody];
  for (const [name] of given) {
    if (notTaken[name]) refuse(name, notTaken[name]);
    const isKnown = used.includes(name) || ['viewResource', 'resource', '_pretty'].includes(name);
    // A filter that was dropped would tell of more than was asked for.
    if (!isKnown)
      refuse(name.slice(0, 60), `is not known here; ${used.join(', ')}, viewResource and resource are`);
  }
  const values = (name: string) => given.flatMap(([one, value]) => (one === name ? [value] : []));
  const [definition, other] = values('viewResource');
  if (definition === undefined || other !== undefined) refuse('viewResource', 'expected one ViewDefinition');
  const patient = textOf(values('patient')[0]);
  const since = textOf(values('_since')[0]);
  const sinceAt = since === undefined ? undefined : timeSpan(since.replace(/ (\d{2}:\d{2})$/, '+$1'))?.low;
  if (since !== undefined && sinceAt === undefined)
    refuse('_since', 'expected an instant such as 2026-01-15T14:05:00Z');
  const resources = values('resource');
  return {
    view: readView(JSON.parse(JSON.stringify(definition))),
    form: formOf(request, textOf(values('_format')[0]), textOf(values('header')[0])),
    limit: limitOf(textOf(values('_limit')[0])),
    ...(patient === undefined ? {} : { patient: patientIn(patient) }),
    ...(sinceAt === undefined ? {} : { since: sinceAt }),
    ...(resources.length === 0 ? {} : { resources: resources.map(resourceIn) }),
  };
}

function refuse(at: string, text: string): never {
  throw new Refusal('invalid', at === '' ? text : [{ code: 'value', at, text }]);
}

function parametersIn(tree: Json): (readonly [string, unknown])[] {
  const list: readonly unknown[] = Array.isArray(tree['parameter']) ? tree['parameter'] : [];
  return list.map((one) => {
    if (!isObject(one) || typeof one['name'] !== 'string')
      return refuse('Parameters.parameter', 'expected a name and a value');
    const value = one['resource'] ?? Object.entries(one).find(([key]) => key.startsWith('value'))?.[1];
    return [
      one['name'],
      isObject(value) && typeof value['reference'] === 'string' ? value['reference'] : value,
    ] as const;
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

function limitOf(text: string | undefined): number {
  if (text === undefined || text === '') return rowsMax;
  return /^[1-9]\d{0,7}$/.test(text) ? Number(text) : refuse('_limit', 'expected a whole number above 0');
}

function patientIn(text: string): string {
  const id = /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/.exec(text)?.[1];
  return id ?? refuse('patient', 'expected a reference such as Patient/1');
}

/** A resource that was sent, as text. */
function resourceIn(value: unknown): string {
  if (!isObject(value) || typeof value['resourceType'] !== 'string')
    return refuse('resource', 'expected a resource');
  return JSON.stringify(value);
}

function formOf({ headers }: FhirRequest, format: string | undefined, header: string | undefined): TableForm {
  const asked = format?.replace(' ', '+').toLowerCase() ?? accepted(headers['accept']);
  const kind = mediaTypes[asked];
  if (!kind)
    throw new Refusal(
      'notAcceptable',
      `tables are json, ndjson or csv; '${asked.slice(0, 60)}' was asked for`,
    );
  if (header !== undefined && header !== 'true' && header !== 'false')
    refuse('header', 'expected true or false');
  return { kind, header: header !== 'false' };
}

/** The first form that is accepted; JSON for those who do not mind. */
function accepted(header: string | undefined): string {
  const ranges = (header ?? '*/*').split(',').map((one) => one.split(';')[0]?.trim().toLowerCase() ?? '');
  const named = ranges.find((one) => Object.hasOwn(mediaTypes, one));
  return (
    named ??
    (ranges.some((one) => one === '*/*' || one === 'application/*' || one === '')
      ? 'json'
      : (ranges[0] ?? ''))
  );
}
