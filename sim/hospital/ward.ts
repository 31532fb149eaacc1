// A ward to play in: its beds, and the people who may come to it.
import type { Location, Patient, Practitioner, Reference, Resource } from '@medplum/fhirtypes';
import { cprSystem, inventedCpr } from '#fhir/cpr.ts';
import type { Random } from '../population/random.ts';
import type { Role } from './rhythm.ts';

export interface Ward {
  readonly ward: Location;
  readonly beds: readonly Location[];
  readonly people: readonly Patient[];
}

/** @param name Of the ward; ids begin with it, so that several wards live in one record. */
export function wardOf(name: string, random: Random, bedCount: number, peopleCount: number): Ward {
  const type = (code: string) => ({
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code }],
  });
  const ward: Location = { resourceType: 'Location', id: name, name, physicalType: type('wa') };
  const beds = Array.from({ length: bedCount }, (_, n): Location => ({
    resourceType: 'Location',
    id: `${name}-${n + 1}`,
    name: `${n + 1}`,
    physicalType: type('bd'),
    partOf: { reference: `Location/${name}` },
    operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'U' },
  }));
  const day = random.whole(1, 28);
  const serial = random.whole(0, 1000);
  const people = Array.from({ length: peopleCount }, (_, n): Patient => {
    const birthDate = `19${40 + (n % 50)}-0${1 + (n % 9)}-${String(day).padStart(2, '0')}`;
    const male = random.chance(0.5);
    return {
      resourceType: 'Patient',
      id: `${name}-p${n + 1}`,
      identifier: [{ system: cprSystem, value: inventedCpr(birthDate, male, serial + n) }],
      name: [{ use: 'official', family: name, given: [`P${n + 1}`] }],
      gender: male ? 'male' : 'female',
      birthDate,
    };
  });
  return { ward, beds, people };
}

const staffed = ['nurse', 'secretary', 'doctor', 'laboratory'] as const satisfies readonly Role[];

/** Who is on duty in a role: the whole shift is one login, as on a shared screen. */
export function personOf({ ward }: Ward, role: Role): Reference<Practitioner> {
  return { reference: `Practitioner/${loginOf(ward.id ?? '', role)}`, display: `${role} ${ward.name ?? ''}` };
}

export const loginOf = (ward: string, role: Role): string => `${ward}-${role}`;

/** The ward with its department, its beds, its staff and the people who may come to it. */
export function resourcesOf({ ward, beds, people }: Ward): readonly Resource[] {
  const id = ward.id ?? '';
  return [
    {
      resourceType: 'Organization',
      id: `${id}-afd`,
      name: `Afdeling ${id}`,
      type: [{ text: 'department' }],
    },
    ward,
    ...beds,
    ...people,
    ...staffed.flatMap((role): Resource[] => [
      { resourceType: 'Practitioner', id: loginOf(id, role), name: [{ family: id, given: [role] }] },
      {
        resourceType: 'PractitionerRole',
        id: `${loginOf(id, role)}-role`,
        active: true,
        practitioner: { reference: `Practitioner/${loginOf(id, role)}` },
        organization: { reference: `Organization/${id}-afd` },
        location: [{ reference: `Location/${id}` }],
      },
    ]),
  ];
}
