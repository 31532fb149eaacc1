import { useQuery } from '@tanstack/react-query';
import type { AllergyIntolerance, MedicationRequest } from '@medplum/fhirtypes';
import { useCallback } from 'react';
import { checkAct, type Change } from '../../link/act.ts';
import type { FoundIssue } from '../../link/fault.ts';
import { keys } from '../../link/queries.ts';
import { drugNameOf } from '../record/dose.ts';
import { caveWords } from '../record/cave.ts';
import { useItems } from '../record/use-patient.ts';
import type { NameOf } from './issue-words.ts';

export type Check =
  | { readonly state: 'none' | 'asking' | 'failed' }
  /** `byEntry`: what is said of each change, in the order of the changes. */
  | {
      readonly state: 'checked';
      readonly byEntry: readonly (readonly FoundIssue[])[];
      readonly others: readonly FoundIssue[];
    };

/** What the server would say of these changes, asked again when they or the patient's record change. `changes` of one `key` are the same. */
export function useCheck(patient: string, key: string, changes: () => readonly Change[]): Check {
  const answer = useQuery({
    queryKey: [...keys.check(patient), key],
    queryFn: async ({ signal }) => {
      const asked = changes();
      return { issues: await checkAct(asked, signal), count: asked.length };
    },
    enabled: key !== '',
    retry: false,
    gcTime: 60_000,
  });
  if (key === '') return { state: 'none' };
  // What was said of another basket, or before the record changed, is not said of this one.
  if (answer.isFetching) return { state: 'asking' };
  if (answer.data === undefined) return { state: 'failed' };
  const { issues, count } = answer.data;
  const byEntry = Array.from({ length: count }, (): FoundIssue[] => []);
  const others: FoundIssue[] = [];
  for (const issue of issues) {
    const entry = /entry\[(\d+)\]/.exec(issue.at ?? '')?.[1];
    (byEntry[entry === undefined ? -1 : Number(entry)] ?? others).push(issue);
  }
  return { state: 'checked', byEntry, others };
}

/** Words for what an alert is about: the CAVE, the other order. */
export function useNames(patient: string): NameOf {
  const cave = useItems(patient, 'cave', 'AllergyIntolerance').items;
  const orders = useItems(patient, 'medication', 'MedicationRequest').items;
  return useCallback((reference: string) => nameOf(reference, cave, orders), [cave, orders]);
}

function nameOf(
  reference: string,
  cave: readonly AllergyIntolerance[],
  orders: readonly MedicationRequest[],
): string | undefined {
  const [type, id] = reference.split('/');
  if (type === 'AllergyIntolerance') {
    const found = cave.find((each) => each.id === id);
    return found === undefined ? undefined : caveWords(found);
  }
  const order = type === 'MedicationRequest' ? orders.find((each) => each.id === id) : undefined;
  if (order === undefined) return undefined;
  const { generic, rest } = drugNameOf(order);
  return rest === '' ? generic : `${generic} ${rest}`;
}
