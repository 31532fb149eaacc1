import { useEffect } from 'react';
import { labourObservation } from '../../../src/fhir/partogram/shapes.ts';
import { useActs, type Change } from '../../link/act.ts';
import { dropDraft, useDraft, writeDraft } from '../../link/drafts.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct, type UsedAct } from '../../link/use-act.ts';
import { now, useNow } from '../../parts/clock.ts';
import { fhirMoment, showTime } from '../../parts/format/date.ts';
import { useText } from '../../parts/text.tsx';
import { tableInForce } from '../record/early-warning.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { setChanges } from '../vitals/set-act.ts';
import { readMoment } from '../vitals/set-fields.ts';
import { performerOf, settle } from '../vitals/use-set.ts';
import { readLook, type ReadLook } from './look-fields.ts';

// The examination that is being written: a draft on this device, and the act that it becomes.

export type LookInHand = {
  readonly fields: Readonly<Record<string, string>>;
  readonly read: ReadLook;
  /** When it was done; undefined: the time cannot be read. */
  readonly at: number | undefined;
  readonly underway: boolean;
  readonly act: UsedAct;
  readonly change: (field: string, text: string) => void;
  readonly drop: () => void;
  /** When it was done, of what was stored; undefined: it was not. */
  readonly save: () => Promise<number | undefined>;
};

export function useLook(patient: string, twins: boolean): LookInHand {
  const say = useText();
  const session = queries.getQueryData<Session | null>(keys.session);
  const user = session?.user ?? '';
  const draft = useDraft(user, patient, 'labour');
  const { sent, sentAt, ...fields } = draft?.fields ?? {};
  const act = useAct(patient);
  const going = useActs(user).find((each) => each.patient === patient && each.title === sent);
  const minute = useNow();
  const { person, stay } = usePatientFacts(patient);
  const isHere = act.state !== undefined;
  const isGoing = going !== undefined && going.state !== 'refused';
  const isLost = sent !== undefined && !isHere && !isGoing;

  // It was on its way when this page was left: whether it is stored decides whether the draft is still wanted.
  useEffect(() => {
    if (isLost) void settle(user, patient, fields, sentAt, 'labour');
    // The fields are those of the moment at which it is found; they cannot change while it is on its way.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isLost, user, patient, sentAt]);

  return {
    fields,
    read: readLook(fields, twins, minute),
    at: readMoment(fields['at'] ?? '', minute),
    underway: isHere || isGoing,
    act,
    change: (field, text) => {
      act.forget();
      writeDraft(user, patient, { ...fields, [field]: text }, 'labour');
    },
    drop: () => {
      act.forget();
      dropDraft(user, patient, 'labour');
    },
    async save() {
      const at = readMoment(fields['at'] ?? '', now());
      if (at === undefined || stay === undefined) return undefined;
      const title = say('labour.act', { time: showTime(at), name: person?.name ?? '' });
      writeDraft(user, patient, { ...fields, sent: title, sentAt: fhirMoment(at) }, 'labour');
      const stored = await act.send(title, lookChanges(readLook(fields, twins, at), at));
      if (stored === undefined) {
        writeDraft(user, patient, fields, 'labour');
        return undefined;
      }
      dropDraft(user, patient, 'labour');
      return at;
    },
  };

  /** What was seen, and what the mother measures as everybody's vital signs: together or not at all. */
  function lookChanges({ facts, happened, values }: ReadLook, at: number): readonly Change[] {
    const performer = performerOf(session);
    const by = (moment: number) => ({
      patient: { reference: `Patient/${patient}` as const },
      stay: { reference: `Encounter/${stay?.id ?? ''}` as const },
      performer,
      at: fhirMoment(moment),
    });
    return [
      ...[
        ...facts.map((fact) => labourObservation(fact, by(at))),
        ...happened.map((one) => labourObservation({ kind: one.kind }, by(one.at))),
      ].map((resource): Change => ({ method: 'POST', url: 'Observation', resource })),
      ...setChanges({
        patient,
        encounter: stay?.id,
        performer,
        at,
        values,
        concern: '',
        table: tableInForce(),
        answer: { kind: 'none', why: 'pregnancy' },
        plan: undefined,
      }),
    ];
  }
}
