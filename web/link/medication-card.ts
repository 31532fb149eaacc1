import { useQuery } from '@tanstack/react-query';
import type { List, Parameters, Task } from '@medplum/fhirtypes';
import { cardListCode, cardTaskKind } from '#fhir/medication-card/codes.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { instantOf } from '#fhir/place-time.ts';
import { exchange } from './exchange.ts';
import { find } from './fhir.ts';
import { keys, queries, useAccess } from './queries.ts';

// The shared medication card of a patient: when its copy is from, and the changes that are on their way to it. The server fetches it when
// the page opens and the copy is older than some minutes, and when somebody presses.

/** What the last fetch came to; `asking` while it is under way, `failed` when our own server gave no answer. */
export type CardOutcome =
  | 'asking'
  | 'failed'
  | 'fetched'
  | 'kept'
  | 'away'
  | 'refused'
  | 'no-number'
  | 'not-connected';
const outcomes: readonly CardOutcome[] = ['fetched', 'kept', 'away', 'refused', 'no-number', 'not-connected'];
export type Card = {
  readonly outcome: CardOutcome;
  /** When the copy was fetched. */
  readonly at: number | undefined;
  /** The newest first. */
  readonly tasks: readonly Task[];
  /** Whether the tasks have come: until then nobody says that none waits. */
  readonly isKnown: boolean;
  readonly fetchNow: () => Promise<void>;
};

const limitMinutes = 15;
// With what is fetched anew when a Task changes: the copy's time comes with it.
const recordKey = (patient: string) => [...keys.patient(patient), 'tasks', 'medication card'];
const fetchKey = (patient: string) => [...keys.patient(patient), 'medication card'];

export function useCard(patient: string): Card {
  const isOpen = useAccess(patient).data?.depth === 'chart';
  const fetched = useQuery({
    queryKey: fetchKey(patient),
    queryFn: () => askFor(patient, limitMinutes),
    enabled: isOpen,
    staleTime: 0,
    refetchInterval: limitMinutes * 60_000,
  });
  const record = useQuery({
    queryKey: recordKey(patient),
    queryFn: async () => {
      const [lists, tasks] = await Promise.all([
        find(`List?subject=Patient/${patient}&code=${cardListCode.system}|${cardListCode.code}&_count=1`),
        find(`Task?patient=${patient}&code=${taskKindSystem}|${cardTaskKind}&_sort=-authored-on&_count=100`),
      ]);
      return {
        list: lists.resources.find((one): one is List => one.resourceType === 'List'),
        tasks: tasks.resources.filter((one): one is Task => one.resourceType === 'Task'),
      };
    },
    enabled: isOpen,
  });
  return {
    outcome: fetched.isFetching ? 'asking' : fetched.isError ? 'failed' : (fetched.data?.outcome ?? 'asking'),
    at: fetched.data?.at ?? instantOf(record.data?.list?.date),
    tasks: record.data?.tasks ?? [],
    isKnown: record.data !== undefined,
    async fetchNow() {
      await queries.fetchQuery({
        queryKey: fetchKey(patient),
        queryFn: () => askFor(patient, 0),
        staleTime: 0,
      });
    },
  };
}

/** At an admission: nobody waits for it, and the page tells what it came to. */
export function fetchCardFor(patient: string): void {
  void queries
    .fetchQuery({ queryKey: fetchKey(patient), queryFn: () => askFor(patient, limitMinutes), staleTime: 0 })
    .catch(() => {});
}

async function askFor(
  patient: string,
  olderThanMinutes: number,
): Promise<{ outcome: CardOutcome; at: number | undefined }> {
  const { parameter = [] } = (await exchange(
    `/fhir/Patient/${patient}/$fetch-medication-card?olderThanMinutes=${olderThanMinutes}`,
    { method: 'POST' },
  )) as Parameters;
  const said = parameter.find(({ name }) => name === 'outcome')?.valueCode;
  const outcome = outcomes.find((one) => one === said) ?? 'failed';
  if (outcome === 'fetched') {
    await queries.invalidateQueries({ queryKey: recordKey(patient) });
    await queries.invalidateQueries({ queryKey: keys.part(patient, 'medication') });
  }
  return { outcome, at: instantOf(parameter.find(({ name }) => name === 'fetched')?.valueDateTime) };
}
