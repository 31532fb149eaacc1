import { useQuery } from '@tanstack/react-query';
import type { ValueSet } from '@medplum/fhirtypes';
import { sksSystem } from '#fhir/diagnoses/diagnosis.ts';
import { exchange } from './exchange.ts';
import { isFault } from './fault.ts';

// Diagnoses of the code system that is loaded at this server: by Danish text, by what it is also called, and by code.

export type FoundDiagnosis = { readonly code: string; readonly display: string; readonly also: string };

/** More is told as a count: whoever searches writes another letter. */
const foundMax = 30;
/** A code system with fewer has been loaded in part only, and whoever does not find something must know. */
const wholeMin = 5_000;

export type DiagnosisSearch = {
  readonly found: readonly FoundDiagnosis[] | undefined;
  readonly total: number;
  readonly failed: boolean;
};

export function useDiagnosisSearch(words: string): DiagnosisSearch {
  const asked = words.trim().toLowerCase();
  const answer = useQuery({
    queryKey: ['diagnosis search', asked],
    queryFn: ({ signal }) => expand(asked, foundMax, signal),
    enabled: asked.length >= 2,
    staleTime: 60 * 60_000,
  });
  const contains = answer.data?.expansion?.contains;
  return {
    found:
      answer.data === undefined
        ? undefined
        : (contains ?? [])
            .map(({ code = '', display = '', designation = [] }) => ({
              code,
              display,
              also: designation.map(({ value }) => value).join(', '),
            }))
            .sort((a, b) => rank(a, asked) - rank(b, asked) || a.code.localeCompare(b.code)),
    total: answer.data?.expansion?.total ?? 0,
    failed: answer.isError,
  };
}

/** How many codes are loaded, when it is too few to be all; undefined: it is many, or not known yet. */
export function useLoadedInPart(): number | undefined {
  const { data } = useQuery({
    queryKey: ['diagnosis search', 'loaded'],
    queryFn: async ({ signal }) => {
      try {
        return (await expand('', 1, signal)).expansion?.total ?? 0;
      } catch (error) {
        // Too many to be listed.
        if (isFault(error, 'refused')) return wholeMin;
        // No such code system at all.
        if (isFault(error, 'missing')) return 0;
        throw error;
      }
    },
    staleTime: Infinity,
  });
  return data === undefined || data >= wholeMin ? undefined : data;
}

/** The code itself, then names that begin so, then the others. */
function rank({ code, display }: FoundDiagnosis, asked: string): number {
  if (code.toLowerCase().startsWith(asked)) return 0;
  return display.toLowerCase().startsWith(asked) ? 1 : 2;
}

async function expand(filter: string, count: number, signal: AbortSignal): Promise<ValueSet> {
  const valueSet: ValueSet = {
    resourceType: 'ValueSet',
    status: 'active',
    compose: { include: [{ system: sksSystem }] },
  };
  return (await exchange('/fhir/ValueSet/$expand', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({
      resourceType: 'Parameters',
      parameter: [
        { name: 'valueSet', resource: valueSet },
        { name: 'count', valueInteger: count },
        { name: 'includeDesignations', valueBoolean: true },
        ...(filter === '' ? [] : [{ name: 'filter', valueString: filter }]),
      ],
    }),
    signal,
  })) as ValueSet;
}
