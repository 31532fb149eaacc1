/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions -- Ctrl+Enter belongs to the whole form */
import { useEffect, useRef, useState } from 'react';
import { missing, noteText } from '#fhir/notes/template.ts';
import {
  dropDraft,
  isUnderway,
  sendDraft,
  useDraft,
  writeDraft,
  type Draft,
  type DraftState,
} from '../../link/drafts.ts';
import { useColleagues } from '../../link/inbox.ts';
import { askWaitingAgain, usePhrases, useTemplates } from '../../link/note-help.ts';
import { askAccessAgain, keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { showTime } from '../../parts/format/date.ts';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import { showCpr } from '../record/person.ts';
import { currentRights } from '../record/role.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { chosenTemplate } from './chosen-template.ts';
import { answersIn, isEmpty, type Fields } from './draft-fields.ts';
import { signedDraft } from './note-acts.ts';
import { NoteTools } from './note-tools.tsx';
import { TemplateItems } from './template-items.tsx';

// Type and text. Every letter is kept on this device; "saved" is said only after the server said so.

// A text longer than this is a paste of something else; the server has a limit of its own.
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
  const templates = useTemplates();
  const phrases = usePhrases();
  const [stored, setStored] = useState<number>();
  const form = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const template = chosenTemplate(templates, draft?.fields['kind'], session?.role);
  const fields: Fields = draft?.fields ?? {};
  const answers = answersIn(fields, template);
  const underway = draft !== undefined && isUnderway(draft);
  const text = noteText(template, answers);
  const asked = missing(template, answers);

  // Facts go where the cursor was last; before it was anywhere, to the first field.
  useEffect(() => {
    field.current ??= form.current?.querySelector('textarea') ?? null;
  }, []);

  function change(changed: Record<string, string>, drop: readonly string[] = []) {
    setStored(undefined);
    const next = { ...draft?.fields, kind: template.title, ...changed };
    writeDraft(
      user,
      patient,
      Object.fromEntries(Object.entries(next).filter(([key]) => !drop.includes(key))),
    );
  }
  function close() {
    dropDraft(user, patient);
    onClosed();
  }

  async function send() {
    const written: Draft = draft ?? { user, patient, fields: {}, state: 'draft', changedAt: now() };
    const id = await sendDraft(
      written,
      signedDraft(written.fields, template, {
        patient,
        stay: stay !== undefined && stay.status !== 'planned' ? stay.id : undefined,
        author: { reference: session?.practitioner ?? undefined, name: session?.name ?? '' },
        at: now(),
      }),
    );
    // It may have been refused because the record has closed: then the page asks for a reason, and the draft stays.
    if (id === undefined) return askAccessAgain(patient);
    setStored(now());
    void askWaitingAgain();
    await queries.invalidateQueries({ queryKey: keys.part(patient, 'notes') });
    onStored(id);
  }

  const whyNot = !currentRights().writesNotes
    ? say('notes.notForRole')
    : underway
      ? say('editor.waiting')
      : text === ''
        ? say('editor.empty')
        : asked.length > 0
          ? say('editor.missing', { items: asked.map((item) => item.text).join(', ') })
          : undefined;
  const titles = [...new Set([...templates.map(({ title }) => title), template.title])];
  return (
    <section className="panel editor no-print" aria-label={say('editor.title')}>
      <header>
        <h2>{say('editor.title')}</h2>
        <span className="grow" />
        {!underway && isEmpty(fields) && (
          <Button kind="plain" onPress={close}>
            {say('modal.close')}
          </Button>
        )}
      </header>
      <form
        ref={form}
        className="editor-form"
        onSubmit={(event) => event.preventDefault()}
        onFocus={(event) => {
          if (event.target instanceof HTMLTextAreaElement) field.current = event.target;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !event.ctrlKey || whyNot !== undefined) return;
          event.preventDefault();
          void send();
        }}
      >
        {fields['about'] !== undefined && (
          <p className="editor-about">
            <b>{say(fields['replaces'] === undefined ? 'notes.addendumTo' : 'notes.correctionOf')}</b>{' '}
            {fields['about']}
          </p>
        )}
        <label className="field beside">
          <span>{say('editor.kind')}</span>
          <select
            className="input"
            value={template.title}
            disabled={underway}
            onChange={(event) => change({ kind: event.target.value })}
          >
            {titles.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <NoteTools patient={patient} field={field} readOnly={underway} />
        <ScrollRegion className="editor-items" label={say('editor.text')}>
          <TemplateItems
            key={template.title}
            template={template}
            items={template.items}
            fields={fields}
            phrases={phrases}
            readOnly={underway}
            textMax={textMax}
            onChange={(name, value) => change({ [name]: value })}
          />
        </ScrollRegion>
        <AskColleague session={session} fields={fields} underway={underway} onChange={change} />
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
          {draft !== undefined && !underway && !isEmpty(fields) && <DiscardButton onDiscard={close} />}
          <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={whyNot} onPress={() => void send()}>
            {say('editor.sign')}
          </Button>
        </footer>
      </form>
    </section>
  );
}

type AskColleagueProps = {
  readonly session: Session | null | undefined;
  readonly fields: Fields;
  readonly underway: boolean;
  readonly onChange: (changed: Record<string, string>, drop?: readonly string[]) => void;
};

/** Whoever wants a colleague to stand by the note too names them; until then it is preliminary. */
function AskColleague({ session, fields, underway, onChange }: AskColleagueProps) {
  const say = useText();
  const colleagues = useColleagues(session?.ward?.replace('Location/', ''));
  const others = (colleagues.data ?? []).flatMap(({ practitioner, code }) =>
    practitioner?.reference === undefined ||
    practitioner.reference === session?.practitioner ||
    practitioner.display === undefined
      ? []
      : [{ reference: practitioner.reference, name: practitioner.display, role: code?.[0]?.text ?? '' }],
  );
  return (
    <label className="field beside">
      <span>{say('editor.colleague')}</span>
      <select
        className="input"
        value={fields['colleague'] ?? ''}
        disabled={underway}
        onChange={(event) => {
          const found = others.find(({ reference }) => reference === event.target.value);
          if (found === undefined) onChange({}, ['colleague', 'colleagueName']);
          else onChange({ colleague: found.reference, colleagueName: found.name });
        }}
      >
        <option value="">{say('editor.noColleague')}</option>
        {others.map(({ reference, name, role }) => (
          <option key={reference} value={reference}>
            {name}, {role}
          </option>
        ))}
      </select>
    </label>
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
