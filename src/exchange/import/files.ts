/** The files of an import and the documents in them, read as a stream: memory does not grow with a file's size. */
import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { documentBytesMax, type Found, type SourceDocument } from './source-document.ts';
import { splitBundle } from './split-bundle.ts';

export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
}
const wanted = /\.(?:json|ndjson|jsonl)(?:\.gz)?$/i;

/** All files named, and those below the folders named, in the order of their paths. */
export async function findFiles(paths: readonly string[]): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for (const path of paths) {
    const facts = await stat(path);
    if (facts.isDirectory()) {
      const inside = (await readdir(path)).sort().map((name) => join(path, name));
      const kept: string[] = [];
      for (const one of inside) if (wanted.test(one) || (await stat(one)).isDirectory()) kept.push(one);
      found.push(...(await findFiles(kept)));
    } else found.push({ path, bytes: facts.size });
  }
  return found;
}

/**
 * The documents of a file: a line each in NDJSON, the whole in JSON. `onBytes` is told how far the file was read (of the
 * compressed bytes, when it is).
 */
export async function* readDocuments(
  file: SourceFile,
  onBytes: (bytes: number) => void,
): AsyncGenerator<SourceDocument> {
  const raw = createReadStream(file.path, { highWaterMark: 1024 * 1024 });
  raw.on('data', (chunk) => onBytes(chunk.length));
  const bytes: AsyncIterable<Buffer> = file.path.toLowerCase().endsWith('.gz') ? unzipped(raw) : raw;
  const documents = /\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(file.path)
    ? readLines(file.path, bytes)
    : readWhole(file, bytes);
  let ordinal = 0;
  try {
    for await (const document of documents) yield { ...document, ordinal: ordinal++ };
  } catch (error) {
    // Only what reading throws comes by here; what is done with a document is the caller's.
    if (!(error instanceof Error) || !('code' in error)) throw error;
    yield { file: file.path, line: 0, ordinal, fault: `cannot be read on (${error.message})` };
  } finally {
    raw.destroy();
  }
}

/** A pipe hands on the data and not the errors. */
function unzipped(raw: Readable): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  raw.on('error', (error) => gunzip.destroy(error));
  return raw.pipe(gunzip);
}

/** A document's text; bytes that are not UTF-8 must not become question marks in somebody's name. */
function textOf(held: readonly Buffer[]): { text: string; digest: string } | { fault: string } {
  const bytes = Buffer.concat(held);
  if (!isUtf8(bytes)) return { fault: 'is not valid UTF-8' };
  return { text: bytes.toString('utf8').trim(), digest: hash('sha256', bytes) };
}

async function* readLines(file: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<Found> {
  let line = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const take = (): Found | undefined => {
    line++;
    const size = heldBytes;
    const read = textOf(held);
    held = [];
    heldBytes = 0;
    if (size > documentBytesMax)
      return { file, line, fault: `the line is larger than ${documentBytesMax} bytes; split it` };
    return 'text' in read && read.text === '' ? undefined : { file, line, ...read };
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      hold(chunk.subarray(from, end));
      const document = take();
      if (document) yield document;
      from = end + 1;
    }
    hold(chunk.subarray(from));
  }
  const last = take();
  if (last) yield last;

  function hold(part: Buffer): void {
    heldBytes += part.length;
    if (heldBytes <= documentBytesMax) held.push(part);
    else held = [];
  }
}

async function* readWhole(file: SourceFile, bytes: AsyncIterable<Buffer>): AsyncGenerator<Found> {
  const held: Buffer[] = [];
  let size = 0;
  const rest = bytes[Symbol.asyncIterator]();
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    held.push(next.value);
    size += next.value.length;
    if (size > documentBytesMax) {
      // Too large to hold: cut into the entries of the Bundle that it must then be.
      yield* splitBundle(file.path, joinIterators(held.splice(0), rest));
      return;
    }
  }
  const read = textOf(held);
  if (!('text' in read) || read.text !== '') yield { file: file.path, line: 1, ...read };
}

async function* joinIterators(first: Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
