/** Every address of the FHIR API. The first that fits is taken. The capability statement is made from this list. */
import { randomUUID } from 'node:crypto';
import { Refusal } from '#base/refusal.ts';
import { refusalOf } from '#store/sql.ts';
import { answerIssues, answerRefusal } from './answer.ts';
import { keepAuditEvent } from './audit/keep.ts';
import { readAuditEvent } from './audit/read.ts';
import { searchAuditEvents } from './audit/search.ts';
import { contentOf, wantsContent, withBinaryBody } from './binary.ts';
import { bundle, checkTransaction } from './bundle/bundle.ts';
import { capabilities } from './capabilities.ts';
import {
  answerLater,
  cancelDeferred,
  deferredState,
  prefersLater,
  wakeDeferred,
} from './deferred/deferred.ts';
import { docref } from './document/docref.ts';
import { documentOf } from './document/document.ts';
import { summary } from './document/summary.ts';
import { everything } from './everything.ts';
import { inForm, inFormAsked, wantedForm } from './forms.ts';
import { exportGroup, exportPatients, exportSystem } from './export/export.ts';
import { graphqlInstance, graphqlSystem } from './graphql/graphql.ts';
import { history } from './history.ts';
import { lookup, subsumes, validateCode } from './operations/code-system.ts';
import { translate } from './operations/concept-map.ts';
import { diffResources, diffVersions } from './operations/diff.ts';
import { accessOf, brokenGlass, openWithReason, reviewBroken } from './operations/glass.ts';
import { lastObservations } from './operations/last-observations.ts';
import { observationStatistics } from './operations/observation-statistics.ts';
import { keepPhrase, ownPhrases } from './operations/phrases.ts';
import { handOver } from './operations/stand-in.ts';
import { matchPatient } from './operations/match.ts';
import { fetchMedicationCard } from './operations/medication-card.ts';
import { mergePatients, unmergePatients } from './operations/merge.ts';
import { metaAdd, metaDelete, metaInUse, metaOf } from './operations/meta.ts';
import { expandValueSet, validateValueSetCode } from './operations/value-set.ts';
import {
  bindingToken,
  subscriptionEvents,
  subscriptionStatus,
  subscriptionStatuses,
} from './operations/subscription.ts';
import { validateResource } from './operations/validate.ts';
import { askImport, deferredFile } from './import/import.ts';
import { letterOf, refuseBeyondGrant, refuseOthers } from './may-ask.ts';
import { read, vread } from './read.ts';
import { reindex, reindexState } from './reindex.ts';
import { search, searchAll, searchCompartment } from './search.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { runView } from './view/run.ts';
import { write } from './write/write.ts';

type Handler = (service: Service, request: FhirRequest) => Promise<Answer>;

/** What a route is, in the words of the capability statement. A second way to the same (`_search`) says it again. */
export interface Meaning {
  /** Codes of http://hl7.org/fhir/R4/valueset-type-restful-interaction.html and valueset-system-restful-interaction.html. */
  readonly interactions?: readonly string[];
  /** An operation's name without `$`, and the canonical address of its definition. */
  readonly operation?: {
    readonly name: string;
    readonly definition: string;
    /** What a caller must know, for an operation that is ours. */
    readonly documentation?: string;
    /** It changes what is stored. */
    readonly affectsState?: true;
  };
  /** Its answer has a form of its own, whatever is asked of FHIR's. */
  readonly ownForm?: true;
  /** What it writes is no part of an act, and so of no transaction. */
  readonly apart?: true;
  /** It is answered later by its own rules. */
  readonly later?: true;
  /** Others than these are refused: programs that see everything, or also those who keep the system. */
  readonly only?: 'programs' | 'keepers';
  /** Conditional interactions that this route takes. */
  readonly conditional?: 'create' | 'update' | 'delete' | 'patch' | 'read';
}
export type Route = readonly [method: string, path: string, handler: Handler, meaning: Meaning];

/** The standard's own definition of an operation, e.g. `Patient-everything`. */
const defined = (id: string, name: string): Meaning => ({
  operation: { name, definition: `http://hl7.org/fhir/OperationDefinition/${id}` },
});

/** An operation that the standard lacks. */
const ours = (name: string, documentation: string): Meaning => ({
  operation: { name, definition: `https://holdfast.dk/fhir/OperationDefinition/${name}`, documentation },
});
const ourChange = (name: string): Meaning => ({
  operation: { name, definition: `https://holdfast.dk/fhir/OperationDefinition/${name}`, affectsState: true },
});
const diff = ours(
  'diff',
  'What leads from one version (from) to another (to) of a resource, as the Parameters of a FHIRPath Patch. On a resource from and to are versions: without to the newest, without from the one before it. On the whole system they are Type/id or Type/id/_history/version, of one type.',
);
const breakingGlass: Meaning = {
  operation: {
    name: 'break-glass',
    definition: 'https://holdfast.dk/fhir/OperationDefinition/break-glass',
    documentation:
      'Opens a record that is not open to the caller, at once and for some hours. reason says why; on the type, identifier (system|value) says whose. It is reviewed, and the patient sees it.',
    affectsState: true,
  },
};
const access = ours(
  'access',
  'How far this patient’s record is open to the caller: depth is none, name, stay or chart; hours is how long a reason opens it; reason and minutesLeft when it was opened with a reason.',
);
const broken = ours(
  'broken-glass',
  'Records that were opened with a reason and wait for a review; all=true: also those that were reviewed. $review-glass takes id and finding.',
);
const standingIn: Meaning = {
  operation: {
    name: 'stand-in',
    definition: 'https://holdfast.dk/fhir/OperationDefinition/stand-in',
    documentation:
      'Hands the caller’s inbox of results over: standIn (Practitioner/[id]) has it too from start to end. Without standIn the hand-over ends. It is a PractitionerRole with the extension stands-in-for.',
    affectsState: true,
  },
};
const fetching: Meaning = {
  operation: {
    name: 'fetch-medication-card',
    definition: 'https://holdfast.dk/fhir/OperationDefinition/fetch-medication-card',
    documentation:
      'Fetches the patient’s shared medication card (FMK) and keeps a copy; olderThanMinutes: only when the copy is older. outcome is fetched, kept, away, refused, no-number or not-connected; fetched says when the copy is from.',
    affectsState: true,
  },
};
const phrases: Meaning = {
  operation: {
    name: 'phrases',
    definition: 'https://holdfast.dk/fhir/OperationDefinition/phrases',
    documentation:
      'The caller’s own phrases for notes. POST with name and text keeps one, with name alone removes it.',
    affectsState: true,
  },
};
const check = ours(
  'check',
  'What would be said of a transaction (the Bundle in the body) if it were sent now: errors that would refuse it, and warnings. Nothing is written.',
);
const merging: Meaning = {
  operation: {
    name: 'merge',
    definition: 'https://holdfast.dk/fhir/OperationDefinition/merge',
    documentation:
      'Another record of the same person (source, a Reference) becomes part of this one, with everything that pointed at it, as one act. preview=true counts and writes nothing. $unmerge, on the record that was merged, takes them apart again.',
    affectsState: true,
  },
};
const reindexing: Meaning = {
  only: 'keepers',
  operation: {
    name: 'reindex',
    definition: 'https://holdfast.dk/fhir/OperationDefinition/reindex',
    affectsState: true,
  },
};
/** How far it is: the same operation, which GET does not begin. */
const reindexed: Meaning = {
  operation: { name: 'reindex', definition: 'https://holdfast.dk/fhir/OperationDefinition/reindex' },
};
/** Of the Subscriptions R5 Backport. */
const backport = (name: string): Meaning => ({
  operation: {
    name,
    definition: `http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-${name}`,
  },
});
const bindingTokens: Meaning = {
  operation: {
    name: 'get-ws-binding-token',
    definition:
      'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-get-ws-binding-token',
    affectsState: true,
  },
};
const changing = (id: string, name: string): Meaning => ({
  operation: {
    name,
    definition: `http://hl7.org/fhir/OperationDefinition/${id}`,
    affectsState: true,
  },
});
const bulkExport = (id: string): Meaning => ({
  operation: { name: 'export', definition: `http://hl7.org/fhir/uv/bulkdata/OperationDefinition/${id}` },
  ownForm: true,
  later: true,
  only: 'programs',
});
const viewRun: Meaning = {
  operation: {
    name: 'viewdefinition-run',
    definition: 'http://sql-on-fhir.org/OperationDefinition/$viewdefinition-run',
    documentation:
      'The ViewDefinition is the body, or viewResource of Parameters there; _format json, ndjson or csv, header, _limit, _since, patient.',
  },
  ownForm: true,
};
/** An operation that changes nothing is asked by GET or by POST (http://hl7.org/fhir/R4/operations.html#executing). */
function byBoth(path: string, handler: Handler, meaning: Meaning): Route[] {
  return [
    ['GET', path, handler, meaning],
    ['POST', path, handler, meaning],
  ];
}

export const routes: readonly Route[] = [
  ['GET', 'metadata', (service, request) => capabilities(service, request, routes), {}],
  [
    'POST',
    '',
    (service, request) => bundle(service, request, { answer, effectOf }),
    { interactions: ['transaction', 'batch'] },
  ],
  ['POST', '$check', (service, request) => checkTransaction(service, request, { answer, effectOf }), check],
  ['GET', '', searchAll, { interactions: ['search-system'] }],
  ['POST', '_search', searchAll, { interactions: ['search-system'] }],
  ['POST', '$reindex', reindex, reindexing],
  ['GET', '$reindex', reindexState, reindexed],
  ['POST', 'SearchParameter/:id/$reindex', reindex, reindexing],
  ['GET', 'SearchParameter/:id/$reindex', reindexState, reindexed],
  ['GET', '_async/:id', deferredState, {}],
  ['DELETE', '_async/:id', cancelDeferred, {}],
  ['GET', '_async/:id/:file', deferredFile, { ownForm: true }],
  ['POST', '$import', askImport, { ...ourChange('import'), ownForm: true, later: true, only: 'programs' }],
  ...byBoth('$export', exportSystem, bulkExport('export')),
  ...byBoth('Patient/$export', exportPatients, bulkExport('patient-export')),
  ...byBoth('Group/:id/$export', exportGroup, bulkExport('group-export')),
  ['GET', '_history', history, { interactions: ['history-system'] }],
  ['GET', 'AuditEvent', searchAuditEvents, { interactions: ['search-type'] }],
  ['POST', 'AuditEvent/_search', searchAuditEvents, { interactions: ['search-type'] }],
  ['POST', 'AuditEvent', keepAuditEvent, { interactions: ['create'], apart: true, only: 'programs' }],
  ['GET', 'AuditEvent/:id', readAuditEvent, { interactions: ['read'] }],
  ['GET', 'AuditEvent/:id/_history/:version', readAuditEvent, { interactions: ['vread'] }],
  ['POST', 'AuditEvent/$validate', validateResource, defined('Resource-validate', 'validate')],
  ['GET', ':type', search, { interactions: ['search-type'] }],
  ['POST', ':type', write, { interactions: ['create'], conditional: 'create' }],
  ['PUT', ':type', write, { interactions: ['update'], conditional: 'update' }],
  ['PATCH', ':type', write, { interactions: ['patch'], conditional: 'patch' }],
  ['DELETE', ':type', write, { interactions: ['delete'], conditional: 'delete' }],
  ['POST', ':type/_search', search, { interactions: ['search-type'] }],
  ['GET', ':type/_history', history, { interactions: ['history-type'] }],
  ['GET', 'Patient/:id/$everything', everything, defined('Patient-everything', 'everything')],
  ['GET', 'Encounter/:id/$everything', everything, defined('Encounter-everything', 'everything')],
  ['POST', 'Patient/:id/$break-glass', openWithReason, breakingGlass],
  ['POST', 'Patient/$break-glass', openWithReason, breakingGlass],
  ['POST', 'Patient/:id/$merge', mergePatients, merging],
  ['POST', 'Patient/:id/$unmerge', unmergePatients, ourChange('unmerge')],
  ['GET', 'Patient/:id/$access', accessOf, access],
  ['POST', 'Patient/:id/$fetch-medication-card', fetchMedicationCard, fetching],
  ['GET', '$broken-glass', brokenGlass, broken],
  ['POST', '$review-glass', reviewBroken, ourChange('review-glass')],
  ['POST', 'PractitionerRole/$stand-in', handOver, standingIn],
  ['GET', 'Basic/$phrases', ownPhrases, phrases],
  ['POST', 'Basic/$phrases', keepPhrase, phrases],
  ['POST', 'Patient/$match', matchPatient, defined('Patient-match', 'match')],
  ...byBoth('Patient/:id/$summary', summary, {
    operation: { name: 'summary', definition: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary' },
  }),
  ...byBoth('Composition/:id/$document', documentOf, defined('Composition-document', 'document')),
  ...byBoth('DocumentReference/$docref', docref, {
    operation: { name: 'docref', definition: 'http://hl7.org/fhir/us/core/OperationDefinition/docref' },
  }),
  ...byBoth('Observation/$lastn', lastObservations, defined('Observation-lastn', 'lastn')),
  ...byBoth('Observation/$stats', observationStatistics, defined('Observation-stats', 'stats')),
  ...byBoth('$graphql', graphqlSystem, { ...defined('Resource-graphql', 'graphql'), ownForm: true }),
  ...byBoth(':type/:id/$graphql', graphqlInstance, {
    ...defined('Resource-graphql', 'graphql'),
    ownForm: true,
  }),
  ['POST', '$viewdefinition-run', runView, viewRun],
  ['POST', 'ViewDefinition/$viewdefinition-run', runView, viewRun],
  ['POST', 'ViewDefinition/$run', runView, viewRun],
  ...byBoth('$meta', metaInUse, defined('Resource-meta', 'meta')),
  ...byBoth(':type/$meta', metaInUse, defined('Resource-meta', 'meta')),
  ...byBoth(':type/:id/$meta', metaOf, defined('Resource-meta', 'meta')),
  ...byBoth(':type/:id/_history/:version/$meta', metaOf, defined('Resource-meta', 'meta')),
  ['POST', ':type/:id/$meta-add', metaAdd, changing('Resource-meta-add', 'meta-add')],
  ['POST', ':type/:id/$meta-delete', metaDelete, changing('Resource-meta-delete', 'meta-delete')],
  ...byBoth('CodeSystem/$lookup', lookup, defined('CodeSystem-lookup', 'lookup')),
  ...byBoth('CodeSystem/$validate-code', validateCode, defined('CodeSystem-validate-code', 'validate-code')),
  ...byBoth(
    'CodeSystem/:id/$validate-code',
    validateCode,
    defined('CodeSystem-validate-code', 'validate-code'),
  ),
  ...byBoth('CodeSystem/$subsumes', subsumes, defined('CodeSystem-subsumes', 'subsumes')),
  ...byBoth('CodeSystem/:id/$subsumes', subsumes, defined('CodeSystem-subsumes', 'subsumes')),
  ...byBoth('ValueSet/$expand', expandValueSet, defined('ValueSet-expand', 'expand')),
  ...byBoth('ValueSet/:id/$expand', expandValueSet, defined('ValueSet-expand', 'expand')),
  ...byBoth(
    'ValueSet/$validate-code',
    validateValueSetCode,
    defined('ValueSet-validate-code', 'validate-code'),
  ),
  ...byBoth(
    'ValueSet/:id/$validate-code',
    validateValueSetCode,
    defined('ValueSet-validate-code', 'validate-code'),
  ),
  ...byBoth('ConceptMap/$translate', translate, defined('ConceptMap-translate', 'translate')),
  ...byBoth('ConceptMap/:id/$translate', translate, defined('ConceptMap-translate', 'translate')),
  ...byBoth('Subscription/$status', subscriptionStatuses, backport('status')),
  ...byBoth('Subscription/:id/$status', subscriptionStatus, backport('status')),
  ...byBoth('Subscription/:id/$events', subscriptionEvents, backport('events')),
  ...byBoth('Subscription/$get-ws-binding-token', bindingToken, bindingTokens),
  ...byBoth('Subscription/:id/$get-ws-binding-token', bindingToken, bindingTokens),
  ['POST', ':type/$validate', validateResource, defined('Resource-validate', 'validate')],
  ...byBoth(':type/:id/$validate', validateResource, defined('Resource-validate', 'validate')),
  ...byBoth('$diff', diffResources, diff),
  ...byBoth(':type/:id/$diff', diffVersions, diff),
  ['GET', ':type/:id', read, { interactions: ['read'], conditional: 'read' }],
  ['PUT', ':type/:id', write, { interactions: ['update'] }],
  ['PATCH', ':type/:id', write, { interactions: ['patch'] }],
  ['DELETE', ':type/:id', write, { interactions: ['delete'] }],
  ['GET', ':type/:id/_history', history, { interactions: ['history-instance'] }],
  ['GET', ':type/:id/_history/:version', vread, { interactions: ['vread'] }],
  ['GET', ':type/:id/:member', searchCompartment, { interactions: ['search-type'] }],
  ['POST', ':type/:id/:member/_search', searchCompartment, { interactions: ['search-type'] }],
];
/**
 * A type that is no part of the record: only its own routes are for it. The audit is added to and never changed
 * (docs/decisions/0011).
 */
const auditType = 'AuditEvent';

const compiled = routes.map(([method, path, handler, meaning]) => ({
  method,
  parts: path === '' ? [] : path.split('/'),
  handler,
  meaning,
  effect: effect(method, path, meaning),
  ownForm: meaning.ownForm === true,
  later: meaning.later === true,
  only: meaning.only,
  letter: letterOf(meaning),
}));

function effect(
  method: string,
  path: string,
  { operation, apart }: Meaning,
): 'reads' | 'writes' | 'operates' {
  if (apart) return 'operates';
  if (operation) return operation.affectsState ? 'operates' : 'reads';
  return method === 'GET' || path.endsWith('_search') ? 'reads' : 'writes';
}

function fits(parts: readonly string[], path: readonly string[]): boolean {
  return (
    parts.length === path.length &&
    parts.every((part, n) => (part.startsWith(':') ? !/^[_$]/.test(path[n] ?? '') : part === path[n]))
  );
}

type Asked = Pick<FhirRequest, 'method' | 'path'>;

const byShape = Map.groupBy(compiled, ({ method, parts }) => `${method} ${parts.length}`);

function routeOf(request: Asked): (typeof compiled)[number] | undefined {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  return byShape
    .get(`${method} ${request.path.length}`)
    ?.find((route) => fits(route.parts, request.path) && isOpen(route.parts, request));
}

/** What is said of every type is not said of the audit's. */
function isOpen(parts: readonly string[], { path }: Asked): boolean {
  return path[0] !== auditType || parts[0] !== ':type';
}

/** What a request is, for the audit: a code of FHIR's interactions, or an operation as `$everything`. */
export function interactionOf(request: Asked): string {
  const { interactions, operation } = routeOf(request)?.meaning ?? {};
  if (operation) return `$${operation.name}`;
  return interactions?.[0] ?? (request.path[0] === '_async' ? 'follow' : 'refused');
}

function effectOf(request: FhirRequest): ReturnType<typeof effect> | undefined {
  return routeOf(request)?.effect;
}

/** Answers one request in the form it asks for. Refusals and bugs become answers; it never throws. */
export async function dispatch(service: Service, outer: FhirRequest): Promise<Answer> {
  const id = requestIdOf(outer);
  const ownForm = routeOf(outer)?.ownForm === true;
  let form: ReturnType<typeof wantedForm> | undefined;
  const answered = await caught(service, outer, id, async () => {
    const raw = wantsContent(outer);
    form = raw || ownForm ? undefined : wantedForm(outer);
    const request = await service.largeBodies.read(withBinaryBody(outer), service.limits);
    if (raw) return contentOf(await answer(service, request, id), request);
    if (routeOf(request)?.later) {
      const accepted = await answer(service, request, id);
      if (accepted.status === 202) wakeDeferred(service, answer);
      return accepted;
    }
    return prefersLater(request) && mayWait(request)
      ? answerLater(service, request, answer)
      : answer(service, request, id);
  });
  const formed = form;
  const sent = formed
    ? await caught(service, outer, id, async () => inForm(answered, formed))
    : ownForm
      ? inFormAsked(answered, outer)
      : answered;
  // A browser would otherwise show what it kept of a patient without asking, for a tenth of its age (RFC 9111, 4.2.2).
  return { ...sent, headers: { ...sent.headers, 'cache-control': 'no-store', 'x-request-id': id } };
}

/** Goes on with requests that are answered later and that nobody works on; called now and then. */
export function resumeDeferred(service: Service): void {
  wakeDeferred(service, answer);
}

/** Whatever reads may be answered later, but for what tells of such requests itself. */
function mayWait(request: FhirRequest): boolean {
  const isOwn = request.path[0] === '_async' || request.path[0] === 'metadata';
  return !isOwn && request.method !== 'HEAD' && effectOf(request) === 'reads';
}

/** Answers one request in JSON; for the entries of Bundles too. It never throws. */
async function answer(service: Service, request: FhirRequest, id?: string): Promise<Answer> {
  return caught(service, request, id, async () => {
    const route = routeOf(request);
    if (route) {
      refuseOthers(route.only, request);
      refuseBeyondGrant(route.letter, request);
      return route.handler(service, request);
    }
    const there = compiled.filter((one) => fits(one.parts, request.path));
    const methods = new Set(there.filter(({ parts }) => isOpen(parts, request)).map((one) => one.method));
    if (methods.has('GET')) methods.add('HEAD');
    const allowed = [...methods].join(', ');
    const why =
      request.path[0] === auditType
        ? 'the audit is added to and never changed, so its lines have no history: '
        : '';
    throw there.length > 0
      ? new Refusal(
          'notAllowed',
          `${why}${request.method.slice(0, 20)} is not possible here${allowed === '' ? '' : `; ${allowed} are`}`,
          { headers: { allow: allowed } },
        )
      : new Refusal('unknown', 'there is nothing at this address of the FHIR API', { code: 'not-supported' });
  });
}

async function caught(
  service: Service,
  request: FhirRequest,
  requestId: string | undefined,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    const refusal = error instanceof Refusal ? error : refusalOf(error);
    if (refusal) return answerRefusal(refusal);
    const id = requestId ?? requestIdOf(request);
    service.events.requestFailed({
      id,
      route: `${request.method} ${request.path[0] ?? ''}`,
      error: error instanceof Error ? error : new Error(String(error)),
    });
    return answerIssues(500, [
      {
        code: 'exception',
        text: `a fault of the server, noted as ${id}; nothing is known to be wrong with the request`,
      },
    ]);
  }
}

/** The client's own id of the request (http.html#custom), or one of ours. */
function requestIdOf(request: FhirRequest): string {
  const theirs = request.headers['x-request-id'];
  return theirs !== undefined && /^[\w.:-]{1,128}$/.test(theirs) ? theirs : randomUUID();
}
