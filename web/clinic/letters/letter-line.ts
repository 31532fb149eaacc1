import type { Resource } from '@medplum/fhirtypes';
import type { PatientPart } from '../../link/patient-parts.ts';
import { instantOf, showDay, showDayAndTime } from '../../parts/format/date.ts';
import type { Stay } from '../record/stay.ts';

// A line of a letter, what it is built from, and the words for times in it.

export type Line = {
  readonly text: string;
  /** `Condition/17`; undefined: a heading, or a summary of what stands below it. */
  readonly from?: string | undefined;
  readonly at?: number | undefined;
};

export type Facts = {
  /** The stay that the letter is about. */
  readonly stay: Stay | undefined;
  readonly parts: Readonly<Partial<Record<PatientPart, readonly Resource[]>>>;
  /** Parts of which older facts were not fetched. */
  readonly cut: readonly PatientPart[];
};

export function within(at: number, stay: Stay | undefined): boolean {
  if (stay?.start === undefined) return true;
  // What the ambulance took an hour before belongs to it.
  const from = stay.start - 3 * 3_600_000;
  return at >= from && (stay.status !== 'over' || stay.end === undefined || at <= stay.end);
}

export function sourceOf(resource: Resource, at: string | undefined): Pick<Line, 'from' | 'at'> {
  return { from: `${resource.resourceType}/${resource.id ?? ''}`, at: instantOf(at) };
}

export const day = (ms: number): string => showDay(ms, 'da');
export function dayAndTime(text: string | undefined): string {
  const ms = instantOf(text);
  return ms === undefined
    ? 'på ukendt tidspunkt'
    : text?.length === 10
      ? showDay(ms, 'da')
      : showDayAndTime(ms, 'da');
}
