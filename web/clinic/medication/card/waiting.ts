import type { Task } from '@medplum/fhirtypes';
import { stepOf } from '#fhir/medication-card/codes.ts';
import { instantOf } from '../../../parts/format/date.ts';

export type CardQueue = {
  /** On their way, the oldest first. */
  readonly waiting: readonly Task[];
  /** Read otherwise than decided: a person looks at them. */
  readonly differing: readonly Task[];
  /** Since when the oldest waits, in milliseconds. */
  readonly since: number | undefined;
};

/** What of these changes has not reached the card. */
export function queueOf(tasks: readonly Task[]): CardQueue {
  const at = (task: Task) => instantOf(task.authoredOn) ?? Infinity;
  const waiting = tasks
    .filter(({ status }) => status === 'requested' || status === 'in-progress')
    .toSorted((a, b) => at(a) - at(b));
  const since = waiting[0] === undefined ? Infinity : at(waiting[0]);
  return {
    waiting,
    differing: tasks.filter((task) => task.status === 'on-hold' && stepOf(task) === 'differs'),
    since: Number.isFinite(since) ? since : undefined,
  };
}

export const minutesSince = (since: number, today: number): number =>
  Math.max(0, Math.round((today - since) / 60_000));
