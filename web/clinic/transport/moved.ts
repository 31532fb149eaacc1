import type { Transport } from '#fhir/transport/transport.ts';
import type { Stay } from '../record/stay.ts';

/** Where the patient lies now, when that is another place than the transport begins at and nobody is under way with them. */
export function movedTo({ state, from }: Transport, stay: Stay | undefined): string | undefined {
  const here = stay?.bed ?? stay?.ward;
  const waits = state === 'ordered' || state === 'taken';
  if (!waits || here?.id === undefined || from.id === undefined || here.id === from.id) return undefined;
  return [stay?.bed?.name, stay?.ward?.name].filter((name) => name !== undefined).join(', ');
}
