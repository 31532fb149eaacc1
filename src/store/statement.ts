/**
 * Statements that are put together from pieces. A piece is SQL as text with the values that belong into it; pieces nest
 * like the driver's own fragments, but those are promises each, and a search of twenty cost more to put together than to
 * answer. Values always travel as parameters, so the same shape is the same text and is prepared once for each connection.
 */
import type postgres from 'postgres';
import { assert } from '#base/assert.ts';
import type { Sql } from './sql.ts';

export type Value = string | number | boolean | null | Uint8Array | readonly string[];

export class Piece {
  /** The SQL between the values: one more than there are values. */
  readonly texts: readonly string[];
  readonly values: readonly Value[];
  constructor(texts: readonly string[], values: readonly Value[]) {
    this.texts = texts;
    this.values = values;
  }
}

/** SQL with values and other pieces in it: piece`r.id = ${id} and ${other}`. */
export function piece(strings: TemplateStringsArray, ...parts: readonly (Value | Piece)[]): Piece {
  const texts: string[] = [];
  const values: Value[] = [];
  let text = strings[0] ?? '';
  parts.forEach((part, n) => {
    if (part instanceof Piece) {
      text += part.texts[0] ?? '';
      for (let at = 0; at < part.values.length; at++) {
        texts.push(text);
        values.push(part.values[at] ?? null);
        text = part.texts[at + 1] ?? '';
      }
    } else {
      texts.push(text);
      values.push(part);
      text = '';
    }
    text += strings[n + 1] ?? '';
  });
  texts.push(text);
  return new Piece(texts, values);
}

/** The name of a column or table, from a list of our own; never what a client sent. */
export function nameOf(name: string): Piece {
  assert(/^[a-z_][a-z0-9_.]*$/.test(name), `not a name of ours: ${name}`);
  return new Piece([name], []);
}

/** Nothing at all, where a piece may be left out. */
export const noPiece = piece``;

/** Sends a statement; its rows, or what PostgreSQL refused. */
export function run<Row extends object>(sql: Sql, { texts, values }: Piece): Promise<Row[]> {
  let text = texts[0] ?? '';
  for (let n = 1; n < texts.length; n++) text += `$${n}${texts[n] ?? ''}`;
  // The driver writes into the list that it is given.
  const given = values.slice() as postgres.ParameterOrJSON<never>[];
  return sql.unsafe<Row[]>(text, given, { prepare: true });
}
