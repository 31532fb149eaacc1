import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Source {
  /** Relative to the project, with slashes. */
  readonly path: string;
  readonly text: string;
}

const root = join(import.meta.dirname, '..');
const folders = ['src', 'web', 'sim', 'scripts', 'test', 'bench', 'drills', 'docs', 'deploy', '.ci'];

/** Every file of ours with this ending. */
export function sources(ending: RegExp): readonly Source[] {
  const own = readdirSync(root).filter((name) => !name.startsWith('.') && name !== 'package-lock.json');
  const below = folders.flatMap((folder) => filesBelow(join(root, folder)));
  return [...own.map((name) => join(root, name)), ...below]
    .filter((file) => ending.test(file))
    .map((file) => ({ path: relative(root, file), text: readFileSync(file, 'utf8') }));
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    // Not every folder of the plan is there yet.
    return [];
  }
}
