import { neverTogether } from '#fhir/surgery/codes.ts';
import type { BoardItem, Room } from './board-model.ts';

// What is looked through before everything elective of some days is cancelled: each operation with its tick, and what changed while it
// was looked at. Who came or moved meanwhile is decided about anew, and is neither cancelled nor kept by an earlier look.

/** Cancelled, or kept and why. */
export type Choice = { readonly cancels: boolean; readonly why: string; readonly version: string };

export type CancelRow = {
  readonly item: BoardItem;
  readonly room: string;
  readonly version: string;
  /** undefined: it came or changed since, and waits for a decision. */
  readonly choice: Choice | undefined;
  readonly change: 'new' | 'changed' | undefined;
};

export type Review = {
  /** By the id of the place. What was there at the first look is ticked. */
  readonly choices: ReadonlyMap<string, Choice>;
};

const versionOf = (item: BoardItem) => item.sources.place?.meta?.versionId ?? '';

/** Elective places of these rooms that have not begun. */
function electiveOf(rooms: readonly Room[]): readonly { readonly item: BoardItem; readonly room: string }[] {
  return rooms.flatMap(({ name, items }) =>
    items
      .filter(
        ({ place, operation }) =>
          (place?.status === 'booked' || place?.status === 'proposed') &&
          !neverTogether.has(operation.urgency),
      )
      .map((item) => ({ item, room: name })),
  );
}

/** Every one ticked, but those that may wait a day only: class C is decided one by one. */
export function beginReview(rooms: readonly Room[]): Review {
  return {
    choices: new Map(
      electiveOf(rooms).map(({ item }) => [
        item.place?.id ?? '',
        { cancels: item.operation.urgency === 'D', why: '', version: versionOf(item) },
      ]),
    ),
  };
}

export function rowsOf(rooms: readonly Room[], review: Review): readonly CancelRow[] {
  return electiveOf(rooms)
    .map(({ item, room }): CancelRow => {
      const known = review.choices.get(item.place?.id ?? '');
      const version = versionOf(item);
      const isSame = known?.version === version;
      return {
        item,
        room,
        version,
        choice: isSame ? known : undefined,
        change: known === undefined ? 'new' : isSame ? undefined : 'changed',
      };
    })
    .toSorted(
      (a, b) =>
        (a.item.place?.start ?? 0) - (b.item.place?.start ?? 0) ||
        a.room.localeCompare(b.room, 'da', { numeric: true }),
    );
}

export function choose(review: Review, row: CancelRow, cancels: boolean, why: string): Review {
  const choices = new Map(review.choices);
  choices.set(row.item.place?.id ?? '', { cancels, why, version: row.version });
  return { choices };
}

/** What is still to be decided before it can be done. */
export function openOf(rows: readonly CancelRow[]): {
  readonly undecided: number;
  readonly unexplained: number;
} {
  return {
    undecided: rows.filter(({ choice }) => choice === undefined).length,
    unexplained: rows.filter(({ choice }) => choice?.cancels === false && choice.why.trim().length < 3)
      .length,
  };
}
