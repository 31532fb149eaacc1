/**
 * `$graphql` (http://hl7.org/fhir/R4/graphql.html), of everything and of one resource. A query is answered whole or
 * refused: nothing that was asked is missing in silence.
 */
import { Refusal } from '#base/refusal.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseJson } from '#fhir/parse.ts';
import { named } from '../parameters.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { idOf, isId, mediaTypeOf, refuseOtherThanJson, typeOf } from '../target.ts';
import { fieldsOf, readQuestion, wrong, type Field, type Question } from './document.ts';
import { createLinks } from './links.ts';
import type { Output } from './output.ts';
import { pathStepsMax, selectResource, type Selecting } from './select.ts';

/** `[base]/$graphql`: `Patient(id: …)`, `PatientList(…)`, `PatientConnection(…)`. */
export async function graphqlSystem(service: Service, request: FhirRequest): Promise<Answer> {
  const selecting = await begin(service, request);
  const { question, links } = selecting;
  const data: Output = {};
  for (const field of fieldsOf(question, [question.root], (type) => type === 'Query')) {
    if (field.name.startsWith('__')) refuseIntrospection(field);
    data[field.key] =
      /(?:List|Connection)$/.test(field.name) && !isResourceType(field.name)
        ? await links.list(selecting, field, undefined, 0)
        : await one(selecting, field);
  }
  return answerData(data);
}

/** `[base]/[type]/[id]/$graphql` */
export async function graphqlInstance(service: Service, request: FhirRequest): Promise<Answer> {
  const [type, id] = [typeOf(request), idOf(request)];
  const selecting = await begin(service, request);
  const tree = await selecting.links.read(type, id);
  if (!tree) throw new Refusal('unknown', `there is no ${type}/${id}, or it was deleted`);
  return answerData(await selectResource(selecting, tree, [selecting.question.root], 0));
}

function answerData(data: Output): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ data }) };
}

function refuseIntrospection({ name }: Field): never {
  return wrong(`${name.slice(0, 60)}: the schema is not told here; it is that of FHIR R4`, 'not-supported');
}

async function begin(service: Service, request: FhirRequest): Promise<Selecting> {
  await service.store.parameters.refresh();
  return {
    question: readAsked(service, request),
    links: createLinks(service, request),
    values: 0,
    budget: { steps: pathStepsMax },
  };
}

/** Null when there is none: whether there is may be what is asked. */
async function one(selecting: Selecting, field: Field): Promise<Output | null> {
  const { id, ...others } = field.given;
  if (!isResourceType(field.name))
    wrong(`${field.name.slice(0, 60)} is no resource type of FHIR R4, nor one with List or Connection`);
  if (typeof id !== 'string' || !isId(id) || Object.keys(others).length > 0)
    return wrong(`${field.name} takes an id, and nothing else`);
  if (field.selections.length === 0) wrong(`${field.name}: ask for fields of it`);
  const tree = await selecting.links.read(field.name, id);
  return tree ? selectResource(selecting, tree, field.selections, 0) : null;
}

/** By GET, as a body of GraphQL, as JSON, and as Parameters. */
function readAsked(service: Service, request: FhirRequest): Question {
  const inAddress = (name: string) => request.query.find(([key]) => key === name)?.[1];
  const { body } = request;
  if (request.method !== 'POST' || body === undefined || body.length === 0) {
    const variables = inAddress('variables');
    return questionOf(
      inAddress('query'),
      variables === undefined ? undefined : parseJson(variables, service.limits).tree,
      inAddress('operationName'),
    );
  }
  if (mediaTypeOf(request) === 'application/graphql')
    return questionOf(typeof body === 'string' ? body : new TextDecoder().decode(body), undefined, undefined);
  refuseOtherThanJson(request);
  const { tree } = parseJson(body, service.limits);
  if (!isObject(tree)) return wrong('expected {"query": …}');
  if (tree['resourceType'] === 'Parameters')
    return questionOf(named(tree, 'query')[0]?.['valueString'], undefined, undefined);
  return questionOf(tree['query'], tree['variables'], tree['operationName']);
}

function questionOf(query: unknown, variables: unknown, operationName: unknown): Question {
  if (typeof query !== 'string' || query.trim() === '') return wrong('expected a query');
  if (variables !== undefined && variables !== null && !isObject(variables))
    return wrong('expected variables as an object');
  const given: Json = isObject(variables) ? variables : {};
  return readQuestion(query, given, typeof operationName === 'string' ? operationName : undefined);
}
