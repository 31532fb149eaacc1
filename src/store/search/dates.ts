/**
 * Rows by a date, each found by an index whatever the planner expects. It does not know how the dates of one type lie among
 * those of all, nor where spans end, and would walk through a type for what only few of it are.
 */
import { approximatelyMs } from '#fhir/match.ts';
import type { DateFilter, Filter } from '#fhir/search-conditions.ts';
import { noDate } from '../index-rows.ts';
import { noPiece, piece, type Piece } from '../statement.ts';
import { whereSpan } from './compare.ts';

/** A moment is up to a minute long. What is longer, or ends before it begins, has an index by its end (migration 0013). */
const momentMs = 60_000;
const isNoMoment = piece`(d.high - d.low < 0 or d.high - d.low > 60000)`;

/** Selects whose rows together are those of the filter, each once or more; undefined where nearly all dates fit, and for other filters. */
export function selectsByDate(filter: Filter, type: string, limit: number): readonly Piece[] | undefined {
  const places = placesOf(filter, type);
  if (!('spans' in filter) || filter.spans.some(({ prefix }) => prefix === 'ne')) return undefined;
  return places?.flatMap((place) =>
    filter.spans.flatMap((one) => {
      const found = piece`select d.rid ${place} and ${whereSpan(piece`d.low`, piece`d.high`, one.prefix, one.span)}`;
      const { begins, ends } = boundsOf(one);
      const byBegin = piece`${found} and ${begins} order by d.low limit ${limit}`;
      return ends
        ? [byBegin, piece`${found} and ${isNoMoment} and ${ends} order by d.high limit ${limit}`]
        : [byBegin];
    }),
  );
}

function placesOf(filter: Filter, type: string): readonly Piece[] | undefined {
  if (filter.by === 'date')
    return filter.paths.map((path) => piece`from record_date d where d.path = ${path}`);
  return filter.by === 'mainDate'
    ? [piece`from record d where d.type = ${type} and not d.deleted and d.low > ${noDate}`]
    : undefined;
}

/** What fits (compare.ts) begins within the first bounds, or is no moment and ends within the second. */
function boundsOf({ prefix, span: { low, high } }: DateFilter): {
  readonly begins: Piece;
  readonly ends?: Piece;
} {
  // What ends after this begins at most a moment before it, or is no moment.
  const after = (at: number, before = noPiece) => ({
    begins: piece`d.low > ${at - momentMs} ${before}`,
    ends: piece`d.high > ${at}`,
  });
  switch (prefix) {
    case 'eq':
      return { begins: piece`d.low >= ${low} and d.low < ${high}` };
    case 'gt':
      return after(high);
    case 'ge':
      return after(low);
    case 'lt':
      return { begins: piece`d.low < ${low}` };
    case 'le':
      return { begins: piece`d.low <= ${high}`, ends: piece`d.high <= ${high}` };
    case 'sa':
      return { begins: piece`d.low >= ${high}` };
    case 'eb':
      return { begins: piece`d.low <= ${low}`, ends: piece`d.high <= ${low}` };
    case 'ap':
      return after(low - approximatelyMs, piece`and d.low < ${high + approximatelyMs}`);
    case 'ne':
      return { begins: piece`true` };
  }
}
