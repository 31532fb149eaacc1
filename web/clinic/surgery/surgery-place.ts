export const surgeryViews = ['board', 'wall', 'cancel', 'calls'] as const;
export type SurgeryView = (typeof surgeryViews)[number];

/** What of an operating department is looked at; `day` is 2026-01-15, today without. */
export type SurgeryPlace = {
  readonly department?: string;
  readonly view?: SurgeryView;
  readonly day?: string;
};

export function readSurgeryPlace({ department, view, day }: Record<string, unknown>): SurgeryPlace {
  const known = surgeryViews.find((each) => each === view);
  return {
    ...(typeof department === 'string' && { department }),
    ...(known !== undefined && { view: known }),
    ...(typeof day === 'string' && { day }),
  };
}
