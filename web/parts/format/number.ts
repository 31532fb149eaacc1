import type { Language } from '../settings.ts';

// Numbers and units as the ward reads them. The spelling a number came with is kept: 1.00 says more than 1, and both are
// shown with the decimal sign of the language. Units are whole words where a short one can be misread.

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
