// What the clinicians of a simulated ward write, and answer for having seen: notes, the letter of who went home, results.
import type { DiagnosticReport, Encounter, Task } from '@medplum/fhirtypes';
import { dischargeLetter, letterKindOf } from '#fhir/letters/kinds.ts';
import { draftOf, signed } from '#fhir/letters/letter.ts';
import { noteFrom } from '#fhir/notes/note.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { danishInstant, danishClock } from '../population/danish-time.ts';
import type { Entry } from './api.ts';
import type { Moment } from './clinician.ts';
import { shiftAt } from './rhythm.ts';

const patientOf = ({ subject }: Encounter): string => subject?.reference?.replace('Patient/', '') ?? '';

export function writeNote(kind: string, text: string) {
  return ({ self, now }: Moment, stay: Encounter): readonly Entry[] => [
    {
      method: 'POST',
      url: 'DocumentReference',
      resource: noteFrom({
        patient: patientOf(stay),
        kind,
        at: danishInstant(now),
        author: {
          ...(self.reference === undefined ? {} : { reference: self.reference }),
          name: self.display ?? '',
        },
        stay: stay.id,
        data: Buffer.from(`${text} (${shiftAt(now)} ${danishClock(now)})`, 'utf8').toString('base64'),
      }),
    },
  ];
}

/** A result that nobody has answered for: seen in the version that stands there now. */
export async function seeResult(moment: Moment, stay: Encounter): Promise<readonly Entry[] | undefined> {
  const { record, random, self, now } = moment;
  const patient = patientOf(stay);
  const [reports, reviews] = await Promise.all([
    record.find('DiagnosticReport', `subject=Patient/${patient}`),
    record.find('Task', `patient=${patient}&code=${taskKindSystem}|result-review`),
  ]);
  const seen = new Set(reviews.flatMap(({ basedOn }) => basedOn?.map(({ reference }) => reference) ?? []));
  const unseen = reports.filter((one) => !seen.has(versionOf(one)));
  if (unseen.length === 0) return undefined;
  const task: Task = {
    resourceType: 'Task',
    status: 'completed',
    intent: 'order',
    code: { coding: [{ system: taskKindSystem, code: 'result-review' }], text: 'Set' },
    owner: self,
    for: { reference: `Patient/${patient}` },
    authoredOn: danishInstant(now),
    basedOn: [{ reference: versionOf(random.pick(unseen)) as `DiagnosticReport/${string}` }],
  };
  return [{ method: 'POST', url: 'Task', resource: task }];
}

function versionOf({ id = '', meta }: DiagnosticReport): string {
  return `DiagnosticReport/${id}/_history/${meta?.versionId ?? ''}`;
}

/** The letters that a ward owes. */
export function owedOf({ record, ward }: Moment): Promise<Task[]> {
  return record.find(
    'Task',
    `code=${taskKindSystem}|letter-due&status=requested&owner=Organization/${ward.ward.id ?? ''}-afd`,
  );
}

/** The letter of somebody who went home, written and signed in one act. */
export async function writeLetter(moment: Moment, owed: Task): Promise<readonly Entry[] | undefined> {
  const { record, self, now } = moment;
  const kind = letterKindOf(dischargeLetter);
  const stay = owed.encounter?.reference?.replace('Encounter/', '');
  const patient = owed.for?.reference?.replace('Patient/', '');
  if (kind === undefined || stay === undefined || patient === undefined) return undefined;
  const orders = await record.find('MedicationRequest', `subject=Patient/${patient}&status=active`);
  const at = danishInstant(now);
  const draft = draftOf(
    {
      kind,
      patient,
      encounter: stay,
      title: kind.danish,
      receivers: [{ display: 'Egen læge' }],
      sections: [
        { id: 'diagnoses', text: 'Observation, afkræftet', entries: [] },
        { id: 'course', text: 'Ukompliceret forløb.', entries: [] },
        {
          id: 'medication',
          text: orders.map(({ medicationCodeableConcept: drug }) => drug?.text).join('\n') || 'Ingen',
          entries: orders.map(({ id }) => `MedicationRequest/${id}`),
        },
      ],
    },
    [self],
    at,
  );
  return [{ method: 'POST', url: 'Composition', resource: signed(draft, self, at) }];
}
