/**
 * What another program may do, as SMART App Launch 2 spells it (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html):
 * `patient/Observation.rs`, and `patient/Observation.read` of version 1. Pure functions over texts.
 */
import { isResourceType } from '#fhir/definitions/tables.ts';

/** Create, read, update, delete, search. */
const interactions = ['c', 'r', 'u', 'd', 's'] as const;
export type Interaction = (typeof interactions)[number];
export type Interactions = ReadonlySet<Interaction>;

const levels = ['patient', 'user', 'system'] as const;
type Level = (typeof levels)[number];

export interface Grant {
  /** Whose data: one patient's, whatever the person may see, or whatever the program itself may. */
  readonly level: Level;
  /** By resource type; `*` stands for all. */
  readonly types: ReadonlyMap<string, Interactions>;
  /** The id of the one patient, when there is one. */
  readonly patient?: string;
}

/** A grant as JSON: what is kept of a request that is answered later. */
export interface KeptGrant {
  readonly level: Level;
  readonly types: readonly (readonly [type: string, letters: string])[];
  readonly patient?: string;
}

export function keptGrant({ types, ...rest }: Grant): KeptGrant {
  return { ...rest, types: [...types].map(([type, may]) => [type, [...may].join('')]) };
}

export function grantOf({ types, ...rest }: KeptGrant): Grant {
  return {
    ...rest,
    types: new Map(
      types.map(([type, letters]) => [type, new Set(interactions.filter((one) => letters.includes(one)))]),
    ),
  };
}

interface ClinicalScope {
  readonly level: Level;
  readonly type: string;
  readonly may: Interactions;
}

const versionOne: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/**
 * What all scopes of a text allow together. Those that are about no data (`openid`, `launch/patient`), and those that
 * cannot be read, allow nothing. When levels are mixed the narrowest is taken for all: a program that asks for one
 * patient's data and for others' gets the one patient's.
 */
export function parseScopes(text: string): Grant {
  const all = scopesIn(text).flatMap((scope) => readScope(scope) ?? []);
  const level = levels.find((one) => all.some((scope) => scope.level === one)) ?? 'patient';
  const types = new Map<string, Set<Interaction>>();
  for (const { type, may } of all) types.set(type, new Set([...(types.get(type) ?? []), ...may]));
  return { level, types };
}

export function permits(grant: Grant, type: string, interaction: Interaction): boolean {
  return [type, '*'].some((one) => grant.types.get(one)?.has(interaction));
}

/** Why this scope about data cannot be had, to be told to who asks; undefined when it can, or when it is about no data. */
export function whyNotScope(scope: string): string | undefined {
  if (!/^(patient|user|system)\//.test(scope)) return undefined;
  if (scope.includes('?')) return `'${scope}' narrows by a query, which this server does not: ask without it`;
  return readScope(scope) ? undefined : `'${scope}' is not of the form patient/Observation.rs`;
}

/** Those of the scopes asked for that the allowed ones cover: `patient/*.rs` covers `patient/Observation.r`. */
export function scopesWithin(asked: string, allowed: string): string[] {
  const limits = scopesIn(allowed);
  const clinical = limits.flatMap((scope) => readScope(scope) ?? []);
  return scopesIn(asked).filter((scope) => {
    const wanted = readScope(scope);
    if (!wanted) return limits.includes(scope) && whyNotScope(scope) === undefined;
    const may = clinical
      .filter(({ level, type }) => level === wanted.level && (type === '*' || type === wanted.type))
      .flatMap((one) => [...one.may]);
    return [...wanted.may].every((one) => may.includes(one));
  });
}

export function scopesIn(text: string): string[] {
  return [...new Set(text.split(' ').filter((scope) => scope !== ''))];
}

export const isClinical = (scope: string): boolean => readScope(scope) !== undefined;

function readScope(scope: string): ClinicalScope | undefined {
  const [, level, type = '', suffix = ''] =
    /^(patient|user|system)\/(\*|[A-Za-z]+)\.([a-z*]+)$/.exec(scope) ?? [];
  const known = levels.find((one) => one === level);
  if (known === undefined || !(type === '*' || isResourceType(type))) return undefined;
  const letters = Object.hasOwn(versionOne, suffix) ? (versionOne[suffix] ?? '') : suffix;
  // In this order only, each once: so the standard says, and a misspelt scope is not guessed at.
  if (!/^c?r?u?d?s?$/.test(letters)) return undefined;
  return { level: known, type, may: new Set(interactions.filter((one) => letters.includes(one))) };
}
