import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { processesIn } from '#main/process-table.ts';

type Line = Readonly<Record<string, unknown>>;

export interface Program {
  readonly pid: number;
  readonly lines: readonly Line[];
  readonly acknowledged: ReadonlySet<string>;
  /** The first line, already said or to come, that has this field. Fails when the program ends without it. */
  said(field: string, value?: unknown): Promise<Line>;
  /** When so many writes are acknowledged in all. */
  reached(count: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** When it is gone and all it said has been read. */
  readonly ended: Promise<void>;
}

const root = join(import.meta.dirname, '..');

export function runPostgresProgram(
  folder: string,
  options: { writers?: number; uid?: number; tmpdir?: string } = {},
): Program {
  const { writers = 0, uid, tmpdir } = options;
  const child = spawn(
    join(root, 'node_modules/.bin/node'),
    [join(root, 'test/postgres-program.ts'), folder, String(writers)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: root,
      env: { ...process.env, ...(tmpdir === undefined ? {} : { TMPDIR: tmpdir }) },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    },
  );
  const lines: Line[] = [];
  const acknowledged = new Set<string>();
  const waiting = new Set<() => void>();
  let complaint = '';
  let over = false;
  const wake = (): void => {
    for (const look of waiting) look();
  };
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const reader = createInterface(child.stdout);
  reader.on('line', (text) => {
    const line: Line = JSON.parse(text);
    lines.push(line);
    if (typeof line['acknowledged'] === 'string') acknowledged.add(line['acknowledged']);
    wake();
  });
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(() => {
    over = true;
    wake();
  });

  function until<T>(find: () => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined && !over) return;
        waiting.delete(look);
        if (found === undefined)
          reject(
            new Error(`the program ended without ${what}: ${JSON.stringify(lines.slice(-3))} ${complaint}`),
          );
        else resolve(found);
      };
      waiting.add(look);
      look();
    });
  }

  return {
    pid: child.pid ?? 0,
    lines,
    acknowledged,
    said: (field, value) =>
      until(
        () => lines.find((line) => field in line && (value === undefined || line[field] === value)),
        field,
      ),
    reached: (count) =>
      until(() => (acknowledged.size >= count ? true : undefined), `${count} writes`).then(() => {}),
    signal: (name) => void child.kill(name),
    ended,
  };
}

/** Every process that works in the folder, killed at once, as a power cut or the system's memory killer would. */
export function killAllIn(folder: string): number {
  const found = processesIn(folder);
  for (const pid of found) process.kill(pid, 'SIGKILL');
  return found.length;
}
