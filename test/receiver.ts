// A system of someone else's that is told of events over HTTP: real sockets, and it fails as it is told to.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
/** What it does with the next message: takes it, takes it and says so to nobody, refuses it, never answers. */
export type Mood = 'take' | 'take and break' | 'break' | 'refuse' | 'never answer' | 'redirect' | 'babble';

export interface Receiver {
  readonly url: string;
  /** What it took, in order; with doubles. */
  readonly taken: readonly Received[];
  /** How often it was spoken to. */
  readonly asked: () => number;
  close(): Promise<void>;
}

export async function startReceiver(mood: (n: number) => Mood = () => 'take'): Promise<Receiver> {
  const taken: Received[] = [];
  let asked = 0;
  const answer = (request: IncomingMessage, response: ServerResponse, body: string) => {
    const message = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    switch (mood(asked++)) {
      case 'take':
        taken.push(message);
        return response.end();
      case 'take and break':
        taken.push(message);
        return request.socket.destroy();
      case 'break':
        return request.socket.destroy();
      case 'refuse':
        response.statusCode = 500;
        return response.end('no');
      case 'never answer':
        return undefined;
      case 'redirect':
        response.writeHead(307, { location: `http://127.0.0.1:${port()}/elsewhere` });
        return response.end();
      case 'babble': {
        taken.push(message);
        response.writeHead(200);
        const babble = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', babble);
        return babble();
      }
    }
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => void answer(request, response, body));
  });
  const port = () => (server.address() as AddressInfo).port;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${port()}/hook`,
    taken,
    asked: () => asked,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
