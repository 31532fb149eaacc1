/** Identifiers that Holdfast makes: UUIDs of version 7 (RFC 9562), so that they sort roughly by the time they were made. */
import { createHash, randomFillSync } from 'node:crypto';

declare const idOf: unique symbol;
/** The id of an act, made by whoever writes; the idempotency key. A UUID in lower case. */
export type ActId = string & { readonly [idOf]: 'Act' };

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
// Random bytes are drawn for 256 ids at once: one system call for each id would cost more than the id.
const pool = Buffer.alloc(10 * 256);
let used = pool.length;
let lastMs = 0;

/**
 * A new UUIDv7. The clock is a hint only: when it goes backwards the ids keep the newest time seen, so ids made by one
 * process still sort in the order they were made, to the millisecond.
 */
export function uuidv7(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  lastMs = Math.max(lastMs, Date.now());
  const time = lastMs.toString(16).padStart(12, '0');
  const random = pool.toString('hex', used, used + 10);
  used += 10;
  const variant = ((Number.parseInt(random.slice(3, 4), 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}

export function newActId(): ActId {
  return uuidv7() as ActId;
}

/**
 * The act id for a client's key: a UUID is taken as it is; any other text becomes the same UUID each time (version 8,
 * from its SHA-256). `parts` name an entry within what the client sent as one request.
 */
export function actIdOf(key: string, ...parts: readonly (string | number)[]): ActId {
  const lower = key.toLowerCase();
  if (parts.length === 0 && uuidPattern.test(lower)) return lower as ActId;
  return actIdOfContent([lower, ...parts].join('\n'));
}

/** The act id of what has no key but its content: the same text, in whatever parts it comes, is the same act. */
export function actIdOfContent(...parts: readonly string[]): ActId {
  const sha256 = createHash('sha256');
  // Joined first, half a megabyte would be copied.
  for (const part of parts) sha256.update(part);
  const hash = sha256.digest('hex');
  const variant = ((Number.parseInt(hash.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-') as ActId;
}
