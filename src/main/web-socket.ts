/** `/ws`: where subscriptions are listened to. Who comes from a page of another site does not use the cookie of this one. */
import type { IncomingMessage, Server } from 'node:http';
import type { Audit } from '#identity/audit/audit.ts';
import type { Sockets } from '#exchange/subscription/socket.ts';
import type { Sessions } from '#identity/session.ts';
import { secretIn } from './enter.ts';

export function mountWebSocket(
  server: Server,
  {
    sockets,
    sessions,
    audit,
    proxy,
  }: {
    readonly sockets: Sockets;
    readonly sessions: Sessions;
    readonly audit: Pick<Audit, 'noteNow'>;
    readonly proxy: boolean;
  },
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
    const sessionNow = async () => {
      const session = secret && believed ? await sessions.find(secret.text, { isUse: false }) : undefined;
      return session;
    };
    const forwarded = proxy ? request.headers['x-forwarded-for'] : undefined;
    const from = String(forwarded ?? request.socket.remoteAddress ?? '').split(',')[0] ?? '';
    sockets.accept(request, socket, head, {
      isLoggedIn: async () => {
        const session = await sessionNow();
        return session !== undefined && !session.locked && !session.grant;
      },
      // Who came with a token of a subscription need not be anybody: then the line says which subscription, and from where.
      onBound: async (id) => {
        const session = await sessionNow();
        await audit.noteNow({
          ...(session && { who: session.person, session: session.kind }),
          from,
          what: 'follow',
          asked: `GET /ws bind ${id}`,
          status: 101,
          shown: { names: [`Subscription/${id}`] },
        });
      },
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
