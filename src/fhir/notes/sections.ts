/** The parts of a note's text that can be taken into another: blocks between empty lines, each with the heading that it begins with. */

export interface Section {
  /** Without its colon; undefined: it has none. */
  readonly heading: string | undefined;
  /** The whole block, heading and all. */
  readonly text: string;
}

// A heading is a few words and a colon; a sentence with a colon in it is none.
const headingPattern = /^([\p{L}][\p{L}\d ./()-]{0,40}):(?:\s|$)/u;

export function sectionsOf(text: string): readonly Section[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n+/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map((block) => ({ heading: headingPattern.exec(block)?.[1], text: block }));
}

/** The line that stands above what was taken: from where, when, whose. */
export function carriedMark(kind: string, when: string, author: string): string {
  return `[Fra ${kind} ${when}${author === '' ? '' : `, ${author}`}]`;
}
