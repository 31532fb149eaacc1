/**
 * Prepares files in threads and hands on their documents in the order of the files: of two files that hold the same
 * resource the later one has the last word, however quick its thread was.
 */
import { Worker } from 'node:worker_threads';
import { assert } from '#base/assert.ts';
import { prepareFile, type PrepareOptions, type PreparedDocument, type Reading } from './prepare.ts';
import type { Order, Portion } from './prepare-thread.ts';

export interface PreparedFile {
  readonly reading: Reading;
  readonly documents: AsyncIterable<PreparedDocument>;
}
export interface PreparePool {
  /** The files in their order; the documents of each are to be read to their end before the next. */
  prepare(readings: readonly Reading[]): AsyncGenerator<PreparedFile>;
  end(): Promise<void>;
}

// A third of it is the room for the young: trees of half a megabyte are made and dropped there.
const youngMegabytes = 48;
// So that a thread does not wait for its turn when files are small.
const filesAheadOfEach = 3;

/** `threads` 0: in this thread, for little, since a thread takes a quarter of a second to begin. */
export function createPreparePool(threads: number, options: PrepareOptions): PreparePool {
  if (threads === 0) {
    return {
      async *prepare(readings) {
        for (const reading of readings) yield { reading, documents: prepareFile(reading, options) };
      },
      async end() {},
    };
  }
  const hands = Array.from({ length: threads }, createHand);
  return {
    async *prepare(readings) {
      const begun: { reading: Reading; portions: AsyncIterable<Portion> }[] = [];
      let next = 0;
      for (;;) {
        while (next < readings.length && begun.length < threads * filesAheadOfEach) {
          const reading = readings[next++];
          const hand = hands.toSorted((a, b) => a.busy() - b.busy())[0];
          assert(reading !== undefined && hand !== undefined, 'a file and a thread for it');
          begun.push({ reading, portions: hand.prepare(reading, options) });
        }
        const first = begun.shift();
        if (!first) return;
        yield { reading: first.reading, documents: documentsOf(first.portions) };
      }
    },
    async end() {
      await Promise.all(hands.map((hand) => hand.end()));
    },
  };
}

async function* documentsOf(portions: AsyncIterable<Portion>): AsyncGenerator<PreparedDocument> {
  for await (const { documents } of portions) yield* documents;
}

interface Hand {
  /** Files that it has been given and has not finished. */
  readonly busy: () => number;
  readonly prepare: (reading: Reading, options: PrepareOptions) => AsyncIterable<Portion>;
  readonly end: () => Promise<unknown>;
}

function createHand(): Hand {
  const worker = new Worker(new URL('./prepare-thread.ts', import.meta.url), {
    // Whatever this process was started with is not for a thread.
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
  });
  const say = (order: Order) => worker.postMessage(order);
  const files: Inbox[] = [];
  let failure: Error | undefined;
  const fail = (error: Error) => {
    failure ??= error;
    for (const inbox of files) inbox.fail(failure);
  };
  worker.on('message', (portion: Portion) => {
    const [first] = files;
    assert(first !== undefined, 'a portion belongs to a file');
    first.put(portion);
    if (portion.last) files.shift();
  });
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => fail(new Error('a thread of the import ended early')));
  return {
    busy: () => files.length,
    prepare(reading, options) {
      const inbox = createInbox(() => say({ kind: 'taken' }));
      if (failure) inbox.fail(failure);
      files.push(inbox);
      say({ kind: 'file', reading, options });
      return inbox.portions();
    },
    end: () => worker.terminate(),
  };
}

interface Inbox {
  readonly put: (portion: Portion) => void;
  readonly fail: (error: Error) => void;
  readonly portions: () => AsyncGenerator<Portion>;
}

/** What has come of one file and has not been taken yet. */
function createInbox(taken: () => void): Inbox {
  const held: Portion[] = [];
  let failure: Error | undefined;
  let come: (() => void) | undefined;
  return {
    put(portion) {
      held.push(portion);
      come?.();
    },
    fail(error) {
      failure = error;
      come?.();
    },
    async *portions() {
      for (;;) {
        const portion = held.shift();
        if (portion) {
          yield portion;
          taken();
          if (portion.last) return;
        } else if (failure) throw failure;
        else await new Promise<void>((resolve) => (come = resolve));
      }
    },
  };
}
