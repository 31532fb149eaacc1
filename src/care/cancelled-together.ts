/**
 * Operations that are cancelled together (docs/how/clinical-shapes.md): one act cancels every elective operation of the days and rooms that it
 * names or says of it why it is kept, so none is left out unseen; each patient whose operation is cancelled gets a Task: to be called.
 */
import type { Issue } from '#base/refusal.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import type { Json } from '#fhir/json.ts';
import { instantOf } from '#fhir/place-time.ts';
import { callKind, neverTogether } from '#fhir/surgery/codes.ts';
import { readCall, type Call } from '#fhir/surgery/cancel-together.ts';
import { isLive, readPlace } from '#fhir/surgery/place.ts';
import { readOperation } from '#fhir/surgery/request.ts';
import type { Proposal, Proposed, Ruling } from './guard.ts';
import { codeIn, statusOf, targetOf, textOf } from './read-json.ts';
import { conflict, claimOf, wrong } from './surgery.ts';

/** The guard of a Task, when it is a call about an operation that was cancelled. */
export function judgeCall(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (codeIn((after ?? before)?.['code'], taskKindSystem) !== callKind) return undefined;
  if (after === undefined)
    return Promise.resolve({
      issues: [wrong('status', 'call-kept', 'a call is never deleted: complete or cancel it')],
    });
  return before === undefined ? judgeNew(change, after, proposal) : Promise.resolve(judgeMade(after));
}

function judgeMade(after: Json): Ruling {
  if (statusOf(after) !== 'completed') return {};
  const period = after['executionPeriod'];
  const at = instantOf(
    typeof period === 'object' && period !== null && 'end' in period ? period.end : undefined,
  );
  return {
    issues:
      targetOf(after['owner']) === undefined || at === undefined
        ? [wrong('owner', 'no-caller', 'expected who called, and when (executionPeriod.end)')]
        : [],
  };
}

async function judgeNew(change: Proposed, after: Json, proposal: Proposal): Promise<Ruling> {
  const call = readCall(after);
  const issues: Issue[] = [];
  if (call === undefined)
    return {
      issues: [
        wrong(
          'restriction.period',
          'no-scope',
          'expected the department (location), its rooms and the days that were looked through',
        ),
      ],
    };
  const place = readPlace(call.place === undefined ? undefined : await proposal.read(call.place));
  if (place?.status !== 'cancelled' || place.patient !== targetOf(after['for']))
    issues.push(wrong('focus', 'not-cancelled', 'expected a place of this patient that is cancelled'));
  if (call.decider === undefined)
    issues.push(wrong('requester', 'no-decider', 'expected who decided it, by name'));
  if (textOf(after['status']) !== 'requested')
    issues.push(wrong('status', 'call-begins', 'expected requested: nobody has called yet'));
  // Once for each decision: it looks through the whole programme.
  const first = proposal.changes.find(
    ({ type, after: one }) => type === 'Task' && readCall(one)?.decision === call.decision,
  );
  if (first?.id === change.id) issues.push(...(await leftOut(call, proposal)));
  return { issues, claims: claimOf('programme', call.department) };
}

/** Elective operations of the days and rooms that the act says nothing of. */
async function leftOut(call: Call, proposal: Proposal): Promise<Issue[]> {
  const at = (ms: number) => new Date(ms).toISOString().slice(0, 19).concat('Z');
  const found = await proposal.find(
    'Appointment',
    `location=${call.department}&status=proposed,booked&date=ge${at(call.from)}&date=lt${at(call.to)}`,
  );
  const issues: Issue[] = [];
  for (const one of found) {
    const place = readPlace(one);
    if (place === undefined || !isLive(place) || place.status === 'arrived') continue;
    if (place.room === undefined || !call.rooms.includes(place.room)) continue;
    if (place.start === undefined || place.start < call.from || place.start >= call.to) continue;
    if (place.kept.includes(call.decision)) continue;
    const operation = readOperation(
      place.request === undefined ? undefined : await proposal.read(place.request),
    );
    if (operation !== undefined && neverTogether.has(operation.urgency)) continue;
    issues.push(
      conflict(
        'restriction.period',
        'left-out',
        `nothing is said of Appointment/${place.id} of ${textOf(one['start']) ?? ''}`,
      ),
    );
  }
  return issues;
}
