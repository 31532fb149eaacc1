/**
 * Drug orders (docs/how/clinical-shapes.md): whole doses, what is to be known before they are signed, and that what was ordered is
 * never written over: a change is a new order in the place of the old one, so that what was given stays with what it was given for.
 */
import type { Issue } from '#base/refusal.ts';
import { missingOf } from '#fhir/dose/dose.ts';
import { checkOrder, interrupting, type Alert } from '#fhir/medication/check.ts';
import { readSubstance, type Substance } from '#fhir/medication/knowledge.ts';
import {
  atcSystem,
  isEnded,
  listOf,
  readOrder,
  targetOf,
  wordsOf,
  type Order,
} from '#fhir/medication/order.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { instantOf } from '#fhir/place-time.ts';
import { canonicalAmount, canonicalUnit } from '#fhir/ucum.ts';
import { isAnswered } from './alerts.ts';
import { egfrOf } from './kidney.ts';
import type { Guard, Proposal, Proposed, Ruling } from './guard.ts';

const running = new Set(['active', 'on-hold']);
// A reading of the scales older than this says little of a patient in hospital, and is told as unknown.
const weightDaysMax = 180;
const dayMs = 86_400_000;

/** The guard of a MedicationRequest. Home medicine is what the patient says, and is not judged. */
export const judgeOrder: Guard = (change, proposal) => {
  const [before, after] = [change.before, change.after].map((tree) =>
    tree === undefined ? undefined : readOrder(tree),
  );
  if (before?.isInpatient !== true && after?.isInpatient !== true) return undefined;
  return judge(change, proposal, before, after);
};

async function judge(
  change: Proposed,
  proposal: Proposal,
  before: Order | undefined,
  after: Order | undefined,
): Promise<Ruling | undefined> {
  if (after === undefined) return { issues: await deletionIssues(change, proposal) };
  const begins = running.has(after.status) && (before === undefined || before.status === 'draft');
  const claims = [`orders ${after.patient ?? ''}`, `order MedicationRequest/${change.id}`];
  if (!begins) {
    const issues = before === undefined ? [] : changeIssues(change, before, after);
    return before?.status === after.status && issues.length === 0 ? undefined : { issues, claims };
  }
  const issues = [...doseIssues(after), ...(await priorIssues(change, proposal, after))];
  for (const alert of await alertsOf(change, proposal, after)) {
    const isInterrupting = interrupting.some((code) => code === alert.code);
    const isSaid = isInterrupting && isAnswered(alert, change, proposal);
    issues.push({
      code: 'business-rule',
      severity: isSaid ? 'information' : isInterrupting ? 'error' : 'warning',
      at: 'medication',
      text: isInterrupting && !isSaid ? `${alert.text}${howToAnswer}` : alert.text,
      detail: alert.code,
    });
  }
  return { issues, claims: [...claims, ...(after.prior === undefined ? [] : [`order ${after.prior}`])] };
}
const howToAnswer =
  ' — order something else, or say why in a DetectedIssue with mitigation that detectedIssue refers to';

/** A dose that can be planned, given and checked; words alone can be given by, and are told as not checked. */
function doseIssues({ dose }: Order): Issue[] {
  const missing = missingOf(dose);
  if (missing.length === 0) return [];
  if (dose.steps.length === 0 && dose.text.trim() !== '')
    return [
      {
        code: 'business-rule',
        severity: 'warning',
        at: 'dosageInstruction',
        text: 'a dose in words alone is neither planned nor checked: write it in structure when it is known',
        detail: 'dose-in-words',
      },
    ];
  return [
    wrong(
      'dosageInstruction',
      'dose-incomplete',
      `the dose cannot be given as it is written; missing: ${missing.join(', ')}`,
    ),
  ];
}

/** An order that comes in the place of another ends it in the same act, and no two do so. */
async function priorIssues(change: Proposed, proposal: Proposal, after: Order): Promise<Issue[]> {
  if (after.prior === undefined) return [];
  const at = 'priorPrescription';
  const tree = await proposal.read(after.prior);
  if (tree === undefined) return [wrong(at, 'no-prior', `there is no ${after.prior}`)];
  const prior = readOrder(tree);
  if (prior.patient !== after.patient)
    return [wrong(at, 'other-patient', `${after.prior} is another patient's`)];
  if (!isEnded(prior))
    return [
      wrong(
        at,
        'prior-runs',
        `${after.prior} is ${prior.status}; stop it in the same transaction, or both would be given`,
      ),
    ];
  const siblings = await ordersOf(proposal, after.patient);
  const other = siblings.find(
    (one) => one.prior === after.prior && one.id !== change.id && running.has(one.status),
  );
  return other === undefined
    ? []
    : [
        {
          code: 'conflict',
          at,
          text: `${after.prior} was replaced by MedicationRequest/${other.id} already; look at that one`,
          detail: 'already-replaced',
        },
      ];
}

function changeIssues({ before: stored, after: written }: Proposed, before: Order, after: Order): Issue[] {
  if (isEnded(before) && before.status !== after.status && after.status !== 'entered-in-error')
    return [
      {
        code: 'conflict',
        at: 'status',
        text: `the order is ${before.status} and stays so; write a new one with this as priorPrescription`,
        detail: 'order-ended',
      },
    ];
  if (before.status !== 'draft' && meaningOf(stored) !== meaningOf(written))
    return [
      wrong(
        'dosageInstruction',
        'order-changed-in-place',
        'drug, dose and patient of an order stay as they were signed; stop it and write a new one with this as priorPrescription',
      ),
    ];
  const needsReason =
    after.status !== before.status && after.status !== 'active' && after.status !== 'completed';
  if (needsReason && before.status !== 'draft' && wordsOf(written?.['statusReason']) === '')
    return [wrong('statusReason', 'no-reason', `is required when an order becomes ${after.status}: why`)];
  return [];
}

async function deletionIssues(change: Proposed, proposal: Proposal): Promise<Issue[]> {
  const given = await proposal.find('MedicationAdministration', `request=MedicationRequest/${change.id}`);
  const kept = given.filter((one) => targetOf(one['request']) === `MedicationRequest/${change.id}`);
  return kept.length === 0
    ? []
    : [
        wrong(
          'status',
          'order-given',
          'doses were given by this order; stop it, or mark it as entered in error',
        ),
      ];
}

/** What decides what is given: the same text for the same meaning, whatever the order of members. */
function meaningOf(tree: Json | undefined): string {
  const meaning = ['medicationCodeableConcept', 'medicationReference', 'dosageInstruction', 'subject'].map(
    (name) => tree?.[name],
  );
  return JSON.stringify(meaning, (_key, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}

async function alertsOf(change: Proposed, proposal: Proposal, order: Order): Promise<readonly Alert[]> {
  const all = await ordersOf(proposal, order.patient);
  const others = all.filter(
    (one) => one.id !== change.id && one.isInpatient && running.has(one.status) && !hasRunOut(one, order),
  );
  return alertsAmong(change, proposal, order, others);
}

/** What is to be known of an order beside these others of the same patient. */
export async function alertsAmong(
  change: Proposed,
  proposal: Proposal,
  order: Order,
  others: readonly Order[],
): Promise<readonly Alert[]> {
  if (order.patient === undefined) return [];
  const allergies = await proposal.find('AllergyIntolerance', `patient=${order.patient}`);
  const patient = await proposal.read(order.patient);
  const substances = await substancesOf(proposal, [order, ...others]);
  const { limits = [], renal = [] } = substances.get(order.atc ?? '') ?? {};
  const isRenal = renal.length > 0;
  const at = order.ordered;
  return checkOrder({
    order,
    generic: genericOf(change.after),
    others,
    allergies: allergies.filter((one) => targetOf(one['patient']) === order.patient),
    substances,
    ageYears: ageYears(patient?.['birthDate'], at),
    egfr: isRenal ? await egfrOf(proposal, order.patient, at) : undefined,
    weightKg: limits.some(({ perKg }) => perKg) ? await weightOf(proposal, order.patient, at) : undefined,
  });
}

async function ordersOf(proposal: Proposal, patient: string | undefined): Promise<Order[]> {
  const found = await proposal.find('MedicationRequest', `patient=${patient ?? ''}&status=active,on-hold`);
  return found.map(readOrder).filter((one) => one.patient === patient);
}

/** Its time is over when the new order begins, though nobody has said so. */
function hasRunOut({ dose }: Order, { ordered }: Order): boolean {
  return (
    ordered !== undefined &&
    dose.steps.length > 0 &&
    dose.steps.every(({ until }) => until !== undefined && until <= ordered)
  );
}

/** What the loaded tables say of the substances of these orders. */
export async function substancesOf(
  proposal: Proposal,
  orders: readonly Pick<Order, 'atc'>[],
): Promise<ReadonlyMap<string, Substance>> {
  const codes = new Set(
    orders.flatMap(({ atc }) => (atc === undefined || !/^[A-Z0-9]+$/.test(atc) ? [] : [atc])),
  );
  if (codes.size === 0) return new Map();
  const criteria = new URLSearchParams({
    code: [...codes].map((code) => `${atcSystem}|${code}`).join(','),
    classification: 'https://holdfast.dk/fhir/drug-knowledge|substance',
  });
  const rows = await proposal.find('MedicationKnowledge', criteria.toString());
  return new Map(
    rows.flatMap((row) => {
      const substance = readSubstance(row);
      return substance === undefined ? [] : [[substance.atc, substance] as const];
    }),
  );
}

async function weightOf(
  proposal: Proposal,
  patient: string,
  at: number | undefined,
): Promise<number | undefined> {
  const since = at === undefined ? '' : `&date=ge${new Date(at - weightDaysMax * dayMs).toISOString()}`;
  const found = await proposal.find(
    'Observation',
    `patient=${patient}&code=http://loinc.org|29463-7${since}`,
  );
  const weights = found.flatMap((one) => {
    const measured = instantOf(one['effectiveDateTime']) ?? -Infinity;
    const kg = kilogramsOf(one['valueQuantity']);
    return targetOf(one['subject']) === patient &&
      one['status'] !== 'entered-in-error' &&
      isWeight(one) &&
      kg !== undefined
      ? [{ measured, kg }]
      : [];
  });
  return weights.sort((a, b) => b.measured - a.measured)[0]?.kg;
}

/** A Quantity of any unit of mass in kg: a newborn is weighed in grams. */
function kilogramsOf(quantity: unknown): number | undefined {
  const { value, code, unit } = isObject(quantity) ? quantity : {};
  const written = code ?? unit;
  const base = typeof written === 'string' ? canonicalUnit(written) : undefined;
  if (typeof value !== 'number' || base?.unit !== 'g') return undefined;
  return canonicalAmount(value, base) / gramsPerKg;
}
const gramsPerKg = 1000;

function isWeight({ code }: Json): boolean {
  return isObject(code) && listOf(code['coding']).some((one) => one['code'] === '29463-7');
}

/** Years of age; of a child under two with its fraction, since a limit may begin at some months. */
function ageYears(birthDate: unknown, at: number | undefined): number | undefined {
  const born = instantOf(birthDate);
  return born === undefined || at === undefined ? undefined : (at - born) / (365.25 * dayMs);
}

function genericOf(tree: Json | undefined): string {
  const concept = isObject(tree?.['medicationCodeableConcept']) ? tree['medicationCodeableConcept'] : {};
  const display = listOf(concept['coding']).find(({ system }) => system === atcSystem)?.['display'];
  return typeof display === 'string' ? display : wordsOf(concept);
}

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
