/** Value sets: whether a code is in one, and all that is (http://hl7.org/fhir/R4/valueset.html#compositions). */
import { codeSystemOf, type Concept } from './code-system.ts';
import { bareUrl, type Library } from './library.ts';
import { hasRule, isCodeByRule } from './rules.ts';
import type { Include, ValueSetTable } from './tables.ts';

export interface CodedConcept {
  readonly system: string;
  readonly code: string;
  readonly display: string;
  readonly designations: Concept['designations'];
}

/** Value sets within value sets, at most. */
const nestedMax = 20;
/** Concepts of an expansion, at most; a larger value set is asked for codes or by a filter. */
const expandedMax = 50_000;

/** What keeps a value set from being listed: a code system or value set that is not here, a filter that is not known, its size. */
export class NotExpanded extends Error {
  override readonly name = 'NotExpanded';
}

// ---------------------------------------------------------------- membership

/**
 * @param system undefined when the element implies it (a `code`)
 * @returns undefined when it cannot be told
 */
export function isMember(
  library: Library,
  valueSet: string | ValueSetTable,
  system: string | undefined,
  code: string,
  nested = 0,
): boolean | undefined {
  const table = typeof valueSet === 'string' ? library.valueSet(valueSet) : valueSet;
  if (!table?.compose || nested > nestedMax) return undefined;
  const { include, exclude = [] } = table.compose;
  const isIn = (one: Include) => isIncluded(library, one, system, code, nested);
  const [included, excluded] = [either(include.map(isIn)), either(exclude.map(isIn))];
  if (included === false || excluded === true) return false;
  return included === undefined || excluded === undefined ? undefined : true;
}

/** True when one is, false when none is, else not known. */
function either(answers: readonly (boolean | undefined)[]): boolean | undefined {
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function isIncluded(
  library: Library,
  include: Include,
  system: string | undefined,
  code: string,
  nested: number,
): boolean | undefined {
  const { valueSets = [] } = include;
  const sets = valueSets.map((url) => isMember(library, url, system, code, nested + 1));
  if (sets.includes(false)) return false;
  const own =
    include.system === undefined ? true : isOfSystem(library, include, include.system, system, code);
  if (own === false) return false;
  return own === undefined || sets.includes(undefined) ? undefined : true;
}

function isOfSystem(
  library: Library,
  { concepts, filters }: Include,
  wanted: string,
  system: string | undefined,
  code: string,
): boolean | undefined {
  if (system !== undefined && system !== bareUrl(wanted)) return false;
  if (concepts) return concepts.some(([one]) => one === code);
  const known = isCode(library, wanted, code);
  if (!known || !filters) return known;
  const table = library.codeSystem(wanted);
  const answers = filters.map((filter) => (table ? passes(codeSystemOf(table), filter, code) : undefined));
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

/** Whether a code system has a code; undefined when that cannot be told. */
function isCode(library: Library, system: string, code: string): boolean | undefined {
  const table = library.codeSystem(system);
  if (!table) return isCodeByRule(system, code);
  if (codeSystemOf(table).concept(code)) return true;
  return table.content === 'complete' ? false : undefined;
}

function passes(
  codeSystem: ReturnType<typeof codeSystemOf>,
  { property, op, value }: NonNullable<Include['filters']>[number],
  code: string,
): boolean | undefined {
  if (property !== 'concept' && property !== 'code') return undefined;
  if (op === 'is-a') return codeSystem.subsumes(value, code);
  const below = codeSystem.subsumes(value, code);
  if (op === 'descendent-of') return below === undefined ? undefined : below && code !== value;
  if (op === 'is-not-a') return below === undefined ? undefined : !below;
  if (op === '=') return code === value;
  return op === 'in' ? value.split(',').includes(code) : undefined;
}

// ---------------------------------------------------------------- expansion

/** Everything in a value set, in its order. @throws NotExpanded */
export function expand(library: Library, table: ValueSetTable, nested = 0): readonly CodedConcept[] {
  if (!table.compose) throw new NotExpanded(`${table.url} says nowhere what it holds`);
  if (nested > nestedMax) throw new NotExpanded(`value sets within value sets, more than ${nestedMax} deep`);
  const found = new Map<string, CodedConcept>();
  for (const include of table.compose.include) {
    for (const one of listed(library, include, nested)) {
      found.set(`${one.system}|${one.code}`, one);
      if (found.size > expandedMax)
        throw new NotExpanded(`${table.url} holds more than ${expandedMax} concepts`);
    }
  }
  for (const exclude of table.compose.exclude ?? []) {
    for (const one of listed(library, exclude, nested)) found.delete(`${one.system}|${one.code}`);
  }
  return [...found.values()];
}

function listed(library: Library, include: Include, nested: number): readonly CodedConcept[] {
  const { valueSets = [], system } = include;
  const sets = valueSets.map((url) => {
    const table = library.valueSet(url);
    if (!table) throw new NotExpanded(`the value set ${url} is not known here`);
    return expand(library, table, nested + 1);
  });
  // Several value sets, or a system beside one, mean what is in all of them.
  const lists = system === undefined ? sets : [ofSystem(library, include, bareUrl(system)), ...sets];
  const [first = [], ...others] = lists;
  const keys = others.map((list) => new Set(list.map((one) => `${one.system}|${one.code}`)));
  return first.filter((one) => keys.every((set) => set.has(`${one.system}|${one.code}`)));
}

function ofSystem(library: Library, { concepts, filters }: Include, system: string): readonly CodedConcept[] {
  const table = library.codeSystem(system);
  const codeSystem = table && codeSystemOf(table);
  const of = ({ code, display, designations }: Concept): CodedConcept => ({
    system,
    code,
    display,
    designations,
  });
  if (concepts) {
    return concepts.map(([code, display]) => {
      const known = codeSystem?.concept(code);
      return of({ code, display: display ?? known?.display ?? '', designations: known?.designations ?? [] });
    });
  }
  if (!codeSystem) {
    throw new NotExpanded(
      hasRule(system)
        ? `${system} is a grammar: its codes cannot be listed`
        : `the code system ${system} is not known here`,
    );
  }
  if (table?.content !== 'complete') throw new NotExpanded(`${system} is known here in part only`);
  if (!filters) return codeSystem.all().map(of);
  const [first] = filters;
  const under =
    first?.op === 'is-a' || first?.op === 'descendent-of' ? codeSystem.below(first.value) : codeSystem.all();
  return under
    .filter(({ code }) =>
      filters.every((filter) => {
        const answer = passes(codeSystem, filter, code);
        if (answer === undefined)
          throw new NotExpanded(`the filter ${filter.property} ${filter.op} is not known here`);
        return answer;
      }),
    )
    .map(of);
}
