/**
 * What of a resource can be searched for. Values are kept by the FHIR path they stand at (`Observation.code`), not by
 * search parameter: many parameters look at one path (`code`, `combo-code`), and a path needs its values once.
 */
import type { TimeSpan } from './date.ts';
import {
  searchParameters,
  structures,
  type PathTable,
  type SearchParameterTable,
  type SearchType,
} from './definitions/tables.ts';
import { isObject, type Json } from './json.ts';
import { relationsOf, type Relation } from './relations.ts';
import {
  compositeJobs,
  elementsAt,
  pairsOf,
  type Companions,
  type CompositeJob,
} from './search-composites.ts';
import {
  fold,
  isDeceased,
  numberOf,
  referenceKeys,
  referenceTarget,
  spanOf,
  textsOf,
  tokenKey,
  tokensOf,
  tokenTexts,
  typedIdentifierKeys,
  uriLettersMax,
  type NumberValue,
} from './search-forms.ts';
import { noCustomParameters, parametersOf, type CustomParameters } from './search-parameters.ts';
import { wordsOf, type Words } from './search-words.ts';

export type TokenText = readonly [path: string, text: string, key: string];

export interface SearchValues {
  /** What is found by equality: `path#value`; see `tokenKey`. Without repeats, in the order of the resource's members. */
  readonly tokens: readonly string[];
  /** The paths at which anything stands (`pathNumber`), for `:missing`; each once. */
  readonly present: readonly number[];
  /** `[path, text, key]`: by which text the token with this key is found, for `:text` on codes and `:below` on uris. */
  readonly texts: readonly TokenText[];
  /** Of types that hold prose. */
  readonly words: Words | undefined;
  /** `[path, text as written]`. */
  readonly strings: readonly (readonly [string, string])[];
  readonly dates: readonly (readonly [string, TimeSpan])[];
  /** Quantities and numbers; the unit is the code, or the unit's text when there is no code. */
  readonly numbers: readonly NumberValue[];
  /** Whom its patient has to do with; see relations.ts. */
  readonly relations: readonly Relation[];
  /** The id of the one patient this belongs to (a Patient's own id), when its type says so; see `patientPath`. */
  readonly patient: string | undefined;
  /** When it happened: the span of the type's main date (`mainDate`). */
  readonly when: TimeSpan | undefined;
}
/**
 * A path's name as 32 bits (FNV-1a), small enough to be listed in each row. Two paths of one type that met would be taken
 * for each other by `:missing`; a test holds that none of R4 do.
 */
export function pathNumber(name: string): number {
  let number = pathNumbers.get(name);
  if (number === undefined) {
    number = 0x811c9dc5;
    for (let n = 0; n < name.length; n++) number = Math.imul(number ^ name.charCodeAt(n), 0x01000193);
    if (pathNumbers.size >= pathNumbersMax) pathNumbers.clear();
    pathNumbers.set(name, number);
  }
  return number;
}
const pathNumbers = new Map<string, number>();
const pathNumbersMax = 20_000;

// ---------------------------------------------------------------- which date and which patient a type is read by

/** The date a type is sorted and read by, by the name of its search parameter: the first of these that it has once. */
const mainDateNames = [
  'date',
  'authoredon',
  'authored-on',
  'authored',
  'effective-time',
  'effective',
  'recorded-date',
  'recorded',
  'created',
  'period',
  'performed',
  'started',
  'sent',
  'onset',
  'birthdate',
  'issued',
  'collected',
  'occurrence',
  'whenhandedover',
  'start',
  'start-date',
  'identified',
  'datetime',
  'datewritten',
];
const mainDates = new Map<string, string | undefined>();

/** The path of a type's main date, e.g. `Observation.effective`; undefined when it has none that is single. */
export function mainDate(type: string): string | undefined {
  if (!mainDates.has(type)) {
    const table = searchParameters[type] ?? {};
    const single = (path: PathTable) => path.steps.length === 1 && !manyAt(type, path.steps[0] ?? '');
    // `MedicationRequest?date` is every moment of a dosage: a column holds one.
    const name = mainDateNames.find(
      (candidate) => table[candidate]?.type === 'date' && table[candidate].paths.every(single),
    );
    mainDates.set(type, table[name ?? '']?.paths[0]?.name);
  }
  return mainDates.get(type);
}

/**
 * The path by which a type belongs to one patient (`Observation.subject`), when it has one that cannot repeat:
 * then `patient=…` is answered from a column. Patients belong to themselves.
 */
export function patientPath(type: string): string | undefined {
  if (type === 'Patient') return 'Patient.id';
  // Whoever may see the patient may see it (binary.html#security).
  if (type === 'Binary') return 'Binary.securityContext';
  const paths = searchParameters[type]?.['patient']?.paths ?? searchParameters[type]?.['subject']?.paths;
  const [path] = paths ?? [];
  if (!paths || !path || paths.length !== 1 || path.steps.length !== 1) return undefined;
  return manyAt(type, path.steps[0] ?? '') ? undefined : path.name;
}

function manyAt(type: string, step: string): boolean {
  return structures[type]?.elements[step]?.many ?? true;
}

// ---------------------------------------------------------------- taking the values out

interface Job {
  readonly path: PathTable;
  readonly kind: SearchType;
  readonly number: number;
  /** Types of targets by which a parameter narrows the path (`where(resolve() is Patient)`). */
  readonly resolves: ReadonlySet<string>;
  /** What codes that were met before are found by. */
  readonly codes: Map<string, Found>;
}
/** What one value is found by. */
interface Found {
  readonly keys: readonly string[];
  readonly texts: readonly TokenText[];
}
interface TypeJobs {
  /** By the member of the resource that the path begins with: what is not there costs nothing. */
  readonly byMember: ReadonlyMap<string, readonly Job[]>;
  readonly deceased: Job | undefined;
  readonly composites: readonly CompositeJob[];
}
const jobsByType = new WeakMap<CustomParameters, Map<string, TypeJobs>>();

/** Every path of a type that is searched, once for each kind of search. */
function jobsOf(type: string, custom: CustomParameters): TypeJobs {
  let byType = jobsByType.get(custom);
  if (!byType) jobsByType.set(custom, (byType = new Map()));
  let jobs = byType.get(type);
  if (!jobs) byType.set(type, (jobs = makeJobs(type, custom)));
  return jobs;
}

/** Whether every value that a parameter looks at is kept anyway, because official parameters look there too. */
export function isIndexed(type: string, { type: kind, paths }: SearchParameterTable): boolean {
  const { byMember } = jobsOf(type, noCustomParameters);
  const kept = new Set([...byMember.values()].flat().map((job) => jobKey(job.kind, job.path)));
  return paths.every(({ resolves, ...bare }) => resolves === undefined && kept.has(jobKey(kind, bare)));
}

const jobKey = (kind: SearchType, path: PathTable) => `${kind} ${JSON.stringify(path)}`;

function makeJobs(type: string, custom: CustomParameters): TypeJobs {
  const byKey = new Map<string, Job & { readonly resolves: Set<string> }>();
  const parameters = parametersOf(type, custom);
  for (const [code, { type: kind, paths }] of parameters) {
    if (code === '_id' || code === '_lastUpdated') continue;
    for (const path of paths) {
      const { resolves, ...bare } = path;
      const key = jobKey(kind, bare);
      const job = byKey.get(key) ?? {
        path: bare,
        kind,
        number: pathNumber(bare.name),
        resolves: new Set(),
        codes: new Map(),
      };
      if (resolves !== undefined) job.resolves.add(resolves);
      byKey.set(key, job);
    }
  }
  const all = [...byKey.values()];
  const memberOf = ({ path }: Job) => path.steps[0]?.replace('[0]', '') ?? '';
  const isReckoned = ({ path }: Job) => path.type === 'deceased';
  return {
    byMember: Map.groupBy(
      all.filter((job) => !isReckoned(job)),
      memberOf,
    ),
    deceased: all.find(isReckoned),
    composites: compositeJobs(parameters.flatMap(([, parameter]) => parameter.composites ?? [])),
  };
}

/** The values of a valid resource. Pure; about 5 µs for an Observation. */
export function searchValues(
  type: string,
  tree: Json,
  custom: CustomParameters = noCustomParameters,
): SearchValues {
  const { byMember, deceased, composites } = jobsOf(type, custom);
  const taken = new Taken();
  for (const member in tree) {
    const jobs = byMember.get(member);
    if (jobs === undefined) continue;
    for (const job of jobs) {
      const found = valuesAt(tree, job.path);
      if (found.length > 0) taken.present.add(job.number);
      for (const value of found) taken.take(job, value);
    }
  }
  if (deceased) taken.take(deceased, isDeceased(tree));
  const { tokens, strings, dates, numbers, present, texts } = taken;
  const main = mainDate(type);
  const when = dates.findIndex(([name]) => name === main);
  const patient = patientOf(type, tree);
  return {
    present: [...present],
    texts: [...texts],
    words: wordsOf(type, tree, fold),
    strings,
    // The main date has columns of its own.
    dates: when === -1 ? dates : dates.filter(([name]) => name !== main),
    numbers: composites.length === 0 ? numbers : withComposites(tree, composites, tokens, numbers),
    tokens: [...tokens],
    relations: relationsOf(type, tree, patient),
    patient,
    when: dates[when]?.[1],
  };
}

/** What has been taken out of a resource so far. */
class Taken {
  readonly tokens = new Set<string>();
  readonly texts = new Set<TokenText>();
  readonly present = new Set<number>();
  readonly strings: [string, string][] = [];
  readonly dates: [string, TimeSpan][] = [];
  readonly numbers: NumberValue[] = [];

  take(job: Job, value: unknown): void {
    const { path, kind, resolves } = job;
    switch (kind) {
      case 'token':
        this.#find(foundByToken(job, value));
        break;
      case 'reference':
        for (const key of referenceKeys(value, path)) this.tokens.add(key);
        if (resolves.size > 0 && isObject(value)) {
          const target = referenceTarget(value['reference'])?.split('/').at(-2) ?? '';
          if (resolves.has(target)) this.present.add(pathNumber(`${path.name}:${target}`));
        }
        break;
      case 'uri':
        this.#find(foundByUri(job, value));
        break;
      case 'string':
        for (const text of textsOf(value, path.type)) this.strings.push([path.name, text]);
        break;
      case 'date': {
        const span = spanOf(value, path.type);
        if (span) this.dates.push([path.name, span]);
        break;
      }
      case 'number':
      case 'quantity': {
        const amount = numberOf(path.name, value, path.type);
        if (amount) this.numbers.push(amount);
        break;
      }
      case 'composite':
      case 'special':
        break;
    }
  }

  #find({ keys, texts }: Found): void {
    for (const key of keys) this.tokens.add(key);
    for (const text of texts) this.texts.add(text);
  }
}

/** A record has few codes and says them again and again: what one is found by is put together once. */
function remembered({ codes }: Job, name: string | undefined, find: () => Found): Found {
  if (name === undefined || name.length > codeLettersMax) return find();
  let found = codes.get(name);
  if (found === undefined) {
    if (codes.size >= codesKept) codes.clear();
    codes.set(name, (found = find()));
  }
  return found;
}
const codesKept = 500;
const codeLettersMax = 300;

function foundByToken(job: Job, value: unknown): Found {
  const { path } = job;
  return remembered(job, nameOfCode(value, path.type), () => {
    const keys = tokensOf(value, path.type).map((token) => tokenKey(path.name, token));
    if (path.type === 'Identifier') keys.push(...typedIdentifierKeys(value, path.name));
    const texts = tokenTexts(value, path).map(([text, key]): TokenText => [`${path.name}:text`, text, key]);
    return { keys: [...keys, ...texts.map(([, , key]) => key)], texts };
  });
}

function foundByUri(job: Job, value: unknown): Found {
  const { path } = job;
  return remembered(job, typeof value === 'string' ? value : undefined, () => {
    const keys = referenceKeys(value, path);
    if (typeof value !== 'string' || value.length > uriLettersMax) return { keys, texts: [] };
    const key = tokenKey(path.name, value);
    return { keys: [...keys, key], texts: [[path.name, value, key]] };
  });
}

/** All of a code that searching looks at, as one text; undefined for what is no code, or is said by few resources. */
function nameOfCode(value: unknown, type: string): string | undefined {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return undefined;
  if (type === 'Coding') return nameOfCoding(value);
  const { coding, text } = value;
  if (type !== 'CodeableConcept' || !Array.isArray(coding) || coding.length > 3) return undefined;
  let name = typeof text === 'string' ? text : '';
  for (const one of coding) {
    if (!isObject(one)) return undefined;
    name += between + nameOfCoding(one);
  }
  return name;
}
function nameOfCoding({ system, code, display }: Json): string {
  return textOf(system) + between + textOf(code) + between + textOf(display);
}
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
// No FHIR text has it.
const between = '\u001f';

/** Adds the pairs to the tokens, and to the numbers what they stand beside. */
function withComposites(
  tree: Json,
  jobs: readonly CompositeJob[],
  tokens: Set<string>,
  numbers: readonly NumberValue[],
): readonly NumberValue[] {
  let all = numbers;
  for (const job of jobs) {
    const [first] = job.parts;
    const counted = job.parts.filter((part) => part.kind === 'number').flatMap((part) => part.paths);
    const names = new Set(counted.map((path) => path.name));
    // Numbers of other composites over the same element have their companions already.
    if (names.size > 0 && all.some((one) => one.companions && names.has(one.path))) continue;
    const elements = elementsAt(tree, job.steps);
    for (const element of elements)
      for (const key of pairsOf(element, job, formsOf, valuesAt)) tokens.add(key);
    if (names.size === 0 || elements.length === 0) continue;
    const beside = elements.flatMap((element, n) => {
      const keys = (first?.paths ?? []).flatMap((path) =>
        first?.kind === 'token' ? valuesAt(element, path).flatMap((value) => tokensOf(value, path.type)) : [],
      );
      const companions: Companions = { element: n, keys: [...new Set(keys)].sort() };
      return counted.flatMap((path) =>
        valuesAt(element, path).flatMap((value) => {
          const amount = numberOf(path.name, value, path.type);
          return amount ? [{ ...amount, companions }] : [];
        }),
      );
    });
    all = [...all.filter((one) => !names.has(one.path)), ...beside];
  }
  return all;
}

/** A token in a pair: its code, and its code with its system. */
function formsOf(value: unknown, path: PathTable, kind: 'token' | 'reference'): string[] {
  if (kind === 'token') return tokensOf(value, path.type).filter((form) => !form.endsWith('|'));
  const target = isObject(value) ? referenceTarget(value['reference']) : undefined;
  return target === undefined ? [] : [target];
}

function patientOf(type: string, tree: Json): string | undefined {
  if (type === 'Patient') return typeof tree['id'] === 'string' ? tree['id'] : undefined;
  const step = patientPath(type)?.split('.')[1];
  const reference = step === undefined ? undefined : tree[step];
  const target = isObject(reference) ? referenceTarget(reference['reference']) : undefined;
  // Only what can be an id: the column is indexed, and an index entry has room for 2,700 bytes.
  if (target === undefined || !target.startsWith(patientPrefix)) return undefined;
  const id = target.slice(patientPrefix.length);
  return /^[A-Za-z0-9.-]{1,64}$/.test(id) ? id : undefined;
}

const patientPrefix = 'Patient/';
const noValues: readonly unknown[] = [];

/** The values at a path, lists opened. */
export function valuesAt(tree: Json, path: PathTable): readonly unknown[] {
  const [only] = path.steps;
  if (path.steps.length === 1 && only !== undefined && !path.filter && !only.endsWith('[0]')) {
    // Nearly all paths, for nearly all resources: one member that is not there.
    const found = tree[only];
    return found === undefined ? noValues : Array.isArray(found) ? found : [found];
  }
  let values: unknown[] = [tree];
  path.steps.forEach((step, index) => {
    const [key, first] = step.endsWith('[0]') ? [step.slice(0, -3), true] : [step, false];
    const next: unknown[] = [];
    for (const value of values) {
      if (!isObject(value)) continue;
      const found = value[key];
      if (Array.isArray(found)) {
        for (const one of first ? found.slice(0, 1) : found) next.push(one);
      } else if (found !== undefined) next.push(found);
    }
    const { filter } = path;
    values =
      filter?.step === index + 1 ? next.filter((v) => isObject(v) && v[filter.key] === filter.value) : next;
  });
  return values;
}
