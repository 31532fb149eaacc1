/** What the store writes and what it answers: the shapes of acts and changes. */
import type { ActId } from '#base/id.ts';
import type { Snapshot } from './claims.ts';
import type { IndexRows } from './index-rows.ts';

/** Who writes, and what is known of when. */
export interface Authorship {
  /** The person or program, e.g. `Practitioner/anne` or `import`. */
  readonly author: string;
  /** The node the act is made on. */
  readonly node: string;
  /** When it happened, as the author says, with its offset; undefined: now. */
  readonly eventAt?: string;
}

/** One new version of one resource. */
export interface Change {
  readonly type: string;
  readonly id: string;
  /** The new version: one more than the version the author built upon. */
  readonly version: number;
  /** The record's row of this resource; undefined when there never was one. */
  readonly rid?: number;
  readonly updated: number;
  /** The whole resource as text, stamped; undefined: deleted. */
  readonly body?: string;
  /** What it is found by; see index-rows.ts. */
  readonly index?: IndexRows;
}

/** What one entry of an act was answered. The journal keeps it, so that a repeat gets the same answer. */
export interface EntryAnswer {
  readonly status: 200 | 201 | 204;
  readonly type?: string;
  readonly id?: string;
  readonly version?: number;
}

/** What no other act may have claimed that this one has not surely seen; see claims.ts. */
export interface Claimed {
  readonly texts: readonly string[];
  readonly snapshot: Snapshot;
}

export interface Act extends Authorship {
  readonly id: ActId;
  readonly claimed?: Claimed;
  readonly fingerprint?: Uint8Array;
  readonly changes: readonly Change[];
  readonly answers: readonly EntryAnswer[];
}

/** A resource version as it is stored. */
export interface StoredVersion {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly updated: number;
  /** The text to be sent as it is; undefined: this version is a deletion. */
  readonly body: string | undefined;
}
