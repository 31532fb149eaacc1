// The cases named "SQL on FHIR" follow tests of the specification (https://github.com/FHIR/sql-on-fhir-v2/tests, CC0).
import { describe, expect, test } from 'vitest';
import { readView } from './view.ts';

const patients = [
  {
    resourceType: 'Patient',
    id: 'pt1',
    active: true,
    name: [
      { use: 'official', family: 'F1.1', given: ['A', 'B'] },
      { use: 'usual', family: 'F1.2' },
    ],
    telecom: [
      { system: 'phone', value: 't1.1' },
      { system: 'email', value: 't1.2' },
    ],
    contact: [
      { name: { family: 'C1', given: ['N1', 'N1`'] }, telecom: [{ system: 'phone', value: 'c1.1' }] },
      { name: { family: 'C2', given: ['N2'] }, telecom: [{ system: 'email', value: 'c2.1' }] },
    ],
    link: [{ type: 'seealso', other: { reference: 'Patient/pt1' } }],
  },
  {
    resourceType: 'Patient',
    id: 'pt2',
    active: false,
    name: [{ family: 'F2' }],
    deceasedBoolean: true,
    link: [{ type: 'seealso', other: { reference: 'Patient/pt3' } }],
  },
  { resourceType: 'Patient', id: 'pt3' },
];
const answers = {
  resourceType: 'QuestionnaireResponse',
  id: 'qr1',
  status: 'completed',
  item: [
    {
      linkId: '1',
      item: [
        { linkId: '1.1', answer: [{ valueString: 'yes', item: [{ linkId: '1.1.1' }] }] },
        { linkId: '1.2', item: [{ linkId: '1.2.1' }] },
      ],
    },
    { linkId: '2' },
  ],
};

const column = (name: string, path = name, more: object = {}) => ({ name, path, ...more });
const id = { column: [column('id')] };
function rowsOf(
  select: readonly object[],
  more: object = {},
  resources: readonly object[] = patients,
): unknown[][] {
  const [first] = resources;
  const resource = first && 'resourceType' in first ? first.resourceType : undefined;
  const view = readView({ resourceType: 'ViewDefinition', resource, status: 'active', select, ...more });
  return resources.flatMap((one) => view.rows(JSON.stringify(one)));
}

describe('SQL on FHIR', () => {
  test('basic: columns, also of several selects; a false is no nothing', () => {
    expect(rowsOf([id, { column: [column('active'), column('last', 'name.family.first()')] }])).toEqual([
      ['pt1', true, 'F1.1'],
      ['pt2', false, 'F2'],
      ['pt3', null, null],
    ]);
  });

  test('where: each must be true', () => {
    expect(rowsOf([id], { where: [{ path: 'active = true' }] })).toEqual([['pt1']]);
    expect(rowsOf([id], { where: [{ path: 'active' }] })).toEqual([['pt1']]);
    expect(rowsOf([id], { where: [{ path: "name.where(family = 'F2').empty()" }] })).toEqual([
      ['pt1'],
      ['pt3'],
    ]);
    expect(
      rowsOf([id], { where: [{ path: 'name.exists()' }, { path: "name.where(use = 'official').exists()" }] }),
    ).toEqual([['pt1']]);
  });

  test('foreach: rows of a list, none of an empty one', () => {
    expect(rowsOf([id, { forEach: 'name', column: [column('family')] }])).toEqual([
      ['pt1', 'F1.1'],
      ['pt1', 'F1.2'],
      ['pt2', 'F2'],
    ]);
    expect(rowsOf([id, { forEach: 'identifier', column: [column('value')] }])).toEqual([]);
  });

  test('forEachOrNull: a row of nothing of an empty list', () => {
    expect(
      rowsOf([id, { forEachOrNull: 'name', column: [column('n', '%rowIndex'), column('family')] }]),
    ).toEqual([
      ['pt1', 0, 'F1.1'],
      ['pt1', 1, 'F1.2'],
      ['pt2', 0, 'F2'],
      ['pt3', 0, null],
    ]);
  });

  test('nested forEach, with columns and selects beside each other', () => {
    const given = { forEach: 'name.given', column: [column('name', '$this')] };
    const expected = [
      ['pt1', 'phone', 'N1'],
      ['pt1', 'phone', 'N1`'],
      ['pt1', 'email', 'N2'],
    ];
    const kind = [column('kind', 'telecom.system')];
    expect(rowsOf([id, { forEach: 'contact', column: kind, select: [given] }])).toEqual(expected);
    expect(rowsOf([id, { forEach: 'contact', select: [{ column: kind }, given] }])).toEqual(expected);
  });

  test('union: rows of one after the other, doubles too, nested, and beside columns', () => {
    const tel = (forEach: string) => ({ forEach, column: [column('tel', 'value')] });
    expect(rowsOf([{ ...id, unionAll: [tel('telecom'), tel('contact.telecom')] }])).toEqual([
      ['pt1', 't1.1'],
      ['pt1', 't1.2'],
      ['pt1', 'c1.1'],
      ['pt1', 'c2.1'],
    ]);
    expect(
      rowsOf([
        id,
        { unionAll: [tel('telecom[0]'), { unionAll: [tel('telecom[0]'), tel('contact.telecom[0]')] }] },
      ]),
    ).toEqual([
      ['pt1', 't1.1'],
      ['pt1', 't1.1'],
      ['pt1', 'c1.1'],
    ]);
    expect(rowsOf([id, { unionAll: [tel('telecom.where(false)'), tel('contact.telecom')] }])).toHaveLength(2);
  });

  test('repeat: what is below, each before what is below it', () => {
    const ids = (repeat: readonly string[]) =>
      rowsOf([{ repeat, column: [column('n', '%rowIndex'), column('linkId')] }], {}, [answers]);
    expect(ids(['item'])).toEqual([
      [0, '1'],
      [1, '1.1'],
      [2, '1.2'],
      [3, '1.2.1'],
      [4, '2'],
    ]);
    expect(ids(['item', 'answer.item']).map(([, link]) => link)).toEqual([
      '1',
      '1.1',
      '1.1.1',
      '1.2',
      '1.2.1',
      '2',
    ]);
    expect(ids(['jurisdiction'])).toEqual([]);
    const answer = { forEach: 'answer', column: [column('value', 'value.ofType(string)')] };
    const both = [{ repeat: ['item'], select: [{ column: [column('linkId')] }, answer] }];
    expect(rowsOf(both, {}, [answers])).toEqual([['1.1', 'yes']]);
  });

  test('row_index: of the nearest list, and of the one around where a branch has none', () => {
    const union = {
      unionAll: [
        { forEach: 'telecom', column: [column('t', '%rowIndex'), column('value')] },
        { column: [column('t', '%rowIndex'), column('value', 'name.family')] },
      ],
    };
    expect(rowsOf([{ forEach: 'contact', column: [column('c', '%rowIndex')], select: [union] }])).toEqual([
      [0, 0, 'c1.1'],
      [0, 0, 'C1'],
      [1, 0, 'c2.1'],
      [1, 1, 'C2'],
    ]);
    expect(rowsOf([{ column: [column('n', '%rowIndex')] }])).toEqual([[0], [0], [0]]);
  });

  test('collection: a list of values where it says so', () => {
    const many = (collection: boolean) => [id, { column: [column('given', 'name.given', { collection })] }];
    expect(rowsOf(many(true))).toEqual([
      ['pt1', ['A', 'B']],
      ['pt2', []],
      ['pt3', []],
    ]);
    expect(() => rowsOf(many(false))).toThrow('leads to several values');
  });

  test('constant: of each simple type, in paths, lists and conditions', () => {
    const constant = [
      { name: 'use', valueCode: 'official' },
      { name: 'n', valueInteger: 1 },
      { name: 'dead', valueBoolean: true },
      { name: 'low', valueDecimal: 1.2 },
    ];
    expect(
      rowsOf(
        [
          id,
          { column: [column('name', 'name.where(use = %use).family'), column('other', 'name[%n].family')] },
        ],
        {
          constant,
        },
      ),
    ).toEqual([
      ['pt1', 'F1.1', 'F1.2'],
      ['pt2', null, null],
      ['pt3', null, null],
    ]);
    expect(rowsOf([id], { constant, where: [{ path: 'deceased.ofType(boolean) = %dead' }] })).toEqual([
      ['pt2'],
    ]);
    expect(rowsOf([{ forEach: 'name.where(use = %use)', column: [column('family')] }], { constant })).toEqual(
      [['F1.1']],
    );
    const weight = { resourceType: 'Observation', id: 'o', valueQuantity: { value: 1 } };
    expect(
      rowsOf([{ column: [column('b', 'value.ofType(Quantity).value < %low')] }], { constant }, [weight]),
    ).toEqual([[true]]);
  });

  test.each([
    [
      'Base64Binary',
      'aGVsbG8K',
      { resourceType: 'Device', udiCarrier: [{ carrierAIDC: 'aGVsbG8K' }] },
      'udiCarrier.first().carrierAIDC',
    ],
    ['Code', 'female', { resourceType: 'Patient', gender: 'female' }, 'gender'],
    ['Date', '1978-03-12', { resourceType: 'Patient', birthDate: '1978-03-12' }, 'birthDate'],
    [
      'DateTime',
      '2016-11-12',
      { resourceType: 'DetectedIssue', identifiedDateTime: '2016-11-12' },
      'identified.ofType(dateTime)',
    ],
    ['Id', 'id1', { resourceType: 'Task', output: [{ valueId: 'id1' }] }, 'output.first().value.ofType(id)'],
    [
      'Instant',
      '2015-02-07T13:28:17.239+02:00',
      { resourceType: 'Observation', effectiveInstant: '2015-02-07T13:28:17.239+02:00' },
      'effective.ofType(instant)',
    ],
    [
      'Oid',
      'urn:oid:1.0',
      { resourceType: 'Task', output: [{ valueOid: 'urn:oid:1.0' }] },
      'output.first().value.ofType(oid)',
    ],
    [
      'PositiveInt',
      1,
      { resourceType: 'ClaimResponse', item: [{ itemSequence: 1 }] },
      'item.first().itemSequence',
    ],
    ['Time', '18:12:00', { resourceType: 'Observation', valueTime: '18:12:00' }, 'value.ofType(time)'],
    ['UnsignedInt', 9, { resourceType: 'ImagingStudy', numberOfSeries: 9 }, 'numberOfSeries'],
    ['Uri', 'urn:x', { resourceType: 'Measure', url: 'urn:x' }, 'url'],
    [
      'Url',
      'http://example.org',
      { resourceType: 'Task', output: [{ valueUrl: 'http://example.org' }] },
      'output.first().value.ofType(url)',
    ],
  ])('constant types: %s', (type, value, resource, path) => {
    const constant = [{ name: 'c', [`value${type}`]: value }];
    const select = [{ column: [column('same', `${path} = %c`)] }];
    const other = { resourceType: resource.resourceType, id: 'other' };
    expect(rowsOf(select, { constant }, [resource, other])).toEqual([[true], [null]]);
  });

  test('fn_reference_keys: the key of a reference is that of its resource', () => {
    const same = (path: string) => rowsOf([{ column: [column('same', path)] }]);
    expect(same('getResourceKey() = link.other.getReferenceKey()')).toEqual([[true], [false], [null]]);
    expect(same('getResourceKey() = link.other.getReferenceKey(Patient)')).toEqual([[true], [false], [null]]);
    expect(same('getResourceKey() = link.other.getReferenceKey(Observation)')).toEqual([
      [null],
      [null],
      [null],
    ]);
  });

  test('fn_join, fn_extension, boundaries of dates', () => {
    const born = { resourceType: 'Patient', id: 'p', birthDate: '2024-02', name: [{ given: ['x', 'y'] }] };
    const path = (text: string) => rowsOf([{ column: [column('c', text)] }], {}, [born])[0]?.[0];
    expect(path("name.given.join(',')")).toBe('x,y');
    expect(path('name.given.join()')).toBe('xy');
    expect([path('birthDate.lowBoundary()'), path('birthDate.highBoundary()')]).toEqual([
      '2024-02-01',
      '2024-02-29',
    ]);
    expect(path("extension('urn:none').value.ofType(code)")).toBe(null);
  });

  test.each([
    ['validate: empty', {}, 'ViewDefinition.resource'],
    ['validate: no path', { select: [{ forEach: '@@', column: [column('id')] }] }, 'forEach'],
    [
      'validate: a number for a path',
      { select: [{ forEach: 1, column: [column('id')] }] },
      'expected a FHIRPath',
    ],
    [
      'union: columns of another order',
      {
        select: [
          {
            unionAll: [
              { column: [column('a', 'id'), column('b', 'id')] },
              { column: [column('b', 'id'), column('a', 'id')] },
            ],
          },
        ],
      },
      'the same columns',
    ],
    [
      'constant: not defined',
      { select: [{ forEach: 'name.where(use = %wrong)', column: [column('family')] }] },
      '%wrong is not defined',
    ],
    ['constant: without a value', { select: [id], constant: [{ name: 'x' }] }, 'one value[x]'],
    ['a column twice', { select: [id, id] }, 'has the column id twice'],
    ['a column without a name', { select: [{ column: [column('1; drop table')] }] }, 'expected a name'],
    [
      'two ways through a list',
      { select: [{ ...id, forEach: 'name', repeat: ['x'] }] },
      'expected one of them',
    ],
    [
      'a function that is not known',
      { select: [{ column: [column('a', 'monkey()')] }] },
      'monkey() is not known',
    ],
    ['no columns', { select: [{ forEach: 'name' }] }, 'has no columns'],
  ])('%s is refused', (name, more, text) => {
    const resource = name.endsWith('empty') ? {} : { resource: 'Patient' };
    expect(() => readView({ ...resource, ...more })).toThrow(text);
  });
});

test('a condition that is no condition is told', () => {
  expect(() => rowsOf([id], { where: [{ path: 'name.family' }] })).toThrow('expected true, false or nothing');
});

test('decimals are spelled as in the resource', () => {
  const view = readView({
    resource: 'Observation',
    select: [{ column: [column('v', 'value.ofType(Quantity).value')] }],
  });
  const cells = view.rows('{"resourceType":"Observation","id":"o","valueQuantity":{"value":70.50}}');
  expect(JSON.stringify(cells)).toBe('[[70.50]]');
});

test('a view that makes too many rows, or leads to itself, is refused and ends', () => {
  const many = {
    resourceType: 'Patient',
    id: 'p',
    name: Array.from({ length: 300 }, () => ({ family: 'x' })),
  };
  const each = (name: string) => ({ forEach: 'name', column: [column(name, 'family')] });
  expect(() => rowsOf([each('a'), each('b')], {}, [many])).toThrow('more than 10000 rows');
  expect(() => rowsOf([{ repeat: ['$this'], column: [column('id')] }])).toThrow(
    'more than may be gone through',
  );
  expect(() => rowsOf([{ column: [column('a', 'name')] }])).toThrow('no simple value');
});
