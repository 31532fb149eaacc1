import type { Access } from '../../link/access.ts';
import { useMinutesSince } from '../../parts/clock.ts';
import { Sign } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { useTimeLeft } from './time-left.ts';

/** Beneath the banner for as long as a reason holds the record open: which, and for how long yet. */
export function OpenStrip({ access }: { readonly access: Access }) {
  const say = useText();
  const left = (access.minutesLeft ?? 0) - useMinutesSince(access.readAt);
  const closes = useTimeLeft(left);
  if (access.reason === undefined) return null;
  return (
    <section
      className={left <= soonMinutes ? 'open-strip soon' : 'open-strip'}
      aria-label={say('glass.stripLabel')}
    >
      <span className="grow">
        <Sign sign="◔" meaning={say('glass.stripMeaning')} /> {say('glass.strip', { reason: access.reason })}
      </span>
      <b className="nowrap">{closes}</b>
    </section>
  );
}

/** Time to end what one is writing. */
const soonMinutes = 10;
