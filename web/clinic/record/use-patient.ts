import { useMemo } from 'react';
import { usePart } from '../../link/queries.ts';
import { usePartState } from '../../link/part-state.ts';
import { patientParts, type PatientPart } from '../../link/patient-parts.ts';
import type { PanelState } from '../../parts/panel.tsx';
import type { Flag, Resource } from '@medplum/fhirtypes';
import { caveOf, type Cave } from './cave.ts';
import { ofType } from './coding.ts';
import { ewsOf, type Ews } from './ews.ts';
import { personOf, type Person } from './person.ts';
import { currentStay, type Stay } from './stay.ts';

// Facts about one patient for those who show them, each undefined until its part has come.

export type PatientFacts = {
  readonly person: Person | undefined;
  readonly stay: Stay | undefined;
  readonly cave: Cave | undefined;
  readonly flags: readonly Flag[];
  readonly ews: Ews | undefined;
};

export function usePatientFacts(patient: string): PatientFacts {
  const person = usePart(patient, 'person').data;
  const stays = usePart(patient, 'stays').data;
  const cave = usePart(patient, 'cave').data;
  const flags = usePart(patient, 'flags').data;
  const vitals = usePart(patient, 'vitals').data;
  return useMemo(() => {
    const [found] = ofType(person?.resources, 'Patient');
    return {
      person: found === undefined ? undefined : personOf(found),
      stay: currentStay(ofType(stays?.resources, 'Encounter')),
      cave: cave === undefined ? undefined : caveOf(ofType(cave.resources, 'AllergyIntolerance')),
      flags: ofType(flags?.resources, 'Flag'),
      ews: ewsOf(ofType(vitals?.resources, 'Observation')),
    };
  }, [person, stays, cave, flags, vitals]);
}

export type Part<Type extends Resource['resourceType']> = {
  readonly items: readonly Extract<Resource, { resourceType: Type }>[];
  readonly state: PanelState;
  readonly complete: boolean;
  readonly total: number | undefined;
};

/** One part of the chart: its resources of one type and the state of the panel that shows them. */
export function useItems<Type extends Resource['resourceType']>(
  patient: string,
  part: PatientPart,
  type: Type,
): Part<Type> {
  const answer = usePart(patient, part);
  const state = usePartState(patientParts[part].limitMinutes, answer);
  const items = useMemo(() => ofType(answer.data?.resources, type), [answer.data, type]);
  return { items, state, complete: answer.data?.complete ?? true, total: answer.data?.total };
}
