/**
 * Opening a record that is not open: `Patient/[id]/$break-glass` with a reason, `Patient/$break-glass` for a person who is
 * protected and whose number is known, `Patient/[id]/$access` for how far a record is open, and the list of those who
 * review. None of it is FHIR's, and all of it is Parameters.
 */
import { Refusal } from '#base/refusal.ts';
import { tokenKey } from '#fhir/search-forms.ts';
import { breakGlass, readBroken, readReason, reviewGlass } from '#identity/glass.ts';
import { readDepths, seesEverything } from '#store/access.ts';
import { readPlaces } from '#store/reader.ts';
import { firstMatches } from '#store/search/search.ts';
import { answerJson } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { countOf, idOf } from '../target.ts';
import { questionOf } from './question.ts';

/** A word is no reason; a reason fits into a line of a list. */
const reasonLetters = { min: 5, max: 500 };

export async function openWithReason(service: Service, request: FhirRequest): Promise<Answer> {
  const { person, sees } = request.caller;
  const asked = questionOf(service, request);
  const reason = asked.text('reason')?.trim() ?? '';
  if (!person?.role.glass || !sees.access)
    throw new Refusal('forbidden', 'your role opens no records with a reason', { detail: 'role' });
  if (reason.length < reasonLetters.min || reason.length > reasonLetters.max)
    throw new Refusal('invalid', [
      {
        code: 'required',
        at: 'Parameters.parameter:reason',
        text: `expected why the record must be opened, ${reasonLetters.min} to ${reasonLetters.max} letters`,
      },
    ]);
  const patient =
    request.path.length === 3
      ? await existing(service, idOf(request))
      : await byIdentifier(service, asked.text('identifier') ?? '');
  const { sql } = service.store;
  const { id, leftS } = await breakGlass(sql, {
    user: person.user,
    patient,
    reason,
    hours: service.limits.glassHours,
  });
  sees.access.remembered.delete(patient);
  sees.access.reasons.set(patient, reason);
  sees.shown?.patients.add(patient);
  return answerParameters([
    ['id', 'String', id],
    ['patient', 'Reference', { reference: `Patient/${patient}` }],
    ['minutesLeft', 'Integer', Math.ceil(leftS / 60)],
  ]);
}

async function existing(service: Service, id: string): Promise<string> {
  const [place] = await readPlaces(service.store.sql, [{ type: 'Patient', id }]);
  if (!place || place.deleted) throw new Refusal('unknown', `there is no Patient/${id}`);
  return id;
}

/** By a number with its system, `urn:oid:…|0101011234`. */
async function byIdentifier(service: Service, identifier: string): Promise<string> {
  if (!/^[^|]+\|[^|]+$/.test(identifier))
    throw new Refusal('invalid', [
      {
        code: 'required',
        at: 'identifier',
        text: 'expected system|value, such as urn:oid:1.2.208.176.1.2|0101011234',
      },
    ]);
  const keys = [tokenKey('Patient.identifier', identifier)];
  const found = await firstMatches(service.store.sql, seesEverything, {
    type: 'Patient',
    filters: [{ by: 'token', keys, not: false }],
  });
  const [match] = found;
  if (!match || found.length > 1)
    throw new Refusal('unknown', match ? 'several patients have this number' : 'no patient has this number');
  return match.id;
}

/** How far a record is open: `none`, `name`, `stay` or `chart`; by a reason given, or because of the treatment. */
export async function accessOf(service: Service, request: FhirRequest): Promise<Answer> {
  const { person, sees } = request.caller;
  const patient = await existing(service, idOf(request));
  if (!sees.access || !person) return answerParameters([['depth', 'Code', 'chart']]);
  const { sql } = service.store;
  const depth = (await readDepths(sql, sees.access, [patient])).get(patient) ?? 'none';
  const given = await readReason(sql, person.user, patient);
  return answerParameters([
    ['depth', 'Code', depth],
    ['mayBreakGlass', 'Boolean', person.role.glass],
    ['hours', 'Integer', service.limits.glassHours],
    ...(given
      ? ([
          ['reason', 'String', given.reason],
          ['minutesLeft', 'Integer', Math.ceil(given.leftS / 60)],
        ] as const)
      : []),
  ]);
}

/** What was opened with a reason and not yet looked at by a reviewer; `all=true`: also what was. */
export async function brokenGlass(service: Service, request: FhirRequest): Promise<Answer> {
  refuseOthers(request);
  const asked = questionOf(service, request);
  const list = await readBroken(service.store.sql, {
    reviewed: asked.flag('all'),
    patient: asked.text('patient')?.replace(/^Patient\//, ''),
    count: countOf(request, service.limits),
  });
  const parameter = list.map((one) => ({
    name: 'opened',
    part: parametersOf([
      ['id', 'String', one.id],
      ['who', 'String', one.name],
      ['user', 'String', one.user],
      ['role', 'Code', one.role],
      ['patient', 'Reference', { reference: `Patient/${one.patient}` }],
      ['reason', 'String', one.reason],
      ['at', 'Instant', new Date(one.at).toISOString()],
      ['minutesLeft', 'Integer', Math.ceil(one.leftS / 60)],
      ...(one.reviewedBy === null
        ? []
        : ([
            ['reviewedBy', 'String', one.reviewedBy],
            ['finding', 'String', one.finding ?? ''],
          ] as const)),
    ]),
  }));
  return answerJson(JSON.stringify({ resourceType: 'Parameters', parameter }));
}

export async function reviewBroken(service: Service, request: FhirRequest): Promise<Answer> {
  const reviewer = refuseOthers(request);
  const asked = questionOf(service, request);
  const [id = '', finding = ''] = [asked.text('id'), asked.text('finding')?.trim()];
  if (!/^[0-9a-f-]{36}$/.test(id) || finding === '')
    throw new Refusal('invalid', 'expected the id of what was opened, and what was found', {
      code: 'required',
    });
  if (!(await reviewGlass(service.store.sql, { id, reviewer, finding: finding.slice(0, 1000) })))
    throw new Refusal(
      'conflict',
      'there is none of this id that waits for a review, or it is your own, which another reviews',
    );
  return answerParameters([['id', 'String', id]]);
}

/** The reviewer's log-in name. @throws Refusal `forbidden` */
function refuseOthers({ caller: { person } }: FhirRequest): string {
  if (!person?.role.reviews)
    throw new Refusal('forbidden', 'your role does not review what was opened with a reason', {
      detail: 'role',
    });
  return person.user;
}

type Named = readonly [name: string, type: string, value: unknown];

function answerParameters(list: readonly Named[]): Answer {
  return answerJson(JSON.stringify({ resourceType: 'Parameters', parameter: parametersOf(list) }));
}

function parametersOf(list: readonly Named[]) {
  return list.map(([name, type, value]) => ({ name, [`value${type}`]: value }));
}
