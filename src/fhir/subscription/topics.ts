/**
 * What can be subscribed to beyond one's own criteria: what hospitals follow. Each topic says of which types it speaks,
 * which change of a resource is an event, and by which search parameters a subscriber may narrow it. R4 has no resource
 * for this (R5's SubscriptionTopic), so topics are data of the program, told in the capability statement.
 */
import type { Json } from '../json.ts';

export interface Topic {
  readonly url: string;
  readonly title: string;
  readonly types: readonly string[];
  /** Search parameters of those types (canFilterBy). */
  readonly filters: readonly string[];
  /** Whether what happened is an event: the resource now and before; undefined: there is, or was, none. */
  readonly happened: (now: Json | undefined, before: Json | undefined) => boolean;
}

const address = (name: string): string => `https://holdfast.dk/fhir/SubscriptionTopic/${name}`;

function becomes(...states: readonly string[]): Topic['happened'] {
  const isSo = (one: Json | undefined) =>
    typeof one?.['status'] === 'string' && states.includes(one['status']);
  return (now, before) => isSo(now) && !isSo(before);
}

const told: readonly unknown[] = ['final', 'amended', 'corrected', 'appended', 'entered-in-error'];

export const topics: readonly Topic[] = [
  {
    url: address('admission'),
    title: 'An encounter begins: its status becomes in-progress',
    types: ['Encounter'],
    filters: ['patient', 'class', 'type', 'service-provider', 'location', '_id'],
    happened: becomes('in-progress'),
  },
  {
    url: address('discharge'),
    title: 'An encounter ends: its status becomes finished',
    types: ['Encounter'],
    filters: ['patient', 'class', 'type', 'service-provider', 'location', '_id'],
    happened: becomes('finished'),
  },
  {
    url: address('result'),
    title:
      'A result is there, is corrected or is withdrawn: each version that is final, amended, corrected, appended or entered in error, and a deletion of such a one',
    types: ['Observation', 'DiagnosticReport'],
    filters: ['patient', 'category', 'code', 'performer', 'encounter', 'based-on', 'status', '_id'],
    happened: (now, before) => told.includes((now ?? before)?.['status']),
  },
  {
    url: address('order'),
    title: 'An order is given: its status becomes active, and it is no proposal or plan',
    types: ['ServiceRequest', 'MedicationRequest'],
    filters: [
      'patient',
      'category',
      'code',
      'requester',
      'performer',
      'encounter',
      'priority',
      'intent',
      '_id',
    ],
    happened: (now, before) =>
      becomes('active')(now, before) && now?.['intent'] !== 'proposal' && now?.['intent'] !== 'plan',
  },
];

export function topicOf(url: string): Topic | undefined {
  return topics.find((topic) => topic.url === url);
}
