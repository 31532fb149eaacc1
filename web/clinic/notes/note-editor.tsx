/* oxlint-disable jsx-a11y/no-autofocus, jsx-a11y/no-noninteractive-element-interactions -- the editor opens because somebody asked to write; Ctrl+Enter belongs to the whole form */
import type { DocumentReference } from '@medplum/fhirtypes';
import { useState } from 'react';
import {
  dropDraft,
  isUnderway,
  sendDraft,
  useDraft,
  writeDraft,
  type Draft,
  type DraftState,
} from '../../link/drafts.ts';
import { askAccessAgain, keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { fhirMoment, showTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import { encodeText } from '../record/notes.ts';
import { showCpr } from '../record/person.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import type { Stay } from '../record/stay.ts';

// Type and text. Every letter is kept on this device; "saved" is said only after the server said so.

const noteKinds = [
  'Stuegang',
  'Sygeplejenotat',
  'Indlæggelsesnotat',
  'Kontinuation',
  'Tilsyn',
  'Fysioterapi',
  'Operationsnotat',
  'Samtale med pårørende',
] as const;
const nurseKind = 'Sygeplejenotat';
// A note longer than this is a paste of something else; the server has a limit of its own.
const textMax = 100_000;

const stateTexts = {
  draft: 'editor.draft',
  sending: 'editor.sending',
  unknown: 'editor.unknown',
  full: 'editor.full',
  refused: 'editor.refused',
} as const satisfies Record<DraftState, TextKey>;

type NoteEditorProps = {
  readonly patient: string;
  readonly onClosed: () => void;
  readonly onStored: (id: string) => void;
};

export function NoteEditor({ patient, onClosed, onStored }: NoteEditorProps) {
  const say = useText();
  const session = queries.getQueryData<Session | null>(keys.session);
  const user = session?.user ?? '';
  const draft = useDraft(user, patient);
  const { person, stay } = usePatientFacts(patient);
  const [stored, setStored] = useState<number>();
  const kind = draft?.fields['kind'] ?? (session?.role === 'nurse' ? nurseKind : noteKinds[0]);
  const text = draft?.fields['text'] ?? '';
  const underway = draft !== undefined && isUnderway(draft);

  function change(fields: Record<string, string>) {
    setStored(undefined);
    writeDraft(user, patient, { kind, text, ...fields });
  }

  async function send() {
    const written: Draft = draft ?? {
      user,
      patient,
      fields: { kind, text },
      state: 'draft',
      changedAt: now(),
    };
    const id = await sendDraft(written, noteResource(patient, kind, text, stay, session));
    // It may have been refused because the record has closed: then the page asks for a reason, and the draft stays.
    if (id === undefined) return askAccessAgain(patient);
    setStored(now());
    await queries.invalidateQueries({ queryKey: keys.part(patient, 'notes') });
    onStored(id);
  }

  const whyNot = underway ? say('editor.waiting') : text.trim() === '' ? say('editor.empty') : undefined;
  return (
    <section className="panel editor no-print" aria-label={say('editor.title')}>
      <header>
        <h2>{say('editor.title')}</h2>
        <span className="grow" />
        {!underway && text.trim() === '' && (
          <Button
            kind="plain"
            onPress={() => {
              dropDraft(user, patient);
              onClosed();
            }}
          >
            {say('modal.close')}
          </Button>
        )}
      </header>
      <form
        className="editor-form"
        onSubmit={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !event.ctrlKey || whyNot !== undefined) return;
          event.preventDefault();
          void send();
        }}
      >
        <label className="field">
          <span>{say('editor.kind')}</span>
          <select
            className="input"
            value={kind}
            disabled={underway}
            onChange={(event) => change({ kind: event.target.value })}
          >
            {noteKinds.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <label className="field editor-text">
          <span>{say('editor.text')}</span>
          {/* The editor opens because somebody asked to write. */}
          <textarea
            className="input"
            autoFocus
            maxLength={textMax}
            value={text}
            readOnly={underway}
            onChange={(event) => change({ text: event.target.value })}
          />
        </label>
        <output className="editor-state">
          {draft !== undefined && (
            <Tag kind={draft.state === 'draft' ? 'quiet' : draft.state === 'refused' ? 'crit-soft' : 'local'}>
              {underway && '⇧ '}
              {say(stateTexts[draft.state], { time: showTime(draft.changedAt), tries: draft.tries ?? 0 })}
            </Tag>
          )}
          {draft === undefined && stored !== undefined && (
            <span className="tick">✓ {say('editor.stored', { time: showTime(stored) })}</span>
          )}
          {draft?.state === 'refused' && draft.said !== undefined && (
            <span className="error">{draft.said}</span>
          )}
        </output>
        <footer>
          <p className="muted">
            <b>{person?.name}</b> {person?.cpr !== undefined && showCpr(person.cpr)} {stay?.bed?.name}
          </p>
          <span className="grow" />
          {draft !== undefined && !underway && text.trim() !== '' && (
            <DiscardButton
              onDiscard={() => {
                dropDraft(user, patient);
                onClosed();
              }}
            />
          )}
          <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={whyNot} onPress={() => void send()}>
            {say('editor.save')}
          </Button>
        </footer>
      </form>
    </section>
  );
}

/** Two steps: a text is not lost to a slip of the hand. */
function DiscardButton({ onDiscard }: { readonly onDiscard: () => void }) {
  const say = useText();
  const [asked, setAsked] = useState(false);
  if (!asked) return <Button onPress={() => setAsked(true)}>{say('editor.discard')}</Button>;
  return (
    <>
      <Button kind="plain" onPress={() => setAsked(false)}>
        {say('editor.keep')}
      </Button>
      <Button onPress={onDiscard}>{say('editor.discardSure')}</Button>
    </>
  );
}

function noteResource(
  patient: string,
  kind: string,
  text: string,
  stay: Stay | undefined,
  session: Session | null | undefined,
): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    status: 'current',
    type: { text: kind },
    subject: { reference: `Patient/${patient}` },
    date: fhirMoment(now()),
    author: [
      session?.practitioner === null || session?.practitioner === undefined
        ? { display: session?.name ?? '' }
        : { reference: session.practitioner as `Practitioner/${string}`, display: session.name },
    ],
    ...(stay !== undefined &&
      stay.status !== 'planned' && { context: { encounter: [{ reference: `Encounter/${stay.id}` }] } }),
    content: [{ attachment: { contentType: 'text/plain; charset=utf-8', data: encodeText(text) } }],
  };
}
