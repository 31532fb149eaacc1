/**
 * `Patient/[id]/$summary` (International Patient Summary, https://hl7.org/fhir/uv/ips/OperationDefinition-summary.html):
 * a document of what is recorded here. A section that is empty says so, and that nothing recorded is not nothing there.
 */
import { Refusal } from '#base/refusal.ts';
import { bundleText, referencesIn, type BundleEntry } from '#fhir/bundle.ts';
import { uuidv7 } from '#base/id.ts';
import { parseLossless } from '#fhir/json-text.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { readNewest, readSeveral } from '#store/reader.ts';
import { search } from '#store/search/search.ts';
import { answerJson } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { idOf, unusedOf } from '../target.ts';
import { lineOf, narrativeOf } from './narrative.ts';
import { saysNone, sectionRules, type SectionRule } from './summary-sections.ts';

/** How many of a source are looked through, the newest first; a section that has more says so. */
const lookedThroughMax = 500;
/** How many of a section are shown. */
const shownMax = 200;

interface Found {
  readonly type: string;
  readonly id: string;
  readonly body: string;
  readonly tree: Json;
}
interface Section {
  readonly rule: SectionRule;
  readonly found: readonly Found[];
  readonly isCut: boolean;
}

export async function summary(service: Service, request: FhirRequest): Promise<Answer> {
  const id = idOf(request);
  unusedOf(request, []);
  const patient = await readNewest(service.store.sql, request.caller.sees, 'Patient', id);
  if (!patient) throw new Refusal('unknown', `there is no Patient/${id}`);
  if (patient.body === undefined) throw new Refusal('gone', `Patient/${id} was deleted`);
  const sections: Section[] = [];
  for (const rule of sectionRules) sections.push(await readSection(service, request, id, rule));
  const at = new Date().toISOString();
  const uuid = uuidv7();
  const held = new Map<string, string>([[`Patient/${id}`, patient.body]]);
  for (const { type, id: own, body } of sections.flatMap(({ found }) => found))
    held.set(`${type}/${own}`, body);
  for (const { name, body } of await beyond(service, request, held)) held.set(name, body);
  const author = held.has(request.caller.author)
    ? { reference: request.caller.author }
    : { display: 'Holdfast' };
  const composition = compositionOf({ id, uuid, at, author, sections });
  const entries: BundleEntry[] = [
    { fullUrl: `urn:uuid:${uuid}`, resource: JSON.stringify(composition) },
    ...[...held].map(([name, body]) => ({ fullUrl: `${request.base}/${name}`, resource: body })),
  ];
  const identifier = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuidv7()}` };
  return answerJson(bundleText({ type: 'document', identifier, timestamp: at }, entries));
}

async function readSection(
  service: Service,
  request: FhirRequest,
  id: string,
  rule: SectionRule,
): Promise<Section> {
  const found: Found[] = [];
  let isCut = false;
  for (const { type, query } of rule.sources) {
    const asked = [['patient', id] as const, ...new URLSearchParams(query)];
    const options = {
      strict: true,
      pageDefault: lookedThroughMax,
      pageMax: lookedThroughMax,
      base: request.base,
    };
    const page = await search(service.store.sql, request.caller.sees, parseSearch(type, asked, options));
    isCut ||= page.next !== undefined;
    for (const { id: own, body } of page.hits) {
      const tree = parseLossless(body);
      if (isObject(tree) && rule.belongs(tree)) found.push({ type, id: own, body, tree });
    }
  }
  return { rule, found: found.slice(0, shownMax), isCut: isCut || found.length > shownMax };
}

interface Composed {
  readonly id: string;
  readonly uuid: string;
  readonly at: string;
  readonly author: object;
  readonly sections: readonly Section[];
}

function compositionOf({ id, uuid, at, author, sections }: Composed): object {
  const loinc = (code: string, display?: string) => ({
    coding: [{ system: 'http://loinc.org', code, ...(display === undefined ? {} : { display }) }],
  });
  return {
    resourceType: 'Composition',
    id: uuid,
    text: narrativeOf(['What is recorded here of the patient. What is recorded elsewhere is not in it.'], []),
    status: 'final',
    type: loinc('60591-5', 'Patient summary Document'),
    subject: { reference: `Patient/${id}` },
    date: at,
    // Put together by the program, for the one who asked.
    author: [author],
    title: 'Patient summary',
    section: sections.map(({ rule, found, isCut }) => ({
      title: rule.title,
      code: loinc(rule.code),
      text: narrativeOf(
        sentencesOf(rule, found, isCut),
        found.map(({ tree }) => lineOf(tree)),
      ),
      ...(found.length > 0
        ? { entry: found.map((one) => ({ reference: `${one.type}/${one.id}` })) }
        : { emptyReason: notKnown }),
    })),
  };
}

/** Not `nilknown`: that there is none must have been recorded by someone, and is then an entry. */
const notKnown = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason',
      code: 'unavailable',
      display: 'Unavailable',
    },
  ],
  text: 'Nothing is recorded here; that does not mean that there is none.',
};

function sentencesOf(rule: SectionRule, found: readonly Found[], isCut: boolean): string[] {
  if (found.length === 0) return [isCut ? 'Not all that is recorded was looked through.' : notKnown.text];
  return [
    ...(found.every(({ tree }) => saysNone(tree)) ? [`${rule.title}: recorded that there are none.`] : []),
    ...(isCut
      ? [`Not all: the newest ${shownMax} at most are shown, of the newest ${lookedThroughMax}.`]
      : []),
  ];
}

/** What the shown resources point at outside of themselves: drugs, devices, staff, organisations, places. */
async function beyond(
  service: Service,
  request: FhirRequest,
  held: ReadonlyMap<string, string>,
): Promise<{ name: string; body: string }[]> {
  const names = new Set([request.caller.author, ...[...held.values()].flatMap(referencesIn)]);
  const targets = [...names].flatMap((name) => {
    const [, type = '', id = ''] = outside.exec(name) ?? [];
    return type === '' || held.has(name) ? [] : [{ type, id }];
  });
  const found = await readSeveral(service.store.sql, request.caller.sees, targets);
  return found.flatMap(({ type, id, body }) => (body === undefined ? [] : [{ name: `${type}/${id}`, body }]));
}
const outside =
  /^(Medication|Device|Practitioner|PractitionerRole|Organization|Location|Observation|Specimen)\/([A-Za-z0-9.-]{1,64})$/;
