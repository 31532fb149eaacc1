/**
 * `$viewdefinition-run` of SQL on FHIR 2 (https://sql-on-fhir.org/ig/latest/OperationDefinition-ViewDefinitionRun.html):
 * a table made of what is stored, sent while it is made. ViewDefinition is no type of R4, so the view is in the request.
 */
import { setImmediate } from 'node:timers/promises';
import { compartmentFilter, compartmentTypes } from '#fhir/compartment.ts';
import { Refusal } from '#base/refusal.ts';
import type { Filter } from '#fhir/search-conditions.ts';
import type { Cell } from '#fhir/view/view.ts';
import { walkMatches } from '#store/search/walk.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { readAskedView, type AskedView } from './asked.ts';
import { tableText, tableTypes } from './table.ts';

export async function runView(service: Service, request: FhirRequest): Promise<Answer> {
  const asked = readAskedView(service, request);
  const pages = rowsOf(asked, textsOf(service, request, asked));
  // The first page is made before anything is sent: a view that does not fit is most often told with its status.
  const first = await pages.next();
  return {
    status: 200,
    headers: { 'content-type': tableTypes[asked.form.kind] },
    stream: tableText(asked.view.columns, asked.form, afterFirst(first, pages)),
  };
}

async function* afterFirst<T>(
  first: IteratorResult<T, void>,
  rest: AsyncGenerator<T, void>,
): AsyncGenerator<T> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

const busyMs = 20;

async function* rowsOf(
  { view, limit }: AskedView,
  pages: AsyncIterable<readonly string[]>,
): AsyncGenerator<Cell[][], void> {
  let left = limit;
  for await (const texts of pages) {
    const rows: Cell[][] = [];
    let begun = performance.now();
    for (const text of texts) {
      rows.push(...view.rows(text));
      if (rows.length >= left) break;
      if (performance.now() - begun < busyMs) continue;
      // A view that takes its time must not keep others waiting.
      await setImmediate();
      begun = performance.now();
    }
    yield rows.slice(0, left);
    left -= rows.length;
    if (left <= 0) return;
  }
}

async function* textsOf(
  service: Service,
  { caller: { sees } }: FhirRequest,
  { view: { resource }, patient, since, resources }: AskedView,
): AsyncGenerator<readonly string[]> {
  if (resources) {
    yield resources.filter((text) => Object(JSON.parse(text))['resourceType'] === resource);
    return;
  }
  if (patient !== undefined && !compartmentTypes('Patient')?.includes(resource))
    throw new Refusal('invalid', [
      { code: 'value', at: 'patient', text: `a ${resource} is never in the compartment of a patient` },
    ]);
  const filters: Filter[] = [
    ...(patient === undefined ? [] : [compartmentFilter('Patient', patient, [resource])]),
    ...(since === undefined
      ? []
      : [
          {
            by: 'updated' as const,
            spans: [{ prefix: 'ge' as const, span: { low: since, high: since + 1 } }],
          },
        ]),
  ];
  const few = patient !== undefined;
  for await (const hits of walkMatches(service.store.sql, sees, { type: resource, filters }, few))
    yield hits.map(({ body }) => body);
}
