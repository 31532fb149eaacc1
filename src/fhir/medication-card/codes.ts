/** Systems and codes of the medication card in the record; docs/how/clinical-shapes.md. */
import { isObject, type Json } from '../json.ts';
import { listOf } from '../medication/order.ts';
import type { ChangeOperation } from './card.ts';

/** `List.code` of what was fetched, and the extension with the card's version. */
export const cardListCode = {
  system: 'https://holdfast.dk/fhir/list-kind',
  code: 'medication-card',
} as const;
export const cardVersionUrl = 'https://holdfast.dk/fhir/fmk-version';

/** Code of a Task that brings one change to the card, in the system of task kinds. */
export const cardTaskKind = 'fmk';
/** How far a change is. */
const cardStepSystem = 'https://holdfast.dk/fhir/fmk-step';
const cardSteps = ['ready', 'sent', 'confirmed', 'rejected', 'differs'] as const;
export type CardStep = (typeof cardSteps)[number];
/** `Task.status` at each step. */
export const taskStatusAt = {
  ready: 'requested',
  sent: 'in-progress',
  confirmed: 'completed',
  rejected: 'rejected',
  differs: 'on-hold',
} as const satisfies Record<CardStep, string>;
/** Why a change was rejected, as a code. */
export const cardReasonSystem = 'https://holdfast.dk/fhir/fmk-reason';
/** Names of `Task.input`. */
const cardInputSystem = 'https://holdfast.dk/fhir/fmk-input';
/** `valueCode` on a MedicationRequest of category `discharge`: what is decided about the line. */
export const afterUrl = 'https://holdfast.dk/fhir/after';
const afterChoices = ['continue', 'change', 'new', 'stop'] as const;
export type AfterChoice = (typeof afterChoices)[number];
/** `groupIdentifier` of the lines that were signed together. */
export const afterGroupSystem = 'https://holdfast.dk/fhir/discharge-medicine';
/** Who writes copies and steps: a program of ours. */
export const cardAuthor = 'program/fmk';

export function stepOf(task: unknown): CardStep | undefined {
  const status = isObject(task) ? task['businessStatus'] : undefined;
  const code = isObject(status)
    ? listOf(status['coding']).find(({ system }) => system === cardStepSystem)?.['code']
    : undefined;
  return cardSteps.find((step) => step === code);
}

export const stepConcept = (step: CardStep): Json => ({
  coding: [{ system: cardStepSystem, code: step }],
});

export function inputOf(task: unknown, name: string): string | number | undefined {
  const found = isObject(task)
    ? listOf(task['input']).find(
        ({ type }) => isObject(type) && listOf(type['coding']).some(({ code }) => code === name),
      )
    : undefined;
  const value = found?.['valueString'] ?? found?.['valueInteger'];
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

export function inputsOf(values: Readonly<Record<string, string | number | undefined>>): Json[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          {
            type: { coding: [{ system: cardInputSystem, code: name }] },
            ...(typeof value === 'number' ? { valueInteger: value } : { valueString: value }),
          },
        ],
  );
}

/** What a change on its way is made of; `line` and `lineVersion` are of the copy that the person looked at. */
export interface CardTaskInput {
  readonly operation: ChangeOperation;
  readonly line?: string | undefined;
  readonly lineVersion?: number | undefined;
  readonly sequence: number;
  readonly reason?: string | undefined;
}

export function afterOf(request: unknown): AfterChoice | undefined {
  const code = isObject(request)
    ? listOf(request['extension']).find(({ url }) => url === afterUrl)?.['valueCode']
    : undefined;
  return afterChoices.find((choice) => choice === code);
}
