/**
 * `$meta`, `$meta-add`, `$meta-delete` (http://hl7.org/fhir/R4/resource-operation-meta.html). The journal is never
 * changed, so adding and deleting make a new version, and the history tells who marked what; versions of the past stay
 * as they were. An update says the whole of `meta`, as of every other element.
 */
import { Refusal } from '#base/refusal.ts';
import { parseLossless, parts } from '#fhir/json-text.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { uuidv7 } from '#base/id.ts';
import { readMetaInUse } from '#store/meta.ts';
import { readNewest, readVersion } from '#store/reader.ts';
import { answerJson, etagOf, versionHeaders } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { idOf, parseIfMatch, typeOf, versionNumber } from '../target.ts';
import { performEntries, writtenVersion } from '../write/write.ts';
import { named, readParameters } from '../parameters.ts';

/** More resources than these are not looked through for one answer: a second of the database. */
const resourcesLookedThroughMax = 100_000;

const markKinds = ['profile', 'security', 'tag'] as const;
type Marks = Readonly<Record<(typeof markKinds)[number], readonly unknown[]>>;

/** `[base]/$meta` and `[base]/[type]/$meta`: all marks in use, each once. */
export async function metaInUse(service: Service, request: FhirRequest): Promise<Answer> {
  const type = request.path.length > 1 ? typeOf(request) : undefined;
  const { sql } = service.store;
  const rows = await readMetaInUse(sql, request.caller.sees, type, resourcesLookedThroughMax);
  if (!rows)
    throw new Refusal(
      'tooMuch',
      `more than ${resourcesLookedThroughMax} resources would be looked through; ask for a smaller type`,
    );
  const none: Marks = { profile: [], security: [], tag: [] };
  const found = rows.reduce(
    (all, { kind, value }) => ({ ...all, [kind]: joined(all[kind], [JSON.parse(value)]) }),
    none,
  );
  return answerMeta(JSON.stringify(withMarks({}, found)));
}

/** `[base]/[type]/[id]/$meta`, also of a version. */
export async function metaOf(service: Service, request: FhirRequest): Promise<Answer> {
  const [type, id] = [typeOf(request), idOf(request)];
  const { sql } = service.store;
  const { sees } = request.caller;
  const number = versionNumber(request.path[3] ?? '');
  const version =
    request.path[2] === '$meta'
      ? await readNewest(sql, sees, type, id)
      : number === undefined
        ? undefined
        : await readVersion(sql, sees, type, id, number);
  if (!version) throw new Refusal('unknown', `there is no ${type}/${id}, or no such version of it`);
  if (version.body === undefined)
    throw new Refusal('gone', `${type}/${id} was deleted in version ${version.version}`, {
      headers: { etag: etagOf(version.version) },
    });
  return answerMeta(metaText(version.body), versionHeaders(version));
}

export function metaAdd(service: Service, request: FhirRequest): Promise<Answer> {
  return change(service, request, joined);
}

export function metaDelete(service: Service, request: FhirRequest): Promise<Answer> {
  return change(service, request, (own, named) =>
    own.filter((one) => !named.some((other) => isSame(one, other))),
  );
}

type Combine = (own: readonly unknown[], named: readonly unknown[]) => readonly unknown[];

async function change(service: Service, request: FhirRequest, combine: Combine): Promise<Answer> {
  const [type, id] = [typeOf(request), idOf(request)];
  const [given, ...others] = named(readParameters(request, service.limits).tree, 'meta');
  const meta = given?.['valueMeta'];
  if (!isObject(meta) || others.length > 0)
    throw new Refusal('invalid', [
      { code: 'required', at: 'Parameters.parameter', text: 'expected one parameter meta with a valueMeta' },
    ]);
  const ifMatch = parseIfMatch(request.headers['if-match']);
  const patch = (stored: string): string => {
    const own: unknown = parseLossless(metaText(stored));
    const before = marksOf(isObject(own) ? own : {});
    const after = marksOf(meta);
    const marks: Marks = {
      profile: combine(before.profile, after.profile),
      security: combine(before.security, after.security),
      tag: combine(before.tag, after.tag),
    };
    return withMetaText(stored, JSON.stringify(withMarks(isObject(own) ? own : {}, marks)));
  };
  const entry = {
    kind: 'patch',
    type,
    id,
    patch,
    newId: uuidv7(),
    ...(ifMatch === undefined ? {} : { ifMatch }),
  } as const;
  const outcome = await performEntries(service, request, [entry]);
  const version = await writtenVersion(service, request, outcome, 0);
  return answerMeta(metaText(version.body ?? '{}'), {
    ...versionHeaders(version),
    'idempotency-key': outcome.act,
  });
}

function answerMeta(meta: string, headers: Record<string, string> = {}): Answer {
  // Parameters cannot hold an empty object.
  const value = meta === '{}' ? '' : `,"valueMeta":${meta}`;
  return answerJson(`{"resourceType":"Parameters","parameter":[{"name":"return"${value}}]}`, 200, headers);
}

/** The text of a stored resource's `meta`. */
function metaText(body: string): string {
  const meta = parts(body).find(({ key }) => key === 'meta');
  return meta ? body.slice(meta.start, meta.end) : '{}';
}

function withMetaText(body: string, meta: string): string {
  const own = parts(body).find(({ key }) => key === 'meta');
  return own ? body.slice(0, own.start) + meta + body.slice(own.end) : body;
}

function marksOf(meta: Json): Marks {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  return { profile: list(meta['profile']), security: list(meta['security']), tag: list(meta['tag']) };
}

/** `meta` with these marks; a list of none is left out. */
function withMarks(meta: Json, marks: Marks): Json {
  const others = Object.entries(meta).filter(([name]) => !markKinds.some((kind) => kind === name));
  const some = markKinds.flatMap((kind) => (marks[kind].length > 0 ? [[kind, marks[kind]] as const] : []));
  return Object.fromEntries([...others, ...some]);
}

/** Sets: a tag or label is the same by system and code, whatever its version and display; a profile by its address. */
function joined(own: readonly unknown[], more: readonly unknown[]): readonly unknown[] {
  return more.reduce<readonly unknown[]>(
    (all, one) => (all.some((other) => isSame(one, other)) ? all : [...all, one]),
    own,
  );
}

function isSame(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return one === other;
  return one['system'] === other['system'] && one['code'] === other['code'];
}
