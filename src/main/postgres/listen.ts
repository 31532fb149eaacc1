// Where the server listens: on a socket in its own folder, which the network never sees. A socket's path is limited to
// 107 bytes on Linux and 103 on macOS; a deep data folder gets a short folder among the temporary ones instead, and when
// even that is too long, a port of this machine alone. Every way asks for the password (scram-sha-256).
import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import type { Owner } from './owner.ts';

export interface Listening {
  /** A folder (then it is a socket) or 127.0.0.1. */
  readonly host: string;
  readonly port: number;
}

const socketPathBytesMax = 103;
/** Only part of the socket's name: no port is opened. */
const socketPort = 5432;

export async function chooseListening(folder: string, owner: Owner): Promise<Listening> {
  const beside = join(folder, 'socket');
  if (fits(beside)) return socketIn(beside, owner);
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const short = join(tmpdir(), `holdfast-${name}`);
  if (fits(short)) return socketIn(short, owner);
  return { host: '127.0.0.1', port: await freePort() };
}

export function isSocket({ host }: Listening): boolean {
  return host.startsWith('/');
}

/** What a server leaves in the folder of its socket when it is killed; the folder is for this one server alone. */
export function socketFiles(listening: Listening): readonly string[] {
  const socket = join(listening.host, `.s.PGSQL.${listening.port}`);
  return isSocket(listening) ? [socket, `${socket}.lock`] : [];
}

function fits(folder: string): boolean {
  // A lock file beside the socket has the longest name.
  return Buffer.byteLength(`${folder}/.s.PGSQL.${socketPort}.lock`) <= socketPathBytesMax;
}

function socketIn(folder: string, owner: Owner): Listening {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  const own = process.getuid?.() ?? found.uid;
  // Temporary folders are open to all: one that another user laid out for us could hold a false server.
  if (!found.isDirectory() || (found.uid !== own && found.uid !== owner.uid)) {
    throw new StartError(
      `${folder} belongs to user ${found.uid}, and the database needs it for its socket: remove it as that user or root.`,
    );
  }
  if (found.uid !== owner.uid) chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o700);
  return { host: folder, port: socketPort };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('a listening server without a port'));
      });
    });
  });
}
