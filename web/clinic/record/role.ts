import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import type { TextKey } from '../../parts/text.tsx';

// What the pages need to know of the roles, so that they can say why not before anybody has tried. The table is the
// server's, src/identity/roles.json; role.test.ts holds the two together.

/** A page of the chart that some roles do not read. */
export type ChartPage = 'medication' | 'results' | 'notes' | 'diagnoses' | 'orders';

export type Rights = {
  /** Finds patients, sees boards and charts. */
  readonly finds: boolean;
  /** Opens records that are not open, with a reason. */
  readonly givesReasons: boolean;
  /** Looks through the records that were opened with a reason. */
  readonly reviews: boolean;
  readonly unread: readonly ChartPage[];
  /** Orders, and cancels orders. */
  readonly orders: boolean;
  /** Takes samples. */
  readonly samples: boolean;
  /** Answers for having seen a result. */
  readonly seesResults: boolean;
};

const clinician: Rights = {
  finds: true,
  givesReasons: true,
  reviews: false,
  unread: [],
  orders: true,
  samples: true,
  seesResults: true,
};
const outside: Rights = {
  finds: false,
  givesReasons: false,
  reviews: false,
  unread: [],
  orders: false,
  samples: false,
  seesResults: false,
};

export const rightsByRole: Readonly<Record<string, Rights>> = {
  doctor: clinician,
  nurse: clinician,
  midwife: clinician,
  therapist: { ...clinician, seesResults: false },
  pharmacist: { ...clinician, orders: false, samples: false, seesResults: false },
  secretary: { ...clinician, samples: false, seesResults: false },
  imaging: { ...clinician, seesResults: false },
  laboratory: { ...clinician, unread: ['notes'], seesResults: false },
  porter: {
    ...clinician,
    givesReasons: false,
    unread: ['medication', 'results', 'notes', 'diagnoses', 'orders'],
    orders: false,
    samples: false,
    seesResults: false,
  },
  'service-desk': outside,
  administrator: { ...outside, reviews: true },
  patient: outside,
  proxy: outside,
  integration: { ...clinician, givesReasons: false },
};

/** Of a role that is not known here nothing is barred: the server refuses what it must. */
export function rightsOf(role: string): Rights {
  return rightsByRole[role] ?? { ...clinician, reviews: true };
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
