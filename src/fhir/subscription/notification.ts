/**
 * What a subscriber is told: a Bundle of type `history` whose first entry tells of the subscription itself, as the R5
 * Backport has it for R4 (http://hl7.org/fhir/uv/subscriptions-backport/notifications.html).
 */
import { uuidv7 } from '#base/id.ts';
import { bundleText, type BundleEntry } from '../bundle.ts';
import { backport, type Content } from './subscription.ts';

export interface NotifiedEvent {
  /** From 1, counted for each subscription. */
  readonly number: number;
  /** When it was noticed, ms since 1970. */
  readonly at: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** The version as it was written; undefined: a deletion. */
  readonly text: string | undefined;
}
export interface Notification {
  /** The address of the FHIR API, without a slash at the end. */
  readonly base: string;
  readonly subscription: string;
  readonly topic: string | undefined;
  readonly status: string;
  readonly kind: 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';
  readonly eventsSinceStart: number;
  readonly content: Content;
  readonly events: readonly NotifiedEvent[];
  /** Why it is in error. */
  readonly error?: string | undefined;
}

export function notificationText(notification: Notification): string {
  const { base, subscription, events, content } = notification;
  const status: BundleEntry = {
    fullUrl: `urn:uuid:${uuidv7()}`,
    resource: statusText(notification),
    more: {
      request: { method: 'GET', url: `${base}/Subscription/${subscription}/$status` },
      response: { status: '200' },
    },
  };
  const told = content === 'empty' ? [] : events.map((event) => entryOf(base, content, event));
  return bundleText({ type: 'history', lastUpdated: new Date().toISOString() }, [status, ...told]);
}

function entryOf(base: string, content: Content, { type, id, version, text }: NotifiedEvent): BundleEntry {
  const url = `${type}/${id}`;
  const method = text === undefined ? 'DELETE' : version === 1 ? 'POST' : 'PUT';
  return {
    fullUrl: `${base}/${url}`,
    ...(content === 'full-resource' && text !== undefined ? { resource: text } : {}),
    more: {
      request: { method, url: method === 'POST' ? type : url },
      response: {
        status: text === undefined ? '204' : version === 1 ? '201' : '200',
        etag: `W/"${version}"`,
      },
    },
  };
}

/** The first entry: Parameters, in the form that the backport gives R5's SubscriptionStatus in R4. */
export function statusText({ base, subscription, topic, status, kind, ...told }: Notification): string {
  const { eventsSinceStart, events, content, error } = told;
  return JSON.stringify({
    resourceType: 'Parameters',
    meta: { profile: [`${backport}backport-subscription-status-r4`] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `${base}/Subscription/${subscription}` } },
      ...(topic === undefined ? [] : [{ name: 'topic', valueCanonical: topic }]),
      { name: 'status', valueCode: status },
      { name: 'type', valueCode: kind },
      { name: 'events-since-subscription-start', valueString: String(eventsSinceStart) },
      ...events.map(({ number, at, type, id }) => ({
        name: 'notification-event',
        part: [
          { name: 'event-number', valueString: String(number) },
          { name: 'timestamp', valueInstant: new Date(at).toISOString() },
          ...(content === 'empty'
            ? []
            : [{ name: 'focus', valueReference: { reference: `${base}/${type}/${id}` } }]),
        ],
      })),
      ...(error === undefined ? [] : [{ name: 'error', valueCodeableConcept: { text: error } }]),
    ],
  });
}
