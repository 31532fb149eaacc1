/** What a FHIR request is served with, and the shapes of question and answer. Nothing here knows of HTTP servers. */
import type { Events } from '#base/events.ts';
import type { Guards } from '#care/guard.ts';
import type { Role } from '#identity/role.ts';
import type { Restriction } from '#store/access.ts';
import type { Audit } from '#identity/audit/audit.ts';
import type { Asker } from '#identity/audit/line.ts';
import { keptGrant, type Grant, type KeptGrant } from '#identity/scope.ts';
import type { Store } from '#store/store.ts';
import type { DeferredWorker } from './deferred/worker.ts';
import type { LargeBodies } from './large-body/large-bodies.ts';

export interface Limits {
  readonly depthMax: number;
  readonly entriesMax: number;
  readonly pageMax: number;
  readonly pageDefault: number;
  readonly writeDeadlineMs: number;
  /** How long a record is open that was opened with a reason. */
  readonly glassHours: number;
  /** How many resources one conditional delete may delete; 1: more than one match is refused. */
  readonly deletedAtOnceMax: number;
  /** Hosts that subscriptions may send to. */
  readonly subscriptionHosts: readonly string[];
}

export interface Service {
  readonly store: Store;
  readonly limits: Limits;
  readonly version: string;
  /** True while the disk is too full to write (507); asked before each write. */
  readonly diskIsFull: () => boolean;
  /** Works on requests that are answered later. */
  readonly deferred: DeferredWorker;
  /** Reads large bodies where they hold up nobody. */
  readonly largeBodies: LargeBodies;
  readonly events: Pick<Events, 'requestFailed' | 'writeOutcomeUnknown'>;
  /** Who asked a while ago, with the rights they have now. @throws Refusal `unauthenticated` when they are gone. */
  readonly recall: (kept: KeptCaller) => Promise<Caller>;
  readonly audit: Audit;
  /** The clinical rules that every write is held to. */
  readonly guards: Guards;
  /** The shared medication card; undefined: it is not connected. */
  readonly medicationCard?: MedicationCard | undefined;
}

/** Fetches and keeps a patient's card: see exchange/fmk. */
export interface MedicationCard {
  fetch(
    patient: string,
    youngerThanMs: number,
  ): Promise<{ readonly outcome: string; readonly at: string | undefined }>;
}

/** Who asks. */
export interface Caller {
  /** Kept with each act, e.g. `Practitioner/anne-lund` or `person/admin`. */
  readonly author: string;
  /** Whose role bounds what they may do; undefined: a program of ours. */
  readonly person?: { readonly user: string; readonly role: Role };
  readonly sees: Restriction;
  /** Who it is to the audit; undefined: `author` says all that is known. */
  readonly asker?: Asker;
  /** What another program may do for them; undefined: all that they may themselves. */
  readonly grant?: Grant;
}

/** What is kept of a caller whose request is answered later. */
export interface KeptCaller {
  readonly author: string;
  readonly user?: string;
  readonly asker?: Asker;
  readonly grant?: KeptGrant;
}

export function keptCaller({ author, person, asker, grant }: Caller): KeptCaller {
  return {
    author,
    ...(person ? { user: person.user } : {}),
    ...(asker ? { asker } : {}),
    ...(grant ? { grant: keptGrant(grant) } : {}),
  };
}

export interface FhirRequest {
  readonly method: string;
  /** The path below `/fhir`, in parts, decoded. */
  readonly path: readonly string[];
  readonly query: readonly (readonly [string, string])[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: Uint8Array | string | undefined;
  readonly caller: Caller;
  /** The address of this API as the caller sees it, without a slash at the end. */
  readonly base: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text; XML only on its way out. */
  readonly body?: string;
  /** What a Binary holds, in place of a body. */
  readonly bytes?: Uint8Array;
  /** Text that is made while it is sent, in place of a body: what has no end that memory could hold. */
  readonly stream?: AsyncIterable<string>;
  /** What the audit is told beside the request: what a Bundle was and asked, and what was written, as `Type/id`. */
  readonly told?: {
    readonly what?: 'batch' | 'transaction';
    readonly asked?: readonly string[];
    readonly wrote?: readonly string[];
  };
}
