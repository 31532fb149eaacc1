import type { Encounter, Resource } from '@medplum/fhirtypes';
import { useMemo } from 'react';
import type { LetterKind } from '#fhir/letters/kinds.ts';
import { usePartState } from '../../link/part-state.ts';
import type { PatientPart } from '../../link/patient-parts.ts';
import { usePart } from '../../link/queries.ts';
import type { PanelState } from '../../parts/panel.tsx';
import { ofType } from '../record/coding.ts';
import { currentStay, stayOf, type Stay } from '../record/stay.ts';
import { buildLines, partsOf } from './build-letter.ts';
import type { Facts, Line } from './letter-line.ts';

export type SectionFacts = {
  /** undefined: not there yet, or it could not be fetched. */
  readonly lines: readonly Line[] | undefined;
  readonly failed: boolean;
  readonly asOf: number | undefined;
};

export type LetterFacts = {
  readonly stay: Stay | undefined;
  /** By the section's id, of those that the record fills. */
  readonly sections: Readonly<Record<string, SectionFacts>>;
  /** Every part has come, or is known not to. */
  readonly settled: boolean;
  readonly state: PanelState;
};

// A line that nobody waits for for ever: after the query gave up, the rest is shown.
const limitMinutes = 5;

/** What the record says for each section of a letter about a stay; the one that goes on, or ended last, when none is named. */
export function useFacts(patient: string, kind: LetterKind, stayId: string | undefined): LetterFacts {
  const answers = {
    stays: usePart(patient, 'stays'),
    diagnoses: usePart(patient, 'diagnoses'),
    cave: usePart(patient, 'cave'),
    notes: usePart(patient, 'notes'),
    procedures: usePart(patient, 'procedures'),
    reports: usePart(patient, 'reports'),
    labs: usePart(patient, 'labs'),
    vitals: usePart(patient, 'vitals'),
    medication: usePart(patient, 'medication'),
    plans: usePart(patient, 'plans'),
    appointments: usePart(patient, 'appointments'),
    orders: usePart(patient, 'orders'),
  };
  const all = Object.values(answers);
  const state = usePartState(limitMinutes, ...all);
  const data = all.map((answer) => answer.data);
  const failed = all.map((answer) => answer.isError);
  const names = Object.keys(answers) as (keyof typeof answers)[];
  const key = [...data, ...failed];
  return useMemo(() => {
    const parts: Partial<Record<PatientPart, readonly Resource[]>> = {};
    const cut: PatientPart[] = [];
    names.forEach((name, at) => {
      const found = data[at];
      if (found !== undefined) parts[name] = found.resources;
      if (found?.complete === false) cut.push(name);
    });
    const stay = stayFor(ofType(parts.stays, 'Encounter'), stayId);
    const facts: Facts = { stay, parts, cut };
    const sections = Object.fromEntries(
      kind.sections.flatMap(({ id, fill }) => {
        if (fill === undefined) return [];
        const needed = partsOf[fill].map((part) => answers[part]);
        const isHere = needed.every((answer) => answer.data !== undefined);
        const section: SectionFacts = {
          lines: isHere ? buildLines(fill, facts) : undefined,
          failed: needed.some((answer) => answer.isError),
          asOf: isHere ? Math.min(...needed.map((answer) => answer.dataUpdatedAt)) : undefined,
        };
        return [[id, section] as const];
      }),
    );
    const settled =
      answers.stays.data !== undefined &&
      Object.values(sections).every((one) => one.lines !== undefined || one.failed);
    return { stay, sections, settled, state };
    // oxlint-disable-next-line react/exhaustive-deps -- what was read is in `key`; the answers are new objects at every drawing
  }, [...key, kind, stayId, state.asOf === undefined, state.failed]);
}

/** The stay that is named, or goes on, or ended last. */
function stayFor(encounters: readonly Encounter[], id: string | undefined): Stay | undefined {
  const named = encounters.find((each) => each.id === id);
  if (named !== undefined) return stayOf(named);
  const now = currentStay(encounters);
  if (now !== undefined && now.status !== 'planned') return now;
  return encounters
    .map(stayOf)
    .filter(({ status, source }) => status === 'over' && source.status === 'finished')
    .toSorted((a, b) => (b.end ?? 0) - (a.end ?? 0))[0];
}
