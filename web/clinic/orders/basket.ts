import type { CodeableConcept, ServiceRequest, Task } from '@medplum/fhirtypes';
import {
  orderableOf,
  orderableSystem,
  receivers,
  type Orderable,
  type OrderSet,
  type Priority,
  type Question,
  type Receiver,
} from '#fhir/orders/catalogue.ts';
import {
  actCodeSystem,
  orderStepSystem,
  requisitionSystem,
  statusAt,
  taskKindSystem,
} from '#fhir/orders/steps.ts';
import type { Change } from '../../link/act.ts';
import { addDays, dayOf, fhirMoment, momentOn } from '../../parts/format/date.ts';

// The basket: what is to be ordered, by receiver, and what it becomes when it is signed. Nothing here is known to the server yet.

export type BasketLine = { readonly item: string; readonly site?: string; readonly quantity?: string };
/** What holds for all orders of one receiver. */
export type GroupSettings = {
  readonly priority: Priority;
  /** `now`, `morning` (the next round), or a time of the place: 2026-01-15T14:00. */
  readonly when: string;
  readonly reason: string;
};
export type Basket = {
  readonly lines: readonly BasketLine[];
  readonly settings: Readonly<Record<string, GroupSettings>>;
};
export type BasketGroup = GroupSettings & {
  readonly receiver: Receiver;
  readonly lines: readonly (BasketLine & { readonly orderable: Orderable })[];
  readonly asksReason: boolean;
};

export const emptyBasket: Basket = { lines: [], settings: {} };
const usualSettings: GroupSettings = { priority: 'routine', when: 'now', reason: '' };
export const morningRound = '07:00';
const quantityMax = 20;

/** What was kept; an empty basket for a text that is none. */
export function readBasket(text: string | undefined): Basket {
  if (text === undefined) return emptyBasket;
  try {
    const kept = JSON.parse(text) as Partial<Basket>;
    const lines = (kept.lines ?? []).filter(({ item }) => orderableOf(item) !== undefined);
    return { lines, settings: kept.settings ?? {} };
  } catch {
    return emptyBasket;
  }
}

/** Each once, however often it is asked for. A set brings its priority and its question with it. */
export function addItems(
  basket: Basket,
  items: readonly string[],
  set?: Pick<OrderSet, 'priority' | 'reason'>,
): Basket {
  const fresh = items.filter((item) => basket.lines.every((line) => line.item !== item));
  const settings: Record<string, GroupSettings> = { ...basket.settings };
  for (const item of items) {
    const receiver = orderableOf(item)?.receiver;
    if (receiver === undefined) continue;
    const before = settings[receiver] ?? usualSettings;
    settings[receiver] = {
      ...before,
      ...(set !== undefined && isMoreUrgent(set.priority, before.priority) && { priority: set.priority }),
      ...(set?.reason !== undefined && before.reason === '' && { reason: set.reason }),
    };
  }
  return { lines: [...basket.lines, ...fresh.map((item) => ({ item }))], settings };
}

export function removeItem(basket: Basket, item: string): Basket {
  return { ...basket, lines: basket.lines.filter((line) => line.item !== item) };
}

export function changeLine(basket: Basket, item: string, change: Partial<BasketLine>): Basket {
  return {
    ...basket,
    lines: basket.lines.map((line) => (line.item === item ? { ...line, ...change } : line)),
  };
}

export function changeGroup(basket: Basket, receiver: string, change: Partial<GroupSettings>): Basket {
  const settings = { ...usualSettings, ...basket.settings[receiver], ...change };
  return { ...basket, settings: { ...basket.settings, [receiver]: settings } };
}

/** In the fixed order of the receivers. */
export function groupsOf(basket: Basket): readonly BasketGroup[] {
  return receivers.flatMap((receiver) => {
    const lines = basket.lines.flatMap((line) => {
      const orderable = orderableOf(line.item);
      return orderable?.receiver === receiver.id ? [{ ...line, orderable }] : [];
    });
    if (lines.length === 0) return [];
    return [
      {
        ...(basket.settings[receiver.id] ?? usualSettings),
        receiver,
        lines,
        asksReason: lines.some(({ orderable }) => orderable.requires.includes('reason')),
      },
    ];
  });
}

/** What stands in the way of signing: the id of the field and what it asks. In the order of the screen. */
export type Gap = { readonly field: string; readonly question: Question | 'when' };

export const fieldOf = (place: string, question: Gap['question']): string => `basket-${place}-${question}`;

export function gapsOf(basket: Basket): readonly Gap[] {
  return groupsOf(basket).flatMap((group) => [
    ...(isTime(group.when) ? [] : [{ field: fieldOf(group.receiver.id, 'when'), question: 'when' as const }]),
    ...(group.asksReason && group.reason.trim() === ''
      ? [{ field: fieldOf(group.receiver.id, 'reason'), question: 'reason' as const }]
      : []),
    ...group.lines.flatMap(({ item, site = '', quantity = '', orderable: { requires } }) => [
      ...(requires.includes('site') && site.trim() === ''
        ? [{ field: fieldOf(item, 'site'), question: 'site' as const }]
        : []),
      ...(requires.includes('quantity') && !isQuantity(quantity)
        ? [{ field: fieldOf(item, 'quantity'), question: 'quantity' as const }]
        : []),
    ]),
  ]);
}

const isQuantity = (text: string): boolean =>
  /^\d{1,2}$/.test(text) && Number(text) > 0 && Number(text) <= quantityMax;
const isTime = (when: string): boolean =>
  when === 'now' || when === 'morning' || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(when);

/** The moment that is meant: the next morning round is tomorrow's when today's has passed. */
export function momentOf(when: string, now: number): number {
  if (when === 'now') return now;
  const [day = '', clock = morningRound] = when.split('T');
  if (when !== 'morning') return momentOn(day, clock);
  const today = momentOn(dayOf(now), morningRound);
  return today > now ? today : momentOn(addDays(dayOf(now), 1), morningRound);
}

export type Signing = {
  readonly patient: string;
  /** Encounter/…; undefined: not admitted, and the orders say so. */
  readonly stay: string | undefined;
  readonly requester: { readonly reference?: string; readonly display: string };
  readonly now: number;
  /** Of the requisition. */
  readonly number: string;
  readonly makeId: () => string;
};

/** One act: each order, and for each receiver the Task that carries their steps. */
export function changesOf(basket: Basket, signing: Signing): readonly Change[] {
  return groupsOf(basket).flatMap((group) => {
    const wanted = fhirMoment(momentOf(group.when, signing.now));
    const orders = group.lines.map((line) => ({
      fullUrl: `urn:uuid:${signing.makeId()}`,
      resource: orderOf(line, group, wanted, signing),
    }));
    const task: Task = {
      resourceType: 'Task',
      status: statusAt.created,
      businessStatus: { coding: [{ system: orderStepSystem, code: 'created' }] },
      intent: 'order',
      code: { coding: [{ system: taskKindSystem, code: 'order' }], text: 'Bestilling' },
      priority: group.priority,
      groupIdentifier: { system: requisitionSystem, value: signing.number },
      basedOn: orders.map(({ fullUrl }) => ({ reference: fullUrl })),
      ...shared(signing),
      for: { reference: `Patient/${signing.patient}` },
      requester: signing.requester as Task['requester'],
      owner: { display: group.receiver.danish },
      restriction: { period: { end: wanted } },
    } as Task;
    return [
      ...orders.map(({ fullUrl, resource }): Change => ({
        method: 'POST',
        url: 'ServiceRequest',
        fullUrl,
        resource,
      })),
      { method: 'POST', url: 'Task', resource: task } as const,
    ];
  });
}

function orderOf(
  { orderable, site, quantity }: BasketGroup['lines'][number],
  { receiver, priority, reason }: BasketGroup,
  wanted: string,
  signing: Signing,
): ServiceRequest {
  return {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    category: [{ text: receiver.id }],
    code: codeOf(orderable),
    requisition: { system: requisitionSystem, value: signing.number },
    priority,
    subject: { reference: `Patient/${signing.patient}` },
    ...shared(signing),
    ...(signing.stay === undefined && {
      locationCode: [{ coding: [{ system: actCodeSystem, code: 'AMB' }] }],
    }),
    occurrenceDateTime: wanted,
    requester: signing.requester as ServiceRequest['requester'],
    ...(reason.trim() !== '' && { reasonCode: [{ text: reason.trim() }] }),
    ...(site !== undefined && site.trim() !== '' && { bodySite: [{ text: site.trim() }] }),
    ...(quantity !== undefined && isQuantity(quantity) && { quantityQuantity: { value: Number(quantity) } }),
  } as ServiceRequest;
}

const shared = ({ stay, now }: Signing) => ({
  ...(stay !== undefined && { encounter: { reference: stay } as NonNullable<Task['encounter']> }),
  authoredOn: fhirMoment(now),
});

function codeOf({ id, danish, npu }: Orderable): CodeableConcept {
  return {
    coding: [
      { system: orderableSystem, code: id, display: danish },
      ...(npu === undefined ? [] : [{ system: 'urn:oid:1.2.208.176.2.1', code: npu }]),
    ],
    text: danish,
  };
}

const urgency: readonly Priority[] = ['routine', 'urgent', 'stat'];
const isMoreUrgent = (one: Priority, other: Priority): boolean =>
  urgency.indexOf(one) > urgency.indexOf(other);
