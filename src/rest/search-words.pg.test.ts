// `_text` and `_content` (http://hl7.org/fhir/R4/search.html#content): by the words' stems, in Danish and in English.
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { useClient } from './testing.ts';

const { send, find } = useClient(testDatabase);

const condition = (id: string, text: string, narrative?: string) => ({
  resourceType: 'Condition',
  id,
  code: { text },
  subject: { reference: 'Patient/p' },
  ...(narrative
    ? { text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${narrative}</div>` } }
    : {}),
});

beforeAll(async () => {
  const all = [
    condition('c1', 'Lungebetændelse', '<p>Patienten har <b>hoste</b> og feber &amp; kulder&#230;</p>'),
    condition('c2', 'Fractured hip', '<p>Two fractures were seen</p>'),
    condition('c3', 'Brækkede ribben'),
    condition('c4', 'Åreknuder'),
    {
      resourceType: 'DiagnosticReport',
      id: 'd1',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: 'x', display: 'Chest X-ray' }] },
      conclusion: 'Ingen tegn på pneumoni',
    },
  ];
  for (const resource of all)
    expect((await send('PUT', `${resource.resourceType}/${resource.id}`, resource)).issues).toEqual([]);
});

describe('finds', () => {
  test.each<[string, string[]]>([
    ['Condition?_content=lungebetændelse', ['c1']],
    ['Condition?_content=lungebetændelsen', ['c1']],
    ['Condition?_content=HOSTE', ['c1']],
    ['Condition?_text=hoste', ['c1']],
    ['Condition?_text=hoste feber', ['c1']],
    ['Condition?_text=hoste fraktur', []],
    ['Condition?_text=lungebetændelse', []],
    ['Condition?_text=kulderæ', ['c1']],
    ['Condition?_text=fracture', ['c2']],
    ['Condition?_content=fracturing', ['c2']],
    ['Condition?_content=ribben', ['c3']],
    ['Condition?_content=brækkede ribben', ['c3']],
    ['Condition?_content=%22fractured hip%22', ['c2']],
    ['Condition?_content=%22hip fractured%22', []],
    ['Condition?_content=ribben or hoste', ['c1', 'c3']],
    ['Condition?_content=hoste -feber', []],
    ['Condition?_content=åreknude', ['c4']],
    ['Condition?_content=areknude', []],
    ['Condition?_content=generated', []],
    ['Condition?_content=patient/p', []],
    ["Condition?_content=' : | & !*", []],
    ['DiagnosticReport?_content=pneumoni', ['d1']],
    ['DiagnosticReport?_content=chest&code=x', ['d1']],
    ['?_type=Condition,DiagnosticReport&_content=ribben or pneumoni', ['c3', 'd1']],
  ])('%s', async (address, expected) => expect((await find(address)).sort()).toEqual(expected));
});

test('words follow their resource', async () => {
  await send('PUT', 'Condition/c5', condition('c5', 'migræne'));
  expect(await find('Condition?_content=migræne')).toEqual(['c5']);
  await send('PUT', 'Condition/c5', condition('c5', 'hovedpine'));
  expect(await find('Condition?_content=migræne')).toEqual([]);
  expect(await find('Condition?_content=hovedpine')).toEqual(['c5']);
  await send('DELETE', 'Condition/c5');
  expect(await find('Condition?_content=hovedpine')).toEqual([]);
});

test('types without prose are refused, by name', async () => {
  const reply = await send('GET', 'Observation?_content=x');
  expect([reply.status, reply.issues.join()]).toEqual([
    400,
    expect.stringContaining(
      '_content: the words of Observation are not kept; AdverseEvent, AllergyIntolerance',
    ),
  ]);
});
