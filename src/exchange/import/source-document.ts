/** What is read from a file, one piece at a time. */

/**
 * A line or document larger than this is not held in memory: as a tree of small objects, and again as its resources, it
 * takes thirty times its size. The largest of Synthea's patients is a tenth of it.
 */
export const documentBytesMax = 10 * 1024 * 1024;

/** One JSON document of a file, or why there is none at this line. */
export interface SourceDocument {
  readonly file: string;
  readonly line: number;
  readonly text?: string;
  /** SHA-256 of the bytes, in hexadecimal, of a document that is held whole. */
  readonly digest?: string;
  readonly fault?: string;
  /** Which document of the file it is, from 0: what a second look finds it by. */
  readonly ordinal: number;
  /** A part of a Bundle too large to be held as one: the entry's own text stands in `text`. */
  readonly partOf?: { readonly bundleType: string };
}
/** As it is read, before it is counted. */
export type Found = Omit<SourceDocument, 'ordinal'>;
