import type { TextKey } from '../../parts/text.tsx';

// Scopes in the words of the ward: what a program may read and write, and whose.

export type ScopeWords = {
  readonly reads: readonly TypeWord[];
  readonly writes: readonly TypeWord[];
  /** For all that the person may see, and not for one patient alone. */
  readonly everyone: boolean;
  readonly whoYouAre: boolean;
  readonly offline: boolean;
};
/** A word of ours, or the type's own name where we have none. */
type TypeWord = { readonly text: TextKey } | { readonly name: string };

const words: Readonly<Record<string, TextKey>> = {
  '*': 'grant.all',
  AllergyIntolerance: 'grant.allergies',
  Appointment: 'grant.appointments',
  Condition: 'grant.conditions',
  DiagnosticReport: 'grant.reports',
  DocumentReference: 'grant.documents',
  Encounter: 'grant.encounters',
  Immunization: 'grant.immunizations',
  MedicationAdministration: 'grant.administrations',
  MedicationRequest: 'grant.medication',
  Observation: 'grant.observations',
  Patient: 'grant.patient',
  Practitioner: 'grant.practitioners',
  Procedure: 'grant.procedures',
  ServiceRequest: 'grant.requests',
};
const versionOne: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

export function scopeWords(scopes: readonly string[]): ScopeWords {
  const clinical = scopes.flatMap((scope) => {
    const [, level = '', type = '', suffix = ''] = /^(patient|user)\/([^.]+)\.(.+)$/.exec(scope) ?? [];
    return level === '' ? [] : [{ level, type, may: versionOne[suffix] ?? suffix }];
  });
  const typesThat = (may: RegExp): readonly TypeWord[] => {
    const types = [...new Set(clinical.filter((one) => may.test(one.may)).map(({ type }) => type))];
    const shown = types.includes('*') ? ['*'] : types.sort();
    return shown.map((type) => {
      const text = words[type];
      return text === undefined ? { name: type } : { text };
    });
  };
  return {
    reads: typesThat(/[rs]/),
    writes: typesThat(/[cud]/),
    // Where one patient is asked for too, the server gives only that one.
    everyone: clinical.length > 0 && clinical.every(({ level }) => level === 'user'),
    whoYouAre: scopes.some((scope) => scope === 'openid' || scope === 'fhirUser' || scope === 'profile'),
    offline: scopes.includes('offline_access'),
  };
}
