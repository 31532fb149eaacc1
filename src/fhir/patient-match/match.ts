/**
 * Whether two Patients are the same person, judged by rules that anyone can follow: each fact agrees, nearly agrees,
 * contradicts, or is not told by one of them. No learning, no guessing: the same two always get the same answer, and its
 * reasons. Certain is only who has the same identifier and the same birth date and name, and nothing that speaks against it.
 */
import { cprSystem } from '../cpr.ts';
import { isObject, type Json } from '../json.ts';
import { fold } from '../search-forms.ts';
import { isOneSlip, likenessOfDates, type Likeness } from './likeness.ts';

/** http://hl7.org/fhir/R4/valueset-match-grade.html */
export type Grade = 'certain' | 'probable' | 'possible' | 'certainly-not';
export type Fact = 'identifier' | 'name' | 'birthDate' | 'gender' | 'phone' | 'address';
export interface Judgement {
  readonly grade: Grade;
  /** 0 to 1: which to look at first; not a probability. */
  readonly score: number;
  /** Each fact that both tell. */
  readonly facts: Readonly<Partial<Record<Fact, Likeness>>>;
}

/** What a fact adds when it is the same, and when it nearly is. A contradiction takes away what agreement gives. */
const weights: Readonly<Record<Fact, readonly [same: number, near: number]>> = {
  identifier: [0.5, 0.2],
  birthDate: [0.2, 0.1],
  name: [0.2, 0.1],
  gender: [0.02, 0],
  phone: [0.04, 0],
  address: [0.04, 0.02],
};
const possibleMin = 0.25;

export function judge(asked: Json, found: Json): Judgement {
  const facts: Partial<Record<Fact, Likeness>> = {};
  const tell = (fact: Fact, likeness: Likeness | undefined) => {
    if (likeness) facts[fact] = likeness;
  };
  tell('identifier', identifiers(asked, found));
  tell('name', names(asked, found));
  tell('birthDate', both(textAt(asked, 'birthDate'), textAt(found, 'birthDate'), likenessOfDates));
  tell(
    'gender',
    both(told(textAt(asked, 'gender')), told(textAt(found, 'gender')), (one, other) =>
      one === other ? 'same' : 'different',
    ),
  );
  tell('phone', anyOf(phones(asked), phones(found)));
  tell('address', addresses(asked, found));
  const sum = Object.entries(facts).reduce((all, [fact, likeness]) => all + worth(fact, likeness), 0);
  const score = Math.round(Math.max(0, Math.min(1, sum)) * 1000) / 1000;
  return { grade: gradeOf(facts, score, found), score, facts };
}

function worth(fact: string, likeness: Likeness): number {
  const [same, near] = isFact(fact) ? weights[fact] : [0, 0];
  return likeness === 'same' ? same : likeness === 'near' ? near : -same / 2;
}
function isFact(name: string): name is Fact {
  return Object.hasOwn(weights, name);
}

function gradeOf(facts: Judgement['facts'], score: number, found: Json): Grade {
  const { identifier, birthDate, name, gender } = facts;
  const speaksAgainst = birthDate === 'different' || name === 'different' || gender === 'different';
  if (identifier === 'different') {
    // People get another number now and then, so what all else says is shown, and never more than that.
    return birthDate === 'same' && name === 'same' && gender !== 'different' ? 'possible' : 'certainly-not';
  }
  if (identifier === 'same') {
    if (speaksAgainst) return 'possible';
    const isConfirmed = birthDate === 'same' && name === 'same' && found['active'] !== false;
    return isConfirmed ? 'certain' : 'probable';
  }
  const isOneOfBoth = facts.phone === 'same' || facts.address === 'same';
  if (birthDate === 'same' && name === 'same' && !speaksAgainst)
    return identifier === 'near' || isOneOfBoth ? 'probable' : 'possible';
  return score >= possibleMin && !(birthDate === 'different' && name === 'different')
    ? 'possible'
    : 'certainly-not';
}

// ---------------------------------------------------------------- facts

function both(
  one: string | undefined,
  other: string | undefined,
  compare: (one: string, other: string) => Likeness,
): Likeness | undefined {
  return one === undefined || other === undefined ? undefined : compare(one, other);
}

function textAt(tree: Json, name: string): string | undefined {
  const value = tree[name];
  return typeof value === 'string' ? value : undefined;
}
function told(gender: string | undefined): string | undefined {
  return gender === 'unknown' ? undefined : gender;
}
export function listAt(tree: Json, name: string): readonly Json[] {
  const value = tree[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A CPR number as ten digits, however it was written. */
export function identifiersOf(patient: Json): (readonly [system: string, value: string])[] {
  return listAt(patient, 'identifier').flatMap((one) => {
    const [system, value] = [textAt(one, 'system'), textAt(one, 'value')];
    if (system === undefined || value === undefined || one['use'] === 'old') return [];
    return [[system, system === cprSystem ? value.replace(/[\s-]/g, '') : value.trim()] as const];
  });
}

/** Numbers of different systems say nothing of each other; of one system each person has one current one of CPR. */
function identifiers(asked: Json, found: Json): Likeness | undefined {
  const [left, right] = [identifiersOf(asked), identifiersOf(found)];
  const cprs = (list: typeof left) =>
    list.flatMap(([system, value]) => (system === cprSystem ? [value] : []));
  const [ours, theirs] = [cprs(left), cprs(right)];
  if (ours.length > 0 && theirs.length > 0) {
    if (ours.some((one) => theirs.includes(one))) return 'same';
    return ours.some((one) => theirs.some((other) => one.length === other.length && isOneSlip(one, other)))
      ? 'near'
      : 'different';
  }
  return left.some(([system, value]) => right.some((other) => other[0] === system && other[1] === value))
    ? 'same'
    : undefined;
}

/** Folded words: without case and accents; `Anne-Marie` is two, `Aase` is `Åse`, `Moeller` is `Møller`. */
function wordsOf(text: string): string[] {
  return fold(text)
    .replaceAll('aa', 'å')
    .replaceAll('ae', 'æ')
    .replaceAll('oe', 'ø')
    .split(/[^\p{L}\p{N}]+/u, wordsMax)
    .filter((word) => word !== '');
}
const wordsMax = 20;

interface Name {
  readonly family: readonly string[];
  readonly given: readonly string[];
}
function namesOf(patient: Json): Name[] {
  return listAt(patient, 'name')
    .slice(0, 10)
    .map((one) => {
      const given = Array.isArray(one['given'])
        ? one['given'].filter((word) => typeof word === 'string')
        : [];
      return { family: wordsOf(textAt(one, 'family') ?? ''), given: wordsOf(given.join(' ')) };
    });
}

function names(asked: Json, found: Json): Likeness | undefined {
  const [left, right] = [namesOf(asked), namesOf(found)];
  const all = left.flatMap((one) => right.flatMap((other) => nameLikeness(one, other) ?? []));
  return (['same', 'near', 'different'] as const).find((one) => all.includes(one));
}

/**
 * The same: family and first given name are. Near: one of them is, and the other is one slip away, or not told; or the
 * names stand in each other's place, or a family name is one of several.
 */
function nameLikeness(one: Name, other: Name): Likeness | undefined {
  const [family, given] = [
    part(one.family, other.family),
    part(one.given.slice(0, 1), other.given.slice(0, 1)),
  ];
  if (family === undefined && given === undefined) return undefined;
  if (family === 'same' && given === 'same') return 'same';
  if (family !== 'different' && given !== 'different') return 'near';
  const isExchanged =
    one.family.some((word) => other.given.includes(word)) &&
    one.given.some((word) => other.family.includes(word));
  return isExchanged || (family === 'same' && sharesWord(one.given, other.given)) ? 'near' : 'different';
}

function part(left: readonly string[], right: readonly string[]): Likeness | undefined {
  if (left.length === 0 || right.length === 0) return undefined;
  const [one, other] = [left.join(' '), right.join(' ')];
  if (one === other) return 'same';
  return sharesWord(left, right) || (Math.min(one.length, other.length) > 3 && isOneSlip(one, other))
    ? 'near'
    : 'different';
}
function sharesWord(left: readonly string[], right: readonly string[]): boolean {
  return left.some((word) => word.length > 1 && right.includes(word));
}

/** The last eight digits: Danish numbers with and without +45. E-mail addresses in small letters. */
function phones(patient: Json): string[] {
  return listAt(patient, 'telecom').flatMap((one) => {
    const value = textAt(one, 'value') ?? '';
    if (value.includes('@')) return [value.trim().toLowerCase()];
    const digits = value.replace(/\D/g, '');
    return digits.length >= 8 ? [digits.slice(-8)] : [];
  });
}
/** People share and change them: what is other says nothing. */
function anyOf(left: readonly string[], right: readonly string[]): Likeness | undefined {
  return left.some((one) => right.includes(one)) ? 'same' : undefined;
}

function addresses(asked: Json, found: Json): Likeness | undefined {
  const of = (patient: Json) =>
    listAt(patient, 'address').map((one) => {
      const lines = Array.isArray(one['line']) ? one['line'].filter((line) => typeof line === 'string') : [];
      return { code: textAt(one, 'postalCode'), street: wordsOf(lines.join(' ')).join(' ') };
    });
  const pairs = of(asked).flatMap((one) => of(found).map((other) => [one, other] as const));
  const isSamePlace = pairs.filter(([one, other]) => one.code !== undefined && one.code === other.code);
  if (isSamePlace.some(([one, other]) => one.street !== '' && one.street === other.street)) return 'same';
  return isSamePlace.length > 0 ? 'near' : undefined;
}
