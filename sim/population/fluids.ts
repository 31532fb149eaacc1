// What goes in and comes out of those whose fluids are watched: who has an infusion, and some of the old.
import type { Observation, Resource } from '@medplum/fhirtypes';
import { assert } from '#base/assert.ts';
import { decimalOf } from '#fhir/dose/decimal.ts';
import { fluidObservation } from '#fhir/fluid-balance/entry.ts';
import { fluidKinds } from '#fhir/fluid-balance/kinds.ts';
import { clockTimesWithin, dayMs, hourMs, minuteMs } from './danish-time.ts';
import { performerOf } from './resources.ts';
import type { Stay } from './stay.ts';

/** Kind, usual times of the day, least and most ml. */
const rhythm: readonly (readonly [kind: string, clocks: readonly string[], least: number, most: number])[] = [
  ['oral', ['08:00', '10:00', '12:30', '15:00', '18:00', '21:00'], 100, 250],
  ['urine', ['07:30', '11:00', '16:00', '20:30', '02:30'], 150, 450],
  ['vomit', ['09:30'], 50, 200],
  ['perspiration', ['06:00'], 500, 800],
];

/** A day and a half is looked back at. */
const keptMs = 1.5 * dayMs;

export function fluidsOf(stay: Stay): Resource[] {
  const random = stay.random.fork('fluids');
  const isWatched =
    stay.course.child !== true &&
    !stay.finished &&
    (stay.course.drugs.some(({ infusion }) => infusion !== undefined) ||
      (stay.person.age >= 75 && random.chance(0.3)));
  if (!isWatched) return [];
  const from = Math.max(stay.admitted + hourMs, stay.until - keptMs);
  return rhythm.flatMap(([id, clocks, least, most]) => {
    const kind = fluidKinds.find((one) => one.id === id);
    assert(kind !== undefined, `no fluid of kind ${id}`);
    if (id === 'vomit' && !random.chance(0.25)) return [];
    return clockTimesWithin(clocks, from, stay.until - 20 * minuteMs).flatMap((at): Resource[] => {
      // What nobody wrote down is no nought.
      if (random.chance(0.12)) return [];
      const ml = decimalOf(random.whole(least / 10, most / 10) * 10);
      assert(ml !== undefined, 'an amount of fluid is a number');
      const entry = fluidObservation({
        patient: `Patient/${stay.person.id}`,
        encounter: `Encounter/${stay.encounterId}`,
        kind,
        ml,
        at,
        performer: performerOf(stay.nurse),
      });
      return [{ id: random.uuid(), ...entry } as unknown as Observation];
    });
  });
}
