import type { CarePlan, Task } from '@medplum/fhirtypes';
import { careStateOf, careTask, isOver, type CareState } from '#fhir/care-plan/care-task.ts';
import { dueOf, isNursingPlan, readNursingPlan } from '#fhir/care-plan/care-plan.ts';
import type { Change } from '../../link/act.ts';
import { fhirMoment, instantOf } from '../../parts/format/date.ts';
import { referredId } from '../record/coding.ts';
import { asJson } from '../record/early-warning.ts';

// What is to be done: Tasks that are there, and what plans ask for now, which becomes a Task when somebody does it.

export type CareRow = {
  readonly id: string;
  readonly patient: string;
  readonly words: string;
  readonly due: number;
  readonly state: CareState;
  readonly owner: { readonly reference?: string; readonly display?: string };
  readonly reason: string | undefined;
  /** undefined: what a plan asks for, and nobody has touched. */
  readonly task: Task | undefined;
  readonly plan: string | undefined;
};

const hourMs = 3_600_000;
/** What a plan asked for longer ago than this was not done, and is not asked for any more. */
const backMs = 12 * hourMs;
const aheadMs = 16 * hourMs;

/** Ordered by when they are due; those that are over come last. */
export function careRows(
  tasks: readonly Task[],
  plans: readonly CarePlan[],
  now: number,
): readonly CareRow[] {
  const known = new Set(tasks.map(({ id }) => id));
  const asked = plans
    .map(asJson)
    .filter(isNursingPlan)
    .map(readNursingPlan)
    .flatMap((plan) => dueOf(plan, now - backMs, now + aheadMs))
    .filter(({ id }) => !known.has(id))
    .map((due): CareRow => ({
      id: due.id,
      patient: due.patient ?? '',
      words: due.words,
      due: due.at,
      state: 'open',
      owner: { display: 'Plejen' },
      reason: undefined,
      task: undefined,
      plan: `CarePlan/${due.plan}`,
    }));
  const stored = tasks.map((task): CareRow => ({
    id: task.id ?? '',
    patient: referredId(task.for, 'Patient') ?? '',
    words: task.description ?? '',
    due: instantOf(task.restriction?.period?.end) ?? instantOf(task.authoredOn) ?? now,
    state: careStateOf(task.status),
    owner: {
      ...(task.owner?.reference !== undefined && { reference: task.owner.reference }),
      display: task.owner?.display ?? '',
    },
    reason: task.statusReason?.text,
    task,
    plan: undefined,
  }));
  return [...stored, ...asked].toSorted(
    (a, b) => Number(isOver(a.state)) - Number(isOver(b.state)) || a.due - b.due || a.id.localeCompare(b.id),
  );
}

export type CareStep = {
  readonly status: Task['status'];
  readonly owner: CareRow['owner'];
  readonly reason?: string;
};

/** The next version of its Task; of what only a plan asks for, the first. */
export function careChange(row: CareRow, { status, owner, reason }: CareStep, at: number): Change {
  const task =
    row.task ??
    ({
      id: row.id,
      ...careTask({
        patient: `Patient/${row.patient}`,
        encounter: undefined,
        words: row.words,
        due: row.due,
        owner,
        requester: owner,
        at,
        plan: row.plan,
      }),
    } as unknown as Task);
  const isEnd = isOver(careStateOf(status));
  const resource = {
    ...task,
    status,
    owner,
    ...(reason !== undefined && { statusReason: { text: reason } }),
    ...(isEnd && { executionPeriod: { ...task.executionPeriod, end: fhirMoment(at) } }),
  } as Task;
  return { method: 'PUT', url: `Task/${row.id}`, resource, version: row.task?.meta?.versionId };
}
