import type { CodeableConcept, Extension, MedicationRequest, Reference, Task } from '@medplum/fhirtypes';
import type { Dose } from '#fhir/dose/step.ts';
import {
  afterGroupSystem,
  afterUrl,
  cardTaskKind,
  inputsOf,
  stepConcept,
  stepOf,
  type AfterChoice,
  type CardTaskInput,
} from '#fhir/medication-card/codes.ts';
import type { Pair } from '#fhir/medication-card/differences.ts';
import {
  communityCategory,
  dischargeCategory,
  isDischarge,
  lineIdOf,
  lineOf,
  lineVersionOf,
} from '#fhir/medication-card/shape.ts';
import { pairLines, type CardLine } from '#fhir/medication-card/differences.ts';
import type { Json } from '#fhir/json.ts';
import { isEnded } from '#fhir/medication/order.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { makeActId } from '../../../link/act-id.ts';
import type { Change } from '../../../link/act.ts';
import type { Card } from '../../../link/medication-card.ts';
import { fhirMoment } from '../../../parts/format/date.ts';
import { isCommunity } from '../../record/dose.ts';
import {
  dosagesOf,
  orderAct,
  replaceAct,
  sameOrder,
  statusAct,
  type Answer,
  type Signing,
} from '../medication-acts.ts';

// What the pages of the medication card write: home medicine into the ward, pauses on the card, and the medicine after the stay.

export type RequestLine = CardLine & { readonly request: MedicationRequest };
export type Row = Pair<RequestLine, RequestLine>;

/** The card beside the ward: each line once, those of the card first. */
export function rowsOf(requests: readonly MedicationRequest[]): readonly Row[] {
  const replaced = new Set(requests.map(({ priorPrescription }) => priorPrescription?.reference));
  const ward = requests.filter(
    (one) =>
      !isCommunity(one) &&
      one.status !== 'draft' &&
      one.status !== 'entered-in-error' &&
      one.status !== 'cancelled' &&
      !(isEnded({ status: one.status ?? '' }) && replaced.has(`MedicationRequest/${one.id}`)),
  );
  return pairLines(cardLines(requests).map(withLine), ward.map(withLine));
}

const cardLines = (requests: readonly MedicationRequest[]): readonly MedicationRequest[] =>
  requests.filter((one) => isCommunity(one) && lineIdOf(one) !== undefined && !isDischarge(one));

const withLine = (request: MedicationRequest): RequestLine => ({
  ...lineOf(request as unknown as Json),
  request,
});

export type Choice = 'keep' | 'take' | 'merge';

/** Home medicine into the ward: an order like any other, or what the card says of one that is there. */
export function takeAct(
  { there, here }: Row,
  choice: Choice,
  dose: Dose | undefined,
  answers: readonly Answer[],
  why: string,
  signing: Signing,
): readonly Change[] {
  if (choice === 'keep' || there === undefined) return [];
  const order = { ...sameOrder(there.request), ...(dose === undefined ? {} : { dose }) };
  if (choice === 'take' && here !== undefined && here.state !== there.state && here.state !== 'stopped') {
    const status =
      there.state === 'paused' ? 'on-hold' : there.state === 'stopped' ? 'stopped' : ('active' as const);
    return statusAct(here.request, { status, at: signing.at, why: status === 'active' ? '' : why });
  }
  if (here === undefined) return orderAct([{ order, answers }], signing);
  return replaceAct(here.request, order, why, answers, signing);
}

/** A change on its way to the card. `focus`: the copy, or what the line shall be. */
function cardTask(
  signing: Signing,
  focus: string,
  input: CardTaskInput,
): Change & { readonly resource: Task } {
  return {
    method: 'POST',
    url: 'Task',
    resource: {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: taskKindSystem, code: cardTaskKind }], text: 'FMK' },
      businessStatus: stepConcept('ready') as CodeableConcept,
      focus: { reference: focus },
      for: { reference: `Patient/${signing.patient}` },
      ...(signing.stay === undefined ? {} : { encounter: { reference: `Encounter/${signing.stay}` } }),
      authoredOn: fhirMoment(signing.at),
      requester: signing.by as Reference & Task['requester'] & object,
      input: inputsOf({ ...input }) as unknown as Task['input'] & object,
    },
  };
}

/** Of a line of the card as it stands on the screen. */
export const cardTaskOf = (
  signing: Signing,
  { request }: RequestLine,
  focus: string | undefined,
  input: Omit<CardTaskInput, 'line' | 'lineVersion'>,
): Change =>
  cardTask(signing, focus ?? `MedicationRequest/${request.id}`, {
    ...input,
    line: lineIdOf(request),
    lineVersion: lineVersionOf(request) ?? 1,
  });

export type Decision = {
  readonly choice: AfterChoice;
  readonly why: string;
  readonly dose: Dose | undefined;
};
export type Decided = { readonly row: Row; readonly decision: Decision };

/** A change that is not brought to the card. */
export const cancelledTask = (task: Task): Change => ({
  method: 'PUT',
  url: `Task/${task.id}`,
  resource: { ...task, status: 'cancelled' },
  version: task.meta?.versionId,
});

/** What a new signing takes the place of: the lines that stood, and what of them waits to be sent. */
export function takenBefore(
  standing: readonly MedicationRequest[],
  card: Pick<Card, 'tasks'>,
): readonly Change[] {
  // What waits of the signing before is not sent any more.
  const unsent = card.tasks.filter(
    (task) =>
      stepOf(task) === 'ready' &&
      task.status === 'requested' &&
      standing.some(({ id }) => task.focus?.reference === `MedicationRequest/${id}`),
  );
  const taken = standing.map((request): Change => ({
    method: 'PUT',
    url: `MedicationRequest/${request.id}`,
    resource: {
      ...request,
      status: 'cancelled',
      statusReason: { text: 'Erstattet af ny udskrivningsmedicin' },
    },
    version: request.meta?.versionId,
  }));
  return [...taken, ...unsent.map(cancelledTask)];
}

/** The medicine after the stay, signed once: each line, and a change to the card for each that differs from it. */
export function afterAct(
  decided: readonly Decided[],
  standing: readonly MedicationRequest[],
  card: Pick<Card, 'outcome' | 'tasks'>,
  signing: Signing,
): readonly Change[] {
  const group = makeActId();
  const named = decided.map((one) => ({ ...one, name: `urn:uuid:${makeActId()}` }));
  return [
    ...takenBefore(standing, card),
    ...named.map(({ row, decision, name }): Change => ({
      method: 'POST',
      url: 'MedicationRequest',
      fullUrl: name,
      resource: afterLine(row, decision, group, signing),
    })),
    ...(card.outcome !== 'not-connected'
      ? named.flatMap(({ row, decision, name }, sequence) => taskFor(row, decision, name, sequence, signing))
      : []),
  ];
}

function afterLine(
  { there, here }: Row,
  { choice, why, dose }: Decision,
  group: string,
  { patient, stay, by, at }: Signing,
): MedicationRequest {
  // What goes on is what the card says; what is changed or new is what the ward says.
  const source = (choice === 'continue' || choice === 'stop' ? there : (here ?? there)) ?? here;
  const order = source === undefined ? undefined : sameOrder(source.request);
  return {
    resourceType: 'MedicationRequest',
    extension: [{ url: afterUrl, valueCode: choice } as Extension],
    groupIdentifier: { system: afterGroupSystem, value: group },
    status: choice === 'stop' ? 'stopped' : 'active',
    ...(why.trim() === '' ? {} : { statusReason: { text: why.trim() } }),
    intent: 'plan',
    category: [communityCategory, dischargeCategory] as unknown as CodeableConcept[],
    medicationCodeableConcept: source?.request.medicationCodeableConcept ?? { text: '' },
    subject: { reference: `Patient/${patient}` },
    ...(stay === undefined ? {} : { encounter: { reference: `Encounter/${stay}` } }),
    authoredOn: fhirMoment(at),
    requester: by as Reference & MedicationRequest['requester'] & object,
    ...(source?.request.reasonCode === undefined ? {} : { reasonCode: source.request.reasonCode }),
    ...(there === undefined
      ? {}
      : { priorPrescription: { reference: `MedicationRequest/${there.request.id}` } }),
    ...(order === undefined ? {} : { dosageInstruction: dosagesOf(atHome(dose ?? order.dose)) }),
  };
}

/** What has no end holds at home until somebody says otherwise; a course keeps its days. */
function atHome(dose: Dose): Dose {
  return {
    ...dose,
    steps: dose.steps.map((step) => (step.until === undefined ? { ...step, from: undefined } : step)),
  };
}

function taskFor(
  { there }: Row,
  { choice, why }: Decision,
  focus: string,
  sequence: number,
  signing: Signing,
): readonly Change[] {
  if (there === undefined || there.state === 'stopped')
    return choice === 'new'
      ? [cardTask(signing, focus, { operation: 'CreateDrugMedication', sequence })]
      : [];
  const about = (input: Omit<CardTaskInput, 'line' | 'lineVersion'>) => [
    cardTaskOf(signing, there, focus, input),
  ];
  if (choice === 'stop') return about({ operation: 'WithdrawDrugMedication', sequence, reason: why.trim() });
  if (choice === 'change') return about({ operation: 'UpdateDrugMedication', sequence });
  return there.state === 'paused' ? about({ operation: 'UnpauseDrugMedication', sequence }) : [];
}
