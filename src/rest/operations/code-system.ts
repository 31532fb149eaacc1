/** `CodeSystem/$lookup`, `$validate-code`, `$subsumes` (http://hl7.org/fhir/R4/codesystem-operations.html). */
import { Refusal } from '#base/refusal.ts';
import type { Json } from '#fhir/json.ts';
import { codeSystemOf, type Concept } from '#fhir/terminology/code-system.ts';
import { bareUrl, type Library } from '#fhir/terminology/library.ts';
import { isCodeByRule } from '#fhir/terminology/rules.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import {
  answerParameters,
  instanceOf,
  questionOf,
  required,
  textParameter,
  type Coding,
  type Question,
} from './question.ts';
import { withStored } from './stored-definitions.ts';

/** Names of a concept in other languages that are told, at most. */
const designationsMax = 100;

export async function lookup(service: Service, request: FhirRequest): Promise<Answer> {
  const question = questionOf(service, request);
  const { system, code } = codingIn(question);
  const url = required(system, 'system');
  return withStored(
    service,
    ({ terminology }) => {
      const table = terminology.codeSystem(url);
      const concept = table && codeSystemOf(table).concept(code);
      if (!concept && isCodeByRule(url, code)) {
        return answerParameters([
          { name: 'name', valueString: url },
          { name: 'display', valueString: code },
        ]);
      }
      if (!concept || !table)
        throw new Refusal(
          'unknown',
          table ? `${show(code)} is no code of ${url}` : `the code system ${url} is not known here`,
        );
      return answerParameters([
        { name: 'name', valueString: table.name ?? url },
        textParameter('version', table.version),
        {
          name: 'display',
          valueString: displayOf(concept, question.text('displayLanguage')) || concept.code,
        },
        ...concept.designations.slice(0, designationsMax).map(([language, value]) => ({
          name: 'designation',
          part: [
            textParameter('language', language, 'valueCode'),
            { name: 'value', valueString: value },
          ].filter((one) => one !== undefined),
        })),
      ]);
    },
    [],
    { codes: [code] },
  );
}

export async function validateCode(service: Service, request: FhirRequest): Promise<Answer> {
  const question = questionOf(service, request);
  const instance = (await instanceOf(service, request)) ?? question.resource('codeSystem');
  const url = question.text('url') ?? textIn(instance, 'url');
  const codings = codingsIn(question);
  if (codings.length === 0)
    throw new Refusal('invalid', [{ code: 'required', at: 'code', text: 'is required, or a coding' }]);
  return withStored(
    service,
    ({ terminology }) => {
      const judged = codings.map((coding) =>
        judgedCode(terminology, url ?? coding.system, coding, question.text('displayLanguage')),
      );
      return answerParameters(validity(judged));
    },
    instance ? [instance] : [],
    { codes: codings.map(({ code }) => code) },
  );
}

export async function subsumes(service: Service, request: FhirRequest): Promise<Answer> {
  const question = questionOf(service, request);
  const instance = await instanceOf(service, request);
  const [a] = question.codings('codingA', 'codingA');
  const [b] = question.codings('codingB', 'codingB');
  const codeA = required(question.text('codeA') ?? a?.code, 'codeA');
  const codeB = required(question.text('codeB') ?? b?.code, 'codeB');
  const url = required(question.text('system') ?? textIn(instance, 'url') ?? a?.system, 'system');
  if (a?.system !== undefined && b?.system !== undefined && a.system !== b.system) {
    throw new Refusal('invalid', [
      { code: 'value', at: 'codingB', text: 'is of another code system than codingA' },
    ]);
  }
  return withStored(
    service,
    ({ terminology }) => {
      const table = terminology.codeSystem(url);
      if (!table) throw new Refusal('unknown', `the code system ${url} is not known here`);
      const codeSystem = codeSystemOf(table);
      for (const code of [codeA, codeB]) {
        if (!codeSystem.concept(code)) throw new Refusal('unknown', `${show(code)} is no code of ${url}`);
      }
      const [above, below] = [codeSystem.subsumes(codeA, codeB), codeSystem.subsumes(codeB, codeA)];
      const outcome =
        above && below ? 'equivalent' : above ? 'subsumes' : below ? 'subsumed-by' : 'not-subsumed';
      return answerParameters([{ name: 'outcome', valueCode: outcome }]);
    },
    instance ? [instance] : [],
    { codes: [codeA, codeB] },
  );
}

// ---------------------------------------------------------------- shared with ValueSet/$validate-code

export interface JudgedCode {
  readonly isRight: boolean;
  readonly message: string | undefined;
  readonly display: string | undefined;
}

function judgedCode(
  terminology: Library,
  url: string | undefined,
  coding: Coding,
  language: string | undefined,
): JudgedCode {
  if (url === undefined)
    throw new Refusal('invalid', [{ code: 'required', at: 'url', text: 'is required, or a system' }]);
  if (coding.system !== undefined && bareUrl(coding.system) !== bareUrl(url)) {
    return {
      isRight: false,
      message: `the coding is of ${coding.system}, not of ${url}`,
      display: undefined,
    };
  }
  const table = terminology.codeSystem(url);
  const byRule = table ? undefined : isCodeByRule(url, coding.code);
  if (!table && byRule === undefined)
    throw new Refusal('unknown', `the code system ${url} is not known here`);
  const concept = table && codeSystemOf(table).concept(coding.code);
  if (!concept && byRule !== true) {
    const partly = table !== undefined && table.content !== 'complete';
    const message = `${show(coding.code)} is no code of ${url}${partly ? ' as far as it is known here' : ''}`;
    return { isRight: false, message, display: undefined };
  }
  return withDisplay(concept, coding, language);
}

/** A code that is right, and whether the name given with it is one of its names. */
export function withDisplay(
  concept: Pick<Concept, 'display' | 'designations' | 'code'> | undefined,
  coding: Coding,
  language: string | undefined,
): JudgedCode {
  const display = concept && displayOf(concept, language);
  const names = concept ? [concept.display, ...concept.designations.map(([, value]) => value)] : [];
  const given = coding.display?.trim().toLowerCase();
  if (given !== undefined && names.length > 0 && !names.some((name) => name.trim().toLowerCase() === given)) {
    return { isRight: false, message: `the code is right, its display is not; expected ${display}`, display };
  }
  return { isRight: true, message: undefined, display };
}

/** One right coding is enough. */
export function validity(judged: readonly JudgedCode[]) {
  const best = judged.find(({ isRight }) => isRight) ?? judged[0];
  return [
    { name: 'result', valueBoolean: best?.isRight ?? false },
    textParameter('message', best?.message),
    textParameter('display', best?.display),
  ];
}

export function displayOf(
  concept: Pick<Concept, 'display' | 'designations'>,
  language: string | undefined,
): string {
  const wanted = language?.toLowerCase();
  const named =
    concept.designations.find(([one]) => one.toLowerCase() === wanted) ??
    concept.designations.find(([one]) => wanted !== undefined && one.toLowerCase().startsWith(`${wanted}-`));
  return named?.[1] ?? concept.display;
}

function codingIn(question: Question): Coding {
  const [coding] = codingsIn(question);
  return required(coding, 'code');
}
export function codingsIn(question: Question): readonly Coding[] {
  const code = question.text('code');
  const own =
    code === undefined ? [] : [{ system: question.text('system'), code, display: question.text('display') }];
  return [...own, ...question.codings('coding', 'codeableConcept')];
}
export function textIn(tree: Json | undefined, name: string): string | undefined {
  const value = tree?.[name];
  return typeof value === 'string' ? value : undefined;
}
/** A code as it was asked for: codes are not of a patient, but what a client sends as one may be anything. */
export function show(code: string): string {
  return `'${code.slice(0, 60)}'`;
}
