/** `_include` and `_revinclude` (http://hl7.org/fhir/R4/search.html#revinclude), and which references they follow. */
import { Refusal } from '#base/refusal.ts';
import { isResourceType, type PathTable } from './definitions/tables.ts';
import { isObject, type Json } from './json.ts';
import { referenceTarget } from './search-forms.ts';
import { parameterOf, parametersOf, type CustomParameters } from './search-parameters.ts';
import { valuesAt } from './search-values.ts';

export interface Include {
  /** The type that refers; `*` for every type. */
  readonly source: string;
  /** The reference parameter; `*` for all of the type. */
  readonly parameter: string;
  readonly target?: string;
  /** Also from and to what was included. */
  readonly iterate: boolean;
}

/** `Type:parameter[:TargetType]`, `Type:*` or `*`. @throws Refusal `invalid`. */
export function parseInclude(
  name: string,
  value: string,
  modifier: string | undefined,
  custom: CustomParameters,
): Include {
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse')
    throw new Refusal('invalid', [
      {
        code: 'not-supported',
        at: name.slice(0, 80),
        text: `the modifier ':${modifier.slice(0, 30)}' is not supported here; :iterate is`,
      },
    ]);
  const iterate = modifier !== undefined;
  if (value === '*') return { source: '*', parameter: '*', iterate };
  const [source = '', parameter = '', target] = value.split(':');
  const known = isResourceType(source) && parameterOf(source, parameter, custom)?.type === 'reference';
  const targeted = target === undefined || target === '' || isResourceType(target);
  if ((!known && !(isResourceType(source) && parameter === '*')) || !targeted) {
    throw new Refusal('invalid', [
      {
        code: 'value',
        at: name.slice(0, 80),
        text: `expected Type:reference-parameter[:TargetType], found '${value.slice(0, 80)}'`,
      },
    ]);
  }
  return { source, parameter, ...(target ? { target } : {}), iterate };
}

/** The paths of the references that an include follows from resources of this type. */
export function includePaths(type: string, { parameter }: Include, custom: CustomParameters): PathTable[] {
  const one = parameter === '*' ? undefined : parameterOf(type, parameter, custom);
  const chosen =
    parameter === '*'
      ? parametersOf(type, custom).flatMap(([, each]) => (each.type === 'reference' ? [each] : []))
      : one
        ? [one]
        : [];
  return chosen.flatMap(({ paths }) => paths);
}

const targetPattern = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/;

/** Whom a resource points at by an include. */
export function includedTargets(
  include: Include,
  type: string,
  tree: Json,
  custom: CustomParameters,
): { type: string; id: string }[] {
  if (include.source !== '*' && include.source !== type) return [];
  return includePaths(type, include, custom).flatMap((path) =>
    valuesAt(tree, path).flatMap((value) => {
      const reference = referenceTarget(isObject(value) ? value['reference'] : value) ?? '';
      const [, target = '', id = ''] = targetPattern.exec(reference) ?? [];
      const wanted =
        target !== '' &&
        (include.target === undefined || target === include.target) &&
        (path.resolves === undefined || target === path.resolves);
      return wanted ? [{ type: target, id }] : [];
    }),
  );
}
