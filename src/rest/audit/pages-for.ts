/** Which pages of the audit a search need look at: those of a patient, of a person, of a time. */
import { timeSpan } from '#fhir/date.ts';
import { userKey } from '#identity/audit/audit.ts';
import type { PageFilter } from '#identity/audit/page.ts';
import type { FoundLine } from '#identity/audit/walk.ts';
import { tokenHash } from '#store/token-hash.ts';

export interface Narrowed {
  /** These lines and no others. */
  readonly ids?: readonly string[];
  readonly pages: PageFilter;
  /** Whether a line of such a page is worth being looked at. It may be wrong only with yes. */
  readonly mayFit: (line: FoundLine) => boolean;
}

/**
 * @param used the parameters of a search that is understood already. Those that say nothing here are left to the judge.
 * @param only the patients whose lines alone are wanted
 */
export function pagesFor(
  used: readonly (readonly [string, string])[],
  base: string,
  only?: ReadonlySet<string>,
): Narrowed {
  const keys: string[][] = only ? [Array.from(only, (id) => tokenHash(`Patient/${id}`))] : [];
  const patients: Set<string>[] = [];
  let [low, high] = [-Infinity, Infinity];
  let ids: readonly string[] | undefined;
  for (const [name, value] of used) {
    const values = value.split(',');
    if (name === '_id') ids = values;
    if (name === 'patient' || name === 'patient:Patient') {
      const wanted = values.map((one) => idIn(one, 'Patient', base));
      if (!isWhole(wanted)) continue;
      keys.push(wanted.map((id) => tokenHash(`Patient/${id}`)));
      patients.push(new Set(wanted));
    } else if (name === 'agent' || name === 'agent:Practitioner') {
      const wanted = values.map((one) => idIn(one, 'Practitioner', base));
      if (isWhole(wanted)) keys.push(wanted.map((id) => tokenHash(`Practitioner/${id}`)));
    } else if (name === 'altid') {
      if (!value.includes('|')) keys.push(values.map(userKey));
    } else if (name === 'date') {
      const spans = values.map(spanOf);
      low = Math.max(low, Math.min(...spans.map((span) => span.low)));
      high = Math.min(high, Math.max(...spans.map((span) => span.high)));
    }
  }
  return {
    ...(ids ? { ids } : {}),
    pages: {
      keys,
      ...(Number.isFinite(low) ? { low } : {}),
      ...(Number.isFinite(high) ? { high } : {}),
    },
    // What another system wrote names its patients in its own text.
    mayFit: ({ line }) =>
      line.event !== undefined ||
      patients.every((wanted) => line.patients?.some((id) => wanted.has(id)) ?? false),
  };
}

function isWhole<T>(list: readonly (T | undefined)[]): list is readonly T[] {
  return list.every((one) => one !== undefined);
}

/** The id in `id`, `Type/id` or an address of ours. */
function idIn(value: string, type: string, base: string): string | undefined {
  const local = value.startsWith(`${base}/`) ? value.slice(base.length + 1) : value;
  return new RegExp(`^(?:${type}/)?([A-Za-z0-9.-]{1,64})$`).exec(local)?.[1];
}

/** Everything that the prefix lets in, and not much more. */
function spanOf(value: string): { readonly low: number; readonly high: number } {
  const [, prefix = 'eq', text = ''] = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d.*)$/.exec(value) ?? [];
  const span = timeSpan(text.replace(/ (\d{2}:\d{2})$/, '+$1'));
  if (!span) return { low: -Infinity, high: Infinity };
  switch (prefix) {
    case 'eq':
      return span;
    case 'gt':
    case 'sa':
    case 'ge':
      return { low: span.low, high: Infinity };
    case 'lt':
    case 'eb':
    case 'le':
      return { low: -Infinity, high: span.high };
    default:
      return { low: -Infinity, high: Infinity };
  }
}
