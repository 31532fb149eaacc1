import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import type { UsedAct } from '../../link/use-act.ts';
import { ActNote } from '../record/act-note.tsx';
import { letterIssue } from './letter-texts.ts';

const lettersMin = 3;

/** What is not done by a slip of the hand: a button, a reason, and a second one. */
export function ReasonButton({
  label,
  ask,
  sure,
  meaning,
  act,
  disabledBecause,
  onSend,
}: {
  readonly label: string;
  readonly ask: string;
  readonly sure: string;
  readonly meaning?: string;
  readonly act: UsedAct;
  readonly disabledBecause?: string | undefined;
  readonly onSend: (why: string) => void;
}) {
  const say = useText();
  const [why, setWhy] = useState<string>();
  if (why === undefined)
    return (
      <Button disabledBecause={disabledBecause} onPress={() => setWhy('')}>
        {label}
      </Button>
    );
  const whyNot =
    act.state !== undefined
      ? say('act.underway')
      : why.trim().length < lettersMin
        ? say('orders.cancelShort')
        : undefined;
  return (
    <div className="letter-wrong">
      <label className="field">
        <span>{ask}</span>
        <input
          className="input"
          value={why}
          maxLength={200}
          onChange={({ target }) => setWhy(target.value)}
        />
      </label>
      {meaning !== undefined && <p className="muted">{meaning}</p>}
      <ActNote act={act} words={(issue) => letterIssue(issue, say)} />
      <div className="stay-buttons">
        <Button kind="primary" disabledBecause={whyNot} onPress={() => onSend(why.trim())}>
          {sure}
        </Button>
        <Button kind="plain" onPress={() => setWhy(undefined)}>
          {say('editor.keep')}
        </Button>
      </div>
    </div>
  );
}
