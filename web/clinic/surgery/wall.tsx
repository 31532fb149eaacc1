import { isLive } from '#fhir/surgery/place.ts';
import { ClinicalTable, type ClinicalColumn } from '../../parts/clinical-table.tsx';
import { showTime } from '../../parts/format/date.ts';
import { useSettings } from '../../parts/settings.ts';
import { Tag } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { wallName, WallNamesChoice } from '../board/wall-names.tsx';
import type { BoardItem, Room } from './board-model.ts';
import { sideTexts, stateTexts, urgencyTags } from './words.ts';

/** On the wall, read from three metres by everyone who passes: initials, first names or beds alone, no family name and no number. */
export function Wall({ rooms }: { readonly rooms: readonly Room[] }) {
  const say = useText();
  const live = (room: Room) => room.items.filter(({ place }) => place !== undefined && isLive(place));
  const columns: readonly ClinicalColumn<Room>[] = [
    { id: 'room', heading: say('surgery.room'), cell: (room) => <b>{room.name}</b> },
    {
      id: 'now',
      heading: say('surgery.nowOrNext'),
      kind: 'wraps',
      cell: (room) => <Short item={live(room)[0]} />,
    },
    {
      id: 'state',
      heading: say('surgery.state'),
      cell: (room) => {
        const [first] = live(room);
        if (room.status === 'C') return <Tag kind="abn">{say('surgery.roomClosed')}</Tag>;
        if (first?.clock === undefined)
          return room.status === 'K' ? (
            <Tag kind="watch">{say('surgery.roomCleaned')}</Tag>
          ) : (
            say('surgery.roomFree')
          );
        return (
          <>
            {say(stateTexts[first.clock.step])} <b>{showTime(first.clock.at)}</b>
          </>
        );
      },
    },
    {
      id: 'then',
      heading: say('surgery.then'),
      kind: 'wraps',
      cell: (room) => <Short item={live(room)[1]} />,
    },
    { id: 'left', heading: say('surgery.leftCount'), kind: 'number', cell: (room) => live(room).length },
  ];
  return (
    <div className="big surgery-wall">
      <WallNamesChoice />
      <ClinicalTable label={say('surgery.wall')} rows={rooms} columns={columns} rowKey={({ id }) => id} />
    </div>
  );
}

function Short({ item }: { readonly item: BoardItem | undefined }) {
  const say = useText();
  const { wall } = useSettings();
  if (item === undefined) return <span className="faint">–</span>;
  const { operation, person, stay, place } = item;
  return (
    <>
      {place?.start !== undefined && showTime(place.start)}{' '}
      {operation.urgency !== 'D' && <Tag kind={urgencyTags[operation.urgency]}>{operation.urgency}</Tag>}{' '}
      <b>{person !== undefined && wallName(person, wall)}</b> {stay?.bed?.name} {operation.words}{' '}
      {operation.side !== undefined && say(sideTexts[operation.side])}
    </>
  );
}
