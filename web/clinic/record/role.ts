import type { TextKey } from '../../parts/text.tsx';

const roles: Readonly<Record<string, TextKey>> = {
  doctor: 'role.doctor',
  nurse: 'role.nurse',
  midwife: 'role.midwife',
  secretary: 'role.secretary',
  therapist: 'role.therapist',
  laboratory: 'role.laboratory',
  scientist: 'role.laboratory',
  'service-desk': 'role.serviceDesk',
  servicedesk: 'role.serviceDesk',
  admin: 'role.administrator',
  administrator: 'role.administrator',
};

/** The name of a role; undefined for one that has no name here and is shown as the server spells it. */
export const roleText = (role: string): TextKey | undefined => roles[role];
