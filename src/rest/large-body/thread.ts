/** The thread of large-bodies.ts. */
import { parentPort } from 'node:worker_threads';
import { assert } from '#base/assert.ts';
import { lookThrough, type LookOrder } from './look.ts';

const port = parentPort;
assert(port !== null, 'thread.ts runs in a thread');
port.on('message', (order: LookOrder) => port.postMessage(lookThrough(order)));
