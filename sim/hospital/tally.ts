/** With what a clinician is refused who acts on what another has changed since; anything else is a fault of the simulation or of the record. */
export const expectedRefusals: readonly string[] = [
  'bed-taken',
  'admitted-already',
  'dose-given',
  'stay-over',
  'order-ended',
  'order-not-active',
  'letter-signed-already',
  'already-replaced',
  'conflict',
  'stale',
];
