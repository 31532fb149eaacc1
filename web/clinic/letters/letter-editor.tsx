/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions -- Ctrl+Enter belongs to the whole letter */
import type { Composition, Reference, Task } from '@medplum/fhirtypes';
import { useState } from 'react';
import type { LetterKind } from '#fhir/letters/kinds.ts';
import { dropDraft, useDraft, writeDraft, type DraftKind } from '../../link/drafts.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { showTime } from '../../parts/format/date.ts';
import { AsOf, FailedNote } from '../../parts/panel.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { showCpr } from '../record/person.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { notOwedAct, saveAct, signAct, withAuthor, wrongAct } from './letter-acts.ts';
import { LetterHead } from './letter-head.tsx';
import { LetterSections } from './letter-sections.tsx';
import {
  builtField,
  emptyFields,
  fieldsOf,
  lackOf,
  letterOf,
  type Field,
  type Lack,
  type LetterFields,
} from './letter-fields.ts';
import { letterIssue, nameOf } from './letter-texts.ts';
import { ReasonButton } from './reason-button.tsx';
import { TheirDraft } from './their-draft.tsx';
import { useFirstReceiver } from './use-receivers.ts';
import { useFacts, type LetterFacts } from './use-facts.ts';

export type LetterEditorProps = {
  readonly patient: string;
  readonly kind: LetterKind;
  readonly stay: string | undefined;
  /** A shared draft to go on with, a signed letter to correct, or one to answer. */
  readonly from: Composition | undefined;
  /** The letter that this one answers. */
  readonly answers: Composition | undefined;
  /** What the stay owes, which this letter would end. */
  readonly owed: Task | undefined;
  readonly onClosed: () => void;
  readonly onStored: (id: string | undefined) => void;
};

/** Built from the record, edited by who writes, kept on this device at every letter, shared or signed when they say so. */
export function LetterEditor(props: LetterEditorProps) {
  const say = useText();
  const facts = useFacts(props.patient, props.kind, props.stay);
  const receiver = useFirstReceiver(props.patient, props.kind);
  if (!facts.settled || receiver === undefined)
    return (
      <section className="panel letter-editor" aria-label={say('letters.write')}>
        <FailedNote state={facts.state} />
        <output className="inset muted">{say('panel.loading')}</output>
      </section>
    );
  return <Writing {...props} facts={facts} first={receiver === 'none' ? undefined : receiver} />;
}

function Writing({
  patient,
  kind,
  from,
  answers,
  owed,
  facts,
  first,
  onClosed,
  onStored,
}: LetterEditorProps & { readonly facts: LetterFacts; readonly first: Reference | undefined }) {
  const say = useText();
  const language = useLanguage();
  const session = queries.getQueryData<Session | null>(keys.session);
  const user = session?.user ?? '';
  const act = useAct(patient);
  const { person, stay } = usePatientFacts(patient);
  const shared = from?.status === 'preliminary' ? from : undefined;
  const name: DraftKind = `letter-${from?.id ?? answers?.id ?? kind.id}`;
  const draft = useDraft(user, patient, name);
  const [doubt, setDoubt] = useState(false);
  const present = Object.fromEntries(
    Object.entries(facts.sections).map(([id, { lines, asOf }]) => [
      id,
      lines === undefined ? undefined : builtField(lines, asOf ?? now()),
    ]),
  );
  // What the record said when this was opened: a fact that changes meanwhile is told, not swapped.
  const [opened] = useState<LetterFields>(() => {
    const stored = from === undefined ? undefined : fieldsOf(from);
    if (stored !== undefined) return stored;
    const built = Object.entries(present).flatMap(([id, field]) =>
      field === undefined ? [] : [[id, field] as const],
    );
    return emptyFields(kind, Object.fromEntries(built), first, answers);
  });
  const fields = readFields(draft?.fields['letter']) ?? opened;
  const theirs =
    shared === undefined || shared.meta?.versionId === fields.version ? undefined : fieldsOf(shared);
  const me: Reference = {
    ...(session?.practitioner != null && { reference: session.practitioner }),
    display: session?.name ?? '',
  };
  const encounter = from?.encounter?.reference?.replace('Encounter/', '') ?? facts.stay?.id;
  const letter = letterOf(fields, {
    kind,
    patient,
    encounter,
    replaces: from !== undefined && shared === undefined ? from.id : relatedTo(shared, 'replaces'),
    answers: answers?.id ?? relatedTo(shared, 'appends'),
  });
  const over = shared === undefined ? undefined : { id: shared.id ?? '', version: fields.version };
  const change = (next: LetterFields) => writeDraft(user, patient, { letter: JSON.stringify(next) }, name);
  const setField = (id: string, field: Field) =>
    change({ ...fields, sections: { ...fields.sections, [id]: field } });
  const underway = act.state === undefined ? undefined : say('act.underway');
  const theirsFirst = theirs === undefined ? undefined : say('letters.theirsFirst');
  const lack = lackOf(kind, fields, present);
  const mayNot = kind.signs.includes(session?.role ?? '') ? undefined : say('letters.notYours');
  const whyNot = underway ?? mayNot ?? theirsFirst ?? lackWords(lack);

  function lackWords(one: Lack | undefined): string | undefined {
    if (one === undefined) return undefined;
    if (one === 'receiver') return say('letters.lackReceiver');
    if (one === 'category') return say('letters.lackCategory');
    if (one === 'changed') return say('letters.lackChanged');
    return say('letters.lackSection', { section: nameOf(one, language) });
  }

  async function store(sign: boolean) {
    if ((sign ? whyNot : (underway ?? theirsFirst)) !== undefined) return;
    const authors = withAuthor(fields.authors, me);
    const what = nameOf(kind, language);
    const stored = await act.send(
      sign ? say('letters.signAct', { what }) : say('letters.saveAct', { what }),
      sign ? signAct(letter, authors, me, now(), over) : saveAct(letter, authors, now(), over),
    );
    if (stored === undefined) return;
    dropDraft(user, patient, name);
    onStored(stored.entry?.[0]?.resource?.id ?? over?.id);
  }

  async function discard() {
    if (shared !== undefined) {
      const stored = await act.send(say('letters.discardAct'), wrongAct(shared, 'Kladden er kasseret'));
      if (stored === undefined) return;
    }
    dropDraft(user, patient, name);
    onClosed();
  }

  return (
    <section
      className="panel letter-editor no-print"
      aria-label={say('letters.write')}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !event.ctrlKey) return;
        // A reason is being written: it is not signed by that.
        if (event.target instanceof Element && event.target.closest('.letter-wrong') !== null) return;
        event.preventDefault();
        void store(true);
      }}
    >
      <header>
        <h2>{nameOf(kind, language)}</h2>
        {from !== undefined && shared === undefined && <Tag kind="abn">{say('letters.correcting')}</Tag>}
        {shared !== undefined && <Tag kind="quiet">{say('letters.sharedDraft')}</Tag>}
        {draft !== undefined && (
          <Tag kind="quiet">{say('editor.draft', { time: showTime(draft.changedAt) })}</Tag>
        )}
        <span className="grow" />
        <AsOf state={facts.state} />
        <Button kind="plain" onPress={onClosed}>
          {say('modal.close')}
        </Button>
      </header>
      <FailedNote state={facts.state} />
      {theirs !== undefined && <TheirDraft kind={kind} mine={fields} theirs={theirs} onGoOn={change} />}
      <LetterHead patient={patient} kind={kind} fields={fields} onChange={change} />
      <LetterSections kind={kind} fields={fields} facts={facts} present={present} onField={setField} />
      <footer className="letter-foot">
        <p className="muted">
          <b>{person?.name}</b> {person?.cpr !== undefined && showCpr(person.cpr)}{' '}
          {stay?.bed?.name ?? say('letters.notHere')}
        </p>
        <ActNote act={act} words={(issue) => letterIssue(issue, say)} />
        {whyNot !== undefined && underway === undefined && <p className="muted letter-lack">{whyNot}</p>}
        <span className="grow" />
        {owed !== undefined && (
          <ReasonButton
            label={say('letters.notOwed')}
            ask={say('letters.whyNotOwed')}
            sure={say('letters.notOwedSure')}
            act={act}
            onSend={(why) =>
              void act
                .send(say('letters.notOwed'), notOwedAct(owed, why))
                .then((stored) => stored !== undefined && onClosed())
            }
          />
        )}
        {(draft !== undefined || shared !== undefined) &&
          (doubt ? (
            <>
              <Button kind="plain" onPress={() => setDoubt(false)}>
                {say('editor.keep')}
              </Button>
              <Button disabledBecause={underway} onPress={() => void discard()}>
                {say('editor.discardSure')}
              </Button>
            </>
          ) : (
            <Button onPress={() => setDoubt(true)}>{say('editor.discard')}</Button>
          ))}
        <Button disabledBecause={underway ?? theirsFirst} onPress={() => void store(false)}>
          {say('letters.save')}
        </Button>
        <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={whyNot} onPress={() => void store(true)}>
          {say('letters.sign')}
        </Button>
      </footer>
    </section>
  );
}

/** A shared draft still says what it corrects or answers. */
function relatedTo(shared: Composition | undefined, code: 'replaces' | 'appends'): string | undefined {
  return shared?.relatesTo
    ?.find((one) => one.code === code)
    ?.targetReference?.reference?.replace('Composition/', '');
}

function readFields(text: string | undefined): LetterFields | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as LetterFields);
}
