import { useNow } from '../../parts/clock.ts';
import { showNearTime } from '../../parts/format/date.ts';
import { Nothing } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Sign, Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { showCpr } from '../record/person.ts';
import type { BoardItem } from './board-model.ts';
import { cancelTexts, sideTexts, spanWords, urgencyTags, urgencyTexts } from './words.ts';

type WaitingListProps = {
  readonly items: readonly BoardItem[];
  /** The id of the operation that is in hand, to be placed. */
  readonly inHand: string | undefined;
  readonly onTake: (id: string | undefined) => void;
  readonly whole: boolean;
};

/** Who waits for a place, with the time that their class leaves. */
export function WaitingList({ items, inHand, onTake, whole }: WaitingListProps) {
  const say = useText();
  return (
    <section className="panel surgery-waiting" aria-label={say('surgery.waiting')}>
      <header>
        <h2>{say('surgery.waiting')}</h2>
        {whole && <span className="muted">{items.length}</span>}
      </header>
      <ScrollRegion label={say('surgery.waiting')}>
        <ul>
          {items.map((item) => (
            <li key={item.operation.id}>
              <button
                type="button"
                className="waiting"
                aria-pressed={inHand === item.operation.id}
                onClick={() => onTake(inHand === item.operation.id ? undefined : item.operation.id)}
              >
                <ItemLines item={item} />
              </button>
            </li>
          ))}
        </ul>
        {whole && items.length === 0 && <Nothing text={say('surgery.noneWaits')} />}
      </ScrollRegion>
    </section>
  );
}

function ItemLines({ item }: { readonly item: BoardItem }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { operation, person, stay, cancelled } = item;
  return (
    <>
      <span className="waiting-head">
        <Tag kind={urgencyTags[operation.urgency]} title={say(urgencyTexts[operation.urgency])}>
          {operation.urgency}
        </Tag>
        <Deadline item={item} />
      </span>
      <span>
        <b>{person?.name}</b> <span className="muted">{stay?.bed?.name ?? ''}</span>
      </span>
      <span className="muted">
        {person?.cpr !== undefined && showCpr(person.cpr)}
        {operation.deadline === undefined &&
          operation.wanted !== undefined &&
          ` · ${say('surgery.wantedAt', { time: showNearTime(operation.wanted, language, today) })}`}
      </span>
      <span>
        {operation.words}
        {operation.side !== undefined && <b> {say(sideTexts[operation.side])}</b>}
        {operation.isSided && operation.side === undefined && <Tag kind="abn">▲ {say('surgery.noSide')}</Tag>}
      </span>
      {operation.isolation !== undefined && (
        <span>{say('surgery.isolationIs', { what: operation.isolation })}</span>
      )}
      {cancelled !== undefined && (
        <span className="muted">
          {say('surgery.wasCancelled', {
            why:
              cancelled in cancelTexts ? say(cancelTexts[cancelled as keyof typeof cancelTexts]) : cancelled,
          })}
        </span>
      )}
    </>
  );
}

// The last quarter of the time of a class is told as soon.
const soonShare = 0.25;

/** The running clock to the deadline of its class: in colour, in words and by a sign. */
export function Deadline({ item: { operation } }: { readonly item: BoardItem }) {
  const say = useText();
  const at = useNow(30_000);
  const { deadline, asked } = operation;
  if (deadline === undefined) return <span className="muted">{say('surgery.elective')}</span>;
  const left = deadline - at;
  if (left < 0)
    return (
      <Tag kind="crit">
        <Sign sign="!" meaning={say('surgery.overdueMeaning')} />{' '}
        {say('surgery.overdueBy', { span: spanWords(-left, say) })}
      </Tag>
    );
  const isSoon = asked !== undefined && left < (deadline - asked) * soonShare;
  return (
    <Tag kind={isSoon ? 'abn' : 'quiet'}>
      <Sign sign={isSoon ? '▲' : '◷'} meaning={say(isSoon ? 'surgery.soon' : 'surgery.inTime')} />{' '}
      {say('surgery.leftIs', { span: spanWords(left, say) })}
    </Tag>
  );
}
