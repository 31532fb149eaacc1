/** The state of the system, for anyone: nothing here names a patient or needs a log-in. */
import type { FastifyInstance } from 'fastify';

export interface SystemState {
  readonly name: 'Holdfast';
  readonly version: string;
  readonly mode: 'normal' | 'read-only' | 'down';
  readonly database: { readonly state: 'ok' | 'down' | 'disk-full' };
  readonly at: string;
}

/** `/healthz`: the program runs. `/readyz`: it can serve. `/status.json`: what works, in words for the status page. */
export function mountStatus(app: FastifyInstance, state: () => Promise<SystemState>): void {
  app.get('/healthz', async (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok\n'));
  app.get('/readyz', async (_request, reply) => {
    const { database } = await state();
    const ready = database.state !== 'down';
    return reply
      .status(ready ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(`${ready ? 'ready' : 'the database cannot be reached'}\n`);
  });
  app.get('/status.json', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(await state()),
  );
}
