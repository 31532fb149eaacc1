/** The files of an import and the documents in them, read as a stream: memory does not grow with a file's size. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { splitBundle } from './split-bundle.ts';

export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
}
/** One JSON document of a file, or why there is none at this line. */
export interface SourceDocument {
  readonly file: string;
  readonly line: number;
  readonly text?: string;
  readonly fault?: string;
  /** A part of a Bundle too large to be held as one: the entry's own text stands in `text`. */
  readonly partOf?: { readonly bundleType: string };
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

/** A line or document larger than this is not held in memory: V8 holds at most 512 MiB in one text. */
export const documentBytesMax = 64 * 1024 * 1024;

/**
 * The documents of a file: a line each in NDJSON, the whole in JSON. `onBytes` is told how far the file was read (of the
 * compressed bytes, when it is).
 */
export async function* readDocuments(file: SourceFile, onBytes: (bytes: number) => void): AsyncGenerator<SourceDocument> {
  const raw = createReadStream(file.path, { highWaterMark: 1024 * 1024 });
  raw.on('data', (chunk) => onBytes(chunk.length));
  const bytes: AsyncIterable<Buffer> = file.path.toLowerCase().endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  if (/\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(file.path)) yield* readLines(file.path, bytes);
  else yield* readWhole(file, bytes);
}

async function* readLines(file: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<SourceDocument> {
  let line = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const take = (): SourceDocument | undefined => {
    line++;
    const size = heldBytes;
    const text = size > documentBytesMax ? '' : Buffer.concat(held).toString('utf8').trim();
    held = [];
    heldBytes = 0;
    if (size > documentBytesMax) return { file, line, fault: `the line is larger than ${documentBytesMax} bytes; split it` };
    return text === '' ? undefined : { file, line, text };
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

async function* readWhole(file: SourceFile, bytes: AsyncIterable<Buffer>): AsyncGenerator<SourceDocument> {
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
  const text = Buffer.concat(held).toString('utf8').trim();
  if (text !== '') yield { file: file.path, line: 1, text };
}

async function* joinIterators(first: Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
