/** Whether the early-warning table that was set can be scored by. */
import type { Config } from '#base/config.ts';
import { tableOf, tables } from '#fhir/early-warning/table.ts';
import { StartError } from './start-error.ts';

/** A ward that scores by a table without all its bands would have no scores, and find out at the bed. */
export function refuseIncompleteTable({ earlyWarning }: Pick<Config, 'earlyWarning'>): void {
  const table = tableOf(earlyWarning);
  if (table?.complete !== true)
    throw new StartError(
      `HOLDFAST_EARLY_WARNING is '${earlyWarning}', a table that nothing can be scored by yet. ${table?.missing ?? ''} Choose one of: ${tables
        .filter(({ complete }) => complete)
        .map(({ id }) => id)
        .join(', ')}.`,
    );
}
