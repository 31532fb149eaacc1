import type {
  CodeableConcept,
  DiagnosticReport,
  Observation,
  ObservationComponent,
  ObservationReferenceRange,
} from '@medplum/fhirtypes';
import { instantOf } from '../../parts/format/date.ts';
import { showAmount, showDenseAmount, showQuantity, showRange } from '../../parts/format/quantity.ts';
import { showUnit } from '../../parts/format/number.ts';
import type { Language } from '../../parts/settings.ts';
import { anyHasCode, hasCode, lastUpdated, wordsOf } from './coding.ts';

// Measurements as rows of a grid: one row for each analysis and unit (values of different units are never put in one row
// or one curve), newest first. A value is shown with the unit and the range that came with it.

export type Mark = 'low' | 'veryLow' | 'high' | 'veryHigh' | 'abnormal';

export type ResultRow = {
  readonly key: string;
  readonly name: string;
  readonly group: string;
  readonly unit: string;
  /** Newest first. */
  readonly values: readonly Observation[];
};

export type ObservationKind = 'laboratory' | 'vitals' | 'other';

export function kindOf(observation: Observation): ObservationKind {
  if (anyHasCode(observation.category, 'laboratory')) return 'laboratory';
  return anyHasCode(observation.category, 'vital-signs') ? 'vitals' : 'other';
}

export const takenAt = (observation: Observation): number =>
  instantOf(
    observation.effectiveDateTime ??
      observation.effectivePeriod?.start ??
      observation.effectiveInstant ??
      observation.issued,
  ) ?? 0;

export const answeredAt = (observation: Observation): number =>
  instantOf(observation.issued) ?? takenAt(observation);

// For who has not seen the chart: what came since the shift began, about.
const newWithinMs = 12 * 3_600_000;

/** Answered since this user last saw the chart, else within twelve hours. For who has seen it also what reached us, or was
 *  corrected, since: it was not there to be seen. */
export function isNewAnswer(
  answer: Observation | DiagnosticReport,
  seen: number | undefined,
  now: number,
): boolean {
  if (answer.status === 'entered-in-error' || answer.status === 'cancelled') return false;
  const answered = instantOf(answer.issued) ?? (answer.resourceType === 'Observation' ? takenAt(answer) : 0);
  return answered > (seen ?? now - newWithinMs) || (seen !== undefined && lastUpdated(answer) > seen);
}

/** The group a laboratory put it in, else its category's code for the screen to name, else nothing. */
export function groupOf(observation: Observation): string {
  const named = observation.category?.find(
    (category) => category.text !== undefined && category.coding === undefined,
  )?.text;
  return named ?? observation.category?.[0]?.coding?.[0]?.code ?? '';
}

export function resultRows(observations: readonly Observation[]): readonly ResultRow[] {
  const rows = new Map<string, { name: string; group: string; unit: string; values: Observation[] }>();
  for (const each of observations) {
    if (each.status === 'entered-in-error' || each.status === 'cancelled') continue;
    const unit =
      each.valueQuantity?.unit ?? each.valueQuantity?.code ?? each.component?.[0]?.valueQuantity?.unit ?? '';
    const key = `${codeKey(each.code)}|${unit}`;
    const row = rows.get(key);
    if (row === undefined)
      rows.set(key, { name: wordsOf(each.code), group: groupOf(each), unit: showUnit(unit), values: [each] });
    else row.values.push(each);
  }
  return [...rows].map(([key, row]) => ({
    key,
    ...row,
    values: row.values.sort((a, b) => takenAt(b) - takenAt(a)),
  }));
}

export const isCorrected = (observation: Observation): boolean =>
  observation.status === 'corrected' || observation.status === 'amended';

/** The newest earlier version that said something else than this one, among all that are kept. */
export function earlierValue(
  observation: Observation,
  versions: readonly Observation[],
): Observation | undefined {
  const now = valueText(observation, 'da', true);
  return [...versions]
    .sort((a, b) => Number(b.meta?.versionId ?? 0) - Number(a.meta?.versionId ?? 0))
    .filter((each) => Number(each.meta?.versionId ?? 0) < Number(observation.meta?.versionId ?? 0))
    .find((each) => valueText(each, 'da', true) !== now);
}

const codeKey = (concept: CodeableConcept): string =>
  `${concept.coding?.[0]?.code ?? ''}~${concept.coding?.[0]?.code === undefined ? wordsOf(concept) : ''}`;

/** The value alone, without its unit where the row shows it. */
export function valueText(
  observation: Observation | ObservationComponent,
  language: Language,
  withUnit = false,
): string {
  if (observation.valueQuantity !== undefined)
    return withUnit
      ? showQuantity(observation.valueQuantity, language)
      : showDenseAmount(observation.valueQuantity, language);
  if (observation.valueCodeableConcept !== undefined) return wordsOf(observation.valueCodeableConcept);
  if (observation.valueInteger !== undefined) return String(observation.valueInteger);
  if (observation.valueString !== undefined) return observation.valueString;
  if (observation.valueBoolean !== undefined) return observation.valueBoolean ? '+' : '−';
  if (observation.valueDateTime !== undefined) return observation.valueDateTime;
  if (observation.valueRatio?.numerator !== undefined && observation.valueRatio.denominator !== undefined) {
    return `${showAmount(observation.valueRatio.numerator, language)}:${showAmount(observation.valueRatio.denominator, language)}`;
  }
  if (observation.dataAbsentReason !== undefined) return wordsOf(observation.dataAbsentReason);
  if ('component' in observation && observation.component !== undefined)
    return componentText(observation.component, language);
  return '';
}

function componentText(components: readonly ObservationComponent[], language: Language): string {
  const systolic = components.find((each) => hasCode(each.code, '8480-6'));
  const diastolic = components.find((each) => hasCode(each.code, '8462-4'));
  if (systolic !== undefined && diastolic !== undefined)
    return `${valueText(systolic, language)}/${valueText(diastolic, language)}`;
  return components.map((each) => `${wordsOf(each.code)}: ${valueText(each, language, true)}`).join('; ');
}

export const numberOf = (observation: Observation): number | undefined =>
  observation.valueQuantity?.value ??
  observation.valueInteger ??
  observation.component?.find((each) => hasCode(each.code, '8480-6'))?.valueQuantity?.value;

const marks: Readonly<Record<string, Mark>> = {
  L: 'low',
  LL: 'veryLow',
  H: 'high',
  HH: 'veryHigh',
  HU: 'veryHigh',
  LU: 'veryLow',
  A: 'abnormal',
  AA: 'abnormal',
  POS: 'abnormal',
  R: 'abnormal',
};

/** How a value stands to what is normal: as the laboratory said, else by the range that came with the value. */
export function markOf(observation: Observation): Mark | undefined {
  for (const coding of (observation.interpretation ?? []).flatMap((each) => each.coding ?? [])) {
    if (coding.code === 'N') return undefined;
    const mark = marks[coding.code ?? ''];
    if (mark !== undefined) return mark;
  }
  const range = rangeOf(observation);
  const value = observation.valueQuantity?.value;
  if (range === undefined || value === undefined || observation.valueQuantity?.comparator !== undefined)
    return undefined;
  if (range.low?.value !== undefined && value < range.low.value) return 'low';
  return range.high?.value !== undefined && value > range.high.value ? 'high' : undefined;
}

export const isCritical = (mark: Mark | undefined): boolean => mark === 'veryHigh' || mark === 'veryLow';

export const markSign: Readonly<Record<Mark, string>> = {
  low: '▼',
  veryLow: '▼▼',
  high: '▲',
  veryHigh: '▲▲',
  abnormal: '!',
};

export function rangeOf(observation: Observation): ObservationReferenceRange | undefined {
  return (
    observation.referenceRange?.find((range) => range.low !== undefined || range.high !== undefined) ??
    observation.referenceRange?.[0]
  );
}

export function rangeText(observation: Observation, language: Language): string {
  const range = rangeOf(observation);
  if (range === undefined) return '';
  return range.text ?? showRange(range, language);
}
