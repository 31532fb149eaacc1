/** What a search asks of a resource, as data: `src/store/search` turns it into SQL, `match.ts` judges a resource by it. */
import type { TimeSpan } from './date.ts';

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

/** Each filter of a search must hold; the values within one are alternatives. */
export type Filter =
  | { readonly by: 'id'; readonly ids: readonly string[] }
  | { readonly by: 'patient'; readonly ids: readonly string[] }
  | { readonly by: 'token'; readonly keys: readonly string[]; readonly not: boolean }
  /** Tokens that are found by a text of theirs: a display (`starts`), or a uri below another (`below`). */
  | {
      readonly by: 'tokenText';
      readonly paths: readonly string[];
      readonly texts: readonly string[];
      readonly match: 'starts' | 'below';
    }
  /** Tokens as the index has them: what `tokenText` leads to. */
  | { readonly by: 'hash'; readonly hashes: readonly string[] }
  /** The rows of the record that were found by many tokens, since they are few. */
  | { readonly by: 'rid'; readonly rids: readonly number[] }
  | {
      readonly by: 'string';
      readonly paths: readonly string[];
      readonly match: 'start' | 'exact' | 'contains';
      readonly texts: readonly string[];
    }
  | { readonly by: 'date'; readonly paths: readonly string[]; readonly spans: readonly DateFilter[] }
  | { readonly by: 'mainDate' | 'updated'; readonly spans: readonly DateFilter[] }
  | {
      readonly by: 'number';
      readonly paths: readonly string[];
      readonly values: readonly NumberFilter[];
      /** The number must stand in one element with a token of one of these (`system|code`). */
      readonly beside?: readonly string[];
    }
  /** Two numbers that stand in one element. */
  | { readonly by: 'numberPair'; readonly numbers: readonly [NumberOf, NumberOf] }
  /** Whether anything stands at one of these paths. */
  | { readonly by: 'present'; readonly paths: readonly string[]; readonly not: boolean }
  | { readonly by: 'words'; readonly text: string; readonly narrative: boolean }
  | { readonly by: 'chain'; readonly links: readonly ChainLink[] }
  | { readonly by: 'has'; readonly link: ReverseLink }
  /** Is an item of this List. */
  | { readonly by: 'list'; readonly type: string; readonly ids: readonly string[] }
  | { readonly by: 'any' | 'all'; readonly filters: readonly Filter[] }
  /** Another condition for each type, in a search over several. */
  | { readonly by: 'perType'; readonly types: readonly (readonly [string, Filter])[] };

export interface DateFilter {
  readonly prefix: Prefix;
  readonly span: TimeSpan;
}
export interface NumberOf {
  readonly path: string;
  readonly value: NumberFilter;
}
export interface NumberFilter {
  readonly prefix: Prefix;
  /** The value as it was given, and the span that its precision stands for (`5.4` is 5.35 to 5.45). */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly system?: string;
  readonly unit?: string;
  /** The same in base units: then it is these that are compared. */
  readonly base?: {
    readonly unit: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  };
}
/** One way a chained parameter may go: by these reference paths to resources of this type that match. */
export interface ChainLink {
  readonly paths: readonly string[];
  /** True when the reference is the type's patient column. */
  readonly byPatient: boolean;
  readonly type: string;
  readonly filter: Filter;
}
/** `_has`: resources of this type that match point here. */
export interface ReverseLink {
  readonly type: string;
  readonly paths: readonly string[];
  /** Where in them the reference stands, as PostgreSQL's JSON paths. */
  readonly places: readonly string[];
  readonly byPatient: boolean;
  readonly target: string;
  readonly filter: Filter;
}

/** Codes as terminology knows them. Without a system, the code alone is compared. */
export interface ListedCode {
  readonly system?: string;
  readonly code: string;
}
/** What a search asks of terminology; whoever starts the search knows which value sets and code systems there are. */
export interface CodeLists {
  /** The codes of a value set by its canonical address; undefined when it is not known, or cannot be listed. */
  expand(valueSet: string): readonly ListedCode[] | undefined;
  /** The code and what is above or below it in its system's hierarchy; undefined when that is not known. */
  subsumed(system: string, code: string, direction: 'above' | 'below'): readonly string[] | undefined;
}
