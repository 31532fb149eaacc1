// Code 128 (ISO/IEC 15417), which laboratories print on tubes: pairs of digits in code set C, everything else of ASCII in B. Our own, since
// it is a table and forty lines, and a label must not wait for a library.

/** Widths of bar, space, bar, space, bar, space of each symbol 0–105; the last is the stop with a bar more. */
const widths =
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 ' +
  '223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 ' +
  '112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 ' +
  '311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 ' +
  '122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 ' +
  '214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112';
export const symbolWidths: readonly string[] = widths.split(' ');

const startB = 104;
const startC = 105;
const toB = 100;
const toC = 99;
const stop = 106;
/** Modules of white that a scanner needs on both sides. */
export const quietModules = 10;

/** The symbols of a text, from start to stop. @throws RangeError for a letter that is not printable ASCII, and for nothing */
export function code128Symbols(text: string): readonly number[] {
  if (!/^[ -~]+$/.test(text)) throw new RangeError('expected printable ASCII, at least one letter');
  const symbols: number[] = [];
  let at = 0;
  let set: 'B' | 'C' | undefined;
  while (at < text.length) {
    const digits = /^\d*/.exec(text.slice(at))?.[0].length ?? 0;
    // A change of set costs a symbol: it is worth it from four digits on, and for a text that is digits alone from two.
    const dense =
      digits >= 4 || (set === 'C' && digits >= 2) || (at === 0 && digits === text.length && digits >= 2);
    // An odd one before is written in B, so that the pairs end with the digits.
    if (dense && (set === 'C' || digits % 2 === 0)) {
      if (set !== 'C') symbols.push(set === undefined ? startC : toC);
      set = 'C';
      symbols.push(Number(text.slice(at, at + 2)));
      at += 2;
    } else {
      if (set !== 'B') symbols.push(set === undefined ? startB : toB);
      set = 'B';
      symbols.push(text.charCodeAt(at) - 32);
      at++;
    }
  }
  const check = symbols.reduce((sum, symbol, index) => sum + symbol * Math.max(1, index), 0) % 103;
  return [...symbols, check, stop];
}

export type Bars = {
  /** With the quiet zones. */
  readonly modules: number;
  readonly bars: readonly { readonly at: number; readonly width: number }[];
};

/** The black bars in modules, the quiet zone before and after them counted. */
export function code128Bars(text: string): Bars {
  const bars: { at: number; width: number }[] = [];
  let at = quietModules;
  for (const symbol of code128Symbols(text))
    for (const [index, letter] of Array.from(symbolWidths[symbol] ?? '').entries()) {
      const width = Number(letter);
      if (index % 2 === 0) bars.push({ at, width });
      at += width;
    }
  return { modules: at + quietModules, bars };
}
