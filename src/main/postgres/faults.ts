// What the server says when it cannot start, turned into one sentence with the repair.
import { StartError } from '../start-error.ts';

interface Fault {
  readonly said: RegExp;
  /** Does time mend it? Then the supervisor goes on trying. */
  readonly passing: boolean;
  readonly sentence: (folder: string, line: string) => string;
}

const faults: readonly Fault[] = [
  {
    said: /Too many open files/,
    passing: true,
    sentence: () =>
      'The system allows the database too few open files: raise the limit (`ulimit -n`), and start again.',
  },
  {
    said: /No space left on device|Disk quota exceeded/,
    passing: true,
    sentence: (folder) =>
      `The disk with ${folder} is full: free some space, and the database starts again with everything in it.`,
  },
  {
    said: /incompatible with server|was initialized by PostgreSQL version|was initialized with PG_CONTROL_VERSION/,
    passing: false,
    sentence: (folder) =>
      `The database in ${folder} was written by another major version of PostgreSQL: start the Holdfast that wrote it, make a backup with \`npx holdfast backup\`, and restore that with this one.`,
  },
  {
    said: /pg_control|checkpoint record|PG_VERSION|invalid page|(could not (open|access|read)|is not a valid|missing) .*(director|file)|invalid magic|checksum/i,
    passing: false,
    sentence: (folder, line) => damaged(folder, line).message,
  },
  {
    said: /Address already in use|could not bind/,
    passing: true,
    sentence: () => 'Another program listens where the database should: stop it, and start again.',
  },
  {
    said: /lock file .* already exists|pre-existing shared memory/,
    passing: true,
    sentence: (folder) => `Another database server is running on ${folder}: stop it, and start again.`,
  },
  {
    said: /shared memory|semaphore|Cannot allocate memory|out of memory/i,
    passing: true,
    sentence: (_folder, line) =>
      `The system has no memory left for the database (${line}): free some, or allow this program more.`,
  },
  {
    said: /Permission denied|could not change permissions|wrong ownership|EACCES/,
    passing: false,
    sentence: (folder, line) =>
      `The database may not use its folder ${folder} (${line}): give the folder and all in it to one user with \`chown -R\`.`,
  },
  {
    said: /error while loading shared libraries|Library not loaded|ENOENT|exec format/i,
    passing: false,
    sentence: (_folder, line) =>
      `The database server cannot be run on this machine (${line}): run \`npm ci\` again, or set HOLDFAST_DATABASE_URL to use another PostgreSQL.`,
  },
];

export function damaged(folder: string, found: string): StartError {
  return new StartError(
    `The database in ${folder} is damaged (${found}): keep a copy of the folder, and run \`npx holdfast restore\` with the newest backup into an empty data folder.`,
  );
}

export function sentenceFor(folder: string, said: string): string {
  const line = gravest(said);
  return (
    faultOf(said)?.sentence(folder, line) ??
    `The database in ${folder} did not start (${line}): server.log in that folder says more.`
  );
}

export function isPassing(said: string): boolean {
  // What we do not know may pass; stopping for good is only right when we are sure.
  return faultOf(said)?.passing ?? true;
}

function faultOf(said: string): Fault | undefined {
  const grave = graveLines(said);
  return faults.find((fault) => grave.some((line) => fault.said.test(line)));
}

function gravest(said: string): string {
  const line = graveLines(said).at(-1) ?? 'it said nothing';
  return line.replace(/^.*?\b(PANIC|FATAL|error):\s+/i, '').trim();
}

/** Lines that end a start; all lines when none is marked so. */
function graveLines(said: string): readonly string[] {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const grave = lines.filter((line) => /\b(PANIC|FATAL|error):/i.test(line));
  return grave.length > 0 ? grave : lines;
}
