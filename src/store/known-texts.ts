/**
 * Which rows of `token_text` are there for certain, so that a write need not bring them again: the displays of codes in
 * use are a few thousand, and every write holds some of them.
 */
export interface KnownTexts {
  /** Those not known yet, each once, in one order for all writers, so that two never wait for each other in a ring. */
  unknown(texts: Iterable<string>): string[];
  /** Called with what was sent and what of it was new: the rest was there, committed by someone. */
  learn(sent: readonly string[], fresh: ReadonlySet<string>): void;
}

const knownMax = 20_000;

export function createKnownTexts(): KnownTexts {
  const known = new Set<string>();
  return {
    unknown: (texts) => [...new Set(texts)].filter((text) => !known.has(text)).sort(),
    learn(sent, fresh) {
      // What was new becomes certain only when its transaction has ended well, which the next write that brings it sees.
      for (const text of sent) {
        if (fresh.has(withoutKey(text))) continue;
        if (known.size >= knownMax) known.clear();
        known.add(text);
      }
    },
  };
}

/** A row as it travels is `path␟text␟key`; the database answers with the first two. */
function withoutKey(text: string): string {
  return text.slice(0, text.lastIndexOf('\u001f'));
}
