/** The shared medication card (FMK) of a running program: fetched when somebody asks, and its changes brought to it again and again. */
import { monotonicMs } from '#base/clock.ts';
import type { Events } from '#base/events.ts';
import { cardAuthor } from '#fhir/medication-card/codes.ts';
import { createCardCopies } from '#exchange/fmk/copy.ts';
import { createFmk } from '#exchange/fmk/client.ts';
import { createOutbox } from '#exchange/fmk/outbox.ts';
import type { Write } from '#exchange/fmk/record.ts';
import { dispatch } from '#rest/routes.ts';
import type { MedicationCard, Service } from '#rest/service.ts';
import { nothingShown } from '#store/access.ts';
import type { Store } from '#store/store.ts';

const lookEveryMs = 1000;

export interface RunningMedicationCard extends MedicationCard {
  /** Begins to bring changes. */
  begin(): void;
  /** Ends after the change that is under way. */
  stop(): Promise<void>;
}

export function createMedicationCard(options: {
  readonly url: string;
  readonly store: Store;
  readonly service: () => Service;
  readonly events: Pick<Events, 'medicationCardDelayed'>;
}): RunningMedicationCard {
  const { url, store, events } = options;
  const { sql } = store;
  const fmk = createFmk(url);
  const write: Write = async (written) => {
    const { status } = await dispatch(options.service(), {
      method: 'POST',
      path: [],
      query: [],
      headers: { 'content-type': 'application/fhir+json', prefer: 'return=minimal' },
      body: JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: written.map(({ resource, ifMatch }) => ({
          resource,
          request: {
            method: 'PUT',
            url: `${resource.resourceType}/${resource.id}`,
            ...(ifMatch === undefined ? { ifNoneMatch: '*' } : { ifMatch: `W/"${ifMatch}"` }),
          },
        })),
      }),
      caller: { author: cardAuthor, sees: { shown: nothingShown() } },
      base: '',
    });
    return status;
  };
  const copies = createCardCopies({ sql, fmk, write, nowMs: () => Date.now() });
  const outbox = createOutbox({ sql, fmk, copies, write, events, nowMs: monotonicMs });
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  const look = () => {
    // A database that is away for a moment: the next look does it.
    looking ??= outbox
      .look()
      .catch((error: unknown) => {
        events.medicationCardDelayed({
          error: error instanceof Error ? error : new Error(String(error)),
          waiting: 0,
        });
      })
      .finally(() => (looking = undefined));
  };
  return {
    fetch: (patient, youngerThanMs) => copies.fetch(patient, youngerThanMs),
    begin() {
      timer = setInterval(look, lookEveryMs);
      look();
    },
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
