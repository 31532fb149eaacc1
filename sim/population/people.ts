// Who the patients are: name, CPR-shaped number, address, next of kin, known reactions. All decided before any chart is
// written, because numbers must be unique over the whole region.
import type { Address, Patient } from '@medplum/fhirtypes';
import { testCpr, type Sex } from './cpr.ts';
import { danishDate, dayMs } from './danish-time.ts';
import type { Random } from './random.ts';
import { codeable } from './resources.ts';
import type { CaveClass } from './tables/formulary.ts';
import type { Hospital } from './tables/hospitals.ts';
import {
  families,
  generalPractices,
  givenChildFemale,
  givenChildMale,
  givenFemale,
  givenFemaleOld,
  givenMale,
  givenMaleOld,
  streets,
} from './tables/names.ts';

export interface Cave {
  readonly class: CaveClass;
  readonly reaction: string;
  readonly year: number;
}

/** Known reactions; nobody knows of any; or nobody has asked. */
export type CaveAnswer = readonly Cave[] | 'none-known' | 'not-asked';

export interface Person {
  readonly id: string;
  readonly family: string;
  readonly given: string;
  readonly sex: Sex;
  readonly birthDate: string;
  readonly age: number;
  readonly cpr: string;
  readonly address: Address;
  readonly phone: string;
  readonly kin?: { readonly name: string; readonly relation: string; readonly phone: string };
  readonly practice: string;
  readonly cave: CaveAnswer;
  readonly protected: boolean;
}

interface Wishes {
  readonly ages: readonly [number, number];
  readonly sex?: Sex | undefined;
  readonly family?: string | undefined;
  readonly given?: string | undefined;
  readonly address?: Address | undefined;
  readonly cave?: CaveAnswer | undefined;
  readonly birthDate?: string | undefined;
  readonly protected?: boolean | undefined;
}

export function makePerson(
  random: Random,
  now: number,
  hospital: Hospital,
  taken: Set<string>,
  wishes: Wishes,
): Person {
  const sex = wishes.sex ?? (random.chance(0.5) ? 'female' : 'male');
  const wantedAge = random.whole(wishes.ages[0], wishes.ages[1]);
  const birthDate = wishes.birthDate ?? birthDateFor(random, now, wantedAge);
  const age = ageOn(birthDate, now);
  const family = wishes.family ?? random.pick(families);
  return {
    id: random.uuid(),
    sex,
    birthDate,
    age,
    family,
    given: wishes.given ?? givenName(random, sex, age),
    cpr: testCpr(birthDate, sex, random, taken),
    address: wishes.address ?? homeAddress(random, hospital),
    phone: phoneNumber(random),
    ...kinOf(random, age, family),
    practice: `${random.pick(generalPractices)}, ${random.pick(hospital.towns)[1]}`,
    cave: wishes.cave ?? (age < 16 ? 'none-known' : answerCave(random)),
    protected: wishes.protected ?? false,
  };
}

function birthDateFor(random: Random, now: number, age: number): string {
  const date = danishDate(now - (age * 365.25 + random.whole(1, 364)) * dayMs);
  // Keep off the first of January: the crowded date on which real numbers fail the control too.
  return date.endsWith('-01-01') ? `${date.slice(0, 8)}02` : date;
}

function ageOn(birthDate: string, now: number): number {
  const today = danishDate(now);
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

function givenName(random: Random, sex: Sex, age: number): string {
  if (age < 16) return random.pick(sex === 'female' ? givenChildFemale : givenChildMale);
  if (age >= 65) return random.pick(sex === 'female' ? givenFemaleOld : givenMaleOld);
  return random.pick(sex === 'female' ? givenFemale : givenMale);
}

function homeAddress(random: Random, hospital: Hospital): Address {
  const [postalCode, city] = random.pick(hospital.towns);
  const floor = random.chance(0.4)
    ? `, ${random.pick(['st.', '1.', '2.', '3.'])} ${random.pick(['tv.', 'th.', 'mf.'])}`
    : '';
  const line = `${random.pick(streets)} ${random.whole(1, 140)}${floor}`;
  return { use: 'home', line: [line], postalCode, city, country: 'DK' };
}

/** Eight digits that start with 00, which no Danish subscriber's number does. */
function phoneNumber(random: Random): string {
  const pair = (): string => String(random.whole(0, 99)).padStart(2, '0');
  return `00 ${pair()} ${pair()} ${pair()}`;
}

function kinOf(
  random: Random,
  age: number,
  family: string,
): { kin: { name: string; relation: string; phone: string } } | Record<never, never> {
  if (age < 16)
    return {
      kin: { name: `${random.pick(givenFemale)} ${family}`, relation: 'mor', phone: phoneNumber(random) },
    };
  if (random.chance(0.08)) return {};
  const relation = random.pick(
    age > 70 ? ['datter', 'søn', 'ægtefælle', 'datter', 'søn'] : ['ægtefælle', 'samlever', 'søster', 'mor'],
  );
  const female =
    relation === 'datter' ||
    relation === 'søster' ||
    relation === 'mor' ||
    (relation !== 'søn' && random.chance(0.5));
  const child = relation === 'datter' || relation === 'søn';
  const old = age > 65 && !child;
  return {
    kin: {
      name: `${random.pick(female ? (old ? givenFemaleOld : givenFemale) : old ? givenMaleOld : givenMale)} ${random.chance(0.7) ? family : random.pick(families)}`,
      relation,
      phone: phoneNumber(random),
    },
  };
}

function answerCave(random: Random): CaveAnswer {
  const draw = random.next();
  if (draw < 0.2) return 'not-asked';
  if (draw < 0.72) return 'none-known';
  const [kind, reactions] = random.pick(reactionsByClass);
  return [{ class: kind, reaction: random.pick(reactions), year: random.whole(1989, 2023) }];
}

const reactionsByClass: readonly (readonly [CaveClass, readonly string[]])[] = [
  ['penicillin', ['Udslæt', 'Anafylaksi', 'Nældefeber']],
  ['penicillin', ['Udslæt', 'Hævelse af læber']],
  ['penicillin', ['Nældefeber']],
  ['asa', ['Bronkospasme', 'Ventrikelblødning']],
  ['morphine', ['Kvalme og opkastninger', 'Hallucinationer']],
  ['sulfa', ['Udslæt']],
  ['iodine-contrast', ['Nældefeber', 'Blodtryksfald']],
  ['latex', ['Kontakteksem']],
  ['plaster', ['Udslæt']],
  ['nickel', ['Kontakteksem']],
  ['codeine', ['Kvalme']],
  ['nuts', ['Hævelse af svælg']],
  ['bee', ['Anafylaksi']],
];

export function patientResource(person: Person, managing: string): Patient {
  const kin = person.kin;
  return {
    resourceType: 'Patient',
    id: person.id,
    ...(person.protected
      ? {
          meta: {
            security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }],
          },
        }
      : {}),
    identifier: [{ use: 'official', system: 'urn:oid:1.2.208.176.1.2', value: person.cpr }],
    active: true,
    name: [{ use: 'official', family: person.family, given: person.given.split(' ') }],
    telecom: [{ system: 'phone', value: person.phone, use: 'mobile' }],
    gender: person.sex,
    birthDate: person.birthDate,
    address: [person.address],
    ...(kin === undefined
      ? {}
      : {
          contact: [
            {
              relationship: [codeable(kin.relation)],
              name: { text: kin.name },
              telecom: [{ system: 'phone', value: kin.phone }],
            },
          ],
        }),
    generalPractitioner: [{ display: person.practice }],
    managingOrganization: { reference: `Organization/${managing}` },
  };
}
