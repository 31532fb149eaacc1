/** `holdfast codes FILE --url URL` */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Config } from '#base/config.ts';
import { Refusal } from '#base/refusal.ts';
import { loadConceptTable } from '#exchange/import/concept-table.ts';
import { openNoted } from './open.ts';
import { StartError } from './start-error.ts';

/** Exit code 0: loaded in place of what was there under the url; 2: nothing was changed, and the line at fault is named. */
export async function codesCommand(config: Config, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      version: { type: 'string', default: '' },
      name: { type: 'string', default: '' },
    },
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0 || values.url === undefined)
    throw new StartError(
      'Name one table and its code system: holdfast codes atc.csv --url http://www.whocc.no/atc --version 2026 --name ATC',
    );
  if (!existsSync(file)) throw new StartError(`${file} is not there.`);
  const opened = await openNoted(config, ['codes', ...args]);
  try {
    const { url, version, name } = values;
    const count = await loadConceptTable(opened.store, file, { url, version, name });
    console.log(`${count} concepts of ${url} loaded.`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new StartError(`${file}: ${error.message}; nothing was changed.`, { cause: error });
  } finally {
    await opened.close();
  }
}
