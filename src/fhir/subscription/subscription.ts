/**
 * A Subscription (http://hl7.org/fhir/R4/subscription.html) as this server understands it: R4's own form, with a search as
 * its criteria, and the topic-based one of the Subscriptions R5 Backport
 * (http://hl7.org/fhir/uv/subscriptions-backport), whose criteria are the address of a topic.
 */
import type { Issue } from '#base/refusal.ts';
import { parts } from '../json-text.ts';
import { isObject, type Json } from '../json.ts';
import { show, type Parsed } from '../parse.ts';
import { readCriteria, readTopicCriteria, type Criteria } from './criteria.ts';
import { readEndpoint } from './endpoint.ts';
import { topicOf, topics } from './topics.ts';

export type Content = 'empty' | 'id-only' | 'full-resource';
export interface SubscriptionDefinition {
  /** The topic's address; undefined in R4's own form. */
  readonly topic: string | undefined;
  readonly criteria: Criteria;
  readonly channel: 'rest-hook' | 'websocket';
  /** Of a rest-hook. */
  readonly endpoint: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly content: Content;
  /** 0: none. */
  readonly heartbeatS: number;
  /** How long an answer may take. */
  readonly timeoutS: number;
  /** Events in one notification, at most. */
  readonly eventsMax: number;
  /** When it ends, ms since 1970; undefined: never by itself. */
  readonly endMs: number | undefined;
}

export const backport = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';
const [timeoutDefaultS, timeoutMaxS] = [10, 60];
const heartbeatMaxS = 86_400;
const [eventsDefault, eventsMost] = [20, 100];
const [headersMax, filtersMax] = [20, 20];

/** What it defines, or what is wrong; all issues are rules of this server on a resource that R4 allows. */
export function readSubscription(
  tree: Json,
  hosts: readonly string[],
): { readonly definition?: SubscriptionDefinition; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const wrong = (at: string, text: string) =>
    void issues.push({ code: 'not-supported', at: `Subscription.${at}`, text });
  const channel = isObject(tree['channel']) ? tree['channel'] : {};
  const type = channel['type'];
  if (type !== 'rest-hook' && type !== 'websocket')
    wrong(
      'channel.type',
      `is ${show(type)}; expected rest-hook or websocket: this server sends no e-mail, SMS or messages`,
    );
  if (extensions(channel, '_type').length > 0)
    wrong(
      'channel.type.extension',
      'changes the kind of channel; expected rest-hook or websocket without it',
    );

  const text = typeof tree['criteria'] === 'string' ? tree['criteria'] : '';
  const isTopic = /^https?:\/\/|^urn:/.test(text);
  const topic = isTopic ? topicOf(text) : undefined;
  const filters = filtersOf(tree, wrong);
  let criteria: Criteria | undefined;
  if (isTopic && !topic)
    wrong(
      'criteria',
      `is no topic of this server; expected one of ${topics.map(({ url }) => url).join(', ')}`,
    );
  else if (!topic && filters.length > 0)
    wrong('criteria.extension', 'narrows a topic; the criteria are none');
  else {
    const read = topic ? readTopicCriteria(topic, filters) : readCriteria(text);
    if ('issues' in read) issues.push(...read.issues);
    else criteria = read;
  }

  const payload = channel['payload'];
  if (payload !== undefined && payload !== 'application/fhir+json')
    wrong('channel.payload', `is ${show(payload)}; expected application/fhir+json, or nothing`);
  const content = contentOf(channel, topic !== undefined, wrong);
  if (topic && content !== 'empty' && payload === undefined)
    wrong('channel.payload', 'is required for id-only and full-resource; expected application/fhir+json');

  const endpoint = typeof channel['endpoint'] === 'string' ? channel['endpoint'] : '';
  if (type === 'rest-hook') {
    const read = readEndpoint(endpoint, hosts);
    if ('fault' in read) wrong('channel.endpoint', read.fault);
  }
  const headers = headersOf(channel, wrong);
  const heartbeatS = numberOf(channel, 'backport-heartbeat-period', 0, [1, heartbeatMaxS], wrong);
  const timeoutS = numberOf(channel, 'backport-timeout', timeoutDefaultS, [1, timeoutMaxS], wrong);
  const eventsMax = numberOf(channel, 'backport-max-count', eventsDefault, [1, eventsMost], wrong);
  if (!criteria || issues.length > 0 || (type !== 'rest-hook' && type !== 'websocket')) return { issues };
  const end = typeof tree['end'] === 'string' ? Date.parse(tree['end']) : Number.NaN;
  return {
    issues,
    definition: {
      topic: topic?.url,
      criteria,
      channel: type,
      endpoint,
      headers,
      content,
      heartbeatS,
      timeoutS,
      eventsMax,
      endMs: Number.isNaN(end) ? undefined : end,
    },
  };
}

/**
 * What a client writes, as it is stored: whether a subscription is active is the server's to say, so `active` is taken as
 * the request to be so, and `error` is refused. @returns the resource, and issues.
 */
export function asClientWrote(
  written: Parsed,
  hosts: readonly string[],
): { readonly parsed: Parsed; readonly issues: readonly Issue[] } {
  const { status } = written.tree;
  if (status === 'error')
    return {
      parsed: written,
      issues: [
        {
          code: 'business-rule',
          at: 'Subscription.status',
          text: 'is error, which only the server says; expected requested or off',
        },
      ],
    };
  // What is off may be anything: it sends nothing.
  const issues = status === 'off' ? [] : readSubscription(written.tree, hosts).issues;
  return { parsed: status === 'active' ? withStatus(written, 'requested') : written, issues };
}

/** The same resource with another status, and without `error` or with another; every other member stays as it is written. */
export function withStatus<Resource extends Pick<Parsed, 'text' | 'tree'>>(
  written: Resource,
  status: string,
  error?: string,
): Resource {
  const { text } = written;
  const kept = parts(text).flatMap(({ key, start, end }) =>
    key === 'error' || key === '_error' || key === 'status'
      ? []
      : [`${JSON.stringify(key)}:${text.slice(start, end)}`],
  );
  const told = error === undefined ? [] : [`"error":${JSON.stringify(error)}`];
  const { error: _error, _error: _more, ...tree } = written.tree;
  return {
    ...written,
    text: `{${[...kept, `"status":${JSON.stringify(status)}`, ...told].join(',')}}`,
    tree: { ...tree, status, ...(error === undefined ? {} : { error }) },
  };
}

type Wrong = (at: string, text: string) => void;

function extensions(parent: Json, member?: string): Json[] {
  const holder: unknown = member === undefined ? parent : parent[member];
  const list: unknown = isObject(holder) ? holder['extension'] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function filtersOf(tree: Json, wrong: Wrong): string[] {
  const all = extensions(tree, '_criteria');
  const filters = all.flatMap(({ url, valueString }) =>
    url === `${backport}backport-filter-criteria` && typeof valueString === 'string' ? [valueString] : [],
  );
  if (filters.length !== all.length)
    wrong(
      'criteria.extension',
      `has one that is not known here; expected ${backport}backport-filter-criteria with a valueString`,
    );
  if (filters.length > filtersMax)
    wrong('criteria.extension', `are ${filters.length}; expected ${filtersMax} at most`);
  return filters.slice(0, filtersMax);
}

function contentOf(channel: Json, isTopic: boolean, wrong: Wrong): Content {
  const said = extensions(channel, '_payload').find(
    ({ url }) => url === `${backport}backport-payload-content`,
  )?.['valueCode'];
  if (said === undefined) return isTopic || channel['payload'] === undefined ? 'empty' : 'full-resource';
  if (said === 'empty' || said === 'id-only' || said === 'full-resource') return said;
  wrong('channel.payload.extension', 'expected empty, id-only or full-resource');
  return 'empty';
}

function numberOf(
  channel: Json,
  name: string,
  initial: number,
  [least, most]: readonly [number, number],
  wrong: Wrong,
): number {
  const found = extensions(channel).find(({ url }) => url === backport + name);
  if (!found) return initial;
  const value: unknown = Object.entries(found).find(([key]) => key.startsWith('value'))?.[1];
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  wrong('channel.extension', `${name} is out of bounds; expected a whole number from ${least} to ${most}`);
  return initial;
}

/** Headers that say how the message is sent are ours. */
const ownHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
]);

function headersOf(channel: Json, wrong: Wrong): [string, string][] {
  const list: readonly unknown[] = Array.isArray(channel['header']) ? channel['header'] : [];
  if (list.length > headersMax) wrong('channel.header', `are ${list.length}; expected ${headersMax} at most`);
  return list.slice(0, headersMax).flatMap((one): [string, string][] => {
    const text = typeof one === 'string' ? one : '';
    const colon = text.indexOf(':');
    const [name, value] = [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
    if (colon > 0 && /^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/.test(name) && /^[\x20-\x7e]{0,4000}$/.test(value)) {
      if (!ownHeaders.has(name)) return [[name, value]];
      wrong('channel.header', `'${name}' is set by the server`);
    } else wrong('channel.header', "expected 'Name: value' in ASCII");
    return [];
  });
}
