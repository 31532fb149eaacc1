// Alerts that somebody overrode: doses as needed that came soon after the one before, each with its reason.
import type { DetectedIssue, MedicationAdministration, Resource } from '@medplum/fhirtypes';
import { hourMs } from './danish-time.ts';
import { refer } from './resources.ts';
import type { Stay } from './stay.ts';

// As if the order had asked for so long between two; the demo region’s orders ask for none.
const soonMs = 10 * hourMs;
// Of those who had one; few, so that each is something to look at.
const answeredShare = 0.7;
const reasons = ['Lægen har bedt om det', 'Stærke smerter', 'Har fået det før på den måde'] as const;

/** For a stay that goes on, and what was written of its medicine. */
export function overriddenIn(stay: Stay, written: readonly Resource[]): DetectedIssue[] {
  if (stay.finished) return [];
  const random = stay.random.fork('overridden');
  const last = new Map<string, number>();
  const found: DetectedIssue[] = [];
  for (const dose of written.filter(isNeededDose)) {
    const order = dose.request?.reference ?? '';
    const at = Date.parse(dose.effectiveDateTime ?? '');
    const before = last.get(order);
    last.set(order, at);
    if (before === undefined || at - before > soonMs || !random.chance(answeredShare)) continue;
    const author = dose.performer?.[0]?.actor;
    found.push({
      resourceType: 'DetectedIssue',
      id: random.uuid(),
      status: 'final',
      code: { coding: [{ system: 'https://holdfast.dk/fhir/alert', code: 'needed-interval' }] },
      patient: dose.subject as NonNullable<DetectedIssue['patient']>,
      ...(dose.effectiveDateTime === undefined ? {} : { identifiedDateTime: dose.effectiveDateTime }),
      ...(author === undefined ? {} : { author: author as NonNullable<DetectedIssue['author']> }),
      implicated: [refer(dose)],
      mitigation: [{ action: { text: random.pick(reasons) } }],
    });
  }
  return found;
}

function isNeededDose(one: Resource): one is MedicationAdministration {
  return (
    one.resourceType === 'MedicationAdministration' &&
    one.status === 'completed' &&
    one.extension === undefined
  );
}
