// The real program as a child process, for tests that need all of it: the command line, the web server, the database.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { killAllIn } from './run-program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = join(import.meta.dirname, '..');
/** The demo region takes half a minute to make on a busy machine. */
const startMsMax = 110_000;

export interface ProgramOptions {
  /** Kept when the program ends; without it the program has a fresh folder of its own, which goes with it. */
  readonly dataFolder?: string;
  /** Default: off. */
  readonly demo?: 'on' | 'off';
  /** Settings that differ from the defaults, e.g. HOLDFAST_DATABASE_URL. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the signal to the end; 0 without a signal of ours. */
  readonly tookMs: number;
}

export interface Program {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  readonly dataFolder: string;
  /** What it printed as the administrator's first password; undefined when it printed none. */
  readonly adminPassword: string | undefined;
  /** From the spawn to the moment it said where it listens. */
  readonly startedInMs: number;
  /** Runs another command on the same data folder, beside this program. */
  command(...args: readonly string[]): Promise<Ended>;
  /** A bearer token for this user. */
  token(user: string): Promise<string>;
  /** The same for somebody of this role, made at the first time: `integration` sees and writes everything. */
  tokenOf(role: string): Promise<string>;
  /** SIGTERM; resolves when it is gone. */
  stop(): Promise<Ended>;
  /** SIGKILL to it and to its database, as a power cut would. */
  kill(): Promise<void>;
  /** Everything it has printed so far. */
  said(): string;
}

/** Starts `holdfast start` on a free port. Fails with what it printed when it ends before it listens. */
export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const own = options.dataFolder === undefined ? temporaryFolder() : undefined;
  const dataFolder = options.dataFolder ?? join(own?.path ?? '', 'data');
  const env = { HOLDFAST_DEMO: options.demo ?? 'off', ...options.env, HOLDFAST_DATA: dataFolder };
  const begunMs = performance.now();
  const running = run(['start'], env);
  const cleanUp = () => {
    killAllIn(join(dataFolder, 'postgres/cluster'));
    own?.remove();
  };
  let stopped: Promise<Ended> | undefined;
  const tokenFor = async (user: string) => {
    const { code, stdout, stderr } = await runCommand(['token', '--user', user], env);
    if (code !== 0) throw new Error(`no token for ${user}: ${stderr}`);
    return stdout.trim();
  };
  const address = await running.saying(/^ +Clinic +(\S+)\/$/m).catch((error: unknown) => {
    cleanUp();
    throw error;
  });
  return {
    url: address.replace('//localhost:', '//127.0.0.1:'),
    pid: running.child.pid ?? 0,
    dataFolder,
    startedInMs: performance.now() - begunMs,
    // The password stands on the line of its own announcement, which comes in the same piece as the address.
    adminPassword: / {2}admin {2}(\S+)$/m.exec(running.stdout())?.[1],
    command: (...args) => runCommand(args, env),
    token: tokenFor,
    async tokenOf(role) {
      const user = `some-${role}`;
      // Beside the program's own data folder it may be there already.
      await runCommand(['user', 'add', user, '--name', user, '--role', role, '--practitioner', user], env);
      return tokenFor(user);
    },
    stop: () => (stopped ??= running.end('SIGTERM').finally(cleanUp)),
    async kill() {
      const ended = running.end('SIGKILL');
      killAllIn(join(dataFolder, 'postgres/cluster'));
      await ended;
      own?.remove();
    },
    said: () => running.stdout() + running.stderr(),
  };
}

/** Runs a command of the command line to its end. Its database, if it starts one, is its own. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const running = run(args, env);
  return running.ended;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout(): string;
  stderr(): string;
  /** The first group of the pattern, once standard output has it. */
  saying(pattern: RegExp): Promise<string>;
  end(signal: NodeJS.Signals): Promise<Ended>;
}

function run(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const { HOLDFAST_DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(join(root, 'node_modules/.bin/node'), [join(root, 'src/main/holdfast.ts'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Port 0: two tests must not meet on one port. No setting of the surroundings may leak in. As scripts/holdfast.mjs
    // starts it.
    env: {
      MALLOC_ARENA_MAX: '2',
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/holdfast'),
      ...inherited,
      HOLDFAST_PORT: '0',
      HOLDFAST_LOG: 'info',
      ...env,
    },
  });
  let stdout = '';
  let stderr = '';
  let signalledMs: number | undefined;
  let look = () => {};
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]: unknown[]): Ended => ({
    code: typeof code === 'number' ? code : null,
    stdout,
    stderr,
    tookMs: signalledMs === undefined ? 0 : performance.now() - signalledMs,
  }));
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    saying: (pattern) =>
      new Promise((resolve, reject) => {
        const giveUp = (why: string) => reject(new Error(`${why}:\n${stdout}${stderr}`));
        const timer = setTimeout(() => giveUp('the program has not started in time'), startMsMax);
        look = () => {
          const found = pattern.exec(stdout)?.[1];
          if (found === undefined) return;
          clearTimeout(timer);
          resolve(found);
        };
        void ended.then(() => {
          clearTimeout(timer);
          giveUp('the program ended before it listened');
        });
        look();
      }),
    end(signal) {
      signalledMs ??= performance.now();
      child.kill(signal);
      return ended;
    },
  };
}
