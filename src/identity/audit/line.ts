/**
 * A line of the audit: who was shown, did, or was refused what, why and from where. It is written as one line of JSON,
 * once, and never taken apart again until someone asks for it; so its text is made with care: 1 µs.
 */
import type { Person } from '../person.ts';

/** What a request gave out: names as `Type/id`, or rows of the record, which keep their number for ever. */
export interface AuditShown {
  readonly names?: readonly string[];
  readonly rids?: readonly number[];
  /** Ids of patients. */
  readonly patients?: ReadonlySet<string> | readonly string[];
}

/** Who is at the other end: nobody who is known, or a person. It survives being kept as JSON. */
export interface Asker {
  readonly who?: Person;
  readonly session?: 'browser' | 'token' | 'app';
  /** The network address; of a command, the name of the machine. */
  readonly from: string;
}

export interface AuditLine extends Asker {
  /** Why, in words, e.g. of an emergency. */
  readonly why?: string;
  /**
   * A code of http://hl7.org/fhir/restful-interaction, an operation as `$everything`, or one of ours: `start`, `stop`,
   * `lost`, `login`, `login-refused`, `logout`, `lock`, `unlock`, `print`, `follow` (the feed, or how far a request is), `deferred`
   * (answered when nobody waited for it), `command` (of the command line), `refused`, `event` (an AuditEvent that another system wrote).
   */
  readonly what: string;
  /** Method, path and query as they were asked; what a Bundle asks, line by line. */
  readonly asked: string;
  /** The status of the answer. */
  readonly status: number;
  readonly shown?: AuditShown;
  /** The user name that did not fit its password. */
  readonly tried?: string;
  /** For how many requests it stands, when for more than one. */
  readonly times?: number;
  /** What was printed. */
  readonly view?: string;
  /** The text of the AuditEvent that another system wrote, and the references in it. */
  readonly event?: { readonly text: string; readonly about: readonly string[] };
  /** The ends of other chains that a chain saw when it began. */
  readonly chains?: readonly ChainEnd[];
}

/** A page of a chain, with its digest in hexadecimal. */
export interface ChainEnd {
  readonly program: string;
  readonly number: number;
  readonly digest: string;
}

/** A line as it is read again. */
export interface KeptLine {
  /** When, as the wall clock of the program believed: `2026-01-15T14:05:00.000Z`. */
  readonly at: string;
  readonly who?: Pick<Person, 'user' | 'name' | 'role' | 'practitioner'>;
  readonly session?: string;
  readonly why?: string;
  readonly from?: string;
  readonly what: string;
  readonly asked?: string;
  readonly status: number;
  readonly names?: readonly string[];
  readonly rids?: readonly number[];
  readonly patients?: readonly string[];
  readonly tried?: string;
  readonly times?: number;
  readonly view?: string;
  readonly event?: string;
  readonly chains?: readonly ChainEnd[];
}

const askedCharactersMax = 1000;
const whyCharactersMax = 1000;
/** One who is shown more than so many resources or patients has several lines. */
const shownMax = 1000;

/** The text of a line; without a line break, whatever stands in it. */
export function lineText(at: string, line: AuditLine): string {
  const { who, session, why, from, what, asked, status, shown, tried, times, view, event, chains } = line;
  let text = `{"at":"${at}","what":${JSON.stringify(what)},"status":${status},"from":${JSON.stringify(from)}`;
  if (asked !== '') text += `,"asked":${JSON.stringify(cut(asked, askedCharactersMax))}`;
  if (who) text += `,"who":${personText(who)}`;
  if (session) text += `,"session":"${session}"`;
  if (why !== undefined) text += `,"why":${JSON.stringify(cut(why, whyCharactersMax))}`;
  if (shown) text += shownText(shown);
  if (tried !== undefined) text += `,"tried":${JSON.stringify(tried)}`;
  if (times !== undefined && times > 1) text += `,"times":${times}`;
  if (view !== undefined) text += `,"view":${JSON.stringify(view)}`;
  if (event) text += `,"event":${JSON.stringify(event.text)}`;
  if (chains) text += `,"chains":${JSON.stringify(chains)}`;
  return `${text}}`;
}

function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`;
}

function shownText({ names, rids, patients }: AuditShown): string {
  let text = '';
  if (names !== undefined && names.length > 0) text += `,"names":${JSON.stringify(names)}`;
  if (rids !== undefined && rids.length > 0) text += `,"rids":[${rids.join(',')}]`;
  let before = ',"patients":[';
  for (const patient of patients ?? []) {
    text += `${before}${JSON.stringify(patient)}`;
    before = ',';
  }
  return before === ',' ? `${text}]` : text;
}

/** A person is one object as long as their session is believed, and asks a hundred times meanwhile. */
const texts = new WeakMap<Person, string>();

function personText(person: Person): string {
  let text = texts.get(person);
  if (text === undefined) {
    const { user, name, role, practitioner } = person;
    text = JSON.stringify({ user, name, role, practitioner });
    texts.set(person, text);
  }
  return text;
}

/** The line as several, when it tells of more than one line holds. */
export function inParts(line: AuditLine): readonly AuditLine[] {
  if (!line.shown) return [line];
  const { names = [], rids = [], patients: given = [] } = line.shown;
  const size = 'size' in given ? given.size : given.length;
  const count = Math.ceil(Math.max(names.length, rids.length, size) / shownMax);
  if (count < 2) return [line];
  const patients = [...given];
  return Array.from({ length: count }, (_, n) => {
    const part = <T>(list: readonly T[]) => list.slice(n * shownMax, (n + 1) * shownMax);
    return { ...line, shown: { names: part(names), rids: part(rids), patients: part(patients) } };
  });
}
