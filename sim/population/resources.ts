// The few FHIR shapes that everything else is made of. See docs/how/clinical-shapes.md, which this folder keeps to.
import type { Bundle, CodeableConcept, Quantity, Reference, Resource } from '@medplum/fhirtypes';
import { assert } from '#base/assert.ts';

export const systems = {
  sks: 'urn:oid:1.2.208.176.2.4.12',
  npu: 'urn:oid:1.2.208.176.2.1',
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  atc: 'http://www.whocc.no/atc',
  ucum: 'http://unitsofmeasure.org',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  interpretation: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
} as const;

export const plannedTimeExtension = 'https://holdfast.dk/fhir/planned-time';

export function codeable(
  text: string,
  ...codings: readonly { readonly system: string; readonly code: string; readonly display?: string }[]
): CodeableConcept {
  return codings.length === 0 ? { text } : { coding: codings.map((coding) => ({ ...coding })), text };
}

export function quantity(value: number, unit: string): Quantity {
  return unit === '' ? { value } : { value, unit };
}

export function refer(resource: Resource, display?: string): Reference<never> {
  assert(resource.id !== undefined, `a ${resource.resourceType} without an id`);
  return referTo(`${resource.resourceType}/${resource.id}`, display);
}

export function referTo(reference: string, display?: string): Reference<never> {
  return display === undefined ? { reference } : { reference, display };
}

/** Who did it, with the name: a list of given doses says who without asking for each. */
export function performerOf({ id, name }: { readonly id: string; readonly name: string }): Reference<never> {
  return referTo(`Practitioner/${id}`, name);
}

export function transaction(resources: readonly Resource[]): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
}

/** Rounded to so many decimals, without the dust of binary fractions. */
export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** As Danes write it: 4,1. */
export function danishNumber(value: number): string {
  return String(value).replace('.', ',');
}
