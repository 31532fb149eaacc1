/**
 * Operations on subscriptions, of the Subscriptions R5 Backport (http://hl7.org/fhir/uv/subscriptions-backport): how far one
 * is, its events again, and what binds a WebSocket to it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { Refusal } from '#base/refusal.ts';
import { bundleText } from '#fhir/bundle.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { notificationText, statusText, type Notification } from '#fhir/subscription/notification.ts';
import { readSubscription, type Content } from '#fhir/subscription/subscription.ts';
import { readSeveral } from '#store/reader.ts';
import { addToken, readEvents, readPlacesOf, tokenSeconds } from '#store/subscriptions.ts';
import { answerJson } from '../answer.ts';
import { named, readParameters } from '../parameters.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { idOf, isId } from '../target.ts';
import { questionOf } from './question.ts';

/** Subscriptions that one call may name. */
const subscriptionsMax = 100;
const eventsAtOnceMax = 1000;

/** The address of the WebSocket beside an API at `base`. */
export function webSocketAddress(base: string): string {
  return `${base.replace(/^http/, 'ws').replace(/\/fhir$/, '')}/ws`;
}

/** `Subscription/[id]/$status`: a Bundle with Parameters (query-status). */
export async function subscriptionStatus(service: Service, request: FhirRequest): Promise<Answer> {
  return answerStatus(request, [await readOne(service, request)]);
}

/** `Subscription/$status?id=…&status=…`: of these, or of those in a status. */
export async function subscriptionStatuses(service: Service, request: FhirRequest): Promise<Answer> {
  const ids = idsOf(service, request);
  if (ids.length === 0)
    throw new Refusal('invalid', [{ code: 'required', at: 'id', text: 'expected the ids of subscriptions' }]);
  const wanted = questionOf(service, request).text('status');
  const all = await readAll(service, request, ids);
  return answerStatus(request, wanted === undefined ? all : all.filter(({ status }) => wanted === status));
}

/** `Subscription/[id]/$events?eventsSinceNumber=…&eventsUntilNumber=…&content=…`, both numbers inclusive. */
export async function subscriptionEvents(service: Service, request: FhirRequest): Promise<Answer> {
  const question = questionOf(service, request);
  const one = await readOne(service, request);
  const since = question.whole('eventsSinceNumber') ?? 1;
  const until = question.whole('eventsUntilNumber');
  const events = await readEvents(service.store.sql, one.subscription, {
    after: since - 1,
    ...(until === undefined ? {} : { until }),
    count: eventsAtOnceMax,
  });
  const content = contentOf(question.text('content')) ?? one.content;
  return answerJson(notificationText({ ...one, kind: 'query-event', events, content }));
}

/** `$get-ws-binding-token`: opens a WebSocket's ear to subscriptions, once and soon. */
export async function bindingToken(service: Service, request: FhirRequest): Promise<Answer> {
  const ids = request.path.length > 2 ? [idOf(request)] : idsOf(service, request);
  if (ids.length === 0)
    throw new Refusal('invalid', [{ code: 'required', at: 'id', text: 'expected the ids of subscriptions' }]);
  const all = await readAll(service, request, ids);
  const other = all.find(({ channel }) => channel !== 'websocket');
  if (other)
    throw new Refusal(
      'unprocessable',
      `Subscription/${other.subscription} is none of channel type websocket`,
      {
        code: 'business-rule',
      },
    );
  const token = randomBytes(32).toString('base64url');
  await addToken(service.store.sql, createHash('sha256').update(token).digest(), ids);
  const parameter = [
    { name: 'token', valueString: token },
    { name: 'expiration', valueDateTime: new Date(Date.now() + tokenSeconds * 1000).toISOString() },
    ...ids.map((id) => ({ name: 'subscription', valueString: id })),
    { name: 'websocket-url', valueUrl: webSocketAddress(request.base) },
  ];
  return answerJson(JSON.stringify({ resourceType: 'Parameters', parameter }));
}

type Told = Notification & { readonly channel: string | undefined };

async function readOne(service: Service, request: FhirRequest): Promise<Told> {
  const [one] = await readAll(service, request, [idOf(request)]);
  if (!one) throw new Error('a subscription that was read is not told of');
  return one;
}

/** @throws Refusal `unknown` for one that is not there. */
async function readAll(service: Service, request: FhirRequest, ids: readonly string[]): Promise<Told[]> {
  const { sql } = service.store;
  const wanted = ids.map((id) => ({ type: 'Subscription', id }));
  const found = await readSeveral(sql, request.caller.sees, wanted);
  const places = new Map((await readPlacesOf(sql, ids)).map((place) => [place.id, place]));
  return ids.map((id) => {
    const stored = found.find((one) => one.id === id);
    if (stored?.body === undefined) throw new Refusal('unknown', `there is no Subscription/${id}`);
    const read: unknown = JSON.parse(stored.body);
    const tree: Json = isObject(read) ? read : {};
    const { definition } = readSubscription(tree, service.limits.subscriptionHosts);
    return {
      base: request.base,
      subscription: id,
      topic: definition?.topic,
      status: String(tree['status']),
      kind: 'query-status',
      eventsSinceStart: places.get(id)?.events ?? 0,
      content: definition?.content ?? 'id-only',
      events: [],
      channel: definition?.channel,
      ...(typeof tree['error'] === 'string' ? { error: tree['error'] } : {}),
    };
  });
}

function answerStatus({ base }: FhirRequest, all: readonly Told[]): Answer {
  const entries = all.map((one) => ({
    fullUrl: `${base}/Subscription/${one.subscription}/$status`,
    resource: statusText(one),
    more: { search: { mode: 'match' } },
  }));
  return answerJson(bundleText({ type: 'searchset', total: all.length }, entries));
}

function idsOf(service: Service, request: FhirRequest): string[] {
  const inBody = request.method === 'POST' && request.body !== undefined && request.body.length > 0;
  const given: readonly unknown[] = inBody
    ? named(readParameters(request, service.limits).tree, 'id').map(
        ({ valueId, valueString }) => valueId ?? valueString,
      )
    : request.query.flatMap(([name, value]) => (name === 'id' ? value.split(',') : []));
  const ids = [
    ...new Set(given.map((id) => (typeof id === 'string' ? id.replace(/^Subscription\//, '') : ''))),
  ];
  if (ids.length > subscriptionsMax)
    throw new Refusal(
      'invalid',
      `${ids.length} subscriptions are named; expected ${subscriptionsMax} at most`,
    );
  if (!ids.every(isId))
    throw new Refusal('invalid', [{ code: 'value', at: 'id', text: 'expected ids of subscriptions' }]);
  return ids;
}

function contentOf(text: string | undefined): Content | undefined {
  if (text === undefined || text === 'empty' || text === 'id-only' || text === 'full-resource') return text;
  throw new Refusal('invalid', [
    { code: 'value', at: 'content', text: 'expected empty, id-only or full-resource' },
  ]);
}
