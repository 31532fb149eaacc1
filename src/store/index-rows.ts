/**
 * The values of a resource as the writer sends them: lists joined to texts. A statement that writes a thousand resources
 * joins these further and never opens them, and between threads a few texts travel where hundreds of little ones would.
 */
import { assert } from '#base/assert.ts';
import { fold } from '#fhir/search-forms.ts';
import type { SearchValues } from '#fhir/search-values.ts';
import { tokenHashes } from './token-hash.ts';

// Lists travel as one text with these between, which no JSON text and no valid FHIR string can hold: PostgreSQL splits
// them ten times faster than it parses an array literal full of quotes.
export const rowEnd = '\u001e';
export const fieldEnd = '\u001f';
/** Stands for null, since an empty text between two ends is an empty text. */
export const nothing = '\u001d';

/** What stands in record.low and record.high of a resource without a main date. */
export const noDate = -9e15;

/** Rows of one of the tables beside the record: how many, and each column with `rowEnd` (numbers: a comma) between. */
export interface Rows {
  readonly count: number;
  readonly columns: readonly string[];
}
export interface IndexRows {
  readonly patient: string | undefined;
  readonly low: number;
  readonly high: number;
  /** Their hashes (token-hash.ts), as an array literal. */
  readonly tokens: string;
  /** An array literal of numbers. */
  readonly present: string;
  /** For `token_text`, path, text and key with `fieldEnd` between; with `rowEnd` between the rows. */
  readonly texts: string;
  /** narrative, content; one row or none. */
  readonly words: Rows;
  /** path, folded, value. */
  readonly strings: Rows;
  /** path, low, high. */
  readonly dates: Rows;
  /** path, system, unit, low, high, base, base_low, base_high, element, beside (hashes, as an array literal). */
  readonly numbers: Rows;
  /** actor, patient, ended: ms, or nothing for when it is written. */
  readonly relations: Rows;
}

export function indexRows(values: SearchValues): IndexRows {
  const { tokens, present, texts, words, strings, dates, numbers, relations, patient, when } = values;
  return {
    patient,
    low: when?.low ?? noDate,
    high: when?.high ?? noDate,
    tokens: tokenHashes(tokens),
    present: `{${present.join()}}`,
    texts: joined(texts.map((row) => row.join(fieldEnd))),
    words: words ? { count: 1, columns: [joined([words.narrative]), joined([words.content])] } : noRows,
    strings:
      strings.length === 0
        ? noRows
        : {
            count: strings.length,
            columns: [
              joined(strings.map(([path]) => path)),
              joined(strings.map(([, text]) => foldForIndex(text))),
              joined(strings.map(([, text]) => cut(text))),
            ],
          },
    dates:
      dates.length === 0
        ? noRows
        : {
            count: dates.length,
            columns: [
              joined(dates.map(([path]) => path)),
              dates.map(([, span]) => span.low).join(),
              dates.map(([, span]) => span.high).join(),
            ],
          },
    numbers:
      numbers.length === 0
        ? noRows
        : {
            count: numbers.length,
            columns: [
              joined(numbers.map(({ path }) => path)),
              joined(numbers.map(({ system }) => system)),
              joined(numbers.map(({ unit }) => unit)),
              numbers.map(({ low }) => low).join(),
              numbers.map(({ high }) => high).join(),
              joined(numbers.map(({ base }) => base?.unit ?? '')),
              numbers.map(({ base }) => base?.low ?? 'null').join(),
              numbers.map(({ base }) => base?.high ?? 'null').join(),
              numbers.map(({ companions }) => companions?.element ?? 'null').join(),
              joined(
                numbers.map(({ companions }) =>
                  companions?.keys.length ? tokenHashes(companions.keys) : '',
                ),
              ),
            ],
          },
    relations:
      relations.length === 0
        ? noRows
        : {
            count: relations.length,
            columns: [
              joined(relations.map(({ actor }) => cut(actor))),
              joined(relations.map(({ patient: id }) => id)),
              joined(relations.map(({ ended }) => (ended === undefined ? '' : String(ended)))),
            ],
          },
  };
}
const noRows: Rows = { count: 0, columns: [] };

/** A column of texts; an empty one becomes `nothing`. */
export function joined(texts: readonly string[]): string {
  for (const text of texts)
    assert(!text.includes(rowEnd), 'a text with U+001E, which FHIR forbids, would shift all texts after it');
  return texts.map((text) => text || nothing).join(rowEnd);
}

// A b-tree entry holds at most about 2,700 bytes; what is found by its first 200 letters is found.
const lettersIndexed = 200;
// Half a surrogate pair cannot be stored: it becomes U+FFFD here, as the driver would make it, so that both are compared alike.
export const cut = (text: string): string =>
  text.length <= lettersIndexed && text.isWellFormed()
    ? text
    : text
        .slice(0, lettersIndexed)
        .replace(/[\ud800-\udbff]$/, '')
        .toWellFormed();
export const foldForIndex = (text: string): string => cut(fold(text));
