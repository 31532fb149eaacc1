import { Link } from '@tanstack/react-router';
import danish from '../../../texts/medicine/da.json';
import english from '../../../texts/medicine/en.json';
import { useCardQueue } from '../../../link/card-queue.ts';
import { isRefusedBy } from '../../../link/fault.ts';
import { useNow } from '../../../parts/clock.ts';
import { MoreTexts } from '../../../parts/more-texts.tsx';
import { useText } from '../../../parts/text.tsx';
import { ofType } from '../../record/coding.ts';
import { minutesSince, queueOf } from './waiting.ts';

/** In the state bar: what waits to reach the medication card, how long, and what reads otherwise. Nothing when nothing waits. */
export function QueueChip() {
  return (
    <MoreTexts danish={danish} english={english}>
      <Chip />
    </MoreTexts>
  );
}

function Chip() {
  const say = useText();
  const today = useNow();
  const queue = useCardQueue();
  if (isRefusedBy(queue.error, 'role')) return null;
  // What was known before is too old to be told as if it were so now.
  if (queue.isError || queue.data?.complete === false)
    return (
      <Link to="/fmk" className="chip down">
        {say('cardQueue.unknown')}
      </Link>
    );
  const { waiting, differing, since } = queueOf(ofType(queue.data?.resources, 'Task'));
  if (waiting.length + differing.length === 0) return null;
  return (
    <Link to="/fmk" className={differing.length > 0 ? 'chip down' : 'chip unsent'}>
      {waiting.length > 0 &&
        `⇧ ${
          since === undefined
            ? say('cardQueue.waits', { count: waiting.length })
            : say('cardQueue.waitsSince', { count: waiting.length, minutes: minutesSince(since, today) })
        }`}
      {waiting.length > 0 && differing.length > 0 && ' · '}
      {differing.length > 0 && `▲ ${say('cardQueue.differs', { count: differing.length })}`}
    </Link>
  );
}
