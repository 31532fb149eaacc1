/**
 * Who stands in for whom: `PractitionerRole/$stand-in` with `standIn`, `start` and `end` hands the caller's own inbox over for a
 * time, `$stand-in` without `standIn` ends it. What it writes is a PractitionerRole (docs/how/clinical-shapes.md), which people do not write
 * by themselves. It opens no record and gives no password away.
 */
import { Refusal } from '#base/refusal.ts';
import { guards } from '#care/guards.ts';
import { uuidv7 } from '#base/id.ts';
import { parseResource } from '#fhir/parse.ts';
import { readPlaces } from '#store/reader.ts';
import { answerJson } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { performEntries } from '../write/write.ts';
import { questionOf } from './question.ts';

const hasHandedOver = 'https://holdfast.dk/fhir/stands-in-for';
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
/** Longer is no absence but a new job. */
const daysMax = 92;
const dayMs = 86_400_000;

export async function handOver(service: Service, request: FhirRequest): Promise<Answer> {
  const { caller } = request;
  const [, own] = /^Practitioner\/([A-Za-z0-9.-]{1,64})$/.exec(caller.author) ?? [];
  if (!caller.person || own === undefined)
    throw new Refusal('forbidden', 'only who is a Practitioner has an inbox to hand over', {
      detail: 'role',
    });
  const asked = questionOf(service, request);
  const standIn = asked.text('standIn');
  const role =
    standIn === undefined
      ? { active: false }
      : {
          active: true,
          practitioner: { reference: await existing(service, standIn, own) },
          period: periodOf(asked.text('start'), asked.text('end')),
        };
  const id = `stand-in-${own}`.slice(0, 64);
  const resource = {
    resourceType: 'PractitionerRole',
    id,
    extension: [{ url: hasHandedOver, valueReference: { reference: `Practitioner/${own}` } }],
    code: [{ text: 'stedfortræder' }],
    ...role,
  };
  const outcome = await performEntries(
    service,
    // In the name of who asks, by the program: people do not write places and roles.
    { ...request, caller: { author: caller.author, sees: caller.sees } },
    [
      {
        kind: 'update',
        type: 'PractitionerRole',
        id,
        newId: uuidv7(),
        resource: parseResource(JSON.stringify(resource), service.limits),
      },
    ],
    guards,
  );
  return answerJson(JSON.stringify(resource), 200, { 'idempotency-key': outcome.act });
}

async function existing(service: Service, reference: string, own: string): Promise<string> {
  const [, id] = /^Practitioner\/([A-Za-z0-9.-]{1,64})$/.exec(reference) ?? [];
  if (id === own) throw wrong('standIn', 'nobody stands in for themselves');
  const [place] = id === undefined ? [] : await readPlaces(service.store.sql, [{ type: 'Practitioner', id }]);
  if (!place || place.deleted) throw wrong('standIn', 'expected a Practitioner that is there');
  return reference;
}

/** @throws Refusal `invalid` for what is no time from one moment to a later one */
function periodOf(start: string | undefined, end: string | undefined): { start: string; end: string } {
  if (start === undefined || !dateTime.test(start) || Number.isNaN(Date.parse(start)))
    throw wrong('start', 'expected a dateTime with its offset');
  if (end === undefined || !dateTime.test(end) || Number.isNaN(Date.parse(end)))
    throw wrong('end', 'expected a dateTime with its offset: a hand-over ends');
  const days = (Date.parse(end) - Date.parse(start)) / dayMs;
  if (days <= 0 || days > daysMax) throw wrong('end', `expected after start, at most ${daysMax} days`);
  return { start, end };
}

function wrong(name: string, text: string): Refusal {
  return new Refusal('invalid', [{ code: 'value', at: `Parameters.parameter:${name}`, text }]);
}
