import type { Observation, Organization, Patient, Reference, RelatedPerson } from '@medplum/fhirtypes';
import { replacementNumber, replacementSystem } from '#fhir/replacement-number.ts';
import { admit, type Whereto } from '#fhir/stay.ts';
import { makeActId } from '../../link/act-id.ts';
import type { Change } from '../../link/act.ts';
import { dayOf, fhirMoment } from '../../parts/format/date.ts';
import { systems } from '../record/coding.ts';
import type { Stay } from '../record/stay.ts';

// People who come without a number: the newborn, and those of whom nobody knows who they are. They get a replacement
// number, and their record is merged with the right one when that is known.

export type ChildSex = 'female' | 'male';
export type Birth = { readonly sex: ChildSex; readonly at: number; readonly grams?: number };

/** The child's record, who its mother is, its stay as a part of hers, and its weight: together or not at all. */
export function birthAct(mother: Patient, stay: Stay, { sex, at, grams }: Birth): readonly Change[] {
  const time = fhirMoment(at);
  const child = `urn:uuid:${makeActId()}`;
  const name = mother.name?.find(({ use }) => use === 'official') ?? mother.name?.[0];
  const given = sex === 'female' ? 'Pige' : 'Dreng';
  const person: Patient = {
    resourceType: 'Patient',
    active: true,
    identifier: [{ use: 'temp', system: replacementSystem, value: replacementNumber(dayOf(at), sex) }],
    name: [{ use: 'official', ...(name?.family !== undefined && { family: name.family }), given: [given] }],
    gender: sex,
    birthDate: dayOf(at),
    _birthDate: {
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime', valueDateTime: time }],
    },
    ...(mother.address !== undefined && { address: mother.address }),
  } as Patient;
  const numbers = mother.identifier?.filter(
    ({ system }) => system === systems.cpr || system === replacementSystem,
  );
  const related: RelatedPerson = {
    resourceType: 'RelatedPerson',
    active: true,
    patient: { reference: child },
    relationship: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH' }], text: 'Mor' },
    ],
    ...(numbers !== undefined && { identifier: numbers }),
    ...(mother.name !== undefined && { name: mother.name }),
    ...(mother.telecom !== undefined && { telecom: mother.telecom }),
  };
  const active = (code: string) =>
    stay.source.location?.find(
      ({ status, physicalType }) =>
        status === 'active' && physicalType?.coding?.some((coding) => coding.code === code) === true,
    )?.location;
  const ward = active('wa') ?? {};
  const begun = admit(
    {
      patient: { reference: child },
      ward,
      bed: active('bd'),
      reason: 'Nyfødt',
      department: stay.source.serviceProvider,
      partOf: { reference: `Encounter/${stay.id}` },
    },
    time,
  );
  return [
    { method: 'POST', url: 'Patient', fullUrl: child, resource: person },
    { method: 'POST', url: 'RelatedPerson', resource: related },
    { method: 'POST', url: 'Encounter', resource: begun },
    ...(grams === undefined ? [] : [weighed(child, grams, time)]),
  ];
}

function weighed(child: string, grams: number, time: string): Change {
  const resource: Observation = {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7', display: 'Body weight' }], text: 'Vægt' },
    subject: { reference: child },
    effectiveDateTime: time,
    // In the unit of every other weight, so that it is one of them.
    valueQuantity: { value: grams / 1000, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  };
  return { method: 'POST', url: 'Observation', resource };
}

export type Stranger = {
  readonly sex: ChildSex | 'unknown';
  /** What they look like, in years. */
  readonly age: number;
  /** What they can be known again by. */
  readonly marks: string;
};

const strangerNames = { female: 'Ukendt kvinde', male: 'Ukendt mand', unknown: 'Ukendt person' } as const;

/** Somebody of whom nobody knows who they are, taken in. */
export function strangerAct(
  { sex, age, marks }: Stranger,
  to: Whereto,
  reason: string,
  at: number,
  department: Reference<Organization> | undefined,
): readonly Change[] {
  const patient = `urn:uuid:${makeActId()}`;
  const year = String(Number(dayOf(at).slice(0, 4)) - age);
  const number = replacementNumber(`${year}-01-01`, sex);
  const person: Patient = {
    resourceType: 'Patient',
    active: true,
    identifier: [{ use: 'temp', system: replacementSystem, value: number }],
    // Each word is a name, so that each is found.
    name: [
      { use: 'official', family: strangerNames[sex], given: marks === '' ? [number] : marks.split(/\s+/) },
    ],
    gender: sex,
    birthDate: year,
  };
  const stay = admit(
    { patient: { reference: patient }, ...to, department, ...(reason === '' ? {} : { reason }) },
    fhirMoment(at),
  );
  return [
    { method: 'POST', url: 'Patient', fullUrl: patient, resource: person },
    { method: 'POST', url: 'Encounter', resource: stay },
  ];
}
