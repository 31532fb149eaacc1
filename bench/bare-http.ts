/**
 * The raw limit of a read: a server of `node:http` alone that answers each address with the same patient. A program of
 * its own, as ours is; prints its port.
 */
import { createServer } from 'node:http';

const headers = { 'content-type': 'application/fhir+json; charset=utf-8', etag: 'W/"1"' };
// As long as the driver's patients are when they are stored.
const [before = '', after = ''] = process.argv[2]?.split('$ID') ?? [];

const server = createServer((request, response) => {
  const [path = '', query] = (request.url ?? '').split('?');
  const id = query === undefined ? path.slice(path.lastIndexOf('/') + 1) : 'one';
  const body = before + id + after;
  // The driver looks for its patients before it begins.
  const answer =
    query === undefined
      ? body
      : `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":${body},"search":{"mode":"match"}}]}`;
  response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(answer) });
  response.end(answer);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) console.log(address.port);
});
