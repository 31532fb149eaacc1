/**
 * Large bodies are looked through in a thread before this one touches them: reading fifteen megabytes takes half a second,
 * in which nobody else would be answered. What is wrong with one is found there; what is right is read once more here, and
 * that is the price. They go one after the other, so who sends many waits for himself, and a body that needs more memory
 * than the thread may have ends the thread and not the program.
 */
import { Worker } from 'node:worker_threads';
import { Refusal } from '#base/refusal.ts';
import type { FhirRequest, Limits } from '../service.ts';
import { withJsonBody } from '../forms.ts';
import type { Looked, LookOrder } from './look.ts';

export interface LargeBodies {
  /**
   * The request with its body as JSON, as `withJsonBody` makes it. @throws Refusal for what cannot be read; `slowed` when
   * too many wait; `tooMuch` when it needs too much memory.
   */
  read(request: FhirRequest, limits: Limits): Promise<FhirRequest>;
  stop(): Promise<void>;
}

/** Below it reading takes less than 5 ms, and a thread would cost as much. XML takes ten times as long as JSON. */
const largeBytes = 256 * 1024;
const largeXmlBytes = 32 * 1024;
const waitingMax = 32;

interface Waiting {
  readonly order: LookOrder;
  readonly done: (answer: Looked) => void;
  readonly failed: (error: Error) => void;
}

export function createLargeBodies({ threadMegabytes } = { threadMegabytes: 1024 }): LargeBodies {
  const waiting: Waiting[] = [];
  let thread: Worker | undefined;
  let current: Waiting | undefined;

  const next = () => {
    if (current || waiting.length === 0) return;
    current = waiting.shift();
    thread ??= startThread();
    thread.postMessage(current?.order);
  };
  const end = (tell: (one: Waiting) => void) => {
    const ended = current;
    current = undefined;
    if (ended) tell(ended);
    next();
  };
  const startThread = () => {
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: threadMegabytes },
    });
    worker.unref();
    worker.on('message', (answer: Looked) => end(({ done }) => done(answer)));
    worker.on('error', (error) => {
      thread = undefined;
      end(({ failed }) => failed(error instanceof Error ? error : new Error(String(error))));
    });
    return worker;
  };
  return {
    async read(request, limits) {
      const { body } = request;
      const isXml = request.headers['content-type']?.includes('xml') ?? false;
      if (body === undefined || body.length < (isXml ? largeXmlBytes : largeBytes))
        return withJsonBody(request, limits);
      if (waiting.length >= waitingMax)
        throw new Refusal('slowed', 'too many large requests wait already; try again in 5 s', {
          headers: { 'retry-after': '5' },
        });
      const { method, path, headers } = request;
      const answer = await new Promise<Looked>((done, failed) => {
        waiting.push({
          order: { body, method, path, contentType: headers['content-type'], limits },
          done,
          failed,
        });
        next();
      }).catch((error: Error) => {
        if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
          throw new Refusal(
            'tooMuch',
            'reading this body takes more memory than a request may have; send it in parts',
          );
        throw error;
      });
      if (answer.kind === 'refused')
        throw new Refusal(answer.refusal, answer.issues, { headers: { ...answer.headers } });
      return answer.json === undefined
        ? request
        : { ...request, body: answer.json, headers: { ...headers, 'content-type': 'application/fhir+json' } };
    },
    async stop() {
      await thread?.terminate();
    },
  };
}
