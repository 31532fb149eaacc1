/** `$import`: many resources, stored later. What each line came to is told at the address that is given. */
import { Refusal } from '#base/refusal.ts';
import { readAsked } from '#store/deferred-requests.ts';
import { importErrors } from '#store/imports.ts';
import { answerAccepted, idIn, prefersLater } from '../deferred/deferred.ts';
import { exportFile } from '../export/export.ts';
import { keptCaller, type Answer, type FhirRequest, type KeptCaller, type Service } from '../service.ts';
import { readAskedImport, type ImportJob } from './job.ts';

export async function askImport(service: Service, request: FhirRequest): Promise<Answer> {
  if (!prefersLater(request))
    throw new Refusal('invalid', 'an import is answered later: send Prefer: respond-async', {
      code: 'required',
    });
  const { caller, base } = request;
  const inputs = readAskedImport(service, request);
  for (const [n, input] of inputs.entries()) {
    if ('text' in input || (await readAsked(service.store.sql, input.request, caller.author, 'export')))
      continue;
    throw new Refusal('invalid', [
      {
        code: 'not-found',
        at: `input[${n}].url`,
        text: 'is no file of an export of yours; it may have expired',
      },
    ]);
  }
  const job: Omit<ImportJob, 'caller'> & { readonly caller: KeptCaller } = {
    caller: keptCaller(caller),
    base,
    url: `${base}/$import`,
    inputs,
  };
  return answerAccepted(service, request, 'import', job);
}

/** `GET [base]/_async/[id]/[file]`: a file of an export, or the errors of an import. */
export async function deferredFile(service: Service, request: FhirRequest): Promise<Answer> {
  const input = /^(\d{1,4})-errors\.ndjson$/.exec(request.path[2] ?? '')?.[1];
  if (input === undefined) return exportFile(service, request);
  const id = idIn(request);
  const { sql } = service.store;
  if (!(await readAsked(sql, id, request.caller.author, 'import')))
    throw new Refusal('unknown', 'there is no such file of an import of yours; it may have expired');
  return {
    status: 200,
    headers: { 'content-type': 'application/fhir+ndjson' },
    stream: importErrors(sql, id, Number(input)),
  };
}
