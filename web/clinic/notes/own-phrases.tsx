import { Modal } from '@mantine/core';
import { useState } from 'react';
import { isPhraseName, phraseTextMax, type Phrase } from '#fhir/notes/phrases.ts';
import { isFault } from '../../link/fault.ts';
import { keepPhrase, usePhrases } from '../../link/note-help.ts';
import { Button } from '../../parts/button.tsx';
import { Nothing } from '../../parts/panel.tsx';
import { useText } from '../../parts/text.tsx';

/** One's own phrases: read, changed, and removed with a way back for as long as the list is open. */
export function OwnPhrases({ onClose }: { readonly onClose: () => void }) {
  const say = useText();
  const own = usePhrases().filter(({ isOwn }) => isOwn);
  const [changed, setChanged] = useState<string>();
  const [removed, setRemoved] = useState<readonly Phrase[]>([]);
  const [said, setSaid] = useState<string>();
  const shown = [...own, ...removed.filter(({ name }) => !own.some((one) => one.name === name))].toSorted(
    (a, b) => a.name.localeCompare(b.name, 'da'),
  );

  /** Whether it is done; why not is said. */
  async function act(work: () => Promise<void>): Promise<boolean> {
    setSaid(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      if (!isFault(error)) throw error;
      setSaid(`${say('phrase.notKept')} ${error.said ?? ''}`);
      return false;
    }
  }
  async function change(before: Phrase, name: string, text: string) {
    const isDone = await act(async () => {
      await keepPhrase(name, text);
      if (name !== before.name) await keepPhrase(before.name);
    });
    if (isDone) setChanged(undefined);
  }
  async function remove(phrase: Phrase) {
    if (await act(() => keepPhrase(phrase.name))) setRemoved([...removed, phrase]);
  }
  async function bringBack({ name, text }: Phrase) {
    if (await act(() => keepPhrase(name, text))) setRemoved(removed.filter((one) => one.name !== name));
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size={640}
      yOffset="6vh"
      padding="sm"
      transitionProps={{ duration: 0 }}
      title={say('phrase.mine')}
      closeButtonProps={{ 'aria-label': say('modal.close') }}
    >
      <div className="own-phrases">
        {said !== undefined && <output className="error">{said}</output>}
        {shown.length === 0 && <Nothing text={say('phrase.noneOwn')} />}
        {shown.map((phrase) => {
          const isGone = !own.some(({ name }) => name === phrase.name);
          if (changed === phrase.name && !isGone)
            return (
              <ChangePhrase
                key={phrase.name}
                phrase={phrase}
                isTaken={(name) => name !== phrase.name && own.some((one) => one.name === name)}
                onKeep={(name, text) => void change(phrase, name, text)}
                onCancel={() => setChanged(undefined)}
              />
            );
          return (
            <div className="own-phrase" key={phrase.name}>
              <span className="grow">
                <b>.{phrase.name}</b>{' '}
                <span className={isGone ? 'struck muted' : 'prewrap'}>{phrase.text}</span>
              </span>
              {isGone ? (
                <Button onPress={() => void bringBack(phrase)}>{say('phrase.bringBack')}</Button>
              ) : (
                <>
                  <Button onPress={() => setChanged(phrase.name)}>{say('phrase.change')}</Button>
                  <Button onPress={() => void remove(phrase)}>{say('phrase.remove')}</Button>
                </>
              )}
            </div>
          );
        })}
      </div>
    </Modal>
  );
}

type ChangeProps = {
  readonly phrase: Phrase;
  /** Another phrase of one's own has that name: it would be lost. */
  readonly isTaken: (name: string) => boolean;
  readonly onKeep: (name: string, text: string) => void;
  readonly onCancel: () => void;
};

function ChangePhrase({ phrase, isTaken, onKeep, onCancel }: ChangeProps) {
  const say = useText();
  const [name, setName] = useState(phrase.name);
  const [text, setText] = useState(phrase.text);
  const whyNot = !isPhraseName(name)
    ? say('phrase.nameRule')
    : isTaken(name)
      ? say('phrase.taken', { name })
      : text.trim() === ''
        ? say('phrase.empty')
        : undefined;
  return (
    <form
      className="own-phrase changing"
      aria-label={say('phrase.change')}
      onSubmit={(event) => {
        event.preventDefault();
        if (whyNot === undefined) onKeep(name, text.trim());
      }}
    >
      <label className="field beside">
        <span>{say('phrase.name')}</span>
        <input
          className="input"
          maxLength={20}
          value={name}
          onChange={(event) => setName(event.target.value.replace(/^\./, ''))}
        />
      </label>
      <textarea
        className="input"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was asked for
        autoFocus
        aria-label={say('phrase.text')}
        rows={4}
        maxLength={phraseTextMax}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <span className="stay-buttons">
        <Button
          kind="primary"
          type="submit"
          disabledBecause={whyNot}
          onPress={() => onKeep(name, text.trim())}
        >
          {say('phrase.keepNow')}
        </Button>
        <Button kind="plain" onPress={onCancel}>
          {say('adjust.cancel')}
        </Button>
      </span>
    </form>
  );
}
