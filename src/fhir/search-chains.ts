/** Chained parameters and `_has` (http://hl7.org/fhir/R4/search.html#chaining): conditions on what a resource points at, or what points at it. */
import { Refusal } from '#base/refusal.ts';
import { isResourceType, resourceTypes, type PathTable } from './definitions/tables.ts';
import type { ChainLink, Filter } from './search-conditions.ts';
import { parameterOf, pathNames, type CustomParameters } from './search-parameters.ts';
import { patientPath } from './search-values.ts';

/** How a part behind a link is read: for one type, by the name that is left. */
export type ReadRest = (type: string, name: string) => Filter | undefined;

/** What a chain may cost: links behind each other, and all ways that its references may go. */
export interface ChainBudget {
  readonly depth: number;
  readonly ways: { left: number };
}
const depthMax = 5;
const waysMax = 300;
export const newChainBudget = (): ChainBudget => ({ depth: 0, ways: { left: waysMax } });

/** @throws Refusal `invalid` when the chain is too long. */
export function deeper(name: string, { depth, ways }: ChainBudget): ChainBudget {
  if (depth >= depthMax)
    throw new Refusal('invalid', [
      {
        code: 'too-costly',
        at: name.slice(0, 80),
        text: `a chain of more than ${depthMax} links; at most ${depthMax} are followed`,
      },
    ]);
  return { depth: depth + 1, ways };
}

/** `subject:Patient.name`; undefined when the link is no reference, or nothing it may point at has what is behind it. */
export function chainFilter(
  type: string,
  name: string,
  custom: CustomParameters,
  budget: ChainBudget,
  readRest: ReadRest,
): Filter | undefined {
  const dot = name.indexOf('.');
  const [code = '', wanted] = name.slice(0, dot).split(':');
  const parameter = parameterOf(type, code, custom);
  if (parameter?.type !== 'reference') return undefined;
  if (wanted !== undefined && !isResourceType(wanted))
    throw new Refusal('invalid', [
      {
        code: 'value',
        at: name.slice(0, dot).slice(0, 80),
        text: 'expected a resource type after the colon',
      },
    ]);
  const paths = pathNames(parameter);
  const links: ChainLink[] = [];
  for (const target of wanted ? [wanted] : (parameter.targets ?? resourceTypes)) {
    if (budget.ways.left-- <= 0)
      throw new Refusal('invalid', [
        {
          code: 'too-costly',
          at: name.slice(0, 80),
          text: `the references may go more than ${waysMax} ways; say which type each points at, such as subject:Patient.name`,
        },
      ]);
    const filter = readRest(target, name.slice(dot + 1));
    if (filter)
      links.push({
        paths,
        type: target,
        filter,
        byPatient: target === 'Patient' && paths.length === 1 && paths[0] === patientPath(type),
      });
  }
  return links.length === 0 ? undefined : { by: 'chain', links };
}

/** `_has:Observation:patient:code`; undefined when the pointing type has no such parameter. */
export function hasFilter(
  target: string,
  name: string,
  custom: CustomParameters,
  readRest: ReadRest,
): Filter | undefined {
  const [, type = '', code = '', rest = ''] = /^_has:([^:]*):([^:]*):(.*)$/s.exec(name) ?? [];
  if (!isResourceType(type) || rest === '')
    throw new Refusal('invalid', [
      {
        code: 'value',
        at: name.slice(0, 80),
        text: 'expected _has:Type:reference-parameter:parameter, such as _has:Observation:patient:code',
      },
    ]);
  const parameter = parameterOf(type, code, custom);
  const paths = parameter?.type === 'reference' ? parameter.paths : [];
  const filter = paths.length === 0 ? undefined : readRest(type, rest);
  if (!filter) return undefined;
  const byPatient =
    target === 'Patient' &&
    paths.length === 1 &&
    paths[0] !== undefined &&
    paths[0].name === patientPath(type);
  return {
    by: 'has',
    link: {
      type,
      paths: [...new Set(paths.map((path) => path.name))],
      places: paths.map(referencePlace),
      byPatient,
      target,
      filter,
    },
  };
}

/** Where in the resource's JSON the references of a path stand, for PostgreSQL's jsonpath. */
function referencePlace(path: PathTable): string {
  return `${jsonPlace(path)}.reference`;
}

/** `$."name"[0]."family"`; every list on the way is opened. */
export function jsonPlace({ steps, filter }: PathTable): string {
  return steps.reduce((place, step, n) => {
    const [name, first] = step.endsWith('[0]') ? [step.slice(0, -3), '[0]'] : [step, ''];
    const only = filter?.step === n + 1 ? ` ? (@.${quoted(filter.key)} == ${quoted(filter.value)})` : '';
    return `${place}.${quoted(name)}${first}${only}`;
  }, 'lax $');
}
const quoted = (text: string) => JSON.stringify(text);
