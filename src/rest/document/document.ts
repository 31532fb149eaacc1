/**
 * `Composition/[id]/$document` (http://hl7.org/fhir/R4/composition-operation-document.html): the composition and all that
 * it points at, as one Bundle. Nothing is left out: when something is not here, there is no document.
 */
import { uuidv7 } from '#base/id.ts';
import { Refusal } from '#base/refusal.ts';
import { bundleText, referencesIn } from '#fhir/bundle.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import { readNewest, readSeveral } from '#store/reader.ts';
import { answerJson } from '../answer.ts';
import { named, readParameters } from '../parameters.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { idOf, unusedOf } from '../target.ts';

const referencesMax = 5000;

export async function documentOf(service: Service, request: FhirRequest): Promise<Answer> {
  const id = idOf(request);
  refuseWhatIsNotDone(service, request);
  unusedOf(request, ['persist', 'graph']);
  const { sql } = service.store;
  const composition = await readNewest(sql, request.caller.sees, 'Composition', id);
  if (!composition) throw new Refusal('unknown', `there is no Composition/${id}`);
  if (composition.body === undefined) throw new Refusal('gone', `Composition/${id} was deleted`);
  const targets = targetsOf(request, composition.body, id);
  const found = await readSeveral(sql, request.caller.sees, targets);
  const held = new Map(
    found.flatMap((one) => (one.body === undefined ? [] : [[`${one.type}/${one.id}`, one.body] as const])),
  );
  const missing = targets.filter(({ type, id: own }) => !held.has(`${type}/${own}`));
  if (missing.length > 0)
    throw new Refusal(
      'unprocessable',
      missing.slice(0, 20).map(({ type, id: own }) => ({
        code: 'not-found' as const,
        at: 'Composition',
        text: `points at ${type}/${own}, which is not here or was deleted: the document would not be whole`,
      })),
    );
  const entries = [
    { fullUrl: `${request.base}/Composition/${id}`, resource: composition.body },
    ...targets.map(({ type, id: own }) => ({
      fullUrl: `${request.base}/${type}/${own}`,
      resource: held.get(`${type}/${own}`),
    })),
  ];
  const identifier = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuidv7()}` };
  const timestamp = new Date().toISOString();
  return answerJson(bundleText({ type: 'document', identifier, timestamp }, entries));
}

function refuseWhatIsNotDone(service: Service, request: FhirRequest): void {
  const inBody = (name: string): unknown => {
    if (request.method !== 'POST' || request.body === undefined || request.body.length === 0)
      return undefined;
    const [one] = named(readParameters(request, service.limits).tree, name);
    return one?.['valueBoolean'] ?? one?.['valueUri'];
  };
  const given = (name: string) => inBody(name) ?? request.query.find(([key]) => key === name)?.[1];
  const persist = given('persist');
  if (persist !== undefined && persist !== false && persist !== 'false')
    throw new Refusal('invalid', [
      { code: 'not-supported', at: 'persist', text: 'is not taken: store the document by POST to Bundle' },
    ]);
  if (given('graph') !== undefined)
    throw new Refusal('invalid', [
      {
        code: 'not-supported',
        at: 'graph',
        text: 'is not taken: the document holds what the composition points at',
      },
    ]);
}

/** What the composition points at in this record; what is held elsewhere stays an address. */
function targetsOf({ base }: FhirRequest, text: string, own: string): { type: string; id: string }[] {
  const names = new Set(
    referencesIn(text).flatMap((reference) => {
      const local = reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference;
      const [, name = '', type = ''] =
        /^(([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(local) ?? [];
      return isResourceType(type) && name !== `Composition/${own}` ? [name] : [];
    }),
  );
  if (names.size > referencesMax)
    throw new Refusal('tooMuch', `the composition points at more than ${referencesMax} resources`);
  return [...names].map((name) => {
    const [type = '', id = ''] = name.split('/');
    return { type, id };
  });
}
