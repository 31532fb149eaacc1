/**
 * PostgreSQL's `hashtextextended(text, 0)`, reckoned here: then a search's tokens travel as one list of numbers, whatever
 * their count, and the planner, which sees the numbers, knows how common each is. The function is Bob Jenkins' lookup3
 * (https://burtleburtle.net/bob/hash/evahash.html) over the text's UTF-8 bytes; PostgreSQL keeps it as it is for the sake of
 * hash partitions.
 */
const rotated = (x: number, by: number) => (x << by) | (x >>> (32 - by));
const encoder = new TextEncoder();
/** Where a token's bytes are laid out; most have 20 to 100. */
let bytes = new Uint8Array(4096);
let words = new DataView(bytes.buffer);
const halves = new Int32Array(2);
const whole = new BigInt64Array(halves.buffer);

/** A record says the same codes and references again and again. 2 MB at the most. */
const known = new Map<string, string>();
const knownMax = 10_000;
const knownLettersMax = 100;

/** A signed 64-bit number as text, since JavaScript's numbers end at 2^53. */
export function tokenHash(token: string): string {
  const before = known.get(token);
  if (before !== undefined) return before;
  const hash = reckon(token);
  if (token.length <= knownLettersMax) {
    if (known.size >= knownMax) known.clear();
    known.set(token, hash);
  }
  return hash;
}

function reckon(token: string): string {
  if (token.length * 3 > bytes.length) {
    bytes = new Uint8Array(token.length * 3);
    words = new DataView(bytes.buffer);
  }
  const length = encoder.encodeInto(token, bytes).written;
  let a = (0x9e3779b9 + length + 3923095) | 0;
  let b = a;
  let c = a;
  let at = 0;
  for (; length - at >= 12; at += 12) {
    a = (a + words.getUint32(at, true)) | 0;
    b = (b + words.getUint32(at + 4, true)) | 0;
    c = (c + words.getUint32(at + 8, true)) | 0;
    a = ((a - c) | 0) ^ rotated(c, 4);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotated(a, 6);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotated(b, 8);
    b = (b + a) | 0;
    a = ((a - c) | 0) ^ rotated(c, 16);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotated(a, 19);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotated(b, 4);
    b = (b + a) | 0;
  }
  const rest = (n: number) => (at + n < length ? (bytes[at + n] ?? 0) : 0);
  // The lowest byte of c is kept for the length.
  c = (c + (rest(8) << 8) + (rest(9) << 16) + (rest(10) << 24)) | 0;
  b = (b + rest(4) + (rest(5) << 8) + (rest(6) << 16) + (rest(7) << 24)) | 0;
  a = (a + rest(0) + (rest(1) << 8) + (rest(2) << 16) + (rest(3) << 24)) | 0;
  c = ((c ^ b) - rotated(b, 14)) | 0;
  a = ((a ^ c) - rotated(c, 11)) | 0;
  b = ((b ^ a) - rotated(a, 25)) | 0;
  c = ((c ^ b) - rotated(b, 16)) | 0;
  a = ((a ^ c) - rotated(c, 4)) | 0;
  b = ((b ^ a) - rotated(a, 14)) | 0;
  c = ((c ^ b) - rotated(b, 24)) | 0;
  halves[lowHalf] = c;
  halves[1 - lowHalf] = b;
  return String(whole[0]);
}
const lowHalf = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;

/** As an array literal. */
export function tokenHashes(tokens: readonly string[]): string {
  return `{${tokens.map(tokenHash).join(',')}}`;
}
