import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's folder, and its version as package.json has it. */
export const projectFolder = join(import.meta.dirname, '../..');
const { version: packageVersion }: { version: string } = JSON.parse(
  readFileSync(join(projectFolder, 'package.json'), 'utf8'),
);
export const version = packageVersion;
