/**
 * The Task by which a deadline that runs out calls somebody (docs/how/clinical-shapes.md): of an acute operation that has no place, or of a
 * birth that is not looked at in time. A draft until then; only the program writes it.
 */
import type { Reference, Task } from '@medplum/fhirtypes';
import { taskKindSystem } from './orders/steps.ts';
import { fhirMoment } from './place-time.ts';

export const overdueKind = 'overdue';
/** The program's count of seconds at which it runs out; and the term for which that was reckoned. */
export const dueUrl = 'https://holdfast.dk/fhir/due-seconds';
export const escalationSystem = 'https://holdfast.dk/fhir/escalation';

/** One for each operation (`ServiceRequest/…`) and each birth (`Encounter/…` of the mother), whatever becomes of it. */
export function overdueId(name: string): string {
  const [type, id = ''] = name.split('/');
  return `overdue-${type === 'Encounter' ? 'birth' : 'operation'}-${id}`.slice(0, 64);
}

export interface Overdue {
  /** What it is about. */
  readonly name: string;
  readonly words: string;
  readonly patient: Reference;
  readonly encounter: Reference | undefined;
  /** Who is called first. */
  readonly owner: Reference | undefined;
  /** Another one begins the time anew: the class of an operation, the last look of a birth. */
  readonly term: string;
  readonly dueSeconds: number;
  /** The same by the clock of the place, for who reads; ms since 1970. */
  readonly dueAt: number;
  readonly at: number;
}

export function overdueTask(one: Overdue, status: 'draft' | 'requested'): Task & { readonly id: string } {
  const end = fhirMoment(one.dueAt);
  return {
    resourceType: 'Task',
    id: overdueId(one.name),
    identifier: [{ system: dueUrl, value: one.term }],
    status,
    intent: 'order',
    priority: 'stat',
    code: { coding: [{ system: taskKindSystem, code: overdueKind }], text: 'Overskredet frist' },
    description: one.words,
    extension: [{ url: dueUrl, valueInteger: one.dueSeconds }],
    businessStatus: { coding: [{ system: escalationSystem, code: 'orderer' }] },
    focus: { reference: one.name },
    // References as the record has them.
    for: one.patient as NonNullable<Task['for']>,
    ...(one.encounter === undefined ? {} : { encounter: one.encounter as NonNullable<Task['encounter']> }),
    authoredOn: fhirMoment(one.at),
    ...(one.owner === undefined ? {} : { owner: one.owner as NonNullable<Task['owner']> }),
    restriction: { period: { start: end, end } },
  };
}

/** What is said of an operation whose time has run out. */
export const overdueOperation = (words: string): string => `Operation uden tid, frist overskredet: ${words}`;
export const operationTerm = (urgency: string): string => `class ${urgency}`;
