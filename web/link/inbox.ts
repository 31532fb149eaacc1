import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { PractitionerRole, Resource, Task } from '@medplum/fhirtypes';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { overdueKind } from '#fhir/overdue.ts';
import { exchange } from './exchange.ts';
import { find, findAll } from './fhir.ts';
import { queries } from './queries.ts';
import { findOpen } from './ward-orders.ts';

// What the inbox is made of. Whose patients: those of the ward, and those for whom something was ordered in the last days.

/** Results that came or were corrected in these days; older ones stand on the patient's own page. The screen says so. */
export const inboxDays = 14;
const dayMs = 86_400_000;
// Orders of people elsewhere are not told of by the feed of one's ward.
const askedEachMs = 60_000;

const since = (): string => new Date(Date.now() - inboxDays * dayMs).toISOString().slice(0, 10);

export type InboxParts = {
  readonly results: readonly Resource[];
  readonly reviews: readonly Resource[];
  readonly escalations: readonly Resource[];
  readonly orders: readonly Resource[];
  readonly patients: readonly Resource[];
  readonly stays: readonly Resource[];
  readonly complete: boolean;
};

/** Patients for whom these people ordered something. */
export function useOrderedFor(practitioners: readonly string[]): UseQueryResult<readonly string[]> {
  const who = practitioners.toSorted().join(',');
  return useQuery({
    queryKey: ['inbox', 'ordered', who],
    queryFn: async () => {
      const { resources } = await findAll(
        `ServiceRequest?requester=${who}&authored=ge${since()}&_elements=subject&_count=1000`,
      );
      return [
        ...new Set(
          resources.flatMap((each) =>
            each.resourceType === 'ServiceRequest'
              ? (each.subject.reference?.replace('Patient/', '') ?? [])
              : [],
          ),
        ),
      ];
    },
    enabled: who !== '',
    refetchInterval: askedEachMs,
  });
}

export type OverdueCall = { readonly task: Task; readonly patient: string; readonly name: string };

/** Deadlines that ran out, of the patients whose records are open, the oldest first. */
export function useOverdue(): UseQueryResult<readonly OverdueCall[]> {
  return useQuery({
    queryKey: ['inbox', 'overdue'],
    queryFn: async () => {
      const { resources, included } = await find(
        `Task?code=${taskKindSystem}|${overdueKind}&status=requested&_include=Task:patient&_sort=authored-on&_count=100`,
      );
      return resources.flatMap((task): OverdueCall[] => {
        if (task.resourceType !== 'Task') return [];
        const patient = task.for?.reference?.replace('Patient/', '') ?? '';
        const found = included.find((each) => each.resourceType === 'Patient' && each.id === patient);
        const name = found?.resourceType === 'Patient' ? found.name?.[0] : undefined;
        return [{ task, patient, name: [name?.family, name?.given?.join(' ')].filter(Boolean).join(', ') }];
      });
    },
    refetchInterval: askedEachMs,
  });
}

/** Patients whose critical results have come to the team of this ward, wherever they lie. */
export function useComeToTeam(organization: string | undefined): UseQueryResult<readonly string[]> {
  return useQuery({
    queryKey: ['inbox', 'come', organization ?? ''],
    queryFn: async () => {
      const { resources } = await findAll(
        `Task?code=${taskKindSystem}|critical-result&status=requested&owner=${organization ?? ''}&_elements=for&_count=500`,
      );
      return resources.flatMap((each) =>
        each.resourceType === 'Task' ? (each.for?.reference?.replace('Patient/', '') ?? []) : [],
      );
    },
    enabled: organization !== undefined,
    refetchInterval: askedEachMs,
  });
}

export function useInboxParts(
  ward: string,
  patients: readonly string[] | undefined,
): UseQueryResult<InboxParts> {
  const ids = (patients ?? []).toSorted().join(',');
  return useQuery({
    queryKey: ['ward', ward, 'inbox', ids],
    queryFn: async (): Promise<InboxParts> => {
      const from = since();
      const kind = (name: string) => `code=${taskKindSystem}|${name}`;
      const [labs, reports, reviews, escalations, orders, people, stays] = await Promise.all([
        findOpen(
          `Observation?patient=${ids}&category=laboratory&_lastUpdated=ge${from}&_sort=-date&_count=1000`,
        ),
        findOpen(`DiagnosticReport?patient=${ids}&_lastUpdated=ge${from}&_sort=-date&_count=500`),
        findOpen(`Task?patient=${ids}&${kind('result-review')}&_lastUpdated=ge${from}&_count=1000`),
        findOpen(`Task?patient=${ids}&${kind('critical-result')}&status=requested&_count=500`),
        findOpen(`ServiceRequest?patient=${ids}&authored=ge${from}&_count=1000`),
        find(`Patient?_id=${ids}&_count=1000`),
        findOpen(`Encounter?patient=${ids}&status=in-progress,onleave,planned&_count=1000`),
      ]);
      return {
        results: [...labs.resources, ...reports.resources],
        reviews: reviews.resources,
        escalations: escalations.resources,
        orders: orders.resources,
        patients: people.resources,
        stays: stays.resources,
        complete: labs.complete && reports.complete && reviews.complete && escalations.complete,
      };
    },
    enabled: ids !== '',
    placeholderData: (before: InboxParts | undefined) => before,
  });
}

/** Whoever handed over to this person, or that person's own hand-over: PractitionerRoles of the code stedfortræder. */
export function useStandIns(
  practitioner: string | null | undefined,
): UseQueryResult<readonly PractitionerRole[]> {
  const id = practitioner?.replace('Practitioner/', '') ?? '';
  return useQuery({
    queryKey: ['inbox', 'stand-ins', id],
    queryFn: async () => {
      const [mine, own] = await Promise.all([
        find(`PractitionerRole?practitioner=${practitioner ?? ''}&_count=100`),
        find(`PractitionerRole?_id=stand-in-${id}`),
      ]);
      return [...mine.resources, ...own.resources].filter((each) => each.resourceType === 'PractitionerRole');
    },
    enabled: id !== '',
    refetchInterval: askedEachMs,
  });
}

/** Colleagues of a ward, to hand over to. */
export function useColleagues(ward: string | undefined): UseQueryResult<readonly PractitionerRole[]> {
  return useQuery({
    queryKey: ['inbox', 'colleagues', ward ?? ''],
    queryFn: async () =>
      (await findAll(`PractitionerRole?location=Location/${ward ?? ''}&_count=200`)).resources.filter(
        (each) => each.resourceType === 'PractitionerRole',
      ),
    enabled: ward !== undefined,
  });
}

/** Hands one's own inbox over, or, without a person, takes it back. @throws LinkFault */
export async function handOver(to?: {
  readonly standIn: string;
  readonly start: string;
  readonly end: string;
}): Promise<void> {
  await exchange('/fhir/PractitionerRole/$stand-in', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({
      resourceType: 'Parameters',
      // FHIR knows no empty list.
      ...(to !== undefined && {
        parameter: Object.entries(to).map(([name, valueString]) => ({ name, valueString })),
      }),
    }),
  });
  await queries.invalidateQueries({ queryKey: ['inbox', 'stand-ins'] });
}

export function askInboxAgain(): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === 'ward' && queryKey[2] === 'inbox',
  });
}
