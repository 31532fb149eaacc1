export type ReviewPlace = { readonly all?: true };

export function readReviewPlace(search: Record<string, unknown>): ReviewPlace {
  return search['all'] === true ? { all: true } : {};
}
