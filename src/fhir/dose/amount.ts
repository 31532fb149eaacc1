/**
 * Amounts of a drug, and the one place where they are converted: between units of one kind (1 g = 1000 mg) and, by the strength of a
 * product, between what is ordered and what is handed over (40 mg = 1 tablet of 40 mg). All of it exact: see decimal.ts.
 */
import { compare, decimalTyped, divide, multiply, shift, spell, type Decimal } from './decimal.ts';

export interface Amount {
  readonly value: Decimal;
  /** As our texts write it: `mg`, `mikrogram`, `IE`, `ml`, `tablet`, or whatever a foreign source wrote. */
  readonly unit: string;
}

/** What is in one unit of the form: 40 mg in a tablet, 10 mg in a ml. */
export interface Strength {
  readonly amount: Amount;
  /** `tablet`, `ml`, `dosis` … */
  readonly per: string;
}

export type Language = 'da' | 'en';

// Kinds of units, each unit with its power of ten within the kind.
const powers: Readonly<Record<string, readonly [kind: string, power: number]>> = {
  ng: ['mass', 0],
  mikrogram: ['mass', 3],
  mg: ['mass', 6],
  g: ['mass', 9],
  kg: ['mass', 12],
  IE: ['units', 0],
  'mio. IE': ['units', 6],
  ml: ['volume', 0],
  l: ['volume', 3],
  mikromol: ['substance', 0],
  mmol: ['substance', 3],
  mol: ['substance', 6],
};

// Other spellings, UCUM's among them. A short one that can be misread is never shown.
const spellings: Readonly<Record<string, string>> = {
  ug: 'mikrogram',
  µg: 'mikrogram',
  μg: 'mikrogram',
  mcg: 'mikrogram',
  microgram: 'mikrogram',
  '[iU]': 'IE',
  '[IU]': 'IE',
  IU: 'IE',
  U: 'IE',
  E: 'IE',
  mL: 'ml',
  L: 'l',
  umol: 'mikromol',
  tabl: 'tablet',
  'tabl.': 'tablet',
  tabletter: 'tablet',
  tablets: 'tablet',
  '{tbl}': 'tablet',
  kapsler: 'kapsel',
  dråber: 'dråbe',
  doser: 'dosis',
  plastre: 'plaster',
  'kaps.': 'kapsel',
};

const plurals: Readonly<Record<string, Readonly<Record<Language, readonly [one: string, more: string]>>>> = {
  tablet: { da: ['tablet', 'tabletter'], en: ['tablet', 'tablets'] },
  kapsel: { da: ['kapsel', 'kapsler'], en: ['capsule', 'capsules'] },
  dosis: { da: ['dosis', 'doser'], en: ['dose', 'doses'] },
  dråbe: { da: ['dråbe', 'dråber'], en: ['drop', 'drops'] },
  plaster: { da: ['plaster', 'plastre'], en: ['patch', 'patches'] },
  sprøjte: { da: ['sprøjte', 'sprøjter'], en: ['syringe', 'syringes'] },
  hætteglas: { da: ['hætteglas', 'hætteglas'], en: ['vial', 'vials'] },
  stikpille: { da: ['stikpille', 'stikpiller'], en: ['suppository', 'suppositories'] },
  brev: { da: ['brev', 'breve'], en: ['sachet', 'sachets'] },
};

/** One spelling of a unit for all others of it. */
export function unitOf(text: string): string {
  const known = spellings[text];
  if (known !== undefined) return known;
  return text
    .replace(/^(?:ug|µg|μg|mcg)(?=\/)/, 'mikrogram')
    .replace(/^(?:\[iU\]|\[IU\]|IU|U|E)(?=\/)/, 'IE');
}

/** In another unit of the same kind; undefined when there is no way from the one to the other. */
export function convert({ value, unit }: Amount, to: string): Amount | undefined {
  const [from, wanted] = [unitOf(unit), unitOf(to)];
  if (from === wanted) return { value, unit: wanted };
  const [a, b] = [powers[from], powers[wanted]];
  if (a === undefined || b === undefined || a[0] !== b[0]) return undefined;
  return { value: shift(value, a[1] - b[1]), unit: wanted };
}

/** Compares by value: 1 g is 1000 mg. undefined when the units are of different kinds. */
export function compareAmounts(a: Amount, b: Amount): number | undefined {
  const same = convert(b, a.unit);
  return same === undefined ? undefined : compare(a.value, same.value);
}

/** How much of the form holds the amount: 40 mg of a tablet with 40 mg is 1 tablet. undefined when it has no exact answer. */
export function inForm(amount: Amount, strength: Strength): Amount | undefined {
  const same = convert(amount, strength.amount.unit);
  const value = same === undefined ? undefined : divide(same.value, strength.amount.value);
  return value === undefined ? undefined : { value, unit: strength.per };
}

/** How much drug is in so much of the form: 2 tablets with 500 mg are 1000 mg. undefined when the unit is not the form's. */
export function ofForm(handed: Amount, strength: Strength): Amount | undefined {
  const same = convert(handed, strength.per);
  return same === undefined
    ? undefined
    : { value: multiply(same.value, strength.amount.value), unit: strength.amount.unit };
}

const formWords: readonly (readonly [RegExp, string])[] = [
  [/tabl|tablet/, 'tablet'],
  [/kaps/, 'kapsel'],
  [/plaster/, 'plaster'],
  [/sprøjte|pen\b/, 'sprøjte'],
  [/suppos|stikpille/, 'stikpille'],
  [/pulv.*(inj|inf)|hætteglas/, 'hætteglas'],
  [/brev/, 'brev'],
];

/** From what a package says of itself: `filmovertr. tabl.` and `40 mg`, `inj.vsk.` and `10 mg/ml`. undefined when it is not one number. */
export function strengthOf(form: string, text: string): Strength | undefined {
  const found = /^([\d.,]+)\s*([^\d\s/+][^\d/+]*?)(?:\/(.+))?$/.exec(text.trim());
  const value = found ? decimalTyped(found[1] ?? '') : undefined;
  if (!found || value === undefined || value.digits === 0n) return undefined;
  const per = found[3] ?? formWords.find(([pattern]) => pattern.test(form.toLowerCase()))?.[1];
  // Per 5 ml, per hour: not one unit of the form.
  if (per === undefined || /\d|time|\bt\b/.test(per)) return undefined;
  return { amount: { value, unit: unitOf((found[2] ?? '').trim()) }, per: unitOf(per.trim()) };
}

/** 5.000 IE · 0,5 mg · 1 tablet · 2 tabletter: the unit is whole, and no trailing zero stands there. */
export function showAmount({ value, unit }: Amount, language: Language): string {
  const word = showUnit(unit, spell(value) === '1' ? 0 : 1, language);
  return word === '' ? showDecimal(value, language) : `${showDecimal(value, language)} ${word}`;
}

export function showUnit(unit: string, more: 0 | 1, language: Language): string {
  const whole = unitOf(unit);
  return plurals[whole]?.[language][more] ?? whole;
}

/** With the decimal sign of the language and thousands apart, so that 5.000 and 500 are not taken for one another. */
function showDecimal(value: Decimal, language: Language): string {
  const [whole = '', fraction] = spell(value).split('.');
  const [group, point] = language === 'da' ? ['.', ','] : [',', '.'];
  const apart = whole.replace(/(?<=\d)(?=(?:\d{3})+$)/g, group ?? '').replace('-', '−');
  return fraction === undefined ? apart : `${apart}${point}${fraction}`;
}
