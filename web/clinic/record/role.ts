import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import type { TextKey } from '../../parts/text.tsx';

// What the pages need to know of the roles, so that they can say why not before anybody has tried. The table is the
// server's, src/identity/roles.json; role.test.ts holds the two together.

/** A page of the chart that some roles do not read. */
export type ChartPage = 'vitals' | 'medication' | 'results' | 'notes' | 'letters' | 'diagnoses' | 'orders';

export type Rights = {
  /** Finds patients, sees boards and charts. */
  readonly finds: boolean;
  /** Opens records that are not open, with a reason. */
  readonly givesReasons: boolean;
  /** Registers patients, and takes them in, moves and discharges them. */
  readonly admits: boolean;
  /** Says that a bed is cleaned, closed, open again. */
  readonly tendsBeds: boolean;
  /** Records CAVE. */
  readonly recordsCave: boolean;
  /** Orders drugs and gives them. */
  readonly medicates: boolean;
  /** Looks through the records that were opened with a reason. */
  readonly reviews: boolean;
  /** Writes measurements. */
  readonly measures: boolean;
  /** Adjusts what an early-warning score counts: a doctor. */
  readonly adjusts: boolean;
  readonly unread: readonly ChartPage[];
  /** Orders, and cancels orders. */
  readonly orders: boolean;
  /** Takes samples. */
  readonly samples: boolean;
  /** Answers for having seen a result. */
  readonly seesResults: boolean;
  /** Writes and signs notes. */
  readonly writesNotes: boolean;
  /** Records diagnoses. */
  readonly diagnoses: boolean;
};

const clinician: Rights = {
  finds: true,
  givesReasons: true,
  admits: false,
  tendsBeds: false,
  recordsCave: false,
  medicates: false,
  reviews: false,
  measures: true,
  adjusts: false,
  unread: [],
  orders: true,
  samples: true,
  seesResults: false,
  writesNotes: false,
  diagnoses: false,
};
const treating: Rights = { ...clinician, writesNotes: true, diagnoses: true };
const outside: Rights = {
  ...clinician,
  finds: false,
  givesReasons: false,
  measures: false,
  orders: false,
  samples: false,
};

export const rightsByRole: Readonly<Record<string, Rights>> = {
  doctor: {
    ...treating,
    admits: true,
    medicates: true,
    recordsCave: true,
    adjusts: true,
    seesResults: true,
  },
  nurse: {
    ...treating,
    admits: true,
    tendsBeds: true,
    medicates: true,
    recordsCave: true,
    seesResults: true,
  },
  midwife: {
    ...treating,
    admits: true,
    tendsBeds: true,
    medicates: true,
    recordsCave: true,
    seesResults: true,
  },
  therapist: { ...treating, recordsCave: true },
  pharmacist: {
    ...clinician,
    writesNotes: true,
    medicates: true,
    recordsCave: true,
    measures: false,
    orders: false,
    samples: false,
  },
  secretary: { ...treating, admits: true, tendsBeds: true, measures: false, samples: false },
  imaging: clinician,
  laboratory: { ...clinician, unread: ['notes', 'letters'] },
  porter: {
    ...clinician,
    givesReasons: false,
    measures: false,
    tendsBeds: true,
    unread: ['vitals', 'medication', 'results', 'notes', 'letters', 'diagnoses', 'orders'],
    orders: false,
    samples: false,
  },
  'service-desk': outside,
  administrator: { ...outside, reviews: true },
  patient: outside,
  proxy: outside,
  integration: {
    ...treating,
    givesReasons: false,
    tendsBeds: true,
    medicates: true,
    recordsCave: true,
    seesResults: true,
  },
};

/** Of a role that is not known here nothing is barred: the server refuses what it must. */
export function rightsOf(role: string): Rights {
  return (
    rightsByRole[role] ?? {
      ...clinician,
      admits: true,
      tendsBeds: true,
      medicates: true,
      recordsCave: true,
      reviews: true,
      seesResults: true,
      writesNotes: true,
      diagnoses: true,
    }
  );
}

export function currentRights(): Rights {
  return rightsOf(queries.getQueryData<Session | null>(keys.session)?.role ?? '');
}

const roles: Readonly<Record<string, TextKey>> = {
  doctor: 'role.doctor',
  nurse: 'role.nurse',
  midwife: 'role.midwife',
  secretary: 'role.secretary',
  therapist: 'role.therapist',
  pharmacist: 'role.pharmacist',
  porter: 'role.porter',
  imaging: 'role.imaging',
  laboratory: 'role.laboratory',
  scientist: 'role.laboratory',
  'service-desk': 'role.serviceDesk',
  servicedesk: 'role.serviceDesk',
  admin: 'role.administrator',
  administrator: 'role.administrator',
};

/** The name of a role; undefined for one that has no name here and is shown as the server spells it. */
export const roleText = (role: string): TextKey | undefined => roles[role];
