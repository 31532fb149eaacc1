/** One parameter of a search as a condition: what `code=…` or `date=ge…` asks of a resource. */
import { Refusal } from '#base/refusal.ts';
import { timeSpan, type TimeSpan } from './date.ts';
import {
  isResourceType,
  resourceTypes,
  searchParameters,
  type PathTable,
  type SearchParameterTable,
} from './definitions/tables.ts';
import { mainDate, patientPath, referenceTarget, tokenKey } from './search-values.ts';

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

/** Each filter must hold; the values within one are alternatives. */
export type Filter =
  | { readonly by: 'id'; readonly ids: readonly string[] }
  | { readonly by: 'patient'; readonly ids: readonly string[] }
  | { readonly by: 'token'; readonly keys: readonly string[]; readonly not: boolean }
  | {
      readonly by: 'string';
      readonly paths: readonly string[];
      readonly match: 'start' | 'exact' | 'contains';
      readonly texts: readonly string[];
    }
  | {
      readonly by: 'date';
      readonly path: string;
      readonly spans: readonly { readonly prefix: Prefix; readonly span: TimeSpan }[];
    }
  | {
      readonly by: 'mainDate' | 'updated';
      readonly spans: readonly { readonly prefix: Prefix; readonly span: TimeSpan }[];
    }
  | { readonly by: 'number'; readonly paths: readonly string[]; readonly values: readonly NumberFilter[] }
  | { readonly by: 'chain'; readonly links: readonly ChainLink[] };

export interface NumberFilter {
  readonly prefix: Prefix;
  /** The value as it was given, and the span that its precision stands for (`5.4` is 5.35 to 5.45). */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly system?: string;
  readonly unit?: string;
}
/** One way a chained parameter may go: by these reference paths to resources of this type that match. */
export interface ChainLink {
  readonly paths: readonly string[];
  /** True when the reference is the type's patient column. */
  readonly byPatient: boolean;
  readonly type: string;
  readonly filter: Filter;
}

export interface FilterOptions {
  /** This server's own FHIR address: references that begin with it are local. */
  readonly base: string;
}

/** Alternatives within one parameter: those found by equality travel as one list, the others are a condition each. */
const valuesMax = { listed: 10_000, compared: 100 };

/** The condition; undefined when the type has no such parameter. @throws Refusal `invalid` when it has, and the value does not fit. */
export function parseFilter(
  type: string,
  name: string,
  value: string,
  options: FilterOptions,
): Filter | undefined {
  const dot = name.indexOf('.');
  if (dot > 0) return parseChain(type, name.slice(0, dot), name.slice(dot + 1), value, options);
  const [code = '', modifier] = name.split(':');
  const parameter = searchParameters[type]?.[code];
  if (!parameter) return undefined;
  const compared =
    code === '_lastUpdated' || ['string', 'date', 'number', 'quantity'].includes(parameter.type);
  const values = splitValues(name, value, compared ? valuesMax.compared : valuesMax.listed);
  if (code === '_id' || code === '_lastUpdated') allowModifier(name, modifier, []);
  if (code === '_id') return { by: 'id', ids: values.map(unescape) };
  if (code === '_lastUpdated') return { by: 'updated', spans: values.map((v) => parseDate(name, v)) };
  const paths = [...new Set(parameter.paths.map((path) => path.name))];
  switch (parameter.type) {
    case 'token':
      allowModifier(name, modifier, ['not']);
      return {
        by: 'token',
        keys: values.flatMap((v) => tokenKeys(parameter.paths, unescape(v))),
        not: modifier === 'not',
      };
    case 'uri':
      allowModifier(name, modifier, []);
      return {
        by: 'token',
        keys: values.flatMap((v) => paths.map((path) => tokenKey(path, unescape(v)))),
        not: false,
      };
    case 'reference':
      return referenceFilter(type, name, parameter, paths, modifier, values, options);
    case 'string':
      allowModifier(name, modifier, ['exact', 'contains']);
      return {
        by: 'string',
        paths,
        match: modifier === 'exact' ? 'exact' : modifier === 'contains' ? 'contains' : 'start',
        texts: values.map(unescape),
      };
    case 'date': {
      allowModifier(name, modifier, []);
      const spans = values.map((v) => parseDate(name, v));
      const [path = ''] = paths;
      return path === mainDate(type) ? { by: 'mainDate', spans } : { by: 'date', path, spans };
    }
    case 'number':
    case 'quantity':
      allowModifier(name, modifier, []);
      return { by: 'number', paths, values: values.map((v) => parseNumber(name, v)) };
    case 'composite':
    case 'special':
      throw new Refusal('invalid', [
        { code: 'not-supported', at: name, text: `${parameter.type} parameters are not supported yet` },
      ]);
  }
}

function allowModifier(name: string, modifier: string | undefined, allowed: readonly string[]): void {
  if (modifier !== undefined && !allowed.includes(modifier)) {
    throw new Refusal('invalid', [
      {
        code: 'not-supported',
        at: name.slice(0, 80),
        text: `the modifier ':${modifier.slice(0, 30)}' is not supported here${allowed.length ? `; ${allowed.map((one) => `:${one}`).join(', ')} are` : ''}`,
      },
    ]);
  }
}

/** Alternatives are divided by commas; `\,` is a comma of the value. */
function splitValues(name: string, value: string, most: number): string[] {
  const values = value.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? [];
  if (values.length === 0)
    throw new Refusal('invalid', [
      { code: 'value', at: name.slice(0, 80), text: 'expected a value, found only commas' },
    ]);
  if (values.length > most)
    throw new Refusal('invalid', [
      {
        code: 'too-costly',
        at: name.slice(0, 80),
        text: `${values.length} values; at most ${most} are taken`,
      },
    ]);
  return values;
}
function unescape(value: string): string {
  return value.replace(/\\([\\,$|])/g, '$1');
}

/** The system of a plain `code` is implied by its definition (search.html#token): it is taken and not compared. */
function tokenKeys(paths: readonly PathTable[], value: string): string[] {
  const code = value.slice(value.indexOf('|') + 1);
  return [
    ...new Set(paths.map((path) => tokenKey(path.name, path.type === 'code' && code !== '' ? code : value))),
  ];
}

function referenceFilter(
  type: string,
  name: string,
  parameter: SearchParameterTable,
  paths: readonly string[],
  modifier: string | undefined,
  values: readonly string[],
  options: FilterOptions,
): Filter {
  if (modifier === 'identifier') {
    return {
      by: 'token',
      keys: values.flatMap((v) => paths.map((path) => tokenKey(`${path}:identifier`, unescape(v)))),
      not: false,
    };
  }
  if (modifier !== undefined && !isResourceType(modifier))
    allowModifier(name, modifier, ['identifier', 'Type']);
  const targets = modifier ? [modifier] : (parameter.targets ?? resourceTypes);
  const isUrl = parameter.paths.every((path) => path.type === 'canonical' || path.type === 'uri');
  const pointed = values.map(unescape).flatMap((value) => {
    if (isUrl) return [value];
    const bare = value.startsWith(`${options.base}/`) ? value.slice(options.base.length + 1) : value;
    if (bare.includes('/') || bare.includes(':')) return [referenceTarget(bare) ?? bare];
    return targets.map((target) => `${target}/${bare}`);
  });
  const [path = ''] = paths;
  if (
    paths.length === 1 &&
    path === patientPath(type) &&
    pointed.every((target) => target.startsWith('Patient/'))
  ) {
    return { by: 'patient', ids: pointed.map((target) => target.slice('Patient/'.length)) };
  }
  return {
    by: 'token',
    keys: pointed.flatMap((target) => paths.map((one) => tokenKey(one, target))),
    not: false,
  };
}

/** `subject:Patient.name=…`, one level: a chain in the chained part is refused by name. */
function parseChain(
  type: string,
  link: string,
  rest: string,
  value: string,
  options: FilterOptions,
): Filter | undefined {
  const [code = '', wanted] = link.split(':');
  const parameter = searchParameters[type]?.[code];
  if (parameter?.type !== 'reference') return undefined;
  if (rest.includes('.'))
    throw new Refusal('invalid', [
      {
        code: 'not-supported',
        at: `${link}.${rest}`.slice(0, 80),
        text: 'chains of more than one level are not supported yet',
      },
    ]);
  if (wanted !== undefined && !isResourceType(wanted))
    throw new Refusal('invalid', [
      { code: 'value', at: link.slice(0, 80), text: 'expected a resource type after the colon' },
    ]);
  const paths = [...new Set(parameter.paths.map((path) => path.name))];
  const links: ChainLink[] = [];
  for (const target of wanted ? [wanted] : (parameter.targets ?? resourceTypes)) {
    const filter = parseFilter(target, rest, value, options);
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

const prefixPattern = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)$/s;

function parseDate(name: string, value: string): { prefix: Prefix; span: TimeSpan } {
  const [, prefix = 'eq', text = ''] = prefixPattern.exec(value) ?? [];
  // A plus sign that was not written as %2B arrives as a blank.
  const span = timeSpan(text.replace(/ (\d{2}:\d{2})$/, '+$1'));
  if (!span)
    throw new Refusal('invalid', [
      {
        code: 'value',
        at: name,
        text: `expected a date such as 2026-01-15 or ge2026-01-15T14:05:00Z, found '${text.slice(0, 40)}'`,
      },
    ]);
  return { prefix: prefix as Prefix, span };
}

function parseNumber(name: string, value: string): NumberFilter {
  const [amount = '', system, unit] = value.split('|').map(unescape);
  const [, prefix = 'eq', text = ''] = prefixPattern.exec(amount) ?? [];
  if (!/^-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?$/.test(text)) {
    throw new Refusal('invalid', [
      {
        code: 'value',
        at: name,
        text: `expected a number such as 5.4 or gt5.4, found '${text.slice(0, 40)}'`,
      },
    ]);
  }
  const number = Number(text);
  const span = precisionOf(text);
  const margin = prefix === 'ap' ? Math.abs(number) * 0.1 : 0;
  return {
    prefix: prefix as Prefix,
    value: number,
    low: Math.min(span.low, number - margin),
    high: Math.max(span.high, number + margin),
    ...(system ? { system } : {}),
    ...(unit ? { unit } : {}),
  };
}

/** `5.4` is 5.35 to 5.45: half a unit of the last digit each way, reckoned in decimals, since 5.4 - 0.05 is more than 5.35 in binary. */
function precisionOf(text: string): { low: number; high: number } {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = BigInt(`${whole}${fraction}`) * 10n;
  const scale = Number(exponent) - fraction.length - 1;
  return { low: Number(`${digits - 5n}e${scale}`), high: Number(`${digits + 5n}e${scale}`) };
}
