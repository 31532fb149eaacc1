import type { Task } from '@medplum/fhirtypes';
import { useState } from 'react';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { sendAct, type Change } from '../../link/act.ts';
import { isFault, type LinkFault } from '../../link/fault.ts';
import { askInboxAgain } from '../../link/inbox.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { now } from '../../parts/clock.ts';
import { fhirMoment } from '../../parts/format/date.ts';
import type { InboxItem } from './inbox-items.ts';

// "Seen, and on": the act goes on its way while the next result is read. An item leaves the list when the server has it, and not before.

export type Acknowledging = {
  /** What is on its way or was refused, by the item's key. */
  readonly states: ReadonlyMap<string, 'sending' | LinkFault>;
  /** @param versions What stood on the screen. */
  readonly send: (item: InboxItem, versions: readonly string[], title: string, task?: string) => void;
};

export function useAcknowledge(session: Session | null | undefined): Acknowledging {
  const [states, setStates] = useState<ReadonlyMap<string, 'sending' | LinkFault>>(new Map());
  const set = (key: string, state: 'sending' | LinkFault | undefined) =>
    setStates((before) => {
      const next = new Map(before);
      if (state === undefined) next.delete(key);
      else next.set(key, state);
      return next;
    });

  async function send(
    item: InboxItem,
    versions: readonly string[],
    title: string,
    task?: string,
  ): Promise<void> {
    set(item.key, 'sending');
    try {
      await sendAct({
        user: session?.user ?? '',
        patient: item.patient,
        title,
        // The next result is read meanwhile, or another page.
        isToldLater: () => true,
        changes: [
          { method: 'POST', url: 'Task', resource: reviewOf(item, versions, session) },
          ...(task === undefined ? [] : [taskChange(item, task, session)]),
        ],
      });
      await Promise.all([
        askInboxAgain(),
        queries.invalidateQueries({ queryKey: keys.part(item.patient, 'reviews') }),
        queries.invalidateQueries({ queryKey: keys.part(item.patient, 'tasks') }),
      ]);
      set(item.key, undefined);
    } catch (error) {
      if (!isFault(error)) throw error;
      set(item.key, error);
    }
  }
  return { states, send: (...sent) => void send(...sent) };
}

function reviewOf(item: InboxItem, versions: readonly string[], session: Session | null | undefined): Task {
  return {
    resourceType: 'Task',
    status: 'completed',
    intent: 'order',
    code: { coding: [{ system: taskKindSystem, code: 'result-review' }], text: 'Svar set' },
    ...about(item, session),
    basedOn: versions.map((reference) => ({ reference })),
  } as Task;
}

function taskChange(item: InboxItem, description: string, session: Session | null | undefined): Change {
  const resource = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    description,
    ...about(item, session),
    requester: about(item, session).owner,
  } as Task;
  return { method: 'POST', url: 'Task', resource };
}

const about = ({ patient, stay }: InboxItem, session: Session | null | undefined) => ({
  for: { reference: `Patient/${patient}` },
  ...(stay !== undefined && { encounter: { reference: `Encounter/${stay.id}` } }),
  authoredOn: fhirMoment(now()),
  owner: {
    ...(session?.practitioner != null && { reference: session.practitioner }),
    display: session?.name ?? '',
  },
});
