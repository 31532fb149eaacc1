import { nextDue } from '../../../src/fhir/early-warning/score.ts';
import { useNow } from '../../parts/clock.ts';
import { showMoment, showTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ewsLevel } from '../record/ews.ts';
import { callTexts } from '../record/texts.ts';
import type { SavedSet } from './use-set.ts';

/** It is stored; and what the score asks for now, said at once. */
export function AfterSave({ saved: { at, answer, plan, concern } }: { readonly saved: SavedSet }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const call = answer.kind === 'score' && answer.call !== 'routine' ? answer.call : undefined;
  const level = answer.kind === 'score' ? ewsLevel(answer.score, answer.single.length > 0) : 'plain';
  return (
    <div className={`after-save ${call === undefined && !concern ? '' : level}`} role="alert">
      <span className="tick">✓ {say('entry.saved', { time: showTime(at) })}</span>
      {answer.kind === 'score' && (
        <span>
          <b>EWS</b> <Tag kind={level}>{answer.score}</Tag>{' '}
          {plan !== undefined && <span className="adjusted">{say('ews.adjusted')}</span>}
        </span>
      )}
      {answer.kind === 'incomplete' && <span>{say('entry.savedUnscored')}</span>}
      {call !== undefined && <b className="call">{say(callTexts[call])}</b>}
      {concern && <b className="call">{say('call.concern')}</b>}
      {answer.kind === 'score' && (
        <span>
          {answer.continuous && `${say('call.continuous')} `}
          {say('entry.nextDue', { time: showMoment(nextDue(answer, at, plan?.adjustment), language, today) })}
        </span>
      )}
    </div>
  );
}
