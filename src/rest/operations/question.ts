/** What a terminology operation is asked: parameters of the address, or Parameters in the body, by the names FHIR gives them. */
import { Refusal } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { readNewest } from '#store/reader.ts';
import { answerJson } from '../answer.ts';
import { named, readParameters } from '../parameters.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { idOf, typeOf } from '../target.ts';

export interface Coding {
  readonly system: string | undefined;
  readonly code: string;
  readonly display: string | undefined;
}
export interface Question {
  readonly text: (name: string) => string | undefined;
  /** @throws Refusal `invalid` for what is no whole number from 0. */
  readonly whole: (name: string) => number | undefined;
  readonly flag: (name: string) => boolean;
  /** What a Reference points at, `Patient/17`; of the address, the text itself. */
  readonly reference: (name: string) => string | undefined;
  /** One Coding, or those of a CodeableConcept; several are alternatives. */
  readonly codings: (coding: string, codeableConcept: string) => readonly Coding[];
  readonly resource: (name: string) => Json | undefined;
}

/** Codings of one CodeableConcept, at most. */
const codingsMax = 100;

export function questionOf(service: Service, request: FhirRequest): Question {
  const hasBody = request.method === 'POST' && request.body !== undefined && request.body.length > 0;
  const tree: Json = hasBody ? readParameters(request, service.limits).tree : {};
  const valueOf = (name: string): unknown =>
    named(tree, name).flatMap((one) =>
      Object.entries(one).flatMap(([key, value]) => (key.startsWith('value') ? [value] : [])),
    )[0];
  const text = (name: string): string | undefined => {
    const value = valueOf(name) ?? request.query.find(([one, given]) => one === name && given !== '')?.[1];
    return typeof value === 'string'
      ? value
      : typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : undefined;
  };
  return {
    text,
    whole: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      if (!/^\d{1,9}$/.test(value))
        throw new Refusal('invalid', [{ code: 'value', at: name, text: 'expected a whole number' }]);
      return Number(value);
    },
    flag: (name) => text(name) === 'true',
    reference: (name) => {
      const value = valueOf(name);
      return isObject(value) && typeof value['reference'] === 'string' ? value['reference'] : text(name);
    },
    codings: (coding, codeableConcept) => {
      const concept = valueOf(codeableConcept);
      const all: readonly unknown[] = [
        valueOf(coding),
        ...(isObject(concept) && Array.isArray(concept['coding'])
          ? concept['coding'].slice(0, codingsMax)
          : []),
      ];
      return all.flatMap((one) => (isObject(one) ? (codingOf(one) ?? []) : []));
    },
    resource: (name) => {
      const found = named(tree, name)[0]?.['resource'];
      return isObject(found) ? found : undefined;
    },
  };
}

function codingOf({ system, code, display }: Json): Coding | undefined {
  if (typeof code !== 'string') return undefined;
  return {
    system: typeof system === 'string' ? system : undefined,
    code,
    display: typeof display === 'string' ? display : undefined,
  };
}

/** @throws Refusal `invalid` when it is not there. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined)
    throw new Refusal('invalid', [{ code: 'required', at: name, text: 'is required' }]);
  return value;
}

/** What stands at the address: `ValueSet/[id]/$expand`. Undefined for an operation on the type. */
export async function instanceOf(service: Service, request: FhirRequest): Promise<Json | undefined> {
  if (request.path.length < 3) return undefined;
  const [type, id] = [typeOf(request), idOf(request)];
  const stored = await readNewest(service.store.sql, request.caller.sees, type, id);
  if (!stored) throw new Refusal('unknown', `there is no ${type}/${id}`);
  if (stored.body === undefined) throw new Refusal('gone', `${type}/${id} was deleted`);
  const tree: unknown = JSON.parse(stored.body);
  if (!isObject(tree)) throw new Error(`${type}/${id} is stored as no object`);
  // One without an address of its own has this.
  return { url: `${request.base}/${type}/${id}`, ...tree };
}

export type Parameter = Readonly<Record<string, unknown>>;

export function answerParameters(parameters: readonly (Parameter | undefined)[]): Answer {
  return answerJson(
    JSON.stringify({ resourceType: 'Parameters', parameter: parameters.filter((one) => one !== undefined) }),
  );
}
/** A text parameter; none for an empty text, which FHIR does not allow. */
export function textParameter(
  name: string,
  value: string | undefined,
  kind = 'valueString',
): Parameter | undefined {
  return value === undefined || value === '' ? undefined : { name, [kind]: value };
}
