import { useEffect } from 'react';
import type { CarePlan, Reference } from '@medplum/fhirtypes';
import { earlyWarning, type EarlyWarning } from '../../../src/fhir/early-warning/score.ts';
import { useActs } from '../../link/act.ts';
import { dropDraft, useDraft, writeDraft } from '../../link/drafts.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { now, useNow } from '../../parts/clock.ts';
import { fhirMoment, showTime } from '../../parts/format/date.ts';
import { useText } from '../../parts/text.tsx';
import { adjustmentAt, scoredPatient, tableInForce } from '../record/early-warning.ts';
import { settleDraft } from '../record/kept-form.ts';
import { useItems, usePatientFacts } from '../record/use-patient.ts';
import { setChanges } from './set-act.ts';
import { readMoment, readSet, type SetField, type SetValues } from './set-fields.ts';

// The set that is being written: a draft on this device, what it gives in points by now, and the act that it becomes.

export type SetInHand = {
  readonly fields: Readonly<Record<string, string>>;
  readonly values: SetValues;
  readonly faults: readonly SetField[];
  /** When it was measured; undefined: the time cannot be read. */
  readonly at: number | undefined;
  readonly answer: EarlyWarning;
  readonly plan: { readonly plan: CarePlan; readonly adjustment: Adjustment } | undefined;
  /** What decides who is scored, and how, is not here yet. */
  readonly loading: boolean;
  readonly state: 'sending' | 'unknown' | 'full' | undefined;
  readonly refused: string | undefined;
  readonly change: (field: string, text: string) => void;
  readonly drop: () => void;
  /** What was stored, or undefined when it was not. */
  readonly save: () => Promise<SavedSet | undefined>;
};
type Adjustment = NonNullable<ReturnType<typeof adjustmentAt>>['adjustment'];
export type SavedSet = {
  readonly at: number;
  readonly answer: EarlyWarning;
  readonly plan: SetInHand['plan'];
  readonly concern: boolean;
};

export function useSet(patient: string): SetInHand {
  const say = useText();
  const session = queries.getQueryData<Session | null>(keys.session);
  const user = session?.user ?? '';
  const draft = useDraft(user, patient, 'vitals');
  const { sent, sentAt, ...fields } = draft?.fields ?? {};
  const act = useAct(patient);
  const underway = useActs(user).find((each) => each.patient === patient && each.title === sent);
  const minute = useNow();
  const { person, stay } = usePatientFacts(patient);
  const plans = useItems(patient, 'plans', 'CarePlan');
  const diagnoses = useItems(patient, 'diagnoses', 'Condition');
  const at = readMoment(fields['at'] ?? '', minute);
  const table = tableInForce();
  const plan = adjustmentAt(plans.items, at ?? minute);
  const about = scoredPatient(person?.birthDate, diagnoses.items, minute);
  const { values, faults } = readSet(fields);
  const answer = earlyWarning(table, values, about, plan?.adjustment);
  const isHere = act.state !== undefined;
  const isLost = sent !== undefined && !isHere && (underway === undefined || underway.state === 'refused');

  // It was on its way when this page was left. Now its act is gone: stored, or refused and told above.
  useEffect(() => {
    if (isLost) void settle(user, patient, fields, sentAt, 'vitals');
    // The fields are those of the moment at which it is found; they cannot change while it is on its way.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isLost, user, patient, sentAt]);

  return {
    fields,
    values,
    faults,
    at,
    answer,
    plan,
    loading:
      person === undefined ||
      (plans.state.asOf === undefined && !plans.state.failed) ||
      (diagnoses.state.asOf === undefined && !diagnoses.state.failed && diagnoses.state.unread === undefined),
    state: act.state ?? (underway === undefined || underway.state === 'refused' ? undefined : underway.state),
    refused: act.fault === undefined ? undefined : act.fault.issues.map(({ said }) => said).join(' '),
    change: (field, text) => {
      act.forget();
      writeDraft(user, patient, { ...fields, [field]: text }, 'vitals');
    },
    drop: () => {
      act.forget();
      dropDraft(user, patient, 'vitals');
    },
    async save() {
      const moment = readMoment(fields['at'] ?? '', now());
      if (moment === undefined) return undefined;
      // Scored at the moment at which it is signed: a plan may have run out while it was typed.
      const signed = adjustmentAt(plans.items, moment);
      const final = earlyWarning(table, values, about, signed?.adjustment);
      const title = say('entry.act', { time: showTime(moment), name: person?.name ?? '' });
      writeDraft(user, patient, { ...fields, sent: title, sentAt: fhirMoment(moment) }, 'vitals');
      const stored = await act.send(
        title,
        setChanges({
          patient,
          encounter: stay?.status === 'here' || stay?.status === 'leave' ? stay.id : undefined,
          performer: performerOf(session),
          at: moment,
          values,
          concern: fields['concern'] ?? '',
          table,
          answer: final,
          plan: signed,
        }),
      );
      if (stored === undefined) {
        writeDraft(user, patient, fields, 'vitals');
        return undefined;
      }
      dropDraft(user, patient, 'vitals');
      return {
        at: moment,
        answer: final,
        plan: signed,
        concern: (fields['concern'] ?? '').trim() !== '',
      };
    },
  };
}

export function performerOf(session: Session | null | undefined): Reference<never> {
  const reference = session?.practitioner;
  return {
    ...(typeof reference === 'string' && { reference }),
    display: session?.name ?? '',
  };
}

/** Whether the set is in the record now decides: then the draft has done its work, else it is there to be sent again. */
export async function settle(
  user: string,
  patient: string,
  fields: Readonly<Record<string, string>>,
  sentAt: string | undefined,
  kind: 'vitals' | 'labour',
): Promise<void> {
  const mine = queries.getQueryData<Session | null>(keys.session)?.practitioner;
  await settleDraft({
    user,
    patient,
    kind,
    part: kind,
    fields,
    isStored: (each) =>
      each.resourceType === 'Observation' &&
      each.effectiveDateTime === sentAt &&
      each.performer?.some(({ reference }) => reference === mine) === true,
  });
}
