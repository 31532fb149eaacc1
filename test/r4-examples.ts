/** The examples that HL7 publishes with FHIR R4 (r4-examples/README.md). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface R4Example {
  readonly file: string;
  /** The resource as HL7 wrote it, but for indentation. */
  readonly text: string;
}

export function r4Examples(): readonly R4Example[] {
  const lines = gunzipSync(readFileSync(join(import.meta.dirname, 'r4-examples/r4-examples.ndjson.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const [, file = '', text = ''] = /^\{"file":"([^"]+)","resource":(.*)\}$/s.exec(line) ?? [];
    return { file, text };
  });
}

/** Examples that break rules of R4 themselves, with what is wrong. */
export const knownErrata: Readonly<Record<string, string>> = {
  'activitydefinition-servicerequest-example.json':
    'ActivityDefinition.text.div: a narrative must hold some text or a picture',
  'activitydefinition-supplyrequest-example.json':
    'ActivityDefinition.text.div: a narrative must hold some text or a picture',
  'codesystem-extensions-CodeSystem-author.json': 'SearchParameter.base: is required and missing',
  'codesystem-extensions-CodeSystem-effective.json': 'SearchParameter.base: is required and missing',
  'codesystem-extensions-CodeSystem-end.json': 'SearchParameter.base: is required and missing',
  'codesystem-extensions-CodeSystem-keyword.json': 'SearchParameter.base: is required and missing',
  'codesystem-extensions-CodeSystem-workflow.json': 'SearchParameter.base: is required and missing',
  'definition.json':
    'StructureDefinition: breaks sdf-4: If the structure is not abstract, then there SHALL be a baseDefinition',
  'devicemetric-example.json': 'DeviceMetric.parent: points at a DeviceDefinition; expected Device',
  'deviceusestatement-example.json':
    'DeviceUseStatement.reasonReference[0]: points at a Procedure; expected Condition, Observation, DiagnosticReport, DocumentReference, Media',
  'event.json':
    'StructureDefinition: breaks sdf-4: If the structure is not abstract, then there SHALL be a baseDefinition',
  'eventdefinition-example.json': 'EventDefinition.text.div: a narrative must hold some text or a picture',
  'fivews.json':
    'StructureDefinition: breaks sdf-4: If the structure is not abstract, then there SHALL be a baseDefinition',
  'medicationrequest0301.json':
    'MedicationRequest.dispenseRequest.performer: points at a Practitioner; expected Organization',
  'observation-example-clinical-gender.json':
    'Observation.performer[0]: points at a Encounter; expected Practitioner, PractitionerRole, Organization, CareTeam, Patient, RelatedPerson',
  'questionnaire-zika-virus-exposure-assessment.json':
    'Questionnaire.text.div: a narrative must hold some text or a picture',
  'questionnaireresponse-extensions-QuestionnaireResponse-item-subject.json':
    'SearchParameter.id: expected an id: 1 to 64 of letters, digits, - and .; found a text of 67 characters',
  'request.json':
    'StructureDefinition: breaks sdf-4: If the structure is not abstract, then there SHALL be a baseDefinition',
  'valueset-extensions-ValueSet-author.json': 'SearchParameter.base: is required and missing',
  'valueset-extensions-ValueSet-effective.json': 'SearchParameter.base: is required and missing',
  'valueset-extensions-ValueSet-end.json': 'SearchParameter.base: is required and missing',
  'valueset-extensions-ValueSet-keyword.json': 'SearchParameter.base: is required and missing',
  'valueset-extensions-ValueSet-workflow.json': 'SearchParameter.base: is required and missing',
};
