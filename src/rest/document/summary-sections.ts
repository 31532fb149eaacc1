/** The sections of a patient summary (https://hl7.org/fhir/uv/ips/StructureDefinition-Composition-uv-ips.html): what belongs in each. */
import { isObject, type Json } from '#fhir/json.ts';

export interface SectionRule {
  readonly title: string;
  /** LOINC. */
  readonly code: string;
  /** Searches of the patient's resources, the newest first. */
  readonly sources: readonly { readonly type: string; readonly query: string }[];
  readonly belongs: (resource: Json) => boolean;
}

/** Codes of SNOMED CT that say that there are none: a statement, and another thing than nothing at all. */
const nilCodes = new Set(['716186003', '160245001', '787481004', '787480003', '1137457002', '409137002']);

export function saysNone(resource: Json): boolean {
  const concept = resource['code'] ?? resource['medicationCodeableConcept'];
  const codings: readonly unknown[] =
    isObject(concept) && Array.isArray(concept['coding']) ? concept['coding'] : [];
  return codings.some(
    (coding) =>
      isObject(coding) &&
      coding['system'] === 'http://snomed.info/sct' &&
      nilCodes.has(String(coding['code'])),
  );
}

export function codeAt(resource: Json, name: string): string | undefined {
  const concept = resource[name];
  const codings: readonly unknown[] =
    isObject(concept) && Array.isArray(concept['coding']) ? concept['coding'] : [];
  const [first] = codings;
  return isObject(first) && typeof first['code'] === 'string' ? first['code'] : undefined;
}

/** A status that is not told is not held against a fact: what is left out of a summary is not seen. */
const isNone = (value: unknown, ...excluded: readonly string[]) => !excluded.some((one) => one === value);
const isWrong = (resource: Json) => {
  const verified = codeAt(resource, 'verificationStatus');
  return (
    verified === 'entered-in-error' || verified === 'refuted' || resource['status'] === 'entered-in-error'
  );
};
const isPast = (resource: Json) =>
  !isNone(codeAt(resource, 'clinicalStatus'), 'inactive', 'remission', 'resolved');
const isHere = (resource: Json) => !isWrong(resource);

export const sectionRules: readonly SectionRule[] = [
  {
    title: 'Problems',
    code: '11450-4',
    sources: [{ type: 'Condition', query: '_sort=-recorded-date' }],
    belongs: (resource) => isHere(resource) && !isPast(resource),
  },
  {
    title: 'Allergies and intolerances',
    code: '48765-2',
    sources: [{ type: 'AllergyIntolerance', query: '_sort=-date' }],
    // One that is inactive is told with its status: someone may still react to it.
    belongs: isHere,
  },
  {
    title: 'Medication',
    code: '10160-0',
    sources: [
      { type: 'MedicationRequest', query: '_sort=-authoredon' },
      { type: 'MedicationStatement', query: '_sort=-effective' },
    ],
    belongs: (resource) =>
      isHere(resource) &&
      isNone(resource['status'], 'completed', 'stopped', 'cancelled', 'draft', 'not-taken'),
  },
  {
    title: 'Immunizations',
    code: '11369-6',
    sources: [{ type: 'Immunization', query: '_sort=-date' }],
    belongs: isHere,
  },
  {
    title: 'Results',
    code: '30954-2',
    sources: [
      { type: 'Observation', query: 'category=laboratory&_sort=-date' },
      { type: 'DiagnosticReport', query: '_sort=-date' },
    ],
    belongs: (resource) => isHere(resource) && isNone(resource['status'], 'registered', 'cancelled'),
  },
  {
    title: 'Procedures',
    code: '47519-4',
    sources: [{ type: 'Procedure', query: '_sort=-date' }],
    belongs: (resource) => isHere(resource) && isNone(resource['status'], 'not-done', 'preparation'),
  },
  {
    title: 'Devices',
    code: '46264-8',
    sources: [{ type: 'DeviceUseStatement', query: '_sort=-_lastUpdated' }],
    belongs: isHere,
  },
  {
    title: 'Vital signs',
    code: '8716-3',
    sources: [{ type: 'Observation', query: 'category=vital-signs&_sort=-date' }],
    belongs: isHere,
  },
  {
    title: 'Past problems',
    code: '11348-0',
    sources: [{ type: 'Condition', query: '_sort=-recorded-date' }],
    belongs: (resource) => isHere(resource) && isPast(resource),
  },
  {
    title: 'Plans',
    code: '18776-5',
    sources: [{ type: 'CarePlan', query: '_sort=-date' }],
    belongs: (resource) => isHere(resource) && isNone(resource['status'], 'revoked', 'completed'),
  },
];
