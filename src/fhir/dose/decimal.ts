/**
 * Exact decimal numbers, for doses: no sum or conversion of them shows the binary's noise (0.1 × 3 is 0.3). A division that has no end
 * has no answer here: whoever asks says so instead of rounding a dose.
 */
export interface Decimal {
  /** The number is `digits` / 10^`scale`; no trailing zero in `digits` while `scale` > 0. */
  readonly digits: bigint;
  readonly scale: number;
}

// A dose has a handful of digits. More is no dose, and a number of a million digits is an attack.
const digitsMax = 30;

/** Of a number or its spelling (`0.5`, `1.50`, `1e-3`); undefined when it is none, or longer than a dose can be. */
export function decimalOf(value: unknown): Decimal | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const found = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(String(value).trim());
  if (!found) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
  if (whole.length + fraction.length > digitsMax || Math.abs(Number(exponent)) > digitsMax) return undefined;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return shift({ digits, scale: fraction.length }, Number(exponent));
}

/** What a person typed: a comma or a point before the decimals, or points between groups of three (`5.000`). */
export function decimalTyped(text: string): Decimal | undefined {
  const plain = text.trim().replaceAll(' ', '');
  if (/^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/.test(plain))
    return decimalOf(plain.replaceAll('.', '').replace(',', '.'));
  return /^\d+([.,]\d+)?$/.test(plain) ? decimalOf(plain.replace(',', '.')) : undefined;
}

/** As JSON and FHIR spell it: 0.5, without trailing zeros. */
export function spell({ digits, scale }: Decimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale);
  return `${digits < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${text.slice(-scale)}`}`;
}

export function numberOf(value: Decimal): number {
  return Number(spell(value));
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return tidy({ digits: at(a, scale) + at(b, scale), scale });
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { digits: -b.digits, scale: b.scale });
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return tidy({ digits: a.digits * b.digits, scale: a.scale + b.scale });
}

/** undefined when there is no exact answer (1 / 3), or nothing to divide by. */
export function divide(a: Decimal, b: Decimal): Decimal | undefined {
  if (b.digits === 0n) return undefined;
  // A quotient ends after at most as many decimals as the divisor has factors of two or five.
  const places = b.digits.toString(2).length + 1;
  const scaled = a.digits * 10n ** BigInt(places + b.scale);
  if (scaled % b.digits !== 0n) return undefined;
  return tidy({ digits: scaled / b.digits, scale: a.scale + places });
}

/** Times ten to the power of `power`. */
export function shift({ digits, scale }: Decimal, power: number): Decimal {
  const next = scale - power;
  return next >= 0 ? tidy({ digits, scale: next }) : { digits: digits * 10n ** BigInt(-next), scale: 0 };
}

/** Negative when `a` is less, 0 when they are equal, positive when it is more. */
export function compare(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = at(a, scale) - at(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function at({ digits, scale }: Decimal, wanted: number): bigint {
  return digits * 10n ** BigInt(wanted - scale);
}

function tidy({ digits, scale }: Decimal): Decimal {
  let [short, places] = [digits, scale];
  while (places > 0 && short % 10n === 0n) {
    short /= 10n;
    places--;
  }
  return { digits: short, scale: places };
}
