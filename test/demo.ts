// The program with the demo region, on a copy of the one that was made for this run (demo-setup.ts).
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { startProgram, type Program, type ProgramOptions } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly demo: {
      /** A data folder with the demo region in it, which no program uses. */
      readonly folder: string;
      readonly adminPassword: string;
    };
  }
}

/** A program of its own, which takes its folder along when it ends. */
export async function startDemo(options: Pick<ProgramOptions, 'env'> = {}): Promise<Program> {
  const { folder, adminPassword } = inject('demo');
  const own = temporaryFolder();
  const dataFolder = join(own.path, 'data');
  // With the owners that the files have: the database runs as a user of its own.
  await promisify(execFile)('cp', ['-a', folder, dataFolder]);
  const program = await startProgram({ ...options, demo: 'on', dataFolder }).catch((error: unknown) => {
    own.remove();
    throw error;
  });
  return {
    ...program,
    adminPassword,
    stop: () => program.stop().finally(own.remove),
    kill: () => program.kill().finally(own.remove),
  };
}
