/** Primitive values (http://hl7.org/fhir/R4/datatypes.html#primitive): what is wrong with one, said with what was expected. */
import { whyNotDate } from './date.ts';
import { whyNotNarrative } from './narrative.ts';
import { show } from './parse.ts';

const patterns: Readonly<Record<string, readonly [RegExp, string]>> = {
  id: [/^[A-Za-z0-9\-.]{1,64}$/, 'an id: 1 to 64 of letters, digits, - and .'],
  code: [/^[^\s]+(?: [^\s]+)*$/, 'a code without leading, trailing or double blanks'],
  oid: [/^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/, 'urn:oid:…'],
  uuid: [/^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'urn:uuid:…'],
  uri: [/^\S+$/, 'a URI without blanks'],
  url: [/^\S+$/, 'a URL without blanks'],
  canonical: [/^\S+$/, 'a URL without blanks'],
  time: [/^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?$/, 'a time such as 14:05:00'],
};
// eslint-disable-next-line no-control-regex -- FHIR forbids control characters other than tab, line feed and return.
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
/** A string "SHALL NOT exceed 1 MB"; counted in characters. Base64 and narratives are bounded by the body. */
const textLengthMax = 1_048_576;

/** What is wrong with a value of a primitive type, or undefined. `escapes`: it may hold control characters. */
export function whyNotPrimitive(type: string, found: unknown, escapes = true): string | undefined {
  switch (type) {
    case 'boolean':
      return typeof found === 'boolean' ? undefined : `expected true or false, found ${show(found)}`;
    case 'decimal':
      if (typeof found !== 'number') return `expected a number, found ${show(found)}`;
      return Number.isFinite(found) ? undefined : 'expected a number of less than 308 digits';
    case 'integer':
    case 'unsignedInt':
    case 'positiveInt': {
      const least = type === 'integer' ? -2147483648 : type === 'unsignedInt' ? 0 : 1;
      const fits = Number.isInteger(found) && Number(found) >= least && Number(found) <= 2147483647;
      return fits ? undefined : `expected a whole number from ${least} to 2147483647, found ${show(found)}`;
    }
    default:
  }
  if (typeof found !== 'string') return `expected a text (${type}), found ${show(found)}`;
  if (found === '') return 'a text must not be empty';
  if (type === 'date' || type === 'dateTime' || type === 'instant') {
    const why = whyNotDate(type, found);
    return why && `${why}; found ${show(found)}`;
  }
  if (type === 'base64Binary') return isBase64(found) ? undefined : `expected base64, found ${show(found)}`;
  if (type === 'xhtml') return escapes && control.test(found) ? controlIsForbidden : whyNotNarrative(found);
  if (found.length > textLengthMax)
    return `a text has at most ${textLengthMax} characters, found ${found.length}`;
  const pattern = patterns[type];
  if (pattern && !pattern[0].test(found)) return `expected ${pattern[1]}; found ${show(found)}`;
  return escapes && control.test(found) ? controlIsForbidden : undefined;
}
const controlIsForbidden = 'control characters are not allowed in a text';

/** In time that grows with the length only: a picture has megabytes. */
function isBase64(text: string): boolean {
  const bare = text.replace(/\s+/g, '');
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
}
