// A database that meets a full disk stops. So we watch the room on its disk, and below a reserve refuse to write while
// there is still room to read, to finish and to stop. Nothing else is kept: when there is room again, writing goes on.
import { statfs } from 'node:fs/promises';
import { monotonicMs } from '#base/clock.ts';
import type { Events } from '#base/events.ts';

export interface DiskGuard {
  /** True while writes must be refused. */
  readonly full: boolean;
  readonly freeBytes: number;
  stop(): void;
}

export interface DiskGuardOptions {
  readonly folder: string;
  readonly reserveBytes: number;
  readonly events?: Pick<Events, 'diskLow' | 'diskRecovered'>;
  /** How free space is found; tests give their own. */
  readonly measure?: (folder: string) => Promise<number>;
}

/** The default reserve of 256 MiB lasts for this long at 1 GB/s: no write path of ours is that fast. */
const everyMs = 250;

/** Measures once before it returns, so that `full` is true to the disk from the first request on. */
export async function startDiskGuard({
  folder,
  reserveBytes,
  events,
  measure = freeBytesOf,
}: DiskGuardOptions): Promise<DiskGuard> {
  // A little more than the reserve must be free again, or a disk at the brink would switch four times a second.
  const enoughBytes = reserveBytes + reserveBytes / 16;
  let freeBytes = await measure(folder);
  let lowSinceMs: number | undefined;
  let measuring = false;
  judge();

  function judge(): void {
    if (lowSinceMs === undefined && freeBytes < reserveBytes) {
      lowSinceMs = monotonicMs();
      events?.diskLow({ freeBytes, reserveBytes });
    } else if (lowSinceMs !== undefined && freeBytes >= enoughBytes) {
      events?.diskRecovered({ freeBytes, reserveBytes, lowMs: Math.round(monotonicMs() - lowSinceMs) });
      lowSinceMs = undefined;
    }
  }

  async function look(): Promise<void> {
    if (measuring) return;
    measuring = true;
    try {
      freeBytes = await measure(folder);
      judge();
    } catch {
      // The folder cannot be asked for the moment; what we knew stays true until it can.
    } finally {
      measuring = false;
    }
  }

  const timer = setInterval(() => void look(), everyMs).unref();
  return {
    get full() {
      return lowSinceMs !== undefined;
    },
    get freeBytes() {
      return freeBytes;
    },
    stop: () => clearInterval(timer),
  };
}

/** What an ordinary user may still use: blocks kept for root do not count. */
async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
