import type {
  DetectedIssue,
  Dosage,
  MedicationAdministration,
  MedicationAdministrationPerformer,
  MedicationRequest,
  Practitioner,
  Reference,
} from '@medplum/fhirtypes';
import type { Amount } from '#fhir/dose/amount.ts';
import { plannedTimeUrl, quantityOf, readDose, statusChangedUrl, writeDose } from '#fhir/dose/dose.ts';
import { stepAt, type Dose, type Step } from '#fhir/dose/step.ts';
import { alertSystem } from '#fhir/medication/check.ts';
import { plannedIn } from '#fhir/dose/times.ts';
import { readOrder, atcSystem } from '#fhir/medication/order.ts';
import { makeActId } from '../../link/act-id.ts';
import type { Change } from '../../link/act.ts';
import { fhirMoment } from '../../parts/format/date.ts';

// What the buttons of the medication page write. A time is in milliseconds. An order is never written over: whoever changes it stops
// it and writes a new one in the same act, which names the old one, so that what was given stays with what it was given for.

/** Practitioner/… and the name. */
export type Signer = { readonly reference: string; readonly display: string };

/** What a person answered to an alert that stops an order or a dose. */
export type Answer = { readonly code: string; readonly about: readonly string[]; readonly why: string };

export type NewOrder = {
  /** generic, BRAND, form, strength */
  readonly drug: string;
  readonly generic: string;
  readonly atc: string | undefined;
  readonly packages: readonly MedicationCoding[];
  readonly dose: Dose;
  readonly indication: string;
};
type MedicationCoding = { readonly system?: string; readonly code?: string; readonly display?: string };

export type Given = {
  readonly request: MedicationRequest;
  readonly planned: number | undefined;
  readonly at: number;
  readonly amount: Amount | undefined;
  readonly by: Signer;
  readonly second?: Signer | undefined;
  /** Why it differs: in part, by an order that does not hold, without scanning. */
  readonly reason?: string;
  /** How the patient and the package were made sure of, in round mode. */
  readonly confirmed?: string;
  readonly answers?: readonly Answer[];
};

export const confirmedUrl = 'https://holdfast.dk/fhir/confirmed-by';
const performFunction = 'http://terminology.hl7.org/CodeSystem/med-admin-perform-function';

export function giveAct(given: Given): readonly Change[] {
  const { amount, reason, answers = [], request } = given;
  const route = readDose(request).route;
  const own = newName();
  return [
    {
      method: 'POST',
      url: 'MedicationAdministration',
      fullUrl: own,
      resource: {
        ...administration(given, 'completed'),
        ...(reason === undefined || reason === '' ? {} : { reasonCode: [{ text: reason }] }),
        dosage: {
          ...(route === '' ? {} : { route: { text: route } }),
          ...(amount === undefined ? { text: readDose(request).text } : { dose: quantityOf(amount) }),
        },
      },
    },
    ...answers.map((answer) => answerChange(answer, newName(), request.subject, given.by, given.at, [own])),
  ];
}

export function notGivenAct(given: Given, why: string): readonly Change[] {
  return [
    {
      method: 'POST',
      url: 'MedicationAdministration',
      resource: { ...administration(given, 'not-done'), statusReason: [{ text: why }] },
    },
  ];
}

/** What was written of a dose is an error: it stays in the history, with why. */
export function errorAct(stored: MedicationAdministration, why: string): readonly Change[] {
  return [update({ ...stored, status: 'entered-in-error', statusReason: [{ text: why }] })];
}

export type StatusChange = {
  readonly status: 'on-hold' | 'active' | 'stopped';
  readonly at: number;
  readonly why: string;
};

export function statusAct(request: MedicationRequest, { status, at, why }: StatusChange): readonly Change[] {
  const { statusReason: _before, ...rest } = request;
  return [
    update({
      ...rest,
      status,
      ...(why === '' ? {} : { statusReason: { text: why } }),
      extension: changedAt(request, at),
    }),
  ];
}

export type Signing = {
  readonly patient: string;
  readonly stay: string | undefined;
  readonly by: Signer;
  readonly at: number;
};

/** Several orders signed at once. The changes of the orders come first, in their order. */
export function orderAct(
  orders: readonly { readonly order: NewOrder; readonly answers: readonly Answer[] }[],
  signing: Signing,
): readonly Change[] {
  const named = orders.map(({ order, answers }) => ({
    order,
    answers: answers.map((answer) => ({ answer, name: newName() })),
  }));
  return [
    ...named.map(({ order, answers }): Change => ({
      method: 'POST',
      url: 'MedicationRequest',
      resource: { ...requestOf(order, signing), ...issuesOf(answers) },
    })),
    ...named.flatMap(({ answers }) => answerChanges(answers, signing)),
  ];
}

/** A change or a renewal: the new order first, then the old one, which ends as the new one begins. */
export function replaceAct(
  old: MedicationRequest,
  order: NewOrder,
  why: string,
  answers: readonly Answer[],
  signing: Signing,
): readonly Change[] {
  const named = answers.map((answer) => ({ answer, name: newName() }));
  const isOver = old.status !== 'active' && old.status !== 'on-hold';
  const resource: MedicationRequest = {
    ...requestOf({ ...order, dose: fromOn(order.dose, old, signing.at) }, signing),
    priorPrescription: { reference: `MedicationRequest/${old.id}` },
    ...issuesOf(named),
  };
  return [
    { method: 'POST', url: 'MedicationRequest', resource },
    ...(isOver ? [] : statusAct(old, { status: 'stopped', at: signing.at, why })),
    ...answerChanges(named, signing),
  ];
}

/** The same drug and dose again, as a new order would have it. */
export function sameOrder(request: MedicationRequest): NewOrder {
  const concept = request.medicationCodeableConcept;
  const atc = concept?.coding?.find(({ system }) => system === atcSystem);
  return {
    drug: concept?.text ?? atc?.display ?? '',
    generic: atc?.display ?? concept?.text ?? '',
    atc: atc?.code,
    packages: concept?.coding?.filter(({ system }) => system !== atcSystem) ?? [],
    dose: readDose(request),
    indication: request.reasonCode?.[0]?.text ?? '',
  };
}

/**
 * A dose from a moment on: what of a taper is left, and an interval or a second day counted on from where it was, so that a renewal moves
 * no dose.
 */
function fromOn(dose: Dose, old: MedicationRequest, at: number): Dose {
  const left = dose.steps.filter(({ until }) => until === undefined || until > at);
  const steps = (left.length === 0 ? dose.steps.map((step) => ({ ...step, until: undefined })) : left).map(
    (step): Step => {
      const from = Math.max(step.from ?? at, at);
      const { when } = step;
      if (when.kind === 'once')
        return { ...step, from, when: { kind: 'once', at: Math.max(when.at ?? at, at) } };
      const counts = when.kind === 'interval' || (when.kind === 'clock' && when.everyDays > 1);
      return { ...step, from: counts ? (nextOf(old, step, from) ?? from) : from };
    },
  );
  return { ...dose, steps };
}

/** The next moment of the old order's rhythm, also when it lies beyond its end: then nothing is left to be given. */
function nextOf(old: MedicationRequest, { when }: Step, from: number): number | undefined {
  const { dose, ordered } = readOrder(old);
  const held = stepAt(dose, from);
  if (held === undefined || JSON.stringify(held.when) !== JSON.stringify(when)) return undefined;
  const endless = { ...dose, steps: [{ ...held, until: undefined }] };
  return plannedIn(endless, ordered, from, from + rhythmMaxMs)[0]?.at;
}
const rhythmMaxMs = 32 * 24 * 3_600_000;

function requestOf(order: NewOrder, { patient, stay, by, at }: Signing): MedicationRequest {
  const steps = order.dose.steps.map((step): Step => ({
    ...step,
    from: step.from ?? at,
    when: step.when.kind === 'once' && step.when.at === undefined ? { kind: 'once', at } : step.when,
  }));
  return {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'inpatient' },
        ],
        text: 'Indlæggelse',
      },
    ],
    medicationCodeableConcept: {
      coding: [
        ...(order.atc === undefined ? [] : [{ system: atcSystem, code: order.atc, display: order.generic }]),
        ...order.packages,
      ],
      text: order.drug,
    },
    subject: { reference: `Patient/${patient}` },
    ...(stay === undefined ? {} : { encounter: { reference: `Encounter/${stay}` } }),
    authoredOn: fhirMoment(at),
    requester: { reference: by.reference, display: by.display } as Reference<Practitioner>,
    ...(order.indication.trim() === '' ? {} : { reasonCode: [{ text: order.indication.trim() }] }),
    dosageInstruction: dosagesOf({ ...order.dose, steps }),
  };
}

/** writeDose makes Dosage elements as plain JSON, since programs without FHIR types use it too. */
export function dosagesOf(dose: Dose): Dosage[] {
  return dose.steps.length === 0
    ? [{ text: dose.text, ...(dose.route === '' ? {} : { route: { text: dose.route } }) }]
    : (writeDose(dose) as unknown as Dosage[]);
}

function administration(
  { request, planned, at, by, second, confirmed }: Given,
  status: 'completed' | 'not-done',
): MedicationAdministration {
  const performer = (who: Signer, code: string): MedicationAdministrationPerformer => ({
    function: { coding: [{ system: performFunction, code }] },
    actor: { reference: who.reference, display: who.display } as Reference<Practitioner>,
  });
  return {
    resourceType: 'MedicationAdministration',
    status,
    ...(planned === undefined && confirmed === undefined
      ? {}
      : {
          extension: [
            ...(planned === undefined ? [] : [{ url: plannedTimeUrl, valueDateTime: fhirMoment(planned) }]),
            ...(confirmed === undefined ? [] : [{ url: confirmedUrl, valueString: confirmed }]),
          ],
        }),
    medicationCodeableConcept: request.medicationCodeableConcept ?? {
      text: request.medicationReference?.display ?? '',
    },
    subject: request.subject,
    ...(request.encounter === undefined ? {} : { context: request.encounter }),
    request: { reference: `MedicationRequest/${request.id}` },
    effectiveDateTime: fhirMoment(at),
    performer: [performer(by, 'performer'), ...(second === undefined ? [] : [performer(second, 'verifier')])],
  };
}

type Named = { readonly answer: Answer; readonly name: string };

function issuesOf(named: readonly Named[]) {
  return named.length === 0 ? {} : { detectedIssue: named.map(({ name }) => ({ reference: name })) };
}

function answerChanges(named: readonly Named[], { patient, by, at }: Signing): Change[] {
  return named.map(({ answer, name }) =>
    answerChange(answer, name, { reference: `Patient/${patient}` }, by, at, []),
  );
}

function answerChange(
  { code, about, why }: Answer,
  fullUrl: string,
  patient: Reference,
  by: Signer,
  at: number,
  more: readonly string[],
): Change {
  const resource: DetectedIssue = {
    resourceType: 'DetectedIssue',
    status: 'final',
    code: { coding: [{ system: alertSystem, code }] },
    patient: patient as NonNullable<DetectedIssue['patient']>,
    identifiedDateTime: fhirMoment(at),
    author: { reference: by.reference, display: by.display } as Reference<Practitioner>,
    implicated: [...about, ...more].map((reference) => ({ reference })),
    mitigation: [
      {
        action: { text: why },
        date: fhirMoment(at),
        author: { reference: by.reference } as Reference<Practitioner>,
      },
    ],
  };
  if (resource.implicated?.length === 0) delete resource.implicated;
  return { method: 'POST', url: 'DetectedIssue', resource, fullUrl };
}

function changedAt(request: MedicationRequest, at: number) {
  const others = request.extension?.filter(({ url }) => url !== statusChangedUrl) ?? [];
  return [...others, { url: statusChangedUrl, valueDateTime: fhirMoment(at) }];
}

function update(resource: MedicationRequest | MedicationAdministration): Change {
  const { resourceType, id = '', meta } = resource;
  return { method: 'PUT', url: `${resourceType}/${id}`, resource, version: meta?.versionId };
}

function newName(): string {
  return `urn:uuid:${makeActId()}`;
}
