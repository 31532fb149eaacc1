import { useState } from 'react';
import { carriedIn, countersignedUrl, wrongReasonUrl } from '#fhir/notes/note.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { instantOf, showMoment } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import type { Note } from '../record/notes.ts';
import { NoteActions, type NoteStarts } from './note-actions.tsx';
import type { Thread } from './threads.ts';

type ReadingProps = {
  readonly thread: Thread;
  /** undefined: on paper, where nothing is pressed. */
  readonly starts?: NoteStarts;
};

/** A note, its addenda beneath it, and what it was before it was corrected. */
export function Reading({ thread, starts }: ReadingProps) {
  const say = useText();
  const [showsEarlier, setShowsEarlier] = useState(false);
  const { note, addenda, earlier } = thread;
  return (
    <article>
      <One note={note} />
      {starts !== undefined && <NoteActions key={note.id} note={note} starts={starts} />}
      {addenda.map((addendum) => (
        <section key={addendum.id} className="addendum" aria-label={say('notes.addendum')}>
          <One note={addendum} isAddendum />
          {starts !== undefined && <NoteActions note={addendum} starts={starts} />}
        </section>
      ))}
      {earlier.length > 0 && starts !== undefined && (
        <p className="no-print">
          <Button kind="plain" expanded={showsEarlier} onPress={() => setShowsEarlier(!showsEarlier)}>
            {say('notes.earlier', { count: earlier.length })}
          </Button>
        </p>
      )}
      {showsEarlier &&
        earlier.map((each) => (
          <section key={each.id} className="addendum" aria-label={say('notes.superseded')}>
            <One note={each} />
          </section>
        ))}
    </article>
  );
}

function One({ note, isAddendum = false }: { readonly note: Note; readonly isAddendum?: boolean }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { source } = note;
  const extension = (url: string) => source.extension?.find((each) => each.url === url);
  const reason = extension(wrongReasonUrl)?.valueString;
  const at = instantOf(extension(countersignedUrl)?.valueDateTime);
  return (
    <>
      <h2 className="reading-title">
        {isAddendum ? say('notes.addendum') : note.kind} <NoteTags note={note} />
      </h2>
      <p className="muted">
        {isAddendum && `${note.kind} · `}
        {showMoment(note.at, language, today)} · {note.author}
        {source.authenticator?.display !== undefined &&
          ` · ${say('notes.countersignedBy', { name: source.authenticator.display, time: at === undefined ? '' : showMoment(at, language, today) })}`}
      </p>
      {reason !== undefined && <p className="error">{say('notes.wrongBecause', { reason })}</p>}
      <p className={note.superseded || note.wrong ? 'prewrap reading-text struck' : 'prewrap reading-text'}>
        {note.text ?? say('notes.elsewhere')}
      </p>
      {carriedIn(source).length > 0 && (
        <p className="muted">{say('notes.carried', { count: carriedIn(source).length })}</p>
      )}
    </>
  );
}

export function NoteTags({ note }: { readonly note: Note }) {
  const say = useText();
  return (
    <>
      {note.superseded && <Tag kind="quiet">{say('notes.superseded')}</Tag>}
      {note.wrong && <Tag kind="crit-soft">{say('notes.wrong')}</Tag>}
      {note.preliminary && <Tag kind="abn">{say('notes.preliminary')}</Tag>}
      {note.replaces !== undefined && !note.superseded && <Tag kind="quiet">{say('notes.corrected')}</Tag>}
    </>
  );
}
