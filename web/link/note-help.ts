import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { CodeSystem, Parameters, Questionnaire, Task } from '@medplum/fhirtypes';
import { countersignKind } from '#fhir/notes/note.ts';
import { phrasesUrl, regionalPhrases, type Phrase } from '#fhir/notes/phrases.ts';
import { templatesOf, templateUse, type Template } from '#fhir/notes/template.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { exchange } from './exchange.ts';
import { find } from './fhir.ts';
import { queries } from './queries.ts';

// What helps to write a note: templates and phrases of the region, one's own phrases, and the notes that wait for oneself.

// Templates are changed now and then, not by the minute.
const keptMs = 60 * 60_000;
const askedEachMs = 60_000;
const ownKey = ['note help', 'own phrases'];
const waitingKey = ['note help', 'waiting'];

/** Those of the region; until they have come, or when they cannot, those that the program brings. */
export function useTemplates(): readonly Template[] {
  const { data } = useQuery({
    queryKey: ['note help', 'templates'],
    queryFn: async () => {
      const { resources } = await find(
        `Questionnaire?context=${templateUse.system}|${templateUse.code}&_count=200`,
      );
      return templatesOf(
        resources.filter((each): each is Questionnaire => each.resourceType === 'Questionnaire'),
      );
    },
    staleTime: keptMs,
  });
  return data ?? brought;
}
const brought = templatesOf([]);

/** The region's and one's own. */
export function usePhrases(): readonly Phrase[] {
  const regional = useQuery({
    queryKey: ['note help', 'phrases'],
    queryFn: async () => {
      const { resources } = await find(`CodeSystem?url=${phrasesUrl}&status=active&_count=1`);
      return regionalPhrases(
        resources.find((each): each is CodeSystem => each.resourceType === 'CodeSystem'),
      );
    },
    staleTime: keptMs,
  });
  const own = useQuery({
    queryKey: ownKey,
    queryFn: async () => phrasesIn((await exchange('/fhir/Basic/$phrases')) as Parameters),
    staleTime: keptMs,
  });
  return [...(own.data ?? []), ...(regional.data ?? [])];
}

/** Keeps a phrase of one's own; without a text it is removed. @throws LinkFault */
export async function keepPhrase(name: string, text?: string): Promise<void> {
  const parameter = [
    { name: 'name', valueString: name },
    ...(text === undefined ? [] : [{ name: 'text', valueString: text }]),
  ];
  const kept = await exchange('/fhir/Basic/$phrases', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Parameters', parameter }),
  });
  queries.setQueryData(ownKey, phrasesIn(kept as Parameters));
}

function phrasesIn({ parameter = [] }: Parameters): readonly Phrase[] {
  return parameter.map(({ part = [] }) => {
    const said = (name: string) => part.find((each) => each.name === name)?.valueString ?? '';
    return { name: said('name'), text: said('text'), isOwn: true };
  });
}

export type Waiting = { readonly task: Task; readonly patient: string; readonly name: string };

/** The notes that this person was asked to countersign, oldest first. */
export function useWaiting(practitioner: string | null | undefined): UseQueryResult<readonly Waiting[]> {
  return useQuery({
    queryKey: [...waitingKey, practitioner ?? ''],
    queryFn: async () => {
      const { resources, included } = await find(
        `Task?owner=${practitioner ?? ''}&status=requested&code=${taskKindSystem}|${countersignKind}&_include=Task:patient&_sort=authored-on&_count=200`,
      );
      return resources.flatMap((task): Waiting[] => {
        if (task.resourceType !== 'Task') return [];
        const patient = task.for?.reference?.replace('Patient/', '') ?? '';
        const found = included.find((each) => each.resourceType === 'Patient' && each.id === patient);
        const name = found?.resourceType === 'Patient' ? found.name?.[0] : undefined;
        return [{ task, patient, name: [name?.family, name?.given?.join(' ')].filter(Boolean).join(', ') }];
      });
    },
    enabled: practitioner != null,
    // What waits is elsewhere than on one's own ward, too: its feed does not tell of it.
    refetchInterval: askedEachMs,
  });
}

export function askWaitingAgain(): Promise<void> {
  return queries.invalidateQueries({ queryKey: waitingKey });
}
