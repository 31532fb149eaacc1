/**
 * FHIR's XML form (http://hl7.org/fhir/R4/xml.html) to our JSON text: which members there are, and which of them are
 * lists, say the definitions. Decimals keep their spelling and narratives every character, since both are cut from what
 * was sent. What the validator can judge (a value of the wrong type, a second one where one is allowed) is handed on to it.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { Refusal, type IssueCode } from '#base/refusal.ts';
import { structures } from '../definitions/tables.ts';
import type { ParseLimits } from '../parse.ts';

export const fhirNamespace = 'http://hl7.org/fhir';
export const xhtmlNamespace = 'http://www.w3.org/1999/xhtml';
const schemaNamespace = 'http://www.w3.org/2001/XMLSchema-instance';
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** Markup of a narrative may be nested this much deeper than the elements around it. */
const narrativeDepthMax = 200;

/** What the elements of one name have gathered: JSON texts, and for primitives the objects beside them (`_name`). */
interface Member {
  readonly many: boolean;
  readonly values: (string | undefined)[];
  readonly shadows: (string | undefined)[];
}
interface Frame {
  /** The element's name in its parent. */
  readonly name: string;
  readonly many: boolean;
  /** Whose children may stand here; `Element` for a primitive, `Resource` for the place of one resource. */
  readonly type: string;
  /** The primitive type and its value. */
  readonly primitive?: { readonly type: string; readonly value: string | undefined };
  readonly isResource: boolean;
  readonly members: Map<string, Member>;
}

/**
 * The JSON text of the one resource in an XML document. Members come in the order of the document, which is that of the
 * definitions.
 * @throws Refusal `invalid` with line and column when it is not well-formed, has a DTD, or is nested too deep;
 * `unprocessable` with the line when an element or attribute is none of R4.
 */
export function readXml(input: Uint8Array | string, limits: ParseLimits): string {
  const text = (typeof input === 'string' ? input : decode(input)).replace(/\r\n?/g, '\n');
  const parser = new SaxesParser({ xmlns: true });
  const stack: Frame[] = [];
  let result: string | undefined;
  // While within a narrative: where it began, and how deep we are in it.
  let narrative: { readonly start: number; depth: number } | undefined;

  const where = () => `at line ${parser.line}, column ${parser.column}`;
  const refuse = (what: string, code: IssueCode = 'structure'): never => {
    throw new Refusal('unprocessable', `${what} (line ${parser.line})`, { code });
  };
  parser.on('error', (cause) => {
    // The parser's own message may quote the document, which may be a patient's.
    throw new Refusal('invalid', `not well-formed XML ${where()}`, { cause, code: 'structure' });
  });
  parser.on('doctype', () => {
    throw new Refusal('invalid', `a document type definition is not taken (line ${parser.line})`, {
      code: 'structure',
    });
  });
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8')
      throw new Refusal('invalid', 'expected the encoding UTF-8', { code: 'structure' });
  });
  const refuseText = (characters: string) => {
    if (!narrative && /\S/.test(characters))
      refuse('text between elements; a value is an attribute: value="…"');
  };
  parser.on('text', refuseText);
  parser.on('cdata', refuseText);
  parser.on('opentag', (tag) => {
    const depthMax = narrative ? limits.depthMax + narrativeDepthMax : limits.depthMax;
    if (stack.length + (narrative?.depth ?? 0) >= depthMax)
      throw new Refusal('invalid', `nested deeper than the ${depthMax} levels that are taken`, {
        code: 'too-costly',
      });
    if (narrative) narrative.depth += 1;
    else if (isNarrative(stack.at(-1), tag)) {
      if (tag.uri !== xhtmlNamespace || tag.prefix !== '')
        refuse(`a narrative is <div xmlns="${xhtmlNamespace}">, without a prefix`);
      // Attributes of a well-formed tag hold no `<`: the last one before here begins it.
      narrative = { start: text.lastIndexOf('<', parser.position - 1), depth: 1 };
    } else {
      if (tag.uri !== fhirNamespace) refuse(`expected elements of the namespace ${fhirNamespace}`);
      stack.push(open(tag, stack.at(-1), refuse));
    }
  });
  parser.on('closetag', () => {
    if (narrative) {
      if (--narrative.depth > 0) return;
      add(stack.at(-1), 'div', false, JSON.stringify(named(text.slice(narrative.start, parser.position))));
      narrative = undefined;
      return;
    }
    const frame = stack.pop();
    if (!frame) return;
    const parent = stack.at(-1);
    if (frame.primitive) {
      const shadow = frame.members.size > 0 ? objectText(frame) : undefined;
      const value = frame.primitive.value;
      if (value === undefined && shadow === undefined)
        refuse(`${frame.name} has neither a value nor an extension`);
      add(parent, frame.name, frame.many, value && literal(frame.primitive.type, value), shadow);
    } else if (frame.type === 'Resource') {
      const inner = frame.members.get('')?.values ?? [];
      if (inner.length !== 1) refuse(`expected one resource in ${frame.name}, found ${inner.length}`);
      add(parent, frame.name, frame.many, inner[0]);
    } else if (frame.isResource && parent) add(parent, '', false, objectText(frame));
    else if (frame.isResource) result = objectText(frame);
    else add(parent, frame.name, frame.many, objectText(frame));
  });
  parser.write(text).close();
  if (result === undefined)
    throw new Refusal('invalid', 'expected a resource in the body', { code: 'required' });
  return result;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Refusal('invalid', 'the body is not valid UTF-8', { cause, code: 'structure' });
  }
}

function isNarrative(parent: Frame | undefined, tag: SaxesTagNS): boolean {
  return parent?.type === 'Narrative' && tag.local === 'div';
}

/** A narrative whose namespace was declared further out says it itself from here on; its carriage returns are themselves again. */
function named(text: string): string {
  const div = text.replaceAll('&#13;', '\r');
  return /^<div[^>]*\sxmlns\s*=/.test(div) ? div : div.replace(/^<div/, `<div xmlns="${xhtmlNamespace}"`);
}

/** The place of a resource; the definitions name one type only for `Bundle.entry.response.outcome`. */
export function holdsResource(type: string): boolean {
  return structures[type]?.kind === 'resource';
}

type Refuse = (what: string) => never;

function open(tag: SaxesTagNS, parent: Frame | undefined, refuse: Refuse): Frame {
  const name = tag.local;
  if (!parent || parent.type === 'Resource') {
    const table = structures[name];
    if (table?.kind !== 'resource' || table.abstract)
      return refuse('expected an element named as an R4 resource type');
    const members = new Map<string, Member>([['resourceType', one(JSON.stringify(name))]]);
    readAttributes(tag, [], refuse);
    return { name, many: false, type: name, isResource: true, members };
  }
  const elements = structures[parent.type]?.elements ?? {};
  const isAttribute = name === 'id' ? !parent.isResource : name === 'url' && parent.type === 'Extension';
  const element = Object.hasOwn(elements, name) && !isAttribute ? elements[name] : undefined;
  if (!element)
    return refuse(`${parent.primitive?.type ?? parent.type} has no element '${name.slice(0, 60)}'`);
  const { many } = element;
  const type = holdsResource(element.type) ? 'Resource' : element.type;
  if (structures[type]?.kind === 'primitive') {
    const { value, id } = readAttributes(tag, ['value', 'id'], refuse);
    const members = new Map(id === undefined ? [] : [['id', one(JSON.stringify(id))] as const]);
    return { name, many, type: 'Element', primitive: { type, value }, isResource: false, members };
  }
  const attributes = readAttributes(
    tag,
    type === 'Resource' ? [] : type === 'Extension' ? ['id', 'url'] : ['id'],
    refuse,
  );
  const members = new Map(
    Object.entries(attributes).map(([key, value]) => [key, one(JSON.stringify(value))] as const),
  );
  return { name, many, type, isResource: false, members };
}

function readAttributes(tag: SaxesTagNS, allowed: readonly string[], refuse: Refuse): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { prefix, local, uri, value } of Object.values(tag.attributes)) {
    if (prefix === 'xmlns' || (prefix === '' && local === 'xmlns') || uri === schemaNamespace) continue;
    const known =
      (uri === '' && allowed.includes(local)) ||
      (uri === xmlNamespace && local === 'id' && allowed.includes('id'));
    if (!known)
      refuse(`${tag.local} has an attribute that is not expected; expected ${allowed.join(', ') || 'none'}`);
    if (Object.hasOwn(found, local)) refuse('an id is given twice');
    found[local] = value;
  }
  return found;
}

function one(value: string): Member {
  return { many: false, values: [value], shadows: [undefined] };
}

function add(
  parent: Frame | undefined,
  name: string,
  many: boolean,
  value: string | undefined,
  shadow?: string,
): void {
  const member = parent?.members.get(name);
  if (member) {
    member.values.push(value);
    member.shadows.push(shadow);
  } else parent?.members.set(name, { many, values: [value], shadows: [shadow] });
}

const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const numbers = new Set(['decimal', 'integer', 'unsignedInt', 'positiveInt']);

/** What is no number or boolean stays a text, so that the validator says what was expected. */
function literal(type: string, value: string): string {
  if (numbers.has(type) && numberPattern.test(value)) return value;
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value;
  return JSON.stringify(value);
}

function objectText({ members }: Frame): string {
  const parts: string[] = [];
  for (const [name, { many, values, shadows }] of members) {
    const isList = many || values.length > 1;
    const put = (key: string, texts: readonly (string | undefined)[]) => {
      if (texts.some((text) => text !== undefined))
        parts.push(`"${key}":${isList ? `[${texts.map((text) => text ?? 'null').join(',')}]` : texts[0]}`);
    };
    put(name, values);
    put(`_${name}`, shadows);
  }
  return `{${parts.join(',')}}`;
}
