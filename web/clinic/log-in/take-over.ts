import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { keys, queries } from '../../link/queries.ts';
import { begin, cover, type Session } from '../../link/session.ts';

// Two people who take turns at one screen each find their own place again: where they were when the other came.

const prefix = 'holdfast.place/';

/** Begins as whoever is proven; when that is another than before, at their own place. */
export function useTakeOver(): (proof: Promise<Session>) => Promise<void> {
  const router = useRouter();
  return useCallback(
    async (proof) => {
      const session = await proof;
      const before = queries.getQueryData<Session | null>(keys.session);
      if (before === undefined || before === null || before.user === session.user) return begin(session);
      sessionStorage.setItem(prefix + before.user, router.state.location.href);
      // Nobody shall see one person's patient under the other's name, not for a blink: the place changes beneath the cover.
      cover();
      await router.navigate({ href: sessionStorage.getItem(prefix + session.user) ?? '/', replace: true });
      return begin(session);
    },
    [router],
  );
}
