import type { Bundle, MedicationAdministration, Resource } from '@medplum/fhirtypes';
import { plannedTimeUrl } from '#fhir/dose/dose.ts';
import { useActs } from '../../link/act.ts';
import { instantOf } from '../../parts/format/date.ts';
import { referredId, timeExtension } from '../record/coding.ts';
import { currentUser } from '../record/since.ts';

/** Doses that were written here and are not known to be stored: order id and planned time, `m1@1768460400000`. */
export function useUnsentDoses(patient: string): ReadonlySet<string> {
  const acts = useActs(currentUser()).filter((act) => act.patient === patient && act.state !== 'refused');
  return new Set(
    acts
      .flatMap(({ body }) => writtenIn(body))
      .filter(isDose)
      .map(nameOf),
  );
}

export function doseName(request: string | undefined, planned: number | undefined): string {
  return `${request ?? ''}@${planned ?? ''}`;
}

function nameOf(dose: MedicationAdministration): string {
  return doseName(
    referredId(dose.request, 'MedicationRequest'),
    instantOf(timeExtension(dose.extension, plannedTimeUrl)),
  );
}

function isDose(resource: Resource): resource is MedicationAdministration {
  return resource.resourceType === 'MedicationAdministration';
}

function writtenIn(body: string): readonly Resource[] {
  // The text is our own, made by the link a moment ago or kept since.
  const bundle = JSON.parse(body) as Bundle;
  return (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);
}
