/**
 * The capability statement (http://hl7.org/fhir/R4/capabilitystatement.html), made from the list of routes: what is not
 * mounted is not in it, and what is mounted is.
 */
import { Refusal } from '#base/refusal.ts';
import { compartments, isResourceType, resourceTypes } from '#fhir/definitions/tables.ts';
import { topics } from '#fhir/subscription/topics.ts';
import { parametersOf, type CustomParameters } from '#fhir/search-parameters.ts';
import { proseTypes } from '#fhir/search-words.ts';
import { answerJson } from './answer.ts';
import { formats, patchFormats } from './forms.ts';
import { webSocketAddress } from './operations/subscription.ts';
import type { Route } from './routes.ts';
import type { Answer, FhirRequest, Service } from './service.ts';

/** `metadata?mode=full|normative|terminology` (http.html#capabilities). */
export async function capabilities(
  service: Service,
  request: FhirRequest,
  routes: readonly Route[],
): Promise<Answer> {
  await service.store.parameters.refresh();
  const mode = request.query.find(([name]) => name === 'mode')?.[1] ?? 'full';
  switch (mode) {
    case 'full':
      return answerJson(JSON.stringify(capabilityStatement(service, request.base, routes, resourceTypes)));
    case 'normative':
      return answerJson(JSON.stringify(capabilityStatement(service, request.base, routes, normativeTypes)));
    case 'terminology':
      return answerJson(JSON.stringify(terminologyCapabilities(service.version, request.base)));
    default:
      throw new Refusal('invalid', [
        { code: 'value', at: 'mode', text: 'expected full, normative or terminology' },
      ]);
  }
}

/** Resource types whose definition is normative in R4 (http://hl7.org/fhir/R4/ballot-intro.html). */
const normativeTypes = [
  'Binary',
  'Bundle',
  'CapabilityStatement',
  'CodeSystem',
  'Observation',
  'OperationDefinition',
  'OperationOutcome',
  'Parameters',
  'Patient',
  'StructureDefinition',
  'ValueSet',
];
/** A type of R4B that the definitions carry, which a statement of R4 cannot name. */
const isOfR4 = (type: string): boolean => type !== 'SubscriptionStatus';
/** Where a WebSocket is opened (http://hl7.org/fhir/R4/extension-capabilitystatement-websocket.html). */
const webSocketExtension = 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket';
/** The topics that can be subscribed to, as the Subscriptions R5 Backport lists them. */
const topicExtensions = topics.map(({ url }) => ({
  url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/capabilitystatement-subscriptiontopic-canonical',
  valueCanonical: url,
}));
const changedOn = '2026-11-26';

function capabilityStatement(
  service: Service,
  base: string,
  routes: readonly Route[],
  types: readonly string[],
): object {
  const custom = service.store.parameters.custom();
  const conditional = new Set(routes.flatMap(([, , , { conditional: one }]) => one ?? []));
  const ofTypes = unique(
    routesBelow(routes, ':type').flatMap(([, , , { interactions }]) => interactions ?? []),
  );
  const ofSystem = unique(
    routes
      .filter(([, path]) => !isOfType(path.split('/')[0] ?? ''))
      .flatMap(([, , , { interactions }]) => interactions ?? []),
  );
  const systemOperations = operationsOf(routes.filter(([, path]) => isOfSystem(path)));
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: changedOn,
    kind: 'instance',
    software: { name: 'Holdfast', version: service.version },
    implementation: { description: 'Holdfast: one patient record for every hospital of a region', url: base },
    fhirVersion: '4.0.1',
    format: [formats.json, formats.xml, 'json', 'xml'],
    patchFormat: patchFormats,
    rest: [
      {
        mode: 'server',
        security: securityOf(base),
        extension: [{ url: webSocketExtension, valueUri: webSocketAddress(base) }],
        documentation:
          'A write may carry an Idempotency-Key: the same key gives the same answer and is stored once. 504 says that the outcome is unknown: repeat with the same key. Whatever reads may be asked with Prefer: respond-async.',
        interaction: ofSystem.map((code) => ({ code })),
        compartment: Object.keys(compartments).map(compartmentUrl),
        ...(systemOperations.length > 0 ? { operation: systemOperations } : {}),
        resource: types.filter(isOfR4).map((type) => {
          const own = routesBelow(routes, type);
          // A type with interactions of its own has no others (AuditEvent).
          const isApart = own.some(([, , , { interactions = [] }]) => interactions.length > 0);
          const operations = operationsOf(isApart ? own : [...routesBelow(routes, ':type'), ...own]);
          return {
            type,
            ...(type === 'Subscription' ? { extension: topicExtensions } : {}),
            ...(isApart
              ? apartOf(type, own, custom)
              : {
                  interaction: ofTypes.map((code) => ({ code })),
                  versioning: 'versioned-update',
                  readHistory: ofTypes.includes('vread'),
                  updateCreate: true,
                  conditionalCreate: conditional.has('create'),
                  conditionalRead: conditional.has('read') ? 'full-support' : 'not-supported',
                  conditionalUpdate: conditional.has('update'),
                  conditionalDelete: conditional.has('delete')
                    ? service.limits.deletedAtOnceMax > 1
                      ? 'multiple'
                      : 'single'
                    : 'not-supported',
                  searchInclude: [
                    '*',
                    `${type}:*`,
                    ...referencesOf(type, custom).map((name) => `${type}:${name}`),
                  ],
                  searchRevInclude: ['*'],
                  searchParam: searchParamsOf(type, custom),
                }),
            ...(operations.length > 0 ? { operation: operations } : {}),
          };
        }),
      },
    ],
  };
}

/** The audit: no part of the record, added to and never changed. */
function apartOf(type: string, own: readonly Route[], custom: CustomParameters): object {
  const codes = unique(own.flatMap(([, , , { interactions }]) => interactions ?? []));
  return {
    interaction: codes.map((code) => ({ code })),
    versioning: 'versioned',
    readHistory: false,
    updateCreate: false,
    conditionalCreate: false,
    conditionalRead: 'not-supported',
    conditionalUpdate: false,
    conditionalDelete: 'not-supported',
    searchParam: parametersOf(type, custom).flatMap(([name, one]) =>
      one.type === 'special' || name === '_lastUpdated' || ('ready' in one && one.ready === false)
        ? []
        : [{ name, type: one.type }],
    ),
  };
}

/** Where a program asks for access (https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html). */
function securityOf(base: string): object {
  const oauth = `${base.replace(/\/fhir$/, '')}/oauth`;
  return {
    cors: false,
    extension: [
      {
        url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
        extension: ['authorize', 'token', 'revoke', 'introspect'].map((url) => ({
          url,
          valueUri: `${oauth}/${url}`,
        })),
      },
    ],
    service: ['OAuth', 'SMART-on-FHIR'].map((code) => ({
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code }],
    })),
  };
}

/** The official address is in lower case but for one letter. */
function compartmentUrl(type: string): string {
  return `http://hl7.org/fhir/CompartmentDefinition/${type.charAt(0).toLowerCase()}${type.slice(1)}`;
}

function referencesOf(type: string, custom: CustomParameters): string[] {
  return parametersOf(type, custom).flatMap(([name, one]) => (one.type === 'reference' ? [name] : []));
}

function searchParamsOf(type: string, custom: CustomParameters): object[] {
  const words = proseTypes.has(type) ? ['_text', '_content'] : [];
  return [
    ...parametersOf(type, custom).flatMap(([name, one]) =>
      one.type === 'special' || ('ready' in one && one.ready === false) ? [] : [{ name, type: one.type }],
    ),
    ...['_list', ...words].map((name) => ({ name, type: 'special' })),
  ];
}

function isOfType(first: string): boolean {
  return first === ':type' || isResourceType(first);
}

/** Also what stands below a name that is no type of R4 (ViewDefinition). */
function isOfSystem(path: string): boolean {
  const [first = ''] = path.split('/');
  return first.startsWith('$') || (/^[A-Z]/.test(first) && !isResourceType(first));
}

function routesBelow(routes: readonly Route[], first: string): Route[] {
  return routes.filter(([, path]) => path.split('/')[0] === first);
}

function operationsOf(routes: readonly Route[]): object[] {
  const operations = routes.flatMap(([, , , { operation }]) => operation ?? []);
  const told = operations.map(
    ({ name, definition, documentation }) =>
      [name, { name, definition, ...(documentation === undefined ? {} : { documentation }) }] as const,
  );
  return [...new Map(told).values()];
}

function unique(codes: readonly string[]): string[] {
  return [...new Set(codes)];
}

/**
 * What the server knows of terminologies: R4's own and the Danish ones are built in, others are resources of the record or
 * loaded tables. What is in a value set is said by its definition, so a code is looked for in what that names.
 */
function terminologyCapabilities(version: string, base: string): object {
  return {
    resourceType: 'TerminologyCapabilities',
    status: 'active',
    date: changedOn,
    kind: 'instance',
    software: { name: 'Holdfast', version },
    implementation: { description: 'Holdfast: one patient record for every hospital of a region', url: base },
    codeSearch: 'explicit',
    expansion: {
      hierarchical: false,
      paging: true,
      incomplete: false,
      parameter: [
        'url',
        'valueSet',
        'filter',
        'offset',
        'count',
        'includeDesignations',
        'displayLanguage',
      ].map((name) => ({ name })),
    },
    validateCode: { translations: false },
    translation: { needsMap: false },
  };
}
