/** What guards read of a resource, which was validated before: lists, texts, references, codes. */
import { isObject, type Json } from '#fhir/json.ts';
import { referenceTarget } from '#fhir/search-forms.ts';

export function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `Type/id` of a reference, without its version. */
export function targetOf(reference: unknown): string | undefined {
  return isObject(reference) ? referenceTarget(reference['reference']) : undefined;
}

/** The ids of one type among references. */
export function targetsOf(references: unknown, type: string): string[] {
  return listOf(references).flatMap((reference) => {
    const target = targetOf(reference);
    return target?.startsWith(`${type}/`) === true ? [target] : [];
  });
}

/** The code of a system in a concept. */
export function codeIn(concept: unknown, system: string): string | undefined {
  const coding = listOf(isObject(concept) ? concept['coding'] : undefined).find(
    (one) => one['system'] === system,
  );
  return textOf(coding?.['code']);
}

/** The words of a concept. */
export function wordsIn(concept: unknown): string | undefined {
  if (!isObject(concept)) return undefined;
  return (
    textOf(concept['text']) ?? listOf(concept['coding']).flatMap(({ display }) => textOf(display) ?? [])[0]
  );
}

export function statusOf(resource: Json | undefined): string {
  return textOf(resource?.['status']) ?? '';
}
