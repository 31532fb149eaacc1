// Letters of the demo region: what ended stays owe, a shared draft of who leaves today, signed ones that are ready to send, and some
// referrals to the ward of the pictures. The texts are short; the clinic builds the real ones from the record.
import type { Composition, Condition, Resource, Task } from '@medplum/fhirtypes';
import { dischargeLetter, letterKindOf } from '#fhir/letters/kinds.ts';
import { draftOf, signed, type LetterSection } from '#fhir/letters/letter.ts';
import { letterStepSystem } from '#fhir/letters/steps.ts';
import { dueAfter } from '#fhir/letters/workdays.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { assert } from '#base/assert.ts';
import { danishInstant, hourMs } from './danish-time.ts';
import type { Slot } from './plan.ts';
import { performerOf, referTo } from './resources.ts';
import type { Stay } from './stay.ts';

const pictureWard = 'herlev-b12';
// Who ended their stay longer ago than this has got their letter, mostly.
const usuallyWrittenHours = 12;

export function lettersOf(slot: Slot, stay: Stay, diagnoses: readonly Condition[]): Resource[] {
  const random = stay.random.fork('letters');
  if (slot.state === 'finished' && slot.dischargedAt !== undefined) {
    const isWritten =
      slot.ward.id !== pictureWard &&
      stay.until - slot.admitted > usuallyWrittenHours * hourMs &&
      random.chance(0.6);
    const due = dueTask(slot, stay, slot.dischargedAt, isWritten);
    if (!isWritten) return [due];
    return [due, ...signedLetter(slot, stay, diagnoses, random.uuid())];
  }
  if (slot.dischargeToday !== undefined && slot.ward.id === pictureWard)
    return [discharge(slot, stay, diagnoses, random.uuid())];
  const refers = slot.ward.id === 'herlev-fam' && slot.state === 'in-progress' && random.chance(0.35);
  return refers ? referral(slot, stay, random.uuid()) : [];
}

function dueTask(slot: Slot, stay: Stay, left: number, isWritten: boolean): Task {
  return {
    resourceType: 'Task',
    id: `letter-due-${slot.encounterId}`,
    status: isWritten ? 'completed' : 'requested',
    intent: 'order',
    code: { coding: [{ system: taskKindSystem, code: 'letter-due' }], text: 'Epikrise' },
    description: 'Epikrise',
    focus: referTo(`Encounter/${slot.encounterId}`),
    for: referTo(`Patient/${slot.person.id}`),
    encounter: referTo(`Encounter/${slot.encounterId}`),
    authoredOn: danishInstant(left),
    owner: performerOf(stay.doctor),
    location: referTo(`Location/${slot.ward.id}`, slot.ward.name),
    restriction: { period: { end: danishInstant(dueAfter(left, 3)) } },
  };
}

function discharge(slot: Slot, stay: Stay, diagnoses: readonly Condition[], id: string): Composition {
  const kind = letterKindOf(dischargeLetter);
  assert(kind !== undefined, 'the catalogue of letters has no discharge letter');
  const { reason, notes } = stay.course;
  const sections: readonly LetterSection[] = [
    {
      id: 'diagnoses',
      text: diagnoses
        .map(({ code }) => [code?.coding?.[0]?.code, code?.text].filter(Boolean).join(' '))
        .join('\n'),
      entries: diagnoses.map((one) => `Condition/${one.id ?? ''}`),
    },
    { id: 'course', text: `${reason}. ${notes.conclusion}`, entries: [] },
    { id: 'medication', text: 'Se medicinkortet; gennemgås ved udskrivelsen.', entries: [] },
    { id: 'gp', text: 'Kontrol hos egen læge om 1–2 uger.', entries: [] },
  ];
  const letter = {
    kind,
    patient: slot.person.id,
    encounter: slot.encounterId,
    title: kind.danish,
    receivers: [{ display: slot.person.practice }],
    sections,
  };
  return { ...draftOf(letter, [performerOf(stay.doctor)], danishInstant(stay.until - hourMs)), id };
}

function signedLetter(slot: Slot, stay: Stay, diagnoses: readonly Condition[], id: string): Resource[] {
  const by = performerOf(stay.doctor);
  const letter = signed(discharge(slot, stay, diagnoses, id), by, danishInstant(stay.until - hourMs / 2));
  return [letter, wayOf(slot, letter, { display: slot.person.practice })];
}

function wayOf(slot: Slot, letter: Composition, owner: NonNullable<Task['owner']>): Task {
  const signer = letter.attester?.[0]?.party;
  return {
    resourceType: 'Task',
    id: `letter-${letter.id ?? ''}-1`,
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: taskKindSystem, code: 'letter' }], text: letter.type.text ?? '' },
    businessStatus: { coding: [{ system: letterStepSystem, code: 'ready' }] },
    focus: referTo(`Composition/${letter.id ?? ''}`),
    for: referTo(`Patient/${slot.person.id}`),
    encounter: referTo(`Encounter/${slot.encounterId}`),
    authoredOn: letter.date,
    description: letter.title,
    owner,
    ...(signer === undefined ? {} : { requester: signer as NonNullable<Task['requester']> }),
  };
}

function referral(slot: Slot, stay: Stay, id: string): Resource[] {
  const kind = letterKindOf('referral');
  assert(kind !== undefined, 'the catalogue of letters has no referral');
  const to = referTo(
    `Organization/${pictureWard}-afd`,
    'Afdeling for Medicinske Sygdomme, Herlev og Gentofte Hospital',
  );
  const question = `${stay.course.reason}. ${stay.course.notes.conclusion} Ønskes vurderet med henblik på overtagelse og videre plan.`;
  const by = performerOf(stay.doctor);
  const at = danishInstant(stay.until - hourMs / 3);
  const draft = draftOf(
    {
      kind,
      patient: slot.person.id,
      encounter: slot.encounterId,
      title: `Henvisning: ${stay.course.reason}`,
      category: stay.trend === 'worse' ? 'urgent' : 'routine',
      receivers: [to],
      sections: [{ id: 'question', text: question, entries: [] }],
    },
    [by],
    at,
  );
  const letter = { ...signed(draft, by, at), id };
  const request = `letter-${id}-request`;
  const priority = stay.trend === 'worse' ? 'urgent' : 'routine';
  return [
    letter,
    {
      resourceType: 'ServiceRequest',
      id: request,
      status: 'active',
      intent: 'order',
      priority,
      category: [{ text: 'henvisning' }],
      code: { text: letter.title },
      subject: referTo(`Patient/${slot.person.id}`),
      encounter: referTo(`Encounter/${slot.encounterId}`),
      authoredOn: at,
      requester: by,
      performer: [to],
      reasonCode: [{ text: question }],
      supportingInfo: [referTo(`Composition/${id}`)],
    },
    { ...wayOf(slot, letter, to), priority, basedOn: [referTo(`ServiceRequest/${request}`)] },
  ];
}
