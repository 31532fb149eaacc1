import type { Bundle, Resource } from '@medplum/fhirtypes';
import { useEffect } from 'react';
import { useActs, type Change } from '../../link/act.ts';
import { dropDraft, useDraft, writeDraft, type DraftKind } from '../../link/drafts.ts';
import type { PatientPart } from '../../link/patient-parts.ts';
import type { Found } from '../../link/fhir.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct, type UsedAct } from '../../link/use-act.ts';
import { fhirMoment } from '../../parts/format/date.ts';

// A form whose fields are kept on this device until the server has what was written in them: over a reload, a lock and another user at
// the same screen. They belong to one user and one patient, so nothing of one is ever seen at another.

type Fields = Readonly<Record<string, string>>;

export type KeptForm<Name extends string> = {
  readonly fields: Readonly<Record<Name, string>>;
  /** When it was last written in, milliseconds since 1970; undefined: as it is when nobody has. */
  readonly keptAt: number | undefined;
  readonly act: UsedAct;
  /** Sent, also before a reload, and not yet known to be stored. */
  readonly underway: boolean;
  readonly change: (part: Partial<Readonly<Record<Name, string>>>) => void;
  readonly drop: () => void;
  /** `at`: the moment that stands in what is written, by which it is found again. Undefined: it was refused, and the fields are there. */
  readonly send: (title: string, changes: readonly Change[], at: number) => Promise<Bundle | undefined>;
};

type KeptAs<Name extends string> = {
  readonly kind: DraftKind;
  /** The part of the chart that shows what the form writes. */
  readonly part: PatientPart;
  readonly empty: Readonly<Record<Name, string>>;
};

export function useKeptForm<Name extends string>(
  patient: string,
  { kind, part, empty }: KeptAs<Name>,
): KeptForm<Name> {
  const session = queries.getQueryData<Session | null>(keys.session);
  const user = session?.user ?? '';
  const draft = useDraft(user, patient, kind);
  const { sent, sentAt, ...kept } = draft?.fields ?? {};
  const act = useAct(patient);
  const going = useActs(user).some(
    (each) => each.patient === patient && each.title === sent && each.state !== 'refused',
  );
  const isLost = sent !== undefined && act.state === undefined && !going;
  const fields = { ...empty, ...kept };

  // It was on its way when this page was left: whether it is stored decides whether the draft is still wanted.
  useEffect(() => {
    if (isLost)
      void settleDraft({ user, patient, kind, part, fields: kept, isStored: isOf(session, sentAt) });
    // The fields are those of the moment at which it is found; they cannot change while it is on its way.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isLost, user, patient, sentAt]);

  return {
    fields,
    keptAt: draft?.changedAt,
    act,
    underway: act.state !== undefined || going,
    change(change) {
      act.forget();
      const next: Fields = { ...fields, ...change };
      const isEmpty = Object.entries<string>(empty).every(([name, text]) => next[name] === text);
      if (isEmpty) dropDraft(user, patient, kind);
      else writeDraft(user, patient, next, kind);
    },
    drop() {
      act.forget();
      dropDraft(user, patient, kind);
    },
    async send(title, changes, at) {
      writeDraft(user, patient, { ...fields, sent: title, sentAt: fhirMoment(at) }, kind);
      const stored = await act.send(title, changes);
      if (stored === undefined) writeDraft(user, patient, fields, kind);
      else dropDraft(user, patient, kind);
      return stored;
    },
  };
}

/** Written at that moment by whoever is here, and in the record. */
function isOf(session: Session | null | undefined, sentAt: string | undefined) {
  const mine = session?.practitioner;
  return (resource: Resource) => {
    const text = JSON.stringify(resource);
    return [sentAt, mine].every((part) => typeof part === 'string' && text.includes(part));
  };
}

type Settled = {
  readonly user: string;
  readonly patient: string;
  readonly kind: DraftKind;
  readonly part: PatientPart;
  readonly fields: Fields;
  readonly isStored: (resource: Resource) => boolean;
};

/** Whether it is in the record now decides: then the draft has done its work, else it is there to be sent again. */
export async function settleDraft({ user, patient, kind, part, fields, isStored }: Settled): Promise<void> {
  const queryKey = keys.part(patient, part);
  await queries.refetchQueries({ queryKey });
  const state = queries.getQueryState<Found>(queryKey);
  // Not known: it stays as it is, and is asked again when the page is next opened.
  if (state?.data === undefined || state.status === 'error') return;
  if (state.data.resources.some(isStored)) dropDraft(user, patient, kind);
  else writeDraft(user, patient, fields, kind);
}
