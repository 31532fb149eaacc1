/** The capability statement (http://hl7.org/fhir/R4/capabilitystatement.html), made from what is mounted. */
import { resourceTypes, searchParameters } from '#fhir/definitions/tables.ts';
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
  return answerJson(JSON.stringify(capabilityStatement(service.version, request.base)));
}

function capabilityStatement(version: string, base: string): object {
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
        interaction: [{ code: 'transaction' }, { code: 'batch' }, { code: 'history-system' }],
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
          searchInclude: Object.entries(searchParameters[type] ?? {}).flatMap(([name, one]) =>
            one.type === 'reference' ? [`${type}:${name}`] : [],
          ),
          searchParam: Object.entries(searchParameters[type] ?? {})
            .filter(([, one]) => one.type !== 'composite' && one.type !== 'special')
            .map(([name, one]) => ({ name, type: one.type })),
          ...(type === 'Patient'
            ? {
                operation: [
                  {
                    name: 'everything',
                    definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything',
                  },
                ],
              }
            : {}),
        })),
      },
    ],
  };
}
