// The one folder on disk that belongs to this program: it is made, proved writable, locked against a second program and
// marked with the version of its layout, before anything else touches it.
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { takeLock, type LockFile } from './lock-file.ts';
import { StartError } from './start-error.ts';

/** The layout inside the folder; raised when an older program could not live with it. */
const layoutVersion = 1;
const versionFile = 'holdfast.version';
const lockFile = 'holdfast.pid';

export interface DataFolder {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Where the embedded database lives. */
  readonly postgres: string;
  release(): void;
}

/** Prepares and locks the folder, or throws a StartError with one sentence. */
export function openDataFolder(folder: string): DataFolder {
  const path = made(resolve(folder));
  checkWritable(path);
  checkVersion(path);
  const lock = lockOf(path);
  return { path, postgres: join(path, 'postgres'), release: () => lock.release() };
}

function lockOf(path: string): LockFile {
  let lock: ReturnType<typeof takeLock>;
  try {
    lock = takeLock(join(path, lockFile));
    if (!('heldBy' in lock)) writeVersion(path);
  } catch (error) {
    throw new StartError(
      `Nothing can be written to the data folder ${path} (${reason(error)}): free some space on its disk and start again.`,
      { cause: error },
    );
  }
  if ('heldBy' in lock) {
    throw new StartError(
      `Another Holdfast (process ${lock.heldBy}) is running on the data folder ${path}: stop it, or set HOLDFAST_DATA to another folder.`,
    );
  }
  return lock;
}

function made(folder: string): string {
  const asRoot = process.getuid?.() === 0;
  try {
    mkdirSync(folder, { recursive: true, mode: asRoot ? 0o711 : 0o700 });
    const path = realpathSync(folder);
    const mode = statSync(path).mode;
    // Started by root, the database runs as another user, who must be able to pass through. It cannot list or read here.
    if (asRoot && (mode & 0o011) !== 0o011) chmodSync(path, (mode & 0o7777) | 0o011);
    return path;
  } catch (error) {
    throw new StartError(
      `The data folder ${folder} cannot be made (${reason(error)}): make it a folder that user ${user()} may write to, or set HOLDFAST_DATA to another one.`,
      { cause: error },
    );
  }
}

function checkWritable(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(
      `The data folder ${path} is not writable for user ${user()} (${reason(error)}): run \`chown -R ${user()} ${path}\` as root, or set HOLDFAST_DATA to another folder.`,
      { cause: error },
    );
  }
}

function checkVersion(path: string): void {
  let text: string;
  try {
    text = readFileSync(join(path, versionFile), 'utf8').trim();
  } catch (error) {
    const known = new Set(['postgres', lockFile, 'lost+found']);
    const stranger = readdirSync(path).find(
      (name) =>
        !known.has(name) &&
        !name.startsWith(lockFile) &&
        !name.startsWith(versionFile) &&
        !name.startsWith('.'),
    );
    if (stranger === undefined) return;
    throw new StartError(
      `The folder ${path} holds '${stranger}' and no sign of Holdfast: set HOLDFAST_DATA to an empty folder, or to one that Holdfast made.`,
      { cause: error },
    );
  }
  const version = Number(text);
  if (Number.isInteger(version) && version >= 1 && version <= layoutVersion) return;
  throw new StartError(
    `The data folder ${path} has layout '${text}', this program knows up to ${layoutVersion}: start the newer Holdfast that wrote it.`,
  );
}

function writeVersion(path: string): void {
  const file = join(path, versionFile);
  if (existsSync(file)) return;
  // Written aside and renamed: a power cut must not leave an empty file that says nothing.
  writeFileSync(`${file}.draft`, `${layoutVersion}\n`, { mode: 0o644, flush: true });
  renameSync(`${file}.draft`, file);
}

function user(): string {
  return String(process.getuid?.() ?? 'this user');
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
