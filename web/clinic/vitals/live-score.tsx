import { nextDue, type Adjustment, type EarlyWarning } from '../../../src/fhir/early-warning/score.ts';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { Sign, Tag, Unseen, type TagKind } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { tableInForce } from '../record/early-warning.ts';
import { ewsLevel } from '../record/ews.ts';
import { callTexts, measurementTexts, unscoredTexts } from '../record/texts.ts';

const pointKinds: readonly TagKind[] = ['quiet', 'watch', 'abn', 'crit-soft'];

/** The points of one measurement: nought says that it was counted. */
export function PointsTag({ points }: { readonly points: number | undefined }) {
  const say = useText();
  if (points === undefined) return <span className="points" />;
  return (
    <span className="points">
      <Tag kind={pointKinds[points] ?? 'crit-soft'}>
        +{points}
        <Unseen> {say('ews.points', { count: points })}</Unseen>
      </Tag>
    </span>
  );
}

type LiveScoreProps = {
  readonly answer: EarlyWarning;
  readonly at: number;
  readonly plan: { readonly adjustment: Adjustment } | undefined;
  readonly isEmpty: boolean;
};

/** What the set gives by now, and when the next is due. A part of a set is never shown as a score. */
export function LiveScore({ answer, at, plan, isEmpty }: LiveScoreProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  return (
    <output className="entry-score">
      {answer.kind === 'none' ? (
        <span className="muted">
          {say('ews.notScored', { why: say(unscoredTexts[answer.why], { table: tableInForce().name }) })}
        </span>
      ) : answer.kind === 'incomplete' ? (
        isEmpty ? (
          <span className="muted">{say('ews.awaiting', { table: tableInForce().name })}</span>
        ) : (
          <>
            <span>
              <b>{say('ews.incomplete')}</b> {say('ews.sumSoFar', { count: answer.sum })}
            </span>
            <span className="muted">
              {say('ews.missing', {
                names: answer.missing.map((each) => say(measurementTexts[each]).toLowerCase()).join(', '),
              })}
            </span>
          </>
        )
      ) : (
        <>
          <span className="entry-score-line">
            <b>{tableInForce().name}</b>{' '}
            <Tag kind={ewsLevel(answer.score, answer.single.length > 0)}>
              {answer.score}
              {answer.single.length > 0 && <Sign sign=" !" meaning={say('ews.single')} />}
            </Tag>{' '}
            {plan !== undefined && <span className="adjusted">{say('ews.adjusted')}</span>}{' '}
            <span className="muted">
              {say('vitals.next', {
                time: showMoment(nextDue(answer, at, plan?.adjustment), language, today),
              })}
            </span>
          </span>
          {answer.call !== 'routine' && <span>{say(callTexts[answer.call])}</span>}
        </>
      )}
    </output>
  );
}
