import { Link } from '@tanstack/react-router';
import { Unseen } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import {
  CaveCell,
  DiagnosisCell,
  EwsCell,
  FlowCell,
  NameCell,
  NextCell,
  ResultsCell,
} from './board-cells.tsx';
import type { BoardRow } from './board-rows.ts';

/** The ward as it lies: rooms with their beds. */
export function BoardPlan({
  beds,
  selected,
}: {
  readonly beds: readonly BoardRow[];
  readonly selected: string | undefined;
}) {
  const say = useText();
  return (
    <div className="plan">
      {roomsOf(beds).map(([room, rows]) => (
        <section key={room} aria-label={say('board.room', { room })}>
          <h2>{say('board.room', { room })}</h2>
          <div className="tiles">
            {rows.map((row) => (
              <Tile key={row.key} row={row} on={row.person !== undefined && row.person.id === selected} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function Tile({ row, on }: { readonly row: BoardRow; readonly on: boolean }) {
  const say = useText();
  const head = (
    <div className="tile-head">
      <b className="muted">{row.bed || '–'}</b>
      <EwsCell row={row} />
      <ResultsCell row={row} />
    </div>
  );
  if (row.person === undefined) {
    return (
      <div className={row.kind === 'unseen' ? 'tile taken' : 'tile empty'}>
        {head}
        <NameCell row={row} changed={false} />
      </div>
    );
  }
  return (
    <article className={on ? 'tile on' : 'tile'}>
      {head}
      <NameCell row={row} changed={false} />
      <span className="muted">
        <DiagnosisCell row={row} />
      </span>
      <CaveCell row={row} />
      <NextCell row={row} />
      <span className="muted">
        <FlowCell row={row} />
      </span>
      <Link to="/patient/$patient" params={{ patient: row.person.id }} className="tile-open">
        <Unseen>{say('board.openChart', { name: row.person.name })}</Unseen>
      </Link>
    </article>
  );
}

/** A room is what stands before the last hyphen of a bed: 12-1 and 12-2 are in 12. */
function roomsOf(beds: readonly BoardRow[]): readonly (readonly [string, readonly BoardRow[]])[] {
  const rooms = new Map<string, BoardRow[]>();
  for (const row of beds) {
    const room = row.bed.includes('-') ? row.bed.slice(0, row.bed.lastIndexOf('-')) : row.bed || '–';
    const list = rooms.get(room);
    if (list === undefined) rooms.set(room, [row]);
    else list.push(row);
  }
  return [...rooms];
}
