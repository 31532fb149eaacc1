// The demo region for the browser tests, made once: each test file that shows it works on a copy (demo.ts).
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startProgram } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

export async function setup(project: TestProject): Promise<() => void> {
  const made = temporaryFolder();
  const folder = join(made.path, 'data');
  try {
    const program = await startProgram({ demo: 'on', dataFolder: folder });
    await program.stop();
    project.provide('demo', { folder, adminPassword: program.adminPassword ?? '' });
  } catch (error) {
    made.remove();
    throw error;
  }
  return () => made.remove();
}
