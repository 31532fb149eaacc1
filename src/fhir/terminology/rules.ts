/** Code systems that a rule says better than a list: whether a code is one of theirs. Units are ucum.ts. */
import { isUnit } from './ucum.ts';

const currencies = new Set(Intl.supportedValuesOf('currency'));
/** RFC 6838: a type, a subtype and parameters. */
const mediaType =
  /^[A-Za-z0-9][\w!#$&^.+-]{0,126}\/[A-Za-z0-9*][\w!#$&^.+-]{0,126}(?:\s*;[^;]{1,200}){0,10}$/;
/** RFC 5646 in its usual parts: language, script, region, variants. */
const language =
  /^[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*$/;

const rules: Readonly<Record<string, (code: string) => boolean>> = {
  'http://unitsofmeasure.org': isUnit,
  'urn:ietf:bcp:13': (code) => mediaType.test(code),
  'urn:ietf:bcp:47': (code) => code.length <= 100 && language.test(code),
  'urn:iso:std:iso:4217': (code) => currencies.has(code),
};

/** Undefined for a code system without a rule. */
export function isCodeByRule(system: string, code: string): boolean | undefined {
  return Object.hasOwn(rules, system) ? rules[system]?.(code) : undefined;
}
export function hasRule(system: string): boolean {
  return Object.hasOwn(rules, system);
}
