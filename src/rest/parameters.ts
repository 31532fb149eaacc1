/** Parameters in and out of operations (http://hl7.org/fhir/R4/parameters.html). */
import { Refusal } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseResource, refuseIssues, type Parsed } from '#fhir/parse.ts';
import { validate } from '#fhir/validate.ts';
import type { FhirRequest, Limits } from './service.ts';
import { refuseOtherThanJson } from './target.ts';

/** The Parameters in the body. @throws Refusal when there are none, or they are not what R4 allows. */
export function readParameters(request: FhirRequest, limits: Limits): Parsed {
  refuseOtherThanJson(request);
  if (request.body === undefined || request.body.length === 0)
    throw new Refusal('invalid', 'expected Parameters in the body', { code: 'required' });
  const parsed = parseResource(request.body, limits);
  if (parsed.type !== 'Parameters')
    throw new Refusal('invalid', [
      { code: 'value', at: 'resourceType', text: `expected Parameters, found ${parsed.type}` },
    ]);
  refuseIssues(validate(parsed));
  return parsed;
}

/** The parameters, or parts, of a name. */
export function named(parent: Json, name: string): Json[] {
  const list = parent['parameter'] ?? parent['part'];
  return Array.isArray(list)
    ? list.filter((one: unknown): one is Json => isObject(one) && one['name'] === name)
    : [];
}
