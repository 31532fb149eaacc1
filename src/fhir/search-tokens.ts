/** Parameters that are found by equality: tokens, uris and references (http://hl7.org/fhir/R4/search.html#token). */
import { Refusal } from '#base/refusal.ts';
import {
  isResourceType,
  resourceTypes,
  type PathTable,
  type SearchParameterTable,
} from './definitions/tables.ts';
import type { CodeLists, Filter, ListedCode } from './search-conditions.ts';
import { referenceTarget, shortText, tokenKey } from './search-forms.ts';
import { pathNames } from './search-parameters.ts';
import { allowModifier, unescape, valuesMax, wrongModifier } from './search-text.ts';
import { patientPath } from './search-values.ts';

const tokenModifiers = ['not', 'text', 'in', 'not-in', 'above', 'below', 'of-type'];

/** @throws Refusal `invalid`: a modifier or value that does not fit, a value set or code nobody here knows. */
export function tokenFilter(
  name: string,
  parameter: SearchParameterTable,
  modifier: string | undefined,
  values: readonly string[],
  codeLists: CodeLists,
): Filter {
  const { paths } = parameter;
  const found = (keys: readonly string[], not = false): Filter => ({ by: 'token', keys, not });
  switch (modifier) {
    case undefined:
    case 'not':
      return found(
        values.flatMap((value) => tokenKeys(paths, unescape(value))),
        modifier === 'not',
      );
    case 'text':
      return {
        by: 'tokenText',
        match: 'starts',
        paths: pathNames(parameter).map((path) => `${path}:text`),
        texts: values.map((value) => shortText(unescape(value))),
      };
    case 'in':
    case 'not-in': {
      const codes = values.flatMap((value) => codesOf(name, unescape(value), codeLists));
      return found(
        codes.flatMap(({ system, code }) =>
          tokenKeys(paths, system === undefined ? code : `${system}|${code}`),
        ),
        modifier === 'not-in',
      );
    }
    case 'above':
    case 'below':
      return found(
        values.flatMap((value) => {
          const [system, code] = systemAndCode(name, unescape(value));
          const codes = codeLists.subsumed(system, code, modifier);
          if (!codes)
            throw unknownCode(
              name,
              `the hierarchy of '${system.slice(0, 200)}' is not known here, or has no such code`,
            );
          return codes.flatMap((one) => tokenKeys(paths, `${system}|${one}`));
        }),
      );
    case 'of-type':
      return found(
        values.flatMap((value) => {
          if (!/^[^|]*\|[^|]+\|.+$/s.test(value))
            throw new Refusal('invalid', [
              {
                code: 'value',
                at: name.slice(0, 80),
                text: 'expected the system and code of the type and the value: system|code|value',
              },
            ]);
          return pathNames(parameter).map((path) => tokenKey(`${path}:of-type`, unescape(value)));
        }),
      );
    default:
      throw wrongModifier(name, modifier, tokenModifiers);
  }
}

/** The system of a plain `code` is implied by its definition (search.html#token): it is taken and not compared. */
function tokenKeys(paths: readonly PathTable[], value: string): string[] {
  const code = value.slice(value.indexOf('|') + 1);
  return [
    ...new Set(paths.map((path) => tokenKey(path.name, path.type === 'code' && code !== '' ? code : value))),
  ];
}

function codesOf(name: string, valueSet: string, codeLists: CodeLists): readonly ListedCode[] {
  const codes = codeLists.expand(valueSet);
  if (!codes)
    throw unknownCode(
      name,
      `the value set '${valueSet.slice(0, 200)}' is not known here, or its codes cannot be listed`,
    );
  if (codes.length > valuesMax.listed)
    throw unknownCode(
      name,
      `the value set has ${codes.length} codes; at most ${valuesMax.listed} are looked for`,
    );
  return codes;
}

function systemAndCode(name: string, value: string): [string, string] {
  const [, system = '', code = ''] = /^([^|]+)\|(.+)$/s.exec(value) ?? [];
  if (system === '' || code === '')
    throw new Refusal('invalid', [
      { code: 'value', at: name.slice(0, 80), text: 'expected a system and a code: system|code' },
    ]);
  return [system, code];
}

function unknownCode(name: string, text: string): Refusal {
  return new Refusal('invalid', [{ code: 'not-found', at: name.slice(0, 80), text }]);
}

/** `:below` is everything that begins with the address and a slash, `:above` every address that this one begins with. */
export function uriFilter(
  name: string,
  parameter: SearchParameterTable,
  modifier: string | undefined,
  values: readonly string[],
): Filter {
  allowModifier(name, modifier, ['above', 'below']);
  const paths = pathNames(parameter);
  const uris = values.map(unescape);
  if (modifier === 'below') return { by: 'tokenText', match: 'below', paths, texts: uris };
  const all = modifier === 'above' ? uris.flatMap(above) : uris;
  return { by: 'token', not: false, keys: all.flatMap((uri) => paths.map((path) => tokenKey(path, uri))) };
}

/** `http://a/b/c` → itself, `http://a/b/`, `http://a/b`, `http://a/`, `http://a`. */
function above(uri: string): string[] {
  const start = /^[a-z][a-z0-9+.-]*:\/\//i.exec(uri)?.[0].length ?? 0;
  const ends: number[] = [];
  for (let at = uri.indexOf('/', start); at >= 0 && ends.length < segmentsMax; at = uri.indexOf('/', at + 1))
    ends.push(at);
  return [...new Set([uri, ...ends.flatMap((end) => [uri.slice(0, end + 1), uri.slice(0, end)])])];
}
const segmentsMax = 50;

export function referenceFilter(
  type: string,
  name: string,
  parameter: SearchParameterTable,
  modifier: string | undefined,
  values: readonly string[],
  base: string,
): Filter {
  const paths = pathNames(parameter);
  if (modifier === 'identifier') {
    return {
      by: 'token',
      keys: values.flatMap((v) => paths.map((path) => tokenKey(`${path}:identifier`, unescape(v)))),
      not: false,
    };
  }
  if (modifier !== undefined && !isResourceType(modifier))
    throw wrongModifier(name, modifier, ['identifier', 'Type']);
  const targets = modifier ? [modifier] : (parameter.targets ?? resourceTypes);
  const isUrl = parameter.paths.every((path) => path.type === 'canonical' || path.type === 'uri');
  const pointed = values.map(unescape).flatMap((value) => {
    if (isUrl) return [value];
    const bare = value.startsWith(`${base}/`) ? value.slice(base.length + 1) : value;
    if (bare.includes('/') || bare.includes(':')) return [referenceTarget(bare) ?? bare];
    return targets.map((target) => `${target}/${bare}`);
  });
  const [path = ''] = paths;
  if (
    paths.length === 1 &&
    path === patientPath(type) &&
    pointed.every((target) => target.startsWith('Patient/'))
  ) {
    return { by: 'patient', ids: pointed.map((target) => target.slice('Patient/'.length)) };
  }
  return {
    by: 'token',
    keys: pointed.flatMap((target) => paths.map((one) => tokenKey(one, target))),
    not: false,
  };
}
