/**
 * Every search parameter of every type finds what stands at its path. For each type and parameter a resource is made
 * from the definitions, with a value there and nothing else that matters, stored, and searched for.
 */
import { describe, expect, test } from 'vitest';
import {
  codes,
  resourceTypes,
  searchParameters,
  structures,
  type ElementTable,
  type PathTable,
} from '#fhir/definitions/tables.ts';
import { newActId } from '#base/id.ts';
import { stampText } from '#fhir/json-text.ts';
import { searchValues } from '#fhir/search-values.ts';
import type { Change } from '#store/act.ts';
import { indexRows } from '#store/index-rows.ts';
import { writeActs } from '#store/writer.ts';
import { testDatabase } from '../../test/database.ts';
import { useClient } from './testing.ts';

const client = useClient(testDatabase);
const { send, store } = client;

type Value = string | number | boolean | Value[] | { [name: string]: Value };
interface Wanted {
  readonly value: Value;
  /** How a search asks for it. */
  readonly asks: readonly string[];
}

const dateTypes = new Set(['date', 'dateTime', 'instant', 'Period', 'Timing']);

/** A value that is right for the element and, if it can be, unlike all others. */
function valueOf(path: PathTable, element: ElementTable, parameter: string, n: number): Wanted | undefined {
  const kind = searchParameters[path.name.split('.')[0] ?? '']?.[parameter]?.type;
  // What a choice may be beside a date (`Procedure.performed` as an age) is not found as one.
  if (kind === 'date' && !dateTypes.has(path.type)) return undefined;
  const own = `v${n}`;
  const [listed] = element.codes === undefined ? [] : (codes[element.codes] ?? []);
  const code = listed?.codes[0] ?? own;
  const system = listed?.system ?? 'http://x.dk/s';
  switch (path.type) {
    case 'deceased':
      return { value: true, asks: ['true'] };
    case 'boolean':
      return { value: true, asks: ['true'] };
    case 'code':
      return { value: code, asks: [code] };
    case 'id':
    case 'string':
    case 'markdown':
      return { value: own, asks: [own] };
    case 'uri':
    case 'url':
    case 'canonical':
      return { value: `http://x.dk/${own}`, asks: [`http://x.dk/${own}`] };
    case 'oid':
      return { value: `urn:oid:1.2.${n}`, asks: [`urn:oid:1.2.${n}`] };
    case 'integer':
    case 'positiveInt':
    case 'unsignedInt':
      return { value: 7, asks: ['7', 'ge7'] };
    case 'decimal':
      return { value: 0.25, asks: ['0.25', 'lt0.3'] };
    case 'date':
      return { value: '2026-01-15', asks: ['2026-01-15', 'ge2026', '2026-01'] };
    case 'dateTime':
    case 'instant':
      return { value: '2026-01-15T10:00:00Z', asks: ['2026-01-15', 'lt2027', '2026-01-15T11:00:00+01:00'] };
    case 'Period':
      return {
        value: { start: '2026-01-15', end: '2026-01-16' },
        asks: ['2026-01', 'ge2026-01-15', 'lt2026-01-16'],
      };
    case 'Timing':
      return { value: { event: ['2026-01-15T10:00:00Z'] }, asks: ['2026-01-15'] };
    case 'CodeableConcept':
      return {
        value: { coding: [{ system, code }] },
        asks: [code, `${system}|${code}`],
      };
    case 'Coding':
      return { value: { system, code }, asks: [code, `${system}|${code}`] };
    case 'Identifier':
      return {
        value: { system: 'http://x.dk/s', value: own },
        asks: [own, `http://x.dk/s|${own}`, 'http://x.dk/s|'],
      };
    case 'ContactPoint':
      return {
        value: { ...(path.filter ? { [path.filter.key]: path.filter.value } : {}), value: own },
        asks: [own],
      };
    case 'HumanName':
      return { value: { family: `Ægir${own}` }, asks: [`ægir${own}`, `Ægir`] };
    case 'Address':
      return { value: { city: `Århus${own}` }, asks: [`århus${own}`] };
    case 'Quantity':
    case 'Age':
    case 'Duration':
    case 'SimpleQuantity':
      return {
        value: { value: 5.4, unit: 'milligram', system: 'http://unitsofmeasure.org', code: 'mg' },
        asks: ['5.4', '5.4|http://unitsofmeasure.org|mg', 'gt5'],
      };
    case 'Money':
      return { value: { value: 5.4, currency: 'DKK' }, asks: ['5.4', '5.4||DKK'] };
    case 'Range':
      return { value: { low: { value: 5 }, high: { value: 6 } }, asks: ['gt5.5', 'lt5.5'] };
    case 'Reference': {
      const type = path.resolves ?? element.targets?.[0] ?? 'Patient';
      return { value: { reference: `${type}/${own}` }, asks: [`${type}/${own}`] };
    }
    case 'Resource':
      return { value: { resourceType: 'Composition', id: own }, asks: [`Composition/${own}`] };
    default:
      return undefined;
  }
}

/** The resource `{a: [{b: value}]}` for the path `a.b`, or undefined when no such value can be made. */
function resourceWith(
  type: string,
  path: PathTable,
  parameter: string,
  n: number,
): Pick<Case, 'resource' | 'asks'> | undefined {
  const elements: ElementTable[] = [];
  let at = type;
  for (const step of path.steps) {
    const element: ElementTable | undefined =
      structures[at]?.elements[step.replace('[0]', '')] ?? structures['Element']?.elements[step];
    if (!element)
      return path.type === 'deceased'
        ? { resource: { resourceType: type, deceasedBoolean: true }, asks: ['true'] }
        : undefined;
    elements.push(element);
    at = element.type;
  }
  const last = elements.at(-1);
  const made = last && valueOf(path, last, parameter, n);
  if (!made) return undefined;
  let { value } = made;
  for (const [index, element] of [...elements.entries()].reverse()) {
    if (path.filter && path.filter.step === index + 1 && typeof value === 'object' && !Array.isArray(value))
      value = { [path.filter.key]: path.filter.value, ...value };
    value = { [(path.steps[index] ?? '').replace('[0]', '')]: element.many ? [value] : value };
  }
  return {
    resource: { resourceType: type, ...(typeof value === 'object' && !Array.isArray(value) ? value : {}) },
    asks: made.asks,
  };
}

interface Case {
  readonly parameter: string;
  readonly id: string;
  readonly resource: { [name: string]: Value };
  readonly asks: readonly string[];
}

/** The searches of a type, and the parameters for which no path could be given a value. */
function casesOf(type: string) {
  const cases: Case[] = [];
  const without: string[] = [];
  for (const [parameter, table] of Object.entries(searchParameters[type] ?? {})) {
    if (
      table.type === 'composite' ||
      table.type === 'special' ||
      parameter === '_id' ||
      parameter === '_lastUpdated'
    )
      continue;
    const made = table.paths.flatMap((path, k) => {
      const one = resourceWith(type, path, parameter, cases.length);
      return one ? [{ ...one, parameter, id: `${parameter.replaceAll('_', '-')}-${k}` }] : [];
    });
    if (made.length === 0) without.push(`${type}.${parameter}`);
    cases.push(...made);
  }
  return { cases, without };
}

/** Straight into the store: required elements that are not of the matter are left out, which a write would refuse. */
async function put(
  type: string,
  resources: readonly { readonly id: string; readonly resource: object }[],
): Promise<void> {
  const changes = resources.map(({ id, resource }): Change => {
    const stamp = { type, id, version: 1, lastUpdated: '2026-01-15T10:00:00.000Z' };
    const body = stampText(JSON.stringify(resource), stamp, { ...resource });
    return {
      type,
      id,
      version: 1,
      updated: Date.parse('2026-01-15T10:00:00Z'),
      body,
      index: indexRows(searchValues(type, JSON.parse(body))),
    };
  });
  await writeActs(store().sql, store(), [
    { id: newActId(), author: 'test', node: 'test', changes, answers: [] },
  ]);
}

async function note(events: readonly Case[]): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const { id, resource } of events) {
    const event = { text: JSON.stringify(resource), about: referencesIn(resource) };
    const line = { from: '', what: 'event', asked: '', status: 201, event };
    ids.set(id, (await client.service.audit.noteNow(line)).id);
  }
  return ids;
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'reference' && typeof one === 'string' ? [one] : referencesIn(one),
  );
}

describe('each parameter finds a resource that has a value at any of its paths', () => {
  let covered = 0;
  test.each(resourceTypes)('%s', async (type) => {
    const { cases, without } = casesOf(type);
    expect(without).toEqual([]);
    // Events are lines of the audit, which names them itself.
    const ids = type === 'AuditEvent' ? await note(cases) : undefined;
    if (!ids) await put(type, cases);
    const lost: string[] = [];
    const look = async (one: Case): Promise<void> => {
      // The date of a line is when it was written, whatever the event says of itself.
      const asks = ids && one.parameter === 'date' ? ['ge2026-01-01'] : one.asks;
      for (const ask of asks) {
        const reply = await send(
          'GET',
          `${type}?${one.parameter}=${encodeURIComponent(ask)}&_id=${ids?.get(one.id) ?? one.id}`,
          undefined,
          { prefer: 'handling=strict' },
        );
        const found = reply.json.total ?? reply.json.entry?.length ?? 0;
        if (reply.status !== 200 || found !== 1)
          lost.push(
            `${type}?${one.parameter}=${ask} ${reply.status} ${reply.issues.join()} in ${JSON.stringify(one.resource)}`,
          );
      }
    };
    await Promise.all(cases.map(look));
    expect(lost).toEqual([]);
    covered += new Set(cases.map(({ parameter }) => parameter)).size;
  });

  test('and of the 2,581 of R4 only composite and special ones, _id and _lastUpdated are left to other tests', () => {
    expect(covered).toBe(2581 - 72 - 1 - 2 * 147);
  });
});
