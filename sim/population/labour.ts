// The partogram of who gives birth: examined every second hour, listened to every half hour, until the child is there at hour
// seven (courses/birth.ts). Of births long past nobody looks at the partogram in a demo, and none is made.
import type { Observation } from '@medplum/fhirtypes';
import type { LabourFact } from '#fhir/partogram/observe.ts';
import { labourObservation } from '#fhir/partogram/shapes.ts';
import { danishInstant, minuteMs } from './danish-time.ts';
import { performerOf, referTo } from './resources.ts';
import { atHours, type Stay } from './stay.ts';

export const bornAfterHours = 7;
const keptHours = 30;

/** Hours since admission, cm, station, contractions in ten minutes and how many seconds each. */
const looks = [
  [0.5, 4, -2, 3, 40],
  [2.5, 6, -1, 4, 45],
  [4.5, 8, 0, 4, 50],
  [6.25, 10, 1, 5, 60],
] as const;
const listenEveryHours = 0.5;

export function labourOf(stay: Stay): Observation[] {
  if (stay.hours > keptHours) return [];
  const random = stay.random.fork('labour');
  const at = (hours: number) => Math.floor(atHours(stay, hours) / minuteMs) * minuteMs;
  const seen: (readonly [hours: number, fact: LabourFact])[] = looks.flatMap(
    ([hours, cm, station, contractions, seconds]) =>
      (
        [
          { kind: 'dilatation', value: cm, fetus: undefined },
          { kind: 'station', value: station, fetus: undefined },
          { kind: 'contractions', value: contractions, fetus: undefined },
          { kind: 'contraction-duration', value: seconds, fetus: undefined },
          ...(hours > 1 ? [{ kind: 'liquor', value: 'clear' } as const] : []),
        ] as const
      ).map((fact) => [hours, fact] as const),
  );
  for (let hours = listenEveryHours; hours < bornAfterHours; hours += listenEveryHours)
    seen.push([
      hours,
      {
        kind: 'heart-rate',
        value: 138 + Math.round(random.noise(6)) - (hours > 6 ? 12 : 0),
        fetus: undefined,
      },
    ]);
  seen.push([1.75, { kind: 'membranes-ruptured' }], [bornAfterHours, { kind: 'birth' }]);
  return seen
    .filter(([hours]) => at(hours) <= stay.until)
    .sort(([a], [b]) => a - b)
    .map(([hours, fact]) => ({
      ...labourObservation(fact, {
        patient: referTo(`Patient/${stay.person.id}`),
        stay: referTo(`Encounter/${stay.encounterId}`),
        performer: performerOf(stay.nurse),
        at: danishInstant(at(hours)),
      }),
      id: random.uuid(),
    }));
}
