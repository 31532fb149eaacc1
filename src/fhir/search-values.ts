/**
 * What of a resource can be searched for. Values are kept by the FHIR path they stand at (`Observation.code`), not by
 * search parameter: many parameters look at one path (`code`, `combo-code`), and a path needs its values once.
 */
import { beginningOfTime, endOfTime, timeSpan, type TimeSpan } from './date.ts';
import { searchParameters, structures, type PathTable, type SearchType } from './definitions/tables.ts';
import { isObject, type Json } from './parse.ts';

export interface SearchValues {
  /** What is found by equality: `path#value`; see `tokenKey`. Sorted, without repeats. */
  readonly tokens: readonly string[];
  /** `[path, text as written]`. */
  readonly strings: readonly (readonly [string, string])[];
  readonly dates: readonly (readonly [string, TimeSpan])[];
  /** Quantities and numbers; the unit is the code, or the unit's text when there is no code. */
  readonly numbers: readonly NumberValue[];
  /** The id of the one patient this belongs to (a Patient's own id), when its type says so; see `patientPath`. */
  readonly patient: string | undefined;
  /** When it happened: the span of the type's main date (`mainDate`). */
  readonly when: TimeSpan | undefined;
}
export interface NumberValue {
  readonly path: string;
  readonly system: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
}

/** The key under which a token, reference or uri is found. */
export function tokenKey(path: string, value: string): string {
  return `${path}#${value}`;
}

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
}
interface Jobs {
  /** By the member of the resource that the path begins with: what is not there costs nothing. */
  readonly byMember: ReadonlyMap<string, readonly Job[]>;
  readonly deceased: Job | undefined;
}
const jobsByType = new Map<string, Jobs>();

/** Every path of a type that is searched, once for each kind of search. */
function jobsOf(type: string): Jobs {
  let jobs = jobsByType.get(type);
  if (!jobs) {
    const byKey = new Map<string, Job>();
    for (const [code, parameter] of Object.entries(searchParameters[type] ?? {})) {
      if (code === '_id' || code === '_lastUpdated' || parameter.type === 'composite') continue;
      for (const path of parameter.paths) {
        const kind = parameter.type === 'uri' ? 'reference' : parameter.type;
        const { resolves: _, ...bare } = path;
        byKey.set(`${kind} ${JSON.stringify(bare)}`, { path: bare, kind });
      }
    }
    const all = [...byKey.values()];
    const memberOf = ({ path }: Job) => path.steps[0]?.replace('[0]', '') ?? '';
    const isReckoned = ({ path }: Job) => path.type === 'deceased';
    jobs = {
      byMember: Map.groupBy(
        all.filter((job) => !isReckoned(job)),
        memberOf,
      ),
      deceased: all.find(isReckoned),
    };
    jobsByType.set(type, jobs);
  }
  return jobs;
}

/** The values of a valid resource. Pure; about 5 µs for an Observation. */
export function searchValues(type: string, tree: Json): SearchValues {
  const tokens = new Set<string>();
  const strings: [string, string][] = [];
  const dates: [string, TimeSpan][] = [];
  const numbers: NumberValue[] = [];
  const take = ({ path, kind }: Job, value: unknown) => {
    switch (kind) {
      case 'token':
        for (const token of tokensOf(value, path.type)) tokens.add(tokenKey(path.name, token));
        break;
      case 'reference':
        for (const key of referenceKeys(value, path)) tokens.add(key);
        break;
      case 'string':
        for (const text of textsOf(value, path.type)) strings.push([path.name, text]);
        break;
      case 'date': {
        const span = spanOf(value, path.type);
        if (span) dates.push([path.name, span]);
        break;
      }
      case 'number':
      case 'quantity': {
        const number = numberOf(path.name, value, path.type);
        if (number) numbers.push(number);
        break;
      }
      case 'uri':
      case 'composite':
      case 'special':
        break;
    }
  };
  const { byMember, deceased } = jobsOf(type);
  for (const member in tree) {
    for (const job of byMember.get(member) ?? noJobs)
      for (const value of valuesAt(tree, job.path)) take(job, value);
  }
  if (deceased) take(deceased, isDeceased(tree));
  const main = mainDate(type);
  return {
    tokens: [...tokens].sort(),
    strings,
    // The main date has columns of its own.
    dates: dates.filter(([name]) => name !== main),
    numbers,
    patient: patientOf(type, tree),
    when: dates.find(([name]) => name === main)?.[1],
  };
}

function patientOf(type: string, tree: Json): string | undefined {
  if (type === 'Patient') return typeof tree['id'] === 'string' ? tree['id'] : undefined;
  const step = patientPath(type)?.split('.')[1];
  const reference = step === undefined ? undefined : tree[step];
  const target = isObject(reference) ? referenceTarget(reference['reference']) : undefined;
  // Only what can be an id: the column is indexed, and an index entry has room for 2,700 bytes.
  return target === undefined ? undefined : /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(target)?.[1];
}

const noJobs: readonly Job[] = [];
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

const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** `Patient.deceased.exists() and Patient.deceased != false`, the one parameter that is reckoned: who has no word of it is alive. */
function isDeceased(tree: Json): boolean {
  return (
    tree['deceasedBoolean'] === true ||
    tree['deceasedDateTime'] !== undefined ||
    tree['_deceasedDateTime'] !== undefined
  );
}

/** `system|code`, `|code`, `code` and `system|`: each form that a search may use (http://hl7.org/fhir/R4/search.html#token). */
function tokensOf(value: unknown, type: string): string[] {
  if (typeof value === 'boolean' || typeof value === 'string') return [String(value)];
  if (!isObject(value)) return [];
  if (type === 'CodeableConcept')
    return list(value['coding']).flatMap((coding) => tokensOf(coding, 'Coding'));
  if (type === 'ContactPoint') return asText(value['value']) ? [String(value['value'])] : [];
  const code = asText(value[type === 'Identifier' ? 'value' : 'code']);
  const system = asText(value['system']);
  const forms: string[] = [];
  if (code) forms.push(code, `${system ?? ''}|${code}`);
  if (system) forms.push(`${system}|`);
  return forms;
}

function referenceKeys(value: unknown, path: PathTable): string[] {
  if (typeof value === 'string') {
    const bare = value.replace(/\|.*$/, '');
    return [...new Set([value, bare])].map((text) => tokenKey(path.name, text));
  }
  if (!isObject(value)) return [];
  // `Bundle?composition=…` points at a resource that is not referred to but held.
  const held =
    path.type === 'Resource' ? `${String(value['resourceType'])}/${String(value['id'])}` : undefined;
  const target = held ?? referenceTarget(value['reference']);
  const keys = target === undefined ? [] : [tokenKey(path.name, target)];
  for (const token of tokensOf(value['identifier'], 'Identifier'))
    keys.push(tokenKey(`${path.name}:identifier`, token));
  return keys;
}

const local = /^([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/;

/** What a reference points at, for comparing: `Patient/1` without a version, another server's as an absolute URL; not `#contained`. */
export function referenceTarget(reference: unknown): string | undefined {
  const text = asText(reference);
  if (!text || text.startsWith('#')) return undefined;
  return local.exec(text)?.[1] ?? text.replace(/\/_history\/[^/]*$/, '');
}

function textsOf(value: unknown, type: string): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!isObject(value)) return [];
  const members =
    type === 'HumanName'
      ? ['family', 'given', 'prefix', 'suffix', 'text']
      : type === 'Address'
        ? ['line', 'city', 'district', 'state', 'postalCode', 'country', 'text']
        : ['text', 'display'];
  return members.flatMap((member) => list(value[member]).flatMap((text) => asText(text) ?? []));
}

function spanOf(value: unknown, type: string): TimeSpan | undefined {
  if (typeof value === 'string') return timeSpan(value);
  if (!isObject(value)) return undefined;
  if (type === 'Timing') {
    const repeat = value['repeat'];
    const spans = list(value['event']).flatMap((event) => spanOf(event, 'dateTime') ?? []);
    const bounds = isObject(repeat) ? spanOf(repeat['boundsPeriod'], 'Period') : undefined;
    if (bounds) spans.push(bounds);
    return spans.length === 0
      ? undefined
      : { low: Math.min(...spans.map((s) => s.low)), high: Math.max(...spans.map((s) => s.high)) };
  }
  if (type !== 'Period') return undefined;
  const start = asText(value['start']);
  const end = asText(value['end']);
  return start === undefined && end === undefined
    ? undefined
    : { low: timeSpan(start ?? '')?.low ?? beginningOfTime, high: timeSpan(end ?? '')?.high ?? endOfTime };
}

function numberOf(path: string, value: unknown, type: string): NumberValue | undefined {
  if (typeof value === 'number') return { path, system: '', unit: '', low: value, high: value };
  if (!isObject(value)) return undefined;
  const quantity = (from: unknown) =>
    isObject(from) && typeof from['value'] === 'number' ? from['value'] : undefined;
  if (type === 'Range') {
    const [low, high] = [quantity(value['low']), quantity(value['high'])];
    const sample = isObject(value['low']) ? value['low'] : value['high'];
    if ((low === undefined && high === undefined) || !isObject(sample)) return undefined;
    return { path, ...unitOf(sample), low: low ?? -Infinity, high: high ?? Infinity };
  }
  const amount = quantity(value);
  if (amount === undefined) return undefined;
  return {
    path,
    ...(type === 'Money'
      ? { system: 'urn:iso:std:iso:4217', unit: asText(value['currency']) ?? '' }
      : unitOf(value)),
    low: amount,
    high: amount,
  };
}

function unitOf(quantity: Json): { system: string; unit: string } {
  return {
    system: asText(quantity['system']) ?? '',
    unit: asText(quantity['code']) ?? asText(quantity['unit']) ?? '',
  };
}

/**
 * A text as it is compared when case and accents do not count. The Danish letters æ, ø and å are letters of their own,
 * not accented ones: Åse is not Ase.
 */
export function fold(text: string): string {
  if (asciiOnly.test(text)) return text.toLowerCase();
  return text
    .toLowerCase()
    .normalize('NFC')
    .replaceAll('å', '\u0001')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('\u0001', 'å')
    .normalize('NFC');
}
// eslint-disable-next-line no-control-regex -- every ASCII character, so that the costly rest is for the others.
const asciiOnly = /^[\u0000-\u007f]*$/;
