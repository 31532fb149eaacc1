/**
 * `Patient/$match` (http://hl7.org/fhir/R4/patient-operation-match.html): who of the record may be the person that was
 * sent, most likely first, each with its grade and the reasons. Candidates are found by the index, by what both could
 * have; then each is judged by the rules of `src/fhir/patient-match`.
 */
import { Refusal, type Issue } from '#base/refusal.ts';
import { bundleText, type BundleEntry } from '#fhir/bundle.ts';
import { cprSystem } from '#fhir/cpr.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseResource, refuseIssues } from '#fhir/parse.ts';
import { mistakenDates, slipsOf } from '#fhir/patient-match/likeness.ts';
import { identifiersOf, judge, listAt, type Judgement } from '#fhir/patient-match/match.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { validate } from '#fhir/validate.ts';
import { search, type Hit } from '#store/search/search.ts';
import { answerJson } from '../answer.ts';
import { named } from '../parameters.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { refuseOtherThanJson } from '../target.ts';

/** What one way of looking may find; who shares a name with more must be looked for by more. */
const candidatesMax = 100;
const countDefault = 10;
const gradeAddress = 'http://hl7.org/fhir/StructureDefinition/match-grade';
const reasonAddress = 'https://holdfast.dk/fhir/StructureDefinition/match-reason';

export async function matchPatient(service: Service, request: FhirRequest): Promise<Answer> {
  const { patient, onlyCertain, count } = readAsked(service, request);
  const { hits, isCut, isCertainCut } = await candidates(service, request, patient);
  const judged = hits
    .map((hit) => ({ hit, judgement: judge(patient, treeOf(hit.body)) }))
    .filter(({ judgement }) => judgement.grade !== 'certainly-not');
  // Two who are certainly the same person are a fault of the record: which of them is meant is not certain.
  const isOnly = judged.filter(({ judgement }) => judgement.grade === 'certain').length === 1;
  const graded = judged.map(({ hit, judgement }) => ({
    hit,
    judgement:
      judgement.grade === 'certain' && (!isOnly || isCertainCut)
        ? { ...judgement, grade: 'probable' as const }
        : judgement,
  }));
  const order = ['certain', 'probable', 'possible'];
  const found = graded
    .filter(({ judgement }) => !onlyCertain || judgement.grade === 'certain')
    .sort(
      (one, other) =>
        order.indexOf(one.judgement.grade) - order.indexOf(other.judgement.grade) ||
        other.judgement.score - one.judgement.score ||
        (one.hit.id < other.hit.id ? -1 : 1),
    )
    .slice(0, count);
  const entries = found.map(({ hit, judgement }): BundleEntry => ({
    fullUrl: `${request.base}/Patient/${hit.id}`,
    resource: hit.body,
    more: {
      search: { extension: [gradeOf(judgement), reasonOf(judgement)], mode: 'match', score: judgement.score },
    },
  }));
  const issues = issuesOf(
    isCut,
    graded.length - found.length,
    judged.filter(({ judgement }) => judgement.grade === 'certain').length,
  );
  if (issues.length > 0)
    entries.push({
      resource: JSON.stringify(operationOutcome(issues)),
      more: { search: { mode: 'outcome' } },
    });
  return answerJson(bundleText({ type: 'searchset', total: found.length }, entries));
}

function gradeOf({ grade }: Judgement): object {
  return { url: gradeAddress, valueCode: grade };
}
/** `identifier same, birthDate near`: which facts, and never what they are. */
function reasonOf({ facts }: Judgement): object {
  const reasons = Object.entries(facts).map(([fact, likeness]) => `${fact} ${likeness}`);
  return { url: reasonAddress, valueString: reasons.join(', ') };
}

function issuesOf(isCut: boolean, left: number, certain: number): Issue[] {
  const tell = (text: string): Issue => ({ severity: 'warning', code: 'informational', text });
  return [
    ...(isCut
      ? [
          tell(
            `more than ${candidatesMax} share some of what was given, and not all were looked at; give more`,
          ),
        ]
      : []),
    ...(certain > 1
      ? [
          tell(
            `${certain} patients agree in number, name and birth date, as one person recorded twice: nobody is called certain`,
          ),
        ]
      : []),
    ...(left > 0 ? [tell(`${left} less likely ones are left out`)] : []),
  ];
}

// ---------------------------------------------------------------- what is asked

interface Asked {
  readonly patient: Json;
  readonly onlyCertain: boolean;
  readonly count: number;
}

/** Parameters, or the Patient itself with the rest in the address. */
function readAsked(service: Service, request: FhirRequest): Asked {
  refuseOtherThanJson(request);
  if (request.body === undefined || request.body.length === 0)
    throw new Refusal(
      'invalid',
      'expected Parameters with a Patient as resource, or a Patient, in the body',
      { code: 'required' },
    );
  const parsed = parseResource(request.body, service.limits);
  if (parsed.type !== 'Parameters' && parsed.type !== 'Patient')
    return refuse('resourceType', `expected Parameters or Patient, found ${parsed.type}`);
  refuseIssues(validate(parsed));
  const isPatient = parsed.type === 'Patient';
  const inBody = (name: string) => (isPatient ? [] : named(parsed.tree, name));
  const valueOf = (name: string): string | undefined => {
    const value = Object.entries(inBody(name)[0] ?? {}).find(([key]) => key.startsWith('value'))?.[1];
    return typeof value === 'boolean' || typeof value === 'number'
      ? String(value)
      : request.query.find(([key]) => key === name)?.[1];
  };
  const [given, ...others] = inBody('resource');
  const patient = isPatient ? parsed.tree : given?.['resource'];
  if (!isObject(patient) || patient['resourceType'] !== 'Patient' || others.length > 0)
    return refuse('resource', 'expected one Patient');
  const [only, count] = [valueOf('onlyCertainMatches') ?? 'false', valueOf('count') ?? String(countDefault)];
  if (only !== 'true' && only !== 'false') refuse('onlyCertainMatches', 'expected true or false');
  if (!/^[1-9]\d{0,5}$/.test(count)) refuse('count', 'expected a whole number above 0');
  return { patient, onlyCertain: only === 'true', count: Math.min(Number(count), service.limits.pageMax) };
}

function refuse(at: string, text: string): never {
  throw new Refusal('invalid', [{ code: 'value', at, text }]);
}

function treeOf(text: string): Json {
  const tree: unknown = JSON.parse(text);
  return isObject(tree) ? tree : {};
}

// ---------------------------------------------------------------- candidates

type Criteria = readonly (readonly [string, string])[];

async function candidates(
  service: Service,
  request: FhirRequest,
  patient: Json,
): Promise<{
  readonly hits: readonly Hit[];
  /** There are more than were looked at; among them may be some with the same identifier. */
  readonly isCut: boolean;
  readonly isCertainCut: boolean;
}> {
  const ways = waysOf(patient);
  if (ways.length === 0)
    throw new Refusal(
      'unprocessable',
      'is too little to find anyone by: expected an identifier with its system, a name with a birth date or with both parts, or a phone number',
      { code: 'required' },
    );
  const { pageMax } = service.limits;
  const found = new Map<string, Hit>();
  let [isCut, isCertainCut] = [false, false];
  for (const way of ways) {
    const query = parseSearch('Patient', way, {
      strict: true,
      pageDefault: candidatesMax,
      pageMax,
      base: request.base,
    });
    const page = await search(service.store.sql, request.caller.sees, query);
    for (const hit of page.hits) found.set(hit.id, hit);
    const isMore = page.next !== undefined;
    isCut ||= isMore;
    isCertainCut ||= isMore && way[0]?.[0] === 'identifier';
  }
  return { hits: [...found.values()], isCut, isCertainCut };
}

const identifiersMax = 10;
const escaped = (text: string) => text.replace(/[\\,$|]/g, '\\$&');

/** The searches that together find whoever may be meant; each is answered from the index. */
function waysOf(patient: Json): Criteria[] {
  const text = (value: unknown) =>
    typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  const identifiers = identifiersOf(patient).slice(0, identifiersMax);
  const tokens = (values: readonly (readonly [string, string])[]) =>
    values.map(([system, value]) => `${escaped(system)}|${escaped(value)}`).join(',');
  const ways: Criteria[] = [];
  if (identifiers.length > 0) ways.push([['identifier', tokens(identifiers)]]);
  const [cpr] = identifiers.flatMap(([system, value]) =>
    system === cprSystem && /^\d{10}$/.test(value) ? [value] : [],
  );
  // A number that was stored with its hyphen, and those that are one slip away.
  if (cpr !== undefined) {
    ways.push([['identifier', tokens([[cprSystem, `${cpr.slice(0, 6)}-${cpr.slice(6)}`]])]]);
    ways.push([['identifier', tokens(slipsOf(cpr).map((one) => [cprSystem, one] as const))]]);
  }
  const born = text(patient['birthDate']);
  for (const name of listAt(patient, 'name').slice(0, 3)) {
    const family = text(name['family']);
    const given = Array.isArray(name['given']) ? text(name['given'][0]) : undefined;
    if (family !== undefined && given !== undefined) {
      ways.push([
        ['family', escaped(family)],
        ['given', escaped(given)],
        ...(born === undefined ? [] : [['birthdate', born.slice(0, 4)] as const]),
      ]);
    }
    for (const [kind, part] of [
      ['family', family],
      ['given', given],
    ] as const) {
      if (part === undefined || born === undefined) continue;
      ways.push([
        [kind, escaped(part)],
        ['birthdate', [born, ...mistakenDates(born)].join(',')],
      ]);
    }
  }
  const numbers = listAt(patient, 'telecom')
    .flatMap(({ value }) => text(value) ?? [])
    .slice(0, 5);
  if (numbers.length > 0) ways.push([['telecom', numbers.map(escaped).join(',')]]);
  return ways;
}
