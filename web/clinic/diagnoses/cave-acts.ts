import type { AllergyIntolerance, Practitioner, Reference } from '@medplum/fhirtypes';
import type { Change } from '../../link/act.ts';
import { fhirMoment } from '../../parts/format/date.ts';

// What the buttons of the CAVE panel write (docs/how/clinical-shapes.md).

const clinical = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const verification = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';

export type Recorder = Reference<Practitioner> | undefined;

export type NewCave = {
  /** The substance, the drug or the class, as it is said. */
  readonly substance: string;
  readonly reaction: string;
  readonly isSevere: boolean;
  /** Nobody is sure of it. */
  readonly isUnsure: boolean;
};

export function knownAct(
  patient: string,
  { substance, reaction, isSevere, isUnsure }: NewCave,
  by: Recorder,
  at: number,
) {
  return post({
    ...common(patient, by, at, isUnsure ? 'unconfirmed' : 'confirmed'),
    criticality: isSevere ? 'high' : 'low',
    code: { text: substance },
    ...(reaction === '' ? {} : { reaction: [{ manifestation: [{ text: reaction }] }] }),
  });
}

/** The patient was asked, and knows of none. */
export function noneKnownAct(patient: string, by: Recorder, at: number) {
  return post({
    ...common(patient, by, at, 'confirmed'),
    code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }], text: 'Ingen kendte' },
  });
}

/** It was recorded by mistake; it is no CAVE any more, and stays in the history. */
export function wrongCaveAct(item: AllergyIntolerance, why: string, at: number): readonly Change[] {
  const { clinicalStatus: _none, ...rest } = item;
  const resource: AllergyIntolerance = {
    ...rest,
    verificationStatus: { coding: [{ system: verification, code: 'entered-in-error' }] },
    note: [...(item.note ?? []), { text: `Fejlindtastet: ${why}`, time: fhirMoment(at) }],
  };
  return [
    { method: 'PUT', url: `AllergyIntolerance/${item.id ?? ''}`, resource, version: item.meta?.versionId },
  ];
}

function post(resource: AllergyIntolerance): readonly Change[] {
  return [{ method: 'POST', url: 'AllergyIntolerance', resource }];
}

function common(patient: string, by: Recorder, at: number, certainty: 'confirmed' | 'unconfirmed') {
  return {
    resourceType: 'AllergyIntolerance',
    clinicalStatus: { coding: [{ system: clinical, code: 'active' }], text: 'Aktiv' },
    verificationStatus: { coding: [{ system: verification, code: certainty }] },
    patient: { reference: `Patient/${patient}` },
    recordedDate: fhirMoment(at),
    ...(by === undefined ? {} : { recorder: by }),
  } satisfies AllergyIntolerance;
}
