import type { HumanName, Patient } from '@medplum/fhirtypes';
import { isPersonalNumber } from '#fhir/replacement-number.ts';
import { ageIn } from '../../parts/format/date.ts';
import type { Say, TextKey } from '../../parts/text.tsx';
import { referredId, systems } from './coding.ts';

export type Sex = 'female' | 'male' | 'other';

export type Person = {
  readonly id: string;
  readonly family: string;
  readonly given: string;
  /** Testesen, Åse */
  readonly name: string;
  readonly initials: string;
  readonly cpr: string | undefined;
  readonly sex: Sex;
  readonly birthDate: string | undefined;
  readonly deceased: boolean;
  /** The record that took this one's place. */
  readonly mergedInto: string | undefined;
};

export function personOf(patient: Patient): Person {
  const name = officialName(patient.name);
  const family = name?.family ?? '';
  const given = name?.given?.join(' ') ?? '';
  const whole = [family, given].filter((part) => part !== '').join(', ');
  return {
    id: patient.id ?? '',
    family,
    given,
    name: whole === '' ? (name?.text ?? '') : whole,
    initials: initialsOf(given, family),
    cpr: numberOf(patient),
    sex: patient.gender === 'female' || patient.gender === 'male' ? patient.gender : 'other',
    birthDate: patient.birthDate,
    mergedInto: referredId(patient.link?.find(({ type }) => type === 'replaced-by')?.other, 'Patient'),
    deceased: patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined,
  };
}

/** The CPR number, or the replacement number of who has none. */
function numberOf({ identifier = [] }: Patient): string | undefined {
  const own = identifier.filter(({ system, use }) => isPersonalNumber(system) && use !== 'old');
  return (own.find(({ system }) => system === systems.cpr) ?? own[0])?.value;
}

/** 251248-9996; anything that is not ten digits is shown as it is. */
export function showCpr(cpr: string): string {
  return /^\d{7}[0-9A-Z]{3}$/.test(cpr) ? `${cpr.slice(0, 6)}-${cpr.slice(6)}` : cpr;
}

const ageTexts = {
  days: 'age.days',
  weeks: 'age.weeks',
  months: 'age.months',
  years: 'banner.age',
} as const satisfies Record<string, TextKey>;

/** 77 år · 2 døgn · 5 uger · 14 mdr.; nothing when the date of birth is not known. */
export function ageWords(person: Pick<Person, 'birthDate'>, today: number, say: Say): string {
  const age = ageIn(person.birthDate, today);
  return age === undefined ? '' : say(ageTexts[age.unit], { age: age.count, count: age.count });
}

/** For a column of ages: a bare number is years, anything else says what it counts. */
export function ageShort(person: Pick<Person, 'birthDate'>, today: number, say: Say): string {
  const age = ageIn(person.birthDate, today);
  return age?.unit === 'years' ? String(age.count) : ageWords(person, today, say);
}

/** ♀ ♂, and ⚥ for what is neither or unknown; the word is spoken beside it. */
export const sexSign: Readonly<Record<Sex, string>> = { female: '♀', male: '♂', other: '⚥' };

function officialName(names: readonly HumanName[] | undefined): HumanName | undefined {
  return names?.find((name) => name.use === 'official') ?? names?.[0];
}

function initialsOf(given: string, family: string): string {
  return [given, family]
    .map((part) => Array.from(part)[0] ?? '')
    .join('')
    .toUpperCase();
}
