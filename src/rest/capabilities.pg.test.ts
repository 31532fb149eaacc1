import { parseResource } from '#fhir/parse.ts';
import { validate } from '#fhir/validate.ts';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { routes } from './routes.ts';
import { testClient, useClient } from './testing.ts';

const { send, store } = useClient(testDatabase);

interface Operation {
  readonly name: string;
  readonly definition: string;
}
interface Statement {
  readonly format: readonly string[];
  readonly patchFormat: readonly string[];
  readonly rest: readonly {
    readonly interaction: readonly { readonly code: string }[];
    readonly operation?: readonly Operation[];
    readonly resource: readonly {
      readonly type: string;
      readonly conditionalDelete: string;
      readonly interaction: readonly { readonly code: string }[];
      readonly operation?: readonly Operation[];
    }[];
  }[];
}
async function statement(query = ''): Promise<Statement> {
  const { text } = await send('GET', `metadata${query}`);
  return JSON.parse(text) as Statement;
}

describe('every route', () => {
  test.each(routes.map(([method, path]) => [method, path] as const))(
    '%s %s is there',
    async (method, path) => {
      const address = path
        .replace(':type', 'Patient')
        .replace(':id', 'nobody')
        .replace(':version', '1')
        .replace(':member', 'Observation');
      const { status, issues } = await send(method, address, method === 'GET' ? undefined : {});
      // Whatever it says of this request, the address and the method are known.
      expect(status).not.toBe(405);
      expect(issues.join()).not.toContain('there is nothing at this address');
      // What is under way (202) may be done by then.
      if (method === 'GET')
        expect([status, status === 202 ? 200 : status]).toContain((await send('HEAD', address)).status);
    },
  );

  test('is in the statement as what it is', async () => {
    const [rest] = (await statement()).rest;
    for (const [method, path, , { interactions = [], operation }] of routes) {
      const [first = ''] = path.split('/');
      const ofType = /^[A-Z]/.test(first) ? first : 'Patient';
      const isOfType = first === ':type' || first === ofType;
      const told = (isOfType ? rest?.resource.find(({ type }) => type === ofType) : undefined) ?? rest;
      for (const code of interactions)
        expect(told?.interaction, `${method} ${path}`).toContainEqual({ code });
      if (operation)
        expect(told?.operation, `${method} ${path}`).toContainEqual(
          expect.objectContaining({ name: operation.name, definition: operation.definition }),
        );
      expect(
        interactions.length > 0 ||
          operation !== undefined ||
          path === 'metadata' ||
          path.startsWith('_async') ||
          // Which compartments there are is told by their definitions.
          path.startsWith(':compartment'),
        `${method} ${path} says what it is`,
      ).toBe(true);
    }
  });
});

test('the statement tells nothing that no route does', async () => {
  const [rest] = (await statement()).rest;
  const codes = new Set(routes.flatMap(([, , , { interactions }]) => interactions ?? []));
  const names = new Set(routes.flatMap(([, , , { operation }]) => operation?.name ?? []));
  for (const { code } of [
    ...(rest?.interaction ?? []),
    ...(rest?.resource ?? []).flatMap(({ interaction }) => interaction),
  ])
    expect(codes).toContain(code);
  for (const { name } of [
    ...(rest?.operation ?? []),
    ...(rest?.resource ?? []).flatMap(({ operation }) => operation ?? []),
  ])
    expect(names).toContain(name);
});

test('both statements are what R4 allows', async () => {
  for (const mode of ['full', 'normative', 'terminology']) {
    const { text } = await send('GET', `metadata?mode=${mode}`);
    expect(validate(parseResource(text, { depthMax: 64 }))).toEqual([]);
  }
});

test('each format that it tells is answered in', async () => {
  for (const format of (await statement()).format)
    expect((await send('GET', `metadata?_format=${encodeURIComponent(format)}`)).status, format).toBe(200);
});

test('the modes: all, the normative types, terminology', async () => {
  const types = async (mode: string) =>
    (await statement(`?mode=${mode}`)).rest[0]?.resource.map(({ type }) => type);
  expect((await types('full'))?.length).toBeGreaterThan(140);
  expect(await types('normative')).toContain('Patient');
  expect(await types('normative')).not.toContain('Encounter');
  expect((await send('GET', 'metadata?mode=terminology')).json['resourceType']).toBe(
    'TerminologyCapabilities',
  );
  expect((await send('GET', 'metadata?mode=x')).status).toBe(400);
});

test('a conditional delete is told as the setting has it', async () => {
  const told = async (deletedAtOnceMax: number) => {
    const { text } = await testClient(store(), { limits: { deletedAtOnceMax } }).send('GET', 'metadata');
    return (JSON.parse(text) as Statement).rest[0]?.resource[0]?.conditionalDelete;
  };
  expect([await told(1), await told(10)]).toEqual(['single', 'multiple']);
});

test('it says where subscriptions are listened to, and which topics there are', async () => {
  const { text } = await send('GET', 'metadata');
  expect(text).toContain('"valueUri":"wss://holdfast.test/ws"');
  for (const name of ['admission', 'discharge', 'result', 'order'])
    expect(text).toContain(`"valueCanonical":"https://holdfast.dk/fhir/SubscriptionTopic/${name}"`);
});
