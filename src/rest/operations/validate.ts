/**
 * `$validate` (http://hl7.org/fhir/R4/resource-operation-validate.html): what a write would say of a resource, and what
 * it would not say: warnings, and profiles of the record. Nothing is written. 200 means that it was judged, not that it is right.
 */
import { Refusal, type Issue } from '#base/refusal.ts';
import { advise } from '#fhir/advise.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseResource, type Parsed } from '#fhir/parse.ts';
import { checkProfiles } from '#fhir/profile/check.ts';
import { PathError } from '#fhir/path/compile.ts';
import { validate } from '#fhir/validate.ts';
import { readNewest } from '#store/reader.ts';
import { answerJson } from '../answer.ts';
import { named } from '../parameters.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { idOf, refuseOtherThanJson, typeOf } from '../target.ts';
import { withStored } from './stored-definitions.ts';

const modes = ['create', 'update', 'delete', 'profile'] as const;
type Mode = (typeof modes)[number];
/** Profiles that one request may demand. */
const profilesMax = 20;

interface Asked {
  readonly resource: Parsed | undefined;
  readonly mode: Mode | undefined;
  readonly profiles: readonly string[];
}

export async function validateResource(service: Service, request: FhirRequest): Promise<Answer> {
  const type = typeOf(request);
  const id = request.path.length > 2 ? idOf(request) : undefined;
  const asked = askedIn(service, request);
  const stored =
    id === undefined ? undefined : await readNewest(service.store.sql, request.caller.sees, type, id);
  if (id !== undefined && stored?.body === undefined && asked.mode !== 'create') {
    throw new Refusal(
      stored ? 'gone' : 'unknown',
      stored ? `${type}/${id} was deleted` : `there is no ${type}/${id}`,
    );
  }
  if (asked.mode === 'delete') {
    if (id === undefined) throw new Refusal('invalid', 'a delete is validated at the address of a resource');
    return answerIssuesFound([
      { severity: 'information', code: 'informational', text: `${type}/${id} could be deleted` },
    ]);
  }
  const resource =
    asked.resource ?? (stored?.body === undefined ? undefined : parseResource(stored.body, service.limits));
  if (!resource)
    throw new Refusal('invalid', `expected a ${type} in the body, alone or as a parameter`, {
      code: 'required',
    });
  const issues: Issue[] = [...validate(resource), ...placeIssues(resource, type, id, asked)];
  if (issues.length === 0) issues.push(...(await profileIssues(service, resource.tree, asked.profiles)));
  return answerIssuesFound(
    issues.length > 0
      ? issues
      : [{ severity: 'information', code: 'informational', text: 'nothing was found that is wrong' }],
  );
}

function answerIssuesFound(issues: readonly Issue[]): Answer {
  return answerJson(JSON.stringify(operationOutcome(issues)));
}

/** What is wrong with where the resource would be written. */
function placeIssues(
  { type, tree }: Parsed,
  wanted: string,
  id: string | undefined,
  { mode }: Asked,
): Issue[] {
  if (type !== wanted) {
    return [{ code: 'value', at: 'resourceType', text: `is ${type}; the address is for ${wanted}` }];
  }
  const own = tree['id'];
  if (mode !== 'update' || (own !== undefined && (id === undefined || own === id))) return [];
  const text = own === undefined ? 'is required in an update' : 'is not the id of the address';
  return [{ code: own === undefined ? 'required' : 'value', at: `${type}.id`, text }];
}

async function profileIssues(
  service: Service,
  tree: Json,
  profiles: readonly string[],
): Promise<readonly Issue[]> {
  try {
    return await withStored(service, (known) => [
      ...checkProfiles(tree, known, profiles),
      ...advise(tree, known.terminology, (url) => known.profiles(url, 'newest') !== undefined),
    ]);
  } catch (error) {
    // A profile of the record may hold an invariant that is no FHIRPath.
    if (!(error instanceof PathError)) throw error;
    return [
      { severity: 'warning', code: 'not-supported', text: `a profile could not be judged: ${error.message}` },
    ];
  }
}

// ---------------------------------------------------------------- the question

function askedIn(service: Service, request: FhirRequest): Asked {
  const inAddress = (name: string) => request.query.filter(([one]) => one === name).map(([, value]) => value);
  const { body } = request;
  if (request.method !== 'POST' || body === undefined || body.length === 0) {
    return { resource: undefined, ...settings(inAddress('mode'), inAddress('profile')) };
  }
  refuseOtherThanJson(request);
  // Parameters, and a resource in them, may be as deep as a resource that comes alone.
  const parsed = parseResource(body, { depthMax: service.limits.depthMax + parametersDepth });
  const isQuestion =
    parsed.type === 'Parameters' && (request.path[0] !== 'Parameters' || hasNamed(parsed.tree));
  if (!isQuestion) return { resource: parsed, ...settings(inAddress('mode'), inAddress('profile')) };
  const textsOf = (name: string) =>
    named(parsed.tree, name).flatMap((one) => {
      const [value] = Object.entries(one).flatMap(([key, found]) => (key.startsWith('value') ? [found] : []));
      return typeof value === 'string' ? [value] : [];
    });
  const [given] = named(parsed.tree, 'resource');
  return {
    resource: isObject(given?.['resource']) ? within(parsed, given['resource']) : undefined,
    ...settings([...inAddress('mode'), ...textsOf('mode')], [...inAddress('profile'), ...textsOf('profile')]),
  };
}
const parametersDepth = 3;

function hasNamed(tree: Json): boolean {
  return ['resource', 'mode', 'profile'].some((name) => named(tree, name).length > 0);
}

function within(parameters: Parsed, tree: Json): Parsed {
  // A member written twice is told by counting; what else the Parameters hold is counted here.
  const members = parameters.members - (count(parameters.tree) - count(tree));
  return { type: String(tree['resourceType']), tree, text: '', members };
}
function count(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + count(one), 0);
  if (!isObject(value)) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + 1 + count(one), 0);
}

function settings(given: readonly string[], profiles: readonly string[]): Pick<Asked, 'mode' | 'profiles'> {
  const [text] = given;
  const mode = modes.find((one) => one === text);
  if (text !== undefined && !mode) {
    throw new Refusal('invalid', [{ code: 'value', at: 'mode', text: `expected ${modes.join(', ')}` }]);
  }
  if (profiles.length > profilesMax)
    throw new Refusal('tooMuch', `at most ${profilesMax} profiles are judged at once`);
  if (mode === 'profile' && profiles.length === 0) {
    throw new Refusal('invalid', [
      { code: 'required', at: 'profile', text: 'is required with mode profile' },
    ]);
  }
  return { mode, profiles };
}
