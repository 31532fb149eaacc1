import type { MedicationRequest } from '@medplum/fhirtypes';
import { doseText } from '#fhir/dose/text.ts';
import { afterOf } from '#fhir/medication-card/codes.ts';
import { isDischarge, standingAfter } from '#fhir/medication-card/shape.ts';
import { isInfusion } from '#fhir/dose/step.ts';
import { instantOf } from '../../parts/format/date.ts';
import { wordsOf } from '../record/coding.ts';
import { doseOf, drugNameOf, isCommunity } from '../record/dose.ts';
import type { Stay } from '../record/stay.ts';
import type { Line } from './letter-line.ts';

// Medication at the end of a stay, in the groups that the next doctor asks for: continued, changed, new, paused, stopped, and what was
// given only here. Home medicine and what is given here are told together by their ATC code.

type Group = 'continued' | 'changed' | 'new' | 'paused' | 'stopped' | 'here';
const headings: Readonly<Record<Group, string>> = {
  changed: 'Ændret:',
  new: 'Nyt:',
  stopped: 'Seponeret:',
  paused: 'Pauseret:',
  continued: 'Fortsætter uændret:',
  here: 'Kun under indlæggelsen:',
};
/** What needs attention first. */
const order = ['changed', 'new', 'stopped', 'paused', 'continued', 'here'] as const;

export function medicationLines(
  requests: readonly MedicationRequest[],
  stay: Stay | undefined,
): readonly Line[] {
  const standing = standingAfter(requests, stay?.id);
  if (standing.length > 0) return signedLines(standing, requests);
  const known = requests.filter(
    (one) => one.status !== 'entered-in-error' && one.status !== 'draft' && !isDischarge(one),
  );
  const replaced = new Set(known.flatMap(({ priorPrescription }) => priorPrescription?.reference ?? []));
  // An order that another came in the place of is told by that one.
  const last = known.filter(
    (one) => !replaced.has(`MedicationRequest/${one.id ?? ''}`) && isOfStay(one, stay),
  );
  const home = new Map(last.filter(isCommunity).map((one) => [atcOf(one), one]));
  const groups = new Map<Group, Line[]>(order.map((group) => [group, []]));
  const told = new Set<string | undefined>();
  const add = (group: Group, request: MedicationRequest, words: string) => {
    told.add(request.id);
    groups.get(group)?.push({
      text: `- ${words}`,
      from: `MedicationRequest/${request.id ?? ''}`,
      at: instantOf(request.authoredOn),
    });
  };
  for (const one of last.filter((each) => !isCommunity(each))) {
    const before = home.get(atcOf(one));
    if (one.status === 'stopped' && before === undefined) add('stopped', one, withReason(one));
    else if (one.status === 'on-hold') add('paused', one, withReason(one));
    else if (one.status !== 'active' || isOnlyHere(one)) {
      if (before === undefined) add('here', one, nameOf(one));
    } else if (before === undefined) add('new', one, drugWords(one));
    else if (doseWords(before) === doseWords(one)) add('continued', one, drugWords(one));
    else add('changed', one, `${drugWords(one)} (før: ${doseWords(before)})`);
    if (before !== undefined && told.has(one.id)) told.add(before.id);
  }
  for (const one of last.filter(isCommunity)) {
    if (told.has(one.id)) continue;
    const prior = known.find(
      ({ id }) => `MedicationRequest/${id ?? ''}` === one.priorPrescription?.reference,
    );
    if (one.status === 'stopped') add('stopped', one, withReason(one));
    else if (one.status === 'on-hold') add('paused', one, withReason(one));
    else if (one.status === 'active' && prior !== undefined && doseWords(prior) !== doseWords(one))
      add('changed', one, `${drugWords(one)} (før: ${doseWords(prior)})`);
    else if (one.status === 'active') add('continued', one, drugWords(one));
  }
  return grouped(groups);
}

const groupOf = { continue: 'continued', change: 'changed', new: 'new', stop: 'stopped' } as const;

/** What was signed at discharge is what is told: nothing is worked out of the orders beside it. */
function signedLines(
  standing: readonly MedicationRequest[],
  requests: readonly MedicationRequest[],
): readonly Line[] {
  const groups = new Map<Group, Line[]>(order.map((group) => [group, []]));
  for (const one of standing) {
    const choice = afterOf(one) ?? 'continue';
    const prior = requests.find(
      ({ id }) => `MedicationRequest/${id ?? ''}` === one.priorPrescription?.reference,
    );
    // What was never on the card ends with the stay.
    const group = choice === 'stop' && prior === undefined ? 'here' : groupOf[choice];
    const before = choice === 'change' && prior !== undefined ? ` (før: ${doseWords(prior)})` : '';
    const why = choice === 'change' ? wordsOf(one.statusReason).toLowerCase() : '';
    const words =
      group === 'here'
        ? nameOf(one)
        : choice === 'stop'
          ? withReason(one)
          : `${drugWords(one)}${before}${why === '' ? '' : ` – ${why}`}`;
    groups.get(group)?.push({
      text: `- ${words}`,
      from: `MedicationRequest/${one.id ?? ''}`,
      at: instantOf(one.authoredOn),
    });
  }
  return grouped(groups);
}

function grouped(groups: ReadonlyMap<Group, readonly Line[]>): readonly Line[] {
  return order.flatMap((group) => {
    const lines = groups.get(group) ?? [];
    const sorted = lines.toSorted((a, b) => a.text.localeCompare(b.text, 'da'));
    return sorted.length === 0 ? [] : [{ text: headings[group] }, ...sorted];
  });
}

/** Ordered in the stay, or still in force. */
function isOfStay(one: MedicationRequest, stay: Stay | undefined): boolean {
  if (one.status === 'active' || one.status === 'on-hold') return true;
  const at = instantOf(one.authoredOn);
  return isCommunity(one) || stay?.start === undefined || (at !== undefined && at >= stay.start - 86_400_000);
}

/** A single dose or an infusion does not go home. */
function isOnlyHere(one: MedicationRequest): boolean {
  const dose = doseOf(one);
  // A dose without structure is not known to be a single one.
  const isOnce = dose.steps.length > 0 && dose.steps.every(({ when }) => when.kind === 'once');
  return isInfusion(dose) || isOnce;
}

function atcOf(one: MedicationRequest): string {
  return (
    one.medicationCodeableConcept?.coding?.find(({ system }) => system?.includes('whocc'))?.code ??
    nameOf(one)
  );
}

function nameOf(one: MedicationRequest): string {
  const { generic, rest } = drugNameOf(one);
  return [generic, rest].filter(Boolean).join(' ');
}

function doseWords(one: MedicationRequest): string {
  const words = doseText(doseOf(one), 'da');
  return words === '' ? (one.dosageInstruction?.[0]?.text ?? 'dosis ikke angivet') : words;
}

function drugWords(one: MedicationRequest): string {
  const why = (one.reasonCode ?? []).map(wordsOf).filter(Boolean).join(', ');
  return [nameOf(one), doseWords(one), why.toLowerCase()].filter(Boolean).join(', ');
}

function withReason(one: MedicationRequest): string {
  const why = wordsOf(one.statusReason);
  return `${nameOf(one)}${why === '' ? '' : ` – ${why.toLowerCase()}`}`;
}
