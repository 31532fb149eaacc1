import { isInRoom, isOut, nextStep } from '#fhir/surgery/way.ts';
import { now, useNow } from '../../parts/clock.ts';
import { showTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { showCpr } from '../record/person.ts';
import { staffInitials } from '../record/stay.ts';
import type { BoardItem } from './board-model.ts';
import type { Doing } from './operation-dialog.tsx';
import { stepAct } from './surgery-acts.ts';
import { useOperationAct } from './use-operation-act.ts';
import { issueWords, sideTexts, stateTexts, stepTexts, urgencyTags } from './words.ts';

type BlockProps = {
  readonly item: BoardItem;
  readonly style: Readonly<Record<string, string>>;
  readonly isEntry: boolean;
  /** The next of its room: its step is one press. */
  readonly isNext: boolean;
  readonly mayPlan: boolean;
  readonly onOpen: (doing: Doing) => void;
};

const lateMs = 10 * 60_000;

/** One operation in its room and time. Enter opens it, N records its next step, F moves, A cancels. */
export function Block({ item, style, isEntry, isNext, mayPlan, onOpen }: BlockProps) {
  const say = useText();
  const today = useNow();
  const { act, run } = useOperationAct(item);
  const { operation, person, stay, place, clock } = item;
  const next = nextStep(clock?.step);
  const isDone = place?.status === 'fulfilled';
  const mayStep = mayPlan && next !== undefined && (isNext || (clock !== undefined && !isDone));
  const isLate =
    clock === undefined &&
    place?.status === 'booked' &&
    place.start !== undefined &&
    today - place.start > lateMs;
  const kind = isOut(clock?.step) || isDone ? 'done' : isInRoom(clock?.step) ? 'on' : clock ? 'called' : '';

  const step = () => {
    if (next === undefined || act.state !== undefined) return;
    void run(say(stepTexts[next]), stepAct(item, next, now()));
  };
  const letters: Readonly<Record<string, () => void>> = {
    n: () => mayStep && step(),
    f: () => mayPlan && onOpen('move'),
    a: () => mayPlan && onOpen('cancel'),
    h: () => mayPlan && onOpen('team'),
  };
  return (
    <li className={`block ${kind}`} style={style}>
      <button
        type="button"
        className="block-open"
        tabIndex={isEntry ? 0 : -1}
        data-block={operation.id}
        onClick={() => onOpen('way')}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.altKey || event.metaKey) return;
          const own = letters[event.key.toLowerCase()];
          if (own === undefined) return;
          event.preventDefault();
          own();
        }}
      >
        <span className="block-time">
          <b>
            {place?.start !== undefined && showTime(place.start)}–
            {place?.end !== undefined && showTime(place.end)}
          </b>
          {operation.urgency !== 'D' && <Tag kind={urgencyTags[operation.urgency]}>{operation.urgency}</Tag>}
          {clock !== undefined && (
            <span className="block-state">
              {kind === 'done' && <span className="tick">✓ </span>}
              {say(stateTexts[clock.step])} {showTime(clock.at)}
            </span>
          )}
          {isLate && <Tag kind="abn">! {say('surgery.notBegun')}</Tag>}
        </span>
        <span>
          <b>{person?.name ?? say('surgery.notOpen')}</b>{' '}
          <span className="muted">{stay?.bed?.name ?? ''}</span>
        </span>
        <span className="muted">{person?.cpr !== undefined && showCpr(person.cpr)}</span>
        <span>
          {operation.words}
          {operation.side !== undefined && <b> {say(sideTexts[operation.side])}</b>}
        </span>
        <span className="muted">
          {[place?.team.surgeon, place?.team.anaesthesia, place?.team.scrub]
            .flatMap((one) => (one === undefined || one.name === '' ? [] : [staffInitials(one.name)]))
            .join(' · ')}
          {operation.isolation !== undefined && (
            <b> {say('surgery.isolationIs', { what: operation.isolation })}</b>
          )}
        </span>
      </button>
      {mayStep && (
        <button
          type="button"
          className="button block-step"
          tabIndex={-1}
          aria-disabled={act.state !== undefined || undefined}
          onClick={step}
        >
          {say(stepTexts[next])}
        </button>
      )}
      <ActNote act={act} words={issueWords(say)} />
    </li>
  );
}
