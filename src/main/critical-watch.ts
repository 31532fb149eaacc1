/** Looks for critical results again and again, as long as this process serves. */
import type { Events } from '#base/events.ts';
import { createCriticalWatch, type EscalationLimits } from '#care/critical-results.ts';
import { dispatch } from '#rest/routes.ts';
import type { Service } from '#rest/service.ts';
import { nothingShown } from '#store/access.ts';

/** A result waits so long at most before it is noticed; the count of seconds goes on as often. */
const lookEveryMs = 15_000;

export interface RunningWatch {
  /** Ends after the look that is under way. */
  stop(): Promise<void>;
}

/** Begins before requests come, so that the first of them is not history. */
export async function startCriticalWatch(
  service: Service,
  options: {
    readonly seconds: () => number;
    readonly limits: EscalationLimits;
    readonly events: Pick<Events, 'criticalResultsDelayed'>;
  },
): Promise<RunningWatch> {
  const watch = createCriticalWatch({
    ...options,
    sql: service.store.sql,
    write: async (task, ifMatch) => {
      const { status } = await dispatch(service, {
        method: 'PUT',
        path: ['Task', task.id],
        query: [],
        headers: {
          'content-type': 'application/fhir+json',
          prefer: 'return=minimal',
          ...(ifMatch === undefined ? { 'if-none-match': '*' } : { 'if-match': `W/"${ifMatch}"` }),
        },
        body: JSON.stringify(task),
        caller: { author: 'program/critical-results', sees: { shown: nothingShown() } },
        base: '',
      });
      return status;
    },
  });
  let troubled = false;
  let looking: Promise<void> | undefined;
  const look = () => {
    looking ??= watch
      .look()
      .then(
        () => {
          troubled = false;
        },
        (error: unknown) => {
          if (!troubled)
            options.events.criticalResultsDelayed({
              error: error instanceof Error ? error : new Error(String(error)),
            });
          troubled = true;
        },
      )
      .finally(() => (looking = undefined));
  };
  // A database that is away for a moment: the first look begins.
  await watch.begin().catch(() => {});
  const timer = setInterval(look, lookEveryMs);
  look();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
