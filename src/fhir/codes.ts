/** Required bindings: which codes an element may have (http://hl7.org/fhir/R4/terminologies.html#required). */
import { codes } from './definitions/tables.ts';

export interface RequiredCodes {
  /** For an element of type `code`, whose system is implied. */
  readonly hasCode: (code: string) => boolean;
  /** For a Coding: its system counts too. */
  readonly hasCoding: (system: string, code: string) => boolean;
}

const byUrl = new Map<string, RequiredCodes | undefined>();

/** Undefined for a value set that is not known here. */
export function requiredCodes(url: string): RequiredCodes | undefined {
  if (!byUrl.has(url)) byUrl.set(url, ruled[url] ?? listed(url));
  return byUrl.get(url);
}

function listed(url: string): RequiredCodes | undefined {
  const tables = codes[url];
  if (!tables) return undefined;
  const all = new Set(tables.flatMap((table) => table.codes));
  const bySystem = new Map(tables.map((table) => [table.system, new Set(table.codes)]));
  return {
    hasCode: (code) => all.has(code),
    hasCoding: (system, code) => bySystem.get(system)?.has(code) ?? false,
  };
}

/** RFC 6838: a type, a subtype and parameters. */
const mediaType =
  /^[A-Za-z0-9][\w!#$&^.+-]{0,126}\/[A-Za-z0-9*][\w!#$&^.+-]{0,126}(?:\s*;[^;]{1,200}){0,10}$/;
/** `CapabilityStatement.format` may also say which of FHIR's own forms is meant. */
const forms = new Set(['xml', 'json', 'ttl']);
const isMediaType = (code: string) => mediaType.test(code) || forms.has(code);
const currencies = new Set(Intl.supportedValuesOf('currency'));

const ruled: Readonly<Record<string, RequiredCodes>> = {
  'http://hl7.org/fhir/ValueSet/mimetypes': {
    hasCode: isMediaType,
    hasCoding: (system, code) => system === 'urn:ietf:bcp:13' && isMediaType(code),
  },
  'http://hl7.org/fhir/ValueSet/currencies': {
    hasCode: (code) => currencies.has(code),
    hasCoding: (system, code) => system === 'urn:iso:std:iso:4217' && currencies.has(code),
  },
};
