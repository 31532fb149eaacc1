/** The shapes of the compact tables that `build.ts` makes from the official R4 definitions, and the tables. */
import adviceJson from './advice.json' with { type: 'json' };
import codesJson from './codes.json' with { type: 'json' };
import otherCompartmentsJson from './other-compartments.json' with { type: 'json' };
import compartmentJson from './patient-compartment.json' with { type: 'json' };
import invariantsJson from './invariants.json' with { type: 'json' };
import modifiersJson from './modifiers.json' with { type: 'json' };
import parametersJson from './search-parameters.json' with { type: 'json' };
import structuresJson from './structures.json' with { type: 'json' };

/** One JSON member of a type. A choice such as `value[x]` has one of these for each of its types (`valueQuantity`). */
export interface ElementTable {
  readonly type: string;
  readonly min: number;
  readonly many: boolean;
  /** The choice's name without `[x]`, for a member that is one of a choice. */
  readonly choice?: string;
  /** The value set of a required binding whose codes `codes` lists. */
  readonly codes?: string;
  /** The resource types a Reference may point at; absent when any. */
  readonly targets?: readonly string[];
  /** Part of `_summary=true`; told for the members of resources only. */
  readonly summary?: boolean;
}
export interface StructureTable {
  readonly kind: 'resource' | 'type' | 'primitive';
  readonly abstract?: boolean;
  readonly elements: Readonly<Record<string, ElementTable>>;
}

/** A rule of R4 that a machine can ask: a FHIRPath expression that must not be false. */
export interface InvariantTable {
  /** FHIR's name for it, such as `obs-6`. */
  readonly key: string;
  readonly expression: string;
  /** FHIR's own words. */
  readonly human: string;
}

/** Codes of one code system. */
export interface CodesTable {
  readonly system: string;
  readonly codes: readonly string[];
}

/** One way from a resource to values: JSON member names, with `[0]` where only the first of a list counts. */
export interface PathTable {
  /** What the path is called in the index: the FHIR path without the type of a choice. Parameters share it. */
  readonly name: string;
  readonly steps: readonly string[];
  /** The FHIR type at the end. */
  readonly type: string;
  readonly filter?: { readonly step: number; readonly key: string; readonly value: string };
  /** Only references to this resource type count. */
  readonly resolves?: string;
}
export type SearchType =
  | 'string'
  | 'token'
  | 'reference'
  | 'date'
  | 'quantity'
  | 'number'
  | 'uri'
  | 'composite'
  | 'special';
export interface SearchParameterTable {
  readonly type: SearchType;
  readonly paths: readonly PathTable[];
  readonly targets?: readonly string[];
  /** Of a composite: each place where its components may match together. */
  readonly composites?: readonly CompositeTable[];
}
/** An element in which all components must match: `Observation.component`; without steps the resource itself. */
export interface CompositeTable {
  readonly name: string;
  readonly steps: readonly string[];
  /** There may be several of the element, so that which of them a value stands in matters. */
  readonly repeats: boolean;
  readonly parts: readonly CompositePart[];
}
export interface CompositePart {
  readonly type: SearchType;
  /** From the resource, not from the element. */
  readonly paths: readonly PathTable[];
  readonly targets?: readonly string[];
  /** Stands elsewhere in the resource (`%resource…`): its own condition. */
  readonly outside?: boolean;
}

export const structures: Readonly<Record<string, StructureTable>> = structuresJson as Record<
  string,
  StructureTable
>;
export const searchParameters: Readonly<Record<string, Readonly<Record<string, SearchParameterTable>>>> =
  bare(parametersJson as Record<string, Record<string, SearchParameterTable>>);
/** By value set of a required binding; those that a rule says (media types, currencies) are not here. */
export const codes: Readonly<Record<string, readonly CodesTable[]>> = codesJson;

/** Extensible bindings by `Type.member`, and invariants of severity warning by type. */
export const advice: {
  readonly bindings: Readonly<Record<string, string>>;
  readonly invariants: Readonly<Record<string, readonly InvariantTable[]>>;
} = adviceJson;

/** Invariants by type (`Period`, `Observation.component`), and those of single members by `Type.member`. */
export const invariants: {
  readonly types: Readonly<Record<string, readonly InvariantTable[]>>;
  readonly members: Readonly<Record<string, readonly InvariantTable[]>>;
} = invariantsJson;

/** By resource type the members that can turn the meaning of the others around; a choice without `[x]`. */
export const modifiers: Readonly<Record<string, readonly string[]>> = modifiersJson;

/** The search parameters by which a type belongs to a patient's compartment, by type (R4 compartmentdefinition-patient). */
export const patientCompartment: Readonly<Record<string, readonly string[]>> = compartmentJson;

/**
 * By the type that a compartment is of, then by the types in it, the search parameters that put them there
 * (http://hl7.org/fhir/R4/compartmentdefinition.html); `{def}` is the resource itself.
 */
export const compartments: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = bare({
  Patient: {
    Patient: ['{def}', ...(patientCompartment['Patient'] ?? [])],
    ...without(patientCompartment, 'Patient'),
  },
  ...(otherCompartmentsJson as Record<string, Record<string, string[]>>),
});

function without<T>(table: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(table).filter(([name]) => name !== key));
}

/** The concrete resource types of R4, in alphabetical order. */
export const resourceTypes: readonly string[] = Object.keys(searchParameters);
const known = new Set(resourceTypes);

/** Names come from clients: `constructor` and `__proto__` must be unknown here like every other. */
function bare<T extends object>(tables: Record<string, T>): Record<string, T> {
  for (const table of Object.values(tables)) Object.setPrototypeOf(table, null);
  return Object.setPrototypeOf(tables, null) as Record<string, T>;
}

export function isResourceType(name: string): boolean {
  return known.has(name);
}
