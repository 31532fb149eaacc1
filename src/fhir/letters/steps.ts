/**
 * The way of a letter to one receiver: signed and ready, sent, received, and, for a referral, accepted. It goes forward only
 * and ends once, as an order's does. Only what carries letters says that one is sent or received.
 */
import { goesForward } from '../orders/steps.ts';

export const letterStepSystem = 'https://holdfast.dk/fhir/letter-step';
export const letterSteps = ['ready', 'sent', 'received', 'accepted'] as const;
export type LetterStep = (typeof letterSteps)[number];
export type LetterState = LetterStep | 'cancelled' | 'rejected';

/** `Task.status` at each step. */
export const letterStatusAt = {
  ready: 'requested',
  sent: 'requested',
  received: 'received',
  accepted: 'accepted',
} as const satisfies Record<LetterStep, string>;

const byStatus: Readonly<Record<string, LetterState>> = {
  cancelled: 'cancelled',
  'entered-in-error': 'cancelled',
  rejected: 'rejected',
  failed: 'rejected',
  received: 'received',
  accepted: 'accepted',
  completed: 'received',
};

export function letterStateOf({
  status = '',
  businessStatus,
}: {
  readonly status?: string | undefined;
  readonly businessStatus?:
    | { readonly coding?: readonly { readonly code?: string | undefined }[] }
    | undefined;
}): LetterState {
  const state = byStatus[status];
  if (state === 'cancelled' || state === 'rejected') return state;
  const named = businessStatus?.coding?.map(({ code }) => code);
  return letterSteps.find((step) => named?.includes(step)) ?? state ?? 'ready';
}

const isOver = (state: LetterState) => state === 'cancelled' || state === 'rejected' || state === 'accepted';

export function mayLetterGo(from: LetterState, to: LetterState): boolean {
  return goesForward(letterSteps, isOver, from, to);
}

/** It has left the house, or is with its receiver: what is wrong in it must be called back. */
export const hasLeft = (state: LetterState): boolean =>
  state === 'sent' || state === 'received' || state === 'accepted';
