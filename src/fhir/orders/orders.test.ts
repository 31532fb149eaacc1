// The catalogue, its search, and the steps of an order.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { laboratoryTests } from '#sim/population/tables/laboratory-tests.ts';
import {
  bloodMlOf,
  findOrderables,
  orderableOf,
  orderables,
  orderSets,
  orderableSystem,
  receiverOf,
  type FoundOrderable,
} from './catalogue.ts';
import { doubleOf, isEnd, mayGo, orderSteps, stateOfOrder, stateOfTask, statusAt } from './steps.ts';

const nameOf = (found: FoundOrderable | undefined) =>
  found === undefined ? undefined : found.kind === 'set' ? found.set.danish : found.item.danish;
const first = (text: string) => nameOf(findOrderables(text).shown[0]);

describe('the catalogue', () => {
  test('names each order once, for a receiver that is there, and its sets hold what it has', () => {
    expect(new Set(orderables.map(({ id }) => id)).size).toBe(orderables.length);
    expect(orderables.filter(({ receiver }) => receiverOf(receiver) === undefined)).toEqual([]);
    expect(orderSets.flatMap(({ items }) => items.filter((id) => orderableOf(id) === undefined))).toEqual([]);
  });

  test('has no official code but those the analyses have', () => {
    const known = new Set(
      Object.values(laboratoryTests).flatMap((one) =>
        'npu' in one && one.npu !== undefined ? [one.npu] : [],
      ),
    );
    expect(orderables.flatMap(({ npu }) => (npu === undefined || known.has(npu) ? [] : [npu]))).toEqual([]);
  });

  test('asks why of what goes through a patient or is someone’s opinion, and where of what is cut or swabbed', () => {
    for (const item of orderables) {
      if (item.receiver === 'billeddiagnostik' || item.receiver === 'tilsyn')
        expect(item.requires).toContain('reason');
      if (item.receiver === 'patologi') expect(item.requires).toEqual(['reason', 'site']);
    }
  });

  test('counts the blood of one tube once', () => {
    const items = ['sodium', 'potassium', 'haemoglobin'].flatMap((id) => orderableOf(id) ?? []);
    expect(bloodMlOf(items)).toBe(7);
  });
});

describe('the search', () => {
  test.each([
    ['hb', 'B-Hæmoglobin'],
    ['hæmoglobin', 'B-Hæmoglobin'],
    ['blodprocent', 'B-Hæmoglobin'],
    ['kalium', 'P-Kalium'],
    ['p-kalium', 'P-Kalium'],
    ['K', 'P-Kalium'],
    ['blodsukker', 'P-Glukose'],
    ['sepsis', 'Sepsis'],
    ['hoftebrud', 'Hoftebrud'],
    ['bækken', 'Rtg bækken og hofte'],
    ['dvt', 'P-D-dimer'],
    ['ct lungeemboli', 'CT lungearterier'],
    ['uvi', 'Urin, dyrkning og resistens'],
    ['HJERTESVIGT', 'P-proBNP'],
    ['clostrid', 'Clostridioides difficile'],
  ])('%s finds %s first', (text, name) => {
    expect(first(text)).toBe(name);
  });

  test('å is no a, and nothing is found by what it does not begin with', () => {
    expect(findOrderables('sar').all).toBe(0);
    expect(first('sår')).toBe('Sårpodning, dyrkning og resistens');
    expect(findOrderables('alium').all).toBe(0);
  });

  test('shows ten and says how many there are; a letter more only takes away', () => {
    const { shown, all } = findOrderables('p');
    expect(shown).toHaveLength(10);
    expect(all).toBeGreaterThan(20);
    fc.assert(
      fc.property(fc.constantFrom(...orderables), fc.nat(12), ({ danish }, cut) => {
        const ids = (text: string) =>
          findOrderables(text, 1000).shown.map((one) => (one.kind === 'set' ? one.set.id : one.item.id));
        const shorter = danish.slice(0, Math.max(1, cut)).trim();
        const word = shorter.split(/[\s,;/()]+/).at(-1) ?? '';
        // A letter more of the same word.
        const more = danish.slice(shorter.length, shorter.length + 1);
        if (!/^[\p{L}\p{N}]$/u.test(more) || !/^[\p{L}\p{N}]+$/u.test(word)) return;
        const all = new Set(ids(shorter));
        expect(ids(shorter + more).filter((id) => !all.has(id))).toEqual([]);
      }),
    );
  });
});

describe('steps', () => {
  const states = [...orderSteps, 'cancelled', 'rejected'] as const;
  const state = fc.constantFrom(...states);

  test('whatever messages come in whatever order, a way goes forward, ends once and stays ended', () => {
    fc.assert(
      fc.property(fc.array(state, { maxLength: 30 }), (messages) => {
        let at: (typeof states)[number] = 'created';
        for (const to of messages) {
          const before = at;
          if (mayGo(at, to)) at = to;
          if (isEnd(before)) expect(at).toBe(before);
          else if (!isEnd(at))
            expect(orderSteps.indexOf(at as never)).toBeGreaterThanOrEqual(
              orderSteps.indexOf(before as never),
            );
        }
        expect(states).toContain(at);
      }),
    );
  });

  test('a step is read from the Task that was written for it, and from one that knows FHIR alone', () => {
    for (const step of orderSteps)
      expect(stateOfTask({ status: statusAt[step], businessStatus: { coding: [{ code: step }] } })).toBe(
        step,
      );
    expect(stateOfTask({ status: 'accepted' })).toBe('received');
    expect(stateOfTask({ status: 'failed' })).toBe('rejected');
    expect(stateOfTask({})).toBe('created');
  });

  test('an order that is not answered is not shown as answered because the others of its Task are', () => {
    expect(stateOfOrder({ status: 'active' }, { status: 'completed' })).toBe('collected');
    expect(stateOfOrder({ status: 'revoked' }, { status: 'completed' })).toBe('cancelled');
    expect(stateOfOrder({ status: 'active' }, undefined)).toBe('created');
  });
});

describe('what was ordered before', () => {
  const at = Date.parse('2026-01-15T12:00:00Z');
  const order = (status: string, hoursAgo: number, id = 'x') => ({
    id,
    status,
    authoredOn: new Date(at - hoursAgo * 3_600_000).toISOString(),
    code: { coding: [{ system: orderableSystem, code: 'potassium' }] },
  });
  const double = (...known: ReturnType<typeof order>[]) =>
    doubleOf({ id: 'potassium', intervalHours: 4 }, orderableSystem, known, at)?.id;

  test('is told of while it is open, however old, and for its own interval when it is answered', () => {
    expect(double(order('active', 40))).toBe('x');
    expect(double(order('completed', 3.9))).toBe('x');
    expect(double(order('completed', 4.1))).toBeUndefined();
    expect(double(order('revoked', 1))).toBeUndefined();
  });

  test('is the newest of several, and not another analysis', () => {
    expect(double(order('active', 3, 'old'), order('completed', 1, 'new'))).toBe('new');
    expect(
      doubleOf({ id: 'sodium', intervalHours: 4 }, orderableSystem, [order('active', 1)], at),
    ).toBeUndefined();
  });
});
