/**
 * Units of measure by the rules of UCUM (https://ucum.org/ucum), as far as searching needs them: 5 mg and 0.005 g are the
 * same amount. A unit is reduced to base units and a factor. The table holds the units of hospitals' laboratories, wards
 * and pharmacies; what is not in it is compared as it is written.
 *
 * Amounts of substance, equivalents and arbitrary units (`[iU]`) are dimensions of their own here: UCUM would let mol be a
 * bare number, and then 1 mmol/L would be comparable with a count of particles.
 */
export interface CanonicalUnit {
  /** The base units with their exponents, in alphabetical order: `g.m-3`; `1` for a bare number. */
  readonly unit: string;
  readonly factor: number;
  /** Added before multiplying: degrees Celsius begin at another zero. */
  readonly offset: number;
}

export const ucumSystem = 'http://unitsofmeasure.org';

const lettersMax = 60;
const known = new Map<string, CanonicalUnit | undefined>();
const knownMax = 5000;

/** What the unit comes to; undefined when it is not in the table. Remembered for each code. */
export function canonicalUnit(code: string): CanonicalUnit | undefined {
  if (code.length > lettersMax) return undefined;
  if (known.has(code)) return known.get(code);
  if (known.size >= knownMax) known.clear();
  const unit = reduce(code);
  known.set(code, unit);
  return unit;
}

/** An amount in base units, to 12 digits: what binary fractions add in the 17th must not part equal amounts. */
export function canonicalAmount(value: number, { factor, offset }: CanonicalUnit): number {
  return Number(((value + offset) * factor).toPrecision(12));
}

type Dimensions = ReadonlyMap<string, number>;
interface Measure {
  readonly factor: number;
  readonly dimensions: Dimensions;
}

function reduce(code: string): CanonicalUnit | undefined {
  const special = specialUnits[code];
  if (special) return special;
  const measure = parseTerm(code);
  if (!measure || !Number.isFinite(measure.factor) || measure.factor === 0) return undefined;
  const names = [...measure.dimensions].filter(([, exponent]) => exponent !== 0);
  const unit = names
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, exponent]) => (exponent === 1 ? name : `${name}${exponent}`))
    .join('.');
  return { unit: unit === '' ? '1' : unit, factor: measure.factor, offset: 0 };
}

const specialUnits: Readonly<Record<string, CanonicalUnit>> = Object.assign(Object.create(null), {
  Cel: { unit: 'K', factor: 1, offset: 273.15 },
  '[degF]': { unit: 'K', factor: 5 / 9, offset: 459.67 },
});

// A component: an annotation, a bracket, a number or a unit with an exponent. `/` and `.` stand between.
const component =
  /^(?:\{[^{}]*\}|(?:(10[*^])([+-]?\d{1,2})?|(\d{1,9})(?![*^])|((?:[A-Za-z%'"_]|\[[^[\]]*\])+)([+-]?\d{1,2})?)(?:\{[^{}]*\})?)/;

/** Reads a term from left to right; UCUM gives `.` and `/` the same rank. Brackets of one level, which is all that is in use. */
function parseTerm(text: string, nested = false): Measure | undefined {
  let rest = text;
  let sign = 1;
  let whole: Measure = { factor: 1, dimensions: new Map() };
  if (rest.startsWith('/')) [rest, sign] = [rest.slice(1), -1];
  if (rest === '') return undefined;
  for (;;) {
    let part: Measure | undefined;
    if (rest.startsWith('(') && !nested) {
      const end = rest.indexOf(')');
      part = end < 0 ? undefined : parseTerm(rest.slice(1, end), true);
      rest = rest.slice(end + 1);
    } else {
      const match = component.exec(rest);
      if (!match) return undefined;
      part = measureOf(match);
      rest = rest.slice(match[0].length);
    }
    if (!part) return undefined;
    whole = times(whole, part, sign);
    if (rest === '') return whole;
    const between = rest.charAt(0);
    if (between !== '.' && between !== '/') return undefined;
    [rest, sign] = [rest.slice(1), between === '/' ? -1 : 1];
  }
}

function measureOf([, ten, tenExponent, number, name, exponent]: RegExpExecArray): Measure | undefined {
  const bare: Dimensions = new Map();
  if (ten !== undefined) return { factor: 10 ** Number(tenExponent ?? 1), dimensions: bare };
  if (number !== undefined) return { factor: Number(number), dimensions: bare };
  if (name === undefined) return { factor: 1, dimensions: bare };
  const unit = atomOf(name);
  return unit && times({ factor: 1, dimensions: bare }, unit, Number(exponent ?? 1));
}

function times(a: Measure, b: Measure, power: number): Measure {
  const dimensions = new Map(a.dimensions);
  for (const [name, exponent] of b.dimensions)
    dimensions.set(name, (dimensions.get(name) ?? 0) + exponent * power);
  return { factor: a.factor * b.factor ** power, dimensions };
}

function atomOf(name: string): Measure | undefined {
  const whole = atoms.get(name);
  if (whole) return whole;
  for (const length of [1, 2]) {
    const prefix = prefixes[name.slice(0, length)];
    const atom = prefix === undefined ? undefined : atoms.get(name.slice(length));
    if (prefix !== undefined && atom?.metric)
      return { factor: prefix * atom.factor, dimensions: atom.dimensions };
  }
  return undefined;
}

const prefixes: Readonly<Record<string, number>> = Object.assign(Object.create(null), {
  Y: 1e24,
  Z: 1e21,
  E: 1e18,
  P: 1e15,
  T: 1e12,
  G: 1e9,
  M: 1e6,
  k: 1e3,
  h: 1e2,
  da: 1e1,
  d: 1e-1,
  c: 1e-2,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
  f: 1e-15,
  a: 1e-18,
  z: 1e-21,
  y: 1e-24,
});

// One unit a line: names, how much of which base units. Those above the rule take prefixes.
const table = `
m 1 m | s 1 s | g 1 g | rad 1 rad | K 1 K | C 1 C | cd 1 cd | mol 1 mol | eq 1 eq | osm 1 osm
l L 1e-3 m3 | t 1e6 g | N 1e3 g.m.s-2 | Pa 1e3 g.m-1.s-2 | bar 1e8 g.m-1.s-2 | J 1e3 g.m2.s-2 | W 1e3 g.m2.s-3
cal 4184 g.m2.s-2 | cal_th 4184 g.m2.s-2 | cal_IT 4186.8 g.m2.s-2 | A 1 C.s-1 | V 1e3 g.m2.s-2.C-1 | Ohm 1e3 g.m2.s-1.C-2
S 1e-3 g-1.m-2.s.C2 | F 1e-3 g-1.m-2.s2.C2 | H 1e3 g.m2.C-2 | T 1e3 g.s-1.C-1 | Wb 1e3 g.m2.s-1.C-1 | Hz 1 s-1 | Bq 1 s-1
Gy 1 m2.s-2 | Sv 1 m2.s-2 | REM 1e-2 m2.s-2 | RAD 1e-2 m2.s-2 | Ci 3.7e10 s-1 | kat 1 mol.s-1 | U 1.6666666666666667e-8 mol.s-1
m[Hg] 133322000 g.m-1.s-2 | m[H2O] 9806650 g.m-1.s-2 | lm 1 cd | lx 1 cd.m-2 | sr 1 rad2 | eV 1.60217733e-16 g.m2.s-2
P 100 g.m-1.s-1 | St 1e-4 m2.s-1 | dyn 1e-2 g.m.s-2 | erg 1e-4 g.m2.s-2 | Bi 10 C.s-1 | G 1e-1 g.s-1.C-1
[iU] [IU] 1 [iU] | bit 1 bit | By 8 bit | mho 1e-3 g-1.m-2.s.C2 | u 1.6605402e-24 g | pc 3.085678e16 m
---
min 60 s | h 3600 s | d 86400 s | wk 604800 s | mo 2629800 s | mo_j 2629800 s | a 31557600 s | a_j 31557600 s
% 1e-2 1 | [ppth] 1e-3 1 | [ppm] 1e-6 1 | [ppb] 1e-9 1 | [pptr] 1e-12 1 | g% 1e4 g.m-3 | [pi] 3.141592653589793 1
deg 0.017453292519943295 rad | ' 2.908882086657216e-4 rad | '' 4.84813681109536e-6 rad | gon 0.015707963267948967 rad
[lb_av] 453.59237 g | [oz_av] 28.349523125 g | [gr] 0.06479891 g | [stone_av] 6350.29318 g | [ston_av] 907184.74 g
[dr_av] 1.7718451953125 g | [lb_ap] 373.2417216 g | [oz_ap] 31.1034768 g | [lb_tr] 373.2417216 g | [oz_tr] 31.1034768 g
[in_i] [in_us] 0.0254 m | [ft_i] [ft_us] 0.3048 m | [yd_i] 0.9144 m | [mi_i] 1609.344 m | [nmi_i] 1852 m | [sin_i] 6.4516e-4 m2
[sft_i] 0.09290304 m2 | [cin_i] 1.6387064e-5 m3 | [cft_i] 0.028316846592 m3 | Ao 1e-10 m | [Ch] 3.3333333333333335e-4 m
[foz_us] 2.95735295625e-5 m3 | [cup_us] 2.365882365e-4 m3 | [pt_us] 4.73176473e-4 m3 | [qt_us] 9.46352946e-4 m3
[gal_us] 3.785411784e-3 m3 | [tsp_us] 4.92892159375e-6 m3 | [tbs_us] 1.478676478125e-5 m3 | [foz_br] 2.84130625e-5 m3
[pt_br] 5.6826125e-4 m3 | [gal_br] 4.54609e-3 m3 | [drp] 5e-8 m3 | [tsp_m] 5e-6 m3 | [tbs_m] 1.5e-5 m3 | [foz_m] 3e-5 m3
[Cal] 4184000 g.m2.s-2 | [kcal_IT] 4186800 g.m2.s-2 | [psi] 6894757.293168 g.m-1.s-2 | atm 101325000 g.m-1.s-2
[in_i'Hg] 3386378.8 g.m-1.s-2 | [in_i'H2O] 249088.91 g.m-1.s-2 | [PRU] 133322000000000 g.m-4.s-1 | [diop] 1 m-1
[pH] 1 [pH] | B 1 B | Np 1 Np | [arb'U] [arb'u] 1 [arb'U] | [USP'U] 1 [USP'U] | [AU] 1 [AU] | [BAU] 1 [BAU] | [CFU] 1 [CFU]
[PFU] 1 [PFU] | [FFU] 1 [FFU] | [GPL'U] 1 [GPL'U] | [MPL'U] 1 [MPL'U] | [APL'U] 1 [APL'U] | [beth'U] 1 [beth'U]
[anti'Xa'U] 1 [anti'Xa'U] | [ka'U] 1 [ka'U] | [todd'U] 1 [todd'U] | [dye'U] 1 [dye'U] | [Amb'a'1'U] 1 [Amb'a'1'U] | [EID_50] 1 [EID_50]
[TCID_50] 1 [TCID_50] | [CCID_50] 1 [CCID_50] | [Lf] 1 [Lf] | [HPF] 1 [HPF] | [LPF] 1 [LPF] | [S] 1e-13 s | [MET] 3.5 [MET]`;

interface Atom extends Measure {
  readonly metric: boolean;
}
const atoms = new Map<string, Atom>(
  table.split('\n---\n').flatMap((half, n) =>
    half
      .split(/[|\n]/)
      .map((entry) => entry.trim().split(' '))
      .filter((words) => words.length >= 3)
      .flatMap((words) => {
        const atom: Atom = {
          metric: n === 0,
          factor: Number(words.at(-2)),
          dimensions: baseOf(words.at(-1) ?? ''),
        };
        return words.slice(0, -2).map((name): [string, Atom] => [name, atom]);
      }),
  ),
);

function baseOf(text: string): Dimensions {
  if (text === '1') return new Map();
  return new Map(
    text.split('.').map((part): [string, number] => {
      const [, name = '', exponent = '1'] = /^(\[.*\]|[A-Za-z]+)(-?\d+)?$/.exec(part) ?? [];
      return [name, Number(exponent)];
    }),
  );
}
