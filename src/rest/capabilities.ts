/** The capability statement (http://hl7.org/fhir/R4/capabilitystatement.html), made from what is mounted. */
import { compartments, resourceTypes } from '#fhir/definitions/tables.ts';
import { parametersOf, type CustomParameters } from '#fhir/search-parameters.ts';
import { proseTypes } from '#fhir/search-words.ts';
import { answerJson } from './answer.ts';
import type { Answer, FhirRequest, Service } from './service.ts';

const interactions = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
];

export async function capabilities(service: Service, request: FhirRequest): Promise<Answer> {
  await service.store.parameters.refresh();
  const custom = service.store.parameters.custom();
  return answerJson(JSON.stringify(capabilityStatement(service.version, request.base, custom)));
}

function capabilityStatement(version: string, base: string, custom: CustomParameters): object {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-22',
    kind: 'instance',
    software: { name: 'Holdfast', version },
    implementation: { description: 'Holdfast: one patient record for every hospital of a region', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'A write may carry an Idempotency-Key: the same key gives the same answer and is stored once. 504 says that the outcome is unknown: repeat with the same key.',
        interaction: [
          { code: 'transaction' },
          { code: 'batch' },
          { code: 'history-system' },
          { code: 'search-system' },
        ],
        compartment: Object.keys(compartments).map(
          (name) =>
            `http://hl7.org/fhir/CompartmentDefinition/${name === 'RelatedPerson' ? 'relatedPerson' : name.toLowerCase()}`,
        ),
        resource: resourceTypes.map((type) => ({
          type,
          interaction: interactions.map((code) => ({ code })),
          versioning: 'versioned-update',
          readHistory: true,
          updateCreate: true,
          conditionalCreate: true,
          conditionalRead: 'not-match',
          conditionalUpdate: true,
          conditionalDelete: 'single',
          searchInclude: ['*', `${type}:*`, ...referencesOf(type, custom).map((name) => `${type}:${name}`)],
          searchRevInclude: ['*'],
          searchParam: searchParamsOf(type, custom),
          ...operationsOf(type),
        })),
      },
    ],
  };
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

const operations: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  Patient: [['everything', 'http://hl7.org/fhir/OperationDefinition/Patient-everything']],
  Encounter: [['everything', 'http://hl7.org/fhir/OperationDefinition/Encounter-everything']],
};

function operationsOf(type: string): object {
  const own = operations[type];
  return own ? { operation: own.map(([name, definition]) => ({ name, definition })) } : {};
}
