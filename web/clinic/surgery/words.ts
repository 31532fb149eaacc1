import type { Anaesthesia, CancelReason, MoveReason, Side, UrgencyName } from '#fhir/surgery/codes.ts';
import type { OperationStep } from '#fhir/surgery/way.ts';
import type { FoundIssue } from '../../link/fault.ts';
import type { TagKind } from '../../parts/tag.tsx';
import type { Say, TextKey } from '../../parts/text.tsx';

// Which text says which code: whole tables, so that the compiler asks for the one that is missing.

export const cancelTexts = {
  'patient-unfit': 'surgery.cancelUnfit',
  'patient-absent': 'surgery.cancelAbsent',
  'patient-wish': 'surgery.cancelWish',
  'emergency-first': 'surgery.emergencyFirst',
  overrun: 'surgery.overrun',
  'no-staff': 'surgery.cancelStaff',
  'no-bed': 'surgery.cancelBed',
  'no-equipment': 'surgery.cancelEquipment',
  'not-needed': 'surgery.cancelNotNeeded',
  capacity: 'surgery.cancelTogether',
  mistake: 'surgery.mistake',
} as const satisfies Record<CancelReason, TextKey>;

export const moveTexts = {
  'emergency-first': 'surgery.emergencyFirst',
  overrun: 'surgery.overrun',
  earlier: 'surgery.moveEarlier',
  staff: 'surgery.moveStaff',
  equipment: 'surgery.moveEquipment',
  patient: 'surgery.movePatient',
  mistake: 'surgery.mistake',
} as const satisfies Record<MoveReason, TextKey>;

/** What one press records. */
export const stepTexts = {
  called: 'surgery.doCalled',
  'in-room': 'surgery.doInRoom',
  'check-in': 'surgery.doCheckIn',
  anaesthesia: 'surgery.doAnaesthesia',
  'time-out': 'surgery.doTimeOut',
  'knife-start': 'surgery.doKnifeStart',
  'knife-end': 'surgery.doKnifeEnd',
  'check-out': 'surgery.doCheckOut',
  'out-of-room': 'surgery.doOutOfRoom',
  recovery: 'surgery.doRecovery',
  ward: 'surgery.doWard',
} as const satisfies Record<OperationStep, TextKey>;

/** Where it is since then. */
export const stateTexts = {
  called: 'surgery.isCalled',
  'in-room': 'surgery.isInRoom',
  'check-in': 'surgery.isCheckedIn',
  anaesthesia: 'surgery.isAnaesthesia',
  'time-out': 'surgery.isTimeOut',
  'knife-start': 'surgery.isKnife',
  'knife-end': 'surgery.isKnifeEnd',
  'check-out': 'surgery.isCheckedOut',
  'out-of-room': 'surgery.isOut',
  recovery: 'surgery.isRecovery',
  ward: 'surgery.isWard',
} as const satisfies Record<OperationStep, TextKey>;

export const sideTexts = {
  left: 'surgery.left',
  right: 'surgery.right',
  both: 'surgery.both',
} as const satisfies Record<Side, TextKey>;

export const anaesthesiaTexts = {
  general: 'surgery.general',
  spinal: 'surgery.spinal',
  regional: 'surgery.regional',
  local: 'surgery.local',
  sedation: 'surgery.sedation',
} as const satisfies Record<Anaesthesia, TextKey>;

export const urgencyTexts = {
  A: 'surgery.classA',
  B: 'surgery.classB',
  C: 'surgery.classC',
  D: 'surgery.classD',
} as const satisfies Record<UrgencyName, TextKey>;

export const urgencyTags = {
  A: 'crit',
  B: 'crit-soft',
  C: 'abn',
  D: 'plain',
} as const satisfies Record<UrgencyName, TagKind>;

const issueTexts: Readonly<Record<string, TextKey>> = {
  'placed-already': 'surgery.issuePlaced',
  'patient-double': 'surgery.issuePatientDouble',
  'patient-taken': 'surgery.issuePatientTaken',
  'room-taken': 'surgery.issueRoomTaken',
  'room-closed': 'surgery.issueRoomClosed',
  'room-crowded': 'surgery.issueCrowded',
  'room-uncleaned': 'surgery.issueUncleaned',
  'surgeon-double': 'surgery.issueSurgeon',
  'started-already': 'surgery.issueStarted',
  'place-ended': 'surgery.issueEnded',
  'operation-over': 'surgery.issueOver',
  'no-place': 'surgery.issueNoPlace',
  'other-room': 'surgery.issueOtherRoom',
  'called-already': 'surgery.issueCalled',
  'side-missing': 'surgery.issueSide',
  'side-other': 'surgery.issueSideOther',
  'no-time-out': 'surgery.issueTimeOut',
  'not-in-room': 'surgery.issueNotInRoom',
  'step-back': 'surgery.issueStepBack',
  'urgent-kept': 'surgery.issueUrgent',
  'left-out': 'surgery.issueLeftOut',
};

/** The server's codes in the words of a theatre; undefined for those that have words elsewhere. */
export function issueWords(say: Say): (issue: FoundIssue) => string | undefined {
  return ({ detail }) => {
    const known = detail === undefined ? undefined : issueTexts[detail];
    return known === undefined ? undefined : say(known);
  };
}

/** 35 min · 2 t 05 min · 3 d */
export function spanWords(ms: number, say: Say): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 60) return say('surgery.minutes', { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return say('surgery.hours', { hours, minutes: minutes % 60 });
  return say('surgery.days', { days: Math.floor(hours / 24) });
}
