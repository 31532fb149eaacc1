/**
 * `$export` (Bulk Data Access 2.0, https://hl7.org/fhir/uv/bulkdata/STU2/export.html) of everything, of all patients, of
 * a group. Asked with `Prefer: respond-async`, told at `_async/[id]` like every request that is answered later; the
 * answer is the list of the files, at `_async/[id]/[number].ndjson`.
 */
import { Refusal } from '#base/refusal.ts';
import { permits } from '#identity/scope.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { shaped } from '#fhir/summary.ts';
import { readAsked } from '#store/deferred-requests.ts';
import { findMoment, readExportFiles, takeMoment } from '#store/exports.ts';
import { readNewest } from '#store/reader.ts';
import { answerAccepted, idIn, prefersLater } from '../deferred/deferred.ts';
import { keptCaller, type Answer, type FhirRequest, type KeptCaller, type Service } from '../service.ts';
import { idOf } from '../target.ts';
import { patientsMax, readAskedExport, type ExportJob } from './job.ts';
import { exportLines } from './work.ts';

export function exportSystem(service: Service, request: FhirRequest): Promise<Answer> {
  return askExport(service, request, undefined);
}

export function exportPatients(service: Service, request: FhirRequest): Promise<Answer> {
  return askExport(service, request, 'any');
}

export async function exportGroup(service: Service, request: FhirRequest): Promise<Answer> {
  const id = idOf(request);
  const group = await readNewest(service.store.sql, request.caller.sees, 'Group', id);
  if (!group) throw new Refusal('unknown', `there is no Group/${id}`);
  if (group.body === undefined) throw new Refusal('gone', `Group/${id} was deleted`);
  const tree: unknown = JSON.parse(group.body);
  return askExport(service, request, membersOf(isObject(tree) ? tree : {}));
}

/** The patients who are members now; a group that describes its members instead of naming them is no list. */
function membersOf(group: Json): string[] {
  if (group['actual'] !== true)
    throw new Refusal('unprocessable', 'the group describes its members and does not name them');
  const members: readonly unknown[] = Array.isArray(group['member']) ? group['member'] : [];
  if (members.length > patientsMax)
    throw new Refusal(
      'tooMuch',
      `the group has ${members.length} members; ${patientsMax} are exported at most`,
    );
  return members.flatMap((member) => {
    if (!isObject(member) || member['inactive'] === true) return [];
    const reference = isObject(member['entity']) ? String(member['entity']['reference']) : '';
    const id = /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(reference)?.[1];
    if (id === undefined)
      throw new Refusal('unprocessable', [
        { code: 'not-supported', at: 'Group.member.entity', text: 'names no patient of this server' },
      ]);
    return [id];
  });
}

async function askExport(
  service: Service,
  request: FhirRequest,
  of: readonly string[] | 'any' | undefined,
): Promise<Answer> {
  if (!prefersLater(request))
    throw new Refusal('invalid', 'an export is answered later: send Prefer: respond-async', {
      code: 'required',
    });
  const { sql, parameters } = service.store;
  await parameters.refresh();
  const { since, ...asked } = readAskedExport(service, request, of);
  const query = new URLSearchParams(request.query.map(([name, value]): [string, string] => [name, value]));
  const { grant } = request.caller;
  const types = grant ? asked.types.filter((type) => permits(grant, type, 'r')) : asked.types;
  if (types.length === 0)
    throw new Refusal('forbidden', 'no scope of this program lets it read any of these types', {
      detail: 'scope',
    });
  const job: Omit<ExportJob, 'caller'> & { readonly caller: KeptCaller } = {
    ...asked,
    types,
    caller: keptCaller(request.caller),
    base: request.base,
    url: `${request.base}/${request.path.join('/')}${query.size === 0 ? '' : `?${query.toString()}`}`,
    // The end of an earlier export is known to the letter, so nothing between the two is missed or told twice.
    ...(since === undefined ? {} : { since: (await findMoment(sql, since)) ?? since }),
    moment: await takeMoment(sql),
  };
  return answerAccepted(service, request, 'export', job);
}

/** `GET [base]/_async/[id]/[number].ndjson` */
export async function exportFile(service: Service, request: FhirRequest): Promise<Answer> {
  const id = idIn(request);
  const { sql, parameters } = service.store;
  const number = /^([1-9]\d{0,8})\.ndjson$/.exec(request.path[2] ?? '')?.[1];
  const asked = await readAsked(sql, id, request.caller.author, 'export');
  const file = asked
    ? (await readExportFiles(sql, id)).find((one) => String(one.number) === number)
    : undefined;
  if (!file) throw new Refusal('unknown', 'there is no such file of an export of yours; it may have expired');
  await parameters.refresh();
  // What `askExport` wrote; rights that have changed meanwhile count.
  const job: ExportJob = { ...(asked as ExportJob), caller: request.caller };
  const { elements } = job;
  const line = (type: string, body: string) =>
    elements ? shaped(type, body, { summary: 'false', elements }) : body;
  return {
    status: 200,
    headers: { 'content-type': 'application/fhir+ndjson' },
    stream: exportLines(service, job, file, line),
  };
}
