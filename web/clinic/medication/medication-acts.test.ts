// What the buttons write: an order that changes loses no dose, moves none and gives none twice.
import type { MedicationRequest } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalOf } from '#fhir/dose/decimal.ts';
import { writeDose } from '#fhir/dose/dose.ts';
import type { Step, When } from '#fhir/dose/step.ts';
import { chainOf, plannedOf, readOrder } from '#fhir/medication/order.ts';
import { fhirMoment, momentOn } from '../../parts/format/date.ts';
import { giveAct, replaceAct, sameOrder, statusAct } from './medication-acts.ts';

const hourMs = 3_600_000;
const by = { reference: 'Practitioner/anne', display: 'Anne Lund' };
// The days around a change to summer time.
const start = momentOn('2026-03-27', '10:00');
const end = start + 12 * 24 * hourMs;
const whens: fc.Arbitrary<When> = fc.oneof(
  fc.constantFrom<When>(
    { kind: 'clock', times: ['08:00', '14:00', '22:00'], everyDays: 1, weekdays: [] },
    { kind: 'clock', times: ['08:00'], everyDays: 2, weekdays: [] },
    { kind: 'clock', times: ['07:00'], everyDays: 1, weekdays: ['mon', 'thu'] },
    { kind: 'interval', minutes: 480 },
    { kind: 'interval', minutes: 420 },
  ),
);
const step = (when: When, from: number, until?: number): Step => ({
  amount: { value: decimalOf(40) ?? expect.fail('no decimal'), unit: 'mg' },
  upTo: undefined,
  rate: undefined,
  when,
  most: undefined,
  from,
  until,
});
const requestOf = (steps: readonly Step[]): MedicationRequest => ({
  resourceType: 'MedicationRequest',
  id: 'old',
  meta: { versionId: '3' },
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/p' },
  authoredOn: fhirMoment(start),
  medicationCodeableConcept: {
    coding: [{ system: 'http://www.whocc.no/atc', code: 'C03CA01', display: 'furosemid' }],
    text: 'furosemid, FURIX, tabl., 40 mg',
  },
  dosageInstruction: writeDose({ steps, route: 'p.o.', text: '' }) as unknown as NonNullable<
    MedicationRequest['dosageInstruction']
  >,
});
const requests = fc.oneof(
  whens.map((when) => requestOf([step(when, start)])),
  // A taper.
  whens.map((when) =>
    requestOf([
      step(when, start, start + 96 * hourMs),
      step(when, start + 96 * hourMs, start + 192 * hourMs),
    ]),
  ),
);
const timesOf = (request: MedicationRequest) => plannedOf(readOrder(request), 0, end).map(({ at }) => at);
/** What is stored after each replacement, newest first. */
function replaced(request: MedicationRequest, moments: readonly number[]): readonly MedicationRequest[] {
  let newest = request;
  const older: MedicationRequest[] = [];
  moments.forEach((at, index) => {
    const [next, stopped] = replaceAct(newest, sameOrder(newest), 'fornyet', [], {
      patient: 'p',
      stay: undefined,
      by,
      at,
    });
    older.unshift(stopped?.resource as MedicationRequest);
    newest = { ...(next?.resource as MedicationRequest), id: `new${index}` };
  });
  return [newest, ...older];
}

describe('an order that is replaced', () => {
  test('any number of times at any moments plans the same doses as before, each of them once', () => {
    fc.assert(
      fc.property(
        requests,
        fc.uniqueArray(fc.integer({ min: 1, max: 11 * 24 * 60 }), { minLength: 1, maxLength: 4 }),
        (request, minutes) => {
          const moments = [...minutes].sort((a, b) => a - b).map((minute) => start + minute * 60_000);
          const last = Math.max(...readOrder(request).dose.steps.map(({ until }) => until ?? Infinity));
          fc.pre((moments.at(-1) ?? 0) < last);
          const all = replaced(request, moments)
            .flatMap(timesOf)
            .sort((a, b) => a - b);
          expect(all).toEqual(timesOf(request));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is found from the newest on, with what was given by each of them', () => {
    const orders = replaced(requestOf([step({ kind: 'interval', minutes: 480 }, start)]), [
      start + hourMs,
      start + 30 * hourMs,
    ]);
    const chain = chainOf(
      orders[0] ?? expect.fail('no order'),
      new Map(orders.map((one) => [one.id ?? '', one])),
    );
    expect(chain.map(({ id }) => id)).toEqual(['new1', 'new0', 'old']);
    expect(chain.map(({ status }) => status)).toEqual(['active', 'stopped', 'stopped']);
  });

  test('that had run out is renewed from now on, and not stopped a second time', () => {
    const over = {
      ...requestOf([step({ kind: 'interval', minutes: 480 }, start, start + 24 * hourMs)]),
      status: 'completed' as const,
    };
    const changes = replaceAct(over, sameOrder(over), 'fornyet', [], {
      patient: 'p',
      stay: undefined,
      by,
      at: start + 50 * hourMs,
    });
    expect(changes).toHaveLength(1);
    expect(timesOf(changes[0]?.resource as MedicationRequest)[0]).toBeGreaterThanOrEqual(start + 50 * hourMs);
  });

  test('names the version that was on the screen', () => {
    const [change] = statusAct(requestOf([step({ kind: 'interval', minutes: 480 }, start)]), {
      status: 'on-hold',
      at: start,
      why: 'lavt blodtryk',
    });
    expect(change).toMatchObject({
      method: 'PUT',
      url: 'MedicationRequest/old',
      version: '3',
      resource: { status: 'on-hold', statusReason: { text: 'lavt blodtryk' } },
    });
  });
});

test('a given dose says which dose, of which order, how much, when and by whom', () => {
  const request = requestOf([step({ kind: 'interval', minutes: 480 }, start)]);
  const [change] = giveAct({
    request,
    planned: start,
    at: start + 5 * 60_000,
    amount: { value: decimalOf('0.5') ?? expect.fail('no decimal'), unit: 'g' },
    by,
    second: { reference: 'Practitioner/bo', display: 'Bo' },
  });
  expect(change?.resource).toMatchObject({
    status: 'completed',
    request: { reference: 'MedicationRequest/old' },
    effectiveDateTime: '2026-03-27T10:05:00+01:00',
    dosage: { dose: { value: 0.5, unit: 'g' }, route: { text: 'p.o.' } },
    performer: [
      { actor: { reference: 'Practitioner/anne' } },
      { actor: { reference: 'Practitioner/bo' }, function: { coding: [{ code: 'verifier' }] } },
    ],
  });
});
