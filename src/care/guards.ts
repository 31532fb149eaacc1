/** Which clinical rules judge which type. */
import { judgeStay } from './admission.ts';
import type { Guards } from './guard.ts';
import { judgePerson } from './identity.ts';

export const guards: Guards = new Map([
  ['Encounter', [judgeStay]],
  ['Patient', [judgePerson]],
]);
