/** `/ws`: where subscriptions are listened to. Who comes from a page of another site does not use the cookie of this one. */
import type { IncomingMessage, Server } from 'node:http';
import type { Sockets } from '#exchange/subscription/socket.ts';
import type { Sessions } from '#identity/session.ts';
import { secretIn } from './enter.ts';

export function mountWebSocket(
  server: Server,
  {
    sockets,
    sessions,
    proxy,
  }: { readonly sockets: Sockets; readonly sessions: Sessions; readonly proxy: boolean },
): void {
  server.on('upgrade', (request, socket, head) => {
    // Whoever is gone before the answer needs none.
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?')[0] !== '/ws') {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const secret = secretIn(request.headers);
    const believed = secret?.from === 'token' || !isForeign(request, proxy);
    sockets.accept(request, socket, head, async () => {
      const session = secret && believed ? await sessions.find(secret.text, { isUse: false }) : undefined;
      return session !== undefined && !session.locked && !session.grant;
    });
  });
}

/** A browser names the page's site in Origin, always for a WebSocket; programs do not. */
function isForeign({ headers }: IncomingMessage, proxy: boolean): boolean {
  const { origin } = headers;
  // The proxy in front knows by which name it was called.
  const host = (proxy ? headers['x-forwarded-host'] : undefined) ?? headers.host;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
