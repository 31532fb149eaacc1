import { useState, type RefObject } from 'react';
import { isPhraseName } from '#fhir/notes/phrases.ts';
import { isFault } from '../../link/fault.ts';
import { keepPhrase } from '../../link/note-help.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import type { PanelState } from '../../parts/panel.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import { usePatientFacts, useItems } from '../record/use-patient.ts';
import { diagnosesFact, medicationFact, resultsFact, vitalsFact } from './facts.ts';
import { insertInto } from './note-field.tsx';
import { OwnPhrases } from './own-phrases.tsx';

type NoteToolsProps = {
  readonly patient: string;
  /** The field that was written in last. */
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly readOnly: boolean;
};

/** Facts of the record at the cursor, one press each; and what is marked as a phrase of one's own. */
export function NoteTools({ patient, field, readOnly }: NoteToolsProps) {
  const say = useText();
  const { stay } = usePatientFacts(patient);
  const vitals = useItems(patient, 'vitals', 'Observation');
  const labs = useItems(patient, 'labs', 'Observation');
  const medication = useItems(patient, 'medication', 'MedicationRequest');
  const diagnoses = useItems(patient, 'diagnoses', 'Condition');
  const [said, setSaid] = useState<string>();
  const [isListed, setListed] = useState(false);
  const facts: readonly (readonly [TextKey, PanelState, (at: number) => string | undefined])[] = [
    ['facts.vitals', vitals.state, (at) => vitalsFact(vitals.items, at)],
    ['facts.results', labs.state, (at) => resultsFact(labs.items, at)],
    ['facts.medication', medication.state, (at) => medicationFact(medication.items, at)],
    ['facts.diagnoses', diagnoses.state, (at) => diagnosesFact(diagnoses.items, stay, at)],
  ];

  function insert(words: string | undefined) {
    if (words === undefined) return setSaid(say('facts.none'));
    setSaid(undefined);
    if (field.current === null) return;
    const before = field.current.value.slice(0, field.current.selectionStart);
    insertInto(field.current, `${before === '' || before.endsWith('\n') ? '' : '\n'}${words}\n`);
  }

  return (
    <div className="note-tools">
      <fieldset className="segments" aria-label={say('facts.title')}>
        {facts.map(([key, state, words]) => {
          const whyNot =
            state.unread === 'all'
              ? say('panel.notForRole')
              : state.asOf === undefined
                ? say('facts.notHere')
                : state.failed
                  ? say('facts.failed')
                  : undefined;
          return (
            <button
              key={key}
              type="button"
              aria-disabled={readOnly || whyNot !== undefined || undefined}
              title={whyNot}
              onClick={() => !readOnly && whyNot === undefined && insert(words(now()))}
            >
              + {say(key)}
            </button>
          );
        })}
      </fieldset>
      <KeepPhrase field={field} />
      <Button kind="plain" onPress={() => setListed(true)}>
        {say('phrase.mine')}
      </Button>
      {isListed && <OwnPhrases onClose={() => setListed(false)} />}
      {said !== undefined && <output className="muted">{said}</output>}
    </div>
  );
}

function KeepPhrase({ field }: Pick<NoteToolsProps, 'field'>) {
  const say = useText();
  const [text, setText] = useState<string>();
  const [name, setName] = useState('');
  const [said, setSaid] = useState<string>();

  async function keep() {
    if (text === undefined) return;
    try {
      await keepPhrase(name, text);
      setSaid(say('phrase.kept', { name }));
      setText(undefined);
      setName('');
      field.current?.focus();
    } catch (error) {
      if (!isFault(error)) throw error;
      setSaid(`${say('phrase.notKept')} ${error.said ?? ''}`);
    }
  }

  if (text === undefined)
    return (
      <>
        <Button
          kind="plain"
          onPress={() => {
            const from = field.current;
            const marked = from?.value.slice(from.selectionStart, from.selectionEnd).trim() ?? '';
            if (marked === '') return setSaid(say('phrase.markFirst'));
            setSaid(undefined);
            setText(marked);
          }}
        >
          {say('phrase.keep')}
        </Button>
        {said !== undefined && <output className="muted">{said}</output>}
      </>
    );
  return (
    <span className="keep-phrase">
      <label className="field beside">
        <span>{say('phrase.name')}</span>
        <input
          className="input"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it opens because somebody asked to name the phrase
          autoFocus
          value={name}
          maxLength={20}
          onChange={(event) => setName(event.target.value.replace(/^\./, ''))}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.ctrlKey || !isPhraseName(name)) return;
            event.preventDefault();
            void keep();
          }}
        />
      </label>
      <Button
        disabledBecause={isPhraseName(name) ? undefined : say('phrase.nameRule')}
        onPress={() => void keep()}
      >
        {say('phrase.keepNow')}
      </Button>
      <Button kind="plain" onPress={() => setText(undefined)}>
        {say('editor.keep')}
      </Button>
      {said !== undefined && <output className="error">{said}</output>}
    </span>
  );
}
