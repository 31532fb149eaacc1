/** A task of the ward as a Task: what, for whom, when, whose; forward only (docs/how/clinical-shapes.md). */
import { taskKindSystem } from '../orders/steps.ts';
import { fhirMoment } from '../place-time.ts';

export const careTaskKind = 'care';

/** Where a task is: open, taken by somebody, done, or ended otherwise. */
export type CareState = 'open' | 'taken' | 'done' | 'not-done';

const states: Readonly<Record<string, CareState>> = {
  requested: 'open',
  received: 'open',
  accepted: 'taken',
  'in-progress': 'taken',
  completed: 'done',
  failed: 'not-done',
  cancelled: 'not-done',
  rejected: 'not-done',
  'entered-in-error': 'not-done',
};

export const careStateOf = (status: string): CareState => states[status] ?? 'open';

export const isOver = (state: CareState): boolean => state === 'done' || state === 'not-done';

const order: readonly CareState[] = ['open', 'taken', 'done'];

/** Forward, or where it is; from each it may end as not done. What is over stays over. */
export function mayGo(from: CareState, to: CareState): boolean {
  if (isOver(from)) return from === to;
  return to === 'not-done' || order.indexOf(to) >= order.indexOf(from);
}

export interface NewTask {
  /** `Patient/…` */
  readonly patient: string;
  readonly encounter: string | undefined;
  readonly words: string;
  /** When it is due, milliseconds since 1970. */
  readonly due: number;
  /** A person has a reference; a role, such as `Plejen`, has a name alone. */
  readonly owner: { readonly reference?: string; readonly display?: string };
  readonly requester: { readonly reference?: string; readonly display?: string };
  readonly at: number;
  /** `CarePlan/…` whose action it is. */
  readonly plan?: string | undefined;
}

export function careTask({ patient, encounter, words, due, owner, requester, at, plan }: NewTask) {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: taskKindSystem, code: careTaskKind }], text: 'Opgave' },
    description: words,
    for: { reference: patient },
    ...(encounter !== undefined && { encounter: { reference: encounter } }),
    ...(plan !== undefined && { basedOn: [{ reference: plan }] }),
    authoredOn: fhirMoment(at),
    requester,
    owner,
    restriction: { period: { end: fhirMoment(due) } },
  } as const;
}
