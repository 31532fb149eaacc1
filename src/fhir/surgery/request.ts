/** An operation as it is asked for: a ServiceRequest to an operating department. */
import type { Location, Reference, ServiceRequest } from '@medplum/fhirtypes';
import { listOf, targetOf, wordsOf } from '../medication/order.ts';
import { isObject } from '../json.ts';
import { fhirMoment, instantOf } from '../place-time.ts';
import {
  anaesthesiaSystem,
  anaesthesias,
  fastingUrl,
  needSystem,
  operationCategory,
  sideCodes,
  sides,
  sksSystem,
  surgicalProcedures,
  urgencies,
  type Anaesthesia,
  type Side,
  type SurgicalProcedure,
  type UrgencyName,
} from './codes.ts';

export interface OperationAsk {
  readonly patient: string;
  readonly encounter?: string | undefined;
  readonly department: Reference<Location>;
  readonly procedure: Pick<SurgicalProcedure, 'code' | 'words'>;
  readonly urgency: UrgencyName;
  /** When it is asked for, ms; now for what is urgent. */
  readonly wanted: number;
  readonly minutes: number;
  readonly side?: Side | undefined;
  readonly anaesthesia: Anaesthesia;
  readonly needs?: string | undefined;
  readonly isolation?: string | undefined;
  /** ms */
  readonly fastingSince?: number | undefined;
  readonly reason?: string | undefined;
  readonly requester: ServiceRequest['requester'];
}

/** @param at When it is asked, ms: the time of its class runs from here. */
export function askOperation(ask: OperationAsk, at: number): ServiceRequest {
  const urgency = urgencies.find((one) => one.class === ask.urgency);
  const limit = urgency?.minutes;
  const detail = (system: string, code: string, text: string) => ({ coding: [{ system, code }], text });
  return {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    category: [{ coding: [operationCategory], text: 'operation' }],
    priority: urgency?.priority ?? 'routine',
    code: {
      coding: [{ system: sksSystem, code: ask.procedure.code, display: ask.procedure.words }],
      text: ask.procedure.words,
    },
    orderDetail: [
      detail(anaesthesiaSystem, ask.anaesthesia, ask.anaesthesia),
      ...(filled(ask.needs) ? [detail(needSystem, 'special', ask.needs)] : []),
      ...(filled(ask.isolation) ? [detail(needSystem, 'isolation', ask.isolation)] : []),
    ],
    quantityQuantity: {
      value: ask.minutes,
      unit: 'min',
      system: 'http://unitsofmeasure.org',
      code: 'min',
    },
    subject: { reference: `Patient/${ask.patient}` },
    ...(ask.encounter === undefined ? {} : { encounter: { reference: `Encounter/${ask.encounter}` } }),
    occurrencePeriod: {
      start: fhirMoment(ask.wanted),
      ...(limit === undefined ? {} : { end: fhirMoment(at + limit * 60_000) }),
    },
    authoredOn: fhirMoment(at),
    ...(ask.requester === undefined ? {} : { requester: ask.requester }),
    locationReference: [ask.department],
    ...(filled(ask.reason) ? { reasonCode: [{ text: ask.reason }] } : {}),
    ...(ask.side === undefined ? {} : { bodySite: [sideConcept(ask.side)] }),
    ...(ask.fastingSince === undefined
      ? {}
      : { extension: [{ url: fastingUrl, valueDateTime: fhirMoment(ask.fastingSince) }] }),
  };
}

export function sideConcept(side: Side) {
  const { code, words } = sideCodes[side];
  return { coding: [{ system: 'http://snomed.info/sct', code }], text: words };
}

/** What a ServiceRequest says of an operation. */
export interface Operation {
  readonly id: string;
  readonly status: string;
  /** `Patient/…` */
  readonly patient: string | undefined;
  readonly department: string | undefined;
  readonly code: string | undefined;
  readonly words: string;
  readonly urgency: UrgencyName;
  /** ms; undefined for what is elective. */
  readonly deadline: number | undefined;
  readonly asked: number | undefined;
  readonly wanted: number | undefined;
  readonly minutes: number;
  readonly side: Side | undefined;
  readonly isSided: boolean;
  readonly anaesthesia: Anaesthesia | undefined;
  readonly needs: string | undefined;
  readonly isolation: string | undefined;
  readonly fastingSince: number | undefined;
}

/** Undefined: no operation. */
export function readOperation(request: unknown): Operation | undefined {
  if (!isObject(request) || !isOperation(request['category'])) return undefined;
  const code = codeOf(request['code'], sksSystem);
  const period = isObject(request['occurrencePeriod']) ? request['occurrencePeriod'] : {};
  const quantity = isObject(request['quantityQuantity']) ? request['quantityQuantity'] : {};
  const details = listOf(request['orderDetail']);
  const need = (kind: string) => {
    const found = details.find((one) => codeOf(one, needSystem) === kind);
    return found === undefined ? undefined : wordsOf(found);
  };
  const given = details.flatMap((one) => codeOf(one, anaesthesiaSystem) ?? [])[0];
  return {
    id: textOf(request['id']),
    status: textOf(request['status']),
    patient: targetOf(request['subject']),
    department: listOf(request['locationReference']).map(targetOf)[0],
    code,
    words: wordsOf(request['code']),
    urgency: urgencies.find(({ priority }) => priority === request['priority'])?.class ?? 'D',
    deadline: instantOf(period['end']),
    asked: instantOf(request['authoredOn']),
    wanted: instantOf(period['start']),
    minutes: Number(quantity['value']) || 60,
    side: sideOf(request['bodySite']),
    isSided: surgicalProcedures.find((one) => one.code === code)?.sided === true,
    anaesthesia: anaesthesias.find((one) => one === given),
    needs: need('special'),
    isolation: need('isolation'),
    fastingSince: instantOf(
      listOf(request['extension']).find(({ url }) => url === fastingUrl)?.['valueDateTime'],
    ),
  };
}

export function isOperation(category: unknown): boolean {
  return (Array.isArray(category) ? listOf(category) : [category]).some(
    (concept) => codeOf(concept, operationCategory.system) === operationCategory.code,
  );
}

/** The side among body sites. */
export function sideOf(bodySite: unknown): Side | undefined {
  const codes = listOf(bodySite).flatMap((site) => listOf(site['coding']).map(({ code }) => code));
  return sides.find((side) => codes.includes(sideCodes[side].code));
}

export function codeOf(concept: unknown, system: string): string | undefined {
  const coding = listOf(isObject(concept) ? concept['coding'] : undefined).find(
    (one) => one['system'] === system,
  );
  return typeof coding?.['code'] === 'string' ? coding['code'] : undefined;
}

function filled(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
