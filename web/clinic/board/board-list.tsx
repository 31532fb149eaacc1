import { useNavigate } from '@tanstack/react-router';
import { useChangedPatients } from '../../link/events.ts';
import type { WardPart } from '../../link/ward-parts.ts';
import { useNow } from '../../parts/clock.ts';
import { ClinicalTable, type ClinicalColumn } from '../../parts/clinical-table.tsx';
import { Unseen } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { showCpr } from '../record/person.ts';
import { dayOfStay } from '../record/stay.ts';
import {
  CaveCell,
  DiagnosisCell,
  EwsCell,
  FlowCell,
  NameCell,
  NextCell,
  ResponsibleCell,
  ResultsCell,
} from './board-cells.tsx';
import { isColumnRead } from './board-columns.ts';
import type { BoardRow } from './board-rows.ts';

type BoardListProps = {
  readonly label: string;
  readonly beds: readonly BoardRow[];
  readonly expected: readonly BoardRow[];
  readonly selected: string | undefined;
  readonly onSelect: (patient: string) => void;
  /** The stay of a row is to be changed: move, leave, discharge. */
  readonly onStay: (row: BoardRow) => void;
  /** Somebody is to be brought somewhere. */
  readonly onTransport: (row: BoardRow) => void;
  /** Columns of these are left out. */
  readonly unread: ReadonlySet<WardPart>;
};

export function BoardList({
  label,
  beds,
  expected,
  selected,
  onSelect,
  onStay,
  onTransport,
  unread,
}: BoardListProps) {
  const say = useText();
  const navigate = useNavigate();
  const today = useNow();
  const changed = useChangedPatients();
  const columns: readonly ClinicalColumn<BoardRow>[] = [
    {
      id: 'bed',
      heading: say('board.bed'),
      cell: (row) => (
        <span className={row.person === undefined ? 'faint' : 'muted'}>
          {row.kind === 'expected' ? '' : row.bed || '–'}
        </span>
      ),
    },
    {
      id: 'name',
      heading: say('board.name'),
      cell: (row) => <NameCell row={row} changed={changed.has(row.person?.id ?? '')} />,
    },
    {
      id: 'cpr',
      heading: say('banner.cpr'),
      cell: (row) => (
        <span className="muted">{row.person?.cpr === undefined ? '' : showCpr(row.person.cpr)}</span>
      ),
    },
    {
      id: 'day',
      heading: say('board.day'),
      kind: 'number',
      cell: (row) => (row.stay === undefined ? '' : (dayOfStay(row.stay, today) ?? '–')),
    },
    { id: 'ews', heading: say('board.ews'), cell: (row) => <EwsCell row={row} /> },
    { id: 'cave', heading: say('banner.cave'), cell: (row) => <CaveCell row={row} /> },
    { id: 'diagnosis', heading: say('board.diagnosis'), cell: (row) => <DiagnosisCell row={row} /> },
    { id: 'next', heading: say('board.next'), cell: (row) => <NextCell row={row} /> },
    {
      id: 'results',
      heading: (
        <span title={say('board.newLegend')}>
          {say('board.results')} <Unseen>{say('board.newLegend')}</Unseen>
        </span>
      ),
      cell: (row) => <ResultsCell row={row} />,
    },
    {
      id: 'tasks',
      heading: say('board.tasks'),
      kind: 'number',
      cell: (row) => (row.tasks === 0 ? '' : row.tasks),
    },
    {
      id: 'responsible',
      heading: say('board.responsible'),
      cell: (row) => <ResponsibleCell row={row} />,
    },
    { id: 'flow', heading: say('board.flow'), cell: (row) => <FlowCell row={row} /> },
  ];
  const rows = [...beds, ...expected];
  function measure(row: BoardRow) {
    if (row.person === undefined) return;
    void navigate({
      to: '/patient/$patient/vitals',
      params: { patient: row.person.id },
      search: { entry: 'open' },
    });
  }
  return (
    <ClinicalTable
      label={label}
      rows={rows}
      columns={columns.filter(({ id }) => isColumnRead(id, unread))}
      rowKey={(row) => row.key}
      canOpen={(row) => row.person !== undefined}
      onOpen={(row) => void navigate({ to: '/patient/$patient', params: { patient: row.person?.id ?? '' } })}
      onSelect={(row) => row.person !== undefined && onSelect(row.person.id)}
      rowKeys={{ p: onStay, v: measure, t: onTransport }}
      selected={rows.find((row) => row.person !== undefined && row.person.id === selected)?.key}
      rowClass={(row) =>
        (row.person === undefined && row.kind !== 'unseen') || row.stay?.status === 'leave' ? 'quiet' : ''
      }
      groupOf={(row) => (row.kind === 'expected' ? say('board.expected') : '')}
    />
  );
}
