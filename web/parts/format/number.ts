import type { Language } from '../settings.ts';

// Numbers and units as the ward reads them. The spelling a number came with is kept: 1.00 says more than 1, and both are
// shown with the decimal sign of the language. Units are whole words where a short one can be misread.

const units: Readonly<Record<string, string>> = {
  ug: 'mikrogram',
  µg: 'mikrogram',
  μg: 'mikrogram',
  mcg: 'mikrogram',
  '[iU]': 'IE',
  IU: 'IE',
  U: 'IE',
  '[IU]': 'IE',
};

const measureUnits: Readonly<Record<string, string>> = {
  '/min': '/min',
  '{score}': '',
  '{#}': '',
  '1': '',
  'mm[Hg]': 'mmHg',
  Cel: '°C',
  '10*3/uL': '10³/µL',
  '10*6/uL': '10⁶/µL',
  '10*9/L': '10⁹/L',
  '10*12/L': '10¹²/L',
  '10^9/L': '10⁹/L',
  '10^12/L': '10¹²/L',
  'm[IU]/L': 'mIU/L',
  'm[IU]/mL': 'mIU/mL',
};

/** A number with the decimal sign of the language and the decimals it was spelled with. */
export function showNumber(spelled: string | number, language: Language): string {
  const text = typeof spelled === 'number' ? plain(spelled) : spelled;
  const exponent = /[eE]/.test(text) ? plain(Number(text)) : text;
  const signed = exponent.replace('-', '−');
  return language === 'da' ? signed.replace('.', ',') : signed;
}

/** A number with its thousands apart, as a dose is written: 5.000 in Danish, 5,000 in English. Years and codes are no doses. */
export function showGrouped(spelled: string | number, language: Language): string {
  const shown = showNumber(spelled, language);
  const sign = language === 'da' ? '.' : ',';
  return shown.replace(/^(\D*)(\d{4,})/, (_whole, before: string, digits: string) => {
    return before + digits.replace(/(?<=\d)(?=(?:\d{3})+$)/g, sign);
  });
}

/** The unit of a dose: never µg, never U. */
export function showDoseUnit(unit: string): string {
  const whole = units[unit];
  if (whole !== undefined) return whole;
  return unit.replace(/^(?:ug|µg|μg|mcg)(?=\/)/, 'mikrogram').replace(/^(?:\[iU\]|IU|U)(?=\/)/, 'IE');
}

/** The unit of a measurement, in writing rather than in UCUM. */
export function showUnit(unit: string): string {
  return (
    measureUnits[unit] ??
    unit
      .replace(/\{[^}]*\}/g, '')
      .replace(/\bug\b/, 'µg')
      .replace(/\buL\b/, 'µL')
      .replace(/\bumol\b/, 'µmol')
  );
}

function plain(value: number): string {
  const text = String(value);
  if (!/[eE]/.test(text)) return text;
  return value.toFixed(Math.abs(value) < 1 ? 12 : 0).replace(/\.?0+$/, '');
}
