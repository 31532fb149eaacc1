import { useSyncExternalStore } from 'react';

// What is put together and not yet signed: kept on this device for one user and one patient, so that it survives a lock, a reload, a
// crash and another user at the same screen.

const prefix = 'holdfast.kept/';
const followers = new Set<() => void>();
const read = new Map<string, string | undefined>();

/** Names who and whose: `basket/anne.lund/17`. */
export function useKept(name: string): string | undefined {
  return useSyncExternalStore(follow, () => {
    if (!read.has(name)) read.set(name, localStorage.getItem(prefix + name) ?? undefined);
    return read.get(name);
  });
}

export function keepText(name: string, text: string | undefined): void {
  read.set(name, text);
  if (text === undefined) localStorage.removeItem(prefix + name);
  else localStorage.setItem(prefix + name, text);
  for (const follower of followers) follower();
}

function follow(follower: () => void): () => void {
  followers.add(follower);
  return () => followers.delete(follower);
}
