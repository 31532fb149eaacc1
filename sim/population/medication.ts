// Drug orders and the doses given for them. Home drugs come in as `community` orders; what is given in hospital are
// `inpatient` orders. A dose answers a planned time; the last four days are kept.
import type {
  CodeableConcept,
  MedicationAdministration,
  MedicationRequest,
  Resource,
  Timing,
} from '@medplum/fhirtypes';
import { drugMedicationSystem } from '#fhir/medication-card/shape.ts';
import type { DrugPlan } from './course.ts';
import { clockTimesWithin, danishInstant, dayMs, hourMs, minuteMs } from './danish-time.ts';
import { overriddenIn } from './overridden.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import {
  codeable,
  danishNumber,
  plannedTimeExtension,
  quantity,
  refer,
  referTo,
  systems,
  performerOf,
} from './resources.ts';
import { atHours, type Stay } from './stay.ts';
import { formulary, type CaveClass, type Drug, type DrugKey } from './tables/formulary.ts';
import { problems, type LastingProblem } from './tables/problems.ts';
import { nurseAt } from './vitals.ts';

const givenKeptDays = 4;

/** The drug, or what is given instead because of a known reaction; undefined when there is nothing instead. */
export function toleratedDrug(person: Person, key: DrugKey): DrugKey | undefined {
  const known: readonly CaveClass[] = Array.isArray(person.cave) ? person.cave.map((each) => each.class) : [];
  let tried: DrugKey | undefined = key;
  while (tried !== undefined) {
    const drug: Drug = formulary[tried];
    if (drug.cave === undefined || !known.includes(drug.cave)) return tried;
    tried = drug.instead as DrugKey | undefined;
  }
  return undefined;
}

/** Of two that do not go together, the second is left out. */
const notTogether: readonly (readonly [DrugKey, DrugKey])[] = [
  ['apixaban', 'acetylsalicylicAcid'],
  ['apixaban', 'clopidogrel'],
  ['clopidogrel', 'acetylsalicylicAcid'],
  ['ramipril', 'losartan'],
  ['bisoprolol', 'metoprolol'],
  ['rivaroxaban', 'apixaban'],
];

export function homeDrugs({
  person,
  problems: lastingProblems,
}: Pick<Stay, 'person' | 'problems'>): DrugPlan[] {
  const found = new Map<DrugKey, DrugPlan>();
  for (const problem of lastingProblems) {
    const lasting: LastingProblem = problems[problem];
    for (const [key, dose] of lasting.drugs) {
      const drug = toleratedDrug(person, key);
      if (drug !== undefined && !found.has(drug))
        found.set(drug, { drug, ...(dose === undefined ? {} : { dose }) });
    }
  }
  for (const [kept, dropped] of notTogether) if (found.has(kept)) found.delete(dropped);
  return [...found.values()];
}

export function medicationOf(stay: Stay): Resource[] {
  const random = stay.random.fork('medication');
  const home = homeDrugs(stay);
  const written: Resource[] = homeOrders(stay.person, stay.problems, stay.admitted, random);
  const inHospital: {
    readonly ordered: MedicationRequest;
    readonly plan: DrugPlan;
    readonly planned: readonly number[];
  }[] = [];
  for (const plan of inHospitalPlans(stay, home)) {
    const start = atHours(stay, plan.from ?? 0.7);
    if (start >= stay.until) continue;
    const ordered = order(stay, plan, random, start);
    written.push(ordered);
    inHospital.push({
      ordered,
      plan,
      planned: plan.pausedBecause === undefined ? plannedDoses(stay, plan, start, random) : [],
    });
  }
  const late = stay.doseLate
    ? lateDose(
        stay,
        inHospital.flatMap(({ plan, planned }) =>
          plan.asNeeded === undefined && plan.infusion === undefined ? planned : [],
        ),
      )
    : undefined;
  for (const { ordered, plan, planned } of inHospital) {
    for (const at of planned) {
      if (at !== late) written.push(...dose(stay, ordered, plan, at, random));
    }
  }
  return [...written, ...overriddenIn(stay, written)];
}

/** What is taken at home, prescribed by the general practice long ago. */
export function homeOrders(
  person: Person,
  lasting: Stay['problems'],
  before: number,
  random: Random,
): MedicationRequest[] {
  return homeDrugs({ person, problems: lasting }).map((plan) => {
    const start = before - random.whole(90, 2200) * dayMs;
    const id = random.uuid();
    return {
      ...request(plan, 'active', start, undefined),
      id,
      // As it was when the medication card was last looked at.
      identifier: [{ system: drugMedicationSystem, value: `fmk-${id}` }],
      category: [category('community', 'Hjemmemedicin')],
      subject: referTo(`Patient/${person.id}`),
      requester: { display: person.practice },
    };
  });
}

function inHospitalPlans(stay: Stay, home: readonly DrugPlan[]): DrugPlan[] {
  const plans: DrugPlan[] = [];
  for (const plan of stay.course.drugs) {
    const drug = toleratedDrug(stay.person, plan.drug);
    if (drug === undefined) continue;
    if (drug === plan.drug) plans.push(plan);
    else {
      // The alternative has its own dose and times.
      const { dose: _dose, times: _times, ...rest } = plan;
      plans.push({ ...rest, drug });
    }
  }
  const atcs = new Set(plans.map((plan) => formulary[plan.drug].atc));
  for (const plan of home) {
    const drug: Drug = formulary[plan.drug];
    const paused = stay.course.pauses?.[plan.drug];
    if (atcs.has(drug.atc) || plan.drug === 'alendronate') continue;
    plans.push({
      ...plan,
      from: 2.5,
      ...(paused === undefined ? {} : { pausedBecause: paused }),
      ...(drug.times.length === 0 ? { asNeeded: 0 } : {}),
    });
  }
  // Who is fully anticoagulated gets no prophylaxis besides.
  const anticoagulated = plans.some(
    (plan) => plan.pausedBecause === undefined && (plan.drug === 'apixaban' || plan.drug === 'rivaroxaban'),
  );
  return anticoagulated ? plans.filter((plan) => plan.drug !== 'dalteparin') : plans;
}

function endOf(stay: Stay, plan: DrugPlan): number | undefined {
  const own = ownEnd(stay, plan);
  return stay.finished ? Math.min(own ?? stay.until, stay.until) : own;
}

function ownEnd(stay: Stay, plan: DrugPlan): number | undefined {
  if (plan.once === true) return atHours(stay, plan.from ?? 0.7) + hourMs;
  return plan.to === undefined ? undefined : atHours(stay, plan.to);
}

function order(stay: Stay, plan: DrugPlan, random: Random, start: number): MedicationRequest {
  const end = endOf(stay, plan);
  const ended = end !== undefined && end <= stay.until;
  const status =
    plan.pausedBecause !== undefined && !stay.finished
      ? 'on-hold'
      : !ended
        ? 'active'
        : plan.because === undefined || stay.finished
          ? 'completed'
          : 'stopped';
  const why = status === 'on-hold' ? plan.pausedBecause : status === 'stopped' ? plan.because : undefined;
  return {
    ...request(plan, status, start, end),
    id: random.uuid(),
    ...(why === undefined ? {} : { statusReason: codeable(why) }),
    category: [category('inpatient', 'Indlæggelse')],
    subject: referTo(`Patient/${stay.person.id}`),
    encounter: referTo(`Encounter/${stay.encounterId}`),
    requester: referTo(`Practitioner/${stay.doctor.id}`, stay.doctor.name),
  };
}

function category(code: 'inpatient' | 'community', text: string): CodeableConcept {
  return codeable(text, { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code });
}

/** What home and hospital orders have in common: drug, dose, times. */
function request(
  plan: DrugPlan,
  status: NonNullable<MedicationRequest['status']>,
  start: number,
  end: number | undefined,
): Omit<MedicationRequest, 'subject'> {
  const drug: Drug = formulary[plan.drug];
  const amount = plan.dose ?? drug.dose;
  return {
    resourceType: 'MedicationRequest',
    status,
    intent: 'order',
    medicationCodeableConcept: codeable(
      [drug.generic, drug.brand, drug.form, drug.strength].filter((part) => part !== '').join(', '),
      { system: systems.atc, code: drug.atc, display: drug.generic },
    ),
    authoredOn: danishInstant(start),
    reasonCode: [codeable(plan.indication ?? drug.indication)],
    dosageInstruction: [
      {
        text: dosageText(plan, drug, amount),
        timing: timing(plan, drug, start, end),
        ...(asNeeded(plan, drug)
          ? {
              asNeededBoolean: true,
              maxDosePerPeriod: { numerator: quantity(amount * 4, drug.unit), denominator: quantity(1, 'd') },
            }
          : {}),
        route: codeable(drug.route),
        doseAndRate: [
          {
            doseQuantity: quantity(amount, drug.unit),
            ...(plan.infusion === undefined
              ? {}
              : { rateQuantity: quantity(plan.infusion.rate, plan.infusion.unit) }),
          },
        ],
      },
    ],
  };
}

function asNeeded(plan: DrugPlan, drug: Drug): boolean {
  if (plan.asNeeded !== undefined) return true;
  return (
    drug.times.length === 0 &&
    plan.times === undefined &&
    plan.infusion === undefined &&
    plan.once !== true &&
    plan.drug !== 'alendronate'
  );
}

function timing(plan: DrugPlan, drug: Drug, start: number, end: number | undefined): Timing {
  const boundsPeriod = {
    start: danishInstant(start),
    ...(end === undefined ? {} : { end: danishInstant(end) }),
  };
  if (plan.drug === 'alendronate')
    return { repeat: { boundsPeriod, frequency: 1, period: 1, periodUnit: 'wk' } };
  if (plan.once === true) return { event: [danishInstant(start)], repeat: { boundsPeriod, count: 1 } };
  if (plan.infusion !== undefined)
    return { repeat: { boundsPeriod, frequency: 1, period: plan.infusion.everyHours, periodUnit: 'h' } };
  if (asNeeded(plan, drug)) return { repeat: { boundsPeriod, frequency: 4, period: 1, periodUnit: 'd' } };
  const times = plan.times ?? drug.times;
  return {
    repeat: {
      boundsPeriod,
      frequency: times.length,
      period: 1,
      periodUnit: 'd',
      timeOfDay: times.map((time) => `${time}:00`),
    },
  };
}

function dosageText(plan: DrugPlan, drug: Drug, amount: number): string {
  const each = `${danishNumber(amount)} ${drug.unit}`;
  if (plan.drug === 'alendronate') return `${each} × 1 ugentligt ${drug.route}`;
  if (plan.infusion !== undefined)
    return `${each} ${drug.route}, ${danishNumber(plan.infusion.rate)} ${plan.infusion.unit}`;
  if (plan.once === true) return `${each} ${drug.route} engangsdosis`;
  if (asNeeded(plan, drug)) return `${each} ${drug.route} p.n., højst × 4 dgl.`;
  return `${each} × ${(plan.times ?? drug.times).length} ${drug.route}`;
}

function plannedDoses(stay: Stay, plan: DrugPlan, start: number, random: Random): number[] {
  const drug: Drug = formulary[plan.drug];
  const end = Math.min(endOf(stay, plan) ?? stay.until, stay.until);
  const kept = stay.until - givenKeptDays * dayMs;
  if (plan.once === true) return start >= kept ? [start] : [];
  if (plan.infusion !== undefined)
    return everySoOften(start, end, plan.infusion.everyHours * hourMs).filter((at) => at >= kept);
  if (asNeeded(plan, drug)) return asNeededDoses(plan.asNeeded ?? 0, Math.max(start, kept), end, random);
  const first = plan.atOnce === true ? [start] : [];
  // A fixed time that comes right after the first dose is skipped.
  const fixed = clockTimesWithin(
    plan.times ?? drug.times,
    start + (plan.atOnce === true ? 3.5 : 0.2) * hourMs,
    end,
  );
  return [...first, ...fixed].filter((at) => at >= kept && at < end);
}

function everySoOften(start: number, end: number, everyMs: number): number[] {
  const found: number[] = [];
  for (let at = start; at < end; at += everyMs) found.push(at);
  return found;
}

function asNeededDoses(perDay: number, start: number, end: number, random: Random): number[] {
  const count = Math.round(((end - start) / dayMs) * perDay * random.between(0.7, 1.2));
  const found: number[] = [];
  for (let index = 0; index < count; index++)
    found.push(start + ((index + random.between(0.2, 0.8)) / count) * (end - start));
  return found.filter((at) => at < end - 20 * minuteMs);
}

/** The newest planned time of the last four hours, which nobody has answered. */
function lateDose(stay: Stay, planned: readonly number[]): number | undefined {
  const recent = planned.filter((at) => at <= stay.until - 15 * minuteMs && at > stay.until - 4 * hourMs);
  return recent.length === 0 ? undefined : Math.max(...recent);
}

const notGiven = [
  'Patienten sov',
  'Patienten ønskede ikke medicinen',
  'Faste før undersøgelse',
  'Kvalme',
  'Patienten var ikke på afdelingen',
];

function dose(
  stay: Stay,
  ordered: MedicationRequest,
  plan: DrugPlan,
  planned: number,
  random: Random,
): MedicationAdministration[] {
  const drug: Drug = formulary[plan.drug];
  const immediate = plan.asNeeded !== undefined || plan.once === true || plan.infusion !== undefined;
  const start = atHours(stay, plan.from ?? 0.7);
  const end = Math.min(endOf(stay, plan) ?? stay.until, stay.until) - minuteMs;
  const given = Math.max(
    start + minuteMs,
    planned + (immediate ? random.whole(1, 6) : random.whole(-12, 32)) * minuteMs,
  );
  // Not yet: the round with the medicine is still under way.
  if (given > stay.until || given > end) return [];
  const missed = !immediate && random.chance(0.022);
  const amount = plan.dose ?? drug.dose;
  return [
    {
      resourceType: 'MedicationAdministration',
      id: random.uuid(),
      status: missed ? 'not-done' : 'completed',
      ...(missed ? { statusReason: [codeable(random.pick(notGiven))] } : {}),
      ...(asNeeded(plan, drug)
        ? {}
        : { extension: [{ url: plannedTimeExtension, valueDateTime: danishInstant(planned) }] }),
      ...(ordered.medicationCodeableConcept === undefined
        ? {}
        : { medicationCodeableConcept: ordered.medicationCodeableConcept }),
      subject: referTo(`Patient/${stay.person.id}`),
      context: referTo(`Encounter/${stay.encounterId}`),
      request: refer(ordered),
      effectiveDateTime: danishInstant(given),
      performer: [{ actor: performerOf(nurseAt(stay, given)) }],
      ...(missed ? {} : { dosage: { route: codeable(drug.route), dose: quantity(amount, drug.unit) } }),
    },
  ];
}
