import { useQuery } from '@tanstack/react-query';
import type { MedicationKnowledge, Resource } from '@medplum/fhirtypes';
import { isObject } from '#fhir/json.ts';
import {
  drugKnowledgeSystem,
  readProduct,
  readSubstance,
  type Product,
  type Substance,
} from '#fhir/medication/knowledge.ts';
import { atcSystem } from '#fhir/medication/order.ts';
import { findAlone } from './fhir.ts';
import { useSearch } from './queries.ts';

// What is known of drugs: the packages that can be ordered, and the substances that two people sign for.

/** More than this is told as a count: whoever searches writes another letter. */
const productsMax = 40;

export type FoundProducts = {
  readonly products: readonly Product[];
  /** How many there are; more than were fetched, perhaps. */
  readonly total: number;
  /** A product was left out of the list by the limit. */
  readonly isWhole: boolean;
};

/** Generic names that begin so first, then brands. undefined: nothing has come yet. */
export function useProducts(words: string): {
  readonly found: FoundProducts | undefined;
  readonly failed: boolean;
} {
  const asked = words.trim().toLowerCase();
  const url =
    asked.length < 2
      ? undefined
      : `MedicationKnowledge?${new URLSearchParams({ classification: `${drugKnowledgeSystem}|product`, 'code:text': asked, _count: String(productsMax), _total: 'accurate' }).toString()}`;
  const answer = useSearch(`drug ${asked}`, url);
  if (answer.data === undefined) return { found: undefined, failed: answer.isError };
  const products = answer.data.resources.flatMap((row) => productOf(row) ?? []);
  const rank = ({ generic }: Product) => (generic.toLowerCase().startsWith(asked) ? 0 : 1);
  products.sort((a, b) => rank(a) - rank(b) || a.text.localeCompare(b.text, 'da', { numeric: true }));
  const total = answer.data.total ?? products.length;
  return { found: { products, total, isWhole: answer.data.resources.length >= total }, failed: false };
}

/** Rows of these substances and their packages, by ATC code. undefined: not known yet, or it could not be asked. */
export function useDrugKnowledge(atcs: readonly string[]): DrugKnowledge | undefined {
  const codes = [...new Set(atcs)].sort().join(',');
  return useQuery({
    queryKey: ['drugs', codes],
    queryFn: async ({ signal }): Promise<DrugKnowledge> => {
      const code = codes
        .split(',')
        .map((each) => `${atcSystem}|${each}`)
        .join(',');
      const query = new URLSearchParams({ code, _count: '500' });
      const { resources } = await findAlone(`MedicationKnowledge?${query.toString()}`, signal);
      return {
        substances: new Map(
          resources.flatMap((row) => {
            const substance = isObject(row) ? readSubstance(row) : undefined;
            return substance === undefined ? [] : [[substance.atc, substance] as const];
          }),
        ),
        products: resources.flatMap((row) => productOf(row) ?? []),
      };
    },
    enabled: codes !== '',
    // Tables of drugs are loaded now and then, not written by the minute.
    staleTime: 60 * 60_000,
  }).data;
}

export type DrugKnowledge = {
  readonly substances: ReadonlyMap<string, Substance>;
  readonly products: readonly Product[];
};

function productOf(row: Resource | MedicationKnowledge): Product | undefined {
  return isObject(row) ? readProduct(row) : undefined;
}
