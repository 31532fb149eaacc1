// Composite parameters (http://hl7.org/fhir/R4/search.html#composite): components match within one element. And units.
import { beforeAll, describe, expect, test } from 'vitest';
import { searchParameters } from '#fhir/definitions/tables.ts';
import { testDatabase } from '../../test/database.ts';
import { useClient } from './testing.ts';

const { send, find } = useClient(testDatabase);

const ucum = 'http://unitsofmeasure.org';
const coded = (code: string, system = 'http://loinc.org') => ({ coding: [{ system, code }] });
const amount = (value: number, code: string) => ({ value, system: ucum, code });
const observation = (id: string, more: object) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: coded('panel'),
  ...more,
});

beforeAll(async () => {
  const all = [
    observation('bp1', {
      component: [
        { code: coded('8480-6'), valueQuantity: amount(150, 'mm[Hg]') },
        { code: coded('8462-4'), valueQuantity: amount(80, 'mm[Hg]') },
      ],
    }),
    observation('bp2', {
      component: [
        { code: coded('8480-6'), valueQuantity: amount(110, 'mm[Hg]') },
        { code: coded('8462-4'), valueQuantity: amount(20, 'kPa') },
      ],
    }),
    observation('asked', {
      component: [
        { code: coded('smokes'), valueCodeableConcept: coded('yes', 'urn:answers') },
        { code: coded('drinks'), valueCodeableConcept: coded('no', 'urn:answers') },
      ],
    }),
    observation('weight', { code: coded('29463-7'), valueQuantity: amount(70.5, 'kg') }),
    observation('light', { code: coded('29463-7'), valueQuantity: amount(900, 'g') }),
    observation('drops', { code: coded('dose'), valueQuantity: { value: 5, unit: 'drops' } }),
    observation('group', { code: coded('883-9'), valueCodeableConcept: coded('A', 'urn:blood') }),
    observation('note', { code: coded('note'), valueString: 'Ædelt blod' }),
    observation('when', { code: coded('due'), valueDateTime: '2026-05-01' }),
    {
      resourceType: 'ValueSet',
      id: 'vs',
      status: 'active',
      useContext: [
        {
          code: { system: 'urn:c', code: 'age' },
          valueRange: { low: amount(10, 'a'), high: amount(20, 'a') },
        },
        { code: { system: 'urn:c', code: 'focus' }, valueCodeableConcept: coded('flu', 'urn:d') },
      ],
    },
    {
      resourceType: 'DocumentReference',
      id: 'second',
      status: 'current',
      content: [{ attachment: { title: 'x' } }],
      relatesTo: [
        { code: 'replaces', target: { reference: 'DocumentReference/first' } },
        { code: 'signs', target: { reference: 'DocumentReference/other' } },
      ],
    },
    {
      resourceType: 'MolecularSequence',
      id: 'seq',
      coordinateSystem: 0,
      referenceSeq: { genomeBuild: 'x', chromosome: coded('7', 'urn:chr'), windowStart: 100, windowEnd: 200 },
      variant: [
        { start: 1, end: 5 },
        { start: 10, end: 50 },
      ],
    },
    {
      resourceType: 'Group',
      id: 'g',
      type: 'person',
      actual: true,
      characteristic: [
        { code: coded('gender'), valueCodeableConcept: coded('mixed'), exclude: false },
        { code: coded('owner'), valueBoolean: true, exclude: false },
      ],
    },
  ];
  for (const resource of all)
    expect((await send('PUT', `${resource.resourceType}/${resource.id}`, resource)).issues).toEqual([]);
});

describe('finds', () => {
  test.each<[string, string[]]>([
    ['Observation?component-code-value-quantity=8480-6$gt140', ['bp1']],
    ['Observation?component-code-value-quantity=http://loinc.org|8480-6$gt140', ['bp1']],
    ['Observation?component-code-value-quantity=urn:other|8480-6$gt140', []],
    // 150 stands beside 8480-6, not beside 8462-4.
    ['Observation?component-code-value-quantity=8462-4$gt140', []],
    [`Observation?component-code-value-quantity=8462-4$gt140|${ucum}|mm[Hg]`, ['bp2']],
    ['Observation?component-code-value-quantity=8480-6$lt120,8480-6$gt140', ['bp1', 'bp2']],
    ['Observation?combo-code-value-quantity=29463-7$gt70', ['light', 'weight']],
    [`Observation?combo-code-value-quantity=29463-7$gt70|${ucum}|kg`, ['weight']],
    ['Observation?combo-code-value-quantity=8480-6$150', ['bp1']],
    ['Observation?component-code-value-concept=smokes$yes', ['asked']],
    ['Observation?component-code-value-concept=http://loinc.org|smokes$urn:answers|yes', ['asked']],
    ['Observation?component-code-value-concept=smokes$no', []],
    ['Observation?combo-code-value-concept=883-9$A', ['group']],
    ['Observation?combo-code-value-concept=drinks$no', ['asked']],
    ['Observation?code-value-concept=883-9$urn:blood|A', ['group']],
    ['Observation?code-value-quantity=29463-7$70.5', ['weight']],
    ['Observation?code-value-string=note$ædel', ['note']],
    ['Observation?code-value-date=due$ge2026-04', ['when']],
    ['Observation?code-value-date=due$lt2026-04', []],
    ['ValueSet?context-type-quantity=age$15', []],
    ['ValueSet?context-type-quantity=age$gt15', ['vs']],
    [`ValueSet?context-type-quantity=urn:c|age$lt150|${ucum}|mo`, ['vs']],
    ['ValueSet?context-type-quantity=focus$gt15', []],
    ['ValueSet?context-type-value=focus$urn:d|flu', ['vs']],
    ['ValueSet?context-type-value=age$flu', []],
    ['DocumentReference?relationship=first$replaces', ['second']],
    ['DocumentReference?relationship=DocumentReference/first$replaces', ['second']],
    ['DocumentReference?relationship=DocumentReference/other$replaces', []],
    ['MolecularSequence?chromosome-variant-coordinate=7$le1$ge5', ['seq']],
    ['MolecularSequence?chromosome-variant-coordinate=7$le1$ge50', []],
    ['MolecularSequence?chromosome-variant-coordinate=8$le1$ge5', []],
    ['MolecularSequence?chromosome-window-coordinate=7$100$200', ['seq']],
    ['Group?characteristic-value=gender$mixed', ['g']],
    ['Group?characteristic-value=owner$true', ['g']],
    ['Group?characteristic-value=owner$mixed', []],
    // units
    [`Observation?value-quantity=70500|${ucum}|g`, ['weight']],
    [`Observation?value-quantity=lt1|${ucum}|kg`, ['light']],
    [`Observation?value-quantity=70.5|${ucum}|mL`, []],
    ['Observation?value-quantity=70.5||kg', ['weight']],
    ['Observation?value-quantity=5||drops', ['drops']],
    [`Observation?value-quantity=5|${ucum}|drops`, []],
    [`Observation?component-value-quantity=gt140|${ucum}|mm[Hg]`, ['bp1', 'bp2']],
  ])('%s', async (address, expected) => expect((await find(address)).sort()).toEqual(expected));
});

test('quantities are sorted by the amount, not by the figure', async () => {
  expect(await find('Observation?code=29463-7&_sort=value-quantity')).toEqual(['light', 'weight']);
});

test('all composite parameters of R4 answer', async () => {
  const answers = await Promise.all(
    Object.entries(searchParameters).flatMap(([type, table]) =>
      Object.entries(table).flatMap(([name, { composites }]) => {
        const [first] = composites ?? [];
        if (!first) return [];
        const value = first.parts.map((part) => (part.type === 'date' ? '2026' : '5')).join('$');
        return [send('GET', `${type}?${name}=${value}`, undefined, { prefer: 'handling=strict' })];
      }),
    ),
  );
  expect(answers).toHaveLength(72);
  expect(answers.filter(({ status }) => status !== 200).map(({ issues }) => issues)).toEqual([]);
});
