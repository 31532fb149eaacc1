/* oxlint-disable jsx-a11y/no-static-element-interactions -- arrows walk over the whole board */
import { useEffect, useRef } from 'react';
import { firstFree, isLive } from '#fhir/surgery/place.ts';
import { now, useNow } from '../../parts/clock.ts';
import { momentOn, showTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { Block } from './block.tsx';
import type { BoardItem, Room } from './board-model.ts';
import type { Doing } from './operation-dialog.tsx';
import { minutesInRoom } from './surgery-acts.ts';

type ColumnsProps = {
  readonly rooms: readonly Room[];
  /** 2026-01-15 */
  readonly day: string;
  /** What is to be placed. */
  readonly inHand: BoardItem | undefined;
  readonly mayPlan: boolean;
  readonly onPlace: (room: Room, start: number) => void;
  readonly onOpen: (id: string, doing: Doing) => void;
};

// An hour of a room has as many pixels as the lines of one operation take.
const pixelsPerMinute = 1.9;
const hourMs = 3_600_000;

/** Rooms side by side over the hours of a day, with a line for now. Arrows walk from operation to operation. */
export function Columns({ rooms, day, inHand, mayPlan, onPlace, onOpen }: ColumnsProps) {
  const minute = useNow();
  const say = useText();
  const body = useRef<HTMLDivElement>(null);
  const isToday = minute >= momentOn(day, '00:00') && minute < momentOn(day, '23:59') + 60_000;
  const times = rooms.flatMap(({ items }) =>
    items.flatMap(({ place }) => [place?.start ?? 0, place?.end ?? 0]),
  );
  const hour = (ms: number, up: boolean) => (up ? Math.ceil(ms / hourMs) : Math.floor(ms / hourMs)) * hourMs;
  const from = hour(Math.min(momentOn(day, '07:00'), ...times, ...(isToday ? [minute] : [])), false);
  const to = hour(Math.max(momentOn(day, '17:00'), ...times, ...(isToday ? [minute + hourMs] : [])), true);
  const at = (ms: number) => `${Math.round(((ms - from) / 60_000) * pixelsPerMinute)}px`;
  const hours = Array.from({ length: (to - from) / hourMs }, (_, index) => from + index * hourMs);
  const entry = rooms.flatMap(({ items }) => items)[0]?.operation.id;

  const isThere = rooms.length > 0;
  // Once for each day: what is now stands in the middle, and nothing jumps afterwards.
  useEffect(() => {
    const region = body.current?.closest<HTMLElement>('.scroll');
    const line = body.current?.querySelector<HTMLElement>('.now-line');
    if (region && line) region.scrollTop = line.offsetTop - region.clientHeight / 2;
  }, [day, isThere]);

  // What is in hand is placed by Enter: the hand goes to the first room, and arrows to the next.
  const handled = inHand?.operation.id;
  useEffect(() => {
    if (handled !== undefined)
      body.current?.querySelector<HTMLElement>('.room-slot')?.focus({ preventScroll: true });
  }, [handled]);

  function walk(event: React.KeyboardEvent<HTMLDivElement>) {
    const slots = [...(body.current?.querySelectorAll<HTMLElement>('.room-slot') ?? [])];
    const slot = slots.indexOf(event.target as HTMLElement);
    if (slot !== -1) {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (step !== 0) slots[slot + step]?.focus();
      return;
    }
    const columns = [...(body.current?.querySelectorAll('.room-blocks') ?? [])].map((column) => [
      ...column.querySelectorAll<HTMLElement>('.block-open'),
    ]);
    const own = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('.block-open') : null;
    const x = columns.findIndex((column) => own !== null && column.includes(own));
    if (x === -1 || own === null) return;
    const y = columns[x]?.indexOf(own) ?? 0;
    const beside = (step: 1 | -1) => {
      const rest = step === 1 ? columns.slice(x + 1) : columns.slice(0, x).toReversed();
      const column = rest.find((one) => one.length > 0);
      // To what stands at about the same time.
      return column?.toSorted((a, b) => Math.abs(topOf(a) - topOf(own)) - Math.abs(topOf(b) - topOf(own)))[0];
    };
    const next =
      event.key === 'ArrowDown'
        ? columns[x]?.[y + 1]
        : event.key === 'ArrowUp'
          ? columns[x]?.[y - 1]
          : event.key === 'ArrowRight'
            ? beside(1)
            : event.key === 'ArrowLeft'
              ? beside(-1)
              : undefined;
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  }

  return (
    <div ref={body} className="rooms" onKeyDown={walk}>
      <div className="hours" aria-hidden="true">
        <div className="room-head" />
        <div className="hour-lines" style={{ height: at(to) }}>
          {hours.map((each) => (
            <span key={each} style={{ top: at(each) }}>
              {showTime(each)}
            </span>
          ))}
        </div>
      </div>
      {rooms.map((room) => {
        const live = room.items.flatMap(({ place }) => (place !== undefined && isLive(place) ? [place] : []));
        const start =
          inHand === undefined
            ? undefined
            : firstFree(live, isToday ? now() : momentOn(day, '08:00'), minutesInRoom(inHand));
        const next = room.items.find(({ place }) => place !== undefined && isLive(place));
        return (
          <section key={room.id} className="room" aria-label={room.name}>
            <div className="room-head">
              <b>{room.name}</b>
              <RoomStatus status={room.status} />
              {start !== undefined && room.status !== 'C' && (
                <button
                  type="button"
                  className="button primary room-slot"
                  onClick={() => onPlace(room, start)}
                >
                  {say('surgery.placeAt', { time: showTime(start) })}
                </button>
              )}
            </div>
            <ul className="room-blocks" style={{ height: at(to) }}>
              {room.items.map((item) => (
                <Block
                  key={item.operation.id}
                  item={item}
                  isEntry={item.operation.id === entry}
                  isNext={item === next && isToday}
                  mayPlan={mayPlan}
                  style={{
                    top: at(item.place?.start ?? from),
                    '--height': `${Math.round((((item.place?.end ?? 0) - (item.place?.start ?? 0)) / 60_000) * pixelsPerMinute) - 3}px`,
                  }}
                  onOpen={(doing) => onOpen(item.operation.id, doing)}
                />
              ))}
            </ul>
            {isToday && (
              <div
                className="now-line"
                aria-hidden="true"
                style={{ top: `calc(var(--room-head) + ${at(minute)})` }}
              />
            )}
          </section>
        );
      })}
    </div>
  );
}

const topOf = (element: HTMLElement) => element.getBoundingClientRect().top;

function RoomStatus({ status }: { readonly status: string | undefined }) {
  const say = useText();
  if (status === 'O') return <Tag kind="new">{say('surgery.roomTaken')}</Tag>;
  if (status === 'K') return <Tag kind="watch">{say('surgery.roomCleaned')}</Tag>;
  if (status === 'C') return <Tag kind="abn">{say('surgery.roomClosed')}</Tag>;
  return <span className="muted">{say('surgery.roomFree')}</span>;
}
