/**
 * The way of an operation through the day: a Procedure with a clock for each step, and the three checks of safe surgery among
 * them. Steps go forward only; a clock that was wrong is marked so with a reason and stays.
 */
import type { Extension, Location, Practitioner, Procedure, Reference } from '@medplum/fhirtypes';
import { listOf, targetOf } from '../medication/order.ts';
import { isObject } from '../json.ts';
import { fhirMoment, instantOf } from '../place-time.ts';
import { clockUrl, operationCategory, type Side } from './codes.ts';
import { sideConcept } from './request.ts';

export const operationSteps = [
  'called',
  'in-room',
  'check-in',
  'anaesthesia',
  'time-out',
  'knife-start',
  'knife-end',
  'check-out',
  'out-of-room',
  'recovery',
  'ward',
] as const;
export type OperationStep = (typeof operationSteps)[number];

export interface Clock {
  readonly step: OperationStep;
  /** ms */
  readonly at: number;
  readonly by: string | undefined;
  readonly byName: string;
  /** Why it does not count. */
  readonly wrong: string | undefined;
}

type Who = Reference<Practitioner>;

/** The first step of a way. @param at ms */
export function beginWay(
  operation: {
    readonly id: string;
    readonly patient: string;
    readonly code: string | undefined;
    readonly words: string;
    readonly side: Side | undefined;
    readonly encounter?: string | undefined;
  },
  room: Reference<Location>,
  step: OperationStep,
  at: number,
  by: Who,
): Procedure {
  return recordClock(
    {
      resourceType: 'Procedure',
      status: 'preparation',
      category: { coding: [operationCategory], text: 'operation' },
      code: {
        ...(operation.code === undefined
          ? {}
          : {
              coding: [
                { system: 'urn:oid:1.2.208.176.2.4.12', code: operation.code, display: operation.words },
              ],
            }),
        text: operation.words,
      },
      subject: { reference: operation.patient },
      basedOn: [{ reference: `ServiceRequest/${operation.id}` }],
      ...(operation.side === undefined ? {} : { bodySite: [sideConcept(operation.side)] }),
      location: room,
    },
    step,
    at,
    by,
  );
}

export function recordClock(way: Procedure, step: OperationStep, at: number, by: Who): Procedure {
  const clock: Extension = {
    url: clockUrl,
    extension: [
      { url: 'step', valueCode: step },
      { url: 'at', valueDateTime: fhirMoment(at) },
      { url: 'by', valueReference: by },
    ],
  };
  return settled({ ...way, extension: [...(way.extension ?? []), clock] });
}

/** The last clock that counts was wrong. */
export function wrongClock(way: Procedure, reason: string): Procedure {
  const last = clocksOf(way).findLastIndex(({ wrong }) => wrong === undefined);
  let index = -1;
  return settled({
    ...way,
    extension: (way.extension ?? []).map((one) => {
      if (one.url !== clockUrl) return one;
      index++;
      return index === last
        ? { ...one, extension: [...(one.extension ?? []), { url: 'wrong', valueString: reason }] }
        : one;
    }),
  });
}

/** Its status and the time of the knife, as its clocks say. */
function settled(way: Procedure): Procedure {
  const clocks = clocksOf(way);
  const knife = (step: OperationStep) => {
    const found = clocks.findLast((one) => one.step === step && one.wrong === undefined);
    return found === undefined ? undefined : fhirMoment(found.at);
  };
  const [start, end] = [knife('knife-start'), knife('knife-end')];
  const { performedPeriod: _before, ...rest } = way;
  return {
    ...rest,
    status: statusOfClocks(clocks),
    ...(start === undefined ? {} : { performedPeriod: { start, ...(end === undefined ? {} : { end }) } }),
  };
}

/** All clocks, also those that were wrong, in the order in which they were written. */
export function clocksOf(way: unknown): readonly Clock[] {
  if (!isObject(way)) return [];
  return listOf(way['extension'])
    .filter(({ url }) => url === clockUrl)
    .flatMap((one): Clock[] => {
      const of = (name: string) => listOf(one['extension']).find(({ url }) => url === name);
      const step = operationSteps.find((each) => each === of('step')?.['valueCode']);
      const at = instantOf(of('at')?.['valueDateTime']);
      if (step === undefined || at === undefined) return [];
      const by = of('by')?.['valueReference'];
      const wrong = of('wrong')?.['valueString'];
      return [
        {
          step,
          at,
          by: targetOf(by),
          byName: isObject(by) && typeof by['display'] === 'string' ? by['display'] : '',
          wrong: typeof wrong === 'string' ? wrong : undefined,
        },
      ];
    });
}

/** Where it is; undefined: it has not begun. */
export function stepOf(clocks: readonly Clock[]): Clock | undefined {
  return clocks.findLast(({ wrong }) => wrong === undefined);
}

export function rankOf(step: OperationStep | undefined): number {
  return step === undefined ? -1 : operationSteps.indexOf(step);
}

/** What one press records next; undefined: it is over. */
export function nextStep(step: OperationStep | undefined): OperationStep | undefined {
  return operationSteps[rankOf(step) + 1];
}

/** The patient is in the operating room. */
export function isInRoom(step: OperationStep | undefined): boolean {
  return rankOf(step) >= rankOf('in-room') && rankOf(step) < rankOf('out-of-room');
}

export function isOut(step: OperationStep | undefined): boolean {
  return rankOf(step) >= rankOf('out-of-room');
}

/** `Procedure.status` by the clocks that count: who left the room unoperated was stopped. */
export function statusOfClocks(
  clocks: readonly Clock[],
): 'preparation' | 'in-progress' | 'completed' | 'stopped' {
  const step = stepOf(clocks)?.step;
  if (isInRoom(step)) return 'in-progress';
  if (!isOut(step)) return 'preparation';
  return clocks.some((one) => one.step === 'knife-start' && one.wrong === undefined)
    ? 'completed'
    : 'stopped';
}
