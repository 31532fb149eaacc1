import type { CodeableConcept, Extension, Reference, Resource } from '@medplum/fhirtypes';

// Reading of what all resources share.

export const systems = {
  cpr: 'urn:oid:1.2.208.176.1.2',
  sks: 'urn:oid:1.2.208.176.2.4.12',
  flagCategory: 'https://holdfast.dk/fhir/flag-category',
  plannedTime: 'https://holdfast.dk/fhir/planned-time',
  nextDue: 'https://holdfast.dk/fhir/next-due',
} as const;

/** The words of a concept, whoever wrote it: its text, else a display, else the bare code. */
export function wordsOf(concept: CodeableConcept | undefined): string {
  const coding = concept?.coding?.find((each) => each.display !== undefined);
  return concept?.text ?? coding?.display ?? concept?.coding?.[0]?.code ?? '';
}

export function hasCode(concept: CodeableConcept | undefined, ...codes: readonly string[]): boolean {
  return concept?.coding?.some((coding) => coding.code !== undefined && codes.includes(coding.code)) === true;
}

export function anyHasCode(
  concepts: readonly CodeableConcept[] | undefined,
  ...codes: readonly string[]
): boolean {
  return concepts?.some((concept) => hasCode(concept, ...codes)) === true;
}

/** The id in a reference to a type: Patient/17 and Patient/17/_history/2 are both 17. */
export function referredId(reference: Reference | undefined, type: string): string | undefined {
  const parts = reference?.reference?.split('/') ?? [];
  const at = parts.lastIndexOf(type);
  return at === -1 ? undefined : parts[at + 1];
}

export function timeExtension(extensions: readonly Extension[] | undefined, url: string): string | undefined {
  return extensions?.find((extension) => extension.url === url)?.valueDateTime;
}

export function ofType<Type extends Resource['resourceType']>(
  resources: readonly Resource[] | undefined,
  type: Type,
): Extract<Resource, { resourceType: Type }>[] {
  return (resources ?? []).filter(
    (resource): resource is Extract<Resource, { resourceType: Type }> => resource.resourceType === type,
  );
}

export function lastUpdated(resource: Resource): number {
  const time = Date.parse(resource.meta?.lastUpdated ?? '');
  return Number.isNaN(time) ? 0 : time;
}
