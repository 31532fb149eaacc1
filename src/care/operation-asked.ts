/**
 * An operation that is asked for no more (docs/how/clinical-shapes.md): its place ends with it, unless the patient is in the room already; it
 * says why, and is never deleted.
 */
import { operationCategory, cancelReasonSystem } from '#fhir/surgery/codes.ts';
import { requestReasonUrl } from '#fhir/orders/steps.ts';
import { isOperation } from '#fhir/surgery/request.ts';
import { clocksOf, isInRoom, stepOf } from '#fhir/surgery/way.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { listOf, statusOf, wordsIn } from './read-json.ts';
import { conflict, livePlaces, claimOf, waysOf, wrong } from './surgery.ts';

const withdrawn = new Set(['revoked', 'entered-in-error']);

/** The guard of a ServiceRequest, when it asks for an operation. */
export function judgeAsked(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (before === undefined || !isOperation(before['category'])) return undefined;
  if (after === undefined)
    return Promise.resolve({
      issues: [wrong('status', 'order-kept', 'an operation is never deleted: revoke it with a reason')],
    });
  if (!isOperation(after['category']))
    return Promise.resolve({
      issues: [
        wrong('category', 'operation-kept', `is an operation and stays one: ${operationCategory.code}`),
      ],
    });
  const ends = withdrawn.has(statusOf(after)) && !withdrawn.has(statusOf(before));
  return ends ? judgeWithdrawn(change, proposal) : undefined;
}

async function judgeWithdrawn({ id, before, after }: Proposed, proposal: Proposal): Promise<Ruling> {
  const name = `ServiceRequest/${id}`;
  const ways = await waysOf(name, proposal);
  const said = listOf(after?.['extension']).find(({ url }) => url === requestReasonUrl);
  const reason = wordsIn(said?.['valueCodeableConcept']);
  const also: Consequence[] = [];
  for (const place of await livePlaces(name, proposal))
    also.push({
      type: 'Appointment',
      id: place.id,
      patch: [
        { op: 'add', path: '/status', value: 'cancelled' },
        {
          op: 'add',
          path: '/cancelationReason',
          value: {
            coding: [{ system: cancelReasonSystem, code: 'not-needed' }],
            ...(reason === undefined ? {} : { text: reason }),
          },
        },
      ],
    });
  for (const way of ways)
    if (statusOf(way) === 'preparation')
      also.push({
        type: 'Procedure',
        id: String(way['id']),
        patch: [{ op: 'add', path: '/status', value: 'not-done' }],
      });
  return {
    issues: [
      ...(reason === undefined
        ? [wrong('extension', 'no-reason', `expected why it is not wanted any more, as ${requestReasonUrl}`)]
        : []),
      ...(statusOf(before) === 'completed'
        ? [conflict('status', 'answered-already', `${name} is done and cannot be revoked any more`)]
        : []),
      ...(ways.some((way) => isInRoom(stepOf(clocksOf(way))?.step))
        ? [conflict('status', 'started-already', 'the patient is in the operating room already')]
        : []),
    ],
    claims: claimOf('operation', name),
    also: also.filter(
      ({ type, id: one }) => !proposal.changes.some((other) => other.type === type && other.id === one),
    ),
  };
}
