// The operating departments of the big sites: rooms, and what is operated there by appointment. The last room is for what is urgent.
export interface OperatingDepartment {
  /** Location; its organisation is `[id]-afd`, its rooms `[id]-1` … */
  readonly id: string;
  readonly site: string;
  readonly rooms: number;
  /** How many days from today the programme is filled. */
  readonly days: number;
  /** SKS codes. */
  readonly elective: readonly string[];
}

export const operatingDepartments: readonly OperatingDepartment[] = [
  {
    id: 'herlev-op',
    site: 'herlev',
    rooms: 5,
    days: 3,
    elective: ['KJKA21', 'KJAB11', 'KJFB30', 'KKED22', 'KACC51'],
  },
  {
    id: 'rigshospitalet-op',
    site: 'rigshospitalet',
    rooms: 6,
    days: 1,
    elective: ['KJFB46', 'KJFB30', 'KJAH00'],
  },
  { id: 'bispebjerg-op', site: 'bispebjerg', rooms: 4, days: 1, elective: ['KNFB40', 'KNGB40', 'KACC51'] },
  {
    id: 'hvidovre-op',
    site: 'hvidovre',
    rooms: 5,
    days: 1,
    elective: ['KJKA21', 'KNFB40', 'KJFB46', 'KMCA10'],
  },
  { id: 'hilleroed-op', site: 'hilleroed', rooms: 4, days: 1, elective: ['KNGB40', 'KJAB11', 'KKED22'] },
  { id: 'koege-op', site: 'koege', rooms: 4, days: 1, elective: ['KJKA21', 'KJFB46', 'KJAB11'] },
];

/** What an acute course comes to: the operation and its class. */
export const acuteOperations = {
  appendicitis: ['KJEA01', 'B'],
  cholecystitis: ['KJKA21', 'C'],
  'hip-fracture': ['KNFJ51', 'C'],
  ileus: ['KJAH00', 'A'],
} as const;
