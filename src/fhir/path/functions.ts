/** Which function a name means, and how many parameters it takes. */
import { collectionFunctions } from './collection-functions.ts';
import { conversionFunctions } from './conversion-functions.ts';
import type { Evaluate } from './environment.ts';
import { fhirFunctions } from './fhir-functions.ts';
import { numberFunctions } from './number-functions.ts';
import type { Expression } from './parse.ts';
import { PathError } from './path-error.ts';
import { textFunctions } from './text-functions.ts';

type Call = Extract<Expression, { kind: 'call' }>;
/** Makes a closure of a call. `parameters` are not evaluated yet: a function decides on what and how often they are. */
export type MakeCall = (
  source: Evaluate,
  parameters: readonly Evaluate[],
  trees: readonly Expression[],
) => Evaluate;
export interface FunctionRule {
  readonly least: number;
  readonly most: number;
  readonly make: MakeCall;
}

const functions: ReadonlyMap<string, FunctionRule> = new Map(
  [collectionFunctions, textFunctions, numberFunctions, conversionFunctions, fhirFunctions].flatMap((table) =>
    Object.entries(table),
  ),
);

/** @throws PathError for a function that is not known or has too few or too many parameters. */
export function callOf(call: Call, source: Evaluate, compile: (tree: Expression) => Evaluate): Evaluate {
  const rule = functions.get(call.name);
  if (!rule) throw new PathError(`the function ${call.name}() is not known`);
  const count = call.parameters.length;
  if (count < rule.least || count > rule.most) {
    throw new PathError(`${call.name}() takes ${rule.least} to ${rule.most} parameters, found ${count}`);
  }
  const parameters = namesType.has(call.name) ? [] : call.parameters.map(compile);
  return rule.make(source, parameters, call.parameters);
}
const namesType = new Set(['is', 'as', 'ofType', 'getReferenceKey']);
