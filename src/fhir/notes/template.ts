/**
 * Templates of notes: a Questionnaire that says what is asked, and what the answers become. The text of a note and its
 * QuestionnaireResponse are made from the same answers, by the functions of this file alone. What the program brings is in
 * `templates.json`; a region that stores a Questionnaire under the same url has its own instead.
 */
import type {
  Questionnaire,
  QuestionnaireItem,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  QuestionnaireResponseItemAnswer,
} from '@medplum/fhirtypes';
import json from './templates.json' with { type: 'json' };

/** `Questionnaire.useContext` of a template of notes: code `workflow`, and this coding; by it they are searched. */
export const templateUse = { system: 'https://holdfast.dk/fhir/questionnaire-use', code: 'note' } as const;
const contextSystem = 'http://terminology.hl7.org/CodeSystem/usage-context-type';
const roleSystem = 'https://holdfast.dk/fhir/role';
const urlOf = (id: string) => `https://holdfast.dk/fhir/Questionnaire/${id}`;
// Deeper is no note that somebody fills in beside a bed.
const depthMax = 4;

const kinds = ['text', 'string', 'choice', 'boolean', 'date', 'group'] as const;
export type ItemKind = (typeof kinds)[number] | 'unknown';

export interface TemplateItem {
  readonly id: string;
  readonly text: string;
  /** `unknown`: a kind that notes do not ask for; it is told of and not asked. */
  readonly kind: ItemKind;
  /** What is written here stands first and without a heading: a short note is this alone. */
  readonly isFree: boolean;
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  readonly items: readonly TemplateItem[];
}

export interface Template {
  readonly url: string;
  readonly title: string;
  /** Roles that begin with it. */
  readonly roles: readonly string[];
  readonly items: readonly TemplateItem[];
}

/** Answers as they are typed, by `linkId`: `true` and `false` of a boolean, `2026-01-15` of a date. */
export type Answers = Readonly<Record<string, string>>;

/** undefined: it is no template of notes, or not one that is in use. */
export function readTemplate(questionnaire: Questionnaire): Template | undefined {
  const { url, title, status, useContext = [], item = [] } = questionnaire;
  const coded = useContext.flatMap(({ valueCodeableConcept }) => valueCodeableConcept?.coding ?? []);
  const isNote = coded.some(({ system, code }) => system === templateUse.system && code === templateUse.code);
  if (!isNote || url === undefined || title === undefined || status !== 'active') return undefined;
  return {
    url,
    title,
    roles: coded.flatMap(({ system, code }) => (system === roleSystem && code !== undefined ? [code] : [])),
    items: itemsIn(item, 1),
  };
}

function itemsIn(items: readonly QuestionnaireItem[], depth: number): readonly TemplateItem[] {
  return items.map((item) => ({
    id: item.linkId ?? '',
    text: item.text ?? '',
    kind: kinds.find((each) => each === item.type) ?? 'unknown',
    isFree: item.code?.some(({ system, code }) => system === json.system && code === 'free') === true,
    choices: (item.answerOption ?? []).flatMap(
      ({ valueString, valueCoding }) => valueString ?? valueCoding?.display ?? [],
    ),
    // What is asked only under a condition is not demanded: its condition is not read here.
    isRequired: item.required === true && item.enableWhen === undefined,
    items: depth < depthMax ? itemsIn(item.item ?? [], depth + 1) : [],
  }));
}

/** Those that the region stored, and for urls that it has nothing of, those that the program brings. */
export function templatesOf(stored: readonly Questionnaire[]): readonly Template[] {
  const urls = new Set(stored.map(({ url }) => url));
  return [...stored, ...questionnaires().filter(({ url }) => !urls.has(url))]
    .flatMap((each) => readTemplate(each) ?? [])
    .sort((a, b) => a.title.localeCompare(b.title, 'da'));
}

/** What the program brings, as resources: the demo region stores them. */
export function questionnaires(): readonly Questionnaire[] {
  return json.templates.map(({ id, title, roles, items }) => ({
    resourceType: 'Questionnaire',
    id,
    url: urlOf(id),
    version: '1',
    name: id.replaceAll(/-(.)/g, (_all, letter: string) => letter.toUpperCase()).replace(/^n/, 'N'),
    title,
    status: 'active',
    subjectType: ['Patient'],
    useContext: [
      context('workflow', templateUse.system, templateUse.code),
      ...roles.map((role) => context('user', roleSystem, role)),
    ],
    item: items.map(itemOf),
  }));
}

interface Row {
  readonly id: string;
  readonly text: string;
  readonly type: string;
  readonly free?: boolean;
  readonly choices?: readonly string[];
  readonly items?: readonly Row[];
}

function itemOf({ id, text, type, free = false, choices, items }: Row): QuestionnaireItem {
  return {
    linkId: id,
    ...(free ? { code: [{ system: json.system, code: 'free' }] } : {}),
    text,
    // Our own file; notes.test.ts reads every row back.
    type: type as NonNullable<QuestionnaireItem['type']>,
    ...(choices === undefined ? {} : { answerOption: choices.map((valueString) => ({ valueString })) }),
    ...(items === undefined ? {} : { item: items.map(itemOf) }),
  };
}

function context(code: string, system: string, value: string) {
  return {
    code: { system: contextSystem, code },
    valueCodeableConcept: { coding: [{ system, code: value }] },
  };
}

// ---------------------------------------------------------------- what the answers become

/** The text of the note: what was answered under its headings, in the order of the template; what was not is left out. */
export function noteText({ items }: Template, answers: Answers): string {
  const free = flat(items).filter(({ isFree }) => isFree);
  const parts = [
    ...free.flatMap(({ id }) => answered(answers, id) ?? []),
    ...blocksOf(
      flat(items).filter(({ isFree }) => !isFree),
      answers,
    ),
  ];
  return parts.join('\n\n');
}

/** Long answers are blocks of their own; short ones that follow each other are lines of one. */
function blocksOf(items: readonly TemplateItem[], answers: Answers): string[] {
  const blocks: string[] = [];
  let isOpen = false;
  for (const item of items) {
    const said = saidOf(item, answers);
    if (said === undefined) continue;
    const isLine = item.kind !== 'text';
    if (isLine && isOpen) blocks.push(`${blocks.pop() ?? ''}\n${item.text}: ${said}`);
    else blocks.push(isLine || !said.includes('\n') ? `${item.text}: ${said}` : `${item.text}:\n${said}`);
    isOpen = isLine;
  }
  return blocks;
}

/** The answer in words; undefined: there is none. */
function saidOf({ id, kind }: TemplateItem, answers: Answers): string | undefined {
  const given = answered(answers, id);
  if (given === undefined || kind === 'group' || kind === 'unknown') return undefined;
  if (kind === 'boolean') return given === 'true' ? 'Ja' : 'Nej';
  return kind === 'date' ? given.split('-').reverse().join('.') : given;
}

/** Something is answered beside the free text: then the answers are kept as they are, too. */
export function hasAnswers({ items }: Template, answers: Answers): boolean {
  return flat(items).some((item) => !item.isFree && saidOf(item, answers) !== undefined);
}

/** What must be answered and is not. */
export function missing({ items }: Template, answers: Answers): readonly TemplateItem[] {
  return flat(items).filter(
    ({ id, isRequired, kind }) =>
      isRequired && kind !== 'group' && kind !== 'unknown' && answered(answers, id) === undefined,
  );
}

/** What must be answered and is not in what another program stored: any value is an answer, wherever it is nested. */
export function missingIn(
  { items }: Template,
  response: Pick<QuestionnaireResponse, 'item'>,
): readonly TemplateItem[] {
  const given = new Set(answeredIds(response.item ?? []));
  return flat(items).filter(
    ({ id, isRequired, kind }) => isRequired && kind !== 'group' && kind !== 'unknown' && !given.has(id),
  );
}

function answeredIds(items: readonly QuestionnaireResponseItem[]): string[] {
  return items.flatMap(({ linkId, answer = [], item = [] }) => [
    ...(answer.some(isSaid) ? [linkId] : []),
    ...answeredIds(item),
    ...answer.flatMap((one) => answeredIds(one.item ?? [])),
  ]);
}

function isSaid(answer: QuestionnaireResponseItemAnswer): boolean {
  return Object.entries(answer).some(
    ([name, value]) => name.startsWith('value') && (typeof value !== 'string' || value.trim() !== ''),
  );
}

export interface Answerer {
  readonly patient: string;
  readonly stay: string | undefined;
  readonly author: QuestionnaireResponse['author'];
  /** An instant with its offset. */
  readonly at: string;
}

export function responseOf(
  { url, items }: Template,
  answers: Answers,
  { patient, stay, author, at }: Answerer,
): QuestionnaireResponse {
  return {
    resourceType: 'QuestionnaireResponse',
    questionnaire: url,
    status: 'completed',
    subject: { reference: `Patient/${patient}` },
    ...(stay === undefined ? {} : { encounter: { reference: `Encounter/${stay}` } }),
    authored: at,
    ...(author === undefined ? {} : { author }),
    item: responseItems(items, answers),
  };
}

function responseItems(items: readonly TemplateItem[], answers: Answers): QuestionnaireResponseItem[] {
  return items.flatMap((item): QuestionnaireResponseItem[] => {
    const { id: linkId, text, kind } = item;
    const inner = responseItems(item.items, answers);
    const given = answered(answers, linkId);
    const isAsked = kind !== 'group' && kind !== 'unknown';
    const answer = given === undefined || !isAsked ? [] : [answerOf(kind, given)];
    if (answer.length === 0 && inner.length === 0) return [];
    return [
      {
        linkId,
        text,
        ...(answer.length === 0 ? {} : { answer }),
        ...(inner.length === 0 ? {} : { item: inner }),
      },
    ];
  });
}

function answerOf(kind: ItemKind, given: string): QuestionnaireResponseItemAnswer {
  if (kind === 'boolean') return { valueBoolean: given === 'true' };
  return kind === 'date' ? { valueDate: given } : { valueString: given };
}

/** The answers of a response as they were typed: for its correction. */
export function answersOf({ item = [] }: Pick<QuestionnaireResponse, 'item'>): Answers {
  return Object.fromEntries(
    item.flatMap(({ linkId, answer, item: inner = [] }) => {
      const [first] = answer ?? [];
      const given =
        first?.valueString ?? first?.valueDate ?? first?.valueCoding?.display ?? first?.valueBoolean;
      return [
        ...(given === undefined ? [] : [[linkId, String(given)] as const]),
        ...Object.entries(answersOf({ item: inner })),
      ];
    }),
  );
}

/** All items, one after the other, groups too. */
export function flat(items: readonly TemplateItem[]): readonly TemplateItem[] {
  return items.flatMap((item) => [item, ...flat(item.items)]);
}

function answered(answers: Answers, id: string): string | undefined {
  const given = answers[id]?.trim();
  return given === undefined || given === '' ? undefined : given;
}
