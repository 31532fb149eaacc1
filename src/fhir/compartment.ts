/** Compartments (http://hl7.org/fhir/R4/compartmentdefinition.html): what belongs to a patient, an encounter, a person, a device. */
import { compartments, searchParameters } from './definitions/tables.ts';
import type { Filter } from './search-conditions.ts';
import { tokenKey } from './search-forms.ts';
import { pathNames } from './search-parameters.ts';
import { patientPath, type SearchValues } from './search-values.ts';

/** The types that a compartment may hold; undefined when there is no such compartment. */
export function compartmentTypes(compartment: string): readonly string[] | undefined {
  const table = Object.hasOwn(compartments, compartment) ? compartments[compartment] : undefined;
  return table && Object.keys(table);
}

/** The condition that a resource of one of these types is in the compartment of this resource. */
export function compartmentFilter(compartment: string, id: string, types: readonly string[]): Filter {
  const filters: Filter[] = [];
  const keys: string[] = [];
  for (const type of types) {
    for (const name of compartments[compartment]?.[type] ?? []) {
      if (name === '{def}') filters.push(itself(compartment, id, types));
      const parameter = searchParameters[type]?.[name];
      for (const path of parameter ? pathNames(parameter) : []) {
        if (compartment !== 'Patient' || path !== patientPath(type))
          keys.push(tokenKey(path, `${compartment}/${id}`));
      }
    }
  }
  if (compartment === 'Patient') filters.push({ by: 'patient', ids: [id] });
  if (keys.length > 0) filters.push({ by: 'token', not: false, keys: [...new Set(keys)] });
  const [only] = filters;
  return filters.length === 1 && only ? only : { by: 'any', filters };
}

/** The ids of the patients in whose compartments a resource is. */
export function patientsOf(type: string, { patient, tokens }: SearchValues): string[] {
  const ids = new Set(patient === undefined ? [] : [patient]);
  for (const start of patientTokens(type)) {
    for (const token of tokens) if (token.startsWith(start)) ids.add(token.slice(start.length));
  }
  return [...ids];
}

/** The paths by which a type is in a compartment. */
export function compartmentPaths(compartment: string, type: string): readonly string[] {
  const paths = (compartments[compartment]?.[type] ?? []).flatMap((name) => {
    const parameter = searchParameters[type]?.[name];
    return parameter ? pathNames(parameter) : [];
  });
  return [...new Set(paths)];
}

/** How the tokens begin by which a type is in the compartment of a patient. */
function patientTokens(type: string): readonly string[] {
  let starts = startsByType.get(type);
  if (!starts) {
    starts = compartmentPaths('Patient', type).map((path) => tokenKey(path, 'Patient/'));
    startsByType.set(type, starts);
  }
  return starts;
}
const startsByType = new Map<string, readonly string[]>();

/** Among several types the id alone could be another type's. */
function itself(compartment: string, id: string, types: readonly string[]): Filter {
  const filter: Filter = { by: 'id', ids: [id] };
  return types.length === 1 ? filter : { by: 'perType', types: [[compartment, filter]] };
}
