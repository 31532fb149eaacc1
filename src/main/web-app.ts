/** The clinic's files. An address that is no file is a place in the clinic: it gets the page, which knows what to show. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export function mountWeb(app: FastifyInstance, folder: string): void {
  const page = join(folder, 'index.html');
  if (!existsSync(page)) {
    app.get('/', async (_request, reply) =>
      reply
        .status(503)
        .type('text/plain; charset=utf-8')
        .send('The clinic has not been built: npm start builds it.\n'),
    );
    return;
  }
  const html = readFileSync(page, 'utf8');
  app.register(fastifyStatic, {
    root: folder,
    index: false,
    wildcard: false,
    cacheControl: false,
    // Names of assets carry a hash of what they hold.
    setHeaders: (reply, path) => {
      void reply.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  app.get('/assets/*', (_request, reply) => reply.callNotFound());
  const serve = (path: string) =>
    app.get(path, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html),
    );
  serve('/');
  serve('/*');
}
