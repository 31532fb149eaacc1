/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions -- the arrow keys walk the list of buttons */
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useDraft } from '../../link/drafts.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { AsOf, FailedNote, Loaded, Nothing } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { isNew, NewMark } from '../record/new-mark.tsx';
import { currentRights } from '../record/role.ts';
import { currentUser, useSince } from '../record/since.ts';
import { useItems } from '../record/use-patient.ts';
import { NoteEditor } from './note-editor.tsx';
import type { NotesPlace } from './notes-place.ts';
import { NoteTags, Reading } from './reading.tsx';
import { threadsOf } from './threads.ts';
import { useStarts } from './use-starts.ts';
import { WaitingNotes } from './waiting.tsx';

/** Read on one side, write on the other: a note is written with the others in sight. */
export function Notes() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/notes' });
  const place = useSearch({ from: '/clinic/patient/$patient/notes' });
  const navigate = useNavigate({ from: '/patient/$patient/notes' });
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const since = useSince(patient);
  const { items, state } = useItems(patient, 'notes', 'DocumentReference');
  const draft = useDraft(currentUser(), patient);
  const list = useRef<HTMLUListElement>(null);
  const [showsWrong, setShowsWrong] = useState(false);
  const threads = threadsOf(items);
  const wrong = threads.filter(({ note }) => note.wrong);
  const all = showsWrong ? threads : threads.filter(({ note }) => !note.wrong);
  const kinds = [...new Set(all.map(({ note }) => note.kind))].sort((a, b) => a.localeCompare(b, 'da'));
  const shown = all.filter(({ note }) => place.kind === undefined || note.kind === place.kind);
  // A link may name an addendum, or a version that was corrected since: its note stands open.
  const open =
    threads.find(({ note, addenda, earlier }) =>
      [note, ...addenda, ...earlier].some(({ id }) => id === place.note),
    ) ?? shown[0];
  const writing = place.write === true || draft !== undefined;
  const go = (change: NotesPlace, drop: readonly (keyof NotesPlace)[] = []) =>
    void navigate({
      search: (before) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([key]) => !drop.some((each) => each === key)),
        ),
      replace: true,
    });

  const starts = useStarts(patient, () => go({ write: true }));

  function walk(event: KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = shown.findIndex(({ note }) => note.id === open?.note.id) + step;
    const next = shown[at];
    if (next === undefined) return;
    go({ note: next.note.id });
    list.current?.querySelectorAll<HTMLElement>('button')[at]?.focus();
  }

  return (
    <div className="work">
      <div className="bar">
        <select
          className="input select"
          aria-label={say('notes.filter')}
          value={place.kind ?? ''}
          onChange={(event) =>
            event.target.value === '' ? go({}, ['kind', 'note']) : go({ kind: event.target.value }, ['note'])
          }
        >
          <option value="">{say('notes.allKinds')}</option>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {kind}
            </option>
          ))}
        </select>
        {shown.length < all.length && (
          <Button kind="plain" onPress={() => go({}, ['kind'])}>
            {say('board.filtered', { shown: shown.length, all: all.length })}
          </Button>
        )}
        {!writing && (
          <Button
            kind="primary"
            disabledBecause={currentRights().writesNotes ? undefined : say('notes.notForRole')}
            onPress={() => go({ write: true })}
          >
            {say('notes.write')}
          </Button>
        )}
        {wrong.length > 0 && (
          <Button kind="plain" expanded={showsWrong} onPress={() => setShowsWrong(!showsWrong)}>
            {say(showsWrong ? 'notes.hideWrong' : 'notes.showWrong', { count: wrong.length })}
          </Button>
        )}
        <span className="grow" />
        <AsOf state={state} />
        <PrintButton />
      </div>
      <WaitingNotes session={queries.getQueryData<Session | null>(keys.session)} />
      <div className={writing ? 'notes writing' : 'notes'}>
        <section className={`panel ${state.failed ? 'failed' : ''}`} aria-label={say('notes.list')}>
          <FailedNote state={state} />
          <ScrollRegion label={say('notes.list')}>
            <Loaded state={state}>
              {shown.length === 0 && (
                <div className="inset">
                  <Nothing />
                </div>
              )}
              {/* Arrow keys go from note to note. */}
              <ul ref={list} onKeyDown={walk} className="note-list no-print">
                {shown.map((thread) => {
                  const { note, addenda } = thread;
                  return (
                    <li key={note.id}>
                      <button
                        type="button"
                        aria-current={note.id === open?.note.id ? 'true' : undefined}
                        onClick={() => go({ note: note.id })}
                      >
                        <span className="note-head">
                          <NewMark on={[note, ...addenda].some(({ source }) => isNew(source, since))} />
                          <b className="grow">{note.kind}</b>
                          <span className="muted nowrap">{showMoment(note.at, language, today)}</span>
                        </span>
                        <span>
                          <NoteTags note={note} />
                          {note.appends !== undefined && <Tag kind="quiet">{say('notes.addendum')}</Tag>}
                          {addenda.length > 0 && (
                            <Tag kind="quiet">{say('notes.addenda', { count: addenda.length })}</Tag>
                          )}
                        </span>
                        <span className="muted two-lines">
                          {note.author} — {note.text ?? say('notes.elsewhere')}
                        </span>
                      </button>
                    </li>
                  );
                })}
              </ul>
              {/* On paper every note stands whole. */}
              <div className="print-only">
                {shown.map((thread) => (
                  <Reading key={thread.note.id} thread={thread} />
                ))}
              </div>
            </Loaded>
          </ScrollRegion>
        </section>
        <section className="panel no-print" aria-label={say('notes.reading')}>
          <ScrollRegion className="panel-body reading" label={say('notes.reading')}>
            {open !== undefined && <Reading key={open.note.id} thread={open} starts={starts} />}
          </ScrollRegion>
        </section>
        {writing && (
          <NoteEditor
            patient={patient}
            onClosed={() => go({}, ['write'])}
            onStored={(id) => go({ note: id }, ['write', 'kind'])}
          />
        )}
      </div>
    </div>
  );
}
