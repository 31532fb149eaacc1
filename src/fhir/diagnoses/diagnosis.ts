/**
 * A diagnosis as a Condition (docs/how/clinical-shapes.md), pure, for screens, simulations and guards. A stay has one action
 * diagnosis, why the patient is here, and it stands first in `Encounter.diagnosis`; the others of the stay are secondary.
 */
import type { CodeableConcept, Condition, Practitioner, Reference } from '@medplum/fhirtypes';

export const sksSystem = 'urn:oid:1.2.208.176.2.4.12';
/** Code `A` aktionsdiagnose, `B` bidiagnose, as in the national register of patients. */
export const diagnosisKindSystem = 'https://holdfast.dk/fhir/diagnosis-kind';
const categorySystem = 'http://terminology.hl7.org/CodeSystem/condition-category';
const clinicalSystem = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const verificationSystem = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';

/** `lasting`: beyond the stay. */
export type DiagnosisKind = 'action' | 'secondary' | 'lasting';
export type Side = 'right' | 'left' | 'both';

/** SKS additional codes of the side. */
export const sides = {
  right: { code: 'TUL1', display: 'højresidig' },
  left: { code: 'TUL2', display: 'venstresidig' },
  both: { code: 'TUL3', display: 'dobbeltsidig' },
} as const satisfies Record<Side, { readonly code: string; readonly display: string }>;

export interface NewDiagnosis {
  readonly code: string;
  readonly display: string;
  readonly kind: DiagnosisKind;
  readonly side?: Side | undefined;
  /** Obs. pro: treated as if, until it is known. */
  readonly isSuspected: boolean;
}

export interface Recorded {
  readonly patient: string;
  /** The id of the stay; undefined: there is none, and the diagnosis is lasting. */
  readonly stay: string | undefined;
  /** An instant with its offset. */
  readonly at: string;
  readonly by: Reference<Practitioner> | undefined;
}

export function diagnosisFrom(diagnosis: NewDiagnosis, { patient, stay, at, by }: Recorded): Condition {
  const { code, display, kind, side, isSuspected } = diagnosis;
  return {
    resourceType: 'Condition',
    clinicalStatus: clinical('active'),
    verificationStatus: isSuspected ? verification('provisional') : verification('confirmed'),
    category: [categoryOf(kind)],
    code: { coding: [{ system: sksSystem, code, display }], text: display },
    ...(side === undefined
      ? {}
      : { bodySite: [{ coding: [{ system: sksSystem, ...sides[side] }], text: sides[side].display }] }),
    subject: { reference: `Patient/${patient}` },
    ...(stay === undefined || kind === 'lasting' ? {} : { encounter: { reference: `Encounter/${stay}` } }),
    recordedDate: at,
    ...(by === undefined ? {} : { recorder: by }),
  };
}

export function categoryOf(kind: DiagnosisKind): CodeableConcept {
  if (kind === 'lasting')
    return { coding: [{ system: categorySystem, code: 'problem-list-item' }], text: 'Varig diagnose' };
  return {
    coding: [
      { system: categorySystem, code: 'encounter-diagnosis' },
      { system: diagnosisKindSystem, code: kind === 'action' ? 'A' : 'B' },
    ],
    text: kind === 'action' ? 'Aktionsdiagnose' : 'Bidiagnose',
  };
}

/** undefined: of another source, which does not tell it. */
export function diagnosisKindOf({ category = [] }: Pick<Condition, 'category'>): DiagnosisKind | undefined {
  const codings = category.flatMap(({ coding = [] }) => coding);
  const kind = codings.find(({ system }) => system === diagnosisKindSystem)?.code;
  if (kind === 'A') return 'action';
  if (kind === 'B') return 'secondary';
  return codings.some(({ code }) => code === 'problem-list-item') ? 'lasting' : undefined;
}

export function turnedInto(condition: Condition, kind: 'action' | 'secondary'): Condition {
  return { ...condition, category: [categoryOf(kind)] };
}

/** What was suspected is so. */
export function confirmed(condition: Condition): Condition {
  return { ...condition, verificationStatus: verification('confirmed') };
}

/** What was suspected is not so: it leaves the diagnoses and stays in the record. */
export function refuted(condition: Condition): Condition {
  return { ...condition, verificationStatus: verification('refuted') };
}

/** The patient does not have it any more. */
export function resolved(condition: Condition, at: string): Condition {
  return { ...condition, clinicalStatus: clinical('resolved'), abatementDateTime: at };
}

/** It should not have been recorded; con-5: then it has no clinical status. */
export function diagnosedInError(condition: Condition, why: string, at: string): Condition {
  const { clinicalStatus: _none, ...rest } = condition;
  return {
    ...rest,
    verificationStatus: verification('entered-in-error'),
    note: [...(condition.note ?? []), { text: `Fejlindtastet: ${why}`, time: at }],
  };
}

const clinicalWords = { active: 'Aktiv', resolved: 'Overstået' } as const;
function clinical(code: keyof typeof clinicalWords): CodeableConcept {
  return { coding: [{ system: clinicalSystem, code }], text: clinicalWords[code] };
}

const verificationWords = {
  provisional: 'Obs. pro',
  confirmed: 'Bekræftet',
  refuted: 'Afkræftet',
  'entered-in-error': 'Fejlindtastet',
} as const;
function verification(code: keyof typeof verificationWords): CodeableConcept {
  return { coding: [{ system: verificationSystem, code }], text: verificationWords[code] };
}
