import { Modal } from '@mantine/core';
import type { Resource } from '@medplum/fhirtypes';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Change } from '../../link/act.ts';
import { keys, queries, usePart } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { takeBack } from '../../link/take-back.ts';
import { fetchCardFor } from '../../link/medication-card.ts';
import { useAct } from '../../link/use-act.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useText, type TextKey } from '../../parts/text.tsx';
import { offerUndo } from '../../parts/undo.ts';
import { wardToReturnTo } from '../frame/in-hand.ts';
import { ActNote } from '../record/act-note.tsx';
import { ofType } from '../record/coding.ts';
import { personOf, showCpr } from '../record/person.ts';
import { stayOf, type Stay } from '../record/stay.ts';
import { AdmitForm } from './admit-form.tsx';
import { BirthForm } from './birth-form.tsx';
import { BedPicker } from './bed-picker.tsx';
import { DischargeForm } from './discharge-form.tsx';
import { LeaveForm } from './leave-form.tsx';
import { admitAct, callOffAct, moveAct, receiveAct, undo } from './stay-acts.ts';

type Doing = 'admit' | 'receive' | 'move' | 'leave' | 'discharge' | 'birth';
const doingTexts = {
  admit: 'stay.admit',
  receive: 'stay.receive',
  move: 'stay.move',
  leave: 'stay.leave',
  discharge: 'stay.discharge',
  birth: 'stay.birth',
} as const satisfies Record<Doing, TextKey>;

/** What can be done with a stay as it is. */
function choicesFor(stay: Stay | undefined, isWoman: boolean): readonly Doing[] {
  if (stay === undefined) return ['admit'];
  if (stay.status === 'planned') return ['receive'];
  return ['move', 'leave', 'discharge', ...(isWoman && stay.status === 'here' ? ['birth' as const] : [])];
}

type StayDialogProps = {
  readonly patient: string;
  readonly stay: Stay | undefined;
  readonly onClose: () => void;
};

/** Admission, move, leave and discharge of one patient, whose name stands above all of it. */
export function StayDialog({ patient, stay, onClose }: StayDialogProps) {
  const say = useText();
  const act = useAct(patient);
  const navigate = useNavigate();
  const session = queries.getQueryData<Session | null>(keys.session);
  const [ward, setWard] = useState(stay?.ward?.id ?? wardToReturnTo(session?.ward ?? null) ?? '');
  const [source] = ofType(usePart(patient, 'person').data?.resources, 'Patient');
  const person = source === undefined ? undefined : personOf(source);
  const choices = choicesFor(stay, person?.sex === 'female');
  const [doing, setDoing] = useState<Doing>(choices[0] ?? 'admit');
  const staysAnswer = usePart(patient, 'stays');
  // Who comes from another ward, or from the emergency department, is there until now.
  const elsewhere = ofType(staysAnswer.data?.resources, 'Encounter')
    .map(stayOf)
    .filter(({ id, status }) => id !== stay?.id && (status === 'here' || status === 'leave'));
  const busy = act.state !== undefined || staysAnswer.data === undefined;

  /** `before`: what the act updates, as it was on the screen. */
  async function run(
    done: string,
    changes: readonly Change[],
    before: readonly Resource[],
  ): Promise<boolean> {
    const stored = await act.send(done, changes);
    if (stored === undefined) return false;
    refreshWards();
    if (doing === 'admit' || doing === 'receive') fetchCardFor(patient);
    onClose();
    offerUndo({
      done,
      run: () => void takeBack(patient, say('undo.of', { done }), undo(before, stored)).then(refreshWards),
    });
    return true;
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      yOffset="6vh"
      padding="sm"
      transitionProps={{ duration: 0 }}
      title={
        <span className="stay-who">
          <b>{person?.name ?? '…'}</b> {person?.cpr !== undefined && showCpr(person.cpr)} {stay?.ward?.name}{' '}
          {stay?.bed?.name}
        </span>
      }
      closeButtonProps={{ 'aria-label': say('modal.close') }}
    >
      <div className="stay-dialog">
        {choices.length > 1 && (
          <Segments
            label={say('stay.what')}
            value={doing}
            choices={choices.map((value) => ({ value, label: say(doingTexts[value]) }))}
            onChoose={setDoing}
          />
        )}
        <ActNote act={act} />
        {(doing === 'move' || doing === 'receive') && stay !== undefined && (
          <BedPicker
            ward={ward}
            onWard={setWard}
            own={stay.bed?.id === undefined || doing === 'move' ? undefined : `Location/${stay.bed.id}`}
            busy={busy}
            onPick={(to, name) =>
              void run(
                say('stay.moved', { name: person?.name ?? '', place: name }),
                doing === 'move' ? moveAct(stay, to, now()) : receiveAct(stay, to, now(), elsewhere),
                [stay.source, ...elsewhere.map(({ source: one }) => one)],
              )
            }
          />
        )}
        {doing === 'receive' && stay !== undefined && (
          <div className="stay-buttons">
            <Button
              kind="plain"
              disabledBecause={busy ? say('act.underway') : undefined}
              onPress={() =>
                void run(say('stay.calledOff', { name: person?.name ?? '' }), callOffAct(stay, now()), [
                  stay.source,
                ])
              }
            >
              {say('stay.callOff')}
            </Button>
          </div>
        )}
        {doing === 'admit' && (
          <AdmitForm
            ward={ward}
            onWard={setWard}
            busy={busy}
            onAdmit={(to, name, reason, department) =>
              void run(
                say('stay.admitted', { name: person?.name ?? '', place: name }),
                admitAct({ reference: `Patient/${patient}` }, to, reason, now(), department),
                [],
              )
            }
          />
        )}
        {doing === 'leave' && stay !== undefined && (
          <LeaveForm
            stay={stay}
            busy={busy}
            onAct={(done, changes) => void run(`${person?.name ?? ''}: ${done}`, changes, [stay.source])}
          />
        )}
        {doing === 'birth' && stay !== undefined && (
          <BirthForm
            stay={stay}
            mother={source}
            busy={busy}
            onAct={(done, changes) => void run(`${person?.name ?? ''}: ${done}`, changes, [])}
          />
        )}
        {doing === 'discharge' && stay !== undefined && (
          <DischargeForm
            onLeave={onClose}
            stay={stay}
            person={source}
            busy={busy}
            onAct={(done, changes, thenWrite) =>
              void run(`${person?.name ?? ''}: ${done}`, changes, [
                stay.source,
                ...(source ? [source] : []),
              ]).then((isDone) => {
                if (isDone && thenWrite)
                  void navigate({
                    to: '/patient/$patient/letters',
                    params: { patient },
                    search: { write: 'discharge-letter', stay: stay.id },
                  });
              })
            }
          />
        )}
      </div>
    </Modal>
  );
}

function refreshWards(): void {
  void queries.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kind === 'ward' });
}
