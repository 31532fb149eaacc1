export const resultKinds = ['laboratory', 'vitals', 'other', 'all'] as const;
export type ResultKind = (typeof resultKinds)[number];
export type ResultsPlace = {
  readonly kind?: ResultKind;
  readonly only?: 'abnormal' | 'new';
  readonly row?: string;
};

export function readResultsPlace(search: Record<string, unknown>): ResultsPlace {
  const kind = resultKinds.find((each) => each === search['kind']);
  const only = search['only'] === 'abnormal' || search['only'] === 'new' ? search['only'] : undefined;
  const row = typeof search['row'] === 'string' ? search['row'] : undefined;
  return {
    ...(kind !== undefined && { kind }),
    ...(only !== undefined && { only }),
    ...(row !== undefined && { row }),
  };
}
