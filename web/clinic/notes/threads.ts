import type { DocumentReference } from '@medplum/fhirtypes';
import { noteOf, type Note } from '../record/notes.ts';

// A note with what belongs to it: the addenda that were written to it or to what it replaced, and the versions before it.

export type Thread = {
  readonly note: Note;
  /** Oldest first, as they are read; those entered in error among them, to be shown as such. */
  readonly addenda: readonly Note[];
  /** Newest first. */
  readonly earlier: readonly Note[];
};

/** Newest first. A note that was replaced stands under the one that replaced it; an addendum under its note. */
export function threadsOf(documents: readonly DocumentReference[]): readonly Thread[] {
  const all = documents.map(noteOf);
  const byId = new Map(all.map((note) => [note.id, note]));
  // Only what is right replaces anything.
  const replacedBy = new Map(
    all.flatMap((note) =>
      note.replaces === undefined || note.wrong ? [] : [[note.replaces, note.id] as const],
    ),
  );
  const newestOf = (id: string): string => {
    let at = id;
    // More corrections of one note than this would be a circle in the data.
    for (let step = 0; step < 100; step++) {
      const next = replacedBy.get(at);
      if (next === undefined) break;
      at = next;
    }
    return at;
  };
  const rootOf = (note: Note): string | undefined =>
    note.appends !== undefined && byId.has(note.appends) ? newestOf(note.appends) : undefined;
  const isEarlier = (note: Note) => replacedBy.has(note.id) && byId.has(replacedBy.get(note.id) ?? '');
  const byRoot = Map.groupBy(
    all.filter((note) => rootOf(note) !== undefined && !isEarlier(note)),
    (note) => rootOf(note) ?? '',
  );
  return all
    .filter((note) => rootOf(note) === undefined && !isEarlier(note))
    .map((note) => ({
      note,
      addenda: (byRoot.get(note.id) ?? []).toSorted((a, b) => a.at - b.at),
      earlier: earlierOf(note, byId),
    }))
    .sort((a, b) => b.note.at - a.note.at);
}

function earlierOf(note: Note, byId: ReadonlyMap<string, Note>): readonly Note[] {
  const found: Note[] = [];
  let next = note.replaces;
  while (next !== undefined && found.length < 100) {
    const earlier = byId.get(next);
    if (earlier === undefined) break;
    found.push(earlier);
    next = earlier.replaces;
  }
  return found;
}
