/**
 * `Patient/[id]/$merge`: another record of the same person becomes part of this one, with everything that pointed at it;
 * and `Patient/[id]/$unmerge`, on the record that was merged, takes the two apart again. FHIR R4 knows the links
 * (http://hl7.org/fhir/R4/patient.html#merge) and no operation. Each is one act: whole or not at all, and in the journal.
 */
import { actIdOf, newActId, uuidv7 } from '#base/id.ts';
import { Refusal } from '#base/refusal.ts';
import { noGuards } from '#care/guard.ts';
import { replaceReferences } from '#fhir/bundle.ts';
import { cprSystem } from '#fhir/cpr.ts';
import { asSource, asTarget, replacedBy, sourceAgain, targetAgain } from '#fhir/merged-patients.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseResource } from '#fhir/parse.ts';
import { isOpenFor, readDepths, seesEverything } from '#store/access.ts';
import { countMadeSince, readChangesOfAct, readPointing, type ChangeOfAct } from '#store/pointing.ts';
import { readNewest } from '#store/reader.ts';
import { firstMatches } from '#store/search/search.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { conditionOf, idOf } from '../target.ts';
import type { WriteEntry } from '../write/entry.ts';
import { performEntries } from '../write/write.ts';
import { answerParameters, questionOf } from './question.ts';

/** A record with more is not one that was begun by mistake. It is one act, and is held in memory while it is written. */
const movedMax = 20_000;
/** Others may write to the old record until the moment of the merge, and what they wrote is fetched after it. */
const roundsMax = 5;
const activityCode = 'merge';
const activitySystem = 'https://holdfast.dk/fhir/activity';

/** Merges the record named by `source` into that of the address. `preview=true` counts and writes nothing. */
export async function mergePatients(service: Service, request: FhirRequest): Promise<Answer> {
  const asked = questionOf(service, request);
  const [target, source] = [idOf(request), patientIdOf(asked.reference('source'))];
  if (source === target)
    throw new Refusal('invalid', [
      { code: 'value', at: 'Parameters.parameter:source', text: 'is the record of the address itself' },
    ]);
  await refuseOthers(service, request, [target, source]);
  const [into, old] = [await person(service, target), await person(service, source)];
  const key = request.headers['idempotency-key']?.trim() ?? '';
  const act = key === '' ? newActId() : actIdOf(key);
  // The answer did not reach them: they ask again under the same key.
  if (key !== '' && replacedBy(old.tree) === target && (await actOfMerge(service, request, source)) === act)
    return merged(target, act, await countMoved(service, act, [target, source]));
  refuseMerged(target, into.tree);
  refuseMerged(source, old.tree);
  refuseTwoPeople(into.tree, old.tree);
  await refuseTwoStays(service, request, target, source);
  const pointing = await pointingAt(service, source);
  if (asked.flag('preview'))
    return answerParameters([{ name: 'moves', valueInteger: pointing.length }, ...kinds(pointing)]);
  await inOneAct(service, request, act, [
    ...pointing.map(({ type, id }) => turning(type, id, source, target)),
    // Of two who do it at once, the second finds it done: the plan of an act runs again on what is then stored.
    patching('Patient', target, (stored) => {
      refuseMerged(target, treeOf(stored));
      return asTarget(stored, old.tree, source);
    }),
    patching('Patient', source, (stored) => {
      refuseMerged(source, treeOf(stored));
      return asSource(stored, target);
    }),
    created(service, provenance(request, act, target, source)),
  ]);
  let late = 0;
  for (let round = 0; round < roundsMax; round++) {
    const more = (await pointingAt(service, source)).filter(
      ({ type, id }) => !pointsOnPurpose(type, id, target),
    );
    if (more.length === 0) break;
    late += more.length;
    await inOneAct(
      service,
      request,
      newActId(),
      more.map(({ type, id }) => turning(type, id, source, target)),
    );
  }
  return merged(target, act, pointing.length + late);
}

function merged(target: string, act: string, moved: number): Answer {
  return answerParameters([
    { name: 'act', valueString: act },
    { name: 'moved', valueInteger: moved },
    { name: 'target', valueReference: { reference: `Patient/${target}` } },
  ]);
}

/** What the act itself moved; what came while it was under way followed in acts of its own. */
async function countMoved({ store }: Service, act: string, patients: readonly string[]): Promise<number> {
  const changes = await readChangesOfAct(store.sql, act);
  return changes.filter(
    ({ type, id, before }) => before !== null && !(type === 'Patient' && patients.includes(id)),
  ).length;
}

/** Takes apart again what was merged into another; the address is that of the record that was merged. */
export async function unmergePatients(service: Service, request: FhirRequest): Promise<Answer> {
  const source = idOf(request);
  await refuseOthers(service, request, [source]);
  const old = await person(service, source);
  const target = replacedBy(old.tree);
  if (target === undefined) throw notMerged(source);
  await refuseOthers(service, request, [target]);
  const act = await actOfMerge(service, request, source);
  const changes = await readChangesOfAct(service.store.sql, act);
  const before = (id: string): Json => {
    const text = changes.find((change) => change.type === 'Patient' && change.id === id)?.before;
    return text ? treeOf(text) : {};
  };
  const back = changes.filter(({ type, id }) => !(type === 'Patient' && (id === source || id === target)));
  const turned = back.filter((change) => pointedOnlyAt(change, source, target));
  const unsure = back.filter((change) => pointedAt(change, source) && !turned.includes(change));
  const since = await countMadeSince(service.store.sql, target, act);
  const there = await Promise.all(
    turned.map(({ type, id }) => service.store.gather(seesEverything, type, id)),
  );
  await inOneAct(service, request, newActId(), [
    ...turned
      .filter((_, n) => there[n]?.body !== undefined)
      .map(({ type, id }) => turning(type, id, target, source)),
    patching('Patient', target, (stored) => targetAgain(stored, before(source), source)),
    patching('Patient', source, (stored) => {
      if (replacedBy(treeOf(stored)) !== target) throw notMerged(source);
      return sourceAgain(stored, before(source), target);
    }),
    ...(since + unsure.length === 0
      ? []
      : [created(service, worklist(request, target, since + unsure.length))]),
  ]);
  return answerParameters([
    { name: 'returned', valueInteger: turned.length },
    { name: 'toDecide', valueInteger: since + unsure.length },
    { name: 'target', valueReference: { reference: `Patient/${target}` } },
    ...unsure.map(({ type, id }) => ({ name: 'unsure', valueReference: { reference: `${type}/${id}` } })),
  ]);
}

/** @throws Refusal `forbidden`: merging is for those who register patients, and who see both records. */
async function refuseOthers(
  { store }: Service,
  { caller: { person: asker, sees } }: FhirRequest,
  patients: readonly string[],
): Promise<void> {
  if (asker && !asker.role.admits && sees.access)
    throw new Refusal('forbidden', 'your role does not merge records', { detail: 'role' });
  if (!sees.access) return;
  const depths = await readDepths(store.sql, sees.access, patients);
  for (const patient of patients) {
    if (!isOpenFor(sees.access, 'Condition', depths.get(patient) ?? 'none'))
      throw new Refusal('forbidden', `the record of Patient/${patient} is not open to you`, {
        detail: 'closed',
      });
    sees.shown?.patients.add(patient);
  }
}

interface Person {
  readonly tree: Json;
}

async function person({ store }: Service, id: string): Promise<Person> {
  const row = await readNewest(store.sql, seesEverything, 'Patient', id);
  if (row?.body === undefined)
    throw new Refusal(
      row ? 'gone' : 'unknown',
      row ? `Patient/${id} was deleted` : `there is no Patient/${id}`,
    );
  return { tree: treeOf(row.body) };
}

function refuseMerged(id: string, tree: Json): void {
  const other = replacedBy(tree);
  if (other !== undefined)
    throw new Refusal('conflict', `Patient/${id} is merged into Patient/${other} already`, {
      detail: 'merged-already',
    });
}

function notMerged(id: string): Refusal {
  return new Refusal('conflict', `Patient/${id} is merged into no other`, { detail: 'not-merged' });
}

/** Two people are told apart by their CPR numbers; a replacement number stands for no number. */
function refuseTwoPeople(one: Json, other: Json): void {
  const [own, others] = [cprOf(one), cprOf(other)];
  if (own !== undefined && others !== undefined && own !== others)
    throw new Refusal(
      'unprocessable',
      'the two have different CPR numbers: they are two people, or one number is wrong',
      {
        code: 'business-rule',
        detail: 'two-people',
      },
    );
}

function cprOf(tree: Json): string | undefined {
  const numbers: unknown[] = Array.isArray(tree['identifier']) ? tree['identifier'] : [];
  const own = numbers.find((one) => isObject(one) && one['system'] === cprSystem && one['use'] !== 'old');
  return isObject(own) && typeof own['value'] === 'string' ? own['value'] : undefined;
}

/** Nobody lies in two places: which of the stays is the true one is for a person to say. */
async function refuseTwoStays(
  service: Service,
  request: FhirRequest,
  target: string,
  source: string,
): Promise<void> {
  const isHere = async (id: string) => {
    const criteria = `subject=Patient/${id}&class=IMP&status=arrived,triaged,in-progress,onleave`;
    const { base } = request;
    const condition = conditionOf(
      'Encounter',
      criteria,
      base,
      service.limits,
      service.store.parameters.custom(),
    );
    return (await firstMatches(service.store.sql, seesEverything, condition)).length > 0;
  };
  if ((await isHere(target)) && (await isHere(source)))
    throw new Refusal('conflict', 'both are admitted now; end one of the two stays first', {
      detail: 'both-admitted',
    });
}

async function pointingAt({ store }: Service, patient: string) {
  const found = await readPointing(store.sql, patient, movedMax);
  if (found.length > movedMax)
    throw new Refusal(
      'tooMuch',
      `more than ${movedMax} resources belong to Patient/${patient}; merge it the other way round`,
    );
  return found;
}

/** The links between the two, and what tells of the merge, go on pointing at the old record. */
function pointsOnPurpose(type: string, id: string, target: string): boolean {
  return (type === 'Patient' && id === target) || type === 'Provenance';
}

function kinds(pointing: readonly { readonly type: string }[]) {
  return [...Map.groupBy(pointing, ({ type }) => type)].map(([type, some]) => ({
    name: type,
    valueInteger: some.length,
  }));
}

/** All entries as one act, by the caller, whatever types their role writes: they chose the persons and not the resources. */
async function inOneAct(
  service: Service,
  request: FhirRequest,
  act: string,
  entries: readonly WriteEntry[],
): Promise<string> {
  const { author, asker, sees } = request.caller;
  const caller = { author, ...(asker ? { asker } : {}), sees: { shown: sees.shown } };
  const headers = { ...request.headers, 'idempotency-key': act, 'if-match': undefined };
  // The record stays what it is: what was right for one of the two is not judged again for the other.
  const outcome = await performEntries(service, { ...request, caller, headers }, entries, noGuards);
  return outcome.act;
}
function turning(type: string, id: string, from: string, to: string): WriteEntry {
  return patching(type, id, (stored) =>
    replaceReferences(stored, (reference) => turnedReference(reference, from, to)),
  );
}

/** `Patient/…` and versions of it; a version is that of the other record and is left out. */
function turnedReference(reference: string, from: string, to: string): string | undefined {
  return reference === `Patient/${from}` || reference.startsWith(`Patient/${from}/_history/`)
    ? `Patient/${to}`
    : undefined;
}

function patching(type: string, id: string, patch: (stored: string) => string): WriteEntry {
  return { kind: 'patch', type, id, patch, newId: id };
}

function created({ limits }: Service, resource: Json): WriteEntry {
  const parsed = parseResource(JSON.stringify(resource), limits);
  return { kind: 'create', type: parsed.type, resource: parsed, newId: uuidv7() };
}

/** What finds the act of the merge again: its id is the number of what it was made from. */
function provenance({ caller: { author } }: FhirRequest, act: string, target: string, source: string): Json {
  return {
    resourceType: 'Provenance',
    target: [{ reference: `Patient/${target}` }, { reference: `Patient/${source}` }],
    recorded: new Date().toISOString(),
    activity: { coding: [{ system: activitySystem, code: activityCode }] },
    agent: [{ who: authorOf(author) }],
    entity: [
      { role: 'source', what: { identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${act}` } } },
    ],
  };
}

function authorOf(author: string): Json {
  return /^(Practitioner|PractitionerRole|Patient|RelatedPerson)\//.test(author)
    ? { reference: author }
    : { display: author };
}

/** @returns the id of the newest act that merged this record */
async function actOfMerge(service: Service, request: FhirRequest, source: string): Promise<string> {
  const criteria = `target=Patient/${source}`;
  const { limits, store } = service;
  const condition = conditionOf('Provenance', criteria, request.base, limits, store.parameters.custom());
  const found = await firstMatches(store.sql, seesEverything, condition, 1000);
  const merges = found
    .map(({ body, updated }) => ({ tree: treeOf(body ?? '{}'), updated }))
    .filter(({ tree }) => JSON.stringify(tree['activity'] ?? {}).includes(`"${activitySystem}"`))
    .sort((a, b) => b.updated - a.updated);
  const act = /urn:uuid:([0-9a-f-]{36})/.exec(JSON.stringify(merges[0]?.tree['entity'] ?? []))?.[1];
  if (act === undefined)
    throw new Refusal('unprocessable', 'it is not known by which act it was merged: it was not merged here', {
      code: 'business-rule',
      detail: 'not-merged-here',
    });
  return act;
}

function pointedAt({ before }: ChangeOfAct, id: string): boolean {
  return before !== null && before.includes(`Patient/${id}`);
}

/** Of what named both, it cannot be told which of the references was whose. */
function pointedOnlyAt(change: ChangeOfAct, source: string, target: string): boolean {
  return pointedAt(change, source) && !pointedAt(change, target);
}

/** What was written while the two were one is somebody's, and a person decides whose. */
function worklist({ caller: { author } }: FhirRequest, target: string, count: number): Json {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    description: `Journalerne er skilt ad: afgør, hvem de ${count} optegnelser hører til, som er skrevet, mens de var samlet`,
    for: { reference: `Patient/${target}` },
    authoredOn: new Date().toISOString(),
    owner: authorOf(author),
  };
}

function patientIdOf(reference: string | undefined): string {
  const id = /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(reference ?? '')?.[1];
  if (id === undefined)
    throw new Refusal('invalid', [
      {
        code: 'required',
        at: 'Parameters.parameter:source',
        text: 'expected a reference to the other record, Patient/…',
      },
    ]);
  return id;
}

function treeOf(text: string): Json {
  const tree: unknown = JSON.parse(text);
  return isObject(tree) ? tree : {};
}
