/** Words for people: what a section holds, a line for each resource, made of the words that are stored. */
import { isObject, type Json } from '#fhir/json.ts';
import { codeAt } from './summary-sections.ts';

/** A narrative that is made of the data (http://hl7.org/fhir/R4/narrative.html). */
export function narrativeOf(sentences: readonly string[], lines: readonly string[]): object {
  const list =
    lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
  const text = sentences.map((one) => `<p>${escaped(one)}</p>`).join('');
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${text}${list}</div>` };
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[^\P{Cc}\t\n]/gu, '');
}

/** `Penicillin · 2019-03-02 · active`: what it is, its value, when, and how it stands. */
export function lineOf(resource: Json): string {
  const what =
    conceptText(resource['code']) ??
    conceptText(resource['medicationCodeableConcept']) ??
    conceptText(resource['vaccineCode']) ??
    displayOf(resource['medicationReference']) ??
    displayOf(resource['device']) ??
    textOf(resource['title']) ??
    textOf(resource['description']) ??
    String(resource['resourceType']);
  const when = [
    'effectiveDateTime',
    'performedDateTime',
    'occurrenceDateTime',
    'onsetDateTime',
    'authoredOn',
    'recordedDate',
    'date',
    'created',
  ]
    .map((name) => textOf(resource[name]))
    .find((one) => one !== undefined);
  const dosage: unknown = Array.isArray(resource['dosageInstruction'])
    ? resource['dosageInstruction'][0]
    : undefined;
  const parts = [
    what,
    valueOf(resource),
    isObject(dosage) ? textOf(dosage['text']) : undefined,
    textOf(resource['conclusion']),
    codeAt(resource, 'clinicalStatus') ?? textOf(resource['status']),
    when,
  ];
  return parts.filter((one) => one !== undefined).join(' · ');
}

function valueOf(resource: Json): string | undefined {
  const quantity = resource['valueQuantity'];
  if (isObject(quantity)) {
    // A decimal in its own spelling is an object that JSON writes as a number.
    const value = quantity['value'] === undefined ? undefined : JSON.stringify(quantity['value']);
    return [textOf(quantity['comparator']), value, textOf(quantity['unit'])]
      .filter((one) => one !== undefined)
      .join(' ');
  }
  const integer = resource['valueInteger'];
  return (
    conceptText(resource['valueCodeableConcept']) ??
    textOf(resource['valueString']) ??
    (typeof integer === 'number' ? String(integer) : undefined)
  );
}

function conceptText(concept: unknown): string | undefined {
  if (!isObject(concept)) return undefined;
  const codings: readonly unknown[] = Array.isArray(concept['coding']) ? concept['coding'] : [];
  const displays = codings.flatMap((one) =>
    isObject(one) ? (textOf(one['display']) ?? textOf(one['code']) ?? []) : [],
  );
  return textOf(concept['text']) ?? displays[0];
}
function displayOf(reference: unknown): string | undefined {
  return isObject(reference) ? textOf(reference['display']) : undefined;
}
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
