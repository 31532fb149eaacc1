import type { Observation } from '@medplum/fhirtypes';
import { useState } from 'react';
import type { Span } from '#fhir/fluid-balance/balance.ts';
import { fluidObservation } from '#fhir/fluid-balance/entry.ts';
import { entryMostMl, milliOf, type FluidKind } from '#fhir/fluid-balance/kinds.ts';
import { decimalTyped, spell, type Decimal } from '#fhir/dose/decimal.ts';
import { sendAct } from '../../link/act.ts';
import { dropDraft, readDraft, useDraft, writeDraft } from '../../link/drafts.ts';
import { isFault, type LinkFault } from '../../link/fault.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { now } from '../../parts/clock.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { usePatientFacts } from '../record/use-patient.ts';
import { performerOf } from '../vitals/use-set.ts';
import { kindTexts, showMl } from './fluid-words.ts';

// What is typed into the cells of a fluid chart. Each cell has a text of its own, kept on this device until it is stored, so that several
// can be filled in one after the other while the first are under way.

export const cellKey = (hour: Span, kind: FluidKind): string => `${hour.from}/${kind.id}`;

export type Asked =
  | { readonly cell: string; readonly why: 'unread' }
  | { readonly cell: string; readonly why: 'unusual'; readonly text: string; readonly words: string };

export type FluidEntry = {
  /** By cell; an empty text is a field that was opened. */
  readonly typed: Readonly<Record<string, string>>;
  /** On its way, in thousandths of a ml, by cell. */
  readonly sending: ReadonlyMap<string, number>;
  readonly asked: Asked | undefined;
  readonly fault: LinkFault | undefined;
  readonly type: (cell: string, text: string | undefined) => void;
  readonly save: (hour: Span, kind: FluidKind) => Promise<void>;
};

const minuteMs = 60_000;

export function useFluidEntry(patient: string): FluidEntry {
  const say = useText();
  const language = useLanguage();
  const session = queries.getQueryData<Session | null>(keys.session);
  const user = session?.user ?? '';
  const typed = useDraft(user, patient, 'fluids')?.fields ?? {};
  const { stay } = usePatientFacts(patient);
  const [sending, setSending] = useState<ReadonlyMap<string, number>>(new Map());
  const [asked, setAsked] = useState<Asked>();
  const [fault, setFault] = useState<LinkFault>();

  function type(cell: string, text: string | undefined) {
    setAsked(undefined);
    setFault(undefined);
    // Another cell may have been written in since this one was sent.
    const { [cell]: _before, ...others } = readDraft(user, patient, 'fluids')?.fields ?? {};
    const fields = text === undefined ? others : { ...others, [cell]: text };
    if (Object.keys(fields).length === 0) dropDraft(user, patient, 'fluids');
    else writeDraft(user, patient, fields, 'fluids');
  }

  async function save(hour: Span, kind: FluidKind) {
    const cell = cellKey(hour, kind);
    const text = typed[cell] ?? '';
    if (sending.has(cell)) return;
    const read = readMl(text);
    if (read === undefined) return setAsked({ cell, why: 'unread' });
    const { ml, milli } = read;
    const words = showMl(milli, language);
    const isSure = asked?.cell === cell && asked.why === 'unusual' && asked.text === text;
    if (milli > kind.unusual * 1000 && !isSure) return setAsked({ cell, why: 'unusual', text, words });
    type(cell, undefined);
    setSending((before) => new Map(before).set(cell, milli));
    const moment = now();
    const isNow = moment >= hour.from && moment < hour.until;
    const resource = fluidObservation({
      patient: `Patient/${patient}`,
      encounter: stay?.status === 'here' || stay?.status === 'leave' ? `Encounter/${stay.id}` : undefined,
      kind,
      ml,
      at: isNow ? Math.floor(moment / minuteMs) * minuteMs : hour.from,
      performer: performerOf(session),
    });
    try {
      await sendAct({
        user,
        patient,
        title: say('fluid.act', { kind: say(kindTexts[kind.id] ?? 'fluid.title'), amount: words }),
        changes: [{ method: 'POST', url: 'Observation', resource: resource as unknown as Observation }],
      });
      await queries.invalidateQueries({ queryKey: keys.part(patient, 'fluids') });
    } catch (error) {
      if (!isFault(error)) throw error;
      // Only what is known not to be stored is there to be sent again: else it would be counted twice.
      if (isFault(error, 'refused', 'missing')) type(cell, text);
      setFault(error);
    } finally {
      setSending((before) => new Map([...before].filter(([key]) => key !== cell)));
    }
  }

  return { typed, sending, asked, fault, type, save };
}

function readMl(text: string): { readonly ml: Decimal; readonly milli: number } | undefined {
  const ml = decimalTyped(text);
  const milli = ml === undefined ? undefined : milliOf(spell(ml));
  return ml === undefined || milli === undefined || milli > entryMostMl * 1000 ? undefined : { ml, milli };
}
