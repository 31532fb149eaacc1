// PostgreSQL refuses to run as root. Started by root, we run it as another user, who then owns its folder. That user
// needs an entry in the user database (initdb asks for its name) and the right to pass through every folder above.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StartError } from '../start-error.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
  /** To be spread into the options of spawn: empty when we are an ordinary user and need not change. */
  readonly spawnAs: { readonly uid?: number; readonly gid?: number };
}

const candidates = ['holdfast', 'postgres', 'nobody'];

/** Makes the folder, private to the user that shall run the server, and says which user that is. Returns its real path. */
export function prepareFolder(
  folder: string,
  binary: string,
): { readonly path: string; readonly owner: Owner } {
  try {
    mkdirSync(dirname(folder), { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = realpathSync(folder);
    const owner = chooseOwner(path);
    if (statSync(path).uid !== owner.uid) giveTo(owner, path);
    chmodSync(path, 0o700);
    if (owner.spawnAs.uid !== undefined) {
      checkPassage(owner, dirname(path), 'the data folder');
      checkPassage(owner, dirname(realpathSync(binary)), 'the program folder');
    }
    return { path, owner };
  } catch (error) {
    if (error instanceof StartError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new StartError(
      `The database folder ${folder} cannot be made or used (${code}): let user ${process.getuid?.()} own it with \`chown -R\`, or set HOLDFAST_DATA to another folder.`,
      { cause: error },
    );
  }
}

function chooseOwner(path: string): Owner {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  const { uid: folderUid, gid: folderGid } = statSync(path);
  if (uid !== 0) {
    if (folderUid === uid) return { uid, gid, spawnAs: {} };
    throw new StartError(
      `The database folder ${path} belongs to user ${folderUid}, and this program runs as user ${uid}: start it as user ${folderUid} or root, or run \`chown -R ${uid} ${path}\` as root.`,
    );
  }
  // A folder in use keeps its user, also when a better candidate has appeared since.
  if (folderUid !== 0) return owner(folderUid, folderGid);
  for (const name of candidates) {
    const found = { uid: idOf(name, '-u'), gid: idOf(name, '-g') };
    if (found.uid && found.gid) return owner(found.uid, found.gid);
  }
  throw new StartError(
    'The database must not run as root and there is no user for it: run `useradd --system holdfast`, or start Holdfast as an ordinary user.',
  );
}

function owner(uid: number, gid: number): Owner {
  return { uid, gid, spawnAs: { uid, gid } };
}

function idOf(name: string, which: '-u' | '-g'): number | undefined {
  try {
    const text = execFileSync('id', [which, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    // nobody is -2 on macOS, which the system calls want as an unsigned number.
    return Number(text) >>> 0;
  } catch {
    return undefined;
  }
}

/** The folder and all that is in it: one that was restored or copied by root belongs to root. */
function giveTo({ uid, gid }: Owner, path: string): void {
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(path, name), uid, gid);
  chownSync(path, uid, gid);
}

function checkPassage(who: Owner, folder: string, what: string): void {
  const closed = placesAbove(folder).filter((place) => !mayPass(who, statSync(place)));
  if (closed.length === 0) return;
  const places = closed.join(' ');
  throw new StartError(
    `User ${who.uid}, which runs the database because root must not, cannot pass through ${places} to ${what}: run \`chmod o+x ${places}\`, or put ${what} elsewhere.`,
  );
}

/** The folder itself and those it lies in, the root first. */
function placesAbove(folder: string): readonly string[] {
  return folder === dirname(folder) ? [folder] : [...placesAbove(dirname(folder)), folder];
}

function mayPass(who: Owner, { uid, gid, mode }: Stats): boolean {
  if (uid === who.uid) return (mode & 0o100) !== 0;
  if (gid === who.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
