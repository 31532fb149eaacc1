import { useState } from 'react';
import { moveReasons } from '#fhir/surgery/codes.ts';
import type { Whereto } from '#fhir/surgery/place.ts';
import type { Change } from '../../link/act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { useCheck } from '../medication/use-check.ts';
import { MomentField } from '../stay/moment-field.tsx';
import type { BoardItem, Room } from './board-model.ts';
import { minutesInRoom, moveAct } from './surgery-acts.ts';
import { issueWords, moveTexts } from './words.ts';

type MoveFormProps = {
  readonly item: BoardItem;
  readonly rooms: readonly Room[];
  readonly department: string;
  readonly whyNot: string | undefined;
  readonly onAct: (done: string, changes: readonly Change[]) => void;
};

/** Another room or time. What it would crowd is said before; a press on the reason moves. */
export function MoveForm({ item, rooms, department, whyNot, onAct }: MoveFormProps) {
  const say = useText();
  const language = useLanguage();
  const { place } = item;
  const [room, setRoom] = useState(place?.room ?? rooms[0]?.id ?? '');
  const [start, setStart] = useState<number | undefined>(place?.start ?? now());
  const length =
    place?.start === undefined || place.end === undefined
      ? minutesInRoom(item) * 60_000
      : place.end - place.start;
  const [minutes, setMinutes] = useState(String(Math.round(length / 60_000)));
  const many = Number(minutes);
  const name = rooms.find(({ id }) => id === room)?.name ?? '';
  const to: Whereto | undefined =
    start === undefined || !(many > 0)
      ? undefined
      : {
          room: { reference: room, display: name },
          department: { reference: `Location/${department}` },
          start,
          end: start + many * 60_000,
        };
  const isSame = to !== undefined && to.start === place?.start && to.end === place.end && room === place.room;
  const why =
    whyNot ??
    (place === undefined
      ? say('surgery.issueNoPlace')
      : to === undefined
        ? say('moment.wrong')
        : isSame
          ? say('surgery.notMoved')
          : undefined);
  const check = useCheck(
    item.patient,
    why === undefined && to !== undefined ? `move ${room} ${to.start} ${to.end}` : '',
    () => (to === undefined ? [] : moveAct(item, to, 'staff', '', now())),
  );
  const said = check.state === 'checked' ? [...check.byEntry.flat(), ...check.others] : [];
  return (
    <div className="move-form">
      <div className="move-to">
        <label className="field">
          <span>{say('surgery.room')}</span>
          <select
            className="input"
            value={room}
            onChange={(event) => setRoom(event.target.value)}
            data-autofocus
          >
            {rooms.map(({ id, name: each }) => (
              <option key={id} value={id}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <MomentField label={say('surgery.start')} value={start ?? now()} onChange={setStart} />
        <label className="field short">
          <span>{say('surgery.minutesInRoom')}</span>
          <input
            className="input"
            inputMode="numeric"
            value={minutes}
            onChange={(event) => setMinutes(event.target.value)}
          />
        </label>
      </div>
      <output className="move-said">
        {said.map((issue) => (
          <p key={issue.said} className={issue.severity === 'error' ? 'error' : 'abn-words'}>
            ▲ {issueWords(say)(issue) ?? issue.said}
          </p>
        ))}
        {check.state === 'failed' && <p className="error">{say('surgery.notChecked')}</p>}
      </output>
      <p className="muted">{say('surgery.moveBecause')}</p>
      <div className="reasons">
        {moveReasons.map((reason) => (
          <Button
            key={reason}
            disabledBecause={why}
            onPress={() =>
              to !== undefined &&
              onAct(
                say('surgery.movedTo', { room: name, time: showMoment(to.start, language, now()) }),
                moveAct(item, to, reason, say(moveTexts[reason]), now()),
              )
            }
          >
            {say(moveTexts[reason])}
          </Button>
        ))}
      </div>
    </div>
  );
}
