import { useState } from 'react';
import type { Section } from '#fhir/notes/sections.ts';
import { askWaitingAgain } from '../../link/note-help.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { referredId } from '../record/coding.ts';
import type { Note } from '../record/notes.ts';
import { currentRights } from '../record/role.ts';
import { CarryButtons } from './carry-buttons.tsx';
import { countersignAct, wrongNoteAct } from './note-acts.ts';

/** What begins in the editor. */
export type NoteStarts = {
  readonly patient: string;
  /** Why nothing can begin: there is a draft already. */
  readonly whyNot: string | undefined;
  readonly addendum: (note: Note) => void;
  readonly correction: (note: Note) => void;
  readonly carry: (note: Note, section: Section | undefined) => void;
};

/** What may be done with a signed note; what may not is there too, and says why. */
export function NoteActions({ note, starts }: { readonly note: Note; readonly starts: NoteStarts }) {
  const say = useText();
  const session = queries.getQueryData<Session | null>(keys.session);
  const act = useAct(starts.patient);
  const [why, setWhy] = useState<string>();
  if (note.wrong || note.superseded) return <ActNote act={act} />;
  const isOwn = note.source.author?.some(
    (author) =>
      session?.practitioner != null &&
      referredId(author, 'Practitioner') === session.practitioner.replace('Practitioner/', ''),
  );
  const role = currentRights().writesNotes
    ? act.state === undefined
      ? undefined
      : say('act.underway')
    : say('notes.notForRole');
  const notOwn = isOwn === true ? undefined : say('notes.notYours');

  async function countersign() {
    const by = { reference: session?.practitioner ?? undefined, name: session?.name ?? '' };
    await act.send(say('notes.countersign'), countersignAct(note.source, by, now()));
    void askWaitingAgain();
  }

  return (
    <div className="note-actions no-print">
      {note.preliminary && (
        <Button
          kind="primary"
          disabledBecause={role ?? (isOwn === true ? say('notes.ownNote') : undefined)}
          onPress={() => void countersign()}
        >
          {say('notes.countersign')}
        </Button>
      )}
      {note.appends === undefined && (
        <Button disabledBecause={role ?? starts.whyNot} onPress={() => starts.addendum(note)}>
          {say('notes.addAddendum')}
        </Button>
      )}
      <Button disabledBecause={role ?? notOwn ?? starts.whyNot} onPress={() => starts.correction(note)}>
        {say('notes.correct')}
      </Button>
      {why === undefined ? (
        <Button kind="plain" disabledBecause={role ?? notOwn} onPress={() => setWhy('')}>
          {say('notes.markWrong')}
        </Button>
      ) : (
        <span className="note-wrong">
          <input
            className="input"
            aria-label={say('notes.why')}
            placeholder={say('notes.why')}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- it opens because somebody asked to say why
            autoFocus
            value={why}
            maxLength={200}
            onChange={(event) => setWhy(event.target.value)}
          />
          <Button
            disabledBecause={role ?? (why.trim() === '' ? say('notes.why') : undefined)}
            onPress={() => {
              void act.send(say('notes.markWrong'), wrongNoteAct(note.source, why.trim()));
              setWhy(undefined);
            }}
          >
            {say('notes.wrongNow')}
          </Button>
          <Button kind="plain" onPress={() => setWhy(undefined)}>
            {say('editor.keep')}
          </Button>
        </span>
      )}
      {role === undefined && <CarryButtons note={note} onCarry={(section) => starts.carry(note, section)} />}
      <ActNote act={act} />
    </div>
  );
}
