import type { WardPart } from '../../link/ward-parts.ts';
import { useText } from '../../parts/text.tsx';
import { useSettings } from '../../parts/settings.ts';
import { ClinicalTable, type ClinicalColumn } from '../../parts/clinical-table.tsx';
import { Tag } from '../../parts/tag.tsx';
import { EwsCell, FlowCell, NextCell, ResponsibleCell, ResultsCell } from './board-cells.tsx';
import { flagWords } from '../record/cave.ts';
import { isColumnRead } from './board-columns.ts';
import type { BoardRow } from './board-rows.ts';
import { wallName, WallNamesChoice } from './wall-names.tsx';

/** On the wall, read from three metres by everyone who passes: initials, first names or beds alone, no family name and no number. */
export function BoardBig({
  label,
  rows,
  unread,
}: {
  readonly label: string;
  readonly rows: readonly BoardRow[];
  readonly unread: ReadonlySet<WardPart>;
}) {
  const say = useText();
  const { wall } = useSettings();
  const columns: readonly ClinicalColumn<BoardRow>[] = [
    { id: 'bed', heading: say('board.bed'), cell: (row) => <b>{row.bed || '–'}</b> },
    {
      id: 'initials',
      heading: say('board.initials'),
      cell: (row) =>
        row.person !== undefined ? (
          wall === 'bed' ? (
            <span className="muted">{say('board.taken')}</span>
          ) : (
            wallName(row.person, wall)
          )
        ) : (
          <span className={row.kind === 'unseen' ? 'muted' : 'faint'}>
            {say(
              row.kind === 'unseen'
                ? 'board.taken'
                : row.kind === 'cleaning'
                  ? 'bed.cleaning'
                  : row.kind === 'closed'
                    ? 'bed.closed'
                    : 'bed.free',
            )}
          </span>
        ),
    },
    { id: 'ews', heading: say('board.ews'), cell: (row) => <EwsCell row={row} /> },
    {
      id: 'cave',
      heading: say('banner.cave'),
      cell: (row) =>
        row.cave?.kind === 'known' ? (
          <Tag kind="cave">CAVE</Tag>
        ) : row.asks === true ? (
          <span className="muted">{say('banner.notOpen')}</span>
        ) : (
          ''
        ),
    },
    {
      id: 'isolation',
      heading: say('banner.isolation'),
      cell: (row) => flagWords(row.flags, 'isolation') ?? '',
    },
    { id: 'next', heading: say('board.next'), cell: (row) => <NextCell row={row} /> },
    { id: 'results', heading: say('board.results'), cell: (row) => <ResultsCell row={row} /> },
    {
      id: 'responsible',
      heading: say('board.responsible'),
      cell: (row) => <ResponsibleCell row={row} />,
    },
    { id: 'flow', heading: say('board.flow'), cell: (row) => <FlowCell row={row} /> },
  ];
  return (
    <div className="big">
      <WallNamesChoice />
      <ClinicalTable
        label={label}
        rows={rows}
        columns={columns.filter(({ id }) => isColumnRead(id, unread))}
        rowKey={(row) => row.key}
        rowClass={(row) => (row.person === undefined && row.kind !== 'unseen' ? 'quiet' : '')}
      />
    </div>
  );
}
