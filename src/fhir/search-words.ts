/**
 * The words of a resource, for `_text` and `_content`. Only types that hold prose are kept: the words of an Observation
 * are its code's, which is found by code, and keeping them would cost each measurement more than all the rest of it.
 */
import { isObject, type Json } from './json.ts';

export const proseTypes: ReadonlySet<string> = new Set([
  'AdverseEvent',
  'AllergyIntolerance',
  'Basic',
  'CarePlan',
  'ClinicalImpression',
  'Communication',
  'CommunicationRequest',
  'Composition',
  'Condition',
  'Consent',
  'DiagnosticReport',
  'DocumentReference',
  'FamilyMemberHistory',
  'Flag',
  'Goal',
  'List',
  'Questionnaire',
  'QuestionnaireResponse',
]);

export interface Words {
  readonly narrative: string;
  /** Every text of the resource besides. */
  readonly content: string;
}

/** What of a resource's words is kept: about 20 pages. A tsvector has room for 1 MiB. */
const lettersMax = 60_000;

export function wordsOf(type: string, tree: Json, fold: (text: string) => string): Words | undefined {
  if (!proseTypes.has(type)) return undefined;
  const text = tree['text'];
  const div = isObject(text) && typeof text['div'] === 'string' ? text['div'] : '';
  const narrative = fold(plain(div.slice(0, lettersMax)));
  const parts: string[] = [];
  let letters = 0;
  const walk = (value: unknown, key: string): void => {
    if (letters > lettersMax || key === 'meta') return;
    if (typeof value === 'string') {
      if (noProse.has(key) || !/\p{L}/u.test(value)) return;
      parts.push(value);
      letters += value.length + 1;
    } else if (Array.isArray(value)) {
      for (const one of value) walk(one, key);
    } else if (isObject(value)) {
      for (const [name, one] of Object.entries(value)) walk(one, name);
    }
  };
  walk(tree, '');
  const content = fold(parts.join('\n').slice(0, lettersMax));
  return narrative === '' && content === '' ? undefined : { narrative, content };
}

/** Members whose texts are for programs. */
const noProse = new Set([
  'resourceType',
  'id',
  'div',
  'data',
  'reference',
  'type',
  'system',
  'url',
  'status',
  'contentType',
  'hash',
  'language',
  'implicitRules',
  'code',
]);

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** XHTML without its tags. */
function plain(div: string): string {
  return div
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g, (whole, decimal, hex, name) => {
      if (typeof name === 'string') return Object.hasOwn(entities, name) ? (entities[name] ?? ' ') : whole;
      const point = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16);
      return point < 32 || point > 0x10ffff ? ' ' : String.fromCodePoint(point);
    });
}
