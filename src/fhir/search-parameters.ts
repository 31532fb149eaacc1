/**
 * Which search parameters a type has: the official ones, and those that were stored while the server runs. The second
 * kind belongs to a database, so it is handed to whoever needs it as a value.
 */
import { searchParameters, type SearchParameterTable } from './definitions/tables.ts';

export interface CustomParameters {
  /** By type, then by name. Never one that has the name of an official parameter of the type. */
  readonly byType: Readonly<Record<string, Readonly<Record<string, CustomParameter>>>>;
}
export interface CustomParameter extends SearchParameterTable {
  /** False while resources that were stored before it are still without its values. */
  readonly ready: boolean;
}
export const noCustomParameters: CustomParameters = { byType: {} };

export function parameterOf(
  type: string,
  code: string,
  custom: CustomParameters,
): SearchParameterTable | undefined {
  return searchParameters[type]?.[code] ?? customOf(type, code, custom);
}

export function customOf(
  type: string,
  code: string,
  { byType }: CustomParameters,
): CustomParameter | undefined {
  const table = Object.hasOwn(byType, type) ? byType[type] : undefined;
  return table && Object.hasOwn(table, code) ? table[code] : undefined;
}

/** All of a type, the official ones first. */
export function parametersOf(
  type: string,
  custom: CustomParameters,
): (readonly [string, SearchParameterTable])[] {
  const own = Object.hasOwn(custom.byType, type) ? custom.byType[type] : undefined;
  return [...Object.entries(searchParameters[type] ?? {}), ...Object.entries(own ?? {})];
}

/** The names of the paths of a parameter, each once: choices of several types stand at one path. */
export function pathNames(parameter: SearchParameterTable): string[] {
  return [...new Set(parameter.paths.map((path) => path.name))];
}
