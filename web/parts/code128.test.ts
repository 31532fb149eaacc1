import fc from 'fast-check';
import { expect, test } from 'vitest';
import { code128Bars, code128Symbols, quietModules, symbolWidths } from './code128.ts';

test('the table is that of the standard: 11 modules each, 13 for the stop, bars even, no two alike', () => {
  expect(symbolWidths).toHaveLength(107);
  for (const [index, symbol] of symbolWidths.entries()) {
    const modules = Array.from(symbol).map(Number);
    const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0);
    const black = sum(modules.filter((_, at) => at % 2 === 0));
    expect([index, sum(modules)]).toEqual([index, index === 106 ? 13 : 11]);
    // Each symbol has an even number of black modules; the stop's last bar of two stands outside of that.
    expect([index, black % 2]).toEqual([index, 0]);
  }
  expect(new Set(symbolWidths).size).toBe(107);
});

test.each([
  // Start B, the letters, the check and the stop, as in the standard's own way of reckoning.
  ['Wikipedia', [104, 55, 73, 75, 73, 80, 69, 68, 73, 65, 88, 106]],
  ['123456', [105, 12, 34, 56, 44, 106]],
  ['HF1234', [104, 40, 38, 99, 12, 34, 14, 106]],
  ['12345', [104, 17, 99, 23, 45, 53, 106]],
])('%s is these symbols', (text, symbols) => {
  expect(code128Symbols(text)).toEqual(symbols);
});

test('what is written can be read back from the bars alone', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^([ -~]{1,12}|\d{1,14}|[A-Z]{1,3}\d{2,9}[a-z]?)$/), (text) => {
      expect(read(code128Bars(text))).toBe(text);
    }),
  );
});

test('a letter that has no bars is told', () => {
  expect(() => code128Symbols('prøve')).toThrow(RangeError);
  expect(() => code128Symbols('')).toThrow(RangeError);
});

/** A reader of its own: widths of bars and spaces, symbol by symbol. */
function read({ bars, modules }: ReturnType<typeof code128Bars>): string {
  const runs: number[] = [];
  let at = quietModules;
  for (const bar of bars) {
    if (bar.at > at) runs.push(bar.at - at);
    runs.push(bar.width);
    at = bar.at + bar.width;
  }
  expect(modules).toBe(at + quietModules);
  const symbols: number[] = [];
  for (let index = 0; index < runs.length - 7; index += 6)
    symbols.push(symbolWidths.indexOf(runs.slice(index, index + 6).join('')));
  expect(runs.slice(-7).join('')).toBe(symbolWidths[106]);
  const check = symbols.pop() ?? -1;
  expect(symbols.reduce((sum, symbol, index) => sum + symbol * Math.max(1, index), 0) % 103).toBe(check);
  let set = symbols[0] === 105 ? 'C' : 'B';
  let text = '';
  for (const symbol of symbols.slice(1)) {
    if (set === 'B' && symbol === 99) set = 'C';
    else if (set === 'C' && symbol === 100) set = 'B';
    else text += set === 'C' ? String(symbol).padStart(2, '0') : String.fromCharCode(symbol + 32);
  }
  return text;
}
