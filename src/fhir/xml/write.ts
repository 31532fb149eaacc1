/**
 * Our JSON text to FHIR's XML form (http://hl7.org/fhir/R4/xml.html): elements in the order of the definitions, decimals
 * in their spelling, narratives as they are.
 */
import { SaxesParser } from 'saxes';
import { assert } from '#base/assert.ts';
import { Refusal } from '#base/refusal.ts';
import { structures, type ElementTable } from '../definitions/tables.ts';
import { isRawNumber, parseLossless } from '../json-text.ts';
import { isObject, type Json } from '../json.ts';
import { fhirNamespace, holdsResource, xhtmlNamespace } from './read.ts';

/**
 * The XML document of a resource's JSON text.
 * @throws Refusal `notAcceptable` when a text holds a character that XML cannot carry: nothing is left out or changed.
 */
export function writeXml(text: string, options: { readonly pretty?: boolean } = {}): string {
  const tree = parseLossless(text);
  assert(isObject(tree), 'what is written as XML is a resource');
  const writer: Writer = { out: ['<?xml version="1.0" encoding="UTF-8"?>'], pretty: options.pretty ?? false };
  writeResource(writer, tree, 0);
  const xml = writer.out.join('');
  if (!xml.isWellFormed() || forbidden.test(xml)) {
    throw new Refusal(
      'notAcceptable',
      'a text in this answer holds a control character that XML cannot carry; ask for application/fhir+json',
    );
  }
  return xml;
}

// https://www.w3.org/TR/xml/#charsets
// eslint-disable-next-line no-control-regex -- they are what is looked for.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

interface Writer {
  readonly out: string[];
  readonly pretty: boolean;
}

function newLine({ out, pretty }: Writer, depth: number): void {
  if (pretty) out.push(`\n${'  '.repeat(depth)}`);
}

function writeResource(writer: Writer, tree: Json, depth: number): void {
  const type = tree['resourceType'];
  assert(typeof type === 'string', 'a resource says its type');
  newLine(writer, depth);
  writer.out.push(`<${type}${depth === 0 ? ` xmlns="${fhirNamespace}"` : ''}>`);
  writeMembers(writer, tree, type, depth + 1);
  newLine(writer, depth);
  writer.out.push(`</${type}>`);
}

/** The members of a type by name, with their place in the order of the definitions. */
type Members = ReadonlyMap<
  string,
  { readonly name: string; readonly element: ElementTable; readonly place: number }
>;
const membersByType = new Map<string, Members>();

function membersOf(type: string): Members {
  let members = membersByType.get(type);
  if (!members) {
    const entries = Object.entries(structures[type]?.elements ?? {});
    members = new Map(entries.map(([name, element], place) => [name, { name, element, place }]));
    membersByType.set(type, members);
  }
  return members;
}

function writeMembers(writer: Writer, tree: Json, type: string, depth: number): void {
  const members = membersOf(type);
  const found = [];
  for (const key of Object.keys(tree)) {
    // An element of that name has ExampleScenario.instance.
    if (key === 'resourceType' && !members.has(key)) continue;
    const bare = key.startsWith('_') ? key.slice(1) : key;
    const member = members.get(bare);
    assert(member !== undefined, `${type} has no element ${key}`);
    if ((bare === key || tree[bare] === undefined) && !isAttribute(type, bare)) found.push(member);
  }
  for (const { name, element } of found.sort((one, other) => one.place - other.place)) {
    const [value, shadow] = [tree[name], tree[`_${name}`]];
    if (!Array.isArray(value) && !Array.isArray(shadow)) {
      writeElement(writer, name, element, value, shadow, depth);
      continue;
    }
    const [values, shadows] = [asList(value), asList(shadow)];
    for (let n = 0; n < Math.max(values.length, shadows.length); n++)
      writeElement(writer, name, element, values[n], shadows[n], depth);
  }
}

function isAttribute(type: string, name: string): boolean {
  return (name === 'id' && structures[type]?.kind !== 'resource') || (name === 'url' && type === 'Extension');
}

const asList = (value: unknown): readonly unknown[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};

function writeElement(
  writer: Writer,
  name: string,
  { type }: ElementTable,
  value: unknown,
  shadow: unknown,
  depth: number,
): void {
  newLine(writer, depth);
  if (type === 'xhtml') {
    writer.out.push(narrativeXml(String(value)));
    return;
  }
  if (holdsResource(type)) {
    assert(isObject(value), `${name} is a resource`);
    writer.out.push(`<${name}>`);
    writeResource(writer, value, depth + 1);
    newLine(writer, depth);
    writer.out.push(`</${name}>`);
    return;
  }
  const isPrimitive = structures[type]?.kind === 'primitive';
  const [tree, childType] = isPrimitive
    ? [isObject(shadow) ? shadow : {}, 'Element']
    : [isObject(value) ? value : {}, type];
  const attributes = ['id', 'url'].flatMap((key) =>
    tree[key] !== undefined && isAttribute(childType, key) ? [attribute(key, tree[key])] : [],
  );
  if (isPrimitive && value !== undefined && value !== null) attributes.push(attribute('value', value));
  const start = `<${name}${attributes.join('')}`;
  const hasChildren = Object.keys(tree).some((key) => !isAttribute(childType, key));
  if (!hasChildren) writer.out.push(`${start}/>`);
  else {
    writer.out.push(`${start}>`);
    writeMembers(writer, tree, childType, depth + 1);
    newLine(writer, depth);
    writer.out.push(`</${name}>`);
  }
}

function attribute(name: string, value: unknown): string {
  const text = isRawNumber(value) ? value.rawJSON : String(value);
  return ` ${name}="${text.replace(/[&<>"\t\n\r]/g, (character) => escapes[character] ?? character)}"`;
}
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * A narrative goes out as it was written. One that is no well-formed XHTML (JSON clients may have sent it with `&nbsp;`)
 * would break the document around it: its markup is then shown as text, so that no word of it is lost.
 */
function narrativeXml(div: string): string {
  const own = /^<div[^>]*\sxmlns\s*=/.test(div)
    ? div
    : div.replace(/^<div/, `<div xmlns="${xhtmlNamespace}"`);
  if (isOneElement(own)) return own.replaceAll('\r', '&#13;');
  const shown = div.replace(/[&<>\r]/g, (character) => escapes[character] ?? character);
  return `<div xmlns="${xhtmlNamespace}">${shown}</div>`;
}

function isOneElement(xml: string): boolean {
  const parser = new SaxesParser({ xmlns: true, fragment: false });
  let isXhtml = true;
  let root: string | undefined;
  const stop = (): never => {
    throw new Refusal('invalid', 'not well-formed');
  };
  parser.on('error', stop);
  parser.on('doctype', stop);
  parser.on('xmldecl', stop);
  parser.on('opentag', (tag) => {
    root ??= tag.local;
    isXhtml &&= tag.uri === xhtmlNamespace;
  });
  try {
    parser.write(xml).close();
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
  return isXhtml && root === 'div' && xml.startsWith('<div');
}
