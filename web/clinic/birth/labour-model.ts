import type { Observation } from '@medplum/fhirtypes';
import { labourFactOf, type LabourFact } from '../../../src/fhir/partogram/observe.ts';
import type { Point } from '../../../src/fhir/partogram/course.ts';
import { asJson } from '../record/early-warning.ts';
import { takenAt } from '../record/results.ts';
import { vitalsOf, type VitalKind } from '../record/vitals.ts';

// A birth as the screen shows it: examinations by their moment, and the points of its curves. What was entered in error is in none of
// the curves.

export type Look = {
  readonly key: string;
  readonly at: number;
  /** Of the birth, each with what it says. */
  readonly seen: readonly Seen[];
  /** Of the mother at the same moment. */
  readonly vitals: readonly Observation[];
  readonly wrong: boolean;
};
export type Seen = { readonly observation: Observation; readonly fact: LabourFact };

export type Labour = {
  /** Newest first. */
  readonly looks: readonly Look[];
  readonly dilatation: readonly Point[];
  readonly station: readonly Point[];
  readonly heart: { readonly A: readonly Point[]; readonly B: readonly Point[] };
  readonly contractions: readonly Point[];
  readonly oxytocin: readonly Point[];
  readonly happened: readonly {
    readonly kind: 'membranes-ruptured' | 'epidural' | 'birth';
    readonly at: number;
  }[];
  readonly twins: boolean;
  readonly wrongCount: number;
  /** Something that this page cannot read: shown as a count, never left out unsaid. */
  readonly unread: number;
};

/** @param stay The id of the mother's stay. */
export function labourOf(
  observations: readonly Observation[],
  vitals: readonly Observation[],
  stay: string,
  withWrong: boolean,
): Labour {
  const own = observations.filter(({ encounter }) => encounter?.reference === `Encounter/${stay}`);
  const read = own.flatMap((observation): Seen[] => {
    const fact = labourFactOf(asJson(observation));
    return 'unread' in fact ? [] : [{ observation, fact }];
  });
  const isWrong = ({ observation }: Seen) => observation.status === 'entered-in-error';
  const right = read.filter((seen) => !isWrong(seen)).sort((a, b) => atOf(a) - atOf(b));
  const points = (kind: LabourFact['kind'], fetus?: 'A' | 'B'): Point[] =>
    right.flatMap((seen) => {
      const { fact } = seen;
      if (fact.kind !== kind || !('value' in fact) || typeof fact.value !== 'number') return [];
      if (fetus !== undefined && 'fetus' in fact && (fact.fetus ?? 'A') !== fetus) return [];
      return [{ at: atOf(seen), value: fact.value }];
    });
  const shown = withWrong ? read : right;
  const byKey = Map.groupBy(shown, (seen) => `${atOf(seen)}${isWrong(seen) ? ' wrong' : ''}`);
  return {
    looks: [...byKey]
      .map(([key, seen]): Look => {
        const at = atOf(seen[0]!);
        const wrong = key.endsWith(' wrong');
        return {
          key,
          at,
          seen,
          wrong,
          vitals: wrong
            ? []
            : vitals.filter((each) => each.status !== 'entered-in-error' && takenAt(each) === at),
        };
      })
      .sort((a, b) => b.at - a.at || Number(a.wrong) - Number(b.wrong)),
    dilatation: points('dilatation'),
    station: points('station'),
    heart: { A: points('heart-rate', 'A'), B: points('heart-rate', 'B') },
    contractions: points('contractions'),
    oxytocin: points('oxytocin'),
    happened: right.flatMap((seen) =>
      seen.fact.kind === 'membranes-ruptured' || seen.fact.kind === 'epidural' || seen.fact.kind === 'birth'
        ? [{ kind: seen.fact.kind, at: atOf(seen) }]
        : [],
    ),
    twins: right.some(({ fact }) => 'fetus' in fact && fact.fetus === 'B'),
    wrongCount: new Set(read.filter(isWrong).map(atOf)).size,
    unread: own.length - read.length,
  };
}

/** A fact of a look, by its kind and child. */
export function factIn(look: Look, kind: LabourFact['kind'], fetus?: 'A' | 'B'): LabourFact | undefined {
  return look.seen.find(
    ({ fact }) =>
      fact.kind === kind && (fetus === undefined || !('fetus' in fact) || (fact.fetus ?? 'A') === fetus),
  )?.fact;
}

export function vitalIn(look: Look, kind: VitalKind): Observation | undefined {
  return vitalsOf(look.vitals, kind)[0];
}

const atOf = ({ observation }: Seen): number => takenAt(observation);
