import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderables, orderSets } from '#fhir/orders/catalogue.ts';
import { isNumber, numberFrom } from '#fhir/orders/number.ts';
import { orderedTogether, orderRows } from '../record/orders.ts';
import {
  addItems,
  changeGroup,
  changeLine,
  changesOf,
  emptyBasket,
  gapsOf,
  groupsOf,
  momentOf,
  readBasket,
  removeItem,
} from './basket.ts';

const now = Date.parse('2026-01-15T05:00:00Z');
let count = 0;
const signing = {
  patient: 'p1',
  stay: 'Encounter/e1',
  requester: { reference: 'Practitioner/anne', display: 'Anne Lund' },
  now,
  number: '123456789015',
  makeId: () => `id-${count++}`,
};
const set = (id: string) => orderSets.find((each) => each.id === id) ?? orderSets[0];

describe('the basket', () => {
  test('holds each once, by receiver, and says what is missing in the order of the screen', () => {
    const sepsis = set('sepsis');
    if (sepsis === undefined) throw new Error('no set');
    let basket = addItems(emptyBasket, ['potassium', 'redCells', 'histology']);
    basket = addItems(basket, ['potassium', 'crp']);
    expect(
      groupsOf(basket).map(({ receiver, lines }) => [receiver.id, lines.map(({ item }) => item)]),
    ).toEqual([
      ['laboratorium', ['potassium', 'crp']],
      ['blodbank', ['redCells']],
      ['patologi', ['histology']],
    ]);
    expect(gapsOf(basket).map(({ field }) => field)).toEqual([
      'basket-blodbank-reason',
      'basket-redCells-quantity',
      'basket-patologi-reason',
      'basket-histology-site',
    ]);
    basket = changeGroup(basket, 'blodbank', { reason: 'Melæna, Hb 4,1' });
    basket = changeLine(basket, 'redCells', { quantity: '2' });
    basket = changeGroup(basket, 'patologi', { reason: 'Tumor?' });
    basket = changeLine(basket, 'histology', { site: 'Ve. mamma' });
    expect(gapsOf(basket)).toEqual([]);
    expect(gapsOf(changeLine(basket, 'redCells', { quantity: '0' }))).toHaveLength(1);
    expect(gapsOf(changeGroup(basket, 'blodbank', { when: '' }))).toHaveLength(1);
    expect(readBasket(JSON.stringify(basket))).toEqual(basket);
    expect(readBasket('{')).toEqual(emptyBasket);
  });

  test('a set brings its priority and question, and takes back no priority that is higher', () => {
    const sepsis = set('sepsis');
    const basket = addItems(
      addItems(emptyBasket, sepsis?.items ?? [], sepsis),
      set('standardBlood')?.items ?? [],
      set('standardBlood'),
    );
    expect(gapsOf(basket)).toEqual([]);
    expect(groupsOf(basket)[0]).toMatchObject({ priority: 'stat', reason: 'Mistanke om sepsis, fokus?' });
  });

  test('signed it is one order for each line and one Task for each receiver that names exactly these', () => {
    fc.assert(
      fc.property(fc.subarray([...orderables], { minLength: 1, maxLength: 12 }), (items) => {
        const basket = addItems(
          emptyBasket,
          items.map(({ id }) => id),
        );
        const changes = changesOf(basket, signing);
        const orders = changes.filter(({ url }) => url === 'ServiceRequest');
        const named = changes.flatMap(({ resource }) =>
          resource?.resourceType === 'Task' ? (resource.basedOn ?? []).map(({ reference }) => reference) : [],
        );
        expect(orders).toHaveLength(items.length);
        expect(new Set(named)).toEqual(new Set(orders.map(({ fullUrl }) => fullUrl)));
        expect(named).toHaveLength(orders.length);
        expect(changes.length - orders.length).toBe(new Set(items.map(({ receiver }) => receiver)).size);
        let rest = basket;
        for (const { id } of items) rest = removeItem(rest, id);
        expect(changesOf(rest, signing)).toEqual([]);
      }),
    );
  });

  test('who is not admitted is said to be ambulatory', () => {
    const [order] = changesOf(addItems(emptyBasket, ['crp']), { ...signing, stay: undefined });
    expect(order?.resource).toMatchObject({ locationCode: [{ coding: [{ code: 'AMB' }] }] });
    expect(order?.resource).not.toHaveProperty('encounter');
  });

  test('the morning round is today’s until it has begun', () => {
    // 06:00 and 08:00 in Copenhagen.
    expect(new Date(momentOf('morning', now)).toISOString()).toBe('2026-01-15T06:00:00.000Z');
    expect(new Date(momentOf('morning', now + 7_200_000)).toISOString()).toBe('2026-01-16T06:00:00.000Z');
    expect(new Date(momentOf('2026-01-15T14:30', now)).toISOString()).toBe('2026-01-15T13:30:00.000Z');
  });
});

describe('numbers of requisitions and samples', () => {
  test('are twelve digits, and one digit read wrongly is no number', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 11, maxLength: 11 }),
        fc.nat(11),
        fc.integer({ min: 1, max: 9 }),
        (random, at, by) => {
          const number = numberFrom(random);
          expect(isNumber(number)).toBe(true);
          const wrong = number.slice(0, at) + ((Number(number[at]) + by) % 10) + number.slice(at + 1);
          expect(isNumber(wrong)).toBe(false);
        },
      ),
    );
  });
});

describe('rows of orders', () => {
  const order = {
    resourceType: 'ServiceRequest' as const,
    id: 's1',
    status: 'active' as const,
    intent: 'order' as const,
    subject: { reference: 'Patient/p1' as const },
    category: [{ text: 'laboratorium' }],
    code: { coding: [{ system: 'https://holdfast.dk/fhir/orderable', code: 'potassium' }], text: 'P-Kalium' },
    priority: 'urgent' as const,
    authoredOn: '2026-01-15T05:00:00Z',
  };
  const way = (status: 'requested' | 'accepted' | 'completed') => ({
    resourceType: 'Task' as const,
    status,
    intent: 'order' as const,
    basedOn: [{ reference: 'ServiceRequest/s1' as const }],
  });
  const lateAt = (minutes: number, status: 'requested' | 'accepted', more: object = {}) =>
    orderRows([{ ...order, ...more }], [way(status)], now + minutes * 60_000)[0]?.late?.step;

  test('say which step is late, counted from when it was wanted', () => {
    expect(lateAt(29, 'requested')).toBeUndefined();
    expect(lateAt(31, 'requested')).toBe('received');
    expect(lateAt(31, 'accepted')).toBeUndefined();
    expect(lateAt(121, 'accepted')).toBe('answered');
    expect(lateAt(31, 'requested', { occurrenceDateTime: '2026-01-15T06:00:00Z' })).toBeUndefined();
  });

  test('signed together they are one line where there is no room for each', () => {
    const requisition = { value: '123456789015' };
    const some = ['a', 'b', 'c', 'd'].map((id) => ({
      ...order,
      id,
      requisition,
      code: { text: id.toUpperCase() },
    }));
    const alone = { ...order, id: 'e', code: { text: 'E' } };
    expect(orderedTogether([...some, alone]).map(({ words, count }) => [words, count])).toEqual([
      ['A, B, C +1', 4],
      ['E', 1],
    ]);
  });

  test('of what is answered nothing is late, and it comes after what is not', () => {
    const done = { ...order, id: 's2', status: 'completed' as const, authoredOn: '2026-01-15T05:30:00Z' };
    const rows = orderRows([done, order], [], now + 9e9);
    expect(rows.map(({ id, late }) => [id, late?.step])).toEqual([
      ['s1', 'answered'],
      ['s2', undefined],
    ]);
  });
});
