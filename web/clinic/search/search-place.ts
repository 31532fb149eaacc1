export type SearchPlace = { readonly q?: string };

export function readSearchPlace(search: Record<string, unknown>): SearchPlace {
  const q = search['q'];
  return typeof q === 'string' || typeof q === 'number' ? { q: String(q) } : {};
}
