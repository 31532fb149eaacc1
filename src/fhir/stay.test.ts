import type { Encounter } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseResource } from './parse.ts';
import { validate } from './validate.ts';
import {
  admit,
  callOff,
  comeBack,
  dead,
  discharge,
  expectAt,
  leave,
  move,
  planDischarge,
  receive,
} from './stay.ts';

const patient = { reference: 'Patient/1' };
const place = (n: number) => ({
  ward: { reference: `Location/w${n % 3}` },
  bed: { reference: `Location/b${n}` },
});
const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 8, minute)).toISOString();
const step = fc.record({ what: fc.constantFrom('move', 'leave', 'back', 'plan'), where: fc.nat(9) });

const lived = fc.tuple(fc.nat(9), fc.array(step, { maxLength: 12 })).map(([first, steps]) => {
  let minute = 0;
  let stay = admit({ patient, ...place(first) }, at(minute));
  for (const { what, where } of steps) {
    minute += 7;
    if (what === 'move') stay = move(stay, place(where), at(minute));
    else if (what === 'leave') stay = leave(stay, at(minute));
    else if (what === 'back') stay = comeBack(stay, at(minute));
    else stay = planDischarge(stay, 'Eget hjem', at(9999));
  }
  return { stay, end: at(minute + 7) };
});
const active = ({ location = [] }: Encounter) => location.filter(({ status }) => status === 'active');

test('whatever happens, a stay is a right Encounter', () => {
  fc.assert(
    fc.property(lived, ({ stay, end }) => {
      for (const one of [stay, discharge(stay, 'Eget hjem', end), callOff(stay, end)])
        expect(validate(parseResource(JSON.stringify(one), { depthMax: 64 }))).toEqual([]);
    }),
  );
});

test('one ward and one bed are active, and every place before has an end', () => {
  fc.assert(
    fc.property(lived, ({ stay }) => {
      expect(active(stay).map(({ physicalType }) => physicalType?.coding?.[0]?.code)).toEqual(['wa', 'bd']);
      for (const { status, period } of stay.location ?? [])
        expect(period?.end === undefined).toBe(status === 'active');
    }),
  );
});

test('nothing is active after the discharge, and where the patient was is told in full', () => {
  fc.assert(
    fc.property(lived, ({ stay, end }) => {
      const gone = discharge(stay, 'Plejehjem', end);
      expect([gone.status, gone.period?.end, active(gone)]).toEqual(['finished', end, []]);
      expect(gone.location?.map(({ location }) => location)).toEqual(
        stay.location?.map(({ location }) => location),
      );
    }),
  );
});

test('the states that were are kept, one after the other without a gap', () => {
  fc.assert(
    fc.property(lived, ({ stay, end }) => {
      const history = discharge(stay, 'Eget hjem', end).statusHistory ?? [];
      const times = history.map(({ period }) => [period.start, period.end]);
      expect(times.map(([start]) => start)).toEqual([at(0), ...times.slice(0, -1).map(([, until]) => until)]);
      expect(times.at(-1)?.[1]).toBe(end);
    }),
  );
});

test('who was expected lies where they were placed, from when they came', () => {
  const expected = expectAt({ patient, ...place(1), reason: 'Pneumoni', origin: 'Akutmodtagelsen' }, at(0));
  const here = receive(expected, place(2), at(30));
  expect(active(here).map(({ location, period }) => [location.reference, period?.start])).toEqual([
    ['Location/w2', at(30)],
    ['Location/b2', at(30)],
  ]);
  expect([here.status, here.period?.start, here.hospitalization?.origin?.display]).toEqual([
    'in-progress',
    at(30),
    'Akutmodtagelsen',
  ]);
});

test('who comes before they were expected has a right stay too', () => {
  fc.assert(
    fc.property(fc.nat(600), fc.nat(600), (expected, come) => {
      const here = receive(expectAt({ patient, ...place(1) }, at(expected)), place(1), at(come));
      expect(validate(parseResource(JSON.stringify(here), { depthMax: 64 }))).toEqual([]);
      expect(here.period?.start).toBe(at(come));
    }),
  );
});

test('a death is told by its code', () => {
  const stay = admit({ patient, ...place(1) }, at(0));
  expect(discharge(stay, dead, at(5)).hospitalization?.dischargeDisposition?.coding?.[0]?.code).toBe('exp');
  expect(discharge(stay, 'Eget hjem', at(5)).hospitalization?.dischargeDisposition?.coding).toBeUndefined();
});
