// Regions, hospitals, departments, sites, wards and beds as FHIR. Which bed is taken is decided by the plan of the
// region (plan.ts), because a bed's status and its patient's stay must agree.
import type { Location, Organization, Resource } from '@medplum/fhirtypes';
import { assert } from '#base/assert.ts';
import { codeable, referTo } from './resources.ts';
import { hospitals, regions, type Hospital } from './tables/hospitals.ts';
import { wards, type Ward } from './tables/wards.ts';

export type BedStatus = 'O' | 'U' | 'K' | 'C';

export interface Bed {
  readonly id: string;
  readonly name: string;
}

export function bedsOf(ward: Ward): Bed[] {
  const beds: Bed[] = [];
  for (let room = ward.firstRoom; room < ward.firstRoom + ward.rooms; room++) {
    for (let bed = 1; bed <= ward.bedsInRoom; bed++)
      beds.push({
        id: `${ward.id}-${String(room).padStart(2, '0')}-${bed}`,
        name: ward.bedsInRoom === 1 ? `${room}` : `${room}-${bed}`,
      });
  }
  return beds;
}

export function hospitalOfSite(site: string): Hospital {
  const hospital = hospitals.find((each) => each.sites.some((one) => one.id === site));
  assert(hospital !== undefined, `no hospital has the site ${site}`);
  return hospital;
}

export function organisationResources(): Resource[] {
  const organisations: Organization[] = regions.map((region) => ({
    resourceType: 'Organization',
    id: region.id,
    active: true,
    name: region.name,
    type: [codeable('region')],
    identifier: [{ system: 'urn:iso:std:iso:3166:-2', value: region.iso }],
  }));
  for (const hospital of hospitals) {
    organisations.push({
      resourceType: 'Organization',
      id: hospital.id,
      active: true,
      name: hospital.name,
      type: [codeable('hospital')],
      identifier: [{ system: 'urn:oid:1.2.208.176.2.4', value: hospital.shak }],
      partOf: referTo(`Organization/${hospital.region}`),
    });
  }
  for (const ward of wards) {
    organisations.push({
      resourceType: 'Organization',
      id: `${ward.id}-afd`,
      active: true,
      name: ward.department,
      type: [codeable('department')],
      partOf: referTo(`Organization/${hospitalOfSite(ward.site).id}`),
    });
  }
  const sites: Location[] = hospitals.flatMap((hospital) =>
    hospital.sites.map((site) => ({
      resourceType: 'Location',
      id: site.id,
      status: 'active',
      mode: 'instance',
      name: site.name,
      physicalType: physicalType('si', 'Site'),
      managingOrganization: referTo(`Organization/${hospital.id}`),
      address: { line: [site.address], postalCode: site.postalCode, city: site.city, country: 'DK' },
    })),
  );
  return [...organisations, ...sites];
}

export function wardResources(
  statusByBed: ReadonlyMap<string, BedStatus>,
  cots: readonly (Bed & { readonly ward: string })[],
): Resource[] {
  return wards.flatMap((ward) => {
    const department = referTo(`Organization/${ward.id}-afd`);
    const own: Location = {
      resourceType: 'Location',
      id: ward.id,
      status: 'active',
      mode: 'instance',
      name: ward.name,
      physicalType: physicalType('wa', 'Ward'),
      partOf: referTo(`Location/${ward.site}`),
      managingOrganization: department,
    };
    const beds = [...bedsOf(ward), ...cots.filter((cot) => cot.ward === ward.id)].map((bed): Location => {
      const status = statusByBed.get(bed.id) ?? 'U';
      return {
        resourceType: 'Location',
        id: bed.id,
        status: status === 'C' ? 'suspended' : 'active',
        mode: 'instance',
        name: bed.name,
        physicalType: physicalType('bd', 'Bed'),
        operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: status },
        partOf: referTo(`Location/${ward.id}`),
        managingOrganization: department,
      };
    });
    return [own, ...beds];
  });
}

export function physicalType(
  code: 'si' | 'wa' | 'bd' | 'ro',
  display: string,
): NonNullable<Location['physicalType']> {
  return {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code, display }],
  };
}
