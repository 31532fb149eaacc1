export type NotesPlace = { readonly note?: string; readonly kind?: string; readonly write?: true };

export function readNotesPlace(search: Record<string, unknown>): NotesPlace {
  const { note, kind, write } = search;
  return {
    ...((typeof note === 'string' || typeof note === 'number') && { note: String(note) }),
    ...(typeof kind === 'string' && { kind }),
    ...(write === true && { write }),
  };
}
