/** The patient whom the round has come to. */
export type WardRoundPlace = { readonly patient?: string };

export function readWardRoundPlace({ patient }: Record<string, unknown>): WardRoundPlace {
  return typeof patient === 'string' || typeof patient === 'number' ? { patient: String(patient) } : {};
}
