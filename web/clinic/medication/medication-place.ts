export const medicationViews = ['list', 'grid'] as const;
export type MedicationView = (typeof medicationViews)[number];
export type MedicationPlace = { readonly view?: MedicationView };

export function readMedicationPlace(search: Record<string, unknown>): MedicationPlace {
  return search['view'] === 'grid' ? { view: 'grid' } : {};
}
