/** Every address of the FHIR API. The first that fits is taken. */
import { randomUUID } from 'node:crypto';
import { Refusal } from '#base/refusal.ts';
import { refusalOf } from '#store/sql.ts';
import { answerIssues, answerRefusal } from './answer.ts';
import { bundle } from './bundle.ts';
import { capabilities } from './capabilities.ts';
import { everything } from './everything.ts';
import { history } from './history.ts';
import { read, vread } from './read.ts';
import { reindex, reindexState } from './reindex.ts';
import { search, searchAll, searchCompartment } from './search.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { refuseOtherAnswers } from './target.ts';
import { write } from './write/write.ts';

type Handler = (service: Service, request: FhirRequest) => Promise<Answer>;

export const routes: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', 'metadata', capabilities],
  ['GET', '', searchAll],
  ['POST', '$reindex', reindex],
  ['GET', '$reindex', reindexState],
  ['POST', 'SearchParameter/:id/$reindex', reindex],
  ['GET', 'SearchParameter/:id/$reindex', reindexState],
  ['POST', '_search', searchAll],
  ['POST', '', (service, request) => bundle(service, request, dispatch)],
  ['GET', '_history', history],
  ['GET', ':type', search],
  ['POST', ':type', write],
  ['PUT', ':type', write],
  ['PATCH', ':type', write],
  ['DELETE', ':type', write],
  ['POST', ':type/_search', search],
  ['GET', ':type/_history', history],
  ['GET', 'Patient/:id/$everything', everything],
  ['GET', 'Encounter/:id/$everything', everything],
  ['GET', ':type/:id', read],
  ['PUT', ':type/:id', write],
  ['PATCH', ':type/:id', write],
  ['DELETE', ':type/:id', write],
  ['GET', ':type/:id/_history', history],
  ['GET', ':type/:id/_history/:version', vread],
  ['GET', ':compartment/:id/:type', searchCompartment],
  ['POST', ':compartment/:id/:type/_search', searchCompartment],
];
const compiled = routes.map(([method, path, handler]) => ({
  method,
  parts: path === '' ? [] : path.split('/'),
  handler,
}));

function fits(parts: readonly string[], path: readonly string[]): boolean {
  return (
    parts.length === path.length &&
    parts.every((part, n) => (part.startsWith(':') ? !/^[_$]/.test(path[n] ?? '') : part === path[n]))
  );
}

/** Answers one request. Refusals and bugs become answers here and nowhere else; it never throws. */
export async function dispatch(service: Service, request: FhirRequest): Promise<Answer> {
  try {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const there = compiled.filter((route) => fits(route.parts, request.path));
    const route = there.find((one) => one.method === method);
    if (route) {
      refuseOtherAnswers(request);
      return await route.handler(service, request);
    }
    const allowed = [...new Set(there.map((one) => one.method))].join(', ');
    throw there.length > 0
      ? new Refusal('notAllowed', `${request.method.slice(0, 20)} is not possible here; ${allowed} are`, {
          headers: { allow: allowed },
        })
      : new Refusal('unknown', 'there is nothing at this address of the FHIR API', { code: 'not-supported' });
  } catch (error) {
    const refusal = error instanceof Refusal ? error : refusalOf(error);
    if (refusal) return answerRefusal(refusal);
    const errorId = randomUUID();
    service.events.requestFailed({
      id: errorId,
      route: `${request.method} ${request.path[0] ?? ''}`,
      error: error instanceof Error ? error : new Error(String(error)),
    });
    return answerIssues(500, [
      {
        code: 'exception',
        text: `a fault of the server, noted as ${errorId}; nothing is known to be wrong with the request`,
      },
    ]);
  }
}
