export const medicationViews = ['list', 'grid', 'round'] as const;
/** `order`: ordering, which is not a way of looking at what is ordered; `fmk` and `after`: beside the medication card. */
export type MedicationView = (typeof medicationViews)[number] | 'order' | 'fmk' | 'after';
export type MedicationPlace = {
  readonly view?: MedicationView;
  /** A dose that is opened: order id and planned time, `m1@1768460400000`. */
  readonly dose?: string;
};

export function readMedicationPlace(search: Record<string, unknown>): MedicationPlace {
  const view = ([...medicationViews, 'order', 'fmk', 'after'] as const).find((one) => one === search['view']);
  return {
    ...(view === undefined || view === 'list' ? {} : { view }),
    ...(typeof search['dose'] === 'string' ? { dose: search['dose'] } : {}),
  };
}
