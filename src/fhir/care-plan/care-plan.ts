/**
 * A nurse's plan (plejeplan) as a CarePlan (docs/how/clinical-shapes.md): one for each problem area, with a goal and actions. What is due
 * of an action is computed from its timing and never stored ahead; doing it writes the Task of that time, whose id is made of the plan,
 * the action and the time, so that it can be written once.
 */
import { codesOf, list } from '../early-warning/observe.ts';
import { isObject, type Json } from '../json.ts';
import { addDays, dayOf, fhirMoment, instantOf, momentOn } from '../place-time.ts';
import json from './areas.json' with { type: 'json' };

const planKindSystem = 'https://holdfast.dk/fhir/care-plan';
const areaSystem = 'https://holdfast.dk/fhir/nursing-area';
const hourMs = 3_600_000;
const minuteMs = 60_000;

export interface Area {
  readonly id: string;
  readonly danish: string;
}
/** The twelve problem areas that Danish nurses assess by (Sundhedsstyrelsens vejledning om sygeplejefaglige optegnelser). */
export const areas: readonly Area[] = json;

export type Schedule =
  | { readonly kind: 'times'; readonly times: readonly string[] }
  | { readonly kind: 'every'; readonly hours: number };

export interface Action {
  readonly index: number;
  readonly words: string;
  /** undefined: done when it fits, and never due. */
  readonly schedule: Schedule | undefined;
}

export interface NursingPlan {
  readonly id: string;
  readonly patient: string | undefined;
  readonly area: Area | undefined;
  readonly goal: string;
  readonly actions: readonly Action[];
  readonly from: number | undefined;
  readonly until: number | undefined;
  readonly isActive: boolean;
}

export function isNursingPlan(plan: Json): boolean {
  return list(plan['category']).some((one) => codesOf(one, planKindSystem).includes('nursing'));
}

export function readNursingPlan(plan: Json): NursingPlan {
  const area = list(plan['category']).flatMap((one) => codesOf(one, areaSystem))[0];
  const period = isObject(plan['period']) ? plan['period'] : {};
  const goal = list(plan['contained']).find(({ resourceType }) => resourceType === 'Goal');
  const said = isObject(goal?.['description']) ? goal['description']['text'] : undefined;
  const subject = isObject(plan['subject']) ? plan['subject']['reference'] : undefined;
  return {
    id: typeof plan['id'] === 'string' ? plan['id'] : '',
    patient: typeof subject === 'string' ? subject.replace('Patient/', '') : undefined,
    area: areas.find(({ id }) => id === area),
    goal: typeof said === 'string' ? said : '',
    actions: list(plan['activity']).map((activity, index) => {
      const detail = isObject(activity['detail']) ? activity['detail'] : {};
      const words = detail['description'];
      return { index, words: typeof words === 'string' ? words : '', schedule: scheduleOf(detail) };
    }),
    from: instantOf(period['start']),
    until: instantOf(period['end']),
    isActive: plan['status'] === 'active',
  };
}

function scheduleOf(detail: Json): Schedule | undefined {
  const timing = isObject(detail['scheduledTiming']) ? detail['scheduledTiming'] : {};
  const repeat = isObject(timing['repeat']) ? timing['repeat'] : {};
  const times = Array.isArray(repeat['timeOfDay']) ? repeat['timeOfDay'] : [];
  if (times.length > 0)
    return { kind: 'times', times: times.map((time) => String(time).slice(0, 5)).toSorted() };
  const { period, periodUnit, frequency = 1 } = repeat;
  if (typeof period === 'number' && period > 0 && periodUnit === 'h' && typeof frequency === 'number')
    return { kind: 'every', hours: period / frequency };
  return undefined;
}

export interface Due {
  /** The id of the Task that answers it. */
  readonly id: string;
  readonly plan: string;
  readonly patient: string | undefined;
  readonly words: string;
  readonly at: number;
}

/** What of a plan is due from a moment (included) until another (not included), in order of time. */
export function dueOf(plan: NursingPlan, from: number, until: number): readonly Due[] {
  const begins = plan.from;
  if (!plan.isActive || begins === undefined) return [];
  const span = { from: Math.max(from, begins), until: Math.min(until, plan.until ?? Infinity) };
  return plan.actions
    .flatMap(({ index, words, schedule }) =>
      (schedule === undefined ? [] : timesOf(schedule, begins, span)).map((at) => ({
        id: `plan-${plan.id}-${index}-${Math.floor(at / minuteMs)}`,
        plan: plan.id,
        patient: plan.patient,
        words,
        at,
      })),
    )
    .toSorted((a, b) => a.at - b.at);
}

function timesOf(
  schedule: Schedule,
  begins: number,
  { from, until }: { readonly from: number; readonly until: number },
): number[] {
  const found: number[] = [];
  if (schedule.kind === 'every') {
    // Hours that pass, whatever the clock is set to.
    const step = Math.max(schedule.hours, leastHours) * hourMs;
    for (let at = begins + Math.ceil((from - begins) / step) * step; at < until; at += step) found.push(at);
    return found;
  }
  for (let day = dayOf(from); momentOn(day, '00:00') < until; day = addDays(day, 1))
    for (const time of schedule.times) {
      const at = momentOn(day, time);
      if (at >= from && at < until) found.push(at);
    }
  return found;
}
const leastHours = 0.25;

export interface NewPlan {
  /** `Patient/…` */
  readonly patient: string;
  readonly encounter: string | undefined;
  readonly area: Area;
  readonly goal: string;
  readonly actions: readonly { readonly words: string; readonly schedule: Schedule | undefined }[];
  readonly at: number;
  readonly author: { readonly reference?: string; readonly display?: string };
}

export function nursingPlan({ patient, encounter, area, goal, actions, at, author }: NewPlan) {
  return {
    resourceType: 'CarePlan',
    status: 'active',
    intent: 'plan',
    category: [
      { coding: [{ system: planKindSystem, code: 'nursing' }], text: 'Plejeplan' },
      { coding: [{ system: areaSystem, code: area.id }], text: area.danish },
    ],
    title: area.danish,
    description: [goal, ...actions.map(({ words }) => words)].filter((words) => words !== '').join('. '),
    subject: { reference: patient },
    ...(encounter !== undefined && { encounter: { reference: encounter } }),
    period: { start: fhirMoment(at) },
    created: fhirMoment(at),
    author,
    contained: [
      {
        resourceType: 'Goal',
        id: 'goal',
        lifecycleStatus: 'active',
        description: { text: goal },
        subject: { reference: patient },
      },
    ],
    goal: [{ reference: '#goal' }],
    activity: actions.map(({ words, schedule }) => ({
      detail: {
        kind: 'Task',
        status: 'in-progress',
        description: words,
        ...(schedule !== undefined && { scheduledTiming: { repeat: repeatOf(schedule) } }),
      },
    })),
  } as const;
}

function repeatOf(schedule: Schedule) {
  return schedule.kind === 'times'
    ? {
        frequency: schedule.times.length,
        period: 1,
        periodUnit: 'd',
        timeOfDay: schedule.times.map((time) => `${time}:00`),
      }
    : { frequency: 1, period: schedule.hours, periodUnit: 'h' };
}
