/** Required bindings: which codes an element may have (http://hl7.org/fhir/R4/terminologies.html#required). */
import { codes } from './definitions/tables.ts';
import { isCodeByRule } from './terminology/rules.ts';

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

/** `CapabilityStatement.format` may also say which of FHIR's own forms is meant. */
const forms = new Set(['xml', 'json', 'ttl']);
const isMediaType = (code: string) => isCodeByRule('urn:ietf:bcp:13', code) === true || forms.has(code);
const isCurrency = (code: string) => isCodeByRule('urn:iso:std:iso:4217', code) === true;

const ruled: Readonly<Record<string, RequiredCodes>> = {
  'http://hl7.org/fhir/ValueSet/mimetypes': {
    hasCode: isMediaType,
    hasCoding: (system, code) => system === 'urn:ietf:bcp:13' && isMediaType(code),
  },
  'http://hl7.org/fhir/ValueSet/currencies': {
    hasCode: isCurrency,
    hasCoding: (system, code) => system === 'urn:iso:std:iso:4217' && isCurrency(code),
  },
};
