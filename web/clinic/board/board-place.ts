// The board's place in the address: view, order, filter and the chosen row, so that Alt+← comes back to all of it.

export const boardViews = ['list', 'plan', 'big'] as const;
export const boardSorts = ['bed', 'ews', 'next', 'discharge'] as const;
export const boardFilters = ['mine', 'unwell', 'late', 'new', 'leaving'] as const;

export type BoardView = (typeof boardViews)[number];
export type BoardSort = (typeof boardSorts)[number];
export type BoardFilter = (typeof boardFilters)[number];

export type BoardPlace = {
  readonly view?: BoardView;
  readonly sort?: BoardSort;
  readonly filter?: BoardFilter;
  readonly patient?: string;
};

export function readBoardPlace(search: Record<string, unknown>): BoardPlace {
  const view = boardViews.find((each) => each === search['view']);
  const sort = boardSorts.find((each) => each === search['sort']);
  const filter = boardFilters.find((each) => each === search['filter']);
  const patient = search['patient'];
  return {
    ...(view !== undefined && { view }),
    ...(sort !== undefined && { sort }),
    ...(filter !== undefined && { filter }),
    ...((typeof patient === 'string' || typeof patient === 'number') && { patient: String(patient) }),
  };
}
