// What is known of drugs, CAVE and scanned codes, without a record.
import { describe, expect, test } from 'vitest';
import { caveAgainst } from './cave.ts';
import { isPersonalNumber, isSameCode, scannedCode } from './scan.ts';
import { holdsAt, isPausedAt, plannedOf, readOrder } from './order.ts';

const allergy = (text: string, more: object = {}) => ({
  resourceType: 'AllergyIntolerance',
  id: 'a',
  code: { text },
  ...more,
});
const against = (text: string, atc: string, generic: string) => {
  const answer = caveAgainst({ atc, generic, drug: `${generic}, BRAND, tabl., 5 mg` }, [allergy(text)]);
  return answer.against.length > 0 ? 'against' : answer.unclear.length > 0 ? 'unclear' : 'no';
};

describe('CAVE', () => {
  test.each([
    ['Penicillin', 'J01CA04', 'amoxicillin', 'against'],
    ['Penicillin', 'J01DC02', 'cefuroxim', 'no'],
    ['ASA', 'M01AE01', 'ibuprofen', 'against'],
    ['ASA', 'N02BE01', 'paracetamol', 'no'],
    ['Sulfa', 'J01EA01', 'trimethoprim', 'against'],
    ['Sulfa', 'B05XA05', 'magnesiumsulfat', 'no'],
    ['Nystatin', 'C10AA05', 'atorvastatin', 'unclear'],
    ['Statiner', 'C10AA05', 'atorvastatin', 'against'],
    ['Tåler ikke amoxicillin med clavulansyre', 'J01CA04', 'amoxicillin', 'against'],
    ['BRAND', 'N02BE01', 'paracetamol', 'against'],
    ['Latex', 'N02BE01', 'paracetamol', 'no'],
    ['noget hun fik i Spanien', 'N02BE01', 'paracetamol', 'unclear'],
    ['Morfin', 'N02AA05', 'oxycodon', 'no'],
  ])('%s and %s (%s): %s', (text, atc, generic, expected) => {
    expect(against(text, atc, generic)).toBe(expected);
  });

  test('by code, by what was refuted, and when nobody asked', () => {
    const drug = { atc: 'N02AA01', generic: 'morfin', drug: 'morfin' };
    const coded = {
      ...allergy('?'),
      code: { coding: [{ system: 'http://www.whocc.no/atc', code: 'N02A' }] },
    };
    expect(caveAgainst(drug, [coded]).against).toEqual(['AllergyIntolerance/a']);
    const refuted = allergy('Morfin', { verificationStatus: { coding: [{ code: 'refuted' }] } });
    expect(caveAgainst(drug, [refuted])).toEqual({ against: [], unclear: [], unasked: true });
    const none = { ...allergy('Ingen kendte'), code: { coding: [{ code: '716186003' }] } };
    expect(caveAgainst(drug, [none])).toEqual({ against: [], unclear: [], unasked: false });
  });
});

test('a scanned package is its GTIN, a wristband its number, and neither is taken for the other', () => {
  expect(scannedCode(']d2010570000123456717261231\u001D10AB12')).toBe('5700001234567');
  expect(scannedCode(' 5700001234567 ')).toBe('5700001234567');
  expect(isSameCode(scannedCode('0105700001234567'), '05700001234567')).toBe(true);
  expect(scannedCode('0107601234')).toBe('0107601234');
  expect(isSameCode(scannedCode('010760-1234'), '0107601234')).toBe(true);
  expect([
    isPersonalNumber('0107601234'),
    isPersonalNumber('D10001'),
    isPersonalNumber('5700001234567'),
  ]).toEqual([true, false, false]);
  expect(isSameCode('', '')).toBe(false);
});

test('a pause does not reach back, and a stopped order plans what it planned before', () => {
  const order = (status: string) =>
    readOrder({
      status,
      authoredOn: '2026-01-13T07:00:00+01:00',
      extension: [
        {
          url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.statusChanged',
          valueDateTime: '2026-01-13T12:00:00+01:00',
        },
      ],
      dosageInstruction: [
        {
          timing: {
            repeat: { frequency: 2, period: 1, periodUnit: 'd', timeOfDay: ['08:00:00', '14:00:00'] },
          },
        },
      ],
    });
  const [eight, two] = [Date.parse('2026-01-13T08:00:00+01:00'), Date.parse('2026-01-13T14:00:00+01:00')];
  expect([isPausedAt(order('on-hold'), eight), isPausedAt(order('on-hold'), two)]).toEqual([false, true]);
  expect(plannedOf(order('on-hold'), eight, two)).toHaveLength(2);
  expect(plannedOf(order('stopped'), eight, two).map(({ at }) => at)).toEqual([eight]);
  expect(plannedOf(order('entered-in-error'), eight, two)).toEqual([]);
  expect([holdsAt(order('stopped'), eight), holdsAt(order('stopped'), two)]).toEqual([true, false]);
});
