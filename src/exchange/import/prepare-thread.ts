/** A thread that prepares files for prepare-pool.ts, one after the other, and never runs far ahead of who writes. */
import { parentPort, type MessagePort } from 'node:worker_threads';
import { assert } from '#base/assert.ts';
import { prepareFile, type PrepareOptions, type PreparedDocument, type Reading } from './prepare.ts';

/** What the thread is asked to do. */
export type Order =
  | { readonly kind: 'file'; readonly reading: Reading; readonly options: PrepareOptions }
  /** A portion has been taken: there is room for another. */
  | { readonly kind: 'taken' };
/** What it answers: portions in their order, and at last the end of the file. */
export type Portion = { readonly documents: readonly PreparedDocument[]; readonly last: boolean };

// A message costs 50 µs, whatever is in it: enough in each for that not to matter, and little enough to stay small in memory.
const changesAtOnce = 200;
const charactersAtOnce = 512 * 1024;
const portionsAhead = 2;

assert(parentPort !== null, 'prepare-thread.ts runs in a thread');
run(parentPort);

function run(port: MessagePort): void {
  let untaken = 0;
  let room: (() => void) | undefined;
  const send = async (portion: Portion) => {
    while (untaken >= portionsAhead) await new Promise<void>((resolve) => (room = resolve));
    untaken++;
    port.postMessage(portion);
  };
  const prepare = async (reading: Reading, options: PrepareOptions) => {
    let documents: PreparedDocument[] = [];
    let [changes, characters] = [0, 0];
    for await (const document of prepareFile(reading, options)) {
      documents.push(document);
      changes++;
      for (const act of document.acts) {
        changes += act.changes.length;
        for (const { body } of act.changes) characters += body.length;
      }
      for (const { text } of document.open?.resources ?? []) characters += text.length;
      if (changes < changesAtOnce && characters < charactersAtOnce) continue;
      await send({ documents, last: false });
      documents = [];
      [changes, characters] = [0, 0];
    }
    await send({ documents, last: true });
  };
  let work = Promise.resolve();
  port.on('message', (order: Order) => {
    if (order.kind === 'taken') {
      untaken--;
      room?.();
    } else work = work.then(() => prepare(order.reading, order.options));
  });
}
