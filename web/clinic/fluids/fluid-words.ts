import { showNumber } from '../../parts/format/number.ts';
import type { Language } from '../../parts/settings.ts';
import type { TextKey } from '../../parts/text.tsx';

export const kindTexts: Readonly<Record<string, TextKey>> = {
  oral: 'fluid.oral',
  tube: 'fluid.tube',
  intravenous: 'fluid.intravenous',
  blood: 'fluid.blood',
  urine: 'fluid.urine',
  drain: 'fluid.drain',
  vomit: 'fluid.vomit',
  stool: 'fluid.stool',
  perspiration: 'fluid.perspiration',
};

export const shiftTexts: Readonly<Record<string, TextKey>> = {
  day: 'fluid.shiftDay',
  evening: 'fluid.shiftEvening',
  night: 'fluid.shiftNight',
};

/** Thousandths of a ml as ml, with no digit lost: 1250 → 1,25. */
export function showMl(milli: number, language: Language): string {
  const digits = String(Math.abs(milli)).padStart(4, '0');
  const fraction = digits.slice(-3).replace(/0+$/, '');
  const spelled = `${milli < 0 ? '-' : ''}${digits.slice(0, -3)}${fraction === '' ? '' : `.${fraction}`}`;
  return showNumber(spelled, language);
}

/** A balance says which way: +650, −200, 0. */
export function showSigned(milli: number, language: Language): string {
  return `${milli > 0 ? '+' : ''}${showMl(milli, language)}`;
}
