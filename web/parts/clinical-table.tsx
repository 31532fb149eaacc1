import { Fragment, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table';

// The clinic's one table: dense rows, a heading that stays, rows walked with the arrow keys and opened with Enter.
// Rows come in the order in which they shall stand; nothing here moves them.

const features = tableFeatures({});

export type ClinicalColumn<Row> = {
  readonly id: string;
  readonly heading: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  readonly width?: string;
  readonly kind?: 'number' | 'wraps';
};

type ClinicalTableProps<Row> = {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly ClinicalColumn<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Rows that can be opened; others are still shown. */
  readonly onOpen?: (row: Row) => void;
  readonly onSelect?: (row: Row) => void;
  readonly selected?: string | undefined;
  readonly rowClass?: (row: Row) => string;
  readonly canOpen?: (row: Row) => boolean;
  /** What other keys do on a row, by their letters in lower case. */
  readonly rowKeys?: Readonly<Record<string, (row: Row) => void>>;
  /** A heading row before the first row of each group. */
  readonly groupOf?: (row: Row) => string;
};

export function ClinicalTable<Row extends object>(props: ClinicalTableProps<Row>) {
  const {
    label,
    rows,
    columns,
    rowKey,
    onOpen,
    onSelect,
    selected,
    rowClass,
    canOpen = () => onOpen !== undefined,
    rowKeys = {},
    groupOf,
  } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const byId = new Map(columns.map((column) => [column.id, column]));
  const table = useTable({
    features,
    data: rows as Row[],
    columns: columns.map((column): ColumnDef<typeof features, Row> => ({
      id: column.id,
      header: () => column.heading,
    })),
    getRowId: rowKey,
  });
  const openRows = rows.filter(canOpen);
  const entry = selected ?? (openRows[0] === undefined ? undefined : rowKey(openRows[0]));

  function walk(event: KeyboardEvent<HTMLTableRowElement>, row: Row) {
    const beside = stepAside(event);
    if (beside !== undefined) {
      beside.focus();
      event.preventDefault();
    }
    if (event.target !== event.currentTarget || beside !== undefined) return;
    if (event.key === 'Enter') onOpen?.(row);
    else if (event.key === ' ') onSelect?.(row);
    else if (isPlain(event) && rowKeys[event.key.toLowerCase()] !== undefined)
      rowKeys[event.key.toLowerCase()]?.(row);
    else {
      const next = stepTo(event.key, body.current, event.currentTarget);
      if (next === undefined) return;
      next.focus();
    }
    event.preventDefault();
  }

  return (
    <table className="table" aria-label={label}>
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {group.headers.map((header) => {
              const column = byId.get(header.column.id);
              return (
                <th
                  key={header.id}
                  scope="col"
                  className={`col-${header.column.id} ${column?.kind ?? ''}`}
                  style={{ width: column?.width }}
                >
                  {column?.heading}
                </th>
              );
            })}
          </tr>
        ))}
      </thead>
      <tbody ref={body}>
        {table.getRowModel().rows.map((line, index, all) => {
          const row = line.original;
          const open = canOpen(row);
          const group = groupOf?.(row);
          const before = all[index - 1];
          const newGroup =
            group !== undefined &&
            group !== '' &&
            (before === undefined || groupOf?.(before.original) !== group);
          return (
            <Fragment key={line.id}>
              {newGroup && (
                <tr className="group">
                  <th colSpan={columns.length} scope="rowgroup">
                    {group}
                  </th>
                </tr>
              )}
              <tr
                className={`${rowClass?.(row) ?? ''} ${line.id === selected ? 'selected' : ''}`}
                tabIndex={open ? (line.id === entry ? 0 : -1) : undefined}
                aria-current={line.id === selected ? 'true' : undefined}
                onKeyDown={open ? (event) => walk(event, row) : undefined}
                onFocus={open ? () => onSelect?.(row) : undefined}
                onDoubleClick={open ? () => onOpen?.(row) : undefined}
              >
                {columns.map((column) => (
                  <td key={column.id} className={`col-${column.id} ${column.kind ?? ''}`}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

/** To the right from a row lie the cells that open something of their own, from the last one to the left the row. */
function stepAside(event: KeyboardEvent<HTMLTableRowElement>): HTMLElement | undefined {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return undefined;
  const stops = [
    event.currentTarget,
    ...event.currentTarget.querySelectorAll<HTMLElement>('td a[data-opens]'),
  ];
  return stops[stops.indexOf(event.target as HTMLElement) + step];
}

function isPlain({ ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  return !ctrlKey && !altKey && !metaKey;
}

/** The row that a key leads to, among the rows that can be opened. */
function stepTo(key: string, body: HTMLElement | null, from: HTMLElement): HTMLElement | undefined {
  const rows = [...(body?.querySelectorAll<HTMLElement>('tr[tabindex]') ?? [])];
  const at = rows.indexOf(from);
  if (key === 'ArrowDown') return rows[at + 1];
  if (key === 'ArrowUp') return rows[at - 1];
  if (key === 'Home') return rows[0];
  if (key === 'End') return rows.at(-1);
  return undefined;
}
