import type { Composition, Reference, Task } from '@medplum/fhirtypes';
import { draftOf, signed, wrong, type Letter } from '#fhir/letters/letter.ts';
import { letterStatusAt, letterStepSystem } from '#fhir/letters/steps.ts';
import type { Change } from '../../link/act.ts';
import { fhirMoment } from '../../parts/format/date.ts';

// What the buttons of letters write. What is updated names the version that was on the screen.

/** A shared draft that a letter is stored over. */
export type Stored = { readonly id: string; readonly version: string | undefined };

export function saveAct(
  letter: Letter,
  authors: readonly Reference[],
  at: number,
  over: Stored | undefined,
): readonly Change[] {
  return [written(draftOf(letter, authors, fhirMoment(at)), over)];
}

export function signAct(
  letter: Letter,
  authors: readonly Reference[],
  by: Reference,
  at: number,
  over: Stored | undefined,
): readonly Change[] {
  const time = fhirMoment(at);
  return [written(signed(draftOf(letter, authors, time), by, time), over)];
}

function written(composition: Composition, over: Stored | undefined): Change {
  if (over === undefined) return { method: 'POST', url: 'Composition', resource: composition };
  return {
    method: 'PUT',
    url: `Composition/${over.id}`,
    resource: { ...composition, id: over.id },
    version: over.version,
  };
}

/** A draft that nobody goes on with, or a signed letter that should not have been. */
export function wrongAct(letter: Composition, why: string): readonly Change[] {
  return [update(wrong(letter, why))];
}

export function acceptAct(task: Task): readonly Change[] {
  const step = { coding: [{ system: letterStepSystem, code: 'accepted' }] };
  return [update({ ...task, status: letterStatusAt.accepted, businessStatus: step })];
}

export function rejectAct(task: Task, why: string): readonly Change[] {
  return [update({ ...task, status: 'rejected', statusReason: { text: why } })];
}

export function sendOnAct(task: Task, to: Reference, why: string): readonly Change[] {
  return [update({ ...task, owner: to as NonNullable<Task['owner']>, statusReason: { text: why } })];
}

/** No letter is written for this stay, and why. */
export function notOwedAct(task: Task, why: string): readonly Change[] {
  return [update({ ...task, status: 'cancelled', statusReason: { text: why } })];
}

function update(resource: Composition | Task): Change {
  return {
    method: 'PUT',
    url: `${resource.resourceType}/${resource.id ?? ''}`,
    resource,
    version: resource.meta?.versionId,
  };
}

/** Who writes is named once, last. */
export function withAuthor(authors: readonly Reference[], by: Reference): readonly Reference[] {
  const same = (one: Reference) =>
    by.reference === undefined ? one.display === by.display : one.reference === by.reference;
  return [...authors.filter((one) => !same(one)), by];
}
