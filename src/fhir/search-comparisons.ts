/** Dates and numbers as they are compared: prefixes, precision and units (http://hl7.org/fhir/R4/search.html#prefix). */
import { Refusal } from '#base/refusal.ts';
import { timeSpan } from './date.ts';
import type { DateFilter, NumberFilter, Prefix } from './search-conditions.ts';
import { unescape } from './search-text.ts';
import { canonicalAmount, canonicalUnit, ucumSystem } from './ucum.ts';

const prefixPattern = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)$/s;

/** `ge2026-01-15`. @throws Refusal `invalid`. */
export function parseDate(name: string, value: string): DateFilter {
  const [, prefix = 'eq', text = ''] = prefixPattern.exec(value) ?? [];
  // A plus sign that was not written as %2B arrives as a blank.
  const span = timeSpan(text.replace(/ (\d{2}:\d{2})$/, '+$1'));
  if (!span)
    throw new Refusal('invalid', [
      {
        code: 'value',
        at: name.slice(0, 80),
        text: `expected a date such as 2026-01-15 or ge2026-01-15T14:05:00Z, found '${text.slice(0, 40)}'`,
      },
    ]);
  return { prefix: prefix as Prefix, span };
}

/** `gt5.4|http://unitsofmeasure.org|mg`. @throws Refusal `invalid`. */
export function parseNumber(name: string, value: string): NumberFilter {
  const [amount = '', system, unit] = value.split('|').map(unescape);
  const [, prefix = 'eq', text = ''] = prefixPattern.exec(amount) ?? [];
  if (!/^-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?$/.test(text)) {
    throw new Refusal('invalid', [
      {
        code: 'value',
        at: name.slice(0, 80),
        text: `expected a number such as 5.4 or gt5.4, found '${text.slice(0, 40)}'`,
      },
    ]);
  }
  const number = Number(text);
  const span = precisionOf(text);
  const margin = prefix === 'ap' ? Math.abs(number) * 0.1 : 0;
  const low = Math.min(span.low, number - margin);
  const high = Math.max(span.high, number + margin);
  const canonical = system === ucumSystem && unit ? canonicalUnit(unit) : undefined;
  return {
    prefix: prefix as Prefix,
    value: number,
    low,
    high,
    ...(system ? { system } : {}),
    ...(unit ? { unit } : {}),
    ...(canonical
      ? {
          base: {
            unit: canonical.unit,
            value: canonicalAmount(number, canonical),
            low: canonicalAmount(low, canonical),
            high: canonicalAmount(high, canonical),
          },
        }
      : {}),
  };
}

/** `5.4` is 5.35 to 5.45: half a unit of the last digit each way, reckoned in decimals, since 5.4 - 0.05 is more than 5.35 in binary. */
function precisionOf(text: string): { low: number; high: number } {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = BigInt(`${whole}${fraction}`) * 10n;
  const scale = Number(exponent) - fraction.length - 1;
  return { low: Number(`${digits - 5n}e${scale}`), high: Number(`${digits + 5n}e${scale}`) };
}
