/**
 * Cuts a Bundle that is too large to be held into its entries, as its bytes arrive. Only what nesting and strings need is
 * looked at; each entry is then parsed for itself.
 */
import { isUtf8 } from 'node:buffer';
import { documentBytesMax, type Found } from './source-document.ts';

const [quote, backslash, newline, openBrace, closeBrace, openBracket, closeBracket, colon] = [
  34, 92, 10, 123, 125, 91, 93, 58,
];

// Longer texts than this are neither the name of a member nor the type of a Bundle.
const nameMax = 40;

/** Yields an entry each, with the line it begins on. `Bundle.type` is known when it stands before `entry`, as it does in practice. */
export async function* splitBundle(file: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<Found> {
  let [depth, line, entryLine] = [0, 1, 1];
  let [inString, escaped, inEntries, found] = [false, false, false, false];
  let text = ''; // The string being read, as bytes in Latin-1: only names and the type are looked at.
  let [key, lastString, bundleType] = ['', '', 'collection'];
  let entry: Buffer[] = [];
  let entryBytes = 0;
  for await (const chunk of bytes) {
    let entryStart = inEntries && depth >= 3 ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === newline) line++;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) {
          inString = false;
          if (depth === 1 && key === 'type') bundleType = text;
          lastString = text;
        } else if (depth === 1 && text.length < nameMax) text += String.fromCharCode(byte);
      } else if (byte === quote) {
        inString = true;
        text = '';
      } else if (byte === colon && depth === 1) {
        key = lastString;
      } else if (byte === openBrace || byte === openBracket) {
        depth++;
        if (depth === 2 && byte === openBracket && key === 'entry') inEntries = true;
        if (inEntries && depth === 3 && byte === openBrace) {
          entryStart = at;
          entryLine = line;
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--;
        if (inEntries && depth === 1) inEntries = false;
        if (inEntries && depth === 2 && entryStart >= 0) {
          entry.push(chunk.subarray(entryStart, at + 1));
          entryBytes += at + 1 - entryStart;
          const whole = Buffer.concat(entry);
          entry = [];
          found = true;
          if (entryBytes > documentBytesMax)
            yield { file, line: entryLine, fault: `the entry is larger than ${documentBytesMax} bytes` };
          else if (!isUtf8(whole)) yield { file, line: entryLine, fault: 'is not valid UTF-8' };
          else yield { file, line: entryLine, text: whole.toString('utf8'), partOf: { bundleType } };
          entryBytes = 0;
          entryStart = -1;
        }
      }
    }
    if (entryStart >= 0) {
      entry.push(Buffer.from(chunk.subarray(entryStart)));
      entryBytes += chunk.length - entryStart;
      if (entryBytes > documentBytesMax) entry = [];
    }
  }
  if (!found)
    yield { file, line: 1, fault: `larger than ${documentBytesMax} bytes and no Bundle with entries` };
  if (depth !== 0 || inString) yield { file, line, fault: 'the file ends in the middle of the JSON' };
}
