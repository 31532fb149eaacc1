import type { Quantity, Range } from '@medplum/fhirtypes';
import type { Language } from '../settings.ts';
import { showNumber, showUnit } from './number.ts';

/** The link keeps the spelling of a decimal beside it where the number alone would lose it (1.00). */
export type SpelledQuantity = Quantity & { readonly $value?: string };

export function showAmount(quantity: SpelledQuantity, language: Language): string {
  if (quantity.value === undefined) return '';
  return `${quantity.comparator ?? ''}${showNumber(quantity.$value ?? quantity.value, language)}`;
}

/** For dense cells: a computed decimal with a dozen digits is rounded to four that count; what a laboratory wrote is kept. */
export function showDenseAmount(quantity: SpelledQuantity, language: Language): string {
  const spelled = quantity.$value ?? String(quantity.value ?? '');
  const digits = spelled.replace(/^-?0*\.?0*/, '').replace('.', '').length;
  if (quantity.value === undefined || digits <= 6 || !spelled.includes('.'))
    return showAmount(quantity, language);
  const whole = Math.trunc(Math.abs(quantity.value)).toString().length;
  return `${quantity.comparator ?? ''}${showNumber(quantity.value.toPrecision(Math.max(4, whole)), language)}`;
}

export function showQuantity(quantity: SpelledQuantity, language: Language): string {
  const unit = showUnit(quantity.unit ?? quantity.code ?? '');
  return unit === '' ? showAmount(quantity, language) : `${showAmount(quantity, language)} ${unit}`;
}

/** 3,5–4,6 · < 8 · > 60 */
export function showRange(range: Pick<Range, 'low' | 'high'>, language: Language): string {
  const low = range.low === undefined ? '' : showAmount(range.low, language);
  const high = range.high === undefined ? '' : showAmount(range.high, language);
  if (low === '' && high === '') return '';
  if (low === '' || (low === '0' && high !== '')) return `< ${high}`;
  return high === '' ? `> ${low}` : `${low}–${high}`;
}
