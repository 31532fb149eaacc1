/** What stands open: a letter, or a kind that is being written, for a stay, or in the place of a letter. */
export type LettersPlace = {
  readonly letter?: string;
  readonly write?: string;
  readonly stay?: string;
  readonly from?: string;
  /** The letter that is answered. */
  readonly answers?: string;
};

export function readLettersPlace(search: Record<string, unknown>): LettersPlace {
  const place: Record<string, string> = {};
  for (const key of ['letter', 'write', 'stay', 'from', 'answers'] as const) {
    const value = search[key];
    if (typeof value === 'string' || typeof value === 'number') place[key] = String(value);
  }
  return place;
}
