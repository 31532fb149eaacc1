// The demo region: two regions' hospitals, wards, beds, staff and about 300 patients, all from one number and one
// instant. Same seed and same `now`: the same bytes. Bundles are made when asked for, so that loading can start at once
// and nothing is held in memory.
import type { Bundle } from '@medplum/fhirtypes';
import { assert } from '#base/assert.ts';
import { phraseSystem } from '#fhir/notes/phrases.ts';
import { questionnaires } from '#fhir/notes/template.ts';
import { chartOf } from './chart.ts';
import { minuteMs } from './danish-time.ts';
import { drugKnowledge } from './drug-knowledge.ts';
import { operatingOf, operatingStaff } from './operating.ts';
import { organisationResources, wardResources } from './places.ts';
import { planRegion } from './plan.ts';
import { plannedChartOf } from './planned.ts';
import { randomFrom } from './random.ts';
import { transaction } from './resources.ts';
import { loginsOf, makeStaff, staffResources, type DemoLogin } from './staff.ts';
import { operatingDepartments } from './tables/operating.ts';

export { diagnosisCodes } from './tables/diagnosis-codes.ts';
export type { DemoLogin } from './staff.ts';

export interface Population {
  readonly logins: readonly DemoLogin[];
  /** Transaction bundles, made lazily: organisations, drugs and templates of notes, places, staff, then one for each patient (a newborn after its mother), one for each operating department. */
  readonly bundles: Iterable<Bundle>;
  /** How many bundles there will be, for a progress bar. */
  readonly bundleCount: number;
}

const patientsUsual = 300;

export function population(options: {
  readonly seed: number;
  readonly now: Date;
  readonly patients?: number;
}): Population {
  // To the minute, as everything in it is written.
  const now = Math.floor(options.now.getTime() / minuteMs) * minuteMs;
  const patients = options.patients ?? patientsUsual;
  assert(Number.isFinite(now), 'the demo region needs an instant');
  assert(patients >= 1 && patients <= 400, `patients of the demo region: ${patients}, expected 1 to 400`);
  const random = randomFrom(`holdfast-${options.seed}`);
  const wardStaff = makeStaff(random.fork('staff'));
  const staff = [...wardStaff, ...operatingStaff(random.fork('operating staff'), wardStaff)];
  const plan = planRegion(random.fork('plan'), now, staff, patients);
  const operating = operatingDepartments.map((one) =>
    operatingOf(one, random.fork(`operating-${one.id}`), now, plan, staff),
  );
  const before: readonly (() => Bundle)[] = [
    () => transaction(organisationResources()),
    () => transaction([...drugKnowledge(), ...questionnaires(), phraseSystem()]),
    () => transaction(wardResources(plan.statusByBed, plan.cots)),
    () => transaction(operating.flatMap(({ places }) => places)),
    () => transaction(staffResources(staff)),
  ];
  return {
    logins: loginsOf(staff),
    bundleCount: before.length + plan.slots.length + operating.length,
    bundles: {
      *[Symbol.iterator]() {
        for (const make of before) yield make();
        for (const slot of plan.slots)
          yield transaction(
            slot.state === 'planned' ? plannedChartOf(slot, now, staff) : chartOf(slot, now, staff),
          );
        for (const { programme } of operating) yield transaction(programme);
      },
    },
  };
}
