import { useSyncExternalStore } from 'react';

// What was just done and can be taken back for some seconds, told at the foot of the page; one at a time.

export type Undoable = {
  /** What was done, for a person to read. */
  readonly done: string;
  readonly run: () => void;
};

// Long enough to see that it was the wrong row, short enough that nobody takes it for a way of working.
const undoableMs = 10_000;
let offered: Undoable | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
const followers = new Set<() => void>();

export function offerUndo(undoable: Undoable): void {
  clearTimeout(timer);
  set(undoable);
  timer = setTimeout(() => set(undefined), undoableMs);
}

export function withdrawUndo(): void {
  clearTimeout(timer);
  set(undefined);
}

export function useUndoable(): Undoable | undefined {
  return useSyncExternalStore(
    (follower) => {
      followers.add(follower);
      return () => followers.delete(follower);
    },
    () => offered,
  );
}

function set(undoable: Undoable | undefined): void {
  offered = undoable;
  for (const follower of followers) follower();
}
