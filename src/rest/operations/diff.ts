/**
 * `$diff`: what leads from one version to another, or from one resource to another of its type, as a FHIRPath Patch
 * (http://hl7.org/fhir/R4/fhirpatch.html). R4 has no such operation; this one is ours.
 */
import { Refusal } from '#base/refusal.ts';
import { diffText } from '#fhir/path-patch/diff.ts';
import { readNewest, readVersion } from '#store/reader.ts';
import { answerJson } from '../answer.ts';
import { named, readParameters } from '../parameters.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { idOf, typeOf, versionNumber } from '../target.ts';

/** `[type]/[id]/$diff?from=2&to=5`; `to` is the newest version when it is not said, and `from` the one before `to`. */
export async function diffVersions(service: Service, request: FhirRequest): Promise<Answer> {
  const [type, id] = [typeOf(request), idOf(request)];
  const given = givenIn(service, request);
  const newest = await readNewest(service.store.sql, request.caller.sees, type, id);
  if (!newest) throw new Refusal('unknown', `there is no ${type}/${id}`);
  const to = versionOf('to', given('to')) ?? newest.version;
  const from = versionOf('from', given('from')) ?? to - 1;
  if (from < 1)
    throw new Refusal('invalid', `version ${to} of ${type}/${id} is the first: there is none before`);
  return answerDiff(
    await textOf(service, request, { type, id, version: from }),
    await textOf(service, request, { type, id, version: to }),
  );
}

/** `[base]/$diff?from=Type/id/_history/2&to=Type/id`: a resource without a version is its newest. */
export async function diffResources(service: Service, request: FhirRequest): Promise<Answer> {
  const given = givenIn(service, request);
  const [from, to] = [placeOf('from', given('from')), placeOf('to', given('to'))];
  if (from.type !== to.type)
    throw new Refusal('invalid', [
      { code: 'value', at: 'to', text: `is a ${to.type}; expected a ${from.type} as in from` },
    ]);
  return answerDiff(await textOf(service, request, from), await textOf(service, request, to));
}

function answerDiff(from: string, to: string): Answer {
  return answerJson(diffText(from, to));
}

/** The parameters, in the address or as Parameters in the body. */
function givenIn(service: Service, request: FhirRequest): (name: string) => string | undefined {
  if (request.method !== 'POST' || request.body === undefined || request.body.length === 0)
    return (name) => request.query.find(([one]) => one === name)?.[1];
  const { tree } = readParameters(request, service.limits);
  return (name) => {
    const [parameter] = named(tree, name);
    const value = Object.entries(parameter ?? {}).find(([key]) => key.startsWith('value'))?.[1];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
}

function versionOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const version = versionNumber(text);
  if (version === undefined)
    throw new Refusal('invalid', [{ code: 'value', at: name, text: 'expected the number of a version' }]);
  return version;
}

interface ResourcePlace {
  readonly type: string;
  readonly id: string;
  readonly version?: number;
}
const placePattern = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/([1-9]\d{0,8}))?$/;

function placeOf(name: string, text: string | undefined): ResourcePlace {
  const [, type = '', id = '', version] = placePattern.exec(text ?? '') ?? [];
  if (type === '')
    throw new Refusal('invalid', [
      { code: 'value', at: name, text: 'expected Type/id or Type/id/_history/version' },
    ]);
  return { type, id, ...(version === undefined ? {} : { version: Number(version) }) };
}

async function textOf(service: Service, request: FhirRequest, place: ResourcePlace): Promise<string> {
  const { sql } = service.store;
  const { type, id, version } = place;
  const found =
    version === undefined
      ? await readNewest(sql, request.caller.sees, type, id)
      : await readVersion(sql, request.caller.sees, type, id, version);
  if (!found) throw new Refusal('unknown', `there is no ${type}/${id}, or no such version of it`);
  if (found.body === undefined)
    throw new Refusal('gone', `${type}/${id} was deleted in version ${found.version}`);
  return found.body;
}
