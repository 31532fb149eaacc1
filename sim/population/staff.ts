// The people who work on the wards. Each ward has a doctor and a nurse (or midwife) who can log in; the others sign
// charts but have no login, so that a first start hashes few passwords.
import type { Practitioner, PractitionerRole, Resource } from '@medplum/fhirtypes';
import type { Random } from './random.ts';
import { codeable, referTo } from './resources.ts';
import { hospitals } from './tables/hospitals.ts';
import { families, givenFemale, givenMale } from './tables/names.ts';
import { wards, type Ward } from './tables/wards.ts';

export type StaffRole =
  | 'doctor'
  | 'nurse'
  | 'midwife'
  | 'secretary'
  | 'laboratory'
  | 'pharmacist'
  | 'porter'
  | 'service-desk';

export interface DemoLogin {
  /** a-z and dots only. */
  readonly user: string;
  readonly name: string;
  readonly role: StaffRole;
  /** Practitioner id. */
  readonly practitioner: string;
  /** Location id of the ward they work on. */
  readonly ward?: string;
}

export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
  readonly ward?: string;
  readonly site: string;
  readonly login: boolean;
}

export interface WardStaff {
  readonly doctors: readonly Staff[];
  readonly nurses: readonly Staff[];
}

const danishRole: Readonly<Record<StaffRole, string>> = {
  doctor: 'læge',
  nurse: 'sygeplejerske',
  midwife: 'jordemoder',
  secretary: 'lægesekretær',
  laboratory: 'bioanalytiker',
  pharmacist: 'farmaceut',
  porter: 'portør',
  'service-desk': 'servicedesk',
};

/** The people of the pictures and of the guides; the rest are drawn. */
const known: readonly (readonly [name: string, role: StaffRole, ward: string | undefined, site: string])[] = [
  ['Anne Lund', 'doctor', 'herlev-b12', 'herlev'],
  ['Peter Bruun', 'doctor', 'herlev-b12', 'herlev'],
  ['Mette Krogh', 'nurse', 'herlev-b12', 'herlev'],
  ['Sofie Juhl', 'nurse', 'herlev-b12', 'herlev'],
  ['Maria Dam', 'nurse', 'herlev-b12', 'herlev'],
  ['Karen Toft', 'midwife', 'hvidovre-312', 'hvidovre'],
  ['Lise Bang', 'secretary', 'herlev-b12', 'herlev'],
  ['Bo Winther', 'secretary', 'hilleroed-0531', 'hilleroed'],
  ['Hanne Vang', 'laboratory', undefined, 'herlev'],
  ['Jan Skou', 'laboratory', undefined, 'koege'],
  ['Nadia Riis', 'service-desk', undefined, 'herlev'],
  ['Rikke Munk', 'nurse', 'herlev-op', 'herlev'],
  ['Jens Holst', 'doctor', 'herlev-op', 'herlev'],
  ['Tove Skov', 'secretary', 'herlev-op', 'herlev'],
  ['Per Holm', 'porter', 'herlev-b12', 'herlev'],
  ['Iben Kofoed', 'pharmacist', 'herlev-b12', 'herlev'],
];

export function makeStaff(random: Random): Staff[] {
  const names = new Set(known.map(([name]) => name));
  const staff: Staff[] = known.map(([name, role, ward, site], index) => ({
    id: `staff-${userName(name).replace('.', '-')}`,
    name,
    role,
    site,
    ...(ward === undefined ? {} : { ward }),
    // Of B12 the first doctor and the first nurse; all who are alone in their role.
    login: index !== 1 && index !== 3 && index !== 4,
  }));
  const hire = (ward: Ward, role: StaffRole, login: boolean): void => {
    const name = freshName(random, names);
    staff.push({
      id: `staff-${userName(name).replace('.', '-')}`,
      name,
      role,
      ward: ward.id,
      site: ward.site,
      login,
    });
  };
  for (const ward of wards) {
    const of = (roles: readonly StaffRole[]): number =>
      staff.filter((one) => one.ward === ward.id && roles.includes(one.role)).length;
    for (let has = of(['doctor']); has < 2; has++) hire(ward, 'doctor', has === 0);
    for (let has = of(['nurse', 'midwife']); has < 3; has++)
      hire(
        ward,
        ward.staff === 'midwife' && has < 2 ? 'midwife' : 'nurse',
        has === 0 || (ward.staff === 'midwife' && has === 2),
      );
  }
  return staff;
}

/** Who works there and has no log-in. */
export function staffNamed(name: string, role: StaffRole, ward: string, site: string): Staff {
  return { id: `staff-${userName(name).replace('.', '-')}`, name, role, ward, site, login: false };
}

export function freshName(random: Random, names: Set<string>): string {
  for (;;) {
    const given = random.pick(random.chance(0.68) ? givenFemale : givenMale);
    const name = `${given.split(' ')[0]} ${random.pick(families)}`;
    if (names.has(name) || /[-ı]/.test(name)) continue;
    names.add(name);
    return name;
  }
}

function userName(name: string): string {
  const spelled: Readonly<Record<string, string>> = { æ: 'ae', ø: 'oe', å: 'aa', ' ': '.' };
  return name
    .toLowerCase()
    .replace(/[æøå ]/g, (letter) => spelled[letter] ?? '')
    .replace(/[^a-z.]/g, '');
}

export function loginsOf(staff: readonly Staff[]): DemoLogin[] {
  return staff
    .filter((one) => one.login)
    .map((one) => ({
      user: userName(one.name),
      name: one.name,
      role: one.role,
      practitioner: one.id,
      ...(one.ward === undefined ? {} : { ward: one.ward }),
    }));
}

export function staffOf(ward: string, staff: readonly Staff[]): WardStaff {
  const here = staff.filter((one) => one.ward === ward);
  return {
    doctors: here.filter((one) => one.role === 'doctor'),
    nurses: here.filter((one) => one.role === 'nurse' || one.role === 'midwife'),
  };
}

export function staffResources(staff: readonly Staff[]): Resource[] {
  return staff.flatMap((one) => {
    const [given, ...rest] = one.name.split(' ');
    const practitioner: Practitioner = {
      resourceType: 'Practitioner',
      id: one.id,
      active: true,
      name: [
        {
          use: 'official',
          text: one.name,
          family: rest.join(' '),
          given: given === undefined ? [] : [given],
        },
      ],
    };
    const hospital = hospitals.find((each) => each.sites.some((site) => site.id === one.site));
    const ward = wards.find((each) => each.id === one.ward);
    const organization = ward === undefined ? hospital?.id : `${ward.id}-afd`;
    const role: PractitionerRole = {
      resourceType: 'PractitionerRole',
      id: `${one.id}-role`,
      active: true,
      practitioner: referTo(`Practitioner/${one.id}`, one.name),
      ...(organization === undefined ? {} : { organization: referTo(`Organization/${organization}`) }),
      code: [codeable(danishRole[one.role])],
      location: [referTo(`Location/${one.ward ?? one.site}`)],
    };
    return [practitioner, role];
  });
}
