/** `ValueSet/$expand` and `$validate-code` (http://hl7.org/fhir/R4/valueset-operations.html). */
import { randomUUID } from 'node:crypto';
import { Refusal } from '#base/refusal.ts';
import type { Json } from '#fhir/json.ts';
import { codeSystemOf } from '#fhir/terminology/code-system.ts';
import type { Library } from '#fhir/terminology/library.ts';
import type { ValueSetTable } from '#fhir/terminology/tables.ts';
import { expand, isMember, NotExpanded, type CodedConcept } from '#fhir/terminology/value-set.ts';
import { answerJson } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { codingsIn, displayOf, show, textIn, validity, withDisplay, type JudgedCode } from './code-system.ts';
import {
  answerParameters,
  instanceOf,
  questionOf,
  required,
  type Coding,
  type Question,
} from './question.ts';
import { withStored } from './stored-definitions.ts';

/** Concepts of one answer, at most; the rest by `offset`. */
const pageMax = 1000;
/** Names of a concept in other languages that are told, at most. */
const designationsMax = 100;

export async function expandValueSet(service: Service, request: FhirRequest): Promise<Answer> {
  const question = questionOf(service, request);
  const given = (await instanceOf(service, request)) ?? inlineIn(question, 'valueSet');
  const url = textIn(given, 'url') ?? required(question.text('url'), 'url');
  const filter = question.text('filter') ?? '';
  return withStored(
    service,
    ({ terminology }) => {
      const table = valueSetIn(terminology, url);
      const all = expanded(terminology, table);
      const words = filter
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
      const found = all.filter((one) => {
        const text =
          `${one.code} ${one.display} ${one.designations.map(([, value]) => value).join(' ')}`.toLowerCase();
        return words.every((word) => text.includes(word));
      });
      return answerJson(JSON.stringify(expansionOf(table, found, question, filter)));
    },
    given ? [given] : [],
    // A text to look for makes less of a large code system; several words are told apart here.
    { filter: filter.split(/\s+/)[0] ?? '' },
  );
}

function expanded(terminology: Library, table: ValueSetTable): readonly CodedConcept[] {
  try {
    return expand(terminology, table);
  } catch (error) {
    if (error instanceof NotExpanded)
      throw new Refusal('unprocessable', error.message, { cause: error, code: 'too-costly' });
    throw error;
  }
}

function expansionOf(
  table: ValueSetTable,
  found: readonly CodedConcept[],
  question: Question,
  filter: string,
): object {
  const [offset, count] = [
    question.whole('offset') ?? 0,
    Math.min(question.whole('count') ?? pageMax, pageMax),
  ];
  const language = question.text('displayLanguage');
  const withDesignations = question.flag('includeDesignations');
  const contains = found.slice(offset, offset + count).map((one) => ({
    system: one.system,
    code: one.code,
    ...(one.display === '' ? {} : { display: displayOf(one, language) }),
    ...(withDesignations && one.designations.length > 0
      ? {
          designation: one.designations
            .slice(0, designationsMax)
            .map(([name, value]) => ({ ...(name === '' ? {} : { language: name }), value })),
        }
      : {}),
  }));
  const parameter = [
    { name: 'count', valueInteger: count },
    ...(filter === '' ? [] : [{ name: 'filter', valueString: filter }]),
    ...(language === undefined ? [] : [{ name: 'displayLanguage', valueCode: language }]),
  ];
  return {
    resourceType: 'ValueSet',
    url: table.url,
    ...(table.version === undefined ? {} : { version: table.version }),
    ...(table.name === undefined ? {} : { name: table.name }),
    ...(table.title === undefined ? {} : { title: table.title }),
    status: 'active',
    expansion: {
      identifier: `urn:uuid:${randomUUID()}`,
      timestamp: new Date().toISOString(),
      total: found.length,
      offset,
      parameter,
      ...(contains.length > 0 ? { contains } : {}),
    },
  };
}

export async function validateValueSetCode(service: Service, request: FhirRequest): Promise<Answer> {
  const question = questionOf(service, request);
  const given = (await instanceOf(service, request)) ?? inlineIn(question, 'valueSet');
  const url = textIn(given, 'url') ?? required(question.text('url'), 'url');
  const codings = codingsIn(question);
  if (codings.length === 0)
    throw new Refusal('invalid', [{ code: 'required', at: 'code', text: 'is required, or a coding' }]);
  const language = question.text('displayLanguage');
  return withStored(
    service,
    ({ terminology }) => {
      const table = valueSetIn(terminology, url);
      return answerParameters(
        validity(codings.map((coding) => judged(terminology, table, coding, language))),
      );
    },
    given ? [given] : [],
    { codes: codings.map(({ code }) => code) },
  );
}

function judged(
  terminology: Library,
  table: ValueSetTable,
  coding: Coding,
  language: string | undefined,
): JudgedCode {
  const isIn = isMember(terminology, table, coding.system, coding.code);
  if (isIn === undefined) {
    return {
      isRight: false,
      message: `whether ${show(coding.code)} is in ${table.url} cannot be told here`,
      display: undefined,
    };
  }
  if (!isIn)
    return { isRight: false, message: `${show(coding.code)} is not in ${table.url}`, display: undefined };
  const codeSystem = coding.system === undefined ? undefined : terminology.codeSystem(coding.system);
  return withDisplay(codeSystem && codeSystemOf(codeSystem).concept(coding.code), coding, language);
}

function valueSetIn(terminology: Library, url: string): ValueSetTable {
  const table = terminology.valueSet(url);
  if (!table) throw new Refusal('unknown', `the value set ${url.slice(0, 200)} is not known here`);
  return table;
}

/** A value set in the question may be without an address; it needs one here to be found. */
function inlineIn(question: Question, name: string): Json | undefined {
  const given = question.resource(name);
  return given && { url: 'urn:holdfast:given', ...given };
}
