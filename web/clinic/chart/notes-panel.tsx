import { Link } from '@tanstack/react-router';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { isNew, NewCount, NewMark } from '../record/new-mark.tsx';
import { notesOf } from '../record/notes.ts';
import { useItems } from '../record/use-patient.ts';

type PatientPanelProps = { readonly patient: string; readonly since: number | undefined };

export function NotesPanel({ patient, since }: PatientPanelProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { items, state } = useItems(patient, 'notes', 'DocumentReference');
  const notes = notesOf(items);
  return (
    <Panel
      title={say('notesPanel.title')}
      state={state}
      beside={<NewCount count={items.filter((item) => isNew(item, since)).length} />}
    >
      {notes.length === 0 && <Nothing />}
      {notes.slice(0, 6).map((note) => (
        <article key={note.id} className="note-short">
          <h3>
            <NewMark on={isNew(note.source, since)} />{' '}
            <Link
              to="/patient/$patient/notes"
              params={{ patient }}
              search={{ note: note.id }}
              className="name-link"
            >
              {note.kind}
            </Link>{' '}
            {note.appends !== undefined && <Tag kind="quiet">{say('notes.addendum')}</Tag>}
            {note.preliminary && <Tag kind="abn">{say('notes.preliminary')}</Tag>}{' '}
            <span className="muted plain-weight">
              {showMoment(note.at, language, today)} {note.author}
            </span>
          </h3>
          <p className="prewrap">{note.text ?? say('notes.elsewhere')}</p>
        </article>
      ))}
    </Panel>
  );
}
