import type { Task } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { stepConcept, taskStatusAt, type CardStep } from '#fhir/medication-card/codes.ts';
import { minutesSince, queueOf } from './waiting.ts';

const task = (
  id: string,
  step: CardStep,
  authoredOn?: string,
  status = taskStatusAt[step] as string,
): Task => ({
  resourceType: 'Task',
  id,
  status: status as Task['status'],
  intent: 'order',
  businessStatus: stepConcept(step) as NonNullable<Task['businessStatus']>,
  ...(authoredOn === undefined ? {} : { authoredOn }),
});

test('what is ready or sent waits, the oldest first; what reads otherwise is looked at; what is over is neither', () => {
  const queue = queueOf([
    task('new', 'ready', '2026-11-27T10:00:00Z'),
    task('old', 'sent', '2026-11-27T08:00:00Z'),
    task('other', 'differs', '2026-11-26T08:00:00Z'),
    task('let go', 'differs', '2026-11-26T08:00:00Z', 'cancelled'),
    task('done', 'confirmed'),
    task('no', 'rejected'),
  ]);
  expect(queue.waiting.map(({ id }) => id)).toEqual(['old', 'new']);
  expect(queue.differing.map(({ id }) => id)).toEqual(['other']);
  expect(minutesSince(queue.since ?? 0, Date.parse('2026-11-27T09:30:00Z'))).toBe(90);
});

test('when nothing waits there is no age, and a change without its time waits without one', () => {
  expect(queueOf([])).toEqual({ waiting: [], differing: [], since: undefined });
  expect(queueOf([task('a', 'ready')]).since).toBeUndefined();
});
