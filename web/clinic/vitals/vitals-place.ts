export type VitalsPlace = { readonly entry?: 'open' };

export function readVitalsPlace(search: Record<string, unknown>): VitalsPlace {
  return search['entry'] === 'open' ? { entry: 'open' } : {};
}
